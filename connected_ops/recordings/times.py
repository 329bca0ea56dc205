"""When each row of a table was: the column of its time, of whatever kind, as Unix seconds."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from connected_ops.recordings import dates, roles, units
from connected_ops.recordings.cells import decimal_mark, is_missing, number
from connected_ops.recordings.dates import DAY_S
from connected_ops.recordings.formats import Format
from connected_ops.recordings.hints import TIME, Hints
from connected_ops.recordings.recording import Floats
from connected_ops.recordings.table import Column, Table
from connected_ops.recordings.titles import named
from connected_ops.recordings.zones import QUARTER_S, from_local, going_on, zone_words

Kind = Literal["zoned", "local", "day", "clock", "elapsed"]
RANK: dict[Kind, int] = {"zoned": 4, "local": 3, "clock": 2, "elapsed": 1, "day": 0}
EPOCHS = ((6.3e8, 4.2e9, 1.0), (6.3e11, 4.2e12, 1e-3), (6.3e14, 4.2e15, 1e-6), (6.3e17, 4.2e18, 1e-9))
"""From 1990 to 2103 in s, ms, µs and ns: (from, to, seconds each)."""
COMPACT = (1.97e13, 2.1e13)  # 20261120080000 is a date
IN_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
SMALL = {"ms": 1e-3, "millis": 1e-3, "milliseconds": 1e-3, "msec": 1e-3, "us": 1e-6, "ns": 1e-9}
SAMPLE, LEAST = 200, 0.5
MOST_EAST_S = 14 * 3600.0
FARTHEST_S = 1e12  # no clock counts so far
EARLIEST, LATEST = 0.0, 2.5e11  # 1970 and 9892


@dataclass(slots=True)
class Candidate:
    """A column that may hold the time, and how its cells are read."""

    column: Column
    kind: Kind
    share: float  # of the rows that have it
    sure: float
    scale: float = 1.0
    day_first: bool = True
    why: str = ""
    unread: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Times:
    """[n] seconds by row, NaN where a row has none, out of `columns`; what the rows `unread` say is no time. `running`
    ones may start again, and count from `base`. `unix` makes Unix seconds of them if they are `dated`, else seconds
    from 0."""

    ts: Floats
    columns: tuple[Column, ...]
    dated: bool = True
    running: bool = False
    base: float = 0.0
    zone: tzinfo | None = None
    unread: frozenset[int] = frozenset()

    def unix(self, ts: Floats) -> Floats:
        """The times of one recording's rows, in their order in the file."""
        going = going_on(ts) + self.base if self.running else ts
        return going if self.zone is None else from_local(going, self.zone)


def times(table: Table, form: Format | None, hints: Hints, name: str, month_first: bool = False) -> Times | None:
    """The times of a table's rows, None where no column holds any; `name` is the file's, which may know the date."""
    found = _candidates(table, form, hints, month_first)
    if not found:
        return None
    best = max(found, key=_worth)
    if best.kind == "day":
        return None
    made = _made(table, found, best, hints, name, month_first)
    return replace(made, unread=frozenset(best.unread))


def _made(
    table: Table, found: Sequence[Candidate], best: Candidate, hints: Hints, name: str, month_first: bool
) -> Times:
    days = next((each for each in found if each.kind == "day"), None)
    ts = _seconds(table, best)
    if best.why and best.kind != "elapsed":
        table.account.say(f"{best.why}.")
    if best.kind == "zoned":
        return Times(ts, (best.column,))
    if best.kind == "local":
        return _zoned(table, found, best, ts, hints)
    if best.kind == "clock" and days is not None:
        day = _seconds(table, days)
        if days.why:
            table.account.say(f"{days.why}.")
        return _in_zone(table, ts + day, (best.column, days.column), hints)
    return _anchored(table, best, ts, hints, name, month_first)


def _worth(each: Candidate) -> tuple[float, ...]:
    """What is taken first: what somebody named, dates before seconds, the column that most rows have."""
    absolute = each.kind in ("zoned", "local") and each.share >= LEAST
    share = round(each.share, 1)
    return each.sure > 1, RANK[each.kind] > 0, each.sure == 1, absolute, share, RANK[each.kind], each.share


