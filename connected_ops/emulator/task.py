"""The emulator against a clock: backfill first, then one second of the fleet each second, posted like anyone else's."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext

import httpx
import structlog

from connected_ops.emulator.aggregates import Aggregates
from connected_ops.emulator.faults import BY_KIND
from connected_ops.emulator.fleet import BACKFILL_S, Emulator
from connected_ops.errors import ConnectedOpsError

MOST_BEHIND_S = 60
_OFF_LOOP_S = 0.005

_log = structlog.get_logger(__name__)

Post = Callable[[bytes], Awaitable[None]]
Sleep = Callable[[float], Awaitable[None]]


class EmulatorTask:
    """Posts an emulator's bodies in step with `clock` (Unix seconds).

    `renewed()` is around the backfill of each (re)start: the place to purge the fleet's state and to give it the 14
    days of `emulator.aggregates()`. `reborn(vehicle_id, tiers)` is around that of a unit on which a fault that began
    days ago is injected: the place to forget it and to give it its new past. Ticks, injections and resets never
    overlap. A late loop catches up by posting what it missed; more than 60 s behind it leaves that time out. A post
    that raises an HTTP, OS or domain error is logged and left out. Ticks that take over 5 ms are made in a thread.
    `started` is set after the first backfill.
    """

    def __init__(
        self,
        emulator: Emulator,
        post: Post,
        clock: Callable[[], float] = time.time,
        *,
        renewed: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
        reborn: Callable[[str, Aggregates], AbstractAsyncContextManager[None]] = lambda vehicle_id, tiers: (
            nullcontext()
        ),
        backfill_s: int = BACKFILL_S,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.emulator = emulator
        self._post = post
        self._clock = clock
        self._renewed = renewed
        self._reborn = reborn
        self._backfill_s = backfill_s
        self._sleep = sleep
        self.started = asyncio.Event()
        self._lock = asyncio.Lock()
        self._tick_s = 0.0

    async def run(self) -> None:
        """Restarts the fleet at the clock's whole second, then posts until it is cancelled."""
        await self.reset(self._clock())
        self.started.set()
        while True:
            due = self.emulator.next_ts - self._clock()
            if due > 0:
                await self._sleep(min(due, 1.0))
                continue
            async with self._lock:
                await self._next_second()

    async def inject(self, kind: str, vehicle_id: str, hold_s: float | None = None) -> None:
        """Puts a fault on a unit and posts its immediate sample, after its new past where the fault began days ago.
        Raises what `Emulator.inject` and the post raise."""
        async with self._lock:
            sample = self.emulator.inject(kind, vehicle_id, hold_s, self._clock())
            if BY_KIND[kind].onset_days:
                past = await asyncio.to_thread(self.emulator.past, vehicle_id, self._backfill_s)
                async with self._reborn(vehicle_id, past.tiers):
                    for body in past.bodies:
                        await self._send(body)
            await self._post(sample)

    async def reset(self, now: float) -> None:
        """Back to the first tick, at the whole second of `now`; returns when the backfill is posted."""
        async with self._lock:
            self.emulator.reset(now)
            async with self._renewed():
                bodies = self.emulator.backfill(self._backfill_s)
                while body := await asyncio.to_thread(next, bodies, None):
                    await self._send(body)

    async def _next_second(self) -> None:
        behind = self._clock() - self.emulator.next_ts
        if behind > MOST_BEHIND_S:
            self.emulator.skip(int(behind))
            _log.warning("emulator left time out", seconds=int(behind))
        elif behind < 0:
            return
        began = time.perf_counter()
        slow = self._tick_s > _OFF_LOOP_S
        bodies = await asyncio.to_thread(self.emulator.tick) if slow else self.emulator.tick()
        self._tick_s = time.perf_counter() - began
        for body in bodies:
            await self._send(body)

    async def _send(self, body: bytes) -> None:
        try:
            await self._post(body)
        except (httpx.HTTPError, OSError, ConnectedOpsError) as error:
            _log.warning("emulator post failed", error=str(error), kind=type(error).__name__)
        await asyncio.sleep(0)
