"""The kinds of condition indicators: each reads all its indicators of n samples in one call.

A kind is made of the indicators that the files of modes give it and answers [n, k] evidence before it is cut to 0..1:
a ramp from `start` to `full` of its measure, NaN where that cannot be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.machines.masks import some
from connected_ops.machines.mode import Indicator
from connected_ops.machines.unit_class import CLASSES, UnitClass
from connected_ops.signals import against_itself, baseline
from connected_ops.signals.baseline import Normal
from connected_ops.signals.envelope import Usual
from connected_ops.signals.regime import CRUISE, WORK, Regime
from connected_ops.signals.trend import RISING

Matrix = NDArray[np.float64]

STILL = np.array([c.still for c in CLASSES])


@dataclass(frozen=True, slots=True)
class Reading:
    """What indicators read: `x` [n, signals] trusted values, `q` [n, quantities], `unit_class` [n], `normal`, what is
    `usual` of coolant and intake air, `slope` [n, rising] a minute, `regime` [n], `drift` [n, drifts] levels of the
    unit against itself (NaN unknown) and `cold` [n] whether its coolant should be warm by now and is not."""

    x: Matrix
    q: Matrix
    unit_class: NDArray[np.int16]
    normal: Normal
    usual: Usual
    slope: Matrix
    regime: NDArray[np.int8]
    drift: Matrix
    cold: NDArray[np.bool_]


class Evidence(Protocol):
    """A kind with its k indicators."""

    def __call__(self, r: Reading) -> Matrix:
        """[n, k] evidence before it is cut to 0..1."""
        ...


def by_class(rows: Sequence[Indicator], figure: "Figure") -> Matrix:
    """[classes, k] what each class says for each indicator; NaN where it says nothing."""
    said = [[figure(kind, row) for row in rows] for kind in CLASSES]
    return np.array([[np.nan if value is None else value for value in line] for line in said], dtype=np.float64)


class Figure(Protocol):
    """What a class says for an indicator."""

    def __call__(self, kind: UnitClass, row: Indicator, /) -> float | None: ...


def warning(kind: UnitClass, row: Indicator) -> float | None:
    """Where a class warns of an indicator's signal; without a warning, some way to the good side of its critical
    limit, where the indicator says how far."""
    signal = catalog.KEYS[row.signal]
    warn, critical = kind.limits(signal)
    if warn is None and critical is not None and row.row.without_warning is not None:
        return critical - kind.side(signal) * row.row.without_warning
    return warn


def critical(kind: UnitClass, row: Indicator) -> float | None:
    """The critical limit of a class for an indicator's signal."""
    return kind.limits(catalog.KEYS[row.signal])[1]


def healthy_top(kind: UnitClass, row: Indicator) -> float | None:
    """The top of the band that a healthy unit of a known class keeps to: of its signal, or of how far that stands above
    the air outside."""
    band = None if not kind.known else kind.band(catalog.KEYS[row.signal], above_air=row.row.kind == "above_air")
    return None if band is None else band[1]


def working(kind: UnitClass, row: Indicator) -> float | None:
    """The least that a warm unit of a class shows."""
    band = kind.band(catalog.KEYS[row.signal])
    return None if band is None else band[0]


def limit(kind: UnitClass, row: Indicator) -> float | None:
    """What an indicator of the kind `share` holds its signal against."""
    return healthy_top(kind, row) if row.row.against == "normal" else critical(kind, row)


def by_regime(rows: Sequence[Indicator], field: str) -> Matrix:
    """[regimes, k] what a regime explains by itself, in each indicator's unit."""
    names = [each.name.lower() for each in Regime]
    return np.array([[getattr(row.row, field).get(name, 0.0) for row in rows] for name in names], dtype=np.float64)


class Ramp:
    """From where to where evidence grows, of k indicators."""

    def __init__(self, rows: Sequence[Indicator]) -> None:
        self.signal = np.array([row.signal for row in rows])
        self.start = np.array([row.row.start for row in rows])
        self.span = np.array([row.row.full - row.row.start for row in rows])

    def values(self, r: Reading) -> Matrix:
        """[n, k] the values of their signals."""
        return r.x.take(self.signal, axis=1)

    def ramped(self, measure: Matrix) -> Matrix:
        """`measure` [n, k] as evidence, in place."""
        measure -= self.start
        measure /= self.span
        return measure


class Level(Ramp):
    """A value between its class's warning (0) and critical limit (1), either side of what is normal."""

    def __init__(self, rows: Sequence[Indicator]) -> None:
        super().__init__(rows)
        self._warn = by_class(rows, warning)
        self._critical = by_class(rows, critical)
        least = self._warn * np.array([row.row.least_share for row in rows])
        self._least = np.where(least > 0.0, least, -np.inf)  # what is less is of another system: 12 V in a class of 24

    def __call__(self, r: Reading) -> Matrix:
        warn, values = self._warn[r.unit_class], self.values(r)
        levels = self.ramped((values - warn) / (self._critical[r.unit_class] - warn))
        other = values < self._least[r.unit_class]
        return np.where(other, np.nan, levels) if some(other) else levels


class Share(Ramp):
    """A value as a share of its class's critical limit, or of the top of its healthy band."""

    def __init__(self, rows: Sequence[Indicator]) -> None:
        super().__init__(rows)
        self._limit = by_class(rows, limit)

    def __call__(self, r: Reading) -> Matrix:
        return self.ramped(self.values(r) / self._limit[r.unit_class])


