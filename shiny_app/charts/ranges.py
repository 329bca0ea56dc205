"""Which part of a unit's time its charts show: a range up to now, or a part of it that stands still. All pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from zlib import crc32

import numpy as np

from connected_ops.read_model import RANGES, Range, SeriesView, UnitView
from shiny_app.charts.axes import SPAN_S, XAxis, minutes
from shiny_app.charts.times import DAY_S, HOUR_S, dates, hours, span_words, times

SPANS_S: dict[Range, float] = {"10m": SPAN_S, "4h": 4 * HOUR_S, "14d": 14 * DAY_S}
LABELS: dict[Range, str] = {"10m": "10 min", "4h": "4 h", "14d": "14 days"}
WORDS: dict[Range, str] = {"10m": "the last 10 minutes", "4h": "the last 4 hours", "14d": "the last 14 days"}

LEAST_SPAN_S = 2.0
NOT_HELD = "Nothing is held of the time that the address asks for, so the whole range is shown."
TOO_LONG = "The address asks for more than the 14 days that are held, so the whole range is shown."

NOW_WITHIN_S = 90.0
"""A newest sample of at most this age stands at "now": one of a unit that reports each minute, not of a replay."""


class SeriesReader(Protocol):
    """Where a unit's series are read."""

    def series(self, vehicle_id: str, span: Range) -> SeriesView | None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: a range, and the part of it that was brushed (Unix seconds, rising), if any."""

    range: Range = "10m"
    zoom: tuple[float, float] | None = None


NEWEST = Asked()


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a unit's time, from `begin` to `end` (Unix seconds): `view` holds its samples or means of `width_s`
    seconds, with one before and one after for the line to come from.

    `asked` is what is shown: without the zoom where there is nothing of it, and `sentence` then says so. `live` tells
    whether its end may be called now. `version` is a whole number that changes with what is shown, a sum over it: one
    with another past (a reset, a fault that began days ago) is drawn anew, and nothing is while a bucket fills.
    """

    view: UnitView
    asked: Asked
    begin: float
    end: float
    width_s: float
    version: int
    live: bool
    sentence: str = ""

    def axis(self, plot_px: float) -> XAxis:
        """The time axis, in seconds before `end`; `plot_px` is the plot's width in CSS pixels."""
        if self.asked.zoom is not None:
            return times(self.begin, self.end, plot_px)
        if self.asked.range == "4h":
            return hours(self.live, plot_px)
        if self.asked.range == "14d":
            return dates(self.begin - self.end, 0.0, self.end, plot_px, live=self.live)
        return minutes(self.live)

    @property
    def words(self) -> str:
        """ "over the last 4 hours", "from 14:20:05 to 14:22:10"."""
        if self.asked.zoom is not None:
            return f"from {span_words(self.begin, self.end, self.view.at)}"
        return f"over {WORDS[self.asked.range]}"

    @property
    def inside(self) -> np.ndarray:
        """[m] which of the samples lie in it."""
        return (self.view.ts >= self.begin) & (self.view.ts <= self.end)


def reaches_now(view: UnitView) -> bool:
    """Whether the newest sample may be called now: a replay at 60 times its speed is live, and yet minutes behind."""
    return view.row.freshness == "live" and len(view.ts) > 0 and view.at - float(view.ts[-1]) < NOW_WITHIN_S


def newest(view: UnitView) -> Stretch:
    """The newest ten minutes, which a view holds by itself."""
    end = float(view.ts[-1]) if view.ts.size else view.at
    return Stretch(view, NEWEST, end - SPAN_S, end, 0.0, view.sequence, reaches_now(view))


def stretch(reader: SeriesReader, view: UnitView, asked: Asked) -> Stretch:
    """What is shown of `view`'s unit where `asked` is asked for."""
    if asked.zoom is not None:
        found = _zoomed(reader, view, asked, asked.zoom)
        if isinstance(found, Stretch):
            return found
        return replace(stretch(reader, view, Asked(asked.range)), sentence=found)
    series = None if asked.range == "10m" else reader.series(view.row.vehicle_id, asked.range)
    if series is None:
        return newest(view)
    end = float(series.ts[-1]) + series.width_s / 2 if series.ts.size else view.at
    return _part(view, series, asked, end - SPANS_S[asked.range], end)


def _zoomed(reader: SeriesReader, view: UnitView, asked: Asked, zoom: tuple[float, float]) -> Stretch | str:
    """The part between two times from the finest memory that covers it; a sentence where there is none."""
    begin, end = zoom
    if end - begin > SPANS_S["14d"] + DAY_S:
        return TOO_LONG
    lacking = max(0.0, LEAST_SPAN_S - (end - begin)) / 2
    begin, end = begin - lacking, end + lacking
    known = [reader.series(view.row.vehicle_id, each) for each in RANGES]
    series = covering([each for each in known if each is not None and each.ts.size], begin, end)
    if series is None:
        return NOT_HELD
    return _part(view, series, asked, begin, end)


def covering(known: Sequence[SeriesView], begin: float, end: float) -> SeriesView | None:
    """The finest of the series (finest first) that reaches back to `begin`, or as far back as any does; None where none
    has anything between."""
    held = [each for each in known if ((each.ts >= begin) & (each.ts <= end)).any()]
    if not held:
        return None
    first = min(float(each.ts[0]) + each.width_s / 2 for each in known)
    return next((each for each in held if each.ts[0] <= max(begin, first)), held[-1])


def _part(view: UnitView, series: SeriesView, asked: Asked, begin: float, end: float) -> Stretch:
    """The view with the series between two times, and one on either side where the line comes from and goes to."""
    first, last = np.searchsorted(series.ts, [begin, end])
    kept = slice(max(int(first) - 1, 0), int(last) + 1)
    ts, values = series.ts[kept], series.values[kept]
    version = crc32(values.tobytes(), crc32(ts.tobytes()))
    return Stretch(replace(view, ts=ts, values=values), asked, begin, end, series.width_s, version, reaches_now(view))
