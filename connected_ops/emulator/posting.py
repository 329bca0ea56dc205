"""The emulated fleet outside of a server: posted to one in step with the clock, or written as NDJSON."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import httpx
from rich.console import Console
from rich.progress import Progress, TextColumn

from connected_ops.clock import SteadyClock
from connected_ops.emulator.fleet import Emulator
from connected_ops.emulator.profile import load_profile
from connected_ops.emulator.task import MOST_BEHIND_S
from connected_ops.recordings.sender import VERDICTS, CannotSend, answer_of, check_address, client_of, post, told

ANCHOR = datetime.fromisoformat("2026-01-01T00:00:00Z").timestamp()
_Answer = TypeVar("_Answer")
NEVER_TAKEN = ("source_conflict", "fleet_full")


def lines(profile: Path | None, seed: int | None, ticks: int) -> Iterator[str]:
    """`ticks` seconds of the fleet from a fixed start, a sample a line: the same text each time.

    `profile` None = the shipped one, `seed` None = the profile's. Raises ProfileError.
    """
    emulator = Emulator(load_profile(profile), seed=seed, start=ANCHOR)
    for _ in range(ticks):
        for body in emulator.tick():
            yield body[1:-1].replace(b"},{", b"}\n{").decode()  # no value of a sample holds a brace


def run(url: str, profile: Path | None, seed: int | None, api_key: str | None) -> str:
    """Post the fleet to the server at `url` until Ctrl+C; returns a sentence that says what came of it.

    Raises CannotSend and ProfileError.
    """
    check_address(url)
    emulator = Emulator(load_profile(profile), seed=seed, start=time.time())
    feed = Feed(emulator, url)
    with suppress(KeyboardInterrupt):  # how it is meant to end
        asyncio.run(feed.run(api_key))
    return feed.report()


class Feed:
    """Posts a fleet like any other sender: the last ten minutes first, then one second each second.

    A server that is away is waited for, with a sentence when that begins and when it ends; more than a minute missed is
    left out.
    """

    def __init__(self, emulator: Emulator, url: str, clock: Callable[[], float] | None = None) -> None:
        self._emulator = emulator
        self._url = url
        self._clock = clock or SteadyClock()
        self._counts = dict.fromkeys(VERDICTS, 0)
        self._console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
        self._away = False

    def report(self) -> str:
        units = len(self._emulator.vehicle_ids)
        return f"Sent {sum(self._counts.values()):,} rows of {units:,} units: {told(self._counts)}."

    async def run(self, api_key: str | None) -> None:
        """Posts until it is cancelled. Raises CannotSend where the server refuses the rows."""
        async with client_of(self._url, "simulated", "application/json", api_key) as client:
            with self._progress() as progress:
                task = progress.add_task(self._url)
                await self._answered(answer_of(lambda: client.get("/healthz"), self._url, math.inf, self._wait))
                self._emulator.reset(self._clock())
                for body in self._emulator.backfill():
                    await self._send(client, body)
                    progress.update(task, description=self.report())
                while True:
                    await self._next_second(client)
                    progress.update(task, description=self.report())

    async def _next_second(self, client: httpx.AsyncClient) -> None:
        due = self._emulator.next_ts - self._clock()
        if due > 0:
            await asyncio.sleep(min(due, 1.0))
            return
        if -due > MOST_BEHIND_S:
            self._emulator.skip(int(-due))
        for body in self._emulator.tick():
            await self._send(client, body)

    async def _send(self, client: httpx.AsyncClient, body: bytes) -> None:
        answer = await self._answered(post(client, self._url, body, math.inf, self._wait))
        taken = sum(answer[name] for name in VERDICTS) - answer["rejected"]
        reasons = [row["reason"] for row in answer.get("rejections", ()) if row["rule"] in NEVER_TAKEN]
        if not taken and reasons:
            raise CannotSend(f"The server takes none of these units: {reasons[0]}")
        for name in VERDICTS:
            self._counts[name] += answer[name]

    async def _answered(self, answer: Awaitable[_Answer]) -> _Answer:
        got = await answer
        if self._away:
            self._away = False
            self._console.print(f"{self._url} answers again.")
        return got

    def _wait(self, why: str) -> None:
        if not self._away:
            self._away = True
            self._console.print(f"No answer from {self._url}: {why}. Waiting for the server; Ctrl+C stops.")

    def _progress(self) -> Progress:
        return Progress(
            TextColumn("{task.description}", markup=False), console=self._console, disable=not self._console.is_terminal
        )
