"""Text with delimiters as a table: what stands between cells, where the titles are, units under them, what is no row.

Titles may come again in the middle, with other columns; lines above them are kept, since some name the begin.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from connected_ops.recordings import roles, units
from connected_ops.recordings.account import Account
from connected_ops.recordings.cells import is_missing, number
from connected_ops.recordings.table import Column, Table

DELIMITERS = (",", ";", "\t", "|")
HEAD = 80
BARE = ("time", "name", "value")
MOST_JOINED = 5
LONGEST_LINE = 100_000

_SEP = re.compile(r"^\"?sep=(.)\"?$", re.IGNORECASE)
_SOURCE = re.compile(r"\d+: ?\w+|calc", re.IGNORECASE)

Line = tuple[int, str]


def table_of(text: str, account: Account, wished: frozenset[str] = frozenset()) -> Table:
    """The table of a text; `wished` are titles that somebody has named, in small letters."""
    lines = list(_lines(text))
    given = _SEP.match(lines[0][1].strip()) if lines else None
    if given is not None:
        lines = lines[1:]
    head = lines[:HEAD]
    delimiter = given[1] if given is not None else _delimiter(head, wished)
    at = _titles_at(head, delimiter, wished)
    if at is None and _is_bare(head, delimiter):
        at, lines = 0, [(0, delimiter.join(BARE)), *lines]
    if at is None:
        return Table([], [], account, about=tuple(line for _, line in head[:5]), delimiter=delimiter)
    about = tuple(line for _, line in lines[:at])
    table = Table([], [], account, about=about, delimiter=delimiter)
    cut = bool(text) and not text.endswith("\n")
    _fill(table, lines[at:], cut)
    return table


def _is_bare(head: Sequence[Line], delimiter: str) -> bool:
    """Whether lines without titles are a time, a signal's name and its value each."""
    rows = [split(line, delimiter) for _, line in head]
    return bool(rows) and all(len(row) == 3 and roles.is_time(row[0]) and not _is_number(row[1]) for row in rows)


