"""Reads recordings: a file or all files of a folder, in the payload's names or as an OBD logger wrote them."""

import csv
import io
import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from math import isfinite, nan
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from connected_ops.machines import catalog
from connected_ops.machines.unit_class import BY_KEY
from connected_ops.recordings.formats import FORMATS, LABELS, Format, plain, recognised
from connected_ops.recordings.recording import Floats, Recording, one_a_second
from connected_ops.recordings.sender import CannotSend, is_csv, placed_rows, read_text
from connected_ops.telemetry.sample import Sample, WireSample

MOST_RECORDINGS = 2_000
ENDINGS = (".ndjson", ".jsonl", ".json", ".csv")
DAY_S = 86_400.0

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(slots=True)
class _Rows:
    """The rows of one machine as they are read."""

    unit_class: str = "unknown"
    ts: "array[float]" = field(default_factory=lambda: array("d"))
    values: "array[float]" = field(default_factory=lambda: array("d"))
    label: "array[float]" = field(default_factory=lambda: array("d"))
    skipped: int = 0

    def add(self, ts: float, values: Sequence[float], label: float | None) -> None:
        self.ts.append(ts)
        self.values.extend(values)
        if label is not None:
            self.label.append(label)

    def arrays(self) -> tuple[Floats, Floats, Floats | None]:
        """(ts, values, label), label None where no row has one."""
        ts = np.array(self.ts)
        values = np.array(self.values).reshape(len(ts), catalog.COUNT)
        return ts, values, np.array(self.label) if self.label else None


def read(path: Path, unit_class: str = "unknown", most: int | None = None) -> list[Recording]:
    """The recordings of a file, or of all files of a folder side by side; `most` bytes of text a file, `unit_class`
    where a file names none. Raises CannotSend with file, line and field."""
    found = _read_folder(path, most) if path.is_dir() else _read_file(path, most)
    return [each if each.unit_class != "unknown" else replace(each, unit_class=unit_class) for each in found]


def recording_files(folder: Path) -> list[Path]:
    """The files under a folder that may hold a recording, by their names' ends, in order."""
    return [each for each in sorted(folder.rglob("*")) if each.name.removesuffix(".gz").endswith(ENDINGS)]


def _read_folder(path: Path, most: int | None) -> list[Recording]:
    files = recording_files(path)
    if not files:
        raise CannotSend(f"{path} holds no recording: no file that ends in {', '.join(ENDINGS)}, plain or .gz.")
    return _few(path, [recording for file in files for recording in _read_file(file, most)])


def _read_file(path: Path, most: int | None) -> list[Recording]:
    text = read_text(path, most)
    if not is_csv(path):
        return _read_payload(path, text)
    header = next(csv.reader(io.StringIO(text.split("\n", 1)[0])), [])
    if {"ts", "vehicle_id"} <= set(header):
        return _read_payload(path, text)
    form = recognised(header)
    if form is None:
        if not text.strip():
            raise CannotSend(f"{path} holds no rows.")
        known = "; ".join(each.label for each in FORMATS)
        raise CannotSend(f"{path}, line 1: neither the payload's names (ts, vehicle_id, …) nor a known file: {known}.")
    return _read_obd(path, text, header, form)


def _few(path: Path, recordings: list[Recording]) -> list[Recording]:
    if len(recordings) > MOST_RECORDINGS:
        raise CannotSend(f"{path} holds {len(recordings):,} recordings; at most {MOST_RECORDINGS:,} go side by side.")
    return recordings


def _read_payload(path: Path, text: str) -> list[Recording]:
    found: defaultdict[str, _Rows] = defaultdict(_Rows)
    for place, row in placed_rows(path, text):
        sample, label = _sample(place, row), _label(place, row)
        rows = found[sample.vehicle_id]
        if sample.unit_class in BY_KEY:
            rows.unit_class = BY_KEY[sample.unit_class].key
        values = (getattr(sample, key) for key in catalog.KEYS)
        rows.add(sample.ts.timestamp(), [nan if value is None else value for value in values], label)
    return _few(path, [_in_time(path.name, unit, rows) for unit, rows in found.items()])


def _sample(place: str, row: dict[str, Any]) -> Sample:
    try:
        return WireSample.model_validate({**row, "ts": row["ts"].isoformat()})
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise CannotSend(f"{place}: the field {where} cannot be used: {first['msg']}.") from None


def _label(place: str, row: dict[str, Any]) -> float | None:
    name = next((name for name in LABELS if row.get(name) not in (None, "")), None)
    return None if name is None else _zero_or_one(place, name, str(row[name]))


