"""All that is remembered of samples: the window and its tiers behind one door.

Rows wait in a short list and are written together, before the next read or every 4,096 rows: writing costs the same
for one row as for hundreds, and rows of one bucket are folded at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.history.heard import COUNT, WIDTH_S, Heard
from connected_ops.history.tiers import TIERS, Tier
from connected_ops.history.window import REFUSED, Window, marked
from connected_ops.machines import catalog

WAITING_ROWS = 4096
REPEATS_KNOWN_S = float(WIDTH_S * (COUNT - 1))


@dataclass(frozen=True, slots=True)
class Rows:
    """n accepted samples, newer than what their units hold: places, Unix seconds, values as they came, what of them is
    believed (means are of that), verdicts, bits of rules."""

    unit: NDArray[np.int64]
    ts: NDArray[np.float64]
    values: NDArray[np.float64]
    believed: NDArray[np.float64]
    verdict: NDArray[np.uint8]
    fired: NDArray[np.uint16]


class History:
    """Window and tiers of at most `units` units; `window` samples a unit at full rate."""

    def __init__(self, units: int, window: int) -> None:
        self._window = Window(units, window)
        self._tiers = tuple(Tier(units, row) for row in TIERS)
        self._heard = Heard(units)
        self._waiting: list[Rows] = []
        self._count = 0

    @property
    def window(self) -> Window:
        """The newest samples, up to date."""
        self._write()
        return self._window

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The coarser memory, up to date."""
        self._write()
        return self._tiers

    @property
    def waiting(self) -> int:
        """Rows that are not written yet."""
        return self._count

    def append(self, rows: Rows) -> None:
        """Remember rows that are newer than what their units hold."""
        self._waiting.append(rows)
        self._count += len(rows.unit)
        if self._count >= WAITING_ROWS:
            self._write()

    def held(self, unit: int, ts: float) -> NDArray[np.bool_]:
        """[signals] which values of that time were kept: exact in the window; in the four hours before it, to half a
        second, a row counts whole."""
        kept = self.window.held(unit, ts)
        if kept is not None:
            return kept
        before = not self._window.covers(unit, ts) and self._heard.holds(unit, ts)
        return np.full(catalog.COUNT, before)

    def insert(
        self, unit: int, ts: float, values: NDArray[np.float64], verdict: int, fired: NDArray[np.uint16], newest: float
    ) -> bool:
        """Put a late sample of a unit whose newest is `newest` at its place; whether the window had one. What is older
        than the memory for repeats moves no mean: it could be counted twice."""
        window, alone = self.window, (np.array([unit]), np.array([ts]), values[None])
        if newest - ts < REPEATS_KNOWN_S:
            for tier in self._tiers:
                if tier.covers(newest, ts):
                    tier.add(*alone)
            self._heard.add(*alone[:2])
        if not window.covers(unit, ts):
            return False
        window.insert(unit, ts, values, verdict, fired)
        return True

    def cut(self, unit: int, ts: float) -> None:
        """Forget a unit's samples later than `ts`: its clock was ahead."""
        self.window.cut(unit, ts)

    def clear(self, unit: int) -> None:
        """Forget a unit."""
        self._write()
        self._window.clear(unit)
        self._heard.clear(unit)
        for tier in self._tiers:
            tier.clear(unit)

    def _write(self) -> None:
        if not self._waiting:
            return
        waiting, self._waiting, self._count = self._waiting, [], 0
        unit = np.concatenate([rows.unit for rows in waiting])
        ts = np.concatenate([rows.ts for rows in waiting])
        order = np.lexsort((ts, unit))
        unit, ts = unit[order], ts[order]
        values = np.concatenate([catalog.whole(rows.values) for rows in waiting]).take(order, axis=0)
        verdict = np.concatenate([rows.verdict for rows in waiting])[order]
        fired = np.concatenate([rows.fired for rows in waiting]).take(order, axis=0)
        believed = np.concatenate([catalog.whole(rows.believed) for rows in waiting]).take(order, axis=0)
        odd = marked(fired)
        if len(odd):
            refused = (fired[odd, :-1] != 0) & np.isfinite(values[odd]) & ~np.isfinite(believed[odd])
            fired[odd, :-1] |= np.where(refused, REFUSED, np.uint16(0))
        self._window.append(unit, ts, values, verdict, fired)
        self._heard.add(unit, ts)
        for tier in self._tiers:
            tier.add(unit, ts, believed)
