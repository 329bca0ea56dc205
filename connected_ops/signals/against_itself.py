"""A unit against itself: each half hour held against the unit's own earlier ones at the same load, speed and weather.

The reference is a robust plane through the oldest part of what is remembered (at most 14 days); what lies above it
since then is drift. The reference moves on as days fall out of memory, so a slow anchor beside it remembers how far it
was carried along by a drift. A drift is read as the interquartile mean of the newest running half hours, so warm-ups, a
steep day or a single bad half hour do not move it. Figures are judgement (J), with room over healthy emulated fleets.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.machines.mode import MODES, Indicator
from connected_ops.signals.anchor import Anchor
from connected_ops.signals.growth import Growth, growth
from connected_ops.signals.reference import Reference, fit

Column = NDArray[np.float64]

WIDTH_S = 1800.0
DAY_S = 86_400.0
LEAST_SPAN_S = 2 * DAY_S
LEAST_REFERENCE = 24  # running half hours
LEAST_NEWER = 4
REFERENCE_SHARE = 0.4  # of the running half hours; a fault of weeks has spoilt the newer ones
NEWEST, NEWEST_S, LEAST_IN_LEVEL = 12, 2 * DAY_S, 4
LEAST_TREND, LEAST_TREND_S = 8, 0.75 * DAY_S
QUICK, QUICK_S = 3, 3 * 3600.0
BACK = 0.5  # of its scatter: where a unit counts as back to its normal


@dataclass(frozen=True, slots=True)
class Drift:
    """A quantity that a unit is held against itself by.

    `signal` is its column in the catalogue, `over` that of the one it is read above, `at` those it is compared at equal
    values of (what is not fitted is left out). `floor` is the least scatter believed and `widest` the most with which a
    comparison still says something, both half-widths in `uom`. `relative`: evidence counts in shares of the unit's own
    normal instead of `uom`. `start` and `full` are where the indicator starts and is full, `plain` where it alone makes
    p 0.35, of a unit that scatters by the floor; one that scatters more needs more. `from_mph`: of a unit that drives
    so fast, only such half hours count. `heading` says what a chart of it shows.
    """

    key: str
    mode: int
    signal: int
    over: int | None
    uom: str
    decimals: int
    at: tuple[int, ...]
    floor: float
    widest: float
    start: float
    full: float
    plain: float
    heading: str
    relative: bool = False
    from_mph: float | None = None

    def read(self, means: Column) -> Column:
        """[m] the quantity out of half-hour means [m, signals]."""
        found = means[:, self.signal]
        return found if self.over is None else found - means[:, self.over]

    @property
    def same(self) -> str:
        """What it is compared at equal values of, in words: "load and weather"."""
        return "load and weather" if self.weather else "load and speed"

    @property
    def weather(self) -> bool:
        """Whether the weather moves it by itself."""
        return catalog.AMBIENT in self.at and not self.relative


def _drift(mode: int, of: Indicator) -> Drift:
    signal, row = catalog.SIGNALS[of.signal], of.row
    return Drift(
        of.key, mode, of.signal, of.over, signal.uom, signal.decimals, of.at, row.floor, row.widest, row.start,
        row.full, row.plain, row.heading or row.label, row.relative, row.from_mph,
    )  # fmt: skip


DRIFTS: tuple[Drift, ...] = tuple(
    _drift(at, each) for at, mode in enumerate(MODES) for each in mode.indicators if each.row.kind == "drift"
)
KEYS: tuple[str, ...] = tuple(row.key for row in DRIFTS)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One quantity of one unit against itself, in the quantity's `uom`.

    `ts` [m] starts of half hours (Unix s), `above` [m] distance over the reference at the same load, speed and weather
    (NaN: did not run, or not heard). `usual` half-width of its own scatter, `level` where it stands over its normal
    now, `normal` its usual value and `normal_hot` its own normal at hard work; there a drift shows `hardest` times as
    much as in the mean of a half hour. `onset` since when it has left its normal, `said_at` the end of the first half
    hour at which that was plain (Unix s; None: it has not, it was not); both come from what was known by then.
    `per_day` the trend now, None where it is not warranted, as is its `growth`. `until` is the
    end of the newest half hour.
    """

    drift: Drift
    ts: Column
    above: Column
    usual: float
    level: float
    normal: float
    normal_hot: float
    onset: float | None
    said_at: float | None
    per_day: float | None
    growth: Growth | None
    until: float
    anchor: Anchor
    hardest: float = 1.0

    @property
    def measure(self) -> float:
        """The level as its indicator reads it: in `uom`, or as a share of the unit's own normal; less where the unit
        scatters more."""
        return self.level / _scale(self.drift, self.normal, self.usual)

    def goal(self, limit: float) -> float:
        """The level at which the signal reaches `limit` at the unit's hardest work."""
        return (limit - self.normal_hot) / self.hardest


