"""What a chart that is taken along says of itself: title, unit, time, unit of measurement and source. All pure."""

import re
from dataclasses import dataclass

from shiny_app.charts.against_itself import AGAINST_ITSELF
from shiny_app.charts.ranges import Asked
from shiny_app.charts.reading import Reading
from shiny_app.charts.times import span_words
from shiny_app.format import moment, zone

PRODUCT = "Connected Ops Lab"

_SOURCES = {"simulated": "Simulated data", "live": "Live data", "replay": "Replayed recording"}
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Caption:
    """The texts around a chart: `title` above, `under` below it, `source` at the foot, and the file's name without its
    ending."""

    title: str
    under: str
    source: str
    name: str


def caption(reading: Reading, chart_key: str) -> Caption:
    """What is written on the chart of one signal, or of the unit against itself."""
    view, part = reading.whole, reading.stretch
    if chart_key == AGAINST_ITSELF and view.drift is not None:
        label, uom, words = view.drift.label, view.drift.uom, "over 14 days"
    else:
        signal = view.signal(chart_key)
        label, uom, words = signal.label, signal.uom, part.words
        if part.asked.zoom is None:
            words += f", {span_words(part.begin, part.end, view.at)}"
    means = f", means of {seconds(part.width_s)}" if part.width_s and chart_key != AGAINST_ITSELF else ""
    made = f"{_SOURCES[view.row.source]} · {moment(view.at)} {zone(view.at)} · {PRODUCT}"
    return Caption(
        f"{label}, {uom}" if uom else label,
        f"{view.row.vehicle_id} · {view.row.class_label} · {words}{means}",
        made,
        file_name(reading, label),
    )


def seconds(width_s: float) -> str:
    """The width of a bucket: "30 s", "30 min"."""
    return f"{width_s:.0f} s" if width_s < 60 else f"{width_s / 60:.0f} min"


def file_name(reading: Reading, label: str) -> str:
    """A name for the file, of plain letters and no ending: "truck_07_coolant-temperature_4h"."""
    asked: Asked = reading.stretch.asked
    span = asked.range if asked.zoom is None else f"{asked.zoom[0]:.0f}-{asked.zoom[1]:.0f}"
    parts = (reading.whole.row.vehicle_id, label.lower(), span)
    return "_".join(_NOT_IN_A_NAME.sub("-", each).strip("-") for each in parts)
