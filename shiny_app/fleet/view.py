"""The Fleet page: what needs a decision and what that saves, every unit worst first, and what happened."""

from collections.abc import Sequence
from math import isfinite

import numpy as np
from htmltools import Tag, TagList, svg, tags

from connected_ops.read_model import EpisodeView, FleetSnapshot, OddReadings, Span, UnitRow
from shiny_app.charts.sparkline import sparkline_path
from shiny_app.fleet.tools import none_found, pager, sort_head, strip, tools
from shiny_app.insights.feed import feed_card, feed_fields
from shiny_app.live.slots import KEY, Slots, Value, flat
from shiny_app.shell.components import (
    WAIT,
    card,
    csv_link,
    figure,
    nav_href,
    nav_link,
    pill_class,
    pill_text,
    send_example,
    silent_for,
)
from shiny_app.shell.format import ago, count, dollars, number, span
from shiny_app.unit.service import visit_in_short

SPARK_WIDTH, SPARK_HEIGHT = 132, 24

CALM_SHARE = 0.1
"""A range below this share of the signal's own size is drawn lower than full height: noise should look like noise."""


def fleet_fields(
    snapshot: FleetSnapshot, rows: Sequence[UnitRow], episodes: Sequence[EpisodeView], odd: Sequence[OddReadings] = ()
) -> dict[str, Value]:
    """Every live value of the page."""
    loop = snapshot.loop
    at_risk = loop.high + loop.medium
    mixed = len({row.source for row in rows}) > 1
    fields: dict[str, Value] = {
        "fleet.units": number(loop.units),
        "fleet.risk": number(at_risk),
        "fleet.risk.class": "none" if not at_risk else "high" if loop.high else "medium",
        "fleet.spoken": number(loop.spoken),
        "fleet.spoken.note": (
            f"{'time' if loop.spoken == 1 else 'times'} about a machine; fixed limits raised "
            f"{count(loop.fixed_alarms, 'alarm')}"
        ),
        "units": tuple(row.vehicle_id for row in rows),
    }
    fields |= money_fields(loop.deciding, loop.act_usd, loop.wait_usd, loop.saved_usd)
    fields |= lead_fields(snapshot, episodes)
    of: dict[str, list[EpisodeView]] = {}
    for each in episodes:
        of.setdefault(each.vehicle_id, []).append(each)
    for row in rows:
        visit = visit_in_short(row.service, of.get(row.vehicle_id, []), snapshot.at)
        fields |= flat(f"units/{row.vehicle_id}", row_fields(row, mixed))
        fields |= flat(f"units/{row.vehicle_id}", {"visit": visit, "visit.hidden": None if visit else ""})
    return fields | feed_fields(episodes, snapshot.at, odd)


def money_fields(deciding: int, act: float, wait: float, saved: float, *, own: bool = False) -> dict[str, Value]:
    """The first figure of the headline; `own` where it stands on a session's own assumptions."""
    paid = round(wait) - round(saved)  # of rounded figures only two are free, or the sum would be off by a dollar
    acting = f"saved by acting now: {dollars(paid)} instead of {dollars(wait)} expected"
    told = acting if wait else WAIT if deciding else "nothing to act on"
    need = count(deciding, "unit needs", "units need") if deciding else "No unit needs"
    return {
        "fleet.deciding": f"{need} a decision",
        "fleet.saved": dollars(saved),
        "fleet.saved.note": f"{told}, by your assumptions" if own else told,
    }


def lead_fields(snapshot: FleetSnapshot, episodes: Sequence[EpisodeView]) -> dict[str, Value]:
    """How long before the maker's limit the first unit was named: the shortest time to a limit in the fleet."""
    middle = snapshot.to_limit[:, 1]
    if not np.isfinite(middle).any():
        return {"fleet.lead": "None due", "fleet.lead.note": "no unit is on its way to a limit"}
    at = int(np.nanargmin(middle))
    low, middle_s, high = (float(edge) for edge in snapshot.to_limit[at])
    unit = snapshot.vehicle_ids[at]
    modes = [each.mode_label for each in episodes if each.open and each.vehicle_id == unit and each.to_limit_s]
    where = f"{unit}, {modes[0].lower()}" if modes else unit
    return {"fleet.lead": span((low, middle_s, high)), "fleet.lead.note": where}


def row_fields(row: UnitRow, mixed: bool) -> dict[str, Value]:
    """The live values of one line; `mixed` where units of more than one source are shown, so that each says its own."""
    silent = silent_for(row.freshness, row.silence_s)
    named = " · ".join(filter(None, (row.name, row.site)))
    height = spark_height(row.spark)
    about = [
        row.class_label,
        *([row.source] if mixed else []),
        *([ago(row.silence_s)] if row.freshness == "late" else []),
    ]
    return {
        "id": row.vehicle_id,
        "href": nav_href("unit", row.vehicle_id),
        "class": " · ".join(about),
        "name": named,
        "name.hidden": None if named else "",
        "pill": pill_text(row),
        "pill.class": pill_class(row),
        "silent": silent,
        "silent.hidden": None if silent else "",
        "why": row.reason,
        "spark": sparkline_path(row.spark, SPARK_WIDTH, height),
        "spark.place": f"translate(0 {(SPARK_HEIGHT - height) / 2:.1f})",
        "spark.class": f"spark {row.band.lower()}",
        "spark.label": row.spark_label,
        "limit": span(row.to_limit_s),
        "limit.class": known(row.to_limit_s),
        "saved": dollars(row.saved_usd),
        "saved.class": known(row.saved_usd),
    }


