"""Coarser memory: means over buckets of event time, so that days of a unit fit beside its newest samples."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.history.planes import Planes, flat
from connected_ops.telemetry.masks import every

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

_FIRST = 1 << 30  # added to a bucket's number: 0 is none, and times before 1970 are above it


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
    it. It costs memory for the signals that a unit has sent."""

    def __init__(self, units: int, row: TierRow) -> None:
        self.row = row
        self._key = np.zeros((units, row.count), dtype=np.int32)  # bucket + _FIRST; 0: none
        self._means = Planes(units, row.count)
        # Past the most that fits (eight samples a second for half a minute) newer samples count a little more.
        self._heard = np.zeros(self._means.values.shape, dtype=np.uint8 if row.width_s <= 30 else np.uint16)
        self._begun = np.zeros(units, dtype=bool)

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
        slot, key = bucket % self.row.count, bucket + _FIRST
        held = self._key[unit, slot]
        keep = heard.any(axis=1) & (held <= key)
        if not every(keep):
            unit, slot, key, held, total, heard = (part[keep] for part in (unit, slot, key, held, total, heard))
        self._fold(unit, slot, held == key, total, heard)
        self._key[unit, slot] = key
        self._begun[unit] = True

    def _fold(self, unit: Places, slot: Places, same: NDArray[np.bool_], total: Floats, heard: Floats) -> None:
        """Move the means of n slots, which hold the same bucket already or another one, by [n, signals] sums and
        counts."""
        at = flat(self._means.rows(unit, heard > 0, self._begun), slot, self._heard)
        means, counts = self._means.values.reshape(-1), self._heard.reshape(-1)
        mean = means[at].reshape(total.shape)
        had = np.where(same[:, None] & ~np.isnan(mean), counts[at].reshape(total.shape), 0.0)
        count = had + heard
        with np.errstate(invalid="ignore"):
            mean = (np.where(had > 0, mean, 0.0) * had + total) / count
        means[at] = mean.reshape(-1)
        counts[at] = np.minimum(count, np.iinfo(counts.dtype).max).reshape(-1)

    def series(self, unit: int) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """A unit's buckets, oldest first: [m] start of each in Unix seconds, [m, signals] means."""
        used = np.flatnonzero(self._key[unit])
        used = used[np.argsort(self._key[unit, used])]
        if len(used):
            used = used[self._key[unit, used] > self._key[unit, used[-1]] - self.row.count]
        start = ((self._key[unit, used] - _FIRST) * float(self.row.width_s)).astype(np.float64, copy=False)
        return start, self._means.course(unit, used)

    def clear(self, unit: int) -> None:
        """Forget a unit."""
        self._key[unit] = 0
        self._begun[unit] = False
        self._means.clear(unit)

    def adopt(self, unit: int, start: NDArray[np.int64], means: NDArray[np.float32]) -> None:
        """Take a unit's past as it is: [m] bucket starts (whole buckets, Unix seconds, rising) and [m, signals]
        means."""
        bucket, means = (start // self.row.width_s).astype(np.int32)[-self.row.count :], means[-self.row.count :]
        slot, known = bucket % self.row.count, np.isfinite(means)
        row = self._means.rows(np.array([unit]), known.any(axis=0)[None], self._begun)[0]
        self._means.write(unit, slot, np.where(known, means, np.nan))
        counts = self._heard[row]
        counts[:, slot] = known.T
        self._heard[row] = counts
        self._key[unit, slot] = np.where(known.any(axis=1), bucket + _FIRST, 0)
        self._begun[unit] = True
