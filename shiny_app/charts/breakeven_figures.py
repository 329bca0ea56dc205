"""The figures of a break-even chart, and the arithmetic of its lines and axes. All pure."""

from dataclasses import dataclass
from math import ceil, floor, log10

from shiny_app.charts.axes import Scale
from shiny_app.charts.palette import Theme

HEIGHT = 260
"""CSS pixels; widths are those of the other charts."""

TALLEST_STEPS = 4
HEADROOM = 1.08
LEAST_TOP = 100
"""Dollars that the axis reaches where nothing costs anything: ticks are whole dollars."""


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Acting now against waiting, over the chance of failing: all that the chart shows, and so all that it depends on.

    `act`, `fails` and `holds` are whole dollars: acting now, waiting when it fails, waiting when it holds. `chance` and
    the `assumed` range (low, high; None: none is known) are shares 0..1. `width` is in CSS pixels.
    """

    act: int
    fails: int
    holds: int
    chance: float
    assumed: tuple[float, float] | None
    width: int
    scale: Scale
    theme: Theme

    def wait(self, chance: float) -> float:
        """What waiting costs on average at that chance of failing."""
        return chance * self.fails + (1 - chance) * self.holds

    @property
    def crossing(self) -> float | None:
        """The chance at which both cost the same; None where the lines do not cross in 0..1."""
        if self.fails == self.holds:
            return None
        at = (self.act - self.holds) / (self.fails - self.holds)
        return at if 0 <= at <= 1 else None


def dollar_ticks(most: float) -> list[float]:
    """Ticks from 0 in steps of 1, 2 or 5 times a power of ten: the finest of at most TALLEST_STEPS that reach most."""
    least_step = most / TALLEST_STEPS
    power = 10.0 ** floor(log10(least_step))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least_step * (1 - 1e-9))
    return [index * step for index in range(ceil(most / step - 1e-9) + 1)]


def top_of(figures: BreakEven) -> float:
    """Where the dollar axis ends: above all that is drawn."""
    return max(figures.act, figures.fails, figures.holds, LEAST_TOP) * HEADROOM


def percent(share: float) -> str:
    """0.167 -> "16.7 %", 0.55 -> "55 %": to a tenth, as the formula says it."""
    return f"{share * 100:.1f}".removesuffix(".0") + " %"
