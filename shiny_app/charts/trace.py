"""What moves in a chart, in data coordinates: the line with its gaps, the normal band, the limits, what happened
meanwhile, and a forecast. All pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.read_model import UnitView
from shiny_app.charts.axes import DEFAULT_WIDTH, XAxis, YAxis, chart_of, y_axis
from shiny_app.charts.marks import CHAR_PX, Mark, Placed, on_chart, placed
from shiny_app.charts.ranges import Stretch, newest

LEAST_GAP_S = 15.0
GAP_SPACINGS = 3.0
LINE_PX = 2.0

NAMES_SHARE = 0.22
"""How much of a plot's height the names of its marks take."""

LIMIT_WORTH = 0.5
"""How much of the line may lie under the names before they go where they cross a limit."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ahead:
    """A forecast: `x` are seconds from now, and there the middle and the edges of its interval."""

    x: Floats
    middle: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Trace:
    """One chart's moving parts: `x` are seconds before the axis' end (≤ 0), a NaN in `y` breaks the line.

    `dots` marks the samples that stand alone between two breaks, where a line would not show. `since` is where the span
    of what is not normal begins, up to now; `ahead` where it leads. `line_px` is the line's width in CSS pixels;
    `marks` are what happened meanwhile, by name; `named_low` puts their names at the foot of the plot.
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
    marks: tuple[Placed, ...] = ()
    named_low: bool = False

    def content(self) -> tuple[object, ...]:
        """Equal for two traces that look the same on one frame; hashable."""
        ahead = self.ahead
        leads = (
            () if ahead is None else tuple(each.tobytes() for each in (ahead.x, ahead.middle, ahead.low, ahead.high))
        )
        return (
            self.x.tobytes(),
            self.y.tobytes(),
            self.band,
            self.warn,
            self.critical,
            self.since,
            leads,
            self.marks,
            self.named_low,
        )


def trace(view: UnitView, key: str) -> Trace:
    """The moving parts of the chart `key` over a unit's newest ten minutes; KeyError where there is no such chart."""
    return stretch_trace(newest(view), key, float(DEFAULT_WIDTH))


def stretch_trace(shown: Stretch, key: str, plot_px: float, marks: Sequence[Mark] = ()) -> Trace:
    """The moving parts of the chart `key` over any part of a unit's time, on a plot `plot_px` CSS pixels wide, with the
    marks of that time; KeyError where there is no such chart or signal."""
    view = shown.view
    signal = view.signal(key)
    chart = chart_of(signal)
    ago, seen, values = view.ts - shown.end, shown.inside, view.series(key)
    first = max(int(np.argmax(seen)) - 1, 0) if seen.any() else 0  # an earlier one carries the line to the left edge
    x, y = broken(ago[first:], values[first:])
    axis = y_axis(chart, values[seen], signal)
    span_s = shown.end - shown.begin
    put = placed(on_chart(marks, key), shown.begin, shown.end, plot_px)
    under = under_names(x, put, -span_s, span_s / plot_px)
    limits = [limit for limit in (signal.warn, signal.critical) if limit is not None]
    return Trace(
        x, y, alone(y), signal.own_normal, signal.warn, signal.critical, axis, shown.axis(plot_px),
        marks=put, named_low=free_below(y[under], axis, limits),
    )  # fmt: skip


def under_names(x: Floats, marks: Sequence[Placed], begin: float, per_px: float) -> NDArray[np.bool_]:
    """[m] which samples lie at the times that the marks' names cover, on a plot that begins at `begin` of its x."""
    under = np.zeros(x.shape, dtype=np.bool_)
    for mark in marks:
        left = begin + mark.text_px * per_px
        under |= (x >= left) & (x <= left + CHAR_PX * len(mark.text) * per_px)
    return under


def free_below(y: Floats, axis: YAxis, limits: Sequence[float]) -> bool:
    """Whether names hide less at the foot of a plot than at its top: of `y`, the line where they are written, and of
    the limits; where neither hides anything, the foot: the strips of injected faults are there."""
    held = y[np.isfinite(y)]
    edge = NAMES_SHARE * (axis.high - axis.low)
    low, high = axis.low + edge, axis.high - edge
    crossed = any(high < limit <= axis.high for limit in limits) - any(axis.low <= limit < low for limit in limits)
    hidden = 0.0 if not held.size else float((held > high).mean() - (held < low).mean())
    return hidden + LIMIT_WORTH * crossed >= 0


def broken(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The same samples with a NaN put into every pause longer than max(15 s, 3 × the median spacing)."""
    if x.size < 2:
        return x, y
    spacing = np.diff(x)
    after = np.flatnonzero(spacing > longest_step(spacing)) + 1
    return np.insert(x, after, x[after - 1]), np.insert(y, after, np.nan)


def longest_step(spacing: Floats) -> float:
    """The longest time between two samples over which the line goes on, given all such times."""
    return max(LEAST_GAP_S, GAP_SPACINGS * float(np.median(spacing))) if spacing.size else LEAST_GAP_S


def alone(y: Floats) -> NDArray[np.bool_]:
    """Where a value has no neighbour to draw a line to."""
    held = np.isfinite(y)
    padded = np.pad(held, 1)
    return held & ~padded[:-2] & ~padded[2:]
