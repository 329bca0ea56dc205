"""A file of one's own assumptions: TOML, a table for each key with what differs of low, base, high, source and year.

Every mistake in a file becomes one sentence that names file, line and field.
"""

from dataclasses import replace
from pathlib import Path

from connected_ops.errors import ConnectedOpsError
from connected_ops.machines.toml_file import TomlFile
from connected_ops.value.table import ASSUMPTIONS, BY_KEY, Assumption
from connected_ops.value.words import number, written

NUMBERS = ("low", "base", "high")
FIELDS = (*NUMBERS, "source", "year")
FIRST_YEAR, LAST_YEAR = 1900, 2100
LONGEST_SOURCE = 200


class AssumptionsError(ConnectedOpsError):
    """A file of assumptions cannot be used; the text names file, line and field."""


def overridden(path: Path) -> tuple[Assumption, ...]:
    """The table's rows with a file's values on top. A number that the file sets without naming a source has the file's
    name for one. Raises AssumptionsError."""
    file = TomlFile(path, "The assumptions", "assumptions", AssumptionsError)
    rows = dict(BY_KEY)
    for key, fields in file.tables.items():
        if key not in BY_KEY:
            file.refuse((key,), f"there is no such assumption; known are {', '.join(BY_KEY)}")
        if not isinstance(fields, dict):
            file.refuse((key,), f"it is a table such as [{key}] with base = {number(BY_KEY[key].base)}")
        for name, value in fields.items():
            _check(file, BY_KEY[key], name, value)
        rows[key] = _row(file, BY_KEY[key], fields)
    return tuple(rows[row.key] for row in ASSUMPTIONS)


def _check(file: TomlFile, row: Assumption, name: str, value: object) -> None:
    """Refuses a field of the wrong name, type or range."""
    place = (row.key, name)
    if name not in FIELDS:
        file.refuse(place, f"there is no such field; known are {', '.join(FIELDS)}")
    if name == "source":
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_SOURCE or not value.isprintable():
            file.refuse(place, f"it is a line of text of at most {LONGEST_SOURCE} characters")
        return
    whole = name == "year"
    least, most = (FIRST_YEAR, LAST_YEAR) if whole else (row.least, row.most)
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        file.refuse(place, f"it is a {'whole ' if whole else ''}number, without quotes")
    if not least <= value <= most:
        span = f"{least} to {most}" if whole else f"{number(row.least)} to {written(row.most, row.uom)}"
        file.refuse(place, f"it can be {span}")


def _row(file: TomlFile, row: Assumption, fields: dict[str, object]) -> Assumption:
    if not fields.keys().isdisjoint(NUMBERS):
        fields = {"source": file.path.name, "year": None} | fields
    new = replace(row, **fields)  # pyright: ignore[reportArgumentType] - _check has seen to the types
    for less, more in (("low", "base"), ("base", "high")):
        small, great = getattr(new, less), getattr(new, more)
        if small > great:
            place = (row.key, less if less in fields else more)
            what = f"{less} {number(small)} is above {more} {number(great)}; set low, base and high together"
            file.refuse(place, what)
    return new
