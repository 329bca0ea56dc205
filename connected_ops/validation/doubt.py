"""A doubt withholds values, not the signal: what a doubted sensor reads is believed once it lasts.

A doubted signal is read as the median of its last five usable values, from the moment that median has stood for LASTS_S
and all but one of the five, at least AGREE, and the newest lie within the signal's fastest change of it; within a share
of it where a signal counts from zero: within the fastest change of a speed any two of them agree.
"""

from collections import deque
from dataclasses import dataclass, field
from math import inf, isfinite
from statistics import median_low

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines.catalog import SIGNALS
from connected_ops.machines.masks import some

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

KEPT, AGREE, LASTS_S = 5, 3, 10.0
REACH_S = 2.0  # of its fastest change: after a minute anything would agree with anything
SHARE = 0.3
READ = np.array([row.role not in ("load", "ambient", "shake_velocity") for row in SIGNALS])
"""[signals] what modes may read, those that only have limits too. A doubted load or outside air is no danger, and would
make one of a sensor."""


@dataclass(slots=True)
class Run:
    """What a signal has read since its doubt began: its newest values, their median, and since when that stands (Unix
    s)."""

    values: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT))
    middle: float = np.nan
    since: float = inf
    newest: float = -inf

    def read(self, ts: float, value: float, max_rate: float) -> bool:
        """Take a value at `ts`, of a signal that changes by at most `max_rate` a second, or by a share of itself (inf);
        whether its median is believed by now."""
        dt = ts - self.newest if isfinite(self.newest) else 1.0
        reach = max_rate * min(max(dt, 1.0), REACH_S) if isfinite(max_rate) else SHARE * abs(value)
        self.values.append(value)
        middle = median_low(self.values)
        near = sum(abs(each - middle) <= reach for each in self.values)
        most = near >= max(AGREE, len(self.values) - 1)
        agree = most and abs(value - middle) <= reach
        stands = most and abs(middle - self.middle) <= reach and isfinite(self.since)
        self.since = self.since if stands else ts
        self.middle, self.newest = middle, ts
        return agree and ts - self.since >= LASTS_S


_FASTEST = [row.max_rate if row.quantity == "temperature" else inf for row in SIGNALS]


class Doubts:
    """The runs of all signals in doubt; rare, so kept one by one."""

    def __init__(self, units: int) -> None:
        self._runs: dict[int, dict[int, Run]] = {}
        self._any = np.zeros(units, dtype=bool)

    def clear(self, units: NDArray[np.int64] | int) -> None:
        """Forget these units."""
        self._any[units] = False
        for unit in np.atleast_1d(units).tolist() if self._runs else ():
            self._runs.pop(unit, None)

    def rebase(self, unit: int, back_s: float) -> None:
        """A unit's clock was ahead by `back_s` seconds."""
        for run in self._runs.get(unit, {}).values():
            run.since -= back_s
            run.newest -= back_s

    def read(self, unit: NDArray[np.int64], ts: Floats, x: Floats, doubted: Mask, over: Mask) -> tuple[Floats, Mask]:
        """For n messages of n units: [n, signals] what the values `x` of `doubted` signals are read as, and whether
        that is believed. A usable value of a signal that is not in doubt is `over` its run."""
        middle, believed = x, np.zeros(doubted.shape, dtype=bool)
        for row in self._any.take(unit).nonzero()[0].tolist():
            runs = self._runs[int(unit[row])]
            for signal in [signal for signal in runs if over[row, signal]]:
                del runs[signal]
            self._any[unit[row]] = bool(runs)
        if some(doubted):
            middle = x.copy()
            for row, signal in np.argwhere(doubted).tolist():
                run = self._runs.setdefault(int(unit[row]), {}).setdefault(signal, Run())
                believed[row, signal] = run.read(float(ts[row]), float(x[row, signal]), _FASTEST[signal])
                middle[row, signal] = run.middle
                self._any[unit[row]] = True
        return middle, believed
