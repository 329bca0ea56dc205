"""Coolant that should be warm and is not: never a cold start, an idle in the cold or a restart."""

import numpy as np
import pytest

from connected_ops.machines import unit_class
from connected_ops.signals.regime import IDLE, OFF, WORK
from connected_ops.signals.warmth import Warmth

TRUCK, GENSET = unit_class.INDEX["class_8_truck"], unit_class.INDEX["genset"]


def cold(course: list[tuple[float, int]], kind: int = TRUCK, dt: float = 10.0) -> list[bool]:
    """Whether it is too cold after each (coolant, regime)."""
    warmth, unit, kinds = Warmth(1), np.array([0]), np.array([kind], dtype=np.int16)
    return [
        bool(
            warmth.update(unit, np.array([dt if at else 0.0]), np.array([t]), np.array([doing], dtype=np.int8), kinds)[
                0
            ]
        )
        for at, (t, doing) in enumerate(course)
    ]


def minutes(count: float, coolant: float, doing: int = WORK, dt: float = 10.0) -> list[tuple[float, int]]:
    return [(coolant, doing)] * round(count * 60 / dt)


@pytest.mark.parametrize("dt", [1.0, 10.0, 60.0])
def test_a_warm_engine_that_loses_its_heat_at_work_is_found_after_minutes(dt: float):
    found = cold(minutes(10, 190, dt=dt) + minutes(10, 155, dt=dt), dt=dt)
    at = (found.index(True) + 1) * dt / 60 - 10
    assert 3 <= at <= 5


def test_it_stays_found_at_idle_until_it_is_warm():
    found = cold(minutes(10, 190) + minutes(10, 155) + minutes(10, 140, IDLE) + minutes(5, 185))
    assert all(found[-90:-30])
    assert not any(found[-30:])


def test_an_engine_that_never_gets_warm_is_found_after_twenty_minutes_of_work_and_a_settled_quarter():
    found = cold(minutes(15, 100) + minutes(40, 160))
    assert 20 <= found.index(True) * 10 / 60 <= 32


def test_a_cold_start_that_still_warms_up_is_no_fault():
    course = [(20 + 165 * t / 360, WORK) for t in range(360)]
    assert not any(cold(course))


def test_a_cold_mornings_idle_is_no_fault():
    assert not any(cold(minutes(240, 120, IDLE)))
    assert not any(cold(minutes(20, 190) + minutes(120, 140, IDLE)))


def test_a_stop_or_a_long_silence_begins_a_new_run():
    warm, start = minutes(20, 190), minutes(10, 100)
    assert not any(cold([*warm, (190.0, OFF), *start]))
    warmth, unit, kinds = Warmth(1), np.array([0]), np.array([TRUCK], dtype=np.int16)
    doing = np.array([WORK], dtype=np.int8)
    for dt, coolant, count in ((10.0, 190.0, 100), (7200.0, 90.0, 1), (10.0, 95.0, 60)):
        for _ in range(count):
            assert not warmth.update(unit, np.array([dt]), np.array([coolant]), doing, kinds)[0]


def test_a_genset_works_at_the_speed_it_idles_at():
    assert any(cold(minutes(20, 190, IDLE) + minutes(10, 150, IDLE), GENSET))


def test_without_coolant_nothing_is_found():
    assert not any(cold(minutes(60, np.nan)))


def test_clearing_forgets_the_run():
    warmth, unit, kinds = Warmth(1), np.array([0]), np.array([TRUCK], dtype=np.int16)
    doing = np.array([WORK], dtype=np.int8)
    found = [
        warmth.update(unit, np.array([10.0]), np.array([coolant]), doing, kinds)[0]
        for coolant in [190.0] * 60 + [150.0] * 60
    ]
    assert found[-1]
    warmth.clear(0)
    assert not warmth.update(unit, np.array([10.0]), np.array([150.0]), doing, kinds)[0]