def _candidates(table: Table, form: Format | None, hints: Hints, month_first: bool) -> list[Candidate]:
    wish = hints.of(TIME)
    own = form.time if form is not None else ""
    found: list[Candidate] = []
    for column in table.columns:
        sure = roles.names_time(column.title)
        if wish is not None:
            sure = 9.0 if wish.names(column.title, column.name) else 0.0
        elif own:
            sure = 5.0 if column.plain == named(own).plain else sure
        made = _candidate(table, column, sure, month_first) if column.cells else None
        if made is not None and (sure > 0 or (made.kind in ("zoned", "local") and wish is None)):
            found.append(made)
    if not found and wish is None and table.columns:
        first = table.columns[0]  # a blank title over numbers that rise
        made = _candidate(table, first, 0.1, month_first) if first.cells and not roles.is_known(first.title) else None
        if made is not None and made.kind == "elapsed" and _rises(first):
            found.append(made)
    return found


def _rises(column: Column) -> bool:
    mark = decimal_mark(column.some())
    some = [_number(cell, mark) for cell in column.cells[:SAMPLE]]
    return len(some) > 2 and all(b >= a for a, b in pairwise(some)) and some[-1] > some[0]


def _number(cell: Any, mark: Any) -> float:
    try:
        return number(cell, mark)
    except ValueError:
        return np.nan


