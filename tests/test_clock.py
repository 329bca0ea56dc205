"""A server's time goes on whatever is done to its machine's clock: the emulator too, and who falls silent is silent."""

import asyncio
import json

import pytest

from connected_ops.clock import SteadyClock
from connected_ops.emulator.fleet import Emulator
from connected_ops.emulator.profile import load_profile
from connected_ops.emulator.task import EmulatorTask
from connected_ops.lab import Lab
from connected_ops.read_model import FRESHNESS
from connected_ops.telemetry import codec
from connected_ops.telemetry.block import from_samples
from connected_ops.telemetry.units import Owner

HOUR = 3600.0


class Machine:
    """A machine's two clocks, moved by hand; only the wall clock can be set."""

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self.wall, self.monotonic = start, 50.0
        self.clock = SteadyClock(lambda: self.wall, lambda: self.monotonic)

    def passes(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_it_is_the_wall_clock_as_long_as_nobody_sets_that(machine):
    began = machine.wall
    for _ in range(3):
        machine.passes(7.5)
        assert machine.clock() == pytest.approx(machine.wall)
    assert machine.clock() == pytest.approx(began + 22.5)


def test_it_goes_on_where_the_wall_clock_goes_back_and_follows_where_it_goes_ahead(machine):
    began = machine.clock()
    machine.wall -= HOUR
    machine.passes(5)
    assert machine.clock() == pytest.approx(began + 5)
    machine.wall += HOUR + 100  # set right again, or the machine has slept
    assert machine.clock() == pytest.approx(began + 105)
    machine.passes(1)
    assert machine.clock() == pytest.approx(machine.wall)


async def test_the_emulator_goes_on_where_the_wall_clock_goes_back_an_hour(machine):
    machine.passes(0.3)
    posted: list[str] = []

    class Enough(Exception):
        pass

    async def post(body: bytes) -> None:
        posted.append(json.loads(body)[0]["ts"][-9:])
        if len(posted) == 3:
            machine.wall -= HOUR
        if len(posted) == 8:
            raise Enough

    async def sleep(seconds: float) -> None:
        machine.passes(seconds)
        assert machine.monotonic < 100, "the emulator stands still"
        await asyncio.sleep(0)

    task = EmulatorTask(Emulator(load_profile(), start=0), post, machine.clock, sleep=sleep, backfill_s=0)
    with pytest.raises(Enough):
        await task.run()
    assert posted == [f"08:00:0{second}Z" for second in range(8)]


def test_units_that_send_nothing_fall_silent_where_the_wall_clock_goes_back_an_hour(machine, sample):
    lab = Lab(units=4, clock=machine.clock)

    def freshness() -> list[str]:
        lab.assess()
        return [FRESHNESS[at] for at in lab.read_model.snapshot().freshness.tolist()]

    for t in range(30):
        machine.passes(1)
        for vehicle_id in ("stays", "leaves"):
            row = json.dumps(sample(t, vehicle_id)).encode()
            lab.intake.take(from_samples([codec.decode_one(row)]), Owner.LIVE)
    assert freshness() == ["live", "live"]
    machine.wall -= HOUR
    for t in range(30, 150):
        machine.passes(1)
        lab.intake.take(from_samples([codec.decode_one(json.dumps(sample(t, "stays")).encode())]), Owner.LIVE)
    assert freshness() == ["live", "silent"]
