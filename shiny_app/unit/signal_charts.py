"""The unit page's charts: its signals over a range or a part of it, and the unit against itself over days."""

from urllib.parse import quote

import numpy as np
from htmltools import Tag, TagAttrs, TagList, tags

from connected_ops.read_model import CHART_ROWS, OTHER_SIGNALS, RANGES, DriftView, SignalView, UnitView
from shiny_app.charts.against_itself import AGAINST_ITSELF, TALL, drift_version
from shiny_app.charts.marks import named
from shiny_app.charts.ranges import LABELS, newest
from shiny_app.charts.reading import Reading
from shiny_app.charts.times import day, span_words
from shiny_app.live.slots import Slots, Value, Values
from shiny_app.shell.components import FILES, card, save_links
from shiny_app.shell.format import DASH, duration, number, quantity
from shiny_app.unit.refused import now_parts, now_words, refused_text, standing

CHARTS = tuple(key for key, row in CHART_ROWS.items() if row.always)
"""The signals drawn, in reading order."""

EXPLAINING = tuple(key for key, row in CHART_ROWS.items() if not row.always)
"""What explains them, drawn below for units that send it."""

TOO_YOUNG = "Needs two days of this unit's own history."


def charted(view: UnitView) -> tuple[SignalView, ...]:
    """The signals that are drawn: of CHARTS those the read model knows, where the unit sends any of them, and of
    EXPLAINING and of all that play no role those that it sends."""
    known = {signal.key: signal for signal in view.signals}
    first = tuple(known[key] for key in CHARTS if key in known)
    others = dict.fromkeys((*EXPLAINING, *OTHER_SIGNALS))
    below = tuple(known[key] for key in others if key in known and known[key].fitted)
    return below if below and not any(signal.fitted for signal in first) else (*first, *below)


def chart_fields(view: UnitView, reading: Reading | None = None) -> dict[str, Value]:
    """Each chart's heading, text alternative, version and files; of the newest minutes where no `reading` is given."""
    shown = Reading(view, newest(view), ()) if reading is None else reading
    part, asked = shown.stretch, shown.stretch.asked
    begin, end = (None, None) if asked.zoom is None else (f"{asked.zoom[0]:.1f}", f"{asked.zoom[1]:.1f}")
    fields: dict[str, Value] = {
        "chart.version": str(shown.version),
        "chart.range": asked.range,
        "chart.from": begin,
        "chart.to": end,
        "chart.held": None,
    }
    for signal in charted(view):
        if not signal.fitted:
            fields |= {f"chart.{signal.key}.value": DASH, f"chart.{signal.key}.about": ""}
            continue
        now = standing(signal)
        about = bounds(signal)
        seen = f"newest {now_words(signal)}" if asked.zoom is None else extent(shown, signal)
        marked = named(shown.marks, signal.key)
        fields |= {
            f"chart.{signal.key}.value": now,
            f"chart.{signal.key}.refused": refused_text(signal),
            f"chart.{signal.key}.refused.hidden": None if signal.refused is not None else "",
            f"chart.{signal.key}.about": about,
            f"chart.{signal.key}.alt": f"{signal.label} {part.words}: {seen}"
            + (f", {about}" if about else "")
            + (f"; marked: {marked}" if marked else ""),
        }
        fields |= {f"chart.{signal.key}.{kind}": file_href(shown, signal, kind) for kind in FILES}
    return fields | range_fields(shown) | drift_fields(view.drift)


def held_fields(fields: Values, held: int) -> dict[str, Value]:
    """The charts and their files of a page that stands still, made of what is held for it."""
    files = {
        name: f"{href}&held={held}"
        for name, href in fields.items()
        if name.startswith("chart.") and name.rpartition(".")[2] in FILES
    }
    return {"chart.held": str(held), **files}