def _candidate(table: Table, column: Column, sure: float, month_first: bool) -> Candidate | None:
    """How a column's cells are read as times; None where most are none."""
    step = max(len(column.cells) // SAMPLE, 1)
    some = [cell for cell in column.cells[::step] if not is_missing(cell)]
    if not some:
        return None
    share = len(column.cells) / max(len(table.places), 1) * len(some) / len(column.cells[::step])
    texts = [cell for cell in some if isinstance(cell, str)]
    mark = decimal_mark(texts)
    values = np.array([_number(cell, mark) for cell in some])
    finite = values[np.isfinite(values) & (np.abs(values) < EPOCHS[-1][1])]
    if len(finite) >= LEAST * len(some):
        middle = float(np.median(finite))
        if not (COMPACT[0] <= middle <= COMPACT[1]):
            return _numeric(column, finite, middle, share, sure)
    first, why = dates.day_first(texts, not month_first)
    kinds: dict[Kind, int] = {}
    for cell in texts:
        try:
            read = dates.read(cell, first)
        except ValueError:
            continue
        kind: Kind = "day" if read.whole else read.kind
        kinds[kind] = kinds.get(kind, 0) + 1
    if not kinds or sum(kinds.values()) < LEAST * len(some):
        return None
    return Candidate(column, max(kinds, key=lambda kind: kinds[kind]), share, sure, day_first=first, why=why)


def _numeric(column: Column, finite: Floats, middle: float, share: float, sure: float) -> Candidate:
    for low, high, scale in EPOCHS:
        if low <= middle <= high:
            return Candidate(column, "zoned", share, sure, scale)
    words = {*named(column.title).words, *named(column.unit or "").words, (column.unit or "").lower()}
    brackets = column.title.lower()
    for word, scale in SMALL.items():
        if word in words or f"({word})" in brackets or f"[{word}]" in brackets:
            return Candidate(column, "elapsed", share, sure, scale)
    unit = named(column.title).unit or units.known(column.unit or "") or ""
    if unit in IN_SECONDS:
        return Candidate(column, "elapsed", share, sure, IN_SECONDS[unit])
    steps = np.diff(finite)
    steps = steps[steps > 0]
    whole = bool(np.all(finite == np.floor(finite)))
    if (
        whole
        and not words & {"s", "sec", "seconds"}
        and len(steps)
        and np.median(steps) >= 100
        and np.max(finite) > 10_000
    ):
        return Candidate(column, "elapsed", share, sure, 1e-3, why="its time counts milliseconds, by its steps")
    return Candidate(column, "elapsed", share, sure)


def _seconds(table: Table, one: Candidate) -> Floats:
    """The column's times by row; a row whose cell is none is remembered."""
    ts = np.full(len(table.places), np.nan)
    mark = decimal_mark(one.column.some())
    numeric = one.kind == "elapsed" or (one.kind == "zoned" and one.scale != 1.0)
    for row, cell in zip(one.column.at, one.column.cells, strict=True):
        try:
            ts[row] = number(cell, mark) * one.scale if numeric or not isinstance(cell, str) else _read(cell, one)
        except ValueError:
            if not is_missing(cell):
                one.unread.append(row)
    far = np.abs(ts) > FARTHEST_S
    one.unread.extend(np.flatnonzero(far).tolist())
    ts[far] = np.nan
    return ts


def _read(cell: str, one: Candidate) -> float:
    if one.kind == "zoned" and cell.strip().replace(".", "", 1).isdigit() and len(cell.strip()) < 14:
        return float(cell)
    read = dates.read(cell, one.day_first)
    if one.kind == "clock" and read.kind != "clock":
        return read.seconds % DAY_S
    if one.kind in ("zoned", "local") and read.kind == "clock":
        raise ValueError(cell)
    return read.seconds


def _zoned(table: Table, found: Sequence[Candidate], best: Candidate, ts: Floats, hints: Hints) -> Times:
    """Local times in their zone: what somebody said, else what another column tells, else UTC."""
    if hints.zone is None:
        for other in found:
            if other.kind == "zoned" and other is not best:
                away = ts - _seconds(table, other)
                away = away[np.isfinite(away)]
                shift = round(float(np.median(away)) / QUARTER_S) * QUARTER_S if len(away) else np.inf
                if abs(shift) <= MOST_EAST_S:
                    east = f"{'-' if shift < 0 else '+'}{abs(shift) / 3600:02.0f}:{abs(shift) % 3600 / 60:02.0f}"
                    title, by = best.column.title.strip(), other.column.title.strip()
                    table.account.say(f"{title!r} names no zone; by {by!r} it is UTC{east}.")
                    return Times(ts - shift, (best.column,))
    return _in_zone(table, ts, (best.column,), hints)


def _in_zone(table: Table, ts: Floats, columns: tuple[Column, ...], hints: Hints) -> Times:
    title = columns[0].title.strip()
    if {"utc", "gmt"} & set(named(title).words):
        return Times(ts, columns)
    table.account.say(f"{f'{title!r}' if title else 'its time'} names no zone; read {zone_words(hints)}.")
    return Times(ts, columns, zone=hints.zone)


def _anchored(table: Table, best: Candidate, ts: Floats, hints: Hints, name: str, month_first: bool) -> Times:
    """Times of day and seconds from a begin, at the date that the lines above or the file's name know."""
    account, column = table.account, best.column
    if best.why:
        account.say(f"{best.why}.")
    begin, where = _begin(table, name, month_first)
    if begin is None:
        title = f"{column.title.strip()!r}" if column.title.strip() else "the first column"
        account.say(f"{title} names no date; times count from its begin.")
        return Times(ts, (column,), dated=False, running=True)
    first = float(ts[np.isfinite(ts)][0]) if np.isfinite(ts).any() else 0.0
    midnight = begin.seconds // DAY_S * DAY_S
    since = begin.seconds - midnight
    of_day = best.kind == "clock" or (
        not begin.whole and min(abs(first - since), DAY_S - abs(first - since)) < 600 and first > 600
    )
    base = midnight if of_day else begin.seconds - (first if not begin.whole and first > 600 else 0.0)
    said = " at 00:00, since no time of day is named" if begin.whole and not of_day else ""
    zone = "" if begin.kind == "zoned" else f", read {zone_words(hints)}"
    account.say(f"its date is that of {where}{said}{zone}.")
    return Times(ts, (column,), running=True, base=base, zone=None if begin.kind == "zoned" else hints.zone)


def _begin(table: Table, name: str, month_first: bool) -> tuple[dates.Read | None, str]:
    """The moment that the lines above the titles tell, or the file's name: with a time of day before one without."""
    found: list[tuple[dates.Read, str]] = []
    for line in table.about:
        for text in (line, line.partition("=")[2], line.partition(":")[2], line.partition(",")[2]):
            read = _moment(text.strip(" #,;\"'\t"), month_first)
            if read is not None and read.kind != "clock" and read.seconds > 6.3e8:
                found.append((read, "a line above the titles"))
    named_ = dates.in_name(name)
    if named_ is not None:
        found.append((named_, "the file's name"))
    return max(found, key=lambda each: not each[0].whole, default=(None, ""))


def _moment(text: str, month_first: bool) -> dates.Read | None:
    if not text:
        return None
    first, _ = dates.day_first([text], not month_first)
    try:
        return dates.read(text, first)
    except ValueError:
        return None
