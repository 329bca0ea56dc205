"""Public recordings as they lie in a folder laid out like `../shared/data`: read, or named where they are broken."""

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from connected_ops.errors import ConnectedOpsError

Floats = NDArray[np.float64]
T = TypeVar("T")

LEAST_ROWS = 100  # of a series, of which 15 % are learned from


class NoRecordings(ConnectedOpsError):
    """The folder holds nothing that can be scored."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that could not be scored, and why, for a sentence."""

    file: str
    why: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled recording: `ts` [n] s, `x` [n, signals], `fault` [n] and `change` [n] 0/1."""

    ts: Floats
    x: Floats
    fault: NDArray[np.int64]
    change: NDArray[np.int64]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One series with windows of (first, last) row in which something is wrong: `x` [n, 1]."""

    name: str
    x: Floats
    windows: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Trip:
    """One drive of a vehicle: `ts` [n] s from its beginning, `x` [n, signals]."""

    ts: Floats
    x: Floats


READ_ERRORS = (OSError, ValueError, KeyError, IndexError, EOFError, zlib.error, csv.Error)


def read_all(
    files: Sequence[Path], reader: Callable[[Path], T], root: Path, broken: list[Broken]
) -> list[T]:  # fmt: skip
    """What could be read of these files; the others are added to `broken`."""
    found = []
    for file in files:
        try:
            found.append(reader(file))
        except READ_ERRORS as error:
            broken.append(Broken(str(file.relative_to(root)), _why(error)))
    return found


def labelled(file: Path) -> Labelled:
    """A SKAB file: `;` between columns, `anomaly` and `changepoint` last (0 where it has none)."""
    with _opened(file) as lines:
        rows = list(csv.reader(lines, delimiter=";"))
    head = rows[0]
    if head[0] != "datetime" or len(rows) < 2:
        raise ValueError("it is no SKAB recording: its first column is not datetime, or it has no rows")
    signals = len(head) - 1 - ("anomaly" in head) - ("changepoint" in head)
    ts = np.array([datetime.fromisoformat(row[0]).timestamp() for row in rows[1:]])
    values = _numbers([row[1:] for row in rows[1:]])
    marks = values[:, signals:].astype(np.int64) if signals + 3 == len(head) else np.zeros((len(ts), 2), np.int64)
    return Labelled(ts, values[:, :signals], marks[:, 0], marks[:, 1], tuple(head[1 : 1 + signals]))


def windows(file: Path) -> dict[str, list[tuple[str, str]]]:
    """NAB's combined_windows.json: each file's windows as first and last time."""
    found = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ValueError("it is no object of windows by file")
    return {str(name): [(str(a)[:19], str(b)[:19]) for a, b in spans] for name, spans in found.items()}


def series(file: Path, name: str, spans: Sequence[tuple[str, str]]) -> Series:
    """A NAB file (timestamp, value) with its windows; of times that come twice the first counts."""
    with _opened(file) as lines:
        rows = list(csv.reader(lines))[1:]
    place: dict[str, int] = {}
    for at, row in enumerate(rows):
        place.setdefault(row[0][:19], at)
    if len(rows) < LEAST_ROWS:
        raise ValueError(f"it has {len(rows)} rows, too few to learn from")
    x = _numbers([row[1:2] for row in rows])
    return Series(name, x, tuple(sorted((place[first], place[last]) for first, last in spans)))


def trips(file: Path, signals: Sequence[str], least_rows: int) -> list[Trip]:
    """The drives of a tidied OBD file, in its order, rows without all of `signals` left out."""
    with _opened(file) as lines:
        table = csv.DictReader(lines)
        missing = {"trip", "t_s", *signals}.difference(table.fieldnames or ())
        if missing:
            raise ValueError(f"it has no column {sorted(missing)[0]}")
        found: dict[str, list[list[str]]] = {}
        for row in table:
            values = [row[signal] for signal in signals]
            if "" not in values:
                found.setdefault(row["trip"], []).append([row["t_s"], *values])
    tables = (_numbers(rows) for rows in found.values() if len(rows) > least_rows)
    return [Trip(each[:, 0], each[:, 1:]) for each in tables]


def lives(file: Path) -> list[Floats]:
    """A C-MAPSS file: [cycles, 24] of each engine, settings and sensors."""
    with _opened(file) as lines:
        rows = _numbers([line.split() for line in lines if line.strip()])
    if rows.shape[1] != 26:
        raise ValueError(f"it has {rows.shape[1]} columns, not the 26 of C-MAPSS")
    return [rows[rows[:, 0] == engine][:, 2:] for engine in np.unique(rows[:, 0])]


def remaining(file: Path) -> Floats:
    """The true remaining cycles of a C-MAPSS test set, [engines]."""
    with _opened(file) as lines:
        return _numbers([line.split() for line in lines if line.strip()])[:, 0]


def _opened(file: Path):
    return gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8")


def _numbers(rows: Sequence[Sequence[str]]) -> Floats:
    values = np.array([[float(value) for value in row] for row in rows])
    if values.ndim != 2 or not values.size:
        raise ValueError("its rows are not of one length, or it has none")
    if not np.isfinite(values).all():
        raise ValueError("it holds a value that is no number")
    return values


def _why(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it lacks {error}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error) or type(error).__name__
