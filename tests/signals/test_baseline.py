import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_ops.machines import unit_class
from connected_ops.signals.baseline import (
    GRACE_S,
    MEMORY_S,
    QUANTITIES,
    Baselines,
    Normal,
)
from connected_ops.signals.regime import CRUISE, IDLE, WORK
from tests.shipped import COOLANT, INTAKE, INTAKE_RISE, SHAKE

CAR = unit_class.INDEX["passenger_car"]
UNIT = np.array([0])
KIND = np.array([CAR], dtype=np.int16)
WORKING = np.array([WORK], dtype=np.int8)


def teach(
    lines: Baselines,
    value: float,
    seconds: float,
    dt: float = 1.0,
    allowed: bool = True,
    unit: int = 0,
    regime: int = WORK,
    quantity: int = COOLANT,
) -> None:
    q = np.full((1, len(QUANTITIES)), np.nan)
    q[:, quantity] = value
    allow, doing = np.full(q.shape, allowed), np.array([regime], dtype=np.int8)
    for _ in range(round(seconds / dt)):
        place = np.array([unit])
        lines.learn(place, KIND, doing, q, np.array([dt]), allow, lines.normal(place, KIND, doing))


def normal(lines: Baselines, unit: int = 0, regime: int = WORK) -> Normal:
    return lines.normal(np.array([unit]), KIND, np.array([regime], dtype=np.int8))


def test_in_the_grace_period_the_top_of_the_classs_band_stands_in():
    lines = Baselines(1)
    teach(lines, 188.0, GRACE_S - 1)
    now = normal(lines)
    assert not now.learned[0, COOLANT]
    assert now.mean[0, COOLANT] == unit_class.CLASSES[CAR].coolant_normal[1]
    teach(lines, 188.0, 2)
    now = normal(lines)
    assert now.learned[0, COOLANT]
    assert now.mean[0, COOLANT] == pytest.approx(188.0)
    assert not now.learned[0, [SHAKE, INTAKE_RISE, INTAKE]].any()


def test_the_grace_period_is_seconds_and_not_samples():
    for dt in (1.0, 2.0, 30.0, 60.0):
        lines = Baselines(1)
        teach(lines, 190.0, GRACE_S, dt)
        assert normal(lines).learned[0, COOLANT]
        assert lines.taught_s(UNIT)[0] == pytest.approx(GRACE_S)


def test_two_units_with_different_normals_give_the_same_residual_for_the_same_rise():
    lines = Baselines(2)
    for unit, level in enumerate((185.0, 205.0)):
        teach(lines, level, 600, unit=unit)
    residuals = [level + 12 - normal(lines, unit).mean[0, COOLANT] for unit, level in enumerate((185.0, 205.0))]
    assert residuals == pytest.approx([12.0, 12.0])


def test_a_value_far_from_what_was_learned_does_not_teach():
    lines = Baselines(1)
    teach(lines, 190.0, 600)
    teach(lines, 212.0, 3600)
    assert normal(lines).mean[0, COOLANT] == pytest.approx(190.0)


def test_a_value_that_no_healthy_unit_of_the_class_shows_is_no_first_normal():
    lines = Baselines(1)
    teach(lines, 250.0, 600)
    assert not normal(lines).learned[0, COOLANT]


def test_what_the_caller_calls_a_fault_does_not_teach():
    lines = Baselines(1)
    teach(lines, 190.0, 600, allowed=False)
    assert lines.taught_s(UNIT)[0] == 0.0


def test_a_first_sample_that_stands_for_no_time_does_not_teach():
    lines = Baselines(1)
    q = np.full((1, len(QUANTITIES)), 190.0)
    lines.learn(UNIT, KIND, WORKING, q, np.zeros(1), np.ones(q.shape, dtype=bool), normal(lines))
    assert lines.taught_s(UNIT)[0] == 0.0


def test_a_sample_after_a_long_pause_counts_for_a_minute_at_most():
    lines = Baselines(1)
    teach(lines, 190.0, 50_000, dt=50_000)
    assert lines.taught_s(UNIT)[0] == 60.0


def test_an_absent_value_leaves_everything_as_it_was():
    lines = Baselines(1)
    teach(lines, 190.0, 300)
    before = lines.mean.copy(), lines.variance.copy(), lines.weight.copy()
    teach(lines, float("nan"), 300)
    for old, new in zip(before, (lines.mean, lines.variance, lines.weight), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_slow_drift_within_the_gate_is_followed():
    lines = Baselines(1)
    teach(lines, 190.0, MEMORY_S)
    teach(lines, 194.0, 5 * MEMORY_S, dt=30.0)
    assert normal(lines).mean[0, COOLANT] == pytest.approx(194.0, abs=0.1)


def test_each_regime_has_its_own_normal_of_vibration():
    lines = Baselines(1)
    teach(lines, 0.6, 300, regime=IDLE, quantity=SHAKE)
    assert not normal(lines).learned[0, SHAKE]
    teach(lines, 1.1, 300, quantity=SHAKE)
    means = [normal(lines, regime=regime).mean[0, SHAKE] for regime in (IDLE, WORK)]
    assert means == pytest.approx([0.6, 1.1])


def test_a_regime_that_is_new_to_a_unit_borrows_coolants_normal_from_the_one_it_knows_best():
    lines = Baselines(1)
    teach(lines, 185.0, 300)
    assert normal(lines, regime=CRUISE).mean[0, COOLANT] == pytest.approx(185.0)
    teach(lines, 188.0, 300, regime=CRUISE)
    assert normal(lines, regime=CRUISE).mean[0, COOLANT] == pytest.approx(188.0)
    assert normal(lines).mean[0, COOLANT] == pytest.approx(185.0)
    teach(lines, 215.0, 300, regime=IDLE)
    assert normal(lines, regime=IDLE).mean[0, COOLANT] == pytest.approx(185.0)


def test_clearing_forgets_one_unit():
    lines = Baselines(2)
    teach(lines, 190.0, 300)
    teach(lines, 190.0, 300, unit=1)
    lines.clear(0)
    assert lines.taught_s(np.array([0, 1])).tolist() == [0.0, 300.0]
    assert normal(lines).mean[0, COOLANT] == unit_class.CLASSES[CAR].coolant_normal[1]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.floats(188, 196), min_size=130, max_size=140))
def test_until_its_memory_is_full_a_normal_is_the_plain_mean(values):
    lines = Baselines(1)
    for value in values:
        teach(lines, value, 1)
    assert normal(lines).mean[0, COOLANT] == pytest.approx(np.mean(values), abs=1e-6)


def test_a_normal_learned_while_a_long_warm_up_paused_gives_way_once_the_engine_is_warm():
    lines, home = Baselines(1), unit_class.CLASSES[CAR].coolant_normal
    teach(lines, home[0] - 9, 1.5 * GRACE_S)
    teach(lines, home[0] + 2, 20 * GRACE_S)
    assert normal(lines).mean[0, COOLANT] == pytest.approx(home[0] + 2, abs=1.5)


def test_coolant_that_never_warmed_up_is_no_normal():
    lines, home = Baselines(1), unit_class.CLASSES[CAR].coolant_normal
    teach(lines, home[0] - 15, 5 * GRACE_S)
    assert not normal(lines).learned[0, COOLANT]
