import numpy as np
import pytest

from connected_ops.history.history import WAITING_ROWS, History, Rows
from connected_ops.machines import catalog

NOTHING = np.zeros((1, catalog.COUNT + 1), np.uint16)


def rows(unit: list[int], ts: list[float]) -> Rows:
    n = len(unit)
    values = np.full((n, catalog.COUNT), 1.0) * np.asarray(ts)[:, None]
    return Rows(
        np.asarray(unit), np.asarray(ts, float), values, values, np.zeros(n, np.uint8), NOTHING.repeat(n, axis=0)
    )


def test_rows_that_wait_are_there_for_every_reader():
    history = History(2, 10)
    history.append(rows([0, 1], [60.0, 60.0]))
    history.append(rows([0], [61.0]))
    assert history.window.samples(0).ts.tolist() == [60.0, 61.0]
    assert history.tiers[0].series(0)[1][0, 0] == 60.5
    assert history.held(1, 60.0).all()


def test_many_single_rows_are_all_written():
    history = History(1, 5)
    for t in range(WAITING_ROWS * 2 + 3):
        history.append(rows([0], [float(t)]))
    assert history.window.samples(0).ts.tolist() == [WAITING_ROWS * 2 + k for k in (-2, -1, 0, 1, 2)]


def test_a_late_sample_is_in_the_window_and_in_each_tier_that_covers_it():
    history = History(1, 10)
    newest = 100_000.0
    history.append(rows([0], [newest]))
    assert history.insert(0, newest - 3600, np.full(catalog.COUNT, 5.0), 1, NOTHING[0], newest)
    assert history.window.samples(0).ts.tolist() == [newest - 3600, newest]
    assert [len(tier.series(0)[0]) for tier in history.tiers] == [2, 2]


@pytest.mark.parametrize(("late_s", "buckets"), [(10_000, [2, 2]), (20_000, [1, 1])], ids=["2.8 h", "5.5 h"])
def test_a_sample_too_late_for_the_window_is_in_the_tiers_while_repeats_are_known(late_s: int, buckets: list[int]):
    history = History(1, 2)
    newest = 100_000.0
    history.append(rows([0, 0], [newest - 1, newest]))
    assert not history.insert(0, newest - late_s, np.full(catalog.COUNT, 5.0), 1, NOTHING[0], newest)
    assert history.window.samples(0).ts.tolist() == [newest - 1, newest]
    assert [len(tier.series(0)[0]) for tier in history.tiers] == buckets


def test_what_a_time_still_lacks_is_not_held_and_may_come_late():
    history = History(1, 3)
    some = np.full(catalog.COUNT, np.nan)
    some[catalog.COOLANT] = 192.0
    history.append(Rows(np.array([0]), np.array([60.0]), some[None], some[None], np.zeros(1, np.uint8), NOTHING))
    assert np.flatnonzero(history.held(0, 60.0)).tolist() == [catalog.COOLANT]
    rest = np.full(catalog.COUNT, np.nan)
    rest[catalog.RPM] = 1900.0
    assert history.insert(0, 60.0, rest, 1, NOTHING[0], 60.0)
    assert np.flatnonzero(history.held(0, 60.0)).tolist() == [catalog.COOLANT, catalog.RPM]


def test_of_a_clock_that_was_ahead_the_time_after_the_step_is_forgotten():
    history = History(1, 5)
    history.append(rows([0, 0, 0], [60.0, 61.0, 500.0]))
    history.cut(0, 61.0)
    assert history.window.samples(0).ts.tolist() == [60.0, 61.0]
    history.append(rows([0], [62.0]))
    assert history.window.samples(0).ts.tolist() == [60.0, 61.0, 62.0]


def test_a_time_is_held_in_the_window_and_for_hours_after_it():
    history = History(1, 3)
    for t in range(10):
        history.append(rows([0], [float(t)]))
    assert all(history.held(0, float(t)).all() for t in range(10))
    assert not history.held(0, 8.5).any()
    assert not history.held(0, 11.0).any()
    history.clear(0)
    assert not any(history.held(0, float(t)).any() for t in range(10))


def test_clearing_a_unit_also_drops_its_waiting_rows_and_leaves_the_others():
    history = History(2, 5)
    history.append(rows([0, 1], [60.0, 61.0]))
    history.clear(0)
    assert len(history.window.samples(0).ts) == 0
    assert history.window.samples(1).ts.tolist() == [61.0]
    assert len(history.tiers[0].series(0)[0]) == 0


def test_a_cleared_place_shows_the_next_unit_nothing_of_the_one_before():
    history = History(1, 5)
    history.append(rows([0] * 8, [60.0 + t for t in range(8)]))
    history.clear(0)
    some = np.full((1, catalog.COUNT), np.nan)
    some[0, catalog.RPM] = 1900.0
    history.append(Rows(np.array([0]), np.array([62.0]), some, some, np.zeros(1, np.uint8), NOTHING))
    for values in (history.window.samples(0).values, *(tier.series(0)[1] for tier in history.tiers)):
        assert np.argwhere(np.isfinite(values)).tolist() == [[0, catalog.RPM]]
    assert np.flatnonzero(history.held(0, 62.0)).tolist() == [catalog.RPM]
    assert not history.held(0, 63.0).any()
