import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.history.window import Samples, Window
from connected_ops.telemetry import catalog

SIZE = 5


def append(window: Window, unit: list[int], ts: list[float]) -> None:
    n = len(unit)
    values = np.repeat(np.asarray(ts)[:, None], catalog.COUNT, axis=1)
    window.append(np.asarray(unit), np.asarray(ts), values, np.zeros(n, np.uint8), np.zeros(n, np.uint64))


def insert(window: Window, unit: int, ts: float) -> None:
    if window.covers(unit, ts):
        window.insert(unit, ts, np.full(catalog.COUNT, ts), 1, 2)


def assert_whole(samples: Samples) -> None:
    """A sample's columns stay together; the test writes each sample's time into its values."""
    np.testing.assert_array_equal(samples.values[:, 0], samples.ts)


def test_a_full_ring_keeps_its_newest_samples_in_order():
    window = Window(2, SIZE)
    for t in range(1, 14):
        append(window, [1], [t])
    assert window.samples(1).ts.tolist() == [9, 10, 11, 12, 13]
    assert window.samples(1, 2).ts.tolist() == [12, 13]
    assert window.samples(0).ts.tolist() == []


def test_more_rows_than_the_ring_holds_may_come_at_once_for_several_units():
    window = Window(3, SIZE)
    append(window, [0] * 7 + [2] * 2, [1, 2, 3, 4, 5, 6, 7, 4, 8])
    assert window.samples(0).ts.tolist() == [3, 4, 5, 6, 7]
    assert window.samples(2).ts.tolist() == [4, 8]


def test_a_late_sample_goes_to_its_place_and_the_oldest_falls_out_of_a_full_ring():
    window = Window(1, SIZE)
    append(window, [0] * 7, [1, 2, 3, 4, 6, 7, 8])
    insert(window, 0, 5)
    assert window.samples(0).ts.tolist() == [4, 5, 6, 7, 8]
    assert not window.covers(0, 3.0)
    append(window, [0], [9])
    assert window.samples(0).ts.tolist() == [5, 6, 7, 8, 9]
    assert_whole(window.samples(0))


def test_a_time_is_held_only_while_its_sample_is():
    window = Window(1, SIZE)
    append(window, [0] * 6, [1, 2, 3, 4, 5, 6])
    assert window.holds(0, 2.0)
    assert not window.holds(0, 1.0)
    assert not window.holds(0, 2.5)
    window.clear(0)
    assert not window.holds(0, 2.0)


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30)), min_size=1, max_size=6),
        max_size=12,
    )
)
def test_a_window_is_the_newest_samples_in_event_time(blocks):
    window, kept = Window(3, SIZE), {unit: [] for unit in range(3)}
    for block in blocks:
        fresh = sorted({(u, t) for u, t in block if not kept[u] or t > max(kept[u])})
        if fresh:
            append(window, [u for u, _ in fresh], [float(t) for _, t in fresh])
        for unit, t in fresh:
            kept[unit].append(t)
        for unit, t in block:
            if t not in kept[unit] and window.covers(unit, t):
                insert(window, unit, float(t))
                kept[unit].append(t)
    for unit in range(3):
        samples = window.samples(unit)
        assert samples.ts.tolist() == sorted(kept[unit])[-SIZE:]
        assert_whole(samples)


def test_the_newest_across_units_are_the_newest_of_all_oldest_first():
    window = Window(3, SIZE)
    append(window, [0, 0, 0, 2, 2], [1, 4, 9, 2, 7])
    whose, samples = window.newest(np.array([0, 1, 2]), 3)
    assert samples.ts.tolist() == [4, 7, 9]
    assert whose.tolist() == [0, 2, 0]
    assert_whole(samples)


@pytest.mark.parametrize("units", [[], [1]])
def test_the_newest_of_nobody_is_empty(units: list[int]):
    whose, samples = Window(2, SIZE).newest(np.array(units, dtype=np.int64), 10)
    assert len(whose) == len(samples.ts) == 0
    assert samples.values.shape == (0, catalog.COUNT)
