"""The time of a server: what arrives is told by it, and what fell silent."""

import time
from collections.abc import Callable


class SteadyClock:
    """Unix seconds that never go back, whatever is done to the machine's clock.

    It begins at the `wall` clock and goes on with the `monotonic` one, which also stands still while a machine sleeps;
    where the wall clock is ahead it is followed.
    """

    def __init__(self, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._ahead = wall() - monotonic()

    def __call__(self) -> float:
        passed = self._monotonic()
        self._ahead = max(self._ahead, self._wall() - passed)
        return passed + self._ahead
