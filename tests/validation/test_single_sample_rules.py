"""What one sample shows by itself."""

import pytest

from connected_ops.telemetry.catalog import SIGNALS, Signal


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.key)
def test_a_value_beyond_its_sensor_is_rejected_and_one_at_its_limit_is_not(bench, sample, signal: Signal):
    beyond = [signal.sensor_low - 0.5, signal.sensor_high + 0.5]
    for at, value in enumerate(beyond):
        verdict, fired = bench.judge([sample(at, f"far_{at}", **{signal.key: value})])[0]
        assert (verdict, fired) == ("rejected", {f"sensor_range:{signal.key}"})
    for at, value in enumerate([signal.sensor_low, signal.sensor_high]):
        verdict, fired = bench.judge([sample(at, f"near_{at}", **{signal.key: value})])[0]
        assert verdict != "rejected"
        assert fired <= {f"implausible:{signal.key}", f"open_circuit:{signal.key}"}


@pytest.mark.parametrize(
    "signal",
    [s for s in SIGNALS if s.plausible_high < s.sensor_high],
    ids=lambda signal: signal.key,
)
def test_a_value_no_running_machine_shows_goes_to_review_and_the_widest_plausible_one_does_not(
    bench, sample, signal: Signal
):
    assert bench.judge([sample(0, "far", **{signal.key: signal.plausible_high + 0.5})]) == [
        ("needs_review", {f"implausible:{signal.key}"})
    ]
    assert bench.take([sample(0, "near", **{signal.key: signal.plausible_high})]) == ["valid"]


def test_an_implausible_value_never_reaches_the_score(bench, sample):
    bench.take(sample(t, unit_class="passenger_car") for t in range(30))
    quiet = bench.look()[0]
    bench.take(sample(t, coolant_temp_f=310.0) for t in range(30, 60))
    assert bench.look()[0] == pytest.approx(quiet, abs=1.0)


def test_five_minutes_ahead_is_rejected_and_a_little_less_is_not(bench, sample):
    bench.follow = False
    assert bench.judge([sample(300.5)]) == [("rejected", {"future"})]
    assert bench.take([sample(299.5)]) == ["valid"]


def test_a_row_from_the_future_teaches_nothing_about_its_unit(bench, sample):
    bench.follow = False
    bench.take([sample(0, intake_air_temp_f=80.0)])
    assert bench.take([sample(301, intake_air_temp_f=160.0, engine_hours=1.0)]) == ["rejected"]
    bench.now = 10.0
    assert bench.take(sample(t) for t in range(1, 10)) == ["valid"] * 9


def test_a_row_rejected_for_its_range_teaches_nothing_about_its_unit(bench, sample):
    bench.take([sample(0)])
    bench.take([sample(1, coolant_temp_f=900.0, intake_air_temp_f=180.0, engine_hours=50_000.0)])
    assert bench.take(sample(t) for t in range(2, 10)) == ["valid"] * 8
