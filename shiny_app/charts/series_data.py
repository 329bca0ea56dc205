"""The figures behind a unit's charts: as the JSON that the cursor and the tables read, and as CSV. All pure."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite

import numpy as np

from connected_ops.read_model import csv_bytes
from shiny_app.charts.axes import DRAWN, drawable
from shiny_app.charts.marks import Mark, on_chart
from shiny_app.charts.reading import Reading
from shiny_app.charts.trace import longest_step, stretch_trace

DIGITS = 3
"""Decimals of a value, as the API has them."""

HEADER = ("time", "vehicle_id", "source", "signal", "value", "unit", "kind", "verdict", "marks")

Verdicts = Mapping[float, str]
"""What validation said of a sample, by its time, where that is not "valid"."""


def series_json(reading: Reading, verdicts: Verdicts) -> bytes:
    """What is shown, as the page's cursor reads it; compact, times in Unix seconds, null where nothing was heard.

    `step` is the usual time between two samples, `gap` the longest over which the line goes on, `low` and `high` are
    the edges of a chart's axis, `zone` is what the server's clock is ahead of UTC, in seconds.
    """
    part, view = reading.stretch, reading.stretch.view
    inside = part.inside
    ts = view.ts[inside]
    spacing = np.diff(ts)
    signals = {}
    for key in DRAWN:
        if not drawable(view, key):
            continue
        signal, axis = view.signal(key), stretch_trace(part, key, 1.0).axis
        signals[key] = {
            "uom": signal.uom, "decimals": signal.decimals, "low": axis.low, "high": axis.high,
            "values": [_rounded(value) for value in view.series(key)[inside].tolist()],
        }  # fmt: skip
    document = {
        "version": str(reading.version),
        "begin": part.begin,
        "end": part.end,
        "zone": datetime.fromtimestamp(part.end, tz=UTC).astimezone().utcoffset().total_seconds(),  # pyright: ignore[reportOptionalMemberAccess]  # a local time has one
        "width": part.width_s,
        "step": float(np.median(spacing)) if spacing.size else 0.0,
        "gap": longest_step(spacing),
        "ts": [round(each, DIGITS) for each in ts.tolist()],
        "signals": signals,
        "verdicts": {str(at): verdicts[each] for at, each in enumerate(ts.tolist()) if each in verdicts},
        "marks": [
            {"name": each.said, "since": each.since, "until": each.until, "signal": each.signal}
            for each in reading.marks
        ],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def series_csv(reading: Reading, key: str, verdicts: Verdicts) -> bytes:
    """One chart as a table, oldest first: a row for each sample or mean that it shows."""
    part, view = reading.stretch, reading.stretch.view
    signal, row, marks = view.signal(key), view.row, on_chart(reading.marks, key)
    kind = "sample" if not part.width_s else f"mean of {part.width_s:.0f} s"
    rows = (
        (
            datetime.fromtimestamp(ts, tz=UTC).astimezone().isoformat(timespec="milliseconds"),
            row.vehicle_id, row.source, signal.label, _rounded(value), signal.uom, kind,
            None if part.width_s else verdicts.get(ts, "valid"),
            "; ".join(each.said for each in marks if covers(each, ts)),
        )
        for ts, value in zip(view.ts[part.inside].tolist(), view.series(key)[part.inside].tolist(), strict=True)
    )  # fmt: skip
    return csv_bytes(HEADER, rows)


def covers(mark: Mark, ts: float) -> bool:
    """Whether a mark was on at that time; one of a single sample lasts a second."""
    return mark.since <= ts and (mark.until is None or ts <= max(mark.until, mark.since + 1.0))


def _rounded(value: float) -> float | None:
    return round(value, DIGITS) if isfinite(value) else None
