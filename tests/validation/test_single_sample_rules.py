"""What one sample shows by itself."""

import numpy as np
import pytest

from connected_ops.machines import catalog
from connected_ops.machines.catalog import SIGNALS, Signal


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.key)
def test_a_value_beyond_its_sensor_is_withheld_and_one_at_its_limit_is_none_such(bench, sample, signal: Signal):
    far = 2.0 if signal is SIGNALS[catalog.SPEED] else 0.5  # past the codes for "not available"
    beyond = [signal.sensor_low - 0.5, signal.sensor_high + far]
    for at, value in enumerate(beyond):
        verdict, fired = bench.judge([sample(at, f"far_{at}", **{signal.key: value})])[0]
        assert verdict == "needs_review"
        assert fired == {f"sensor_range:{signal.key}"}
        known = bench.lab.pipeline.present.known[bench.place(f"far_{at}")]
        assert np.isnan(known[catalog.INDEX[signal.key]])
    for at, value in enumerate([signal.sensor_low, signal.sensor_high]):
        verdict, fired = bench.judge([sample(at, f"near_{at}", **{signal.key: value})])[0]
        assert verdict in ("valid", "needs_review")
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


def test_a_value_beyond_its_range_teaches_nothing_about_its_signal(bench, sample):
    bench.take([sample(0)])
    bench.take([sample(1, coolant_temp_f=900.0, engine_hours=5e6)])
    assert bench.take(sample(t) for t in range(2, 10)) == ["valid"] * 8


def test_one_impossible_value_withholds_itself_alone(bench, sample):
    bench.take([sample(0)])
    bench.take([sample(1, coolant_temp_f=900.0, engine_rpm=1950.0, speed_mph=46.0)])
    values = bench.present()
    assert np.isnan(values[catalog.COOLANT])
    assert values[[catalog.RPM, catalog.SPEED]].tolist() == [1950.0, 46.0]
    bench.take([sample(2, coolant_temp_f=None)])
    assert np.isnan(bench.present()[catalog.COOLANT])
    bench.take([sample(3)])
    assert bench.present()[catalog.COOLANT] == 192.0


def test_a_row_of_codes_for_not_available_is_a_heartbeat_and_valid(bench, sample):
    bench.take([sample(0, engine_load_pct=40.0, ambient_temp_f=60.0)])
    fields = {"coolant_temp_f": None, "intake_air_temp_f": None, "vibration_score": None, "engine_hours": 2.147e8}
    codes = fields | {"engine_rpm": 8191.9, "speed_mph": 159.07, "engine_load_pct": 255.0, "ambient_temp_f": 3226.9}
    assert bench.judge([sample(1, **codes)]) == [("valid", set())]


def test_a_row_too_old_is_rejected_and_one_of_the_last_weeks_is_not(bench, sample):
    bench.follow = False
    assert bench.judge([sample(-30 * 86_400 - 1)]) == [("rejected", {"too_old"})]
    assert bench.take([sample(-29 * 86_400)]) == ["valid"]


def test_a_row_without_any_known_field_is_rejected(bench, sample):
    none = dict.fromkeys(catalog.KEYS)
    assert bench.judge([sample(0, **none)]) == [("rejected", {"no_signal"})]


def test_a_rejected_row_sent_again_is_rejected_again_and_no_duplicate(bench, sample):
    bench.follow = False
    assert bench.take([sample(400)]) == ["rejected"]
    assert bench.take([sample(400)]) == ["rejected"]
