"""The figures of a break-even chart, and the arithmetic of its lines and axes. All pure."""

from dataclasses import dataclass
from math import ceil, floor, log10
from urllib.parse import urlencode

from connected_ops.read_model import Money
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


def figures_query(money: Money) -> str:
    """The chart's figures as its address has them: whole dollars, chances in thousandths."""
    figures = {"act": money.act_usd, "fails": money.fails_usd, "holds": money.holds_usd}
    shares = {"chance": money.chance, "low": money.chance_low, "high": money.chance_high}
    return urlencode(
        {name: round(value) for name, value in figures.items()}
        | {name: round(share * 1000) for name, share in shares.items()}
    )


def of_money(money: Money, width: int, theme: Theme) -> BreakEven:
    """The figures of an episode's money for a file, as whole as the address of an image has them."""
    act, fails, holds = (round(each) for each in (money.act_usd, money.fails_usd, money.holds_usd))
    chance, low, high = (round(each, 3) for each in (money.chance, money.chance_low, money.chance_high))
    return BreakEven(act, fails, holds, chance, (low, high), width, 2, theme)


def dollar_ticks(most: float) -> list[float]:
    """Ticks from 0 in steps of 1, 2 or 5 times a power of ten: the finest of at most TALLEST_STEPS that reach most."""
    least_step = most / TALLEST_STEPS
    power = 10.0 ** floor(log10(least_step))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least_step * (1 - 1e-9))
    return [index * step for index in range(ceil(most / step - 1e-9) + 1)]


def top_of(figures: BreakEven) -> float:
    """Where the dollar axis ends: above all that is drawn."""
    return max(figures.act, figures.fails, figures.holds, LEAST_TOP) * HEADROOM
