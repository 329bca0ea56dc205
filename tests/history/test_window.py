import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.history.window import Samples, Window
from connected_ops.machines import catalog

SIZE, FIRED = 5, catalog.COUNT + 1


def append(window: Window, unit: list[int], ts: list[float]) -> None:
    n = len(unit)
    values = np.repeat(np.asarray(ts)[:, None], catalog.COUNT, axis=1)
    window.append(np.asarray(unit), np.asarray(ts), values, np.zeros(n, np.uint8), np.zeros((n, FIRED), np.uint16))


def insert(window: Window, unit: int, ts: float) -> None:
    if window.covers(unit, ts):
        window.insert(unit, ts, np.full(catalog.COUNT, ts), 1, np.full(FIRED, 2, np.uint16))


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
    held = window.held(0, 2.0)
    assert held is not None
    assert held.all()
    assert window.held(0, 1.0) is None
    assert window.held(0, 2.5) is None
    window.clear(0)
    assert window.held(0, 2.0) is None


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


def message(
    window: Window, unit: int, ts: float, verdict: int = 0, bits: dict[int, int] | None = None, **values
) -> None:
    """One message of a unit, with bits of rules by column."""
    x, fired = parts(values, bits)
    window.append(np.array([unit]), np.array([ts]), x[None], np.array([verdict], np.uint8), fired[None])


def parts(values: dict[str, float], bits: dict[int, int] | None) -> tuple[np.ndarray, np.ndarray]:
    x, fired = np.full(catalog.COUNT, np.nan), np.zeros(FIRED, np.uint16)
    for key, value in values.items():
        x[catalog.INDEX[key]] = value
    for column, bit in (bits or {}).items():
        fired[column] = bit
    return x, fired


def shown(samples: Samples) -> list[dict[str, float]]:
    return [
        {key: value for key, value in zip(catalog.KEYS, row, strict=True) if not np.isnan(value)}
        for row in samples.values.tolist()
    ]


def test_messages_of_one_instant_are_one_row_with_the_worst_verdict_and_all_that_was_said():
    window = Window(1, SIZE)
    message(window, 0, 10.0, coolant_temp_f=192.0)
    message(window, 0, 10.0, 1, {catalog.RPM: 2, catalog.COUNT: 16}, engine_rpm=1900.0)
    message(window, 0, 10.0, 0, {catalog.RPM: 4}, speed_mph=45.0)
    samples = window.samples(0)
    assert samples.ts.tolist() == [10.0]
    assert shown(samples) == [{"coolant_temp_f": 192.0, "engine_rpm": 1900.0, "speed_mph": 45.0}]
    assert samples.verdict.tolist() == [1]
    assert {at: int(bit) for at, bit in enumerate(samples.fired[0]) if bit} == {catalog.RPM: 6, catalog.COUNT: 16}


def test_a_value_of_0_and_one_below_it_survive_their_rows_merging():
    window = Window(1, SIZE)
    message(window, 0, 10.0, ambient_temp_f=-20.0)
    message(window, 0, 10.0, speed_mph=0.0)
    assert shown(window.samples(0)) == [{"speed_mph": 0.0, "ambient_temp_f": -20.0}]


@given(st.permutations([("coolant_temp_f", 192.0), ("engine_rpm", 1900.0), ("speed_mph", 45.0), ("engine_hours", 7.0)]),
       st.lists(st.booleans(), min_size=3, max_size=3), st.booleans())  # fmt: skip
def test_order_and_packing_of_one_instants_messages_change_nothing(fields, together, at_once: bool):
    """`together`: whether a field travels with the one before; `at_once`: whether all messages are one block."""
    messages: list[dict[str, float]] = [{}]
    for (key, value), joins in zip(fields, [True, *together], strict=True):
        if not joins:
            messages.append({})
        messages[-1][key] = value
    window = Window(2, SIZE)
    message(window, 0, 9.0, engine_rpm=800.0)
    if at_once:
        n = len(messages)
        x = np.array([parts(values, None)[0] for values in messages])
        window.append(np.zeros(n, int), np.full(n, 10.0), x, np.zeros(n, np.uint8), np.zeros((n, FIRED), np.uint16))
    else:
        for values in messages:
            message(window, 0, 10.0, 0, None, **values)
    message(window, 0, 11.0, engine_rpm=810.0)
    assert window.samples(0).ts.tolist() == [9.0, 10.0, 11.0]
    assert shown(window.samples(0))[1] == dict(sorted(fields, key=lambda field: catalog.INDEX[field[0]]))


def test_a_late_message_joins_the_row_of_its_time_in_a_full_ring():
    window = Window(1, SIZE)
    for t in range(1, 8):
        message(window, 0, float(t), coolant_temp_f=190.0 + t)
    x, fired = parts({"engine_rpm": 1900.0}, {catalog.COUNT: 16})
    window.insert(0, 5.0, x, 1, fired)
    samples = window.samples(0)
    assert samples.ts.tolist() == [3, 4, 5, 6, 7]
    assert shown(samples)[2] == {"coolant_temp_f": 195.0, "engine_rpm": 1900.0}
    assert samples.verdict.tolist() == [0, 0, 1, 0, 0]
    assert np.flatnonzero(samples.fired.any(axis=1)).tolist() == [2]


