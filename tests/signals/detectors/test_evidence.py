"""What is no evidence: values of different moments, and the temperature of air that stands."""

import numpy as np

from connected_ops.signals.detectors.detector import Floats
from connected_ops.signals.detectors.evidence import HOLDS, STALE_FOR, STILL_FOR, Evidence, usual_hold

ONE = np.ones(1)


def told(rpm: Floats, still: Floats) -> tuple[Floats, Floats]:
    """(stale, airless) [rows] of one unit whose rpm usually changes with every row."""
    evidence = Evidence(1)
    rows = [
        evidence.move(ONE, np.array([value]), np.array([bool(rests)]), ONE)
        for value, rests in zip(rpm, still, strict=True)
    ]
    return np.array([stale[0] for stale, _ in rows]), np.array([airless[0] for _, airless in rows])


def test_an_engine_speed_that_rests_makes_rows_stale_for_a_while():
    rpm = 900 + np.arange(200.0)
    rpm[50:58] = rpm[50]
    stale = np.flatnonzero(told(rpm, np.zeros(200))[0])
    assert stale[0] == 50 + HOLDS
    assert stale[-1] == 57 + STALE_FOR - 1


def test_an_engine_that_stands_is_not_a_logger_that_repeats_itself():
    assert not told(np.zeros(100), np.ones(100))[0].any()


def test_air_that_stood_still_is_not_read_until_it_has_flowed():
    still = np.zeros(300)
    still[100:120] = 1
    airless = np.flatnonzero(told(900 + np.arange(300.0), still)[1])
    assert airless[0] == 100
    assert airless[-1] == 119 + STILL_FOR - 1


def test_a_row_without_news_changes_nothing():
    evidence = Evidence(1)
    evidence.move(ONE, np.array([900.0]), np.array([False]), ONE)
    for _ in range(20):
        stale, airless = evidence.move(np.zeros(1), np.array([900.0]), np.array([True]), ONE)
        assert not stale[0]
        assert not airless[0]


def test_the_usual_hold_is_that_of_the_engine_that_runs():
    rpm = np.array([[0.0, 0, 0, 0, 900, 901, 901, 902, 902, 903]])
    assert usual_hold(rpm, rpm < 300)[0] == 6 / 4
    assert usual_hold(np.full((1, 5), np.nan), np.zeros((1, 5), dtype=bool))[0] == 1
