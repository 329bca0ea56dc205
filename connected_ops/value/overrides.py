"""A file of one's own assumptions: TOML, a table for each key with what differs of low, base, high, source and year.

Every mistake in a file becomes one sentence that names file, line and field.
"""

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from connected_ops.errors import ConnectedOpsError
from connected_ops.value.table import ASSUMPTIONS, BY_KEY, Assumption
from connected_ops.value.words import number, written

NUMBERS = ("low", "base", "high")
FIELDS = (*NUMBERS, "source", "year")
FIRST_YEAR, LAST_YEAR = 1900, 2100
LONGEST_SOURCE = 200

_HEADER = re.compile(r"""\s*\[+\s*["']?([^"'\]\s]+)["']?\s*\]""")
_ENTRY = re.compile(r"""\s*["']?([\w-]+)["']?\s*(?:\.\s*["']?([\w-]+)["']?\s*)?=""")
_AT_LINE = re.compile(r"^(.*?) \(at (?:line (\d+), column \d+|end of document)\)$", re.DOTALL)


class AssumptionsError(ConnectedOpsError):
    """A file of assumptions cannot be used; the text names file, line and field."""


def overridden(path: Path) -> tuple[Assumption, ...]:
    """The table's rows with a file's values on top. A number that the file sets without naming a source has the file's
    name for one. Raises AssumptionsError."""
    text = _text(path)
    given = _parsed(path, text)
    rows = dict(BY_KEY)
    for key, fields in given.items():
        if key not in BY_KEY:
            _refuse(path, text, (key,), f"there is no such assumption; known are {', '.join(BY_KEY)}")
        if not isinstance(fields, dict):
            _refuse(path, text, (key,), f"it is a table such as [{key}] with base = {number(BY_KEY[key].base)}")
        for name, value in fields.items():
            _check(path, text, BY_KEY[key], name, value)
        rows[key] = _row(path, text, BY_KEY[key], fields)
    return tuple(rows[row.key] for row in ASSUMPTIONS)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        why = f"cannot be read ({error.strerror}); name a TOML file that exists"
    except UnicodeDecodeError:
        why = "is not UTF-8 text; save it as UTF-8"
    except ValueError:
        raise AssumptionsError("The assumptions' name is not a usable file name; name a TOML file.") from None
    raise AssumptionsError(f"The assumptions {path}, line 1, {why}.")


def _parsed(path: Path, text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.match(str(error))
        what = found[1] if found else str(error)
        line = int(found[2]) if found and found[2] else text.rstrip("\n").count("\n") + 1
        what = " ".join(what.split())
        raise AssumptionsError(
            f"The assumptions {path}, line {line}, is not valid TOML: {what[:1].lower()}{what[1:]}."
        ) from None
    except RecursionError:
        raise AssumptionsError(f"The assumptions {path}, line 1, is nested too deep to be assumptions.") from None
    except ValueError:
        raise AssumptionsError(f"The assumptions {path} holds a number with too many digits; shorten it.") from None


def _check(path: Path, text: str, row: Assumption, name: str, value: object) -> None:
    """Refuses a field of the wrong name, type or range."""
    place = (row.key, name)
    if name not in FIELDS:
        _refuse(path, text, place, f"there is no such field; known are {', '.join(FIELDS)}")
    if name == "source":
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_SOURCE or not value.isprintable():
            _refuse(path, text, place, f"it is a line of text of at most {LONGEST_SOURCE} characters")
        return
    whole = name == "year"
    least, most = (FIRST_YEAR, LAST_YEAR) if whole else (row.least, row.most)
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        _refuse(path, text, place, f"it is a {'whole ' if whole else ''}number, without quotes")
    if not least <= value <= most:
        span = f"{least} to {most}" if whole else f"{number(row.least)} to {written(row.most, row.uom)}"
        _refuse(path, text, place, f"it can be {span}")


def _row(path: Path, text: str, row: Assumption, fields: dict[str, object]) -> Assumption:
    if not fields.keys().isdisjoint(NUMBERS):
        fields = {"source": path.name, "year": None} | fields
    new = replace(row, **fields)  # pyright: ignore[reportArgumentType] - _check has seen to the types
    for less, more in (("low", "base"), ("base", "high")):
        small, great = getattr(new, less), getattr(new, more)
        if small > great:
            place = (row.key, less if less in fields else more)
            what = f"{less} {number(small)} is above {more} {number(great)}; set low, base and high together"
            _refuse(path, text, place, what)
    return new


def _refuse(path: Path, text: str, place: tuple[str, ...], what: str) -> NoReturn:
    field = ".".join(step[:60] if step.isprintable() else ascii(step)[:60] for step in place)
    raise AssumptionsError(f"The assumptions {path}, line {_line(text, place)}, field {field}, is wrong: {what}.")


def _line(text: str, place: tuple[str, ...]) -> int:
    """The 1-based line of a field, of its table where the field has no line of its own; 1 where neither is found."""
    table: tuple[str, ...] = ()
    best = 1
    for count, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            found = table = tuple(header[1].split("."))
        elif entry := _ENTRY.match(line):
            found = (*table, *(step for step in entry.groups() if step))
        else:
            continue
        if found[: len(place)] == place:
            return count
        if found == place[: len(found)]:
            best = count
    return best
