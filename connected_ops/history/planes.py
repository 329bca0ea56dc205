"""Memory by the signals that a unit has sent: each such pair of unit and signal has a row, the others have none.

Zeros of numpy cost memory where they are touched, in pages of 4 kB or, of large arrays on many systems, of 2 MB. So
rows are given from the front, whoever asks: what is touched lies together.
"""

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.machines.masks import some

NOWHERE = 0
"""The row of all pairs that never were: it reads as NaN, and nothing but NaN is written to it."""

Signals = NDArray[np.int64] | slice
"""Columns of a [n, signals] array: so many of it, or all."""
ALL = slice(None)


class Planes:
    """Rows of `size` float32 for the pairs of at most `units` units: `values` [rows, size], NaN where a signal has
    nothing."""

    def __init__(self, units: int, size: int) -> None:
        self.values: NDArray[np.float32] = np.zeros((units * catalog.COUNT + 1, size), dtype=np.float32)
        self.values[NOWHERE] = np.nan
        self._row = np.zeros((units, catalog.COUNT), dtype=np.int32)
        self._ever = np.zeros(catalog.COUNT, dtype=bool)  # signals that any unit sent
        self._next = NOWHERE + 1
        self._free: list[int] = []

    @property
    def taken(self) -> int:
        """How many pairs have a row."""
        return self._next - 1 - len(self._free)

    def signals(self, sent: NDArray[np.bool_]) -> Signals:
        """The columns to read and write where these are `sent` [n, signals]: those that any unit ever sent, if they are
        no more than half of the catalogue, else all."""
        if 2 * some(self._ever) > len(self._ever):
            return ALL
        columns = (self._ever | sent.any(axis=0)).nonzero()[0]
        return columns if 2 * len(columns) <= len(self._ever) else ALL

    def rows(
        self, unit: NDArray[np.int64], signals: Signals, sent: NDArray[np.bool_], begun: NDArray
    ) -> NDArray[np.int32]:
        """[n, k] the rows of n units and k `signals`. A pair that is `sent` [n, k] for the first time gets one; it is
        NaN all over where something of its unit is written already: where `begun` [units] is not 0."""
        row = self._row.take(unit, axis=0)[:, signals]
        new = sent & (row == NOWHERE)
        if not some(new):
            return row
        at, column = new.nonzero()
        signal = np.arange(catalog.COUNT)[signals][column]
        self._ever[signal] = True
        pair = np.unique(unit[at] * catalog.COUNT + signal)
        given = self._free[: len(pair)]
        del self._free[: len(pair)]
        fresh = len(pair) - len(given)
        given += range(self._next, self._next + fresh)
        self._next += fresh
        self._row.reshape(-1)[pair] = given
        self.values[np.array(given)[begun[pair // catalog.COUNT] != 0]] = np.nan
        return self._row.take(unit, axis=0)[:, signals]

    def put(self, row: NDArray[np.int32], at: NDArray[np.int64], values: NDArray) -> None:
        """Write n units' `values` [n, k] at places `at` [n] of their rows [n, k]; NaN where never sent."""
        self.values.reshape(-1)[flat(row, at, self.values).reshape(-1)] = values.astype(np.float32).reshape(-1)

    def at(self, unit: int, place: int) -> NDArray[np.float32]:
        """[signals] what stands at one place of a unit's rows."""
        return self.values[self._row[unit], place]

    def course(self, unit: int, at: NDArray[np.int64]) -> NDArray[np.float32]:
        """[m, signals] what stands at m places of a unit's rows."""
        row = self._row[unit]
        if 4 * len(at) < self.values.shape[1]:
            return self.values[row, at[:, None]]
        if 2 * some(row) > len(row):
            return self.values[row].T.take(at, axis=0)  # faster, but for few places and few signals
        sent = row.nonzero()[0]
        course = np.full((len(at), len(row)), np.nan, dtype=np.float32)
        course[:, sent] = self.values[row[sent]].T.take(at, axis=0)
        return course

    def write(self, unit: int, at: NDArray[np.int64] | slice, values: NDArray[np.float32]) -> None:
        """Write m places of a unit's rows: [m, signals], of which NaN is what was never sent."""
        sent = self._row[unit].nonzero()[0]
        row = self._row[unit, sent]
        rows = self.values[row]
        rows[:, at] = values.T[sent]
        self.values[row] = rows

    def clear(self, unit: int) -> None:
        """Take a unit's rows back."""
        row = self._row[unit]
        self._free += row[row != NOWHERE].tolist()
        row[:] = NOWHERE


def flat(row: NDArray[np.int32], at: NDArray[np.int64], plane: NDArray) -> NDArray[np.int64]:
    """[n, k] where places `at` [n] of rows [n, k] are in a plane laid flat: one index is twice as fast as two, and one
    that is flat itself faster again."""
    return row.astype(np.int64) * plane.shape[1] + at[:, None]