def extent(shown: Reading, signal: SignalView) -> str:
    """ "186 to 203 °F": what a signal did in the part that is shown."""
    values = shown.stretch.view.series(signal.key)[shown.stretch.inside]
    held = values[np.isfinite(values)]
    if not held.size:
        return "no data"
    low, high = (number(edge, signal.decimals) for edge in (float(held.min()), float(held.max())))
    return f"{low} to {high} {signal.uom}".rstrip()


def file_href(shown: Reading, signal: SignalView, kind: str) -> str:
    """Where a chart is fetched to be kept."""
    asked = shown.stretch.asked
    words = [f"range={asked.range}"]
    if asked.zoom is not None:
        words.append(f"from={asked.zoom[0]:.1f}&to={asked.zoom[1]:.1f}")
    if units := units_of(signal.uom):
        words.append(f"units={units}")
    unit = quote(shown.whole.row.vehicle_id, safe="")
    return f"charts/{unit}/{signal.key}.{FILES[kind]}?{'&'.join(words)}"


def range_fields(shown: Reading) -> dict[str, Value]:
    """Which range is on, the part of it that is shown, and what could not be shown of what was asked for."""
    part = shown.stretch
    zoomed = part.asked.zoom is not None
    fields: dict[str, Value] = {
        f"range.{each}": "true" if each == part.asked.range and not zoomed else "false" for each in RANGES
    }
    return fields | {
        "zoom.words": span_words(part.begin, part.end, part.view.at) if zoomed else part.sentence,
        "zoom.hidden": None if zoomed else "",
        "chart.means": f"Each point is the mean of {duration(part.width_s)}. " if part.width_s else "",
        "chart.now.hidden": None if zoomed or part.width_s else "",
    }


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
        "drift.version": str(drift_version(drift)),
        "drift.about": " · ".join(about),
        "drift.alt": f"{drift.label}, over 14 days: now {above}" + "".join(f", {each}" for each in about),
        "drift.sentence": drift.sentence,
    }


def signed(value: float, uom: str, decimals: int) -> str:
    """A difference with its direction: "+9 °F", "−2 °F", "0 °F"."""
    text = quantity(value, uom, decimals)
    return f"+{text}" if value > 0 and any(digit in "123456789" for digit in text) else text


def bounds(signal: SignalView) -> str:
    """ "its normal 187–198 · limit 225": what the newest value is to be read against."""
    said: list[str] = []
    if signal.own_normal is not None:
        low, high = (number(edge, signal.decimals) for edge in signal.own_normal)
        whose = "its" if signal.learned or signal.set_for_it else "class"
        said.append(f"{whose} normal {low}" if low == high else f"{whose} normal {low}–{high}")
    limit = signal.warn if signal.warn is not None else signal.critical
    if limit is not None:
        said.append(f"limit {number(limit, signal.decimals)}")
    return " · ".join(said)


def chart_card(slots: Slots, view: UnitView, signal: SignalView) -> Tag:
    """One signal: the newest value in the head, the chart below, in a box whose size does not depend on it; at its foot
    the same as a table and as files."""
    name = f"chart.{signal.key}"
    aside = tags.div(
        tags.span(slots.bind(hidden="chart.now.hidden"), "now", class_="when"),
        now_parts(slots, signal.key, class_="value"),
        slots.text(f"{name}.about", class_="note"),
        class_="newest",
    )
    if not signal.fitted:
        return card(
            signal.label,
            tags.div(tags.p("Not fitted on this unit", class_="absent"), class_="plot"),
            aside=aside,
            class_="flush chart-card",
        )
    drawn = tags.img(
        slots.bind(
            alt=f"{name}.alt", data_version="chart.version", data_range="chart.range", data_from="chart.from",
            data_to="chart.to", data_held="chart.held",
        ),
        class_="chart",
        data_chart=signal.key,
        data_unit=view.row.vehicle_id,
        data_units=units_of(signal.uom),
        height="180",
        decoding="async",
    )  # fmt: skip
    return card(
        signal.label,
        plot(drawn, signal.label),
        foot(slots, name, signal),
        aside=TagList(aside, tags.div(class_="readout", data_readout="", aria_hidden="true")),
        class_="flush chart-card",
        data_signal=signal.key,
    )


