"""The chart of a unit against itself over days: its trace, and its axes of dates and differences. All pure."""

from datetime import UTC, date, datetime, time
from math import ceil

import numpy as np

from connected_ops.read_model import DriftView, UnitView
from shiny_app.charts.axes import XAxis, YAxis, in_steps
from shiny_app.charts.trace import Ahead, Trace, alone, broken, reaches_now
from shiny_app.format import moment

AGAINST_ITSELF = "against_itself"

TALL = 220
"""CSS pixels."""

LINE_PX = 1.4
"""Finer than that of minutes: a night is a few pixels wide."""

HALF_HOUR_S = 1_800.0
DAY_S = 86_400.0
PAST_S = 14 * DAY_S
LEAST_PAST_S = 2 * DAY_S

HORIZONS = (1, 2, 3, 5, 7)
"""Days that the axis reaches past now; a forecast that goes on is cut there."""

DATE_STEPS = (1, 2, 3, 4, 7, 14)
DATE_PX = 80.0
AHEAD_PX = 56.0
"""The least room for a date, and for "+3 d", from the middle of one to that of its neighbour."""

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


def dates(low: float, high: float, now: float, plot_px: float, *, live: bool) -> XAxis:
    """Days at their midnights in the server's zone, now, and days ahead, as many as there is room for.

    The ticks stand to the half hour, so that a frame holds that long.
    """
    now = round(now / HALF_HOUR_S) * HALF_HOUR_S
    px = plot_px / (high - low)
    step = next((days for days in DATE_STEPS if days * DAY_S * px >= DATE_PX), DATE_STEPS[-1])
    past = [
        (at - now, day(at))
        for at in midnights(now + low, now, step)
        if (at - now - low) * px >= AHEAD_PX / 3 and (now - at) * px >= DATE_PX * (0.7 if high else 1)
    ]
    further = next((days for days in HORIZONS if days * DAY_S * px >= AHEAD_PX), HORIZONS[-1])
    ahead = [(days * DAY_S, f"+{days} d") for days in range(further, int(high // DAY_S) + 1, further)]
    return XAxis(low, high, (*past, (0.0, "now" if live else "last sample"), *ahead))


def day(unix_s: float) -> str:
    """A day of the server's zone: "19 Nov"."""
    return moment(unix_s).rsplit(" ", 1)[0]


def midnights(start: float, end: float, step: int) -> list[float]:
    """The midnights of every `step`-th day between two Unix times, in the server's zone."""
    first = datetime.fromtimestamp(start, tz=UTC).astimezone().date()
    last = datetime.fromtimestamp(end, tz=UTC).astimezone().date()
    days = (date.fromordinal(at) for at in range(first.toordinal(), last.toordinal() + 1) if at % step == 0)
    return [at for at in map(midnight, days) if start <= at <= end]


def midnight(of: date) -> float:
    """When a day begins in the server's zone, in Unix seconds."""
    return datetime.combine(of, time()).astimezone().timestamp()
