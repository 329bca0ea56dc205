"""When a signal that rises will reach its limit, as low, middle and high of an 80 % interval: over minutes from its
newest samples, over days from the unit held against itself. Nothing is said where nothing is warranted.

A ramp is the robust line through the longest newest stretch that a line still describes; the crossing's interval comes
from the doubt about both its level and its slope (Fieller's). A ramp is followed for at most twice as long as it was
seen; of a drift nothing is said unless the earliest it may reach the limit is as near as that.
"""

from math import inf, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from connected_ops.signals.against_itself import DAY_S, Comparison

Column = NDArray[np.float64]
Span = tuple[float, float, float]

STRETCHES_S = (600.0, 300.0, 120.0)
HOURS_S = (14_400.0, 7_200.0, 3_600.0)  # the same of half-minute means
LEAST_SAMPLES, LEAST_S = 5, 30.0
RELATED_S, LEAST_INDEPENDENT = 40.0, 2.5  # readings this close share their error: a sensor's step, a hunting thermostat
SLOWS, SLOWS_DOUBT = 0.9, 0.1  # of its slope a rise loses on the way: the hotter, the more heat is given off
HOURS_RELATED_S, PEAK = 300.0, 0.95  # a duty cycle of minutes, and how hard it works where it first crosses
BENT_F, BEND_DOUBT = 1.0, 0.5  # a stretch whose middle lies this far off its line is no line
STEP_F = 1.8  # temperatures come in whole °C: no level is known better than to a part of it
AHEAD = 2.0
WIDEST = 5.0  # high over low, from which an interval is no help
Z80 = 1.2816
PATH_S, PATH_POINTS = 7 * DAY_S, 57
ROOM_DOUBT = 0.6  # of a drift's least scatter: how well the level at which a limit is reached is known


class _Line(NamedTuple):
    """Over a stretch of `seen` seconds that ends at 0: the value there, the slope a second, their variances and
    covariance, and how far the stretch is bent."""

    value: float
    slope: float
    value_var: float
    slope_var: float
    both_cov: float
    seen: float
    bent: float


def hours(ts: NDArray[np.floating], values: NDArray[np.floating], limit: float) -> Span | None:
    """The same for half-minute means of the last hours, `ts` [m] and `values` [m], whose hardest minutes reach `limit`
    first."""
    return _ramp(ts, values, limit, HOURS_S, HOURS_RELATED_S, PEAK)


def ramp(ts: NDArray[np.floating], values: NDArray[np.floating], limit: float) -> Span | None:
    """Seconds from the newest sample until a rising signal reaches `limit`.

    `ts` [m] Unix s rising at any spacing of 1..60 s, `values` [m] (NaN: absent). None where it does not rise for sure,
    is over already, or the interval would be too wide or too far ahead of what was seen.
    """
    return _ramp(ts, values, limit, STRETCHES_S, RELATED_S, None)


def _ramp(
    ts: NDArray[np.floating],
    values: NDArray[np.floating],
    limit: float,
    stretches: tuple[float, ...],
    related: float,
    peak: float | None,
) -> Span | None:
    heard = np.isfinite(values)
    t, y = np.asarray(ts, dtype=np.float64)[heard], np.asarray(values, dtype=np.float64)[heard]
    if len(t) < LEAST_SAMPLES:
        return None
    t = t - t[-1]
    found = None
    for stretch in stretches:
        rows = t >= -stretch
        if rows.sum() >= LEAST_SAMPLES and t[rows][0] <= -LEAST_S:
            found = _line(t[rows], y[rows], related, peak)
            if found is not None and found.bent < BENT_F:
                break
    if found is None or found.slope <= 0.0 or found.value >= limit:
        return None
    return _crossing(found, limit)


