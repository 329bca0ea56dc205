"""A table of cells, whatever file it came from: columns that know which rows they have a cell in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from connected_ops.recordings.account import Account
from connected_ops.recordings.titles import named


@dataclass(slots=True)
class Column:
    """`cells` of the rows `at`, rising; a row that is not named has none. `unit` and `source` as rows under the titles
    name them."""

    title: str
    unit: str = ""
    source: str = ""
    at: list[int] = field(default_factory=list)
    cells: list[Any] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The title, and where its values come from."""
        return f"{self.title} {self.source}".strip()

    @property
    def plain(self) -> str:
        """The title's words, without brackets of a unit."""
        return named(self.title).plain

    def add(self, row: int, cell: Any) -> None:
        """A cell of a later row."""
        self.at.append(row)
        self.cells.append(cell)

    def some(self, most: int = 400) -> list[str]:
        """Texts from all over the column, for guesses."""
        step = max(len(self.cells) // most, 1)
        return [cell for cell in self.cells[::step] if isinstance(cell, str)]


@dataclass(slots=True)
class Table:
    """n rows; row r stands in `places[r]` of the file ("line 7" or "row 7" by `word`). `about` are the lines above the
    titles, `delimiter` what stood between cells, "" in JSON."""

    columns: list[Column]
    places: Sequence[int]
    account: Account
    word: str = "line"
    about: tuple[str, ...] = ()
    delimiter: str = ""

    def place(self, row: int) -> str:
        """Where a row stands."""
        return f"{self.word} {self.places[row]:,}"

    def find(self, title: str) -> Column | None:
        """The first column with this title, or with the same words as its title."""
        exact = next((column for column in self.columns if column.title == title), None)
        plain = named(title).plain
        return exact or next((column for column in self.columns if column.plain == plain), None)

    @property
    def titles(self) -> list[str]:
        """What stands above the columns, without blank ones."""
        return [column.title for column in self.columns if column.title.strip()]


def from_rows(titles: Sequence[str], rows: Iterator[tuple[int, Sequence[Any]]], account: Account, **more: Any) -> Table:
    """A table of rows of cells, each with its place; empty cells are none."""
    columns = [Column(title) for title in titles]
    places: list[int] = []
    for place, cells in rows:
        row = len(places)
        places.append(place)
        for column, cell in zip(columns, cells, strict=False):
            if cell not in ("", None):
                column.add(row, cell)
    return Table(columns, places, account, **more)


def from_records(records: Iterator[tuple[int, dict[str, Any]]], account: Account, **more: Any) -> Table:
    """A table of objects, each with its place; a key of any of them is a column."""
    columns: dict[str, Column] = {}
    places: list[int] = []
    for place, record in records:
        row = len(places)
        places.append(place)
        for key, cell in record.items():
            if cell is None:
                continue
            column = columns.get(key)
            if column is None:
                column = columns[key] = Column(key)
            column.add(row, cell)
    return Table(list(columns.values()), places, account, **more)
