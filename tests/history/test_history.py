import numpy as np

from connected_ops.history.history import WAITING_ROWS, History, Rows
from connected_ops.telemetry import catalog


def rows(unit: list[int], ts: list[float]) -> Rows:
    n = len(unit)
    values = np.full((n, catalog.COUNT), 1.0) * np.asarray(ts)[:, None]
    return Rows(np.asarray(unit), np.asarray(ts, float), values, np.zeros(n, np.uint8), np.zeros(n, np.uint64))


def test_rows_that_wait_are_there_for_every_reader():
    history = History(2, 10)
    history.append(rows([0, 1], [60.0, 60.0]))
    history.append(rows([0], [61.0]))
    assert history.window.samples(0).ts.tolist() == [60.0, 61.0]
    assert history.tiers[0].series(0)[1][0, 0] == 60.5
    assert history.holds(1, 60.0)


def test_many_single_rows_are_all_written():
    history = History(1, 5)
    for t in range(WAITING_ROWS * 2 + 3):
        history.append(rows([0], [float(t)]))
    assert history.window.samples(0).ts.tolist() == [WAITING_ROWS * 2 + k for k in (-2, -1, 0, 1, 2)]


def test_a_late_sample_is_in_the_window_and_in_each_tier_that_covers_it():
    history = History(1, 10)
    newest = 100_000.0
    history.append(rows([0], [newest]))
    assert history.insert(0, newest - 3600, np.full(catalog.COUNT, 5.0), 1, 0, newest)
    assert history.window.samples(0).ts.tolist() == [newest - 3600, newest]
    assert [len(tier.series(0)[0]) for tier in history.tiers] == [2, 2]


def test_a_sample_too_late_for_the_window_is_still_in_the_tiers():
    history = History(1, 2)
    newest = 100_000.0
    history.append(rows([0, 0], [newest - 1, newest]))
    assert not history.insert(0, newest - 20_000, np.full(catalog.COUNT, 5.0), 1, 0, newest)
    assert history.window.samples(0).ts.tolist() == [newest - 1, newest]
    assert [len(tier.series(0)[0]) for tier in history.tiers] == [1, 2]  # 5.5 h: past the 4 h tier, in the 14 days


def test_a_time_is_held_in_the_window_and_for_hours_after_it():
    history = History(1, 3)
    for t in range(10):
        history.append(rows([0], [float(t)]))
    assert all(history.holds(0, float(t)) for t in range(10))
    assert not history.holds(0, 8.5)
    assert not history.holds(0, 11.0)
    history.clear(0)
    assert not any(history.holds(0, float(t)) for t in range(10))


def test_clearing_a_unit_also_drops_its_waiting_rows_and_leaves_the_others():
    history = History(2, 5)
    history.append(rows([0, 1], [60.0, 61.0]))
    history.clear(0)
    assert len(history.window.samples(0).ts) == 0
    assert history.window.samples(1).ts.tolist() == [61.0]
    assert len(history.tiers[0].series(0)[0]) == 0
