"""The sentence in code: event time, batches, repeats, late rows, and what teaches."""

from itertools import pairwise
from operator import attrgetter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_ops.machines import catalog
from connected_ops.signals.baseline import COOLANT, GRACE_S
from connected_ops.validation.doubt import Doubts

CAR = {"unit_class": "passenger_car"}
START = 1_800_000_000.0

_rows = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 40),
        st.fixed_dictionaries(
            {},
            optional={
                "coolant_temp_f": st.sampled_from([60.0, 192.0, 250.0, 500.0]),
                "intake_air_temp_f": st.sampled_from([82.0, 180.0]),
                "vibration_score": st.sampled_from([0.9, 5.0, None]),
                "engine_hours": st.sampled_from([1000.0, 5.0, None]),
            },
        ),
    ),
    max_size=30,
    unique_by=lambda row: row[:2],
)


def state(bench) -> list:
    """All that a page or a later sample could tell two benches apart by, per unit in order of id."""
    bench.lab.assess()
    pipeline, register, shot = bench.lab.pipeline, bench.lab.register, bench.lab.read_model.snapshot()
    units = []
    for vehicle_id, place in sorted(register.index.items()):
        window = pipeline.history.window.samples(place)
        arrays = [window.ts, window.values, window.verdict, window.fired]
        arrays += [array for tier in pipeline.history.tiers for array in tier.series(place)]
        for room in (pipeline.known, pipeline.baselines, pipeline.trend, pipeline.confirmation):
            arrays += remembered(room, place)
        arrays += [bench.present(vehicle_id), pipeline.present.known[place], pipeline.slope[place]]
        if vehicle_id in shot.vehicle_ids:
            arrays.append(shot.points[shot.vehicle_ids.index(vehicle_id)])
        units.append((vehicle_id, arrays))
    return units


def remembered(room, place: int) -> list:
    """What a room remembers of a unit."""
    arrays = []
    for value in vars(room).values():
        if isinstance(value, Doubts):
            for signal, run in sorted(value._runs.get(place, {}).items()):
                arrays.append(np.array([signal, run.middle, run.since, run.newest, *run.values]))
        else:
            arrays.append(value[place])
    return arrays


