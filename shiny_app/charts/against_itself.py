"""The chart of a unit against itself over days: its trace, and its axes of dates and differences. All pure."""

from math import ceil

import numpy as np

from connected_ops.read_model import DriftView, UnitView
from shiny_app.charts.axes import YAxis, in_steps
from shiny_app.charts.ranges import reaches_now
from shiny_app.charts.times import DAY_S, HORIZONS, dates
from shiny_app.charts.trace import Ahead, Trace, alone, broken

AGAINST_ITSELF = "against_itself"

TALL = 220
"""CSS pixels."""

LINE_PX = 1.4
"""Finer than that of minutes: a night is a few pixels wide."""

PAST_S = 14 * DAY_S
LEAST_PAST_S = 2 * DAY_S

STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200)
REACH = 4.0
"""The margin joins the axis when it is at most so many times what is shown: a far one would flatten the line."""

LEAST_USUALS = 3.0
CUT = 1.3
"""How far past the margin the axis follows a forecast."""


def drift_trace(view: UnitView, drift: DriftView, plot_px: float) -> Trace:
    """What the chart shows; x is seconds from the newest half hour. `plot_px` is the plot's width in CSS pixels, which
    decides how many dates there is room for."""
    now = float(drift.ts[-1]) if drift.ts.size else view.at
    forecast = drift.forecast
    ahead = Ahead(forecast.ahead_s, forecast.middle, forecast.low, forecast.high) if forecast else None
    x, y = broken(drift.ts - now, drift.above)
    kept = x >= -PAST_S
    x, y = x[kept], y[kept]
    low = -max(LEAST_PAST_S, ceil(-float(x[0]) / DAY_S) * DAY_S) if x.size else -PAST_S
    high = 0.0 if ahead is None else reach(ahead)
    since = None if drift.onset is None else min(max(drift.onset - now, low), 0.0)
    return Trace(
        x, y, alone(y), (-drift.usual, drift.usual), drift.margin, None, difference_axis(y, drift, ahead),
        dates(low, high, now, plot_px, live=reaches_now(view)), since, ahead, LINE_PX,
    )  # fmt: skip


def drift_version(drift: DriftView) -> int:
    """A whole number that changes with what the chart shows, once a half hour: not with each snapshot, or every page
    would fetch the same picture several times a second."""
    newest = int(drift.ts[-1]) if len(drift.ts) else 0
    return newest * 1_000_000 + round(abs(drift.level) * 1000) % 1_000_000


def reach(ahead: Ahead) -> float:
    """Where the axis ends: the horizon that holds the forecast, else the longest."""
    days = next((days for days in HORIZONS if ahead.x[-1] <= days * DAY_S), HORIZONS[-1])
    return days * DAY_S


def difference_axis(y: np.ndarray, drift: DriftView, ahead: Ahead | None) -> YAxis:
    """The axis that holds what was, its usual scatter, the margin unless it is far, and the forecast's middle up to a
    little past the margin."""
    finite = y[np.isfinite(y)]
    top = max(float(finite.max(initial=0.0)), LEAST_USUALS * drift.usual)
    low = min(float(finite.min(initial=0.0)), -drift.usual)
    if drift.margin is not None and drift.margin <= REACH * top:
        top = max(top, drift.margin)
    if ahead is not None:
        leads = float(ahead.middle[ahead.x <= reach(ahead)].max())
        top = max(top, leads if drift.margin is None else min(leads, CUT * drift.margin))
    return in_steps(low, top, STEPS, signed=True)
