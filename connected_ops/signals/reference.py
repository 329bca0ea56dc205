"""A robust plane: least squares that outliers, warm-ups above all, cannot bend (Tukey's bisquare, reweighted)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]

_ROUNDS = 3
_CUT = 4.685  # of a deviation: 95 % efficient on clean data
_TO_DEVIATION = 1.4826
_REACH = 0.5  # how far past what it has seen, in widths of that, a plane is followed
_RIDGE = 2.0  # half hours' worth of belief that a slope is nought


@dataclass(frozen=True, slots=True)
class Reference:
    """y = offset + slopes · (x - middle) / width, learned from `count` rows; `scatter` is their robust deviation from
    it. `low` and `high` bound the x it is followed to."""

    middle: Column
    width: Column
    low: Column
    high: Column
    offset: float
    slopes: Column
    scatter: float
    count: int

    def predict(self, x: Column) -> Column:
        """[m] of [m, k]."""
        return self.offset + ((np.clip(x, self.low, self.high) - self.middle) / self.width) @ self.slopes


def fit(x: Column, y: Column, floor: float, ridge: float = _RIDGE) -> Reference:
    """The plane through y [m] over x [m, k]. `floor` is the least deviation from which a row can be an outlier."""
    middle = np.median(x, axis=0)
    low, high = x.min(axis=0), x.max(axis=0)
    width = np.maximum(x.std(axis=0), 1e-3 + 1e-3 * np.abs(middle))
    design = np.column_stack([np.ones(len(x)), (x - middle) / width])
    pull = np.diag([1e-9] + [ridge + 1e-9] * x.shape[1])
    weight = np.ones(len(y))
    found = _solve(design, y, weight, pull)
    for _ in range(_ROUNDS):
        left = y - design @ found
        deviation = max(_deviation(left), floor / 4)
        weight = np.maximum(1.0 - (left / (_CUT * deviation)) ** 2, 0.0) ** 2
        found = _solve(design, y, weight, pull)
    scatter = _deviation(y - design @ found)
    reach = _REACH * (high - low)
    return Reference(middle, width, low - reach, high + reach, float(found[0]), found[1:], scatter, len(y))


def _solve(design: Column, y: Column, weight: Column, pull: Column) -> Column:
    """Weighed least squares."""
    weighed = design.T * weight
    return np.linalg.solve(weighed @ design + pull, weighed @ y).astype(np.float64, copy=False)


def _deviation(left: Column) -> float:
    """The robust deviation, from the (upper) median; np.median costs five times as much on so few rows."""
    half = len(left) // 2
    return _TO_DEVIATION * float(np.partition(np.abs(left), half)[half])