def assert_same(one, other) -> None:
    left, right = state(one), state(other)
    assert [vehicle_id for vehicle_id, _ in left] == [vehicle_id for vehicle_id, _ in right]
    for (_, arrays), (_, others) in zip(left, right, strict=True):
        for a, b in zip(arrays, others, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(_rows, st.lists(st.integers(0, 30), max_size=5), st.randoms(use_true_random=False))
def test_how_rows_are_cut_into_blocks_and_ordered_in_them_changes_nothing(new_bench, sample, rows, cuts, shuffle):
    rows = [sample(t, vehicle_id, **CAR | fields) for vehicle_id, t, fields in sorted(rows, key=lambda row: row[1])]
    single, blocks = new_bench(window=10), new_bench(window=10)
    single.now = blocks.now = 50.0
    verdicts = [single.judge([row])[0] for row in rows]
    edges = [0, *sorted(min(cut, len(rows)) for cut in cuts), len(rows)]
    for start, end in pairwise(edges):
        order = list(range(start, end))
        shuffle.shuffle(order)
        judged = blocks.judge(rows[at] for at in order)
        assert judged == [verdicts[at] for at in order]
    assert_same(single, blocks)


@settings(max_examples=30, deadline=None)
@given(_rows)
def test_other_units_rows_never_change_a_units_result(new_bench, sample, rows):
    rows = [sample(t, vehicle_id, **CAR | fields) for vehicle_id, t, fields in sorted(rows, key=lambda row: row[1])]
    alone, together = new_bench(), new_bench()
    alone.now = together.now = 50.0
    mine = [row for row in rows if row["vehicle_id"] == "a"]
    judged = together.judge(rows)
    assert [v for row, v in zip(rows, judged, strict=True) if row["vehicle_id"] == "a"] == alone.judge(mine)
    seen = [bench.look("a") for bench in (alone, together) if "a" in bench.shown()]
    assert seen[:1] == seen[1:]


def test_a_repeat_is_a_duplicate_and_changes_nothing(new_bench, sample):
    once, twice = new_bench(), new_bench()
    rows = [sample(t, **CAR) for t in range(50)]
    once.take(rows)
    twice.take(rows)
    assert twice.take(rows) == ["duplicate"] * 50
    assert twice.take([*rows[-3:], sample(49, coolant_temp_f=20.0)]) == ["duplicate"] * 4
    assert_same(once, twice)


def test_a_repeat_within_a_block_is_a_duplicate_and_the_first_one_counts(bench, sample):
    assert bench.take([sample(0, coolant_temp_f=190.0), sample(0, coolant_temp_f=60.0)]) == ["valid", "duplicate"]
    assert bench.present()[catalog.COOLANT] == 190.0


def test_a_repeat_is_known_after_the_window_has_let_its_sample_go(new_bench, sample):
    bench = new_bench(window=10)
    rows = [sample(t) for t in range(300)]
    bench.take(rows)
    assert bench.take(rows) == ["duplicate"] * 300


def test_a_late_sample_beyond_the_window_is_kept_once(new_bench, sample):
    bench = new_bench(window=10)
    bench.take(sample(t) for t in range(3600, 3700))
    late = [sample(t) for t in range(0, 20)]
    assert bench.take(late) == ["needs_review"] * 20
    assert bench.take(late) == ["duplicate"] * 20
    assert len(bench.lab.pipeline.history.window.samples(bench.place()).ts) == 10
    assert len(bench.lab.pipeline.history.tiers[0].series(bench.place())[0]) == 5


def test_a_row_with_a_withheld_value_sent_again_is_a_duplicate_at_once_and_later(bench, sample):
    bench.take([sample(0)])
    broken = [sample(1, coolant_temp_f=900.0), sample(2, engine_hours=3.0)]
    assert bench.take(broken) == ["needs_review", "needs_review"]
    assert bench.take(broken) == ["duplicate", "duplicate"]
    bench.take([sample(3)])
    assert bench.take(broken) == ["duplicate", "duplicate"]


def test_a_withheld_value_moves_no_mean(bench, sample):
    bench.take(sample(t, coolant_temp_f=900.0 if t == 10 else 190.0) for t in range(30))
    means = bench.lab.pipeline.history.tiers[0].series(bench.place())[1]
    assert means[0, catalog.COOLANT] == pytest.approx(190.0)


def test_what_several_messages_of_one_time_carry_stands_as_if_one_had_brought_it(new_bench, sample):
    whole, parts = new_bench(), new_bench()
    for t in range(60):
        row = sample(t, **CAR, coolant_temp_f=192.0 + 2 * max(0, t - 20))
        whole.take([row])
        head = {key: row[key] for key in ("ts", "vehicle_id", "unit_class")}
        for key in ("engine_rpm", "coolant_temp_f", "speed_mph", "intake_air_temp_f", "vibration_score"):
            assert parts.take([head | {key: row[key]}]) in (["valid"], ["needs_review"])
    assert len(parts.lab.pipeline.history.window.samples(parts.place()).ts) == 60
    same = [each.present()[:5].tolist() for each in (whole, parts)]
    assert same[0] == same[1]
    assert parts.look()[1] == whole.look()[1] == "High"


def test_messages_of_one_time_in_one_block_are_taken_as_in_several(bench, sample):
    first = sample(1, vibration_score=None)
    rest = {"ts": first["ts"], "vehicle_id": "unit", "vibration_score": 0.9}
    assert bench.take([sample(0), first, rest, rest]) == ["valid", "valid", "valid", "duplicate"]


def test_a_clock_that_was_ahead_and_steps_back_counts_anew_from_its_third_message_on(bench, sample):
    bench.follow = False
    bench.take([sample(200 + t) for t in range(10)])
    bench.now = 20.0
    rules = bench.rules(sample(t, engine_hours=None) for t in range(10, 20))
    assert [at for at, fired in enumerate(rules) if "clock_back" in fired] == [2]
    assert not any(rules[3:])
    assert bench.lab.pipeline.history.window.samples(bench.place()).ts[-1] - START == 19.0


@pytest.mark.parametrize("back", [600, 3600, 5 * 3600])
@pytest.mark.parametrize("every", [1, 30])
def test_a_clock_that_falls_behind_is_told_and_hides_no_overheating(new_bench, sample, back: int, every: int):
    bench = new_bench()
    bench.follow = False
    told: list[int] = []
    for t in range(0, 520 + 10 * every, every):
        bench.now = float(t)
        hot = {"coolant_temp_f": 252.0 + t % 3} if t >= 300 else {}
        (rules,) = bench.rules([sample(t - back if t >= 300 else t, engine_hours=None, **hot)])
        if "clock_back" in rules:
            told.append(t)
    assert 300 + 120 <= told[0] <= 300 + 120 + 2 * every
    assert bench.look()[1] == "High"
    assert bench.lab.pipeline.history.window.samples(bench.place()).ts[-1] - START == pytest.approx(
        bench.now, abs=every
    )


def test_a_clock_that_is_right_again_is_believed_again(bench, sample):
    bench.follow = False
    for t in range(400):
        bench.now = float(t)
        bench.take([sample(t - 3600 if 100 <= t < 300 else t, engine_hours=None)])
    assert bench.take([sample(400, engine_hours=None)]) == ["valid"]
    assert bench.lab.pipeline.history.window.samples(bench.place()).ts[-1] - START == 400.0


def test_what_is_sent_again_at_the_pace_it_was_lived_is_no_clock(bench, sample):
    bench.follow = False
    rows = [sample(t, coolant_temp_f=190.0 + t % 5) for t in range(400)]
    again: list[set[str]] = []
    for t in (*range(400), *range(400)):
        bench.now += 1.0
        again = bench.rules([rows[t]])
    assert again == [{"duplicate"}]
    assert bench.lab.pipeline.history.window.samples(bench.place()).ts[-1] - START == 399.0


def test_a_backlog_that_comes_faster_than_it_was_lived_is_no_clock(bench, sample):
    bench.follow = False
    bench.now = 7200.0
    bench.take([sample(7200)])
    for body in range(130):
        bench.now += 1.0
        rules = bench.rules(sample(10 * body + t) for t in (0, 4, 8))
        assert all("late" in each and "clock_back" not in each for each in rules)


def test_codes_and_impossible_values_sent_again_are_duplicates(bench, sample):
    odd = {"engine_load_pct": 255.0, "intake_air_temp_f": -40.0, "engine_rpm": 0.0}
    rows = [sample(t, **odd) for t in range(30)]
    bench.take(rows)
    assert set(bench.take(rows)) == {"duplicate"}
    assert np.diff(bench.lab.pipeline.history.window.samples(bench.place()).ts).tolist() == [1.0] * 29


@pytest.mark.parametrize("reads", [-40.0, 0.0, 60.0, 900.0, 419.0, None])
def test_an_impossible_reading_says_no_more_of_an_overheating_engine_than_none(bench, sample, reads):
    bench.take([sample(t, coolant_temp_f=254.0 + t % 2) for t in range(120)])
    bench.take([sample(t, coolant_temp_f=reads) for t in range(120, 300)])
    assert bench.look()[1] == "High"


@pytest.mark.parametrize("ahead_s", [0, 3600])
def test_what_is_sent_again_or_from_the_future_keeps_no_unit_live(bench, sample, ahead_s: int):
    bench.follow = False
    bench.take([sample(t) for t in range(10)])
    heard = bench.lab.pipeline.arrived[bench.place()]
    bench.now += 30.0
    bench.take([sample(9 + ahead_s)])
    assert bench.lab.pipeline.arrived[bench.place()] == heard


def test_a_row_from_the_future_sent_again_when_its_time_has_come_is_no_duplicate(bench, sample):
    bench.follow = False
    bench.take([sample(0)])
    early = sample(400)
    assert bench.take([early, early]) == ["rejected", "rejected"]
    assert bench.take([early]) == ["rejected"]
    bench.now = 400.0
    assert bench.take([early]) == ["valid"]
    assert bench.take([early]) == ["duplicate"]


def test_a_late_sample_lands_in_event_time_and_moves_nothing_else(new_bench, sample):
    bench, without = new_bench(), new_bench()
    rows = [sample(t, **CAR) for t in range(300) if not 100 <= t < 110]
    bench.take(rows)
    without.take(rows)
    before = bench.look()
    late = bench.judge(sample(t, coolant_temp_f=260.0, vibration_score=9.0) for t in range(100, 110))
    assert late == [("needs_review", {"late"})] * 10
    assert bench.look() == before
    window = bench.lab.pipeline.history.window.samples(bench.place())
    assert np.diff(window.ts).tolist() == [1.0] * 299
    assert window.values[100:110, 0].tolist() == [260.0] * 10
    means = bench.lab.pipeline.history.tiers[0].series(bench.place())[1]
    assert means[3, 0] == pytest.approx((20 * 192.0 + 10 * 260.0) / 30, abs=0.01)
    for room in ("known", "baselines", "trend", "confirmation"):
        mine, other = (remembered(attrgetter(room)(each.lab.pipeline), each.place()) for each in (bench, without))
        for array, same in zip(mine, other, strict=True):
            np.testing.assert_array_equal(array, same, err_msg=room)
    np.testing.assert_array_equal(bench.present(), without.present())


def test_a_late_value_out_of_its_sensors_range_is_withheld_and_its_row_stands(bench, sample):
    bench.take(sample(t) for t in (0, 2))
    judged = bench.judge([sample(1, coolant_temp_f=900.0)])
    assert judged == [("needs_review", {"late", "sensor_range:coolant_temp_f"})]
    window = bench.lab.pipeline.history.window.samples(bench.place())
    assert np.isnan(window.values[1, catalog.COOLANT])
    assert window.values[1, catalog.RPM] == 1900.0


def test_a_cold_start_is_not_a_fault(bench, sample):
    rows = [
        sample(t, **CAR, coolant_temp_f=round((88 + 107 * min(t, 600) / 600) / 1.8) * 1.8) for t in range(0, 1200, 2)
    ]
    for start in range(0, 600, 30):
        assert set(bench.take(rows[start : start + 30])) == {"valid"}
        score, band, reason = bench.look()
        assert (band, reason) == ("Low", "Nothing unusual")
        assert score < 8


def test_a_sample_that_lacks_the_signal_of_a_running_alarm_still_has_its_reason(bench, sample):
    bench.take(sample(t, **CAR, coolant_temp_f=252.0) for t in range(30))
    bench.take([sample(30, **dict.fromkeys(["coolant_temp_f", "vibration_score", "engine_rpm"]))])
    assert "252 °F" in bench.look()[2]


def test_a_class_that_changes_under_an_alarm_leaves_a_reason(bench, sample):
    bench.take(sample(t, **CAR, coolant_temp_f=252.0, speed_mph=120.0) for t in range(30))
    bench.take([sample(30, unit_class="unknown", coolant_temp_f=252.0, speed_mph=120.0)])
    assert bench.look()[2]


def test_the_same_rise_is_told_of_two_units_and_weighs_more_where_less_room_is_left_to_the_limit(bench, sample):
    for vehicle_id, normal in (("cool", 185.0), ("warm", 195.0)):
        bench.take(sample(t, vehicle_id, coolant_temp_f=normal) for t in range(0, 600, 5))
        bench.take(sample(t, vehicle_id, coolant_temp_f=normal + min((t - 600) / 5, 24)) for t in range(600, 900, 2))
    (cool, _, why), (warm, _, _) = bench.look("cool"), bench.look("warm")
    assert 30 < cool < warm
    assert "24 °F above its own normal" in why


def test_an_anomaly_does_not_teach(bench, sample):
    bench.take(sample(t, **CAR, coolant_temp_f=190.0) for t in range(0, 600, 5))
    bench.take(sample(t, coolant_temp_f=226.0 + t % 3) for t in range(600, 1500, 5))
    assert bench.lab.pipeline.baselines.mean[bench.place(), COOLANT].max() == pytest.approx(190.0, abs=0.1)
    assert bench.look()[0] > 30


def test_a_warm_up_does_not_teach(bench, sample):
    bench.take(sample(t, **CAR, coolant_temp_f=150.0 + t / 10) for t in range(0, 400, 4))
    assert bench.lab.pipeline.baselines.weight[bench.place(), COOLANT].max() < GRACE_S


def test_clearing_a_unit_leaves_a_fresh_place_and_its_neighbour_as_it_was(new_bench, sample):
    bench, fresh = new_bench(units=2), new_bench(units=2)
    rows = [sample(t, "next") for t in range(60)]
    bench.take(
        row for t in range(60) for row in (sample(t, "gone", **CAR, coolant_temp_f=260.0, vibration_score=6.0), rows[t])
    )
    bench.lab.pipeline.clear(bench.place("gone"))
    fresh.take([sample(0, "gone")])
    fresh.lab.pipeline.clear(fresh.place("gone"))
    for row in rows:
        fresh.take([row])
    bench.lab.register.remove(bench.place("gone"))
    fresh.lab.register.remove(fresh.place("gone"))
    assert_same(bench, fresh)


@pytest.mark.parametrize("spacing", [1, 20, 60])
def test_a_units_usual_spacing_is_learned_from_its_arrivals(bench, sample, spacing: int):
    for t in range(0, 40 * spacing, spacing):
        bench.take([sample(t)])
    assert bench.lab.pipeline.interval[bench.place()] == pytest.approx(spacing)


def test_a_body_that_is_taken_in_slices_is_one_arrival(bench, sample):
    for minute in range(20):
        for part in range(3):
            bench.now = 60.0 * (minute + 1)
            bench.take(sample(60 * minute + 20 * part + k) for k in range(0, 20, 5))
    assert bench.lab.pipeline.interval[bench.place()] == pytest.approx(60.0)
