"""The emulator behind the door: its samples pass, its anomalies are found, and a reset leaves no trace."""

import asyncio
import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from connected_ops.api.app import create_api
from connected_ops.emulator.faults import BY_KIND
from connected_ops.emulator.fleet import Emulator
from connected_ops.emulator.profile import Profile, load_profile
from connected_ops.emulator.simulation import FIRST_CHOICE, NoSimulation, Simulation
from connected_ops.history.window import Samples
from connected_ops.read_model import Answer, Work
from connected_ops.telemetry import codec
from connected_ops.telemetry.block import from_samples
from connected_ops.telemetry.units import Owner

BEGIN = 1000.0
SOME = ("corolla_2019", "van_03", "truck_07", "genset_1")
MODE_OF = {"coolant_overheat": "cooling", "vibration_spike": "vibration", "speed_anomaly": "overspeed"}
SAID = {"cooling": "Coolant", "vibration": "Vibration index", "overspeed": ("Speed", "Engine")}
OFFERED = [
    (unit.vehicle_id, kind)
    for unit in load_profile().units
    for kind in MODE_OF
    if unit.unit_class in BY_KIND[kind].classes
]


SEEN = Work("acknowledge", "Kim")


def post(bench, body: bytes) -> list[str]:
    """What the door says of the rows of an emulator's body."""
    samples = [codec.decode_one(body)] if codec.is_object(body) else codec.decode_array(body).samples
    return bench.lab.intake.take(from_samples(samples), Owner.EMULATOR).verdict.tolist()


@dataclass
class Warm:
    """A bench whose emulator has run through its backfill."""

    bench: Any
    emulator: Emulator

    def second(self) -> None:
        for body in self.emulator.tick():
            assert post(self.bench, body)
        self.bench.now += 1.0

    def fleet(self) -> dict[str, tuple[str, str]]:
        """Band and reason of every unit."""
        self.bench.lab.assess()
        return {row.vehicle_id: (row.band, row.reason) for row in self.bench.lab.read_model.rows()}


@pytest.fixture(scope="module")
def warm(new_bench) -> Warm:
    bench = new_bench(units=16)
    bench.now = BEGIN
    emulator = Emulator(load_profile(), start=bench.clock())
    for body in emulator.backfill():
        assert set(post(bench, body)) == {0}, "a backfilled sample was not valid"
    return Warm(bench, emulator)


def test_ten_minutes_of_the_emulated_fleet_are_valid_and_every_unit_stays_low(warm: Warm):
    run = copy.deepcopy(warm)
    for second in range(600):
        run.second()
        if second % 20 == 0:
            assert {band for band, _ in run.fleet().values()} == {"Low"}
    counted = run.bench.counted()
    assert counted == {"valid": 12 * 1200, "needs_review": 0, "rejected": 0, "duplicate": 0}


@pytest.mark.parametrize(("vehicle_id", "kind"), OFFERED, ids=lambda value: value)
def test_a_held_anomaly_makes_its_unit_high_by_15_s_by_the_right_mode_and_no_other(warm: Warm, vehicle_id, kind):
    run, mode = copy.deepcopy(warm), MODE_OF[kind]
    for _ in range(2):
        run.second()
    before = run.fleet()
    post(run.bench, run.emulator.inject(kind, vehicle_id, 30, run.bench.clock() - 0.5))
    band, reason = run.fleet()[vehicle_id]
    assert band != "High"
    assert reason.endswith("confirming") or mode == "vibration"
    for _ in range(15):
        run.second()
    after = run.fleet()
    band, reason = after.pop(vehicle_id)
    assert band == "High"
    contributions = run.bench.lab.read_model.unit(vehicle_id).contributions
    assert max(contributions, key=lambda each: each.points).mode == mode
    assert reason.startswith(SAID[mode])
    assert not reason.endswith("confirming")
    assert {other: band for other, (band, _) in after.items()} == {other: before[other][0] for other in after}


@pytest.mark.parametrize("kind", MODE_OF)
def test_a_single_sample_of_an_anomaly_is_never_high(warm: Warm, kind: str):
    run = copy.deepcopy(warm)
    run.second()
    post(run.bench, run.emulator.inject(kind, "truck_07", None, run.bench.clock() - 0.5))
    for _ in range(10):
        assert run.fleet()["truck_07"][0] != "High"
        run.second()