def _lines(text: str) -> Iterator[Line]:
    """(number, line) of all lines that hold something; a cell in quotes may span a few."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        number, line = at + 1, lines[at]
        at += 1
        if line.count('"') % 2:
            for end in range(at, min(at + MOST_JOINED, len(lines))):
                if lines[end].count('"') % 2:
                    line = " ".join(lines[at - 1 : end + 1])
                    at = end + 1
                    break
        if line.strip():
            yield number, line


def split(line: str, delimiter: str) -> list[str]:
    """The cells of a line, without blanks around them.

    >>> split('"a;b"; 2;', ";"), split('"1,2"', ","), split('x"y,2', ",")
    (['a;b', '2', ''], ['1', '2'], ['x"y', '2'])
    """
    if '"' not in line:
        return [cell.strip() for cell in line.split(delimiter)]
    try:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        cells = line.replace('"', "").split(delimiter)
    if len(cells) == 1 and delimiter in cells[0]:  # the whole line in quotes
        cells = cells[0].split(delimiter)
    return [cell.strip() for cell in cells]


def _delimiter(head: Sequence[Line], wished: frozenset[str]) -> str:
    """The delimiter whose cells are titles that we know, and are as many in every line."""

    def score(delimiter: str) -> tuple[float, float, int]:
        rows = [split(line[:LONGEST_LINE], delimiter) for _, line in head]
        known = max((_known(cells, wished) for cells in rows), default=0.0)
        sizes = Counter(len(cells) for cells in rows if len(cells) > 1)
        size, times = sizes.most_common(1)[0] if sizes else (0, 0)
        return known, times / max(len(rows), 1), size

    return max(DELIMITERS, key=score)


def _known(cells: Sequence[str], wished: frozenset[str]) -> float:
    """How many cells are titles that we know; less than 0 where a cell is a number, and this no line of titles."""
    filled = [cell for cell in cells if cell]
    numbers = sum(_is_number(cell) for cell in filled)
    if not filled or len(cells) < 2 or numbers * 3 > len(filled) or any(roles.is_time(cell) for cell in filled[:3]):
        return -1.0
    return sum(cell.casefold() in wished or roles.is_known(cell) for cell in filled) - numbers / 2 + len(filled) / 1000


def _is_number(cell: str) -> bool:
    if is_missing(cell) or roles.is_coded(cell):
        return False
    try:
        number(cell)
    except ValueError:
        return False
    return True


def _titles_at(head: Sequence[Line], delimiter: str, wished: frozenset[str]) -> int | None:
    """The line of titles: the one with most that we know, else the first without numbers as long as the rest."""
    rows = [split(line[:LONGEST_LINE], delimiter) for _, line in head]
    best = max(range(len(rows)), key=lambda at: (_known(rows[at], wished), -at), default=None)
    if best is not None and _known(rows[best], wished) >= 1:
        return best
    sizes = Counter(len(cells) for cells in rows if len(cells) > 1)
    if not sizes:
        return None
    size = sizes.most_common(1)[0][0]
    return next((at for at, cells in enumerate(rows) if len(cells) == size and _known(cells, wished) > 0), None)


def _fill(table: Table, lines: Sequence[Line], cut: bool) -> None:
    """The rows under the titles; `cut` where the last line has no end."""
    account, places = table.account, []
    table.places = places
    titles = split(lines[0][1], table.delimiter)
    columns = _columns(table, titles)
    skip = _under(columns, lines[1:4], table.delimiter)
    for at, (number_, line) in enumerate(lines[1:], start=1):
        if skip > 0:
            skip -= 1
            continue
        cells = split(line, table.delimiter)
        if cells[0] == titles[0] and len(cells) > 1 and (cells == titles or _known(cells, frozenset()) >= 2):
            titles = cells
            columns = _columns(table, titles)
            skip = _under(columns, lines[at + 1 : at + 4], table.delimiter)
            continue
        if line.lstrip().startswith("#") and not is_missing(cells[0]):
            continue  # a remark
        if len(cells) < min(len(titles), 2) or not any(cells):
            ends = cut and at == len(lines) - 1
            account.lose("last line that is cut short" if ends else "lines that are no rows", f"line {number_:,}")
            continue
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            account.lose("lines with more cells than there are titles", f"line {number_:,}")
            continue
        if cut and at == len(lines) - 1 and len(cells) < len(columns):
            account.lose("last line that is cut short, its last cell", f"line {number_:,}")
            cells[-1] = ""
        row = len(places)
        places.append(number_)
        for column, cell in zip(columns, cells, strict=False):
            if cell:
                column.add(row, cell)


def _columns(table: Table, titles: Sequence[str]) -> list[Column]:
    """The columns of a line of titles, those that were there before among them; the same title twice is two."""
    while titles and not titles[-1] and len(titles) > 1:
        titles = titles[:-1]
    free = list(table.columns)
    found: list[Column] = []
    for title in titles:
        column = next((each for each in free if each.title == title), None)
        if column is None:
            column = Column(title)
            table.columns.append(column)
        else:
            free.remove(column)
        found.append(column)
    return found


def _under(columns: Sequence[Column], lines: Sequence[Line], delimiter: str) -> int:
    """How many lines under the titles say units, or where each column comes from; those are kept."""
    taken = 0
    for _, line in lines:
        cells = split(line, delimiter)
        filled = [cell for cell in cells if cell]
        sections = len(cells) == 1 and line.strip().startswith("[")
        if sections:
            taken += 1
            continue
        if not filled or any(_is_number(cell) or roles.is_time(cell) for cell in filled):
            break
        if any(_SOURCE.fullmatch(cell) for cell in filled):
            for column, cell in zip(columns, cells, strict=False):
                column.source = cell.split(":")[-1].strip()
        elif _are_units(columns, cells):
            for column, cell in zip(columns, cells, strict=False):
                column.unit = cell
        else:
            break
        taken += 1
    return taken


def _are_units(columns: Sequence[Column], cells: Sequence[str]) -> bool:
    """Whether a line under the titles says units: a third of its cells do, and none stands where a time should."""
    filled = [cell for cell in cells if cell]
    for column, cell in zip(columns, cells, strict=False):
        if cell and roles.names_time(column.title) == 1.0 and not (units.known(cell) or roles.names_time(cell)):
            return False
    return sum(units.known(cell) is not None for cell in filled) * 3 >= len(filled)
