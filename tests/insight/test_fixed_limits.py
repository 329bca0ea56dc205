from math import nan

import numpy as np

from connected_ops.insight.fixed_limits import FIXED_LIMITS, FixedLimits
from connected_ops.machines import catalog

HEALTHY = {"coolant_temp_f": 192.0, "engine_rpm": 1500.0, "speed_mph": 45.0, "vibration_score": 0.9}
LABELS = [row.label for row in FIXED_LIMITS]


def send(limits: FixedLimits, *rows: dict[str, float], unit: int = 0) -> int:
    for row in rows:
        known = HEALTHY | row
        x = np.array([[known.get(key, nan) for key in catalog.KEYS]])
        limits.take(np.array([unit]), x, x[:, catalog.RPM])
    return int(limits.by_limit[unit].sum())


def test_a_healthy_car_raises_nothing():
    assert send(FixedLimits(2), {}, {}, {}) == 0


def test_an_alarm_is_the_crossing_of_a_limit_and_each_crossing_is_one():
    limits = FixedLimits(2)
    over, under = {"coolant_temp_f": 220.0}, {"coolant_temp_f": 219.9}
    assert send(limits, over, over, over) == 1
    assert send(limits, under, over, under, over) == 3


def test_a_cold_start_raises_an_alarm_and_a_cold_engine_at_rest_none():
    limits = FixedLimits(2)
    assert send(limits, {"coolant_temp_f": 60.0, "engine_rpm": 0.0}) == 0
    assert send(limits, {"coolant_temp_f": 60.0}, {"coolant_temp_f": 149.9}, {"coolant_temp_f": 150.0}) == 1


def test_coolant_that_comes_without_the_engines_speed_is_judged_by_the_speed_that_stands():
    limits, x = FixedLimits(2), np.full((1, catalog.COUNT), nan)
    x[0, catalog.COOLANT] = 60.0
    for rpm, alarms in ((nan, 0), (0.0, 0), (800.0, 1)):
        limits.take(np.array([0]), x, np.array([rpm]))
        assert limits.by_limit[0].sum() == alarms


def test_digging_raises_one_after_the_other():
    assert send(FixedLimits(2), *[{"vibration_score": 3.2}, {"vibration_score": 1.9}] * 40) == 40


def test_an_absent_value_neither_raises_nor_clears():
    limits = FixedLimits(2)
    assert send(limits, {"speed_mph": 80.0}, {"speed_mph": nan}, {"speed_mph": 80.0}) == 1


def test_every_limit_counts_for_itself_and_every_unit_too():
    limits = FixedLimits(2)
    row = {
        "coolant_temp_f": 240.0, "vibration_score": 3.0, "speed_mph": 80.0, "engine_rpm": 3200.0,
        "intake_air_temp_f": 150.0,
    }  # fmt: skip
    assert send(limits, row, unit=1) == 5
    assert limits.by_limit.sum(axis=1).tolist() == [0, 5]
    assert dict(zip(LABELS, limits.by_limit[1].tolist(), strict=True))["Vehicle speed 75 mph or more"] == 1
    limits.clear(1)
    assert limits.by_limit.sum(axis=1).tolist() == [0, 0]
    assert send(limits, row, unit=1) == 5