def test_a_unit_is_low_again_after_its_anomaly(warm: Warm):
    run = copy.deepcopy(warm)
    run.second()
    post(run.bench, run.emulator.inject("coolant_overheat", "van_03", 20, run.bench.clock() - 0.5))
    for _ in range(120):
        run.second()
    assert run.fleet()["van_03"] == ("Low", "Nothing unusual")


def test_the_same_units_heard_once_a_minute_stay_low(new_bench):
    bench = new_bench(units=16)
    emulator = Emulator(load_profile(), start=bench.clock())
    for second in range(901):
        (body,) = emulator.tick()
        if second % 60 == 0:
            bench.now = float(second)
            assert 2 not in post(bench, body)
    bench.lab.assess()
    assert {row.band for row in bench.lab.read_model.rows()} == {"Low"}


def some_units() -> Profile:
    """Four units of the profile, one of each kind of class: whatever a reset does to four it does to twelve."""
    profile = load_profile()
    return profile.model_copy(update={"units": tuple(unit for unit in profile.units if unit.vehicle_id in SOME)})


class Server:
    """Two labs with their API and an emulator that posts through it; the test drives its seconds."""

    def __init__(self, bench, at: float) -> None:
        self.bench, self.labs = bench, bench.labs
        bench.now = at
        off = NoSimulation(self.labs)
        root = Starlette(routes=[Mount("/api", create_api(self.labs, self.labs.read_model, off, asyncio.Event()))])
        self.emulator = Emulator(some_units(), start=bench.clock())
        self.simulation = Simulation(self.emulator, self.labs, root, bench.clock)
        self.simulation.task._backfill_s = 60  # the ten minutes are tested above
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(root), base_url="http://localhost")

    async def seconds(self, count: int) -> None:
        for _ in range(count):
            async with self.simulation.task._lock:  # as the task's own loop does, but on the test's clock
                self.bench.now += 1.0
                await self.simulation.task._next_second()

    async def start(self) -> "Server":
        await self.simulation.reset_all()
        return self

    async def seen(self) -> tuple[Any, Any, Any]:
        """What a client can read: samples, fleet without its sequence, statistics."""
        self.labs.assess()
        samples = await self.client.get("/api/telemetry?limit=10000")
        fleet = json.loads((await self.client.get("/api/fleet")).content)
        del fleet["sequence"]
        return samples.content, fleet, self.simulation.stats()

    def samples(self, vehicle_id: str) -> Samples:
        """What is kept of a unit at full rate."""
        history = self.labs.lab_of(vehicle_id).pipeline.history
        return history.window.samples(self.bench.place(vehicle_id))


@pytest.fixture
def server(new_pair, no_cool_down) -> Callable[[float], Server]:
    return lambda at: Server(new_pair(units=16), at)


async def test_a_reset_is_followed_by_the_bytes_of_a_fresh_start(server):
    used = await server(BEGIN).start()
    await used.seconds(5)
    for kind in BY_KIND:
        await used.simulation.inject(kind, "truck_07", 30)
    await used.seconds(20)
    assert used.simulation.stats()["coolant_overheat"] == 1
    used.bench.now = BEGIN + 300.4
    assert (await used.simulation.reset()).ok
    fresh = await server(BEGIN + 300.4).start()
    assert await used.seen() == await fresh.seen()
    assert used.simulation.offers("truck_07") == fresh.simulation.offers("truck_07")
    await used.seconds(5)
    await fresh.seconds(5)
    assert await used.seen() == await fresh.seen()


async def test_a_reset_leaves_live_units_exactly_as_they_were(server, sample):
    running = await server(BEGIN).start()
    rows = [sample(BEGIN + t, "mine", unit_class="passenger_car", coolant_temp_f=252.0) for t in range(30)]
    running.bench.now = BEGIN + 30
    running.bench.take(rows)
    before, place = running.bench.look("mine"), running.bench.place("mine")
    counted = running.labs.real.intake.counts.verdict.tolist()
    samples = running.samples("mine")
    await running.simulation.reset_all()
    assert running.bench.look("mine") == before
    assert running.bench.place("mine") == place
    assert running.labs.real.intake.counts.verdict.tolist() == counted
    assert running.samples("mine").ts.tolist() == samples.ts.tolist()
    assert running.bench.take(rows[:3]) == ["duplicate"] * 3


