"""How a drift grows: along a line, or faster and faster. A few shapes are weighed by how well each tells what was
seen.

With t in days and 0 now, a shape of growth k is y = level + rate (exp(k t) - 1) / k, a line for k = 0. Each is fitted
by least squares; its weight is its likelihood, SS ** (-m / 2), where m counts readings independent of each other.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]

GROWTHS = np.array([0.0, 0.08, 0.16, 0.25, 0.4])  # a day: doubling in 9, 4.3, 2.8 and 1.7 days
INDEPENDENT_A_DAY = 5.0  # half hours of one shift share their road, load and weather
Z = np.linspace(-2.0, 2.0, 9)
_PART = np.exp(-(Z**2) / 2) / np.exp(-(Z**2) / 2).sum()


@dataclass(frozen=True, slots=True)
class Growth:
    """What may be true of a drift, [shapes x doubts] each: `weight` (adding up to 1), `level` now, `rate` a day now and
    `speeds_up`, the shape's growth a day."""

    weight: Column
    level: Column
    rate: Column
    speeds_up: Column

    def days_to(self, level: float, doubt: float) -> tuple[float, float, float]:
        """Low, middle and high of 80 % of the days until `level`, itself known to a deviation of `doubt`; inf where
        it may never be reached."""
        goal = level + doubt * Z[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.maximum(goal - self.level, 0.0) / self.rate
            fast = np.log1p(self.speeds_up * ratio) / self.speeds_up
            days = np.where(self.rate > 0.0, np.where(self.speeds_up > 0.0, fast, ratio), np.inf)
        low, middle, high = _quantiles(days.ravel(), (_PART[:, None] * self.weight).ravel(), (0.1, 0.5, 0.9))
        return low, middle, high

    def rates(self) -> tuple[float, float, float]:
        """Low, middle and high of 80 % of the rate a day now."""
        low, middle, high = _quantiles(self.rate, self.weight, (0.1, 0.5, 0.9))
        return low, middle, high

    def levels(self, days: Column) -> tuple[Column, Column, Column]:
        """Low, middle and high of 80 % of the level [m] after `days` [m]."""
        with np.errstate(divide="ignore", invalid="ignore"):
            grown = np.expm1(self.speeds_up * days[:, None]) / self.speeds_up
        ahead = self.level + self.rate * np.where(self.speeds_up > 0.0, grown, days[:, None])
        low, middle, high = np.array([_quantiles(row, self.weight, (0.1, 0.5, 0.9)) for row in ahead]).T
        return low, middle, high


def growth(days: Column, y: Column, floor: float) -> Growth:
    """What tells of y [m] at `days` [m] rising to 0; `floor` is the least deviation believed."""
    heard = np.unique(np.floor(days)).size
    independent = max(INDEPENDENT_A_DAY * heard, 3.0)
    parts = [_shape(k, days, y, floor, independent) for k in GROWTHS]
    score = np.array([part[0] for part in parts])
    weight = np.exp(score - score.max())
    weight /= weight.sum()
    level = np.array([part[1] for part in parts])
    rate = np.array([part[2] + Z * part[3] for part in parts])
    shape = rate.shape
    return Growth(
        (weight[:, None] * _PART).ravel(),
        np.broadcast_to(level[:, None], shape).ravel(),
        rate.ravel(),
        np.broadcast_to(GROWTHS[:, None], shape).ravel(),
    )


def _shape(k: float, days: Column, y: Column, floor: float, independent: float) -> tuple[float, float, float, float]:
    """One shape's log-likelihood, level, rate and the rate's standard error."""
    s = np.expm1(k * days) / k if k else days
    middle = s.mean()
    spread = ((s - middle) ** 2).mean()
    slope = ((s - middle) * (y - y.mean())).mean() / max(spread, 1e-12)
    left = y - y.mean() - slope * (s - middle)
    power = float((left**2).mean()) + floor**2
    error = np.sqrt(power / independent / max(spread, 1e-12))
    return -0.5 * independent * np.log(power), float(y.mean() - slope * middle), float(slope), float(error)


def _quantiles(x: Column, weight: Column, at: tuple[float, ...]) -> list[float]:
    order = np.argsort(x)
    total = np.cumsum(weight[order])
    return x[order][np.minimum(np.searchsorted(total, np.array(at) * total[-1]), len(x) - 1)].tolist()
