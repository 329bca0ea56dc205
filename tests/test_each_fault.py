"""Each fault of the emulator, through the real door on one unit of each class it is offered for: what the lab says of
it, and that it says nothing of the shipped fleet beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from connected_ops.asgi import create_app
from connected_ops.emulator.faults import BY_KIND, FAULTS
from connected_ops.emulator.profile import load_profile
from connected_ops.emulator.simulation import Simulation
from connected_ops.read_model import EpisodeView, UnitRow
from connected_ops.settings import Settings

START = 1_800_000_000.0
BACKFILL_S = 180  # of the ten minutes, through which each unit with a past of its own is moved one by one
UNIT_OF = {
    "passenger_car": "corolla_2019", "delivery_van": "van_03", "class_8_truck": "truck_07",
    "excavator": "excavator_1", "genset": "genset_1",
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What is to be said of a fault after `seconds`: the episode's kind, and its mode or the signal of its sensor; of
    the `later` classes it may be said later."""

    seconds: int
    kind: str
    about: str
    later: tuple[str, ...] = ()


EXPECTED = {
    "coolant_overheat": Said(15, "machine", "cooling"),
    "vibration_spike": Said(15, "machine", "vibration"),
    "speed_anomaly": Said(15, "machine", "overspeed"),
    "fan_lost": Said(480, "machine", "cooling"),
    "radiator_blocked": Said(10, "machine", "cooling"),
    "charge_air_cooler_blocked": Said(10, "machine", "air_intake"),
    "thermostat_stuck_closed": Said(180, "machine", "cooling"),
    "thermostat_stuck_open": Said(800, "machine", "cooling"),
    "driveline_bearing": Said(90, "machine", "vibration"),
    "oil_pump_worn": Said(800, "machine", "oil_pressure"),
    "alternator_failed": Said(800, "machine", "charging"),
    "overspeeding_driver": Said(60, "machine", "overspeed"),
    "sensor_open_circuit": Said(10, "sensor", "intake_air_temp_f"),
    "sensor_stuck": Said(330, "sensor", "engine_rpm", later=("class_8_truck",)),
    "sensor_dropout": Said(205, "sensor", "coolant_temp_f"),
    "sensor_spike": Said(30, "sensor", "coolant_temp_f"),
    "counter_reset": Said(10, "sensor", "engine_hours"),
}
CALM = {"pothole": 60, "hot_climb": 700}
INSTANTS = {*(said.seconds for said in EXPECTED.values()), *CALM.values()}


Picture = tuple[tuple[EpisodeView, ...], tuple[UnitRow, ...]]
"""The open episodes and the lines of all units at one instant."""


def units_with(kind: str) -> list[str]:
    """One unit of each class that a fault is offered for; it has this fault and no other."""
    return [f"{UNIT_OF[each]}.{kind}" for each in BY_KIND[kind].classes]


class Story:
    """The shipped fleet, and beside it a copy of one of its units for each fault and class, each with its fault."""

    def __init__(self, profile: Path) -> None:
        shipped = load_profile()
        by_id = {unit.vehicle_id: unit for unit in shipped.units}
        copies = [
            by_id[UNIT_OF[each]].model_copy(update={"vehicle_id": f"{UNIT_OF[each]}.{fault.kind}"})
            for fault in FAULTS
            for each in fault.classes
        ]
        self.sound = tuple(by_id)
        whole = shipped.model_copy(update={"units": (*shipped.units, *copies)})
        profile.write_text(whole.model_dump_json(exclude_none=True))
        self._now = START
        self._root = create_app(Settings(emulator=True, profile=profile), clock=lambda: self._now)
        self._pictures: dict[int, Picture] = {}

    async def at(self, seconds: int) -> Picture:
        """The picture so long after the faults began."""
        simulation = self._root.simulation
        assert isinstance(simulation, Simulation)
        if self._now == START:
            simulation.task._backfill_s = BACKFILL_S
            await simulation.task.reset(self._now)
            for kind in BY_KIND:
                for unit in units_with(kind):
                    assert (await simulation.inject(kind, unit)).ok
        while self._now < START + seconds:
            self._now += 1.0
            for body in simulation.task.emulator.tick():
                await simulation._post(body)
            if self._now - START in INSTANTS:
                self._root.labs.assess()
                model = self._root.labs.read_model
                episodes = tuple(episode for episode in model.episodes() if episode.open)
                self._pictures[round(self._now - START)] = episodes, tuple(model.rows())
        return self._pictures[seconds]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return Story(tmp_path_factory.mktemp("story") / "fleet.json")


def test_every_fault_is_expected_to_say_something_or_nothing():
    assert EXPECTED.keys() | CALM.keys() == BY_KIND.keys()
    assert {fault.kind for fault in FAULTS if fault.group == "calm"} == CALM.keys()
    assert {fault.kind for fault in FAULTS if fault.group == "sensor"} == {
        kind for kind, said in EXPECTED.items() if said.kind == "sensor"
    }


@pytest.mark.parametrize("kind", EXPECTED)
async def test_a_fault_is_said_on_its_units_with_reason_advice_and_price_and_on_no_other(story: Story, kind: str):
    said, units = EXPECTED[kind], units_with(kind)
    episodes, rows = await story.at(said.seconds)
    found = [episode for episode in episodes if episode.vehicle_id in units]
    later = {f"{UNIT_OF[each]}.{kind}" for each in said.later}
    assert sorted({episode.vehicle_id for episode in found} - later) == sorted(set(units) - later)
    for episode in found:
        assert (episode.kind, episode.mode if said.kind == "machine" else episode.signal) == (said.kind, said.about)
        assert all((episode.title, episode.reason, episode.cause, episode.check, episode.advice, episode.urgency))
        assert (episode.money is not None) is (said.kind == "machine")
    for row in rows:
        if row.vehicle_id in units:
            assert (row.band == "Low") is (said.kind == "sensor"), (row.vehicle_id, row.score, row.reason)
    assert_nothing_said_of(story.sound, episodes, rows)


@pytest.mark.parametrize("kind", CALM)
async def test_what_must_not_alert_opens_no_episode_and_leaves_every_unit_low(story: Story, kind: str):
    assert_nothing_said_of(units_with(kind), *await story.at(CALM[kind]))


def assert_nothing_said_of(units: Sequence[str], episodes: Sequence[EpisodeView], rows: Sequence[UnitRow]) -> None:
    assert {episode.vehicle_id for episode in episodes}.isdisjoint(units)
    assert {row.vehicle_id: row.band for row in rows if row.vehicle_id in units} == dict.fromkeys(units, "Low")
