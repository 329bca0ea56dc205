"""The unit page's "Compare": this unit beside a second one of the same class."""

from dataclasses import dataclass

import numpy as np
from htmltools import Tag, tags

from connected_ops.read_model import HOURS_SIGNAL, LOAD_SIGNAL, IndicatorView, SignalView, UnitView
from shiny_app.charts.small import course, small_chart
from shiny_app.live.slots import Slots, Value, flat
from shiny_app.shell.components import card, nav_href, nav_link, options, picker_of, pill_class, stood
from shiny_app.shell.format import number, quantity
from shiny_app.unit.refused import now_words
from shiny_app.unit.signal_charts import bounds, signed
from shiny_app.unit.why import chart_fields, small_svg, spanned

NOBODY = ":"
"""The picker's first option; no unit can be called so."""

RECENT_S = 600.0
SAME_LOAD_PCT = 5.0
_WORDS = {"°F": ("hotter", "cooler"), "°C": ("hotter", "cooler"), "rpm": ("faster", "slower"),
          "mph": ("faster", "slower"), "km/h": ("faster", "slower")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """What an address asks to compare with: the second unit, or the sentence that says why it cannot be."""

    asked: str
    other: UnitView | None = None
    sentence: str = ""


def compared(view: UnitView, asked: str | None, other: UnitView | None) -> Compared | None:
    """What comes of asking for a second unit, whose view is `other`; None where nobody asked."""
    if not asked:
        return None
    mine = view.row
    if asked == mine.vehicle_id:
        return Compared(asked, None, f"{asked} is this unit itself; choose another one to compare it with.")
    if other is None:
        return Compared(asked, None, f"No unit called “{asked}” has reported yet, so there is nothing to compare with.")
    if other.row.unit_class != mine.unit_class:
        kinds = f"{asked} is of class {other.row.class_label}, {mine.vehicle_id} of class {mine.class_label}"
        return Compared(asked, None, f"{kinds}: only units of one class can be compared.")
    return Compared(asked, other)


def compare_fields(view: UnitView, pair: Compared | None, offered: tuple[str, ...]) -> dict[str, Value]:
    """The card's live values; `offered` are the ids of units of the same class."""
    others = tuple(unit for unit in offered if unit != view.row.vehicle_id)
    other = None if pair is None else pair.other
    chosen = NOBODY if other is None else other.row.vehicle_id
    if chosen != NOBODY and chosen not in others:
        others = (chosen, *others)
    fields = options("compare.units", (NOBODY, *others), chosen)
    fields |= {
        f"compare.units/{NOBODY}/id": "Choose a unit" if others else f"No other {view.row.class_label}",
        "compare.chosen": chosen,
        "compare.sentence": "" if pair is None else pair.sentence,
        "compare.sentence.hidden": None if pair and pair.sentence else "",
        "compare.remove.hidden": None if pair else "",
        "compare.hidden": "" if other is None else None,
        "compare.rows": (),
    }
    return fields if other is None else fields | standing_fields(view, other) | row_fields(view, other)


def standing_fields(view: UnitView, other: UnitView) -> dict[str, Value]:
    """How each of the two stands, and what may be said of both."""
    fields: dict[str, Value] = {"compare.said": days_apart(view, other), "compare.load": loads(view, other)}
    for name, each in (("mine", view), ("other", other)):
        row = each.row
        fields |= {
            f"compare.{name}.id": row.vehicle_id,
            f"compare.{name}.href": nav_href("unit", row.vehicle_id),
            f"compare.{name}.pill": stood(row),
            f"compare.{name}.pill.class": pill_class(row),
            f"compare.{name}.reason": row.reason,
        }
    return fields


def days_apart(view: UnitView, other: UnitView) -> str:
    """What days at equal load and weather say of both, the plainest difference; that alone compares like with like."""
    theirs = {each.key: each for each in other.indicators}
    pairs = [
        (mine, theirs[mine.key])
        for mine in view.indicators
        if mine.course_s > RECENT_S and mine.value is not None and mine.key in theirs
        and theirs[mine.key].value is not None and mine.normal is not None
    ]  # fmt: skip
    if not pairs:
        return "Not both have days of their own to be held against yet, so no equal load is known to compare them at."

    def plain(pair: tuple[IndicatorView, IndicatorView]) -> float:
        mine, their = pair
        usual = max((mine.normal or (0.0, 0.0))[1], 1e-9)
        return abs((mine.value or 0.0) - (their.value or 0.0)) / usual

    mine, their = max(pairs, key=plain)
    apart = (mine.value or 0.0) - (their.value or 0.0)
    if plain((mine, their)) < 1.0:
        return "Over days, each against itself at equal load, neither has moved away from the other."
    first, second = (view, other) if apart > 0 else (other, view)
    figure = quantity(abs(apart), mine.uom, mine.decimals)
    what = mine.label.partition(" against ")[0].lower()
    return (
        f"{first.row.vehicle_id} runs {figure} further above its own normal in {what} than {second.row.vehicle_id}, "
        "each held against itself at equal load."
    )


def loads(view: UnitView, other: UnitView) -> str:
    """Whether the newest values were measured at the same load."""
    mine, theirs = (_value(each, LOAD_SIGNAL) for each in (view, other))
    if mine is None or theirs is None:
        return "Newest values, at a load that is not known of both: differences may be the load's."
    said = f"{number(mine)} % against {number(theirs)} %"
    if abs(mine - theirs) <= SAME_LOAD_PCT and view.regime == other.regime:
        return f"Newest values, at about the same load ({said})."
    return f"Newest values, not at the same load ({said}): differences may be the load's."


def _value(view: UnitView, key: str) -> float | None:
    return next((each.value for each in view.signals if each.key == key and each.fitted), None)


def row_fields(view: UnitView, other: UnitView) -> dict[str, Value]:
    """A line for each signal that either sends, then for each unit against itself over days."""
    theirs = {each.key: each for each in other.signals}
    keys: list[str] = []
    fields: dict[str, Value] = {}
    for signal in view.signals:
        against = theirs.get(signal.key)
        if signal.key == HOURS_SIGNAL or against is None or not (signal.fitted or against.fitted):
            continue
        keys.append(signal.key)
        fields |= flat(f"compare.rows/{signal.key}", signal_row(view, other, signal, against))
    days = {each.key: each for each in other.indicators}
    for mine in view.indicators:
        their = days.get(mine.key)
        if mine.course_s > RECENT_S and their is not None and (mine.course or their.course):
            keys.append(mine.key)
            fields |= flat(f"compare.rows/{mine.key}", days_row(view, other, mine, their))
    return fields | {"compare.rows": tuple(keys)}


def signal_row(view: UnitView, other: UnitView, mine: SignalView, their: SignalView) -> dict[str, Value]:
    """One signal of both, with the last ten minutes of each."""
    lines = [course(each.ts, each.series(mine.key), each.at, RECENT_S) for each in (view, other)]
    return {
        "label": mine.label,
        "mine": now_words(mine) if mine.fitted else "not fitted",
        "mine.normal": bounds(mine) if mine.fitted else "",
        "other": now_words(their) if their.fitted else "not fitted",
        "other.normal": bounds(their) if their.fitted else "",
        "apart": "" if mine.age_s or their.age_s else apart(mine.value, their.value, mine.uom, mine.decimals),
        "span": spanned(RECENT_S),
        **chart_fields(small_chart(lines, None, None, RECENT_S)),
    }


def apart(mine: float | None, their: float | None, uom: str, decimals: int) -> str:
    """ "9 °F hotter", "0.12 higher", "the same"; nothing where one is not known."""
    if mine is None or their is None:
        return ""
    by = mine - their
    figure = quantity(abs(by), uom, decimals)
    if not any(digit in "123456789" for digit in figure):
        return "the same"
    more, less = _WORDS.get(uom, ("higher", "lower"))
    return f"{figure} {more if by > 0 else less}"


def days_row(view: UnitView, other: UnitView, mine: IndicatorView, their: IndicatorView) -> dict[str, Value]:
    """Both against themselves over days."""
    empty = np.full(1, np.nan)
    lines = [
        empty if each.course is None else course(*each.course, whole.at, mine.course_s)
        for each, whole in ((mine, view), (their, other))
    ]
    return {
        "label": mine.label,
        "mine": _above(mine),
        "mine.normal": "above its own normal" if mine.value is not None else "",
        "other": _above(their),
        "other.normal": "above its own normal" if their.value is not None else "",
        "apart": apart(mine.value, their.value, "", mine.decimals) and _further(mine, their),
        "span": f"{spanned(mine.course_s)}, at equal load",
        **chart_fields(small_chart(lines, mine.normal, None, mine.course_s)),
    }


def _above(each: IndicatorView) -> str:
    return "not known yet" if each.value is None else signed(each.value, each.uom, each.decimals)


def _further(mine: IndicatorView, their: IndicatorView) -> str:
    by = (mine.value or 0.0) - (their.value or 0.0)
    figure = quantity(abs(by), mine.uom, mine.decimals)
    if not any(digit in "123456789" for digit in figure):
        return "the same"
    return f"{figure} {'further above' if by > 0 else 'less far above'}"


def compare_card(slots: Slots) -> Tag:
    """The card: a picker, and once a unit is chosen both side by side."""
    select = tags.select(slots.bind(value="compare.chosen"), id="compare-with", data_compare="", data_testid="compare")
    listed, skeleton = slots.each("compare.rows", tags.tbody(role="rowgroup"), compared_row)
    picking = tags.div(
        tags.label("Compare with", **{"for": "compare-with"}),
        *picker_of(slots, "compare.units", select),
        tags.button(
            slots.bind(hidden="compare.remove.hidden"), "Remove the comparison", type="button",
            class_="button small", data_compare_end="", data_testid="compare-remove",
        ),
        class_="compare-pick",
    )  # fmt: skip
    return card(
        "Compare",
        tags.div(
            slots.text("compare.sentence", slots.bind(hidden="compare.sentence.hidden"), make=tags.p, class_="refused",
                       role="status"),
            tags.div(
                slots.bind(hidden="compare.hidden"),
                slots.text("compare.said", make=tags.p, class_="compare-said", data_testid="compare-said"),
                tags.div(standing(slots, "mine"), standing(slots, "other"), class_="compare-two"),
                slots.text("compare.load", make=tags.p, class_="note"),
                tags.table(
                    tags.caption("Both units, signal by signal", class_="unseen"),
                    tags.thead(
                        tags.tr(
                            tags.th("Signal", scope="col"),
                            tags.th(slots.text("compare.mine.id"), scope="col"),
                            tags.th(slots.text("compare.other.id"), scope="col"),
                            tags.th("Difference", scope="col"),
                            tags.th("Both", scope="col"),
                        )
                    ),
                    listed,
                    class_="compared",
                ),
                skeleton,
                class_="compare-both",
            ),
            class_="body",
        ),
        aside=picking,
        class_="compare-card",
        id="compare",
    )  # fmt: skip


def standing(slots: Slots, name: str) -> Tag:
    """How one of the two stands."""
    key = tags.span(class_=f"compare-key compare-key-{name}", aria_hidden="true")
    return tags.div(
        tags.div(
            key,
            nav_link(slots.bind(href=f"compare.{name}.href"), slots.text(f"compare.{name}.id"), class_="compare-link"),
            slots.text(f"compare.{name}.pill", slots.bind(class_=f"compare.{name}.pill.class")),
            class_="named",
        ),
        slots.text(f"compare.{name}.reason", make=tags.p, class_="note"),
    )


def compared_row(slots: Slots) -> Tag:
    """One signal of both."""
    return tags.tr(
        tags.th(slots.text("label"), scope="row"),
        *(
            tags.td(slots.text(name, class_="mode"), slots.text(f"{name}.normal", make=tags.div, class_="note"))
            for name in ("mine", "other")
        ),
        tags.td(slots.text("apart")),
        tags.td(small_svg(slots, "", 2), slots.text("span", make=tags.div, class_="note"), class_="course"),
    )