def compare(
    start: NDArray[np.number], means: NDArray[np.floating], drift: Drift, anchor: Anchor | None = None
) -> Comparison | None:
    """Hold a unit's half hours against its own earlier ones: `start` [m] Unix s rising, `means` [m, signals], and the
    `anchor` of the comparison before, where there was one.

    None until there are enough of them (2 days, 28 running ones), or where they scatter too widely to say anything."""
    ts, means = np.asarray(start, dtype=np.float64), np.asarray(means, dtype=np.float64)
    known = _equal(ts, means, drift)
    if known is None:
        return None
    reference, rows, y, x = known
    above = y - reference.predict(x)
    usual = max(drift.floor, 2.0 * reference.scatter)
    if usual > drift.widest:
        return None
    ends = ts[rows] + WIDTH_S
    levels = _levels(ends, above, usual)
    if not np.isfinite(levels[-1]):
        return None
    until = float(ends[-1])
    anchor = Anchor(reference, 0.0, until) if anchor is None else anchor
    anchor = anchor.moved(reference, until, bool(levels[-1] > BACK * usual))
    above, levels = above + anchor.lag, levels + anchor.lag
    normal = float(np.median(y[: reference.count])) - anchor.lag
    onset, said_at = _onset(ends, levels, usual, drift.plain * _scale(drift, normal, usual))
    grows = None if onset is None else _growth(ends, above, onset, drift.floor)
    all_above = np.full(len(ts), np.nan)
    all_above[rows] = above
    return Comparison(
        drift=drift,
        ts=ts,
        above=all_above,
        usual=usual,
        level=float(levels[-1]),
        normal=normal,
        normal_hot=float(np.percentile(reference.predict(x[: reference.count]), 95)) - anchor.lag,
        onset=onset,
        said_at=said_at,
        per_day=None if grows is None else grows.rates()[1],
        growth=grows,
        until=until,
        anchor=anchor,
    )


def _scale(drift: Drift, normal: float, usual: float) -> float:
    return (max(normal, 0.05) if drift.relative else 1.0) * usual / drift.floor


class _Equal(NamedTuple):
    reference: Reference
    rows: NDArray[np.int64]
    y: Column
    x: Column


def _equal(ts: Column, means: Column, drift: Drift) -> _Equal | None:
    """The half hours that count, what they are compared at, and the reference from the oldest of them."""
    y = drift.read(means)
    heard = np.isfinite(y)
    if drift.from_mph is not None:
        speed = means[:, catalog.SPEED]
        fast = heard & (speed >= drift.from_mph)
        if fast.sum() >= LEAST_REFERENCE + LEAST_NEWER:
            heard = fast
    count = np.count_nonzero(heard)
    if count < LEAST_REFERENCE + LEAST_NEWER:
        return None
    fitted = [signal for signal in drift.at if np.isfinite(means[heard, signal]).mean() > 0.9]
    rows = np.flatnonzero(heard & np.isfinite(means[:, fitted]).all(axis=1))
    if len(rows) < LEAST_REFERENCE + LEAST_NEWER or ts[rows[-1]] - ts[rows[0]] < LEAST_SPAN_S - WIDTH_S:
        return None
    oldest = max(LEAST_REFERENCE, int(REFERENCE_SHARE * len(rows)))
    x = means[rows][:, fitted]
    return _Equal(fit(x[:oldest], y[rows[:oldest]], drift.floor), rows, y[rows], x)