def test_a_repeat_is_known_by_its_time_and_all_its_values():
    window = Window(1, 4)
    values = np.full((1, catalog.COUNT), np.nan)
    values[0, :2] = 190.1, 1500.0
    window.append(
        np.zeros(1, np.int64), np.array([5.0]), values, np.zeros(1, np.uint8), np.zeros((1, FIRED), np.uint16)
    )
    part, other = values[0].copy(), values[0].copy()
    part[1], other[1] = np.nan, 1501.0
    assert window.repeats(0, 5.0, values[0])
    assert window.repeats(0, 5.0, part)
    assert not window.repeats(0, 5.0, other)
    assert not window.repeats(0, 6.0, values[0])


def test_which_signals_of_a_time_are_held_is_known_apart():
    window = Window(1, SIZE)
    message(window, 0, 10.0, coolant_temp_f=192.0)
    held = window.held(0, 10.0)
    assert held is not None
    assert np.flatnonzero(held).tolist() == [catalog.COOLANT]


def test_bits_of_rules_go_with_their_row_out_of_the_ring():
    window = Window(1, SIZE)
    for t in range(20):
        message(window, 0, float(t), 1, {catalog.RPM: 1} if t % 2 else None, engine_rpm=1900.0)
    samples = window.samples(0)
    assert samples.fired[:, catalog.RPM].tolist() == [int(t) % 2 for t in samples.ts.tolist()]
    window.clear(0)
    append(window, [0], [19.0])
    assert not window.samples(0).fired.any()


def test_a_cut_forgets_what_came_after_it_and_no_more():
    window = Window(1, SIZE)
    append(window, [0] * 8, [1, 2, 3, 4, 5, 6, 7, 8])
    window.cut(0, 6.0)
    assert window.samples(0).ts.tolist() == [4, 5, 6]
    append(window, [0] * 3, [6.5, 7, 8])
    assert window.samples(0).ts.tolist() == [5, 6, 6.5, 7, 8]
    assert_whole(window.samples(0))


def test_what_rules_said_of_a_row_that_was_cut_is_not_said_of_a_new_one_at_its_time():
    window = Window(1, SIZE)
    message(window, 0, 1.0, engine_rpm=1900.0)
    message(window, 0, 9.0, 1, {catalog.RPM: 1}, engine_rpm=1900.0)
    window.cut(0, 1.0)
    message(window, 0, 9.0, engine_rpm=1900.0)
    assert not window.samples(0).fired.any()


def test_a_signal_that_begins_later_is_nothing_before_and_one_that_stops_nothing_after():
    window = Window(1, SIZE)
    for t in range(1, 8):
        values = {"coolant_temp_f": 190.0 + t} if t < 6 else {"engine_rpm": 1000.0 + t}
        message(window, 0, float(t), 0, None, **values)
    assert shown(window.samples(0)) == [
        {"coolant_temp_f": 193.0}, {"coolant_temp_f": 194.0}, {"coolant_temp_f": 195.0},
        {"engine_rpm": 1006.0}, {"engine_rpm": 1007.0},
    ]  # fmt: skip
    for ts, signal in ((5.0, catalog.COOLANT), (6.0, catalog.RPM)):
        held = window.held(0, ts)
        assert held is not None
        assert np.flatnonzero(held).tolist() == [signal]


def test_a_late_message_may_bring_a_signal_that_its_unit_never_sent():
    window = Window(1, SIZE)
    for t in (1, 2, 3, 4, 6, 7):
        message(window, 0, float(t), coolant_temp_f=190.0 + t)
    for ts in (5.0, 6.0):
        x, fired = parts({"engine_rpm": 1900.0}, None)
        window.insert(0, ts, x, 1, fired)
    assert shown(window.samples(0)) == [
        {"coolant_temp_f": 193.0}, {"coolant_temp_f": 194.0}, {"engine_rpm": 1900.0},
        {"coolant_temp_f": 196.0, "engine_rpm": 1900.0}, {"coolant_temp_f": 197.0},
    ]  # fmt: skip


def test_what_a_unit_that_took_a_cleared_place_did_not_send_is_nothing():
    window = Window(2, SIZE)
    append(window, [0] * 7, [1, 2, 3, 4, 5, 6, 7])
    window.clear(0)
    for unit in (0, 1):  # the rows that were taken back go to whoever comes first
        for t in range(3):
            message(window, unit, float(t), engine_hours=7.0)
        message(window, unit, 3.0, speed_mph=45.0)
    expected = [{"engine_hours": 7.0}] * 3 + [{"speed_mph": 45.0}]
    assert shown(window.samples(0)) == shown(window.samples(1)) == expected


def test_a_row_without_any_value_is_a_row():
    window = Window(1, SIZE)
    for t in range(3):
        message(window, 0, float(t))
    message(window, 0, 3.0, engine_rpm=1900.0)
    assert shown(window.samples(0)) == [{}, {}, {}, {"engine_rpm": 1900.0}]


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sets(st.sampled_from(catalog.KEYS), max_size=4), st.booleans()),
        max_size=40,
    )
)
def test_whatever_signals_come_go_and_are_forgotten_each_unit_shows_its_own(steps):
    """Of each step: a unit, the signals that it sends, whether it is forgotten first."""
    window, kept = Window(3, SIZE), {unit: [] for unit in range(3)}
    for t, (unit, keys, forgotten) in enumerate(steps):
        if forgotten and t % 3 == 0:
            window.clear(unit)
            kept[unit] = []
        values = dict.fromkeys(keys, float(t))
        message(window, unit, float(t), 0, None, **values)
        kept[unit].append(values)
    for unit in range(3):
        assert shown(window.samples(unit)) == [
            {key: values[key] for key in catalog.KEYS if key in values} for values in kept[unit][-SIZE:]
        ]
