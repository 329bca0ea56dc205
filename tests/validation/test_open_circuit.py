"""An open circuit reads the end of the scale: told from frost, from a sensor beyond its range and from a jump."""

import pytest


@pytest.mark.parametrize("signal", ["coolant_temp_f", "intake_air_temp_f", "ambient_temp_f"])
def test_a_fall_to_the_end_of_the_scale_is_an_open_circuit_for_as_long_as_it_lasts(bench, sample, signal: str):
    rows = [sample(t, **{"ambient_temp_f": 60.0} | {signal: -40.0 if 10 <= t < 200 else 70.0}) for t in range(210)]
    rules = bench.rules(rows)
    assert not any(rules[:10])
    assert rules[10:200] == [{f"open_circuit:{signal}"}] * 190
    assert not any("open_circuit" in rule for fired in rules[200:] for rule in fired)


@pytest.mark.parametrize("signal", ["coolant_temp_f", "intake_air_temp_f"])
def test_a_running_engine_cannot_be_at_the_end_of_the_scale_from_the_first_sample_on(bench, sample, signal: str):
    assert bench.judge([sample(0, **{signal: -40.0})]) == [("needs_review", {f"open_circuit:{signal}"})]


def test_an_open_circuit_withholds_its_value_and_no_other(bench, sample):
    bench.take(sample(t, ambient_temp_f=60.0, unit_class="passenger_car") for t in range(30))
    bench.take(sample(t, ambient_temp_f=60.0, intake_air_temp_f=-40.0) for t in range(30, 60))
    trusted = bench.present()
    assert str(trusted[1]) == "nan"
    assert trusted[0] == 192.0


def test_beyond_the_scale_is_the_sensors_range_and_no_open_circuit(bench, sample):
    assert bench.judge([sample(0, coolant_temp_f=-40.5)]) == [("needs_review", {"sensor_range:coolant_temp_f"})]


def test_air_that_cools_to_minus_40_over_hours_is_the_arctic(bench, sample):
    rows = [
        sample(60 * m, ambient_temp_f=air, intake_air_temp_f=air, coolant_temp_f=180.0)
        for m in range(400)
        for air in [max(-40.0, -20.0 - m / 12)]
    ]
    assert not any(bench.rules(rows))


def test_a_cold_start_at_minus_40_is_no_open_circuit(bench, sample):
    rows = [
        sample(t, ambient_temp_f=-40.0, intake_air_temp_f=-40.0, coolant_temp_f=-40.0 + t / 6) for t in range(0, 120, 2)
    ]
    assert not any(bench.rules(rows))


def test_a_stopped_machine_may_be_as_cold_as_the_air(bench, sample):
    cold = {"engine_rpm": 0.0, "speed_mph": 0.0, "coolant_temp_f": -40.0, "intake_air_temp_f": -40.0}
    assert not any(bench.rules(sample(t, **cold) for t in range(5)))


def test_it_lasts_through_samples_without_the_signal(bench, sample):
    values = [70.0, -40.0, None, -40.0]
    rules = bench.rules(sample(60 * t, ambient_temp_f=value) for t, value in enumerate(values))
    assert rules[3] == {"open_circuit:ambient_temp_f"}


def test_a_late_sample_shows_it_too(bench, sample):
    bench.take(sample(t) for t in range(0, 20, 2))
    assert "open_circuit:coolant_temp_f" in bench.rules([sample(5, coolant_temp_f=-40.0)])[0]
