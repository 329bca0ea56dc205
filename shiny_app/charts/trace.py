"""What moves in a chart: the line with its gaps, the normal band, the limits, an open episode's span and a forecast, in
data coordinates. All pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.read_model import UnitView
from shiny_app.charts.axes import SPAN_S, XAxis, YAxis, chart_of, minutes, y_axis

LEAST_GAP_S = 15.0
GAP_SPACINGS = 3.0
LINE_PX = 2.0

Floats = NDArray[np.float64]


NOW_WITHIN_S = 90.0
"""A newest sample of at most this age stands at "now": one of a unit that reports each minute, not of a replay."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """A forecast: `x` are seconds from now, and there the middle and the edges of its interval."""

    x: Floats
    middle: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Trace:
    """One chart's moving parts: `x` are seconds before the unit's newest sample (≤ 0), a NaN in `y` breaks the line.

    `dots` marks the samples that stand alone between two breaks, where a line would not show. `since` is where the span
    of what is not normal begins, up to now; `ahead` where it leads. `line_px` is the line's width in CSS pixels.
    """

    x: Floats
    y: Floats
    dots: NDArray[np.bool_]
    band: tuple[float, float] | None
    warn: float | None
    critical: float | None
    axis: YAxis
    span: XAxis
    since: float | None = None
    ahead: Ahead | None = None
    line_px: float = LINE_PX

    def content(self) -> tuple[object, ...]:
        """Equal for two traces that look the same on one frame; hashable."""
        ahead = self.ahead
        leads = (
            () if ahead is None else tuple(each.tobytes() for each in (ahead.x, ahead.middle, ahead.low, ahead.high))
        )
        return self.x.tobytes(), self.y.tobytes(), self.band, self.warn, self.critical, self.since, leads


def trace(view: UnitView, key: str) -> Trace:
    """The moving parts of the chart `key` of a unit; KeyError where there is no such chart or signal."""
    signal = view.signal(key)
    chart = chart_of(signal)
    ago = view.ts - view.ts[-1] if view.ts.size else view.ts
    seen = ago >= -SPAN_S
    first = (
        max(int(np.argmax(seen)) - 1, 0) if seen.any() else 0
    )  # one earlier sample carries the line to the left edge
    values = view.series(key)
    x, y = broken(ago[first:], values[first:])
    return Trace(
        x, y, alone(y), signal.own_normal, signal.warn, signal.critical, y_axis(chart, values[seen], signal),
        minutes(reaches_now(view)), since(view, key),
    )  # fmt: skip


def since(view: UnitView, key: str) -> float | None:
    """Where the open episodes of a signal begin, in seconds from the newest sample; None where there is none."""
    began = [each.since for each in view.episodes if each.open and each.signal == key]
    if not began or not view.ts.size:
        return None
    return min(max(min(began) - float(view.ts[-1]), -SPAN_S), 0.0)


def reaches_now(view: UnitView) -> bool:
    """Whether the newest sample may be called now: a replay at 60 times its speed is live, and yet minutes behind."""
    return view.row.freshness == "live" and len(view.ts) > 0 and view.at - float(view.ts[-1]) < NOW_WITHIN_S


def broken(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The same samples with a NaN put into every pause longer than max(15 s, 3 × the median spacing)."""
    if x.size < 2:
        return x, y
    spacing = np.diff(x)
    after = np.flatnonzero(spacing > max(LEAST_GAP_S, GAP_SPACINGS * float(np.median(spacing)))) + 1
    return np.insert(x, after, x[after - 1]), np.insert(y, after, np.nan)


def alone(y: Floats) -> NDArray[np.bool_]:
    """Where a value has no neighbour to draw a line to."""
    held = np.isfinite(y)
    padded = np.pad(held, 1)
    return held & ~padded[:-2] & ~padded[2:]
