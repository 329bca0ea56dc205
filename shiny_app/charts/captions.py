"""What a chart that is taken along says of itself: title, unit, time, unit of measurement and source. All pure."""

import re
from dataclasses import dataclass
from unicodedata import normalize

from connected_ops.read_model import BacktestView, EpisodeView, Money, Source, ValueView, percent
from shiny_app.charts.against_itself import AGAINST_ITSELF
from shiny_app.charts.ranges import Asked
from shiny_app.charts.reading import Reading
from shiny_app.charts.times import span_words
from shiny_app.shell.format import count, duration, moment, zone

PRODUCT = "Connected Ops Lab"

_SOURCES: dict[Source, str] = {"simulated": "Simulated data", "live": "Live data", "replay": "Replayed recording"}
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
    means = f", means of {duration(part.width_s)}" if part.width_s and chart_key != AGAINST_ITSELF else ""
    return Caption(
        f"{label}, {uom}" if uom else label,
        f"{view.row.vehicle_id} · {view.row.class_label} · {words}{means}",
        made(view.row.source, view.at),
        file_name(reading, label),
    )


def file_name(reading: Reading, label: str) -> str:
    """A name for the file, of plain letters and no ending: "truck_07_coolant-temperature_4h"."""
    asked: Asked = reading.stretch.asked
    span = asked.range if asked.zoom is None else f"{asked.zoom[0]:.0f}-{asked.zoom[1]:.0f}"
    return plain(reading.whole.row.vehicle_id, label.lower(), span)


def breakeven_caption(episode: EpisodeView, money: Money, view: ValueView) -> Caption:
    """What is written on the break-even chart of one episode."""
    assumptions = "assumptions of its own" if view.changes else "today's assumptions"
    assumed = f"chance {percent(money.chance)}, shaded {percent(money.chance_low)} to {percent(money.chance_high)}"
    return Caption(
        "Act now or wait: cost in US$ by the chance of failing",
        f"{episode.vehicle_id} · {episode.class_label} · {episode.mode_label.lower()} · at {assumptions}: {assumed}",
        made(episode.source, view.at),
        plain(episode.vehicle_id, episode.mode, "act-or-wait"),
    )


def backtest_caption(view: BacktestView) -> Caption:
    """What is written on the chart of the recording that leads."""
    lead = view.recordings[0]
    long = duration(lead.end - lead.begin)
    dated = f"{moment(lead.begin)} to {moment(lead.end)} {zone(lead.end)}, {long}" if lead.dated else long
    sensors = len(lead.episodes) - lead.machine
    return Caption(
        f"{lead.name}: would this have fired?",
        f"{lead.class_label} · {dated} · shaded: {count(lead.machine, 'time')} about the machine (red), "
        f"{sensors:,} about a sensor (grey)",
        f"Replayed recording {lead.file} · {PRODUCT}",
        plain(lead.name, "backtest"),
    )


def made(source: Source, at: float) -> str:
    """The foot of a chart: where its figures come from, and when it was made."""
    return f"{_SOURCES[source]} · {moment(at)} {zone(at)} · {PRODUCT}"


def plain(*parts: str) -> str:
    """A file's name of plain letters; "x" stands for a part that has none."""
    return "_".join(_NOT_IN_A_NAME.sub("-", _lettered(each)).strip("-.") or "x" for each in parts)


def _lettered(text: str) -> str:
    """A text whose letters have lost their marks: "Sud" for "Süd"."""
    return normalize("NFKD", text).encode("ascii", "ignore").decode() if not text.isascii() else text
