"""The charts of the unit page, and the arithmetic of their axes: which steps a y axis moves in, which sizes exist.

All pure. Axes and sizes move in steps, so that a frame once drawn holds for minutes and serves many units and sessions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Literal

import numpy as np

from connected_ops.read_model import CHART_ROWS, OTHER_SIGNALS, QUANTITY_OF, AxisRow, ChartRow, SignalView, UnitView
from shiny_app.charts.palette import Theme
from shiny_app.shell.format import number

Scale = Literal[1, 2]

SPAN_S = 600.0
"""Seconds of a unit's newest samples that a chart shows."""

HEIGHT = 180
WIDTHS = tuple(range(240, 1921, 80))  # the last fills a card on a wall's screen
WARM_WIDTHS = (560, 480)  # of a card on a screen 1440 and 1280 wide
DEFAULT_WIDTH = 560
"""Sizes in CSS pixels; `Scale` is the screen's pixels for each of them."""

LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 46, 6, 9, 26
"""Margins in CSS pixels, the same for every chart: charts under each other share their x axis to the pixel."""

MOST_STEPS = 5
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Chart:
    """How one signal is drawn: `steps` its y axis may tick in, in the signal's unit, smallest first.

    A limit joins the axis when the data comes within `reach` of it, so that a far one does not flatten the line.
    `resting` is the axis of a chart without data or band; `least_span` keeps noise from filling the plot. `from_zero`
    for amplitudes, which are read as heights.
    """

    key: str
    steps: tuple[float, ...]
    reach: float
    least_span: float
    resting: tuple[float, float]
    from_zero: bool


def _chart(key: str, row: ChartRow, axis: AxisRow) -> Chart:
    return Chart(key, axis.steps, axis.reach, axis.least_span, axis.resting, row.from_zero)


CHARTS: tuple[Chart, ...] = tuple(_chart(key, row, row) for key, row in CHART_ROWS.items())

BY_KEY: dict[str, Chart] = {chart.key: chart for chart in CHARTS}

METRIC: dict[str, Chart] = {key: _chart(key, row, row.metric) for key, row in CHART_ROWS.items() if row.metric}
"""The rows of signals that are shown in metric units."""


DRAWN: tuple[str, ...] = tuple(dict.fromkeys((*BY_KEY, *OTHER_SIGNALS)))
"""The signals of which there is a chart."""

_STEPS = tuple(float(f"{lead}e{power}") for power in range(-3, 6) for lead in (1, 2, 5))


def chart_of(signal: SignalView) -> Chart:
    """How a signal is drawn, in the unit that it is shown in; KeyError where there is no chart of it."""
    if signal.key not in BY_KEY:
        digit = 10.0**-signal.decimals
        steps = tuple(step for step in _STEPS if step >= digit)
        return Chart(signal.key, steps, 0.0, 5 * digit, (0.0, 10 * digit), False)
    metric = signal.uom != QUANTITY_OF[signal.key].uom
    return METRIC[signal.key] if metric and signal.key in METRIC else BY_KEY[signal.key]


@dataclass(frozen=True, slots=True)
class YAxis:
    """Limits and tick step in the signal's unit; the limits are multiples of half a step, the ticks of a whole one.

    `signed` for differences, whose ticks say the direction.
    """

    low: float
    high: float
    step: float
    signed: bool = False

    def ticks(self) -> list[float]:
        """The tick values, low to high."""
        first, last = ceil(self.low / self.step - ROUNDING), floor(self.high / self.step + ROUNDING)
        return [round(i * self.step, 6) for i in range(first, last + 1)]

    def labels(self) -> list[str]:
        """What is written beside the ticks, with as many decimals as the step needs."""
        decimals = next((digits for digits in range(4) if round(self.step, digits) == self.step), 4)
        return [_signed(number(tick, decimals), tick if self.signed else 0) for tick in self.ticks()]


@dataclass(frozen=True, slots=True)
class XAxis:
    """Limits in seconds from now (0), and the ticks with what is written under them, left to right."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]


def minutes(live: bool) -> XAxis:
    """The axis of the newest ten minutes; `live` tells whether its right edge may be called now."""
    now = "now" if live else "last sample"
    return XAxis(-SPAN_S, 0.0, ((-SPAN_S, "10 min ago"), (-SPAN_S / 2, "5 min"), (0.0, now)))


@dataclass(frozen=True, slots=True)
class FrameSpec:
    """All that a frame depends on. `width` and `height` are in CSS pixels."""

    width: int
    scale: Scale
    theme: Theme
    axis: YAxis
    x: XAxis
    height: int = HEIGHT


def stepped(chart: Chart, low: float, high: float) -> YAxis:
    """The axis with the smallest step that holds [low, high] in at most MOST_STEPS steps.

    Non-negative data never gets a negative axis. A span that no step holds takes the widest step and more of them.
    """
    if chart.from_zero:
        low = min(0.0, low)
    lacking = chart.least_span - (high - low)
    if lacking > 0:
        bottom = low - lacking / 2
        low = max(0.0, bottom) if low >= 0 else bottom
        high = low + chart.least_span
    return in_steps(low, high, chart.steps)


def in_steps(low: float, high: float, steps: Sequence[float], *, signed: bool = False) -> YAxis:
    """The axis with the smallest of `steps` that holds [low, high] in at most MOST_STEPS of them, else the widest."""
    bounds = [
        (floor(low / half + ROUNDING) * half, ceil(high / half - ROUNDING) * half, 2 * half)
        for half in (step / 2 for step in steps)
    ]
    fitting = (bound for bound in bounds if bound[1] - bound[0] <= MOST_STEPS * bound[2] + ROUNDING)
    bottom, top, step = next(fitting, bounds[-1])
    return YAxis(round(bottom, 6), round(top, 6), step, signed)


def _signed(text: str, value: float) -> str:
    return f"+{text}" if value > 0 else text


def y_axis(chart: Chart, shown: np.ndarray, signal: SignalView) -> YAxis:
    """The axis that holds the `shown` values (NaN ignored), the unit's own normal band, and the limits within reach."""
    finite = shown[np.isfinite(shown)]
    held = [*(signal.own_normal or ())]
    if finite.size:
        top = float(finite.max())
        held += [float(finite.min()), top]
        held += [limit for limit in (signal.warn, signal.critical) if limit is not None and limit - top <= chart.reach]
    if not held:
        held = [*chart.resting]
    return stepped(chart, min(held), max(held))


def stepped_width(wanted: int) -> int:
    """The widest of WIDTHS that fits into `wanted` CSS pixels, or the narrowest there is."""
    return max((width for width in WIDTHS if width <= wanted), default=WIDTHS[0])


def plot_width(width: int) -> int:
    """The width between the margins."""
    return width - LEFT_PX - RIGHT_PX


def drawable(view: UnitView, key: str) -> bool:
    """Whether there is a chart of that signal for this unit: one of DRAWN, and a signal it has sent."""
    return key in DRAWN and any(signal.key == key and signal.fitted for signal in view.signals)