def _line(t: Column, y: Column, related: float, peak: float | None) -> _Line | None:
    """Least squares without outliers, its errors widened by how related neighbours are and by the sensor's steps; where
    `peak` is given, through that share of what lies around it. None where nothing lies near a line, as of a step."""
    slope, value = np.polyfit(t, y, 1)
    left = y - value - slope * t
    deviation = 1.4826 * float(np.median(np.abs(left - np.median(left))))
    keep = np.abs(left) <= max(4.0 * deviation, 2.0 * STEP_F)
    if keep.sum() < LEAST_SAMPLES:
        return None
    t, y = t[keep], y[keep]
    slope, value = np.polyfit(t, y, 1)
    left = y - value - slope * t
    n = len(t)
    power = float(left @ left)
    independent = min(max(-float(t[0]) / related, LEAST_INDEPENDENT), n)
    noise = max(power / max(n - 2, 1), STEP_F**2 / 12) / independent
    middle = float(t.mean())
    spread = float(((t - middle) ** 2).mean())
    slope_var = noise / spread
    middling = np.abs(t - middle) < -t[0] / 4
    bent = abs(float(left[middling].mean() - left[~middling].mean())) if 0 < middling.sum() < n else 0.0
    # Were it a parabola so bent, its end would be 1.3 bent higher and its slope there 8 bent / stretch steeper.
    seen, doubt = float(-t[0]), BEND_DOUBT * bent
    return _Line(
        float(value) + (0.0 if peak is None else float(np.quantile(left, peak))),
        float(slope),
        noise + slope_var * middle**2 + doubt**2,
        slope_var + (6.0 * doubt / seen) ** 2,
        -slope_var * middle + 6.0 * doubt**2 / seen,
        seen,
        bent,
    )


def _crossing(line: _Line, limit: float) -> Span | None:
    """Where the line meets the limit: the x at which (value + slope x - limit) is within Z80 deviations of nought."""
    gap, slope = limit - line.value, SLOWS * line.slope
    middle = gap / slope
    a = slope**2 - Z80**2 * (line.slope_var + (SLOWS_DOUBT * slope) ** 2)
    b = slope * gap + Z80**2 * line.both_cov
    c = gap**2 - Z80**2 * line.value_var
    root = b * b - a * c
    if a <= 0.0 or root < 0.0:
        return None
    low, high = (b - sqrt(root)) / a, (b + sqrt(root)) / a
    return _helpful(max(low, 0.0), middle, high) if middle <= AHEAD * line.seen else None


def drift(comparison: Comparison, limit: float) -> Span | None:
    """Seconds until a unit that drifts reaches `limit` (in the signal's own unit) at its hard work; None where it does
    not drift, has no trend of its own, is there already, or the interval would be of no help."""
    onset, rate, growth = comparison.onset, comparison.per_day, comparison.growth
    goal = comparison.goal(limit)
    if onset is None or rate is None or growth is None or goal <= comparison.level:
        return None
    low, middle, high = (days * DAY_S for days in growth.days_to(goal, ROOM_DOUBT * comparison.drift.floor))
    return _helpful(low, middle, high) if low <= AHEAD * _seen(comparison, onset, rate) else None


def _seen(comparison: Comparison, onset: float, rate: float) -> float:
    """Seconds since the trend's line left the normal, or since that was noticed."""
    since = min(onset, comparison.until - comparison.level / rate * DAY_S)
    return comparison.until - max(since, float(comparison.ts[0]))


def _helpful(low: float, middle: float, high: float) -> Span | None:
    return (low, middle, high) if high <= WIDEST * max(low, middle / WIDEST) and high < inf else None


def path(comparison: Comparison, limit: float | None = None) -> tuple[Column, Column, Column, Column] | None:
    """Where a drift leads from its newest half hour on: [k] seconds ahead, and there the level's middle, low and high
    over the reference, in the quantity's `uom`. Until the limit (where there is one), at most 7 days and no further
    than twice what was seen of the trend; None without a trend."""
    onset, rate, growth = comparison.onset, comparison.per_day, comparison.growth
    if onset is None or rate is None or growth is None:
        return None
    until = min(PATH_S, AHEAD * _seen(comparison, onset, rate))
    if limit is not None:
        until = min(until, growth.days_to(comparison.goal(limit), 0.0)[1] * DAY_S)
    ahead = np.linspace(0.0, until, PATH_POINTS)
    low, middle, high = growth.levels(ahead / DAY_S)
    return ahead, middle, low, high