class AboveAir(Ramp):
    """How far a value stands above another one, beyond what is healthy in its class and what the regime explains;
    of intake air, the heat of its own engine."""

    def __init__(self, rows: Sequence[Indicator]) -> None:
        super().__init__(rows)
        self._over = np.array([row.over or 0 for row in rows])
        self._top = by_class(rows, healthy_top)
        self._allow = by_regime(rows, "allow")
        self._soaks = np.array([float(row.signal == catalog.INTAKE) for row in rows])

    def __call__(self, r: Reading) -> Matrix:
        measure = self.values(r) - r.x.take(self._over, axis=1)
        measure -= self._top[r.unit_class]
        measure -= self._allow[r.regime]
        measure -= self._soaks * r.usual.soak[:, None]
        return self.ramped(measure)


class FromNormal(Ramp):
    """How far a value stands above (`side` 1) or below (-1) the unit's own normal in its regime, in its own unit or in
    spreads."""

    def __init__(self, rows: Sequence[Indicator], side: int = 1) -> None:
        super().__init__(rows)
        self._side = side
        self._quantity = np.array([baseline.of(row.signal, row.over) for row in rows])
        self._allow = by_regime(rows, "allow")
        self._with_other = [at for at, row in enumerate(rows) if row.over is not None]
        self._alone = [baseline.of(rows[at].signal, None) for at in self._with_other]
        self._without = np.array([rows[at].row.alone for at in self._with_other])
        self._in_spreads = [at for at, row in enumerate(rows) if row.row.spreads is not None]
        self._spreads = np.array([rows[at].row.spreads or 1.0 for at in self._in_spreads])
        self._share = np.array([rows[at].row.share for at in self._in_spreads])
        self._least = np.array([row.row.least_share for row in rows])

    def __call__(self, r: Reading) -> Matrix:
        mean = r.normal.mean
        if self._side < 0:  # what is low is held against the bottom of the class's band until the unit has a normal
            mean = np.where(r.normal.learned, mean, baseline.BOTTOM[r.unit_class])
        residual = r.q - mean
        off = residual.take(self._quantity, axis=1)
        if self._side < 0:
            off *= -1.0
        if self._with_other:
            alone = self._side * residual[:, self._alone] - self._without
            off[:, self._with_other] = np.where(np.isfinite(off[:, self._with_other]), off[:, self._with_other], alone)
        off -= self._allow[r.regime]
        if self._in_spreads:
            quantity = self._quantity[self._in_spreads]
            spread, size = r.normal.spread.take(quantity, axis=1), np.abs(mean.take(quantity, axis=1))
            off[:, self._in_spreads] /= np.maximum(self._spreads * spread, self._share * size)
        evidence = self.ramped(off)
        if some(self._least):
            known = r.normal.learned.take(self._quantity, axis=1)
            least = self._least * mean.take(self._quantity, axis=1)
            evidence[~known & (self.values(r) < least)] = np.nan
        return evidence


class Room:
    """[n, k] how far it is from a unit's own normal to its class's warning, within reason."""

    def __init__(self, rows: Sequence[Indicator]) -> None:
        self._quantity = np.array([baseline.of(row.signal, row.over) for row in rows], dtype=np.int64)
        self._side = np.array([[kind.side(catalog.KEYS[row.signal]) for row in rows] for kind in CLASSES], dtype=float)
        warn = by_class(rows, lambda kind, row: kind.limits(catalog.KEYS[row.signal])[0])
        self._warn = np.where(np.isnan(warn), np.inf, self._side * warn)  # a class without a warning has all the room
        self._least = np.array([row.row.room[0] for row in rows])
        self._most = np.array([row.row.room[1] for row in rows])

    def __call__(self, r: Reading) -> Matrix:
        room = self._warn[r.unit_class] - self._side[r.unit_class] * r.normal.mean.take(self._quantity, axis=1)
        return np.minimum(np.maximum(room, self._least), self._most)


class Rising(Ramp):
    """The share of the room to the warning that is used up in `minutes` if it rises on; in `minutes_steady` where the
    load is known not to be hard and the air does not depend on the road: at speed, and of a machine that works in one
    place."""

    def __init__(self, rows: Sequence[Indicator]) -> None:
        super().__init__(rows)
        self._quantity = np.array([baseline.of(row.signal, row.over) for row in rows])
        self._slope = np.array([RISING.index(row.signal) for row in rows])
        self._room = Room(rows)
        self._minutes = np.array([row.row.minutes for row in rows])
        self._steady = np.array([row.row.minutes_steady for row in rows])
        self._above = np.array([row.row.least_above for row in rows])
        self._least = np.array([row.row.least_rate for row in rows])
        self._most = np.array([row.row.most_rate for row in rows])

    def __call__(self, r: Reading) -> Matrix:
        above = r.q.take(self._quantity, axis=1) - r.normal.mean.take(self._quantity, axis=1)
        slope = r.slope.take(self._slope, axis=1)
        steady = (r.regime == CRUISE) | ((r.regime == WORK) & STILL[r.unit_class])
        steady &= np.isfinite(r.x[:, catalog.LOAD])
        ahead = np.where(steady[:, None], self._steady, self._minutes)
        rises = (above > self._above) & (slope > self._least) & (slope < self._most)
        return self.ramped((above + ahead * slope) / self._room(r) * rises)


class Drifting(Ramp):
    """How far a unit has drifted from its own days."""

    def __init__(self, rows: Sequence[Indicator]) -> None:
        super().__init__(rows)
        self._drift = np.array([against_itself.KEYS.index(row.key) for row in rows])

    def __call__(self, r: Reading) -> Matrix:
        return self.ramped(r.drift.take(self._drift, axis=1))


def _below(rows: Sequence[Indicator]) -> FromNormal:
    return FromNormal(rows, side=-1)


KINDS = {
    "level": Level,
    "share": Share,
    "above_air": AboveAir,
    "above_normal": FromNormal,
    "below_normal": _below,
    "rising": Rising,
    "drift": Drifting,
}
