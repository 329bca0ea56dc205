"""What arrives after newer values of its signals: judged by itself, and kept where memory still covers its time."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from connected_ops.history.history import History
from connected_ops.validation.rules import BIT, NEEDS_REVIEW, WHOLE, Fired
from connected_ops.validation.signal_rules import single

KEPT = 8192  # times of a unit that are older than its window, by which a repeat is known


class Late(NamedTuple):
    """One late message: its unit's place and class, its time (Unix s) and its new values [signals]."""

    unit: int
    unit_class: int
    ts: float
    x: NDArray[np.float64]


class Latecomers:
    """Late messages of a fleet on their way into its `history`; those taken wait for the backlog."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._outside: dict[int, dict[float, None]] = {}  # of a unit, the times that came too late for its window
        self._waiting: list[Late] = []

    def clear(self, unit: int) -> None:
        """Forget a unit."""
        self._outside.pop(unit, None)

    def take(self, late: Late, newest: float) -> Fired | None:
        """Judge and keep a message of a unit whose newest is `newest` (Unix s): [signals + 1] the bits of its rules.
        None where all of its values were here before."""
        unit, _, ts, x = late
        if ts in self._outside.get(unit, ()):
            return None
        new = np.isfinite(x) & ~self._history.held(unit, ts)
        if not new.any():
            return None
        x = np.where(new, x, np.nan)
        self._waiting.append(late._replace(x=x))
        (fired,), (usable,) = single(x[None])
        fired[WHOLE] |= BIT["late"]
        if not self._history.insert(unit, ts, np.where(usable, x, np.nan), NEEDS_REVIEW, fired, newest):
            self._remember(unit, ts)
        return fired

    def taken(self) -> list[Late]:
        """The messages taken since this was asked last."""
        taken, self._waiting = self._waiting, []
        return taken

    def _remember(self, unit: int, ts: float) -> None:
        seen = self._outside.setdefault(unit, {})
        seen[ts] = None
        if len(seen) > KEPT:
            del seen[next(iter(seen))]
