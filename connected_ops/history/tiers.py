"""Coarser memory: means over buckets of event time, so that days of a unit fit beside its newest samples."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.history.heard import COUNT, WIDTH_S
from connected_ops.history.planes import ALL, Planes, flat
from connected_ops.machines.masks import every

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

_COUNTED_S = 2 * COUNT * WIDTH_S  # twice as far back as a sample may be late
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
    it. It costs memory for the signals that a unit has sent.

    How many samples a mean is of is remembered for eight hours, twice as far back as a sample may be late. An older
    bucket, as one that was adopted, counts as one sample if more come to it, as from a clock that steps back days.
    """

    def __init__(self, units: int, row: TierRow) -> None:
        self.row = row
        self._key = np.zeros((units, row.count), dtype=np.int32)  # bucket + _FIRST; 0: none
        self._means = Planes(units, row.count)
        self._counted = min(row.count, _COUNTED_S // row.width_s)
        # Past the most that fits (eight samples a second for half a minute) newer samples count a little more.
        count = np.uint8 if row.width_s <= 30 else np.uint16
        self._most = np.iinfo(count).max
        self._heard = np.zeros((len(self._means.values), self._counted), dtype=count)
        self._heard_of = self._key if self._counted == row.count else np.zeros((units, self._counted), dtype=np.int32)
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
        bucket = np.floor(ts).astype(np.int64) // self.row.width_s
        new = np.ones(len(unit), dtype=bool)
        new[1:] = (unit[1:] != unit[:-1]) | (bucket[1:] != bucket[:-1])
        present = np.isfinite(values)
        signals = self._means.signals(present)
        values, present = values[:, signals], present[:, signals]
        total, heard = np.where(present, values, 0.0), present.astype(np.float64)
        if not every(new):
            starts = new.nonzero()[0]
            total, heard = np.add.reduceat(total, starts), np.add.reduceat(heard, starts)
            unit, bucket = unit[starts], bucket[starts]
        keep = (heard @ np.ones(heard.shape[1]) > 0) & (self._key[unit, bucket % self.row.count] <= bucket + _FIRST)
        if not every(keep):
            unit, bucket, total, heard = unit[keep], bucket[keep], total[keep], heard[keep]
        row = self._means.rows(unit, signals, heard > 0, self._begun)
        self._fold(unit, row, bucket, total, heard)

    def _fold(self, unit: Places, row: NDArray[np.int32], bucket: Places, total: Floats, heard: Floats) -> None:
        """Take [n, k] sums and counts into n buckets of their units and `row` [n, k]."""
        slot, lately, key = bucket % self.row.count, bucket % self._counted, bucket + _FIRST
        means, counts = self._means.values.reshape(-1), self._heard.reshape(-1)
        mean_at = flat(row, slot, self._means.values)
        count_at = mean_at if self._heard_of is self._key else flat(row, lately, self._heard)
        mean, had = means[mean_at].astype(np.float64), counts[count_at].astype(np.float64)
        if self._heard_of is not self._key:
            had[self._heard_of[unit, lately] != key] = 1.0
        had[self._key[unit, slot] != key] = 0.0
        had[np.isnan(mean)] = 0.0
        mean[had == 0.0] = 0.0
        mean *= had
        mean += total
        had += heard
        with np.errstate(invalid="ignore"):  # a signal that the bucket has nothing of is NaN
            mean /= had
        means[mean_at.reshape(-1)] = mean.astype(np.float32).reshape(-1)
        counts[count_at.reshape(-1)] = np.minimum(had, self._most).astype(counts.dtype).reshape(-1)
        self._heard_of[unit, lately] = self._key[unit, slot] = key
        self._begun[unit] = True

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
        self._key[unit] = self._heard_of[unit] = 0
        self._begun[unit] = False
        self._means.clear(unit)

    def adopt(self, unit: int, start: NDArray[np.int64], means: NDArray[np.float32]) -> None:
        """Take a unit's past as it is: [m] bucket starts (whole buckets, Unix seconds, rising) and [m, signals]
        means."""
        bucket = (start // self.row.width_s).astype(np.int64)[-self.row.count :]
        means = means[-self.row.count :].T.copy()
        slot, lately, known = bucket % self.row.count, bucket % self._counted, np.isfinite(means)
        row = self._means.rows(np.array([unit]), ALL, np.array([known.any(axis=1)]), self._begun)[0]
        self._means.write(unit, slot, means.T)
        counts = self._heard[row]
        counts[:, lately] = known
        self._heard[row] = counts
        self._heard_of[unit, lately] = self._key[unit, slot] = np.where(known.any(axis=0), bucket + _FIRST, 0)
        self._begun[unit] = True
