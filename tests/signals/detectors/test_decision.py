"""Decision: an alarm is an episode and not a flicker."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from connected_ops.signals.detectors.decision import Decision


def alarms(scores: list[float], ts: list[float] | None = None, on: float = 3, off: float = 5) -> NDArray[np.bool_]:
    decision = Decision(units=1, on_delay=on, off_delay=off)
    times = ts or [float(at) for at in range(len(scores))]
    return np.array(
        [decision.decide(np.array([t]), np.array([s]))[0] for t, s in zip(times, scores, strict=True)], dtype=np.bool_
    )


def test_an_alarm_comes_after_the_on_delay_and_goes_after_the_off_delay() -> None:
    assert np.flatnonzero(alarms([0.0] * 5 + [2.0] * 10 + [0.0] * 10)).tolist() == list(range(8, 20))


def test_a_short_peak_is_no_alarm_and_a_short_dip_ends_none() -> None:
    assert not alarms([0.0, 2.0, 2.0, 2.0, 0.0, 0.0]).any()
    assert alarms([2.0] * 5 + [0.0] * 4 + [2.0] * 5)[3:].all()


def test_late_rows_and_silence_change_nothing() -> None:
    assert alarms([2.0, 2.0, 0.0, 2.0, 2.0], [0.0, 1.0, 0.5, 2.0, 3.0]).tolist() == [False] * 4 + [True]
    assert alarms([2.0, 2.0, 0.0, 2.0, 2.0], [0.0, 1.0, np.nan, 2.0, 3.0]).tolist() == [False] * 4 + [True]


def test_units_are_judged_apart() -> None:
    decision = Decision(units=2, on_delay=0, off_delay=0)
    assert decision.decide(np.zeros(2), np.array([1.0, 0.99])).tolist() == [True, False]


def told(moving: list[float], ts: list[float] | None = None, stands: int = 0, rest: float = 5) -> list[int]:
    """The rows at which an alarm that stands from row `stands` on was dropped because the signals moved."""
    decision = Decision(units=1, on_delay=0, off_delay=rest)
    dropped = []
    for row, (t, moves) in enumerate(zip(ts or range(len(moving)), moving, strict=True)):
        on = decision.decide(np.array([float(t)]), np.array([2.0 * (row >= stands)]), np.array([moves]))[0]
        if decision.alarm[0] and not on:
            dropped.append(row)
    return dropped


def test_a_standing_alarm_is_told_again_by_one_row_when_the_signals_move_after_a_rest() -> None:
    assert told([0.0] * 10 + [1.0] * 10 + [0.0] * 6 + [1.0] * 10) == [10, 26]


def test_a_move_without_a_rest_before_it_is_the_same_move() -> None:
    assert told([0.0] * 10 + [1.0] * 10 + [0.0] * 4 + [1.0] * 10) == [10]


def test_the_move_that_brought_the_alarm_is_not_told_twice() -> None:
    assert told([0.0] * 10 + [1.0] * 20, stands=14) == []
    assert told([0.0] * 10 + [1.0] * 20, stands=10) == []


def test_a_late_row_tells_nothing_again() -> None:
    assert told([0.0, 0.0, 1.0, 0.0], [0.0, 10.0, 5.0, 11.0]) == []


def test_no_alarm_is_told_again_where_none_stands() -> None:
    assert told([0.0, 1.0, 1.0], stands=9) == []


@given(st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_no_alarm_and_no_pause_is_shorter_than_its_delay(scores: list[float]) -> None:
    on = alarms(scores)
    turns = np.flatnonzero(np.diff(on.astype(int)))
    for first, then in itertools.pairwise(turns):
        assert then - first >= (5 if on[first + 1] else 3)
