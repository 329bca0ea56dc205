"""The rows of a table as recordings: one of each machine, or of each trip where the file names trips and no machine."""

import re
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.machines.unit_class import BY_KEY
from connected_ops.recordings import roles
from connected_ops.recordings.cells import is_missing
from connected_ops.recordings.hints import UNIT, Hints
from connected_ops.recordings.mapping import Taken
from connected_ops.recordings.recording import Floats, Recording, is_often, joined
from connected_ops.recordings.table import Column, Table
from connected_ops.recordings.times import EARLIEST, LATEST, Times

MOST_CODES, LONGEST_CODE = 64, 32
LONGEST_ID = 64

_NOT_IN_ID = re.compile(r"[^A-Za-z0-9._:-]+")
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ø": "oe", "æ": "ae"}
)


def apart_of(table: Table, hints: Hints) -> dict[str, Column]:
    """The columns of unit, class, trip, label and fault codes."""
    sets = {"unit": roles.UNIT, "class": roles.CLASS, "trip": roles.TRIP, "label": roles.LABEL, "codes": roles.CODES}
    found: dict[str, Column] = {}
    for column in table.columns:
        for role, known in sets.items():
            if column.cells and column.plain in known:
                found.setdefault(role, column)
    if (wish := hints.of(UNIT)) is not None:
        named = next((each for each in table.columns if wish.names(each.title, each.name)), None)
        found.pop("unit", None)
        if named is not None:
            found["unit"] = named
    return found


def unit_id(text: str) -> str:
    """A machine's name as an id may be: "Bagger Süd/3" -> "Bagger_Sued_3"; "" where nothing is left.

    >>> unit_id("Bagger Süd/3"), unit_id(" -7- "), unit_id("…")
    ('Bagger_Sued_3', '7-', '')
    """
    plain = unicodedata.normalize("NFKD", text.strip().translate(_UMLAUTS))
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return _NOT_IN_ID.sub("_", plain).lstrip("._:-").rstrip("_")[:LONGEST_ID]


def recordings_of(
    path: Path, table: Table, chosen: list[Taken], when: Times, apart: dict[str, Column]
) -> list[Recording]:
    """The rows of each machine, or of each trip where the file names trips and no machine."""
    values = np.full((len(table.places), catalog.COUNT), np.nan)
    for one in chosen:
        values[one.at, catalog.INDEX[one.signal]] = one.converted
    heard: NDArray[np.bool_] = np.logical_or.reduce(np.isfinite(values), axis=1)
    label = _labels(table, apart.get("label"))
    stem = unit_id(path.name.split(".")[0]) or "recording"
    by = apart.get("unit") or apart.get("trip")
    found: list[Recording] = []
    for unit, rows in _groups(table, by, stem).items():
        ts = when.unix(when.ts[rows])
        timed: NDArray[np.bool_] = np.isfinite(ts)
        if when.dated:
            timed = timed & (ts >= EARLIEST) & (ts < LATEST)
        kept = timed & heard[rows]
        _lose(table, rows[timed & ~heard[rows]].tolist(), "rows without any value")
        untimed: list[int] = rows[~timed].tolist()
        _lose(table, [row for row in untimed if row in when.unread], "rows whose time cannot be read")
        _lose(table, [row for row in untimed if row not in when.unread], "rows without a time")
        if kept.any():
            part = _part(table, rows[kept], ts[kept], values, label, apart)
            found.append(Recording(path.name, unit, part[0], when.dated, *part[1:4], len(untimed), part[4]))
    return found


def _lose(table: Table, rows: list[int], reason: str) -> None:
    for row in rows:
        table.account.lose(reason, table.place(row))


def _groups(table: Table, by: Column | None, stem: str) -> dict[str, NDArray[np.int64]]:
    if by is None:
        return {stem: np.arange(len(table.places))}
    rows: defaultdict[str, list[int]] = defaultdict(list)
    known: dict[Any, str] = {}
    for row, cell in zip(by.at, by.cells, strict=True):
        key = cell if isinstance(cell, str | int | float) else str(cell)
        unit = known.get(key)
        if unit is None:
            text = f"{key:.0f}" if isinstance(key, float) else str(key)
            unit = known[key] = "" if is_missing(cell) else unit_id(text)
        rows[unit].append(row)
    missing = len(table.places) - sum(len(each) for each in rows.values()) + len(rows.pop("", []))
    if not rows:
        return {stem: np.arange(len(table.places))}
    if missing:
        table.account.lose(f"rows without a {by.title!r}", "", missing)
    return {unit: np.array(each, dtype=np.int64) for unit, each in rows.items()}


def _labels(table: Table, column: Column | None) -> Floats | None:
    """[n] 0 or 1 by row, NaN where nobody says it."""
    if column is None:
        return None
    label = np.full(len(table.places), np.nan)
    for row, cell in zip(column.at, column.cells, strict=True):
        text = str(cell).strip().lower()
        if text in ("0", "0.0", "false", "1", "1.0", "true"):
            label[row] = text.startswith(("1", "t"))
        elif not is_missing(cell):
            table.account.lose(f"cells of {column.title!r} that are neither 0 nor 1", table.place(row))
    return label


def _part(
    table: Table, rows: NDArray[np.int64], ts: Floats, values: Floats, label: Floats | None, apart: dict[str, Column]
) -> tuple[str, Floats, Floats, NDArray[np.bool_] | None, dict[int, list[str]]]:
    """(class, ts, values, label, fault codes) of one machine's rows, by time, one for each time."""
    order = np.argsort(ts, kind="stable")
    ts, rows = ts[order], rows[order]
    whole = values[rows] if label is None else np.column_stack([values[rows], label[rows]])
    often = is_often(np.unique(ts))
    times_, whole = joined(np.floor(ts) if often else ts, whole)
    if often:
        table.account.say("several rows a second: of each second the last value of each signal counts.", guessed=False)
    elif len(times_) < len(ts):
        table.account.say(
            f"{len(ts):,} rows are {len(times_):,} instants: what has one time is one row.", guessed=False
        )
    said = None if label is None else whole[:, catalog.COUNT]
    labels = said > 0 if said is not None and np.isfinite(said).all() else None
    wanted = set(rows.tolist())
    classes = {str(cell) for row, cell in _cells(apart.get("class")) if row in wanted and str(cell) in BY_KEY}
    place = dict(zip(rows.tolist(), np.searchsorted(times_, np.floor(ts) if often else ts).tolist(), strict=True))
    codes = {place[row]: _codes(cell) for row, cell in _cells(apart.get("codes")) if row in place and _codes(cell)}
    return (classes.pop() if classes else "unknown"), times_, whole[:, : catalog.COUNT], labels, codes


def _cells(column: Column | None) -> list[tuple[int, Any]]:
    return [] if column is None else list(zip(column.at, column.cells, strict=True))


def _codes(cell: Any) -> list[str]:
    """Fault codes in a list or in a text with something between them."""
    some = cell if isinstance(cell, list) else re.split(r"[\s,;|]+", str(cell)) if not is_missing(cell) else []
    return [str(code)[:LONGEST_CODE] for code in some if isinstance(code, str | int) and str(code).strip()][:MOST_CODES]
