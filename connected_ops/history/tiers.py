"""Coarser memory: means over buckets of event time, so that days of a unit fit beside its newest samples."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog


@dataclass(frozen=True, slots=True)
class TierRow:
    """A tier: `count` buckets of `width_s` seconds a unit."""

    name: str
    width_s: int
    count: int


TIERS: tuple[TierRow, ...] = (
    TierRow("4 hours", 30, 480),
    TierRow("14 days", 1800, 672),
)


class Tier:
    """A ring of buckets a unit, keyed by bucket number, each the mean of each signal over the samples that fell into
    it."""

    def __init__(self, units: int, row: TierRow) -> None:
        self.row = row
        self._bucket = np.zeros((units, row.count), dtype=np.int32)
        # Past the most that fits (eight samples a second for half a minute) newer samples count a little more.
        self._heard = np.zeros((units, row.count, catalog.COUNT), dtype=np.uint8 if row.width_s <= 30 else np.uint16)
        self._mean = np.zeros((units, row.count, catalog.COUNT), dtype=np.float32)

    def covers(self, newest: NDArray[np.float64] | float, ts: NDArray[np.float64] | float) -> NDArray[np.bool_]:
        """Whether a sample of that time still has a bucket, given the unit's newest sample."""
        width = self.row.width_s
        return np.floor_divide(newest, width) - np.floor_divide(ts, width) < self.row.count

    def add(self, unit: NDArray[np.int64], ts: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        """Fold n rows into their buckets; rows are grouped by unit and rising in time within it.

        `values` [n, signals], NaN where a signal has nothing to add; each signal is counted by itself, so how rows
        come in blocks changes nothing. A bucket newer than what its slot holds takes the slot.
        """
        if not len(unit):
            return
        bucket = np.floor_divide(ts, self.row.width_s).astype(np.int32)
        new_group = np.empty(len(unit), dtype=bool)
        new_group[0] = True
        new_group[1:] = (unit[1:] != unit[:-1]) | (bucket[1:] != bucket[:-1])
        starts = np.flatnonzero(new_group)
        present = np.isfinite(values)
        total = np.add.reduceat(np.where(present, values, 0.0), starts)
        heard = np.add.reduceat(present.astype(np.float64), starts)
        unit, bucket = unit[starts], bucket[starts]
        slot = bucket % self.row.count
        held = self._bucket[unit, slot]
        counts = self._heard[unit, slot].astype(np.float64)
        known = np.any(counts > 0, axis=1)
        keep = heard.any(axis=1) & ~(known & (held > bucket))
        if not keep.all():
            unit, bucket, slot, held, known = unit[keep], bucket[keep], slot[keep], held[keep], known[keep]
            total, heard, counts = total[keep], heard[keep], counts[keep]
        same = known & (held == bucket)
        had = np.where(same[:, None], counts, 0.0)
        old = np.where(had > 0, self._mean[unit, slot], 0.0)
        with np.errstate(invalid="ignore"):
            mean = (old * had + total) / (had + heard)
        self._bucket[unit, slot] = bucket
        self._heard[unit, slot] = np.minimum(had + heard, np.iinfo(self._heard.dtype).max)
        self._mean[unit, slot] = mean

    def series(self, unit: int) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """A unit's buckets, oldest first: [m] start of each in Unix seconds, [m, signals] means."""
        used = np.flatnonzero(self._heard[unit].any(axis=1))
        used = used[np.argsort(self._bucket[unit, used])]
        if len(used):
            used = used[self._bucket[unit, used] > self._bucket[unit, used[-1]] - self.row.count]
        start = (self._bucket[unit, used] * float(self.row.width_s)).astype(np.float64, copy=False)
        return start, self._mean[unit, used]

    def clear(self, unit: int) -> None:
        """Forget a unit."""
        self._heard[unit] = 0

    def adopt(self, unit: int, start: NDArray[np.int64], means: NDArray[np.float32]) -> None:
        """Take a unit's past as it is: [m] bucket starts (whole buckets, Unix seconds, rising) and [m, signals]
        means."""
        bucket = (start // self.row.width_s).astype(np.int32)[-self.row.count :]
        slot = bucket % self.row.count
        self._bucket[unit, slot] = bucket
        self._mean[unit, slot] = means[-self.row.count :]
        self._heard[unit, slot] = np.isfinite(means[-self.row.count :])
