"""The shapes of what goes wrong in sensors, and of the blow that is no fault: all other signals stay as they were."""

import json
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from connected_ops.emulator.chance import Floats
from connected_ops.emulator.faults import BY_KIND
from connected_ops.emulator.fleet import Emulator
from connected_ops.emulator.profile import load_profile
from connected_ops.machines import catalog
from connected_ops.telemetry.codec import decode_one

START = 1_800_000_000.0
UNITS = ("corolla_2019", "van_03", "truck_07", "excavator_1", "genset_1")
OF_SENSOR = {
    "sensor_open_circuit": catalog.INTAKE,
    "sensor_stuck": catalog.RPM,
    "sensor_dropout": catalog.COOLANT,
    "sensor_spike": catalog.COOLANT,
    "counter_reset": catalog.HOURS,
}
MOMENTARY = {"sensor_spike": catalog.COOLANT, "pothole": catalog.VIBRATION}


def offered(kind: str) -> list[str]:
    """Those of the units whose class has that fault."""
    classes = {unit.vehicle_id: unit.unit_class for unit in load_profile().units}
    return [unit for unit in UNITS if classes[unit] in BY_KIND[kind].classes]


def ticks(fleet: Emulator, seconds: int) -> Floats:
    """The values of so many seconds, [seconds, signals] of one unit after the other."""
    by_second = [[row for body in fleet.tick() for row in json.loads(body)] for _ in range(seconds)]
    rows = [row for of_unit in zip(*by_second, strict=True) for row in of_unit]
    return np.array([[row.get(key, np.nan) for key in catalog.KEYS] for row in rows], dtype=np.float64)


@pytest.fixture(scope="module")
def held(fleet_of) -> Callable[[str], dict[str, Floats]]:
    """`held(kind)`: five minutes of each unit that has the fault, which is held all the while, side by side."""

    @cache
    def live(kind: str) -> dict[str, Floats]:
        units = offered(kind)
        fleet = fleet_of(*units)
        for unit in units:
            fleet.inject(kind, unit, 600, START)
        return dict(zip(fleet.vehicle_ids, np.split(ticks(fleet, 300), len(units)), strict=True))

    return live


@pytest.mark.parametrize(("kind", "unit"), [(kind, unit) for kind in OF_SENSOR for unit in offered(kind)])
def test_other_signals_are_unmoved(hour, held, unit: str, kind: str):
    faulty, sound = held(kind)[unit].copy(), hour("", unit)[:300].copy()
    faulty[:, OF_SENSOR[kind]] = sound[:, OF_SENSOR[kind]] = 0
    assert faulty == pytest.approx(sound, abs=0.051, nan_ok=True)


@pytest.mark.parametrize("unit", UNITS)
def test_an_open_circuit_reads_minus_40_at_once_and_for_good(hour, one_unit, unit: str):
    assert json.loads(one_unit(unit).inject("sensor_open_circuit", unit, None, START))["intake_air_temp_f"] == -40
    assert (hour("sensor_open_circuit", unit)[:, catalog.INTAKE] == -40).all()


@pytest.mark.parametrize("unit", offered("sensor_stuck"))
def test_a_stuck_sensor_repeats_its_value_to_the_last_digit(hour, unit: str):
    assert len(set(hour("sensor_stuck", unit)[:, catalog.RPM])) == 1
    assert len(set(hour("", unit)[:, catalog.RPM])) > 20


@pytest.mark.parametrize("unit", UNITS)
def test_a_dropout_leaves_gaps_of_10_to_120_seconds(hour, one_unit, unit: str):
    sample = decode_one(one_unit(unit).inject("sensor_dropout", unit, None, START))
    assert sample.model_dump()["coolant_temp_f"] is None
    silent = np.isnan(hour("sensor_dropout", unit)[:, catalog.COOLANT])
    edges = np.flatnonzero(np.diff(silent.astype(int), prepend=0, append=0))
    gaps = (edges[1::2] - edges[::2])[:-1]  # the last one runs on
    assert len(gaps) >= 15
    assert gaps.min() >= 9
    assert gaps.max() <= 120
    assert np.ptp(gaps) > 30


@pytest.mark.parametrize("unit", UNITS)
def test_a_spike_is_one_sample_60_to_90_degrees_up_every_seven_seconds_while_held(hour, one_unit, unit: str):
    fleet = one_unit(unit)
    fleet.inject("sensor_spike", unit, 70, START)
    jump = ticks(fleet, 100)[:, catalog.COOLANT] - hour("", unit)[:100, catalog.COOLANT]
    at = np.flatnonzero(np.abs(jump) > 0.1)
    assert at.tolist() == list(range(6, 70, 7))
    assert 60 <= jump[at].min() <= jump[at].max() <= 90


@pytest.mark.parametrize("unit", UNITS)
def test_a_reset_counter_begins_near_nothing_and_counts_on(hour, unit: str):
    hours, sound = hour("counter_reset", unit)[:, catalog.HOURS], hour("", unit)[:, catalog.HOURS]
    assert sound[0] > 1000
    assert hours[0] <= 0.1
    assert (np.diff(hours) >= 0).all()
    assert hours[-1] - hours[0] == pytest.approx(1, abs=0.051)


@pytest.mark.parametrize("unit", UNITS[:4])
def test_a_pothole_is_one_blow_every_ten_seconds_while_held(hour, one_unit, unit: str):
    fleet = one_unit(unit)
    fleet.inject("pothole", unit, 60, START)
    shaken, sound = ticks(fleet, 80)[:, catalog.VIBRATION], hour("", unit)[:80, catalog.VIBRATION]
    at = np.flatnonzero(np.abs(shaken - sound) > 0.1)
    assert at.tolist() == list(range(9, 60, 10))
    assert shaken[at].min() > fleet.class_of(unit).vibration_impact


@pytest.mark.parametrize("kind", MOMENTARY)
def test_without_a_hold_a_spike_and_a_pothole_are_one_sample(hour, one_unit, kind: str):
    fleet, signal = one_unit("van_03"), MOMENTARY[kind]
    sent = json.loads(fleet.inject(kind, "van_03", None, START))[catalog.KEYS[signal]]
    sound = hour("", "van_03")
    assert sent > sound[:, signal].max()
    assert ticks(fleet, 30) == pytest.approx(sound[:30], abs=0.051, nan_ok=True)
    assert not any(offer.active for offer in fleet.offers("van_03"))