def _zero_or_one(place: str, name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = nan
    if value not in (0.0, 1.0):
        raise CannotSend(f"{place}: the field {name} is a label, 0 or 1, and not {text[:20]!r}.")
    return value


def _in_time(file: str, unit: str, rows: _Rows) -> Recording:
    ts, values, label = rows.arrays()
    order = np.argsort(ts, kind="stable")
    labels = label[order] > 0 if label is not None and len(label) == len(ts) else None
    return Recording(file, unit, rows.unit_class, True, ts[order], values[order], labels)


def _read_obd(path: Path, text: str, header: list[str], form: Format) -> list[Recording]:
    stem = path.name.split(".")[0]
    found: dict[str, _Rows] = {}
    for trip, ts, values, label in _obd_rows(path, text, header, form):
        rows = found.setdefault(trip or stem, _Rows())
        if ts is None:
            rows.skipped += 1
        else:
            rows.add(ts, values, label)
    if not any(rows.ts for rows in found.values()):
        raise CannotSend(f"{path} holds no rows.")
    date = _DATE.search(path.name) if form.often else None
    midnight = 0.0 if date is None else _midnight(date[0])
    return _few(
        path, [_of_logger(path.name, unit, rows, form, midnight, date) for unit, rows in found.items() if rows.ts]
    )


def _obd_rows(
    path: Path, text: str, header: list[str], form: Format
) -> Iterator[tuple[str, float | None, list[float], float | None]]:
    """(trip, seconds or None where a row has none, values by signal, label) of each row that says anything."""
    places = {plain(name): at for at, name in enumerate(header)}
    signals = [(column.at, column.name, places[column.name], *column.into) for column in form.columns
               if column.name in places]  # fmt: skip
    label = next(((name, places[name]) for name in LABELS if name in places), None)
    reader = csv.reader(io.StringIO(text))
    next(reader)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            place = f"{path}, line {reader.line_num}"
            moment = _value(place, form.time, cells, places[form.time], form.seconds)
            values = [nan] * catalog.COUNT
            for at, name, column, factor, offset in signals:
                values[at] = _value(place, name, cells, column, float) * factor + offset
            said = _cell(cells, label[1]) if label is not None else ""
            told = _zero_or_one(place, label[0], said) if label is not None and said else None
            trip = _cell(cells, places[form.trip]) if form.trip is not None else ""
            yield trip, moment if isfinite(moment) else None, values, told
    except csv.Error as error:
        raise CannotSend(f"{path}, line {reader.line_num + 1}: not CSV ({error}).") from error


def _cell(cells: list[str], at: int) -> str:
    """A cell, empty where the row is shorter than its header."""
    return cells[at] if at < len(cells) else ""


def _value(place: str, name: str, cells: list[str], at: int, read: Callable[[str], float]) -> float:
    text = _cell(cells, at)
    if text.lower() in ("", "nan", "null", "none"):
        return nan
    try:
        value = read(text)
    except ValueError:
        raise CannotSend(f"{place}: the field {name} is no number or time: {text[:20]!r}.") from None
    return value if isfinite(value) else nan


def _midnight(date: str) -> float:
    try:
        return datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp()
    except ValueError:  # digits that are no date
        return 0.0


def _of_logger(
    file: str, unit: str, rows: _Rows, form: Format, midnight: float, date: re.Match[str] | None
) -> Recording:
    ts, values, label = rows.arrays()
    ts = _going_on(ts) + midnight
    if form.often:
        whole = values if label is None or len(label) != len(ts) else np.column_stack([values, label])
        ts, whole = one_a_second(ts, whole)
        values, label = whole[:, : catalog.COUNT], whole[:, catalog.COUNT] if whole.shape[1] > catalog.COUNT else None
    dated = date is not None and midnight > 0.0
    labels = label > 0 if label is not None and len(label) == len(ts) else None
    return Recording(file, unit, rows.unit_class, dated, ts, values, labels, rows.skipped)


def _going_on(ts: Floats) -> Floats:
    """Times that never start again: past midnight a day is added, and a run that starts again goes on a second later.

    >>> _going_on(np.array([86_399.0, 0.5])).tolist(), _going_on(np.array([0.0, 50.0, 0.0, 1.0])).tolist()
    ([86399.0, 86400.5], [0.0, 50.0, 51.0, 52.0])
    """
    falls = np.flatnonzero(np.diff(ts) < 0) + 1
    added = np.zeros(len(ts))
    for at in falls.tolist():
        before, after = ts[at - 1], ts[at]
        added[at:] += DAY_S if before - after > DAY_S / 2 else before + 1.0 - after
    return ts + added
