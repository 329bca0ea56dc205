"""How a repeat is still known after the window has let its sample go: four hours of half seconds, a bit each."""

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines.masks import every

WIDTH_S, COUNT = 30, 480
STEPS = 60  # half seconds: a unit that reports faster than twice a second is known by its window alone


class Heard:
    """For each unit a ring of `COUNT` buckets of event time, each with a bit for every half second that a sample was
    kept at: 6 kB a unit."""

    def __init__(self, units: int) -> None:
        self._bucket = np.zeros((units, COUNT), dtype=np.int32)
        self._bits = np.zeros((units, COUNT), dtype=np.uint64)

    def add(self, unit: NDArray[np.int64], ts: NDArray[np.float64]) -> None:
        """Note n kept samples; a bucket newer than what its slot holds takes the slot, an older one is left out."""
        bucket, slot, bit = _place(ts)
        new = np.ones(len(unit), dtype=bool)
        new[1:] = (unit[1:] != unit[:-1]) | (bucket[1:] != bucket[:-1])
        if not every(new):  # what follows costs ten times as much a sample
            starts = new.nonzero()[0]
            unit, bucket, slot, bit = unit[starts], bucket[starts], slot[starts], np.bitwise_or.reduceat(bit, starts)
        buckets, bits, at = self._bucket.reshape(-1), self._bits.reshape(-1), unit * COUNT + slot
        before = buckets[at]
        np.maximum.at(buckets, at, bucket)
        newest = buckets[at]
        keep = newest == bucket
        bits[at[newest > before]] = 0
        np.bitwise_or.at(bits, at[keep], bit[keep])

    def holds(self, unit: int, ts: float) -> bool:
        """Whether a sample was kept within the half second of that time."""
        bucket, slot, bit = _place(np.array([ts]))
        return bool(self._bucket[unit, slot[0]] == bucket[0] and self._bits[unit, slot[0]] & bit[0])

    def clear(self, unit: int) -> None:
        """Forget a unit."""
        self._bucket[unit] = 0
        self._bits[unit] = 0


def _place(ts: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.uint64]]:
    bucket = np.floor(ts).astype(np.int64) // WIDTH_S
    step = ((ts - bucket * WIDTH_S) * (STEPS / WIDTH_S)).astype(np.uint64)
    return bucket.astype(np.int32), bucket % COUNT, np.uint64(1) << step