def _levels(ends: Column, above: Column, usual: float) -> Column:
    """[m] the level as it stood at the end of each half hour: the interquartile mean of the newest ones up to it, or
    the least of the newest three where that is more, for sure: a fault of hours need not wait for half a day."""
    back = np.arange(len(ends))[:, None] - np.arange(NEWEST)
    counts = (back >= 0) & (ends[:, None] - ends[back] <= NEWEST_S)
    window = np.sort(np.where(counts, above[back], np.inf), axis=1)
    n = counts.sum(axis=1)
    total = np.concatenate([np.zeros((len(ends), 1)), np.cumsum(np.where(np.isfinite(window), window, 0.0), axis=1)], 1)
    row, low = np.arange(len(ends)), n // 4
    level = (total[row, n - low] - total[row, low]) / (n - 2 * low)
    fresh = back[:, :QUICK]
    quick = np.where(fresh >= 0, above[fresh], -np.inf).min(axis=1)  # what none of the newest is without
    quick[ends - ends[np.maximum(fresh[:, -1], 0)] > QUICK_S] = -np.inf
    return np.where(n >= LEAST_IN_LEVEL, np.maximum(level, quick - BACK * usual), np.nan)


def _onset(ends: Column, levels: Column, usual: float, plain: float) -> tuple[float | None, float | None]:
    """Since when the level has been off its normal without a return, and when it first was plainly so."""
    off = levels > BACK * usual
    if not off[-1]:
        return None, None
    inside = np.flatnonzero(~off)
    first = int(inside[-1]) + 1 if len(inside) else 0
    if not (levels[first:] > usual).any():
        return None, None
    plainly = np.flatnonzero(levels[first:] >= plain)
    return float(ends[first]), float(ends[first + plainly[0]]) if len(plainly) else None


def _growth(ends: Column, above: Column, onset: float, floor: float) -> Growth | None:
    """How the drift has grown since its onset; None where that was too short, or it may not grow at all."""
    rows = ends >= onset - NEWEST * WIDTH_S
    if rows.sum() < LEAST_TREND or ends[-1] - ends[rows][0] < LEAST_TREND_S:
        return None
    found = growth((ends[rows] - ends[-1]) / DAY_S, above[rows], floor / 3)
    return found if found.rates()[0] > 0.0 else None


class AgainstItself:
    """What is known of every unit: `level` [units, drifts] as indicators read it (°F; vibration as a share of the
    unit's own normal; NaN unknown), `onset` and `said_at` [units, drifts] Unix s (NaN: none), `bucket` [units] the
    half hour it was computed in (-1: never)."""

    def __init__(self, units: int) -> None:
        shape = (units, len(DRIFTS))
        self.level = np.full(shape, np.nan)
        self.onset = np.full(shape, np.nan)
        self.said_at = np.full(shape, np.nan)
        self.bucket = np.full(units, -1, dtype=np.int64)
        self._anchors: dict[int, dict[int, Anchor]] = {}  # of a unit, by drift

    def clear(self, units: NDArray[np.int64] | int) -> None:
        """Forget these units."""
        self.level[units] = self.onset[units] = self.said_at[units] = np.nan
        self.bucket[units] = -1
        for unit in np.atleast_1d(units).tolist():
            self._anchors.pop(unit, None)

    def copy(self, other: "AgainstItself", unit: int, place: int) -> None:
        """Know of `place` what `other` knows of `unit`, for good: it is never compared by itself."""
        self.level[place] = other.level[unit]
        self.onset[place] = other.onset[unit]
        self.said_at[place] = other.said_at[unit]
        self.bucket[place] = np.iinfo(np.int64).max

    def anchor(self, unit: int, drift: int) -> Anchor | None:
        """The slow anchor of a unit's drift, None before its first comparison."""
        return self._anchors.get(unit, {}).get(drift)

    def stale(self, unit: NDArray[np.int64], ts: Column) -> NDArray[np.bool_]:
        """[n] whether a half hour has passed since a unit was compared, or it never was."""
        return np.floor_divide(ts, WIDTH_S) > self.bucket[unit]

    def update(self, unit: int, ts: float, start: NDArray[np.number], means: NDArray[np.floating]) -> None:
        """Compare a unit as of `ts` by its half-hour tier; the half hour that is still running does not count."""
        self.bucket[unit] = int(ts // WIDTH_S)
        done = np.asarray(start) + WIDTH_S <= ts
        for at, drift in enumerate(DRIFTS):
            found = compare(np.asarray(start)[done], means[done], drift, self.anchor(unit, at))
            if found is not None:
                self._anchors.setdefault(unit, {})[at] = found.anchor
            self.level[unit, at] = np.nan if found is None else found.measure
            self.onset[unit, at] = np.nan if found is None or found.onset is None else found.onset
            self.said_at[unit, at] = np.nan if found is None or found.said_at is None else found.said_at
