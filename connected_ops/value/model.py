"""Acting now against waiting, in whole dollars. Pure: assumptions and an episode's figures in, money out.

act  = repair in time + labour on its wrench hours + planned days x day cost, and extra days where there is no time to
       plan
wait = chance x (late repair + labour on its wrench hours + call-out or tow, never both + unplanned days x day cost)
       + (1 - chance) x cost of waiting where it holds

Every part is rounded to the dollar before it is added, so that the sums on the page can be checked on paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import isnan

from connected_ops.machines.mode import MODES
from connected_ops.machines.unit_class import BY_KEY, UnitClass
from connected_ops.signals.limits import LIMITED
from connected_ops.value.assumptions import Assumptions
from connected_ops.value.formula import Sum, lines

LONGEST_LEAD_H = 10_000.0


@dataclass(frozen=True, slots=True)
class Money:
    """Acting now against waiting, for one episode, in dollars.

    `wait_usd` = chance x `fails_usd` + (1 - chance) x `holds_usd`, `saved_usd` = wait - act, with the low and the high
    of the assumptions around it. `break_even` is the chance at which both cost the same (None: they never do in 0..1,
    so acting pays at every chance or at none). `counted` is False where another episode of the same unit is already
    counted, one stop in the yard serves both, and where waiting is cheaper. `formula` shows the sum with its numbers,
    line by line. `chance_low` and `chance_high` are the chance at the ends of its assumption.
    """

    act_usd: float
    wait_usd: float
    saved_usd: float
    saved_low_usd: float
    saved_high_usd: float
    chance: float
    fails_usd: float
    holds_usd: float
    break_even: float | None
    counted: bool
    formula: tuple[str, ...]
    chance_low: float
    chance_high: float


@dataclass(frozen=True, slots=True)
class Total:
    """The fleet's money: the sums over `decisions` that are counted, so act + saved = wait; `units` is how many."""

    act_usd: float
    wait_usd: float
    saved_usd: float
    saved_low_usd: float
    saved_high_usd: float
    units: int
    decisions: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Priced:
    """What has a price. `stop`: it takes a stop in the shop, which a talk with a driver does not; `can_wait`: there is
    always time to plan that. `early` and `late` say what the money goes for."""

    stop: bool = True
    can_wait: bool = False
    early: str = "repair in time"
    late: str = "late repair"


PRICED: dict[str, Priced] = {
    **{
        key: Priced(price.stop, price.can_wait, price.early_words, price.late_words)
        for mode in MODES
        for key, price in mode.row.prices.items()
    },
    **({"limits": Priced()} if LIMITED else {}),
}
"""By the end of its assumptions' keys: the failure modes, and what a mode's file prices apart."""


@dataclass(frozen=True, slots=True)
class _Corner:
    """The assumptions of one mode and class at the ends that favour waiting, or acting.

    `labour`, `day` and `chance` stand on both sides of the sum: which end favours what depends on the others.
    """

    early: float
    hours_early: float
    planned_days: float
    extra_days: float
    plan_h: float
    late: float
    hours_late: float
    unplanned_days: float
    holds: float
    labour: tuple[float, float]
    day: tuple[float, float]
    chance: tuple[float, float]

    def saved(self, p: float, lead_h: float | None, sign: int) -> float:
        """The least (sign -1) or the greatest (sign 1) saving. Linear in each number, so an end of each holds it."""
        days_act = self.planned_days + _unplanned_share(lead_h, self.plan_h) * self.extra_days
        found = []
        for if_ignored in self.chance:
            chance = _share(if_ignored * p)
            rest = chance * self.late + (1 - chance) * self.holds - self.early
            hours = chance * self.hours_late - self.hours_early
            days = chance * self.unplanned_days - days_act
            found.append(rest + hours * self.labour[hours * sign > 0] + days * self.day[days * sign > 0])
        return max(found) if sign > 0 else min(found)


@dataclass(frozen=True, slots=True)
class _Prices:
    """What does not depend on an episode's p and lead time."""

    sum: Sum
    low: _Corner
    high: _Corner


