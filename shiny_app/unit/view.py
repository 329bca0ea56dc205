"""The Unit page: one unit's score, why it is what it is, what to do about it, its story over time, the unit against
itself and beside another one, its live charts, and its newest samples.
"""

from math import inf

from htmltools import Tag, TagList, tags

from connected_ops.read_model import UnitView
from shiny_app.live.slots import Slots, Value
from shiny_app.shell.components import card, options, picker_of, pill_class, silent_for
from shiny_app.shell.format import ago, duration, number, quantity, when
from shiny_app.unit.compare import compare_card
from shiny_app.unit.decision import decision_card, decision_fields, headline
from shiny_app.unit.journey import journey_card, journey_fields
from shiny_app.unit.refused import now_parts, refused_fields, refused_list
from shiny_app.unit.samples import sample_fields, samples_card
from shiny_app.unit.service import service_part
from shiny_app.unit.signal_charts import chart_cards, chart_fields, charted, drift_card
from shiny_app.unit.story_card import timeline_card
from shiny_app.unit.why import why_card, why_fields


def unit_fields(view: UnitView, pickable: tuple[str, ...]) -> dict[str, Value]:
    """Every live value of the page; `pickable` are the ids that the picker offers."""
    row = view.row
    silent, reason = row.freshness == "silent", row.reason
    said = ", ".join(filter(None, (row.band, silent_for(row.freshness, row.silence_s))))
    lead = None if silent else headline(view)
    fields: dict[str, Value] = {
        "unit.about": " · ".join(filter(None, (row.name, row.site, row.class_label))),
        "unit.hours": "" if view.run_hours is None else quantity(view.run_hours, "engine hours", 1),
        "unit.score": number(row.score),
        "unit.pill": said,
        "unit.pill.class": pill_class(row),
        "unit.lead": lead[0] if lead else reason,
        "unit.limit": lead[1] if lead else "",
        "unit.limit.hidden": None if lead else "",
        "unit.reason": reason if lead else "",
        "unit.reason.hidden": None if lead and reason else "",
        "unit.heard": f"{row.source.capitalize()} · {heard(view)}",
        "unit.regime": f"Now: {view.regime.partition(',')[0]}" if view.regime and not silent else "",
        "unit.learning": learning(view.learning_s),
        "unit.learning.hidden": None if view.learning_s > 0 else "",
    }
    fields |= options("picker", pickable, row.vehicle_id)
    fields |= why_fields(view, row.band.lower()) | decision_fields(view) | refused_fields(view)
    return fields | chart_fields(view) | sample_fields(view) | journey_fields(None)


def heard(view: UnitView) -> str:
    """When the unit was last heard; of a silent one also what that means for what is shown."""
    if view.row.freshness != "silent":
        return f"last heard {ago(view.row.silence_s)}"
    since = when(view.at - view.row.silence_s, view.at)
    return f"silent since {since}; score and charts are as they were then, until it reports again"


def learning(seconds: float) -> str:
    """The line of the grace period; in whole minutes, so that it does not tick."""
    if not 0 < seconds < inf:
        return ""
    left = duration(seconds) if seconds < 60 else f"{-(-seconds // 60):.0f} min"
    return f"In the grace period: learning this unit's normal, {left} left"


def structure(view: UnitView) -> str:
    """What the body's elements depend on beside its values; another one needs another body."""
    fitted = [signal.key for signal in view.signals if signal.fitted]
    return " ".join(fitted if view.drift is None else [*fitted, view.drift.key])


def unit_page(view: UnitView, fields: dict[str, Value]) -> TagList:
    """The page's body."""
    slots = Slots(fields)
    return TagList(
        tags.div(
            score_card(slots, view),
            decision_card(slots),
            why_card(slots),
            card("Now", values_part(slots, view), class_="now-card"),
            class_="standing-row",
        ),
        timeline_card(slots),
        drift_card(slots, view),
        compare_card(slots),
        chart_cards(slots, view),
        journey_card(slots, view),
        samples_card(slots, view),
    )


def score_card(slots: Slots, view: UnitView) -> Tag:
    """Who it is and how it stands."""
    unit = view.row.vehicle_id
    picker = picker_of(slots, "picker", tags.select(id="unit-picker", data_go_to_unit=""))
    return tags.section(
        tags.header(
            tags.div(
                tags.h1(unit, tabindex="-1"), slots.text("unit.about", make=tags.div, class_="note"), class_="who"
            ),
            tags.div(slots.text("unit.pill", slots.bind(class_="unit.pill.class")), class_="aside"),
        ),
        tags.div(
            tags.div(
                slots.text("unit.score", make=tags.div, class_="score", data_testid="unit-risk"),
                tags.div("risk of 100", class_="note"),
            ),
            tags.div(
                slots.text("unit.lead", make=tags.div, class_="reason"),
                slots.text("unit.limit", slots.bind(hidden="unit.limit.hidden"), make=tags.div, class_="note"),
                slots.text("unit.reason", slots.bind(hidden="unit.reason.hidden"), make=tags.div, class_="because"),
                slots.text("unit.hours", make=tags.div, class_="note"),
                slots.text("unit.heard", make=tags.div, class_="note"),
                slots.text("unit.regime", make=tags.div, class_="note"),
                slots.text(
                    "unit.learning", slots.bind(hidden="unit.learning.hidden"), make=tags.div, class_="note learning"
                ),
            ),
            class_="standing",
        ),
        values_part(slots, view),
        refused_list(slots),
        service_part(slots),
        tags.footer(tags.label("Switch unit", **{"for": "unit-picker"}), *picker),
        class_="card unit-card",
    )


def values_part(slots: Slots, view: UnitView) -> Tag:
    """The newest value of each signal that is charted further down: in the unit's own card, or where there is nothing
    to do in one of its own beside it."""
    values = (
        tags.div(tags.dt(signal.label), tags.dd(now_parts(slots, signal.key)))
        for signal in charted(view)
        if signal.fitted
    )
    return tags.dl(*values, class_="newest-values")
