"""The unit page's charts: the newest minutes of four signals, and the unit against itself over days."""

from htmltools import Tag, TagList, tags

from connected_ops.read_model import DriftView, SignalView, UnitView
from shiny_app.charts.against_itself import AGAINST_ITSELF, TALL, day
from shiny_app.components import card
from shiny_app.format import DASH, number, quantity
from shiny_app.slots import Slots, Value

CHARTS = ("coolant_temp_f", "vibration_score", "engine_rpm", "speed_mph")
"""The signals drawn, in reading order."""

CHART_MINUTES = 10
TOO_YOUNG = "Needs two days of this unit's own history."


def charted(view: UnitView) -> tuple[SignalView, ...]:
    """The signals of the four chart cards, those the read model knows."""
    known = {signal.key: signal for signal in view.signals}
    return tuple(known[key] for key in CHARTS if key in known)


def chart_fields(view: UnitView) -> dict[str, Value]:
    """Each chart's heading, text alternative and version."""
    fields: dict[str, Value] = {"chart.version": str(view.sequence)}
    for signal in charted(view):
        newest = quantity(signal.value, signal.uom, signal.decimals)
        about = bounds(signal)
        fields |= {
            f"chart.{signal.key}.value": newest if signal.fitted else DASH,
            f"chart.{signal.key}.about": about if signal.fitted else "",
            f"chart.{signal.key}.alt": f"{signal.label} over the last {CHART_MINUTES} minutes: newest {newest}"
            + (f", {about}" if about else ""),
        }
    return fields | drift_fields(view.drift)


def drift_fields(drift: DriftView | None) -> dict[str, Value]:
    """The heading, the newest difference and the sentence of the unit against itself."""
    if drift is None:
        return {"drift.sentence": TOO_YOUNG}
    above = signed(drift.level, drift.uom, drift.decimals)
    about = [] if drift.margin is None else [f"warning margin {quantity(drift.margin, drift.uom, drift.decimals)}"]
    about += [] if drift.onset is None else [f"since {day(drift.onset)}"]
    return {
        "drift.label": drift.label,
        "drift.value": above,
        "drift.version": drift_version(drift),
        "drift.about": " · ".join(about),
        "drift.alt": f"{drift.label}, over 14 days: now {above}" + "".join(f", {each}" for each in about),
        "drift.sentence": drift.sentence,
    }


def drift_version(drift: DriftView) -> str:
    """A whole number that changes with what the chart shows, once a half hour: not with each snapshot, or every page
    would fetch the same picture several times a second."""
    newest = int(drift.ts[-1]) if len(drift.ts) else 0
    return f"{newest}{round(abs(drift.level) * 1000) % 1_000_000:06}"


def signed(value: float, uom: str, decimals: int) -> str:
    """A difference with its direction: "+9 °F", "−2 °F", "0 °F"."""
    text = quantity(value, uom, decimals)
    return f"+{text}" if value > 0 and any(digit in "123456789" for digit in text) else text


def bounds(signal: SignalView) -> str:
    """ "its normal 187–198 · limit 225": what the newest value is to be read against."""
    said: list[str] = []
    if signal.own_normal is not None:
        low, high = (number(edge, signal.decimals) for edge in signal.own_normal)
        whose = "its" if signal.learned else "class"
        said.append(f"{whose} normal {low}" if low == high else f"{whose} normal {low}–{high}")
    limit = signal.warn if signal.warn is not None else signal.critical
    if limit is not None:
        said.append(f"limit {number(limit, signal.decimals)}")
    return " · ".join(said)


def chart_card(slots: Slots, view: UnitView, signal: SignalView) -> Tag:
    """One signal: the newest value in the head, the chart below, in a box whose size does not depend on it."""
    name = f"chart.{signal.key}"
    drawn = tags.img(
        slots.bind(alt=f"{name}.alt", data_version="chart.version"),
        class_="chart",
        data_chart=signal.key,
        data_unit=view.row.vehicle_id,
        data_units=units_of(signal.uom),
        height="180",
        decoding="async",
    )
    return card(
        signal.label,
        tags.div(drawn if signal.fitted else tags.p("Not fitted on this unit", class_="absent"), class_="plot"),
        aside=TagList(slots.text(f"{name}.value", class_="value"), slots.text(f"{name}.about", class_="note")),
        class_="flush chart-card",
    )


def units_of(uom: str) -> str | None:
    """What a chart's image is to be asked for in, where that is not °F or mph."""
    return "c" if uom in ("°C", "km/h") else None


def drift_card(slots: Slots, view: UnitView) -> Tag:
    """The unit against itself over days, or why there is nothing to compare with yet."""
    drift = view.drift
    sentence = slots.text("drift.sentence", make=tags.p, class_="drift-said note")
    if drift is None:
        return card("Against itself", sentence, class_="drift-card", data_testid="against-itself")
    drawn = tags.img(
        slots.bind(alt="drift.alt", data_version="drift.version"),
        class_="chart tall",
        data_chart=AGAINST_ITSELF,
        data_unit=view.row.vehicle_id,
        data_units=units_of(drift.uom),
        height=str(TALL),
        decoding="async",
    )
    return card(
        slots.text("drift.label"),
        tags.div(drawn, class_="plot tall"),
        sentence,
        aside=TagList(slots.text("drift.value", class_="value"), slots.text("drift.about", class_="note")),
        class_="flush chart-card drift-card",
        data_testid="against-itself",
    )


def chart_cards(slots: Slots, view: UnitView) -> Tag:
    """The signals' cards, side by side."""
    return tags.div(*(chart_card(slots, view, signal) for signal in charted(view)), class_="charts", id="charts")