def decide(assumptions: Assumptions, mode: str, class_key: str, p: float, lead_s: float | None) -> Money:
    """Acting now against waiting for an episode of that failure mode on a unit of that class.

    `p` is 0..1; `lead_s` the time to the limit in seconds (None or NaN: nobody knows, so no time to plan is claimed).
    The chance is p x the mode's chance if ignored: it fails only if the fault is real, and then ignored for too long;
    p grows with the severity. p is taken to 0.1 % and the lead time to 0.1 h, so that what is shown does not flicker.
    Raises ValueError for a p outside 0..1 and for a mode or class without a price.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p is 0 to 1, not {p!r}.")
    if mode in PRICED and PRICED[mode].can_wait:
        lead_s = LONGEST_LEAD_H * 3600
    lead_h = None if lead_s is None or isnan(lead_s) else round(min(max(lead_s / 3600, 0.0), LONGEST_LEAD_H), 1)
    return _decide(assumptions, mode, class_key, _share(p), lead_h)


@lru_cache(maxsize=4096)  # an assessment asks again about every open episode, and few have moved
def _decide(assumptions: Assumptions, mode: str, class_key: str, p: float, lead_h: float | None) -> Money:
    prices = _prices(assumptions, mode, class_key)
    known = prices.sum
    chance = _share(known.if_ignored * p)
    unplanned = _unplanned_share(lead_h, known.plan_hours)
    act = known.early_usd + float(round(known.extra_usd * unplanned))
    fails, holds = known.fails_usd, known.holds_usd
    failing, holding = float(round(chance * fails)), float(round((1 - chance) * holds))
    wait = failing + holding
    saved = wait - act
    break_even = _crossing(act, fails, holds)
    return Money(
        act_usd=act,
        wait_usd=wait,
        saved_usd=saved,
        saved_low_usd=min(saved, float(round(prices.low.saved(p, lead_h, -1)))),
        saved_high_usd=max(saved, float(round(prices.high.saved(p, lead_h, 1)))),
        chance=chance,
        fails_usd=fails,
        holds_usd=holds,
        break_even=break_even,
        counted=saved > 0,
        formula=lines(known, p, chance, lead_h, unplanned, act, failing, holding, break_even),
        chance_low=_share(prices.low.chance[0] * p),
        chance_high=_share(prices.low.chance[1] * p),
    )


def total(decisions: Sequence[tuple[str, Money]]) -> Total:
    """The fleet's money from (unit, decision) pairs, with nothing counted twice.

    Of each unit the decision that saves most counts, the first of equals. Where even that one saves nothing, waiting is
    the better choice: nobody is advised to act, so the unit is in no sum. `decisions` come back in their order.
    """
    best: dict[str, int] = {}
    for at, (unit, money) in enumerate(decisions):
        if money.saved_usd > 0 and (unit not in best or money.saved_usd > decisions[best[unit]][1].saved_usd):
            best[unit] = at
    chosen = set(best.values())
    marked = tuple(
        money if money.counted == (at in chosen) else replace(money, counted=at in chosen)
        for at, (_, money) in enumerate(decisions)
    )
    counted = [money for money in marked if money.counted]
    return Total(
        act_usd=sum(money.act_usd for money in counted),
        wait_usd=sum(money.wait_usd for money in counted),
        saved_usd=sum(money.saved_usd for money in counted),
        saved_low_usd=sum(money.saved_low_usd for money in counted),
        saved_high_usd=sum(money.saved_high_usd for money in counted),
        units=len(counted),
        decisions=marked,
    )


@lru_cache(maxsize=256)
def _prices(assumptions: Assumptions, mode: str, class_key: str) -> _Prices:
    if mode not in PRICED or class_key not in BY_KEY:
        raise ValueError(f"There is no price for {mode!r} on {class_key!r}.")
    kind, priced = BY_KEY[class_key], PRICED[mode]
    known = Sum(
        early=assumptions[f"early_{mode}"],
        late=assumptions[f"late_{mode}"],
        holds=assumptions[f"holds_{mode}"],
        if_ignored=assumptions[f"chance_{mode}"] / 100,
        stop=priced.stop,
        early_of=priced.early,
        late_of=priced.late,
        hours_early=assumptions["hours_early"],
        hours_late=assumptions["hours_late"],
        labour=assumptions["labour"],
        planned_days=assumptions["planned_days"],
        unplanned_days=assumptions["unplanned_days"],
        extra_days=assumptions["extra_days"],
        plan_hours=assumptions["plan_hours"],
        day=assumptions[kind.day],
        day_words=kind.day_words,
        help=tuple(assumptions[key] for key in kind.help),
        tow_share=assumptions["tow_share"] / 100,
    )
    return _Prices(known, _corner(assumptions, mode, kind, worse=0), _corner(assumptions, mode, kind, worse=1))


def _corner(assumptions: Assumptions, mode: str, kind: UnitClass, worse: int) -> _Corner:
    """The corner with what waiting costs at its low (`worse` 0) or at its high (1), and what acting costs at the
    other."""

    def waiting(key: str) -> float:
        return assumptions.span(key)[worse]

    def acting(key: str) -> float:
        return assumptions.span(key)[1 - worse]

    stop = float(PRICED[mode].stop)
    chances = assumptions.span(f"chance_{mode}")
    helps = [waiting(key) for key in kind.help]
    shares = [share / 100 for share in assumptions.span("tow_share")]
    helped = [(1 - share) * helps[0] + share * helps[-1] for share in shares]
    return _Corner(
        early=acting(f"early_{mode}"),
        hours_early=acting("hours_early") * stop,
        planned_days=acting("planned_days") * stop,
        extra_days=acting("extra_days") * stop,
        plan_h=acting("plan_hours"),
        late=waiting(f"late_{mode}") + stop * (max(helped) if worse else min(helped)),
        hours_late=waiting("hours_late") * stop,
        unplanned_days=waiting("unplanned_days") * stop,
        holds=waiting(f"holds_{mode}"),
        labour=assumptions.span("labour"),
        day=assumptions.span(kind.day),
        chance=(chances[0] / 100, chances[1] / 100),
    )


def _share(value: float) -> float:
    """A share to 0.1 %, as it is shown: no figure here is known better."""
    return round(value, 3)


def _unplanned_share(lead_h: float | None, plan_h: float) -> float:
    """How much of the time that a planned stop needs is missing, 0..1."""
    if plan_h <= 0:
        return 0.0
    return 1.0 if lead_h is None else _share(max(0.0, 1 - lead_h / plan_h))


def _crossing(act: float, fails: float, holds: float) -> float | None:
    """The chance at which waiting costs what acting costs; None where that is outside 0..1."""
    if fails == holds:
        return None
    chance = (act - holds) / (fails - holds)
    return chance if 0 <= chance <= 1 else None