def plot(drawn: Tag, label: str) -> Tag:
    """A chart's image under the pad that the cursor moves on: a slider over time, which says the time and the value."""
    pad = tags.div(
        tags.i(class_="cursor"),
        tags.i(class_="dot"),
        tags.i(class_="brush"),
        class_="pad",
        tabindex="0",
        role="slider",
        aria_label=f"{label}: cursor",
        aria_valuemin="0",
        aria_valuemax="100",
        aria_valuenow="100",
        aria_valuetext="no cursor",
    )
    return tags.div(tags.p("Drawing the chart…", class_="waiting"), tags.div(drawn, pad, class_="drawn"), class_="plot")


def foot(slots: Slots, name: str, signal: SignalView) -> Tag:
    """The chart as a table, filled when it is opened, and as files."""
    return tags.footer(
        tags.details(
            tags.summary("Table", aria_label=f"{signal.label} as a table"),
            tags.div(class_="rows", tabindex="0", role="region", aria_label=f"{signal.label} as a table"),
            data_table=signal.key,
            data_label=signal.label,
            data_testid=f"table-{signal.key}",
        ),
        save_links(signal.key, signal.label, {kind: slots.bind(href=f"{name}.{kind}") for kind in FILES}),
        class_="chart-foot",
    )


def range_bar(slots: Slots) -> Tag:
    """How much time the charts show: three ranges, and the way back from a part of one."""
    ranges = (
        tags.button(
            LABELS[each], slots.bind(aria_pressed=f"range.{each}"), type="button", data_range_switch=each,
            data_testid=f"range-{each}",
        )
        for each in RANGES
    )  # fmt: skip
    return tags.div(
        tags.div(*ranges, role="group", aria_label="Time shown", class_="segmented"),
        slots.text("zoom.words", make=tags.span, class_="zoomed", role="status", data_testid="zoom-words"),
        tags.button(
            slots.bind(hidden="zoom.hidden"), "Whole range", type="button", class_="button", data_zoom_out="",
            data_testid="zoom-out",
        ),
        tags.span(
            slots.text("chart.means"), tags.span("Drag over a chart to zoom in", class_="drag"), class_="hint note",
        ),
        class_="range-bar",
    )  # fmt: skip


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
        slots.bind(alt="drift.alt", data_version="drift.version", data_held="chart.held"),
        class_="chart tall",
        data_chart=AGAINST_ITSELF,
        data_unit=view.row.vehicle_id,
        data_units=units_of(drift.uom),
        height=str(TALL),
        decoding="async",
    )
    unit, units = quote(view.row.vehicle_id, safe=""), units_of(drift.uom)
    hrefs: dict[str, TagAttrs] = {
        kind: {"href": f"charts/{unit}/{AGAINST_ITSELF}.{FILES[kind]}" + (f"?units={units}" if units else "")}
        for kind in ("png", "svg")
    }
    return card(
        slots.text("drift.label"),
        tags.div(drawn, class_="plot tall"),
        tags.footer(sentence, save_links(AGAINST_ITSELF, drift.label, hrefs), class_="drift-foot"),
        aside=TagList(slots.text("drift.value", class_="value"), slots.text("drift.about", class_="note")),
        class_="flush chart-card drift-card",
        data_testid="against-itself",
    )


def chart_cards(slots: Slots, view: UnitView) -> Tag:
    """The range and the signals' cards, side by side."""
    return tags.section(
        range_bar(slots),
        tags.div(*(chart_card(slots, view, signal) for signal in charted(view)), class_="charts"),
        id="charts",
        class_="charting",
        aria_label="Charts",
    )
