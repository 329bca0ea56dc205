import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_ops.machines import catalog


def counter(step: float, hours: float) -> float:
    """What a counter of that resolution shows."""
    return round(hours // step * step, 6)


DOUBTED = {"doubted:engine_hours"}


def test_falling_hours_are_withheld_until_a_minute_of_them_agrees_and_make_a_new_base(bench, sample):
    bench.take(sample(t) for t in range(10))
    swapped = [sample(t, engine_hours=12.0 + t / 3600) for t in range(10, 200)]
    verdicts = bench.judge(swapped)
    assert verdicts[:60] == [("needs_review", {"hours_fell"})] * 60
    assert all(fired <= DOUBTED for _, fired in verdicts[60:72])
    assert verdicts[72:] == [("valid", set())] * 118
    assert bench.rules([sample(200, engine_hours=11.9)]) == [{"hours_fell"}]


def test_a_swapped_controller_does_not_silence_a_unit_that_reports_once_a_minute(bench, sample):
    bench.take(sample(t) for t in range(0, 300, 60))
    assert bench.take(sample(t, engine_hours=0.0) for t in range(300, 600, 60)) == ["needs_review", *["valid"] * 4]


def test_hours_that_fall_once_are_withheld_once(bench, sample):
    rows = [sample(t) for t in range(20)]
    rows[10] = sample(10, engine_hours=0.0)
    assert bench.take(rows) == ["valid"] * 10 + ["needs_review"] + ["valid"] * 9


def test_good_readings_between_bad_ones_keep_the_old_base(bench, sample):
    rows = [sample(t) if t % 2 else sample(t, engine_hours=40.0 + t / 3600) for t in range(1, 300)]
    rules = bench.rules(rows)
    assert rules[1::2] == [{"hours_fell"}] * 149
    assert all(fired <= DOUBTED for fired in rules[0::2])
    assert not any(rules[20::2]), "what lasts is believed, though its sensor is in doubt"
    assert bench.lab.pipeline.present.known[bench.place(), catalog.HOURS] == pytest.approx(
        1000.0 + 297 / 3600, abs=3 / 3600
    )


def test_a_sample_without_hours_does_not_end_the_minute(bench, sample):
    bench.take([sample(0), sample(0, "other")])
    rows = [sample(t, engine_hours=None if t % 3 == 0 else 5.0) for t in range(1, 110)]
    rules = bench.rules(rows)
    assert rules[0:59:3] == [{"hours_fell"}] * 20
    assert not any("hours_fell" in fired for fired in rules[61:])
    assert not any(rules[-5:])


def test_another_units_hours_do_not_touch_a_units_minute(bench, new_bench, sample):
    alone, together = bench, new_bench()
    for t in range(80):
        hours = 1000.0 if t == 0 else None if t % 3 == 0 else 5.0
        row = sample(t, engine_hours=hours)
        other = sample(t, "other", engine_hours=1000.0 if t % 2 else 3.0)
        assert alone.judge([row])[0] == together.judge([row, other])[0]


def test_hours_that_jump_ahead_go_to_review_for_a_minute_and_then_make_a_new_base(bench, sample):
    bench.take(sample(t) for t in range(10))
    verdicts = bench.judge(sample(t, engine_hours=5000.0 + t / 3600) for t in range(10, 120))
    assert verdicts[:60] == [("needs_review", {"hours_too_fast"})] * 60
    assert all(fired <= DOUBTED for _, fired in verdicts[60:72])
    assert verdicts[72:] == [("valid", set())] * 38


@pytest.mark.parametrize("factor", [1.5, 10.0, 140.0])
def test_hours_that_run_faster_than_time_are_reviewed_however_small_each_step(bench, sample, factor: float):
    rules = bench.rules(sample(t, engine_hours=100.0 + factor * t / 3600) for t in range(0, 1800, 3))
    assert set().union(*rules) - DOUBTED == {"hours_too_fast"}


def test_a_counter_of_tenths_of_an_hour_that_starts_late_in_its_tenth_is_not_too_fast(bench, sample):
    rows = [sample(t, engine_hours=counter(0.1, 500.0999 + t / 3600)) for t in range(0, 3600, 5)]
    assert set(bench.take(rows)) == {"valid"}


def test_a_counter_of_whole_hours_may_step_by_one(bench, sample):
    rows = [sample(t, engine_hours=float(int(500.99 + t / 3600))) for t in range(0, 7200, 20)]
    assert set(bench.take(rows)) == {"valid"}


def test_hours_that_stand_at_0_while_the_engine_rests_are_a_controller_that_sleeps(bench, sample):
    bench.take(sample(t, speed_mph=0.0) for t in range(10))
    asleep = {"engine_rpm": 0.0, "speed_mph": 0.0, "vibration_score": 0.0, "engine_hours": 0.0}
    assert bench.take(sample(t, **asleep) for t in range(10, 100)) == ["valid"] * 90
    assert bench.take(sample(t, speed_mph=0.0) for t in range(100, 110)) == ["valid"] * 10


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 20000), st.sampled_from([1, 2, 7, 60]), st.booleans())
def test_the_steps_of_a_j1939_counter_are_never_flagged(new_bench, sample, base: float, spacing: int, rests: bool):
    bench, hours, rows = new_bench(), base, []
    for at in range(40 if spacing < 60 else 20):
        t = at * spacing
        running = not (rests and 10 <= at < 15)
        hours += running * spacing / 3600
        rows.append(sample(t, engine_hours=counter(0.05, hours)))
    assert set(bench.take(rows)) == {"valid"}


def test_a_long_run_of_a_coarse_counter_is_never_flagged(bench, sample):
    rows = (
        sample(t, engine_hours=counter(0.05, 321.021 + t / 3600), coolant_temp_f=190.0) for t in range(0, 36_000, 60)
    )
    assert set(bench.take(rows)) == {"valid"}


def test_hours_after_a_rest_of_days_may_stand_where_they_stood(bench, sample):
    bench.take([sample(0, engine_hours=100.0)])
    assert bench.take([sample(200_000, engine_hours=100.0), sample(200_001, engine_hours=100.0)]) == ["valid"] * 2
