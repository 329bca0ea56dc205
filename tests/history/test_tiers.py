from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.history.tiers import TIERS, Tier, TierRow
from connected_ops.machines import catalog

ROW = TierRow("test", 10, 4)
_figure = st.floats(-100, 100, width=32) | st.just(float("nan"))
_row = st.tuples(st.integers(0, 1), st.floats(0, 80), st.tuples(_figure, _figure))


def add(tier: Tier, rows: list[tuple[int, float, tuple[float, float]]]) -> None:
    """Rows of (unit, ts, two figures), grouped and in time as `Tier.add` asks."""
    rows = sorted(rows, key=lambda row: row[:2])
    values = np.full((len(rows), catalog.COUNT), np.nan)
    values[:, :2] = np.array([row[2] for row in rows]).reshape(-1, 2)
    tier.add(np.array([row[0] for row in rows], dtype=np.int64), np.array([row[1] for row in rows]), values)


def naive(rows: list[tuple[int, float, tuple[float, float]]], unit: int) -> dict[float, list[float]]:
    """Bucket start to the means of what fell into it, over the newest buckets that the ring holds."""
    buckets: dict[int, list[tuple[float, float]]] = {}
    for whose, ts, figures in rows:
        if whose == unit and not np.isnan(figures).all():
            buckets.setdefault(int(ts // ROW.width_s), []).append(figures)
    means = {}
    for bucket, figures in buckets.items():
        if bucket > max(buckets) - ROW.count:
            columns = [[f for f in column if not np.isnan(f)] for column in zip(*figures, strict=True)]
            means[float(bucket * ROW.width_s)] = [np.mean(c) if c else np.nan for c in columns]
    return means


def assert_means(tier: Tier, rows) -> None:
    for unit in (0, 1):
        start, means = tier.series(unit)
        expected = naive(rows, unit)
        assert start.tolist() == sorted(expected)
        for at, ts in enumerate(start.tolist()):
            np.testing.assert_allclose(means[at, :2], expected[ts], rtol=1e-4, atol=1e-3)


@given(st.lists(_row, max_size=40))
def test_a_bucket_is_the_mean_of_each_signal_over_what_fell_into_it(rows):
    tier = Tier(2, ROW)
    add(tier, rows)
    assert_means(tier, rows)


@given(st.lists(_row, max_size=30), st.lists(st.integers(0, 30), max_size=4))
def test_one_block_several_blocks_and_one_by_one_come_to_the_same_means(rows, cuts):
    rows = sorted(rows, key=lambda row: row[1])
    edges = [0, *sorted(cuts), len(rows)]
    split, single = Tier(2, ROW), Tier(2, ROW)
    for start, end in pairwise(edges):
        add(split, rows[start:end])
    for row in rows:
        add(single, [row])
    assert_means(split, rows)
    assert_means(single, rows)


def test_a_late_row_joins_its_bucket_and_one_older_than_the_ring_changes_nothing():
    tier = Tier(1, ROW)
    add(tier, [(0, 5.0, (10.0, 1.0)), (0, 35.0, (20.0, 1.0))])
    assert tier.covers(35.0, 5.0)
    add(tier, [(0, 6.0, (30.0, 1.0))])
    assert tier.series(0)[1][:, 0].tolist() == [20.0, 20.0]
    add(tier, [(0, 45.0, (40.0, 1.0))])
    assert not tier.covers(45.0, 6.0)
    add(tier, [(0, 6.0, (99.0, 1.0))])
    start, means = tier.series(0)
    assert start.tolist() == [30.0, 40.0]
    assert means[:, 0].tolist() == [20.0, 40.0]


def test_a_pause_longer_than_the_ring_leaves_none_of_the_old_buckets():
    tier = Tier(1, ROW)
    add(tier, [(0, float(t), (1.0, 1.0)) for t in range(0, 40, 10)])
    add(tier, [(0, 1000.0, (2.0, 2.0))])
    assert tier.series(0)[0].tolist() == [1000.0]


def test_an_adopted_past_is_continued_by_samples():
    tier = Tier(1, ROW)
    means = np.full((6, catalog.COUNT), np.nan, dtype=np.float32)
    means[:, 0] = np.arange(6)
    tier.adopt(0, np.arange(0, 60, 10), means)
    add(tier, [(0, 55.0, (7.0, 7.0)), (0, 61.0, (8.0, 8.0))])
    start, known = tier.series(0)
    assert start.tolist() == [30.0, 40.0, 50.0, 60.0]
    assert known[:, 0].tolist() == [3.0, 4.0, pytest.approx(6.0), 8.0]
    tier.clear(0)
    assert len(tier.series(0)[0]) == 0


def test_a_unit_may_be_adopted_without_a_past():
    tier = Tier(1, ROW)
    tier.adopt(0, np.empty(0, np.int64), np.empty((0, catalog.COUNT), np.float32))
    assert len(tier.series(0)[0]) == 0
    add(tier, [(0, 1.0, (3.0, 4.0))])
    assert tier.series(0)[1][:, :2].tolist() == [[3.0, 4.0]]


def test_a_cleared_place_starts_from_nothing_even_in_an_earlier_time():
    tier = Tier(1, ROW)
    add(tier, [(0, 9000.0, (5.0, 5.0))])
    tier.clear(0)
    add(tier, [(0, 1.0, (3.0, 4.0))])
    start, means = tier.series(0)
    assert start.tolist() == [0.0]
    assert means[0, :2].tolist() == [3.0, 4.0]


def nothing_but(tier: Tier, signals: dict[int, float], ts: float, unit: int = 0) -> None:
    values = np.full((1, catalog.COUNT), np.nan)
    for signal, value in signals.items():
        values[0, signal] = value
    tier.add(np.array([unit]), np.array([ts]), values)


def test_a_signal_that_begins_later_is_nothing_before_and_one_that_stops_nothing_after():
    tier = Tier(1, ROW)
    for ts in (5.0, 15.0, 25.0):
        nothing_but(tier, {0: ts}, ts)
    for ts in (26.0, 35.0):
        nothing_but(tier, {8: ts}, ts)
    expected = [[5.0, np.nan], [15.0, np.nan], [25.0, 26.0], [np.nan, 35.0]]
    np.testing.assert_array_equal(tier.series(0)[1][:, [0, 8]], expected)


def test_what_a_unit_that_took_a_cleared_place_did_not_send_is_nothing():
    tier = Tier(2, ROW)
    add(tier, [(0, float(t), (1.0, 1.0)) for t in range(40)])
    tier.clear(0)
    for unit in (0, 1):  # the rows that were taken back go to whoever comes first
        nothing_but(tier, {5: 3.0}, 5.0, unit)
        nothing_but(tier, {5: 3.0, 6: 4.0}, 15.0, unit)
        start, means = tier.series(unit)
        assert start.tolist() == [0.0, 10.0]
        assert np.argwhere(np.isfinite(means)).tolist() == [[0, 5], [1, 5], [1, 6]]
        assert means[:, 5].tolist() == [3.0, 3.0]


def test_a_late_sample_weighs_as_one_of_all_of_its_bucket_for_hours():
    tier = Tier(1, TIERS[1])
    for second in range(9):
        nothing_but(tier, {0: 10.0}, float(second))
    for half_hour in range(1, 16):
        nothing_but(tier, {0: 10.0}, half_hour * 1800.0)
    nothing_but(tier, {0: 110.0}, 9.0)
    assert tier.series(0)[1][0, 0] == 20.0


def test_a_bucket_of_long_ago_counts_as_one_sample():
    tier = Tier(1, TIERS[1])
    for second in range(9):
        nothing_but(tier, {0: 10.0}, float(second))
    for half_hour in range(1, 17):
        nothing_but(tier, {0: 10.0}, half_hour * 1800.0)
    nothing_but(tier, {0: 30.0}, 9.0)
    nothing_but(tier, {0: 50.0}, 10.0)
    assert tier.series(0)[1][0, 0] == 30.0
