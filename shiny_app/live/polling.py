"""What is polled for all pages: one number that says whether there is something new, as a reactive value."""

import asyncio
from collections.abc import Callable

from shiny import reactive


class Polled:
    """A number that is cheap to read, and changes with what it stands for. Whatever calls this in the reactive graph is
    redone when the number has changed.

    Not Shiny's `reactive.poll`: outside a session that one leaves a context behind with every tick.
    """

    def __init__(self, read: Callable[[], int], every_s: float) -> None:
        self._read, self._every_s = read, every_s
        self._seen = read()
        self._value = reactive.value(self._seen, name="polled")

    def __call__(self) -> int:
        """The newest number; only in a reactive context, which depends on it from then on."""
        return self._value()

    async def run(self) -> None:
        """Look every `every_s` seconds, for ever: somebody has to own the task."""
        while True:
            await asyncio.sleep(self._every_s)
            await self.look()

    async def look(self) -> None:
        """Read the number once, and let all that reads it be redone where it has changed."""
        newest = self._read()
        if newest == self._seen:
            return
        async with reactive.lock():
            self._seen = newest
            self._value.set(newest)
            await reactive.flush()
