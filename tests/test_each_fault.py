"""Each fault of the emulator, through the real door on one unit of each class it is offered for: what the lab says of
it, and that it says nothing of anybody else."""

from dataclasses import dataclass
from typing import Any

import pytest

from connected_ops.asgi import Root, create_app
from connected_ops.emulator.faults import BY_KIND, FAULTS
from connected_ops.emulator.simulation import Simulation
from connected_ops.settings import Settings

START = 1_800_000_000.0
UNIT_OF = {
    "passenger_car": "corolla_2019", "delivery_van": "van_03", "class_8_truck": "truck_07",
    "excavator": "excavator_1", "genset": "genset_1",
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What is to be said of a fault after `seconds`: the episode's kind, and its mode or the signal of its sensor."""

    seconds: int
    kind: str
    about: str


EXPECTED = {
    "coolant_overheat": Said(15, "machine", "cooling"),
    "vibration_spike": Said(15, "machine", "vibration"),
    "speed_anomaly": Said(15, "machine", "overspeed"),
    "fan_lost": Said(420, "machine", "cooling"),
    "radiator_blocked": Said(10, "machine", "cooling"),
    "charge_air_cooler_blocked": Said(10, "machine", "air_intake"),
    "thermostat_stuck_closed": Said(180, "machine", "cooling"),
    "thermostat_stuck_open": Said(720, "machine", "cooling"),
    "driveline_bearing": Said(90, "machine", "vibration"),
    "overspeeding_driver": Said(60, "machine", "overspeed"),
    "sensor_open_circuit": Said(10, "sensor", "intake_air_temp_f"),
    "sensor_stuck": Said(330, "sensor", "engine_rpm"),
    "sensor_dropout": Said(30, "sensor", "coolant_temp_f"),
    "sensor_spike": Said(30, "sensor", "coolant_temp_f"),
    "counter_reset": Said(10, "sensor", "engine_hours"),
}
CALM = {"pothole": 60, "hot_climb": 700}


@pytest.fixture(scope="module")
def root() -> Root:
    now = [START]
    root = create_app(Settings(emulator=True), clock=lambda: now[0])
    root.now = now  # type: ignore[attr-defined]  # the test's clock, moved by `run`
    return root


async def run(root: Any, kind: str, seconds: int) -> list[str]:
    """A fresh fleet with the fault on a unit of each class; returns the units that have it."""
    simulation = root.simulation
    assert isinstance(simulation, Simulation)
    await simulation.task.reset(root.now[0])
    units = [UNIT_OF[each] for each in BY_KIND[kind].classes]
    for unit in units:
        assert (await simulation.inject(kind, unit)).ok
    for _ in range(seconds):
        root.now[0] += 1.0
        for body in simulation.task.emulator.tick():
            await simulation._post(body)
    root.lab.assess()
    return units


def test_every_fault_is_expected_to_say_something_or_nothing():
    assert EXPECTED.keys() | CALM.keys() == BY_KIND.keys()
    assert {fault.kind for fault in FAULTS if fault.group == "calm"} == CALM.keys()
    assert {fault.kind for fault in FAULTS if fault.group == "sensor"} == {
        kind for kind, said in EXPECTED.items() if said.kind == "sensor"
    }


@pytest.mark.parametrize("kind", EXPECTED)
async def test_a_fault_is_said_on_its_units_with_reason_advice_and_price_and_on_no_other(root: Any, kind: str):
    said = EXPECTED[kind]
    units = await run(root, kind, said.seconds)
    model = root.lab.read_model
    found = {episode.vehicle_id: episode for episode in model.episodes() if episode.open}
    assert sorted(found) == sorted(units)
    for episode in found.values():
        assert (episode.kind, episode.mode if said.kind == "machine" else episode.signal) == (said.kind, said.about)
        assert all((episode.title, episode.reason, episode.cause, episode.check, episode.advice, episode.urgency))
        assert (episode.money is not None) is (said.kind == "machine")
    for row in model.rows():
        calm = row.vehicle_id not in units or said.kind == "sensor"
        assert (row.band == "Low") is calm, (row.vehicle_id, row.score, row.reason)


@pytest.mark.parametrize("kind", CALM)
async def test_what_must_not_alert_opens_no_episode_and_leaves_every_unit_low(root: Any, kind: str):
    await run(root, kind, CALM[kind])
    assert root.lab.read_model.episodes() == ()
    assert {row.band for row in root.lab.read_model.rows()} == {"Low"}
