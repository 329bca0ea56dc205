"""The newest samples of every unit: a ring of `size` rows a unit, in event time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.telemetry import catalog


@dataclass(frozen=True, slots=True)
class Samples:
    """m samples of one unit, oldest first: `ts` [m], `values` [m, signals], `verdict` [m], `fired` [m] bits of
    rules."""

    ts: NDArray[np.float64]
    values: NDArray[np.float32]
    verdict: NDArray[np.uint8]
    fired: NDArray[np.uint64]


class Window:
    """Rings for `units` units of `size` samples each.

    The arrays are made once and only cost memory where a unit has written: 600 samples are about 32 kB a unit.
    """

    def __init__(self, units: int, size: int = 600) -> None:
        self.size = size
        self._ts = np.zeros((units, size), dtype=np.float64)
        self._values = np.zeros((units, size, catalog.COUNT), dtype=np.float32)
        self._verdict = np.zeros((units, size), dtype=np.uint8)
        self._fired = np.zeros((units, size), dtype=np.uint64)
        self._written = np.zeros(units, dtype=np.int64)

    def append(
        self,
        unit: NDArray[np.int64],
        ts: NDArray[np.float64],
        values: NDArray[np.float64],
        verdict: NDArray[np.uint8],
        fired: NDArray[np.uint64],
    ) -> None:
        """Append n rows that are newer than what their unit holds, grouped by unit and rising in time within it."""
        if not len(unit):
            return
        starts = np.flatnonzero(np.diff(unit, prepend=-1))
        counts = np.diff(starts, append=len(unit))
        rank = np.arange(len(unit)) - np.repeat(starts, counts)
        slot = (self._written[unit] + rank) % self.size
        self._ts[unit, slot] = ts
        self._values[unit, slot] = values
        self._verdict[unit, slot] = verdict
        self._fired[unit, slot] = fired
        self._written[unit[starts]] += counts

    def covers(self, unit: int, ts: float) -> bool:
        """Whether a late sample of that time still has its place here."""
        written = int(self._written[unit])
        return written < self.size or ts > self._ts[unit, written % self.size]

    def holds(self, unit: int, ts: float) -> bool:
        """Whether a sample of exactly that time is here."""
        return bool((self._ts[unit, : min(int(self._written[unit]), self.size)] == ts).any())

    def insert(self, unit: int, ts: float, values: NDArray[np.float64], verdict: int, fired: int) -> None:
        """Put a late sample at its place in event time; the oldest falls out where the ring is full."""
        old = self.samples(unit)
        at = int(np.searchsorted(old.ts, ts))
        keep = slice(-self.size, None)
        count = min(len(old.ts) + 1, self.size)
        self._ts[unit, :count] = np.insert(old.ts, at, ts)[keep]
        self._values[unit, :count] = np.insert(old.values, at, values, axis=0)[keep]
        self._verdict[unit, :count] = np.insert(old.verdict, at, verdict)[keep]
        self._fired[unit, :count] = np.insert(old.fired, at, np.uint64(fired))[keep]
        self._written[unit] = count

    def samples(self, unit: int, newest: int | None = None) -> Samples:
        """A copy of a unit's samples, or of its `newest` ones."""
        written = int(self._written[unit])
        count = min(written, self.size, self.size if newest is None else newest)
        slot = np.arange(written - count, written) % self.size
        return Samples(
            self._ts[unit, slot], self._values[unit, slot], self._verdict[unit, slot], self._fired[unit, slot]
        )

    def newest(self, units: NDArray[np.int64], limit: int) -> tuple[NDArray[np.int64], Samples]:
        """The newest `limit` samples over these units, oldest first, and whose each is."""
        parts = [self.samples(int(unit), limit) for unit in units]
        whose = np.repeat(units, [len(part.ts) for part in parts])
        ts = np.concatenate([part.ts for part in parts]) if parts else np.empty(0)
        pick = np.argsort(ts, kind="stable")[-limit:]
        both = (
            [np.concatenate([getattr(part, name) for part in parts])[pick] for name in ("values", "verdict", "fired")]
            if parts
            else [np.empty((0, catalog.COUNT), np.float32), np.empty(0, np.uint8), np.empty(0, np.uint64)]
        )
        return whose[pick], Samples(ts[pick], *both)

    def clear(self, unit: int) -> None:
        """Forget a unit's samples."""
        self._written[unit] = 0
