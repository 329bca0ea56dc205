"""Insights and what acting on them is worth, as tables."""

from collections.abc import Sequence
from datetime import UTC

from connected_ops.read_model import Cell, EpisodeView, FleetSnapshot, Money, ValueView
from shiny_app.shell import in_units
from shiny_app.tables.sheet import Sheet, figure, iso, without_unit
from shiny_app.value.view import counted

_INSIGHTS = (
    "insight", "vehicle_id", "class", "source", "kind", "mode", "state", "title", "why", "cause", "check", "advice",
    "urgency", "codes", "since_utc", "opened_utc", "acknowledged_utc", "acknowledged_by",
    "silenced_until_utc", "silenced_by", "notes", "closed_utc", "signal", "value", "limit", "uom",
    "chance_of_failing", "to_limit_low_s", "to_limit_middle_s", "to_limit_high_s", "act_now_usd", "wait_usd",
    "saved_usd",
)  # fmt: skip
_CASES = (
    "insight", "vehicle_id", "class", "source", "title", "state", "chance_of_failing", "act_now_usd", "wait_usd",
    "saved_usd", "saved_low_usd", "saved_high_usd", "pays_off_above_chance", "in_the_sum", "formula",
)  # fmt: skip
_ASSUMPTIONS = (
    "assumption", "about", "group", "value", "low", "base", "high", "least", "most", "uom", "changed", "source", "year",
)  # fmt: skip


def insights_sheet(episodes: Sequence[EpisodeView], snapshot: FleetSnapshot, metric: bool) -> Sheet:
    """All episodes that are kept, open and closed, as the page lists them."""
    rows = (_insight(in_units.episode(each, metric, UTC)) for each in episodes)
    return Sheet("insights", snapshot.at, _INSIGHTS, rows)


def _insight(each: EpisodeView) -> Sequence[Cell]:
    low, middle, high = each.to_limit_s or (None, None, None)
    return (
        each.id, each.vehicle_id, each.class_label, each.source, each.kind, each.mode_label, each.state, each.title,
        each.reason, each.cause, each.check, each.advice, each.urgency, "; ".join(each.codes), iso(each.since),
        iso(each.opened_at), iso(each.acknowledged_at), each.acknowledged_by, iso(each.silenced_until),
        each.silenced_by, "; ".join(act.note for act in each.acts if act.note), iso(each.closed_at),
        without_unit(each.signal),
        figure(each.value, 3), figure(each.limit, 3), each.uom, figure(each.p, 3),
        figure(low, 0), figure(middle, 0), figure(high, 0), *_dollars(each.money),
    )  # fmt: skip


def _dollars(money: Money | None) -> Sequence[Cell]:
    """Act now, wait and saved; nothing where an episode has no money."""
    if money is None:
        return (None, None, None)
    return (figure(money.act_usd, 2), figure(money.wait_usd, 2), figure(money.saved_usd, 2))


def cases_sheet(view: ValueView) -> Sheet:
    """Every open insight with its money, under the assumptions that the address changes."""
    rows = (_case(each, each.money) for each in view.episodes if each.money is not None)
    return Sheet("value-cases", view.at, _CASES, rows)


def _case(each: EpisodeView, money: Money) -> Sequence[Cell]:
    return (
        each.id, each.vehicle_id, each.class_label, each.source, each.title, each.state, figure(money.chance, 3),
        *_dollars(money), figure(money.saved_low_usd, 2), figure(money.saved_high_usd, 2),
        figure(money.break_even, 3), counted(money), "; ".join(money.formula),
    )  # fmt: skip


def assumptions_sheet(view: ValueView) -> Sheet:
    """Every assumption where it stands, with who says so."""
    rows = (
        (
            each.key, each.label, each.group, each.value, each.low, each.base, each.high, each.least, each.most,
            each.uom, "yes" if each.changed else "no", each.source, each.year,
        )
        for each in view.assumptions
    )  # fmt: skip
    return Sheet("value-assumptions", view.at, _ASSUMPTIONS, rows)
