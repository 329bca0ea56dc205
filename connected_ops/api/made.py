"""Answers that many clients share: made once a sequence, the large ones in a thread."""

import asyncio
from collections.abc import Callable, Hashable

from starlette.concurrency import run_in_threadpool

THREAD_FROM_ROWS = 200
MOST_KEPT = 8  # answers of one sequence that differ by what was asked


class Made:
    """The answers made for the newest sequence asked for; one is made at a time."""

    def __init__(self) -> None:
        self._sequence = -1
        self._bodies: dict[Hashable, bytes] = {}
        self._one_at_a_time = asyncio.Lock()

    async def body(self, sequence: int, asked: Hashable, rows: int, make: Callable[[], bytes]) -> bytes:
        """The answer to `asked` at that sequence; `make` writes it, off the loop where it has many rows."""
        async with self._one_at_a_time:
            if sequence != self._sequence or len(self._bodies) >= MOST_KEPT:
                self._sequence, self._bodies = sequence, {}
            if asked not in self._bodies:
                self._bodies[asked] = await run_in_threadpool(make) if rows >= THREAD_FROM_ROWS else make()
            return self._bodies[asked]
