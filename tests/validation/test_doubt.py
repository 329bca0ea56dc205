"""A doubt withholds values, not the signal: what lasts is believed."""

import numpy as np
import pytest

from connected_ops.machines import catalog
from connected_ops.validation.doubt import Doubts, Run


def believed(*readings: tuple[float, float], max_rate: float = 10.0) -> list[float | None]:
    """What a doubted signal is read as after each (time, value); None: not believed."""
    run = Run()
    return [run.middle if run.read(t, value, max_rate) else None for t, value in readings]


def test_a_value_that_stands_is_believed_after_ten_seconds():
    told = believed(*[(float(t), 250.0) for t in range(20)])
    assert told.index(250.0) in (10, 11, 12)
    assert told[:10] == [None] * 10
    assert set(told[13:]) == {250.0}


@pytest.mark.parametrize("every", [5.0, 30.0, 300.0])
def test_it_takes_three_values_at_any_spacing(every: float):
    told = believed(*[(every * k, 250.0) for k in range(6)])
    assert told[:2] == [None, None]
    assert told[4:] == [250.0, 250.0]


def test_single_odd_values_among_good_ones_are_never_believed():
    told = believed(*[(float(t), 250.0 if t % 6 == 0 else 192.0) for t in range(60)])
    assert set(told) == {None, 192.0}


def test_values_that_agree_in_nothing_are_never_believed():
    told = believed(*[(float(t), float([60, 250, 130, 300, 190][t % 5])) for t in range(60)])
    assert set(told) == {None}


def test_a_value_that_rises_as_fast_as_its_signal_can_is_followed():
    told = believed(*[(float(t), 200.0 + 2.0 * t) for t in range(40)])
    assert told[-1] == pytest.approx(200.0 + 2.0 * 37)


def test_a_value_that_came_back_is_not_read_as_what_it_was_before():
    """Three odd values within two seconds, and a good one ten seconds later: nothing of it lasted for ten seconds."""
    assert believed((0.0, 20.0), (0.5, 20.0), (1.0, 20.0), (11.0, 72.0)) == [None] * 4


def test_a_doubt_that_is_over_leaves_nothing_to_the_next_one():
    doubts, unit, one = Doubts(2), np.array([1]), np.zeros((1, catalog.COUNT), dtype=bool)
    doubted = one.copy()
    doubted[0, catalog.COOLANT] = True
    x = np.full((1, catalog.COUNT), 250.0)
    for t in range(14):
        doubts.read(unit, np.array([float(t)]), x, doubted, one)
    middle, told = doubts.read(unit, np.array([14.0]), x, doubted, one)
    assert told[0].tolist() == doubted[0].tolist()
    assert middle[0, catalog.COOLANT] == 250.0
    doubts.read(unit, np.array([15.0]), x, one, doubted)
    assert not doubts.read(unit, np.array([16.0]), x, doubted, one)[1].any()
    doubts.clear(1)
    for name, value in vars(Doubts(2)).items():
        np.testing.assert_array_equal(vars(doubts)[name], value)


def test_a_unit_whose_clock_stepped_back_keeps_its_doubt():
    doubts, unit, none = Doubts(1), np.array([0]), np.zeros((1, catalog.COUNT), dtype=bool)
    doubted = none.copy()
    doubted[0, catalog.COOLANT] = True
    x = np.full((1, catalog.COUNT), 250.0)
    for t in range(9):
        doubts.read(unit, np.array([100.0 + t]), x, doubted, none)
    doubts.rebase(0, 100.0)
    told = [doubts.read(unit, np.array([9.0 + t]), x, doubted, none)[1].any() for t in range(6)]
    assert not told[0]
    assert told[-1]