async def test_a_reset_while_others_post_loses_none_of_their_samples(server, sample):
    running = await server(BEGIN).start()
    rows = [sample(BEGIN + t, "mine") for t in range(400)]
    running.bench.now = BEGIN + 400
    content = json.dumps(rows).encode()
    answer, *_ = await asyncio.gather(
        running.client.post("/api/telemetry", content=content), running.simulation.reset_all(), running.seconds(3)
    )
    assert answer.json()["accepted"] == 400
    loop = running.bench.assessed().snapshot().loop
    assert loop.received == loop.valid >= 400 + len(SOME) * 60
    assert loop.units == len(SOME) + 1


async def test_the_emulators_units_belong_to_it_alone_even_for_other_simulators(server, sample):
    running = await server(BEGIN).start()
    for source in ("live", "simulated"):
        answer = await running.client.post(
            "/api/telemetry", json=sample(BEGIN, "truck_07"), headers={"X-Source": source}
        )
        assert answer.status_code == 409


async def test_without_an_id_the_corolla_is_chosen(server):
    running = await server(BEGIN).start()
    assert await running.simulation.start("vibration_spike", None, 5) == FIRST_CHOICE


async def test_a_button_answers_in_a_sentence_whatever_it_is_pressed_on(server, sample):
    running = await server(BEGIN).start()
    running.bench.take([sample(BEGIN, "mine")])
    press = running.simulation.inject
    assert await press("coolant_overheat", "truck_07", 30) == Answer(True, "Coolant overheat on truck_07 for 30 s.")
    for answer in (
        await press("no_such", "truck_07"),
        await press("coolant_overheat", "nobody"),
        await press("coolant_overheat", "mine"),
        await press("speed_anomaly", "genset_1"),
    ):
        assert not answer.ok
        assert answer.sentence.endswith(".")
    assert "real machine" in (await press("coolant_overheat", "mine")).sentence


SLOW = [kind for kind, fault in BY_KIND.items() if fault.onset_days]


def same_past(one: Server, other: Server, vehicle_id: str) -> bool:
    """Whether the unit's tiers hold the same means in both (NaN where it did not run), but for float32's last digit."""
    pasts = [
        [
            column
            for tier in each.labs.simulated.pipeline.history.tiers
            for column in tier.series(each.bench.place(vehicle_id))
        ]
        for each in (one, other)
    ]
    return all(a.shape == b.shape and np.allclose(a, b, rtol=1e-6, equal_nan=True) for a, b in zip(*pasts, strict=True))


@pytest.mark.parametrize("kind", SLOW)
async def test_a_fault_of_days_gives_its_unit_a_new_past_and_leaves_all_others(server, kind: str):
    running, twin = await server(BEGIN).start(), await server(BEGIN).start()
    for one in (running, twin):
        await one.seconds(3)
    assert (await running.simulation.inject(kind, "truck_07")).ok
    for one in (running, twin):
        await one.seconds(3)
    changed = [unit for unit in running.emulator.vehicle_ids if not same_past(running, twin, unit)]
    assert changed == ["truck_07"]
    window = running.samples("truck_07")
    assert len(window.ts) == 60 + 1 + 3
    assert set(window.verdict.tolist()) == {0}
    assert running.bench.counted()["rejected"] == running.bench.counted()["duplicate"] == 0


@pytest.mark.parametrize("first", ["inject", "reset"])
async def test_a_reset_and_an_injection_at_once_leave_a_whole_fleet(server, first: str):
    running = await server(BEGIN).start()
    await running.seconds(3)
    inject = running.simulation.inject("radiator_blocked", "truck_07")
    both = [inject, running.simulation.reset()]
    answers = await asyncio.gather(*(both if first == "inject" else reversed(both)))
    assert all(answer.ok for answer in answers)
    await running.seconds(2)
    on = [offer.kind for offer in running.simulation.offers("truck_07") if offer.active]
    assert on == ([] if first == "inject" else ["radiator_blocked"])
    assert running.bench.assessed().snapshot().loop.units == len(SOME)
    if first == "inject":
        fresh = await server(BEGIN + 3).start()
        await fresh.seconds(2)
        assert await running.seen() == await fresh.seen()


