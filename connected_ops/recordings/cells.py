"""Cells of a table as numbers: missing ones, decimal commas, thousands, and a unit behind the number. Pure."""

import re
from collections.abc import Iterable
from functools import lru_cache
from math import isfinite, nan
from typing import Any, Literal

from connected_ops.recordings import units

Mark = Literal[".", ","]
"""What stands before the decimals."""

MISSING = frozenset({
    "", "-", "--", "---", "—", "–", ".", "?", "nan", "null", "none", "nil", "n/a", "na", "n.a.", "#n/a", "#na", "#nv",
    "#value!", "#ref!", "#div/0!", "#num!", "inf", "+inf", "-inf", "infinity", "-infinity", "∞", "-nan", "1.#qnan",
    "-1.#ind", "k.a.", "no data", "nodata", "not available", "unavailable", "unknown", "missing", "\\n", "nan()",
    "true", "false", "undefined", "<null>", "(null)", "error", "timeout", "stopped", "unsupported",
})  # fmt: skip
"""What programs write for "no value", in small letters."""

_NUMBER = re.compile(
    r"([+\-−]?(?:[0-9][0-9.,'’\u00a0\u202f ]*|[.,][0-9][0-9]*)(?:[eE][+\-]?[0-9]{1,3})?)"
    r"\s*((?:[^\W\d_]|[°º˚℃℉%/?\ufffd])[^:;]{0,23}|1/min)?"
)
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}([.,][0-9]{3})+")
_SPACES = str.maketrans({"'": None, "’": None, "\u00a0": None, "\u202f": None, " ": None, "−": "-"})


def is_missing(cell: Any) -> bool:
    """Whether a cell says that there is no value."""
    return cell is None or isinstance(cell, bool) or (isinstance(cell, str) and cell.strip().lower() in MISSING)


def number(cell: Any, mark: Mark = ".") -> float:
    """A cell as a number, NaN where it is missing. Raises ValueError where it is none.

    >>> number("83.5"), number("1.234,5", ","), number("1,234.5"), number("−40"), number("12.5e3 rpm")
    (83.5, 1234.5, 1234.5, -40.0, 12500.0)
    """
    if isinstance(cell, str):
        return _written(cell, mark)
    if cell is None or isinstance(cell, bool):
        return nan
    if not isinstance(cell, int | float):
        raise ValueError(cell)
    try:
        value = float(cell)
    except OverflowError:
        return nan
    return value if isfinite(value) else nan


@lru_cache(maxsize=65_536)
def _written(cell: str, mark: Mark) -> float:
    text = cell.strip()
    if mark == ".":
        try:
            value = float(text)
        except ValueError:
            pass
        else:
            return value if isfinite(value) and "_" not in text else nan
    if text.lower() in MISSING:
        return nan
    found = _NUMBER.fullmatch(text)
    if found is None or (found[2] and units.known(found[2]) is None):
        raise ValueError(cell)
    digits = found[1].translate(_SPACES)
    digits = digits.replace(".", "").replace(",", ".") if mark == "," else digits.replace(",", "")
    value = float(digits)
    return value if isfinite(value) else nan


def unit_in(cell: Any) -> str:
    """What stands behind the number of a cell: "°C" of "83 °C", "" where there is nothing."""
    if not isinstance(cell, str):
        return ""
    found = _NUMBER.fullmatch(cell.strip())
    return (found[2] or "").strip() if found is not None else ""


def decimal_mark(cells: Iterable[Any], otherwise: Mark = ".") -> Mark:
    """What stands before the decimals in these cells, `otherwise` where they do not tell.

    >>> decimal_mark(["190,5", "191"]), decimal_mark(["1,500", "820"]), decimal_mark(["1.234,5"]), decimal_mark(["1.5"])
    (',', '.', ',', '.')
    """
    commas = dots = grouped = plain = lone_dots = 0
    for cell in cells:
        if not isinstance(cell, str) or ("," not in cell and "." not in cell):
            plain += isinstance(cell, str) and cell.strip().isdigit()
            continue
        found = _NUMBER.fullmatch(cell.strip())
        if found is None:
            continue
        digits = found[1].translate(_SPACES)
        comma, dot = digits.rfind(","), digits.rfind(".")
        if comma >= 0 and dot >= 0:
            commas, dots = commas + (comma > dot), dots + (dot > comma)
        elif _GROUPED.fullmatch(digits):
            grouped, lone_dots = grouped + (comma >= 0), lone_dots + (dot >= 0)
        elif comma >= 0:
            commas += 1
        else:
            dots += 1
    if commas or dots:
        return "," if commas > dots else "."
    if grouped and not lone_dots:
        return "." if plain else otherwise  # 820 and 1,500 side by side are whole numbers
    return otherwise