def known(value: Span | float | None) -> str:
    """The style of a cell: what is absent stands back."""
    return "unknown" if value is None else "known"


def spark_height(values: Sequence[float]) -> float:
    """How much of the height a sparkline takes: all of it only where the signal really moves."""
    finite = [value for value in values if isfinite(value)]
    if not finite:
        return SPARK_HEIGHT
    low, high = min(finite), max(finite)
    calm = CALM_SHARE * max(abs(low), abs(high))
    return SPARK_HEIGHT * min(1.0, (high - low) / calm) if calm else SPARK_HEIGHT


def fleet_page(fields: dict[str, Value], origin: str) -> TagList:
    """The page's body."""
    slots = Slots(fields)
    units = nothing_yet(slots, origin) if fields["fleet.units"] == "0" else table(slots)
    return TagList(headline(slots), tags.div(units, feed_card(slots), class_="beside"))


def headline(slots: Slots) -> Tag:
    """Dollars first, then how seldom we spoke, then how early."""
    return tags.section(
        tags.h1("Fleet", class_="unseen", tabindex="-1"),
        figure(
            slots.text("fleet.deciding"),
            slots.text("fleet.saved", data_testid="fleet-saved"),
            slots.text("fleet.saved.note"),
        ),
        figure("Spoken, not shouted", slots.text("fleet.spoken"), slots.text("fleet.spoken.note")),
        figure("First warning ahead of the maker's lamp", slots.text("fleet.lead"), slots.text("fleet.lead.note")),
        class_="card summary fleet-summary",
    )


def at_risk(slots: Slots) -> TagList:
    """ "Units at risk 2 of 12"."""
    return TagList(
        "Units at risk ",
        slots.text("fleet.risk", slots.bind(class_="fleet.risk.class"), data_testid="units-at-risk"),
        " of ",
        slots.text("fleet.units", data_testid="units-count"),
    )


_COLUMNS = (
    ("unit", {"unit": "Unit", "class": "Class", "heard": "Heard"}),
    ("risk", {"risk": "Risk"}),
    ("why", "Why"),
    ("signal", "Signal that matters"),
    ("limit", {"limit": "To the limit"}),
    ("saved", {"saved": "Saved by acting now"}),
)
"""Each column with the name in its head, or with the orders that its head offers."""


def table(slots: Slots) -> Tag:
    """The units with what finds them. Roles are written out because the phone's layout takes them from the elements."""

    def head(column: str, named: str | dict[str, str]) -> Tag:
        if isinstance(named, str):
            return tags.th(named, class_=column, scope="col", role="columnheader")
        sorts = slots.bind(aria_sort=f"sorted.{column}")
        return tags.th(sorts, sort_head(slots, column, named), class_=column, scope="col", role="columnheader")

    heads = tags.tr(*(head(column, named) for column, named in _COLUMNS), role="row")
    body, skeleton = slots.each("units", tags.tbody(role="rowgroup"), table_row)
    return card(
        slots.text("fleet.title"),
        tools(slots),
        strip(slots),
        none_found(slots),
        tags.table(
            slots.bind(hidden="fleet.table.hidden"),
            tags.caption(slots.text("fleet.title"), class_="unseen"), tags.thead(heads, role="rowgroup"), body,
            class_="units", role="table",
        ),
        skeleton,
        pager(slots),
        aside=TagList(
            at_risk(slots),
            csv_link("Units", slots.bind(href="fleet.csv"), data_testid="csv-fleet"),
        ),
        class_="flush units-card",
        id="units",
    )  # fmt: skip


def table_row(slots: Slots) -> Tag:
    """One unit's line; its link covers the whole line."""
    spark = svg.svg(
        slots.bind(class_="spark.class"),
        svg.path(slots.bind(d="spark", transform="spark.place")),
        viewBox=f"0 0 {SPARK_WIDTH} {SPARK_HEIGHT}",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
    return tags.tr(
        tags.td(
            nav_link(slots.bind(href="href"), slots.text("id"), class_="unit-link"),
            slots.text(
                "name", slots.bind(hidden="name.hidden", title="name"), make=tags.div, class_="note unit-name"
            ),
            slots.text("class", make=tags.div, class_="note"),
            class_="unit", role="cell",
        ),
        tags.td(
            slots.text("pill", slots.bind(class_="pill.class")),
            tags.span(
                slots.bind(hidden="silent.hidden"), tags.span(", ", class_="unseen"), slots.text("silent"),
                class_="note silent-for",
            ),
            class_="risk", role="cell",
        ),
        tags.td(
            slots.text("why"),
            slots.text("visit", slots.bind(hidden="visit.hidden"), make=tags.div, class_="note visit"),
            class_="why", role="cell",
        ),
        tags.td(spark, slots.text("spark.label", make=tags.div, class_="note"), class_="signal", role="cell"),
        tags.td(slots.text("limit", slots.bind(class_="limit.class")), class_="limit", role="cell"),
        tags.td(slots.text("saved", slots.bind(class_="saved.class")), class_="saved", role="cell"),
        data_testid=f"unit-row-{KEY}",
        role="row",
    )  # fmt: skip


def nothing_yet(slots: Slots, origin: str) -> Tag:
    """What stands where no unit has reported."""
    return tags.section(
        tags.h2("No unit has reported yet"),
        tags.p("Send a first sample, and its unit appears here by itself:"),
        send_example(origin),
        tags.p(at_risk(slots), class_="note"),
        class_="card message",
    )
