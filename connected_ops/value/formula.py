"""The sum behind a decision, in words and with its numbers: what a sceptic checks with pencil and paper."""

from dataclasses import dataclass, field

from connected_ops.value.words import dollars, number, percent, written


@dataclass(frozen=True, slots=True)
class Sum:
    """The figures of one failure mode on one class: dollars, hours, days, shares 0..1.

    `stop` is whether it takes a stop in the shop, `early_of` and `late_of` what the money goes for; `help` is one
    price, or those of a call-out and of a tow that share by `tow_share`. The `*_usd` are whole dollars made of rounded
    parts: `early_usd` acting with time to plan, `extra_usd` more without any, `fails_usd` and `holds_usd` waiting.
    """

    early: float
    late: float
    holds: float
    if_ignored: float
    stop: bool
    early_of: str
    late_of: str
    hours_early: float
    hours_late: float
    labour: float
    planned_days: float
    unplanned_days: float
    extra_days: float
    plan_hours: float
    day: float
    day_words: str
    help: tuple[float, ...]
    tow_share: float
    early_usd: float = field(init=False)
    extra_usd: float = field(init=False)
    fails_usd: float = field(init=False)
    holds_usd: float = field(init=False)
    early_words: str = field(init=False)
    fails_line: str = field(init=False)
    holds_line: str = field(init=False)
    fails_text: str = field(init=False)
    holds_text: str = field(init=False)
    ignored_text: str = field(init=False)

    def __post_init__(self) -> None:
        early = [(self.early_of, self.early, "")]
        fails = [(self.late_of, self.late, "")]
        if self.stop:
            early += [self._labour(self.hours_early), self._days(self.planned_days, "planned")]
            fails += [self._labour(self.hours_late), self._help(), self._days(self.unplanned_days, "unplanned")]
        computed: dict[str, float | str] = {
            "early_usd": _added(early),
            "extra_usd": self.extra_days * self.day * self.stop,
            "fails_usd": _added(fails),
            "holds_usd": float(round(self.holds)),
            "early_words": _words(early),
            "fails_line": f"If it fails: {_words(fails)} = {dollars(_added(fails))}.",
            "fails_text": dollars(_added(fails)),
            "holds_text": dollars(round(self.holds)),
            "ignored_text": percent(self.if_ignored),
            "holds_line": f"If it holds: {dollars(self.holds)} of fuel, derate and wear.",
        }
        for name, value in computed.items():
            object.__setattr__(self, name, value)

    def _labour(self, hours: float) -> tuple[str, float, str]:
        return "labour", hours * self.labour, f"{number(hours)} h × ${number(self.labour)}"

    def _days(self, days: float, which: str) -> tuple[str, float, str]:
        return f"{which} downtime", days * self.day, f"{written(days, 'days')} × ${number(self.day)}, {self.day_words}"

    def _help(self) -> tuple[str, float, str]:
        if len(self.help) == 1:
            return "help on the spot", self.help[0], ""
        callout, tow = self.help
        share = self.tow_share
        how = f"{percent(1 - share)} × ${number(callout)} + {percent(share)} × ${number(tow)}"
        return "call-out or tow", (1 - share) * callout + share * tow, how


def lines(
    known: Sum,
    p: float,
    chance: float,
    lead_h: float | None,
    unplanned: float,
    act: float,
    failing: float,
    holding: float,
    break_even: float | None,
) -> tuple[str, ...]:
    """The whole sum, one step a line; the arguments are those of the decision, `failing` and `holding` the two parts of
    waiting."""
    extra = ""
    if known.stop and unplanned:
        had = "no time to plan is known" if lead_h is None else f"only {number(lead_h)} h are left"
        how = f"{written(known.extra_days, 'days')} × ${number(known.day)} × {percent(unplanned)}"
        why = f"{had}, and planning takes {number(known.plan_hours)} h"
        extra = f" + {dollars(known.extra_usd * unplanned)} extra downtime ({how}: {why})"
    wait = failing + holding
    act_text, wait_text, chance_text = dollars(act), dollars(wait), percent(chance)
    return (
        f"Act now: {known.early_words}{extra} = {act_text}.",
        known.fails_line,
        known.holds_line,
        f"Chance: {known.ignored_text} if ignored × {percent(p)} that it is real = {chance_text}.",
        f"Wait: {chance_text} × {known.fails_text} + {percent(1 - chance)} × {known.holds_text}"
        f" = {dollars(failing)} + {dollars(holding)} = {wait_text}.",
        f"Saved by acting now: {wait_text} − {act_text} = {dollars(wait - act)}"
        + ("." if wait > act else ": waiting costs no more, so acting now is not advised."),
        _pays(known, act, act_text, break_even),
    )


def _pays(known: Sum, act: float, act_text: str, break_even: float | None) -> str:
    if break_even is None:
        always = min(known.fails_usd, known.holds_usd) >= act
        return f"Acting pays at {'every' if always else 'no'} chance of failing."
    way = "above" if known.fails_usd > known.holds_usd else "below"
    sum_ = f"({act_text} − {known.holds_text}) / ({known.fails_text} − {known.holds_text})"
    return f"Acting pays {way} a chance of {sum_} = {percent(break_even)}."


def _added(parts: list[tuple[str, float, str]]) -> float:
    return float(sum(round(value) for _, value, _ in parts))


def _words(parts: list[tuple[str, float, str]]) -> str:
    return " + ".join(f"{dollars(value)} {what}" + (f" ({how})" if how else "") for what, value, how in parts)
