"""What the newest samples of each unit were read as: kept so that one sample can be followed from the wire to its
points, long after the state has moved on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.risk.failure_modes import FIRST, MODES
from connected_ops.risk.scoring import P_MAX, combine
from connected_ops.signals.baseline import QUANTITIES, Normal
from connected_ops.signals.indicators import INDICATORS
from connected_ops.signals.trend import RISING

KEPT = 12
_PARTS = {  # of a row
    "regime": 1, "hours": 1, "slope": len(RISING), "indicator": len(INDICATORS), "p": len(MODES),
    "normal": len(QUANTITIES), "learned": len(QUANTITIES),
}  # fmt: skip
_EDGES = np.cumsum([0, *_PARTS.values()])
_PART = {name: slice(start, stop) for name, start, stop in zip(_PARTS, _EDGES, _EDGES[1:], strict=False)}


@dataclass(frozen=True, slots=True)
class SampleReading:
    """How one sample was read: `indicator` [indicators] evidence 0..1, NaN where it could not be read; `p` [modes]
    after it; `regime`, `hours`, `slope` [rising] a minute, `normal` and `learned` [quantities] as they were."""

    ts: float
    arrived: float
    regime: int
    hours: float
    slope: NDArray[np.float64]
    indicator: NDArray[np.float64]
    p: NDArray[np.float64]
    normal: NDArray[np.float64]
    learned: NDArray[np.bool_]

    @property
    def evidence(self) -> NDArray[np.float64]:
        """[modes] what the sample by itself speaks for."""
        return combine(np.nan_to_num(self.indicator)[None])[0]

    @property
    def confirmed(self) -> NDArray[np.float64]:
        """[modes] what of it time had confirmed: p, solved for it."""
        return np.clip((self.p / P_MAX - FIRST * self.evidence) / (1.0 - FIRST), 0.0, 1.0)


class Readings:
    """A ring of the newest KEPT readings a unit; one write a step."""

    def __init__(self, units: int) -> None:
        # Zeros, not NaN: memory of places that no unit has is never touched.
        self._times = np.zeros((units, KEPT, 2))  # sent, arrived; 0 where there is none
        self._rows = np.zeros((units, KEPT, _EDGES[-1]), dtype=np.float32)
        self._next = np.zeros(units, dtype=np.int64)

    def add(
        self,
        unit: NDArray[np.int64],
        ts: NDArray[np.float64],
        now: float,
        doing: NDArray[np.floating],
        slope: NDArray[np.float64],
        indicator: NDArray[np.float64],
        p: NDArray[np.float64],
        normal: Normal,
    ) -> None:
        """Remember one reading of each of n units, which arrived at `now`; `doing` [n, 2] are regime and
        hours."""
        slot = self._next[unit]
        self._times[unit, slot, 0] = ts
        self._times[unit, slot, 1] = now
        self._rows[unit, slot] = np.concatenate([doing, slope, indicator, p, normal.mean, normal.learned], axis=1)
        self._next[unit] = (slot + 1) % KEPT

    def at(self, unit: int, ts: float) -> SampleReading | None:
        """The reading of the sample of exactly that time, or None."""
        found = np.flatnonzero(self._times[unit, :, 0] == ts)
        if not len(found):
            return None
        row = self._rows[unit, found[0]].astype(np.float64)
        return SampleReading(
            ts=ts,
            arrived=float(self._times[unit, found[0], 1]),
            regime=int(row[_PART["regime"]][0]),
            hours=float(row[_PART["hours"]][0]),
            slope=row[_PART["slope"]],
            indicator=row[_PART["indicator"]],
            p=row[_PART["p"]],
            normal=row[_PART["normal"]],
            learned=row[_PART["learned"]] > 0,
        )

    def clear(self, unit: int) -> None:
        """Forget a unit."""
        self._times[unit] = 0.0
        self._next[unit] = 0
