"""Hysteresis over units x channels, in event time: what opens, what closes, and since when a channel is restless.

Durations are seconds that were heard: of the time between two samples no more than HEARD_S counts, so a gap neither
opens nor closes anything by itself, and units that report each second, minute or hour are served alike.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HEARD_S = 20.0
Places = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Timing:
    """Heard seconds that a channel stays raised before it opens, and at rest before it closes; one that opens again
    within `cool_down_s` (event time) of closing goes on as the same episode."""

    opens_s: float
    closes_s: float
    cool_down_s: float


@dataclass(frozen=True, slots=True)
class Turned:
    """[n, channels]: what is open after a step, what of it opened just now, what closed, and since when each channel
    is restless (Unix s, inf at rest)."""

    open: Mask
    opened: Mask
    closed: Mask
    since: NDArray[np.float64]


class Latches:
    """The latches of `units` x `channels`. `active` [units] tells which units are not wholly at rest and shut: only
    those need to be stepped."""

    def __init__(self, units: int, channels: int, timing: Timing) -> None:
        self._timing = timing
        self._open = np.zeros((units, channels), dtype=bool)
        self._start = np.full((units, channels), np.inf)  # on the unit's clock: when the run toward a turn began
        self._since = np.full((units, channels), np.inf)
        self._clock = np.zeros(units)  # heard seconds
        self._heard = np.full(units, -np.inf)
        self.active = np.zeros(units, dtype=bool)
        self.any_active = False

    def clear(self, unit: Places | int) -> None:
        """Shut and forget these units."""
        self._open[unit] = False
        self._start[unit] = self._since[unit] = np.inf
        self._clock[unit] = 0.0
        self._heard[unit] = -np.inf
        self.active[unit] = False

    def rebase(self, unit: int, back_s: float) -> None:
        """A unit's clock was ahead by `back_s` seconds."""
        self._heard[unit] -= back_s
        self._since[unit] -= back_s

    def passed(self, unit: Places, ts: NDArray[np.float64]) -> NDArray[np.float64]:
        """[n] heard seconds since each unit's sample before."""
        return np.minimum(np.maximum(ts - self._heard[unit], 0.0), HEARD_S)

    def step(self, unit: Places, ts: NDArray[np.float64], raised: Mask, restless: Mask) -> Turned:
        """One sample of each of n different units: `raised` [n, channels] speaks for opening, not `restless` for
        closing; what is raised is restless too."""
        clock = self._clock[unit] + self.passed(unit, ts)
        self._clock[unit] = clock
        self._heard[unit] = np.maximum(self._heard[unit], ts)
        was = self._open[unit]
        toward = np.where(was, ~restless, raised)
        at = clock[:, None]
        start = np.where(toward, np.minimum(self._start[unit], at), np.inf)
        since = np.where(restless, np.minimum(self._since[unit], ts[:, None]), np.inf)
        turned = at - start >= np.where(was, self._timing.closes_s, self._timing.opens_s)
        now = was ^ turned
        self._open[unit] = now
        self._start[unit] = np.where(turned, np.inf, start)
        self._since[unit] = since
        self.active[unit] = (now | restless).any(axis=1)
        self.any_active = bool(self.active.any())
        return Turned(now, turned & now, turned & was, since)
