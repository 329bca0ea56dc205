"""The newest samples of every unit: a ring of `size` rows a unit, in event time. A row is one instant: what several
messages of one time carry stands in one row."""

from dataclasses import dataclass
from heapq import nlargest

import numpy as np
from numpy.typing import NDArray

from connected_ops.history.planes import ALL, Planes
from connected_ops.machines import catalog

Fired = NDArray[np.uint16]

REFUSED = np.uint16(1 << 15)
"""Beside the bits of a signal's rules: its value was not believed."""


@dataclass(frozen=True, slots=True)
class Samples:
    """m samples of one unit, oldest first: `ts` [m], `values` [m, signals], `verdict` [m], `fired` [m, columns] bits of
    rules."""

    ts: NDArray[np.float64]
    values: NDArray[np.float32]
    verdict: NDArray[np.uint8]
    fired: Fired

    @property
    def refused(self) -> NDArray[np.bool_]:
        """[m, signals] which values were not believed."""
        return (self.fired[:, : self.values.shape[1]] & REFUSED) != 0

    @property
    def believed(self) -> NDArray[np.float64]:
        """[m, signals] the values without those that were not believed (NaN)."""
        return np.where(self.refused, np.nan, self.values.astype(np.float64))


class Window:
    """Rings for `units` units of `size` samples each; bits of rules have `columns`.

    The arrays are made once and only cost memory where a unit has written: 600 samples are about 5.4 kB a unit and
    2.4 kB for each signal that it sends. Rules fire rarely, so their bits are kept for the rows that have any.
    """

    def __init__(self, units: int, size: int = 600, columns: int = catalog.COUNT + 1) -> None:
        self.size = size
        self._columns = columns
        self._ts = np.zeros((units, size), dtype=np.float64)
        self._planes = Planes(units, size)
        self._verdict = np.zeros((units, size), dtype=np.uint8)
        self._fired: dict[int, dict[float, Fired]] = {}  # of a unit, by time
        self._written = np.zeros(units, dtype=np.int64)

    def append(
        self,
        unit: NDArray[np.int64],
        ts: NDArray[np.float64],
        values: NDArray[np.float64],
        verdict: NDArray[np.uint8],
        fired: Fired,
    ) -> None:
        """Append n rows no older than what their unit holds, grouped by unit and rising in time within it. Rows of one
        instant become one: no two of them hold the same signal."""
        if not len(unit):
            return
        self._note(unit, ts, fired)
        new = np.ones(len(unit), dtype=bool)
        new[1:] = (unit[1:] != unit[:-1]) | (ts[1:] != ts[:-1])
        if not new.all():
            at = np.flatnonzero(new)
            values, verdict = np.fmax.reduceat(values, at), np.maximum.reduceat(verdict, at)
            unit, ts = unit[at], ts[at]
        written = self._written[unit]
        last = (written - 1) % self.size
        same = (written > 0) & (self._ts[unit, last] == ts)
        sent = ~np.isnan(values)
        signals = self._planes.signals(sent)
        values = values[:, signals]
        row = self._planes.rows(unit, signals, sent[:, signals], self._written)
        if same.any():
            rows, slots = unit[same], last[same]
            self._planes.put(row[same], slots, np.fmax(self._planes.values[row[same], slots[:, None]], values[same]))
            self._verdict[rows, slots] = np.maximum(self._verdict[rows, slots], verdict[same])
            unit, ts, row, values, verdict = unit[~same], ts[~same], row[~same], values[~same], verdict[~same]
            if not len(unit):
                return
        first = np.ones(len(unit) + 1, dtype=bool)
        first[1:-1] = unit[1:] != unit[:-1]
        edges = first.nonzero()[0]
        starts, counts = edges[:-1], edges[1:] - edges[:-1]
        rank = np.arange(len(unit)) - np.repeat(starts, counts)
        slot = (self._written[unit] + rank) % self.size
        self._ts[unit, slot] = ts
        self._planes.put(row, slot, values)
        self._verdict[unit, slot] = verdict
        self._written[unit[starts]] += counts

    def covers(self, unit: int, ts: float) -> bool:
        """Whether a late sample of that time still has its place here."""
        written = int(self._written[unit])
        return written < self.size or ts > self._ts[unit, written % self.size]

    def held(self, unit: int, ts: float) -> NDArray[np.bool_] | None:
        """[signals] which signals of exactly that time are kept; None where no row of it is."""
        slots = np.flatnonzero(self._ts[unit, : min(int(self._written[unit]), self.size)] == ts)
        return np.isfinite(self._planes.at(unit, slots[0])) if len(slots) else None

    def repeats(self, unit: int, ts: float, values: NDArray[np.float64]) -> bool:
        """Whether exactly these values [signals] (NaN: absent) of that time are kept."""
        slots = np.flatnonzero(self._ts[unit, : min(int(self._written[unit]), self.size)] == ts)
        came = np.isfinite(values)
        return bool(len(slots)) and bool((self._planes.at(unit, slots[0]) == values.astype(np.float32))[came].all())

    def insert(self, unit: int, ts: float, values: NDArray[np.float64], verdict: int, fired: Fired) -> None:
        """Put a late sample at its place in event time; the oldest falls out where the ring is full. A row of that time
        takes it up."""
        alone = np.array([unit])
        self._note(alone, np.array([ts]), fired[None])
        row = self._planes.rows(alone, ALL, ~np.isnan(values[None]), self._written)
        old = self.samples(unit)
        at = int(np.searchsorted(old.ts, ts))
        if at < len(old.ts) and old.ts[at] == ts:
            slot = (int(self._written[unit]) - len(old.ts) + at) % self.size
            self._planes.put(row, np.array([slot]), np.fmax(old.values[at : at + 1], values))
            self._verdict[unit, slot] = max(int(self._verdict[unit, slot]), verdict)
            return
        keep = slice(-self.size, None)
        count = min(len(old.ts) + 1, self.size)
        self._ts[unit, :count] = np.insert(old.ts, at, ts)[keep]
        self._planes.write(unit, slice(count), np.insert(old.values, at, values, axis=0)[keep])
        self._verdict[unit, :count] = np.insert(old.verdict, at, verdict)[keep]
        self._written[unit] = count

    def samples(self, unit: int, newest: int | None = None) -> Samples:
        """A copy of a unit's samples, or of its `newest` ones."""
        written = int(self._written[unit])
        count = min(written, self.size, self.size if newest is None else newest)
        first = (written - count) % self.size
        slot = np.arange(first, first + count)
        slot[self.size - first :] -= self.size
        ts = self._ts[unit].take(slot)
        fired = np.zeros((count, self._columns), dtype=np.uint16)
        for when, bits in self._fired.get(unit, {}).items():
            at = int(np.searchsorted(ts, when))
            if at < count and ts[at] == when:
                fired[at] = bits
        return Samples(ts, self._planes.course(unit, slot), self._verdict[unit].take(slot), fired)

    def newest(self, units: NDArray[np.int64], limit: int) -> tuple[NDArray[np.int64], Samples]:
        """The newest `limit` samples over these units, oldest first, and whose each is."""
        parts = [self.samples(int(unit), limit) for unit in units]
        whose = np.repeat(units, [len(part.ts) for part in parts])
        ts = np.concatenate([part.ts for part in parts]) if parts else np.empty(0)
        pick = np.argsort(ts, kind="stable")[-limit:]
        both = (
            [np.concatenate([getattr(part, name) for part in parts])[pick] for name in ("values", "verdict", "fired")]
            if parts
            else [
                np.empty((0, catalog.COUNT), np.float32), np.empty(0, np.uint8),
                np.empty((0, self._columns), np.uint16),
            ]
        )  # fmt: skip
        return whose[pick], Samples(ts[pick], *both)

    def cut(self, unit: int, ts: float) -> None:
        """Forget a unit's samples later than `ts`."""
        old = self.samples(unit)
        keep = int(np.searchsorted(old.ts, ts, side="right"))
        self._ts[unit, :keep] = old.ts[:keep]
        self._planes.write(unit, slice(keep), old.values[:keep])
        self._verdict[unit, :keep] = old.verdict[:keep]
        self._written[unit] = keep
        noted = self._fired.get(unit, {})
        for when in [when for when in noted if when > ts]:
            del noted[when]

    def odd_lately(self, most: int) -> list[int]:
        """The units on whose rows a rule fired, the latest first, so many at most."""
        latest = {unit: next(reversed(mine)) for unit, mine in self._fired.items() if mine}
        return nlargest(most, latest, key=lambda unit: latest[unit])

    def clear(self, unit: int) -> None:
        """Forget a unit's samples."""
        self._written[unit] = 0
        self._planes.clear(unit)
        self._fired.pop(unit, None)

    def _note(self, unit: NDArray[np.int64], ts: NDArray[np.float64], fired: Fired) -> None:
        """Keep the bits of rows on which a rule fired, of as many rows of a unit as the ring holds."""
        for row in marked(fired).tolist():
            mine = self._fired.setdefault(int(unit[row]), {})
            when = float(ts[row])
            mine[when] = mine[when] | fired[row] if when in mine else fired[row].copy()
            if len(mine) > self.size:
                del mine[min(mine)]


def marked(fired: Fired) -> NDArray[np.int64]:
    """The rows on which a rule fired, which are few: by what is not 0, not by looking at each row."""
    row = np.flatnonzero(fired) // fired.shape[1]
    return row[np.diff(row, prepend=-1) > 0] if len(row) else row
