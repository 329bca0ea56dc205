import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from connected_ops.emulator.fleet import Emulator
from connected_ops.emulator.profile import load_profile
from connected_ops.emulator.task import EmulatorTask
from connected_ops.errors import UnknownUnit

START = 1_800_000_000.0


class Time:
    """A clock that moves when someone sleeps on it."""

    def __init__(self) -> None:
        self.now = START + 0.3

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


class Enough(Exception):
    """Ends a run after so many bodies."""


class Door:
    """Collects what is posted, and ends the run when it has enough."""

    def __init__(self, enough: int, before: Callable[[int], Awaitable[None]] | None = None) -> None:
        self.bodies: list[bytes] = []
        self._enough, self._before = enough, before

    async def post(self, body: bytes) -> None:
        self.bodies.append(body)
        if len(self.bodies) >= self._enough:
            raise Enough
        if self._before:
            await self._before(len(self.bodies))

    def times(self) -> list[str]:
        return [json.loads(body)[0]["ts"][-9:] for body in self.bodies if body.startswith(b"[")]


def task(door: Door, time: Time, backfill_s: int = 0, **around: Any) -> EmulatorTask:
    fleet = Emulator(load_profile(), start=0)
    return EmulatorTask(fleet, door.post, time.clock, sleep=time.sleep, backfill_s=backfill_s, **around)


async def run(running: EmulatorTask) -> None:
    with pytest.raises(Enough):
        await running.run()


async def test_the_backfill_comes_first_then_one_array_each_second():
    time, door = Time(), Door(12)
    await run(task(door, time, backfill_s=600))
    assert door.times()[:2] == ["07:50:00Z", "07:51:23Z"]
    assert door.times()[8:] == ["08:00:00Z", "08:00:01Z", "08:00:02Z", "08:00:03Z"]
    assert time.now == pytest.approx(START + 3)


async def test_a_late_loop_catches_up_without_a_gap():
    time = Time()

    async def stall(count: int) -> None:
        if count == 2:
            time.now += 40

    door = Door(45, stall)
    await run(task(door, time))
    assert door.times() == [f"08:00:{second:02}Z" for second in range(45)]
    assert time.now == pytest.approx(START + 44)


async def test_after_more_than_a_minute_the_missed_time_is_left_out():
    time = Time()

    async def stall(count: int) -> None:
        if count == 2:
            time.now += 3600

    door = Door(4, stall)
    await run(task(door, time))
    assert door.times() == ["08:00:00Z", "08:00:01Z", "09:00:01Z", "09:00:02Z"]


@pytest.mark.parametrize("error", [httpx.ConnectError("gone"), OSError("gone"), UnknownUnit("gone")])
async def test_a_failed_post_does_not_end_the_run(error: Exception):
    async def fail(count: int) -> None:
        if count == 2:
            raise error

    door = Door(4, fail)
    await run(task(door, Time()))
    assert door.times() == [f"08:00:{second:02}Z" for second in range(4)]


async def test_an_injection_is_posted_at_once_and_its_mistakes_are_raised():
    time, door = Time(), Door(100)
    running = task(door, time, backfill_s=10)
    await running.reset(time.now)
    await running.inject("coolant_overheat", "corolla_2019", 30)
    assert json.loads(door.bodies[-1])["coolant_temp_f"] >= 250
    with pytest.raises(UnknownUnit):
        await running.inject("coolant_overheat", "nobody")


async def test_a_reset_while_it_runs_begins_again_with_the_bytes_of_a_fresh_start():
    time = Time()
    begun: list[int] = []
    ended: list[int] = []
    resets: list[asyncio.Task[None]] = []

    async def disturb(count: int) -> None:
        if count == 3:
            resets.append(asyncio.create_task(running.inject("fan_lost", "truck_07")))
        if count == 6:
            resets.append(asyncio.create_task(running.reset(START + 500)))
            time.now = START + 500.5

    @asynccontextmanager
    async def renewed() -> AsyncIterator[None]:
        begun.append(len(door.bodies))
        yield
        ended.append(len(door.bodies))

    door = Door(14, disturb)
    running = task(door, time, backfill_s=20, renewed=renewed)
    await run(running)
    await asyncio.gather(*resets)
    fresh = Emulator(load_profile(), start=START + 500)
    expected = [*fresh.backfill(20), *(body for _ in range(3) for body in fresh.tick())]
    assert door.bodies[begun[1] : begun[1] + 4] == expected
    assert [end - begin for begin, end in zip(begun, ended, strict=True)] == [1, 1]
    assert begun[0] == 0


async def test_a_fleet_too_big_for_the_loop_is_made_in_a_thread_with_the_same_bytes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("connected_ops.emulator.task._OFF_LOOP_S", 0.0)
    door = Door(4)
    await run(task(door, Time()))
    fresh = Emulator(load_profile(), start=START)
    assert door.bodies == [body for _ in range(4) for body in fresh.tick()]
