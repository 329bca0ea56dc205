"""The shapes of what goes wrong in machines, against the same unit's sound hour."""

from itertools import pairwise

import numpy as np
import pytest

from connected_ops.emulator.faults import FAULTS
from connected_ops.emulator.profile import load_profile
from connected_ops.machines import catalog
from connected_ops.machines.unit_class import BY_KEY, UnitClass

CLASS_OF = {unit.vehicle_id: BY_KEY[unit.unit_class] for unit in load_profile().units}
CARS, VANS, TRUCKS = ("corolla_2019", "camry_2021"), ("van_03", "van_08"), ("truck_02", "truck_07")
HEAVY = (*VANS, *TRUCKS, "excavator_1")
SENDS_OIL = (*TRUCKS, "excavator_1", "genset_1")
OIL, BATTERY = catalog.INDEX["oil_pressure_psi"], catalog.INDEX["battery_v"]
EACH_CLASS = ("corolla_2019", "van_03", "truck_07", "excavator_1", "genset_1")


def minutes(values):
    return values[:, catalog.COOLANT].reshape(-1, 60).mean(axis=1)


def offered(kind: str) -> set[str]:
    return {key for fault in FAULTS if fault.kind == kind for key in fault.classes}


@pytest.mark.parametrize("unit", [*HEAVY, "genset_1"])
def test_a_blocked_radiator_stands_8_to_13_degrees_above_the_sound_self_and_under_the_makers_limit(hour, unit):
    blocked, sound = hour("radiator_blocked", unit)[:, catalog.COOLANT], hour("", unit)[:, catalog.COOLANT]
    assert 8 <= (blocked - sound).mean() <= 13
    assert blocked.max() < (CLASS_OF[unit].coolant_warn or 0) - 4


@pytest.mark.parametrize("unit", [*HEAVY, "genset_1"])
def test_a_blocked_charge_air_cooler_warms_the_intake_much_and_the_coolant_a_little(hour, unit):
    above = (hour("charge_air_cooler_blocked", unit) - hour("", unit)).mean(axis=0)
    assert 20 <= above[catalog.INTAKE] <= 40
    assert 0.5 <= above[catalog.COOLANT] <= 5


@pytest.mark.parametrize("unit", EACH_CLASS)
def test_a_thermostat_stuck_closed_heats_8_to_15_degrees_a_minute_until_the_engine_protects_itself(hour, unit):
    coolant = minutes(hour("thermostat_stuck_closed", unit))
    critical = CLASS_OF[unit].coolant_critical or 0
    rises = [after - before for before, after in pairwise(coolant) if before > 195 and after < critical]
    assert len(rises) >= 2
    assert all(6.5 <= rise <= 15 for rise in rises)
    assert 8 <= np.mean(rises) <= 15
    assert critical < coolant[10:].min()
    assert coolant.max() < 270


@pytest.mark.parametrize("unit", EACH_CLASS)
def test_a_thermostat_stuck_open_lets_the_coolant_sink_below_180_and_keeps_it_there(hour, unit):
    coolant = minutes(hour("thermostat_stuck_open", unit))
    assert (coolant[5:] < 180).all()
    assert (coolant[15:] < 170).all()
    assert coolant.min() > 100


@pytest.mark.parametrize("unit", [*CARS, *VANS, *TRUCKS])
def test_a_worn_bearing_is_heard_above_40_mph_only_and_soon(hour, unit):
    worn = hour("driveline_bearing", unit)
    fast, slow = worn[:, catalog.SPEED] > 46, worn[:, catalog.SPEED] < 38
    assert fast[:60].any()
    assert all(fast[start : start + 900].sum() >= 200 for start in range(0, 3600, 900))
    low, high = CLASS_OF[unit].vibration_healthy
    share = (np.median(worn[fast, catalog.VIBRATION]) - low) / (high - low)
    assert share > 0.7
    assert np.median(worn[slow, catalog.VIBRATION]) < (low + high) / 2


@pytest.mark.parametrize("unit", [*CARS, *TRUCKS])
def test_a_worn_bearing_is_half_to_nine_tenths_above_the_units_normal_at_speed(hour, unit):
    worn, sound = hour("driveline_bearing", unit), hour("", unit)
    both = (worn[:, catalog.SPEED] > 50) & (np.abs(worn[:, catalog.SPEED] - sound[:, catalog.SPEED]) < 4)
    assert both.sum() > 100
    ratio = np.median(worn[both, catalog.VIBRATION] / sound[both, catalog.VIBRATION])
    assert 1.5 <= ratio <= 1.9


