"""The catalogue and the classes: what their rows must hold to be used at all."""

import pytest

from connected_ops.machines.catalog import SIGNALS, Signal
from connected_ops.machines.unit_class import CLASSES, UnitClass
from connected_ops.telemetry.sample import WireSample


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.key)
def test_a_signal_is_a_field_of_the_wire_and_plausible_within_its_sensor(signal: Signal):
    assert signal.key in WireSample.model_fields
    assert signal.sensor_low <= signal.plausible_low < signal.plausible_high <= signal.sensor_high
    assert signal.max_rate > 0


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.key)
def test_a_class_warns_above_its_normal_and_before_its_critical(kind: UnitClass):
    for key in kind.signals.keys() & {"coolant_temp_f", "vibration_score"}:
        normal, (warn, critical) = kind.normal(key), kind.limits(key)
        assert normal is not None
        assert normal[0] < normal[1]
        if warn is not None and critical is not None:
            assert normal[1] < warn < critical


def test_the_class_we_know_nothing_of_sets_the_one_limit_that_no_engine_stands():
    (unknown,) = (kind for kind in CLASSES if kind.key == "unknown")
    limits = {signal.key: unknown.limits(signal.key) for signal in SIGNALS}
    assert limits.pop("coolant_temp_f") == (None, 240)
    assert set(limits.values()) == {(None, None)}
