"""How often a signal comes by itself: by that alone it is missing, and so long its value stands."""

import numpy as np
import pytest

from connected_ops.validation import cadence


class Signal:
    """One signal of one unit, by the heard seconds between its values."""

    def __init__(self, *gaps: float) -> None:
        self.cadence, self.ragged, self.gaps = np.zeros((1, 1)), np.zeros((1, 1)), 0.0
        for gap in gaps:
            self.comes_after(gap)

    def comes_after(self, gap: float) -> None:
        state = np.array([[gap]]), self.cadence, self.ragged, np.array([[self.gaps]])
        self.cadence, self.ragged = cadence.learn(*state)
        self.gaps += 1.0

    def is_missing(self, age: float) -> bool:
        return bool(cadence.missing(np.array([[age]]), self.cadence, self.ragged, np.array([[self.gaps]]))[0, 0])

    def stands_for(self) -> float:
        return float(cadence.hold(self.cadence, self.ragged, np.array([[self.gaps]]))[0, 0])


@pytest.mark.parametrize("every", [0.1, 1.0, 7.0, 60.0, 300.0])
def test_a_steady_signals_cadence_is_its_gap(every: float):
    signal = Signal(*[every] * 20)
    assert signal.cadence == pytest.approx(every)
    assert signal.ragged == pytest.approx(0.0)


@pytest.mark.parametrize("every", [0.1, 1.0, 60.0, 300.0])
def test_a_signal_is_missing_after_four_of_its_own_gaps_and_ten_seconds(every: float):
    signal, due = Signal(*[every] * 20), max(4 * every, every + 10.0)
    assert not signal.is_missing(due - 0.05)
    assert signal.is_missing(due + 0.05)


def test_a_signal_is_missing_only_once_its_habit_is_known():
    assert not Signal(*[1.0] * 3).is_missing(1000.0)
    assert Signal(*[1.0] * 4).is_missing(1000.0)


def test_one_drop_out_is_no_habit():
    signal = Signal(*[1.0] * 50, 600.0)
    assert float(signal.cadence[0, 0]) == pytest.approx(cadence.GROWS)
    assert signal.is_missing(30.0)


def test_a_sender_that_became_slower_is_learned_and_one_that_became_faster_too():
    slower = Signal(*[1.0] * 50, *[60.0] * 8)
    assert slower.cadence == pytest.approx(60.0)
    faster = Signal(*[60.0] * 20, *[1.0] * 300)
    assert faster.cadence == pytest.approx(1.0)


def test_a_signal_that_comes_when_something_changes_is_never_missing_and_stands_for_an_hour():
    random = np.random.default_rng(11)
    signal = Signal(*np.exp(random.uniform(np.log(0.5), np.log(400.0), 60)))
    assert not signal.is_missing(1e6)
    assert signal.stands_for() >= cadence.HOLD_RAGGED_S


def test_a_value_stands_for_two_and_a_half_gaps_ten_seconds_at_least_and_a_minute_at_first():
    assert Signal(*[300.0] * 5).stands_for() == pytest.approx(750.0)
    assert Signal(*[1.0] * 5).stands_for() == pytest.approx(10.0)
    assert Signal().stands_for() == Signal(1.0).stands_for() == pytest.approx(60.0)


def test_of_a_long_silence_no_more_counts_as_heard_than_a_few_usual_steps():
    step, usual = np.array([1.0, 3600.0, 3600.0, 3600.0]), np.array([1.0, 1.0, 60.0, np.nan])
    assert cadence.heard(step, usual).tolist() == [1.0, 10.0, 180.0, 10.0]


def test_a_units_usual_step_moves_by_a_fifth_at_most_and_not_within_one_instant():
    step, before = np.array([5.0, 1000.0, 0.001, 0.0]), np.array([np.nan, 4.0, 4.0, 4.0])
    assert cadence.usual(step, before).tolist() == pytest.approx([5.0, 5.0, 3.2, 4.0])