async def test_one_reset_serves_all_who_press_while_it_runs(server):
    running = await server(BEGIN).start()
    before = running.labs.simulated
    built: list[object] = []
    make = running.labs._make_simulated
    running.labs._make_simulated = lambda: built.append(1) or make()
    answers = await asyncio.gather(*(running.simulation.reset() for _ in range(25)))
    assert all(answer.ok for answer in answers)
    assert built == [1]
    assert running.labs.simulated is not before
    assert (await running.simulation.reset()).ok
    assert built == [1, 1]


async def test_a_reset_that_is_asked_for_after_a_fault_means_that_fault_too(server):
    running = await server(BEGIN).start()
    press = running.simulation
    await asyncio.gather(press.reset(), press.inject("fan_lost", "truck_07"), press.reset(), press.reset())
    assert not [offer for offer in press.offers("truck_07") if offer.active]
    assert press.stats()["fan_lost"] == 0


async def test_a_reset_goes_to_its_end_where_the_page_that_asked_closes(server):
    running = await server(BEGIN).start()
    await running.simulation.inject("fan_lost", "truck_07")
    asked = asyncio.create_task(running.simulation.reset())
    await asyncio.sleep(0)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    await running.seconds(1)
    assert running.simulation.stats()["fan_lost"] == 0
    assert running.bench.assessed().snapshot().loop.received == len(SOME) * (60 + 1)


async def test_pages_keep_a_units_last_picture_until_its_new_past_is_whole(server):
    running = await server(BEGIN).start()
    model = running.bench.assessed()
    assess = asyncio.create_task(running.labs.run_simulated())
    asked = asyncio.create_task(running.simulation.inject("radiator_blocked", "truck_07"))
    shown, register = [], running.labs.simulated.register
    generation = register.generation
    while register.generation == generation:  # noqa: ASYNC110 - nobody looks before it is forgotten
        await asyncio.sleep(0)
    while not asked.done():
        shown.append(len(model.unit("truck_07").ts))
        await asyncio.sleep(0)
    assert set(shown) <= {60, 61}
    async with asyncio.timeout(20):
        while len(model.unit("truck_07").ts) != 61:  # noqa: ASYNC110 - what a page does
            await asyncio.sleep(0.01)
    assess.cancel()
    await asyncio.gather(assess, return_exceptions=True)


async def test_an_injection_goes_to_its_end_where_the_page_that_asked_closes(server):
    running = await server(BEGIN).start()
    asked = asyncio.create_task(running.simulation.inject("radiator_blocked", "truck_07"))
    await asyncio.sleep(0)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    await running.seconds(1)
    assert len(running.samples("truck_07").ts) == 60 + 1 + 1


async def test_a_real_unit_is_never_forgotten_for_another_past(server, sample):
    running = await server(BEGIN).start()
    running.bench.take([sample(BEGIN, "mine")])
    for lab in running.labs.both:
        lab.intake.forget_emulated("mine")
    assert "mine" in running.labs.real.register.index


async def test_a_button_says_how_long_a_fault_stays(server):
    running = await server(BEGIN).start()
    for kind, fault in BY_KIND.items():
        answer = await running.simulation.inject(kind, "truck_07")
        held = fault.default_hold_s
        assert answer == Answer(
            True, f"{fault.label} on truck_07 {'until a reset' if held is None else f'for {held:.0f} s'}."
        )
        offers = running.simulation.offers("truck_07")
        (until,) = (offer.until for offer in offers if offer.kind == kind and offer.active)
        assert (until is None) == (held is None), kind


async def test_a_client_may_ask_for_each_kind_without_a_hold(server):
    running = await server(BEGIN).start()
    for kind, fault in BY_KIND.items():
        await running.simulation.start(kind, "truck_07", None)
        on = [offer.kind for offer in running.simulation.offers("truck_07") if offer.active]
        assert (kind in on) is not fault.momentary, kind
        assert running.simulation.stats()[kind] == 1


async def test_an_acknowledgement_is_passed_on(server):
    running = await server(BEGIN).start()
    for control in (running.simulation, NoSimulation(running.labs)):
        assert await control.work("e1", SEEN) == running.labs.work("e1", SEEN)


async def test_without_an_emulator_every_control_says_so(pair):
    off = NoSimulation(pair.labs)
    assert off.simulated_units() == off.offers("x") == ()
    assert off.stats() == {}
    for answer in (await off.inject("coolant_overheat"), await off.reset()):
        assert not answer.ok
        assert "emulator is off" in answer.sentence