@pytest.mark.parametrize("unit", SENDS_OIL)
def test_a_worn_pump_lets_oil_pressure_sink_for_minutes_and_nothing_else(hour, unit):
    worn, sound = hour("oil_pump_worn", unit), hour("", unit)
    left = (worn[:, OIL] / sound[:, OIL]).reshape(-1, 60).mean(axis=1)
    assert (np.diff(left[:12]) < -0.05).all()
    assert left[0] > 0.9
    assert left[15:] == pytest.approx(0.16, abs=0.02)
    assert np.delete(worn, OIL, axis=1) == pytest.approx(np.delete(sound, OIL, axis=1), nan_ok=True)


@pytest.mark.parametrize("unit", SENDS_OIL)
def test_without_an_alternator_voltage_falls_to_the_batterys_and_slowly_on(hour, unit):
    failed, sound = hour("alternator_failed", unit), hour("", unit)
    batteries = 1 if unit in TRUCKS else 2
    volts = failed[:, BATTERY].reshape(-1, 60).mean(axis=1) / batteries
    assert volts[0] == pytest.approx(12.4, abs=0.1)
    assert (np.diff(volts[:30]) < 0.05).all()
    assert volts[30:] == pytest.approx(10.8, abs=0.1)
    assert sound[:, BATTERY].min() / batteries > 13.8
    assert np.delete(failed, BATTERY, axis=1) == pytest.approx(np.delete(sound, BATTERY, axis=1), nan_ok=True)


@pytest.mark.parametrize("unit", [*CARS, *VANS, *TRUCKS])
def test_a_speeding_driver_goes_10_to_20_percent_over_for_minutes_at_once_and_again(hour, unit):
    speed = hour("overspeeding_driver", unit)[:, catalog.SPEED] / (CLASS_OF[unit].max_mph or 1)
    over = speed > 1.08
    begins = np.flatnonzero(over[1:] & ~over[:-1])
    assert begins[0] < 40
    assert 6 <= len(begins) <= 9
    assert 100 <= over.sum() / len(begins) <= 240
    assert 1.1 <= np.median(speed[over]) <= speed.max() <= 1.2
    assert np.abs(np.diff(speed)).max() * (CLASS_OF[unit].max_mph or 0) < catalog.SIGNALS[catalog.SPEED].max_rate


@pytest.mark.parametrize("unit", HEAVY)
def test_a_hot_climb_warms_a_sound_machine_stays_under_the_limit_and_ends_by_itself(hour, unit):
    climb, sound = hour("hot_climb", unit), hour("", unit)
    assert 15 <= (climb - sound)[200:420, catalog.AMBIENT].mean() <= 20
    usual = minutes(sound).mean()
    assert 5 <= minutes(climb)[:10].max() - usual <= 16
    assert climb[:, catalog.COOLANT].max() < (CLASS_OF[unit].coolant_warn or 0) - 8
    assert climb[700:, catalog.AMBIENT] == pytest.approx(sound[700:, catalog.AMBIENT])
    assert minutes(climb)[25:] == pytest.approx(minutes(sound)[25:], abs=1)
    steps = np.abs(np.diff(climb, axis=0))[:, catalog.AMBIENT]
    assert steps.max() < catalog.SIGNALS[catalog.AMBIENT].max_rate


@pytest.mark.parametrize("kind", [fault.kind for fault in FAULTS if fault.change is None])
@pytest.mark.parametrize("unit", EACH_CLASS)
def test_no_fault_of_a_machine_moves_a_signal_faster_than_the_catalogue_believes(hour, kind, unit):
    kind_of_unit: UnitClass = CLASS_OF[unit]
    if kind_of_unit.key not in offered(kind):
        return
    steps = np.abs(np.diff(hour(kind, unit), axis=0))
    for index, signal in enumerate(catalog.SIGNALS):
        if signal.key not in kind_of_unit.absent and np.isfinite(steps[:, index]).all():
            assert steps[:, index].max() <= signal.max_rate, signal.key
