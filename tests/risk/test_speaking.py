"""Since when an indicator speaks: kept while it does, forgotten when it is quiet."""

import numpy as np

from connected_ops.risk.speaking import Speaking
from connected_ops.signals.indicators import INDICATORS

ONE = np.array([3])


def evidence(*values: float) -> np.ndarray:
    return np.array([[*values, *[0.0] * (len(INDICATORS) - len(values))]])


def test_it_is_the_time_of_the_first_sample_that_spoke_and_stays_while_it_does():
    speaking = Speaking(4)
    for ts, found in ((10.0, 0.0), (11.0, 0.4), (12.0, 0.9), (13.0, 0.02), (14.0, 0.3)):
        speaking.update(ONE, np.array([ts]), evidence(found, 0.0))
    assert speaking.since[3, :2].tolist() == [11.0, 0.0]


def test_it_ends_when_the_indicator_is_quiet_and_begins_anew():
    speaking = Speaking(4)
    for ts, found in ((11.0, 0.4), (12.0, 0.0)):
        speaking.update(ONE, np.array([ts]), evidence(found))
    assert not speaking.since.any()
    speaking.update(ONE, np.array([15.0]), evidence(0.6))
    assert speaking.since[3, 0] == 15.0


def test_evidence_that_no_bar_would_show_does_not_count_as_speaking():
    speaking = Speaking(4)
    speaking.update(ONE, np.array([11.0]), evidence(0.03))
    assert not speaking.since.any()


def test_units_are_apart_and_a_forgotten_one_is_quiet():
    speaking = Speaking(4)
    speaking.update(np.array([0, 2]), np.array([11.0, 12.0]), np.concatenate([evidence(0.0, 1.0), evidence(1.0)]))
    assert speaking.since[:, :2].tolist() == [[0.0, 11.0], [0.0, 0.0], [12.0, 0.0], [0.0, 0.0]]
    speaking.clear(2)
    assert not speaking.since[2].any()
