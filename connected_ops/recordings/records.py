"""JSON as people have it: an array, an object that wraps one, columns side by side, or an object a line. Pure."""

import json
from collections.abc import Iterator
from typing import Any

from connected_ops.recordings.account import Account
from connected_ops.recordings.table import Table, from_records

DEEPEST = 4
LIST_KEPT = ("fault_codes", "dtcs", "codes")
_DECODER = json.JSONDecoder()

Record = dict[str, Any]


def looks_like(text: str) -> bool:
    """Whether a text is JSON by its first character."""
    return text.lstrip()[:1] in ("{", "[")


def table_of(text: str, account: Account) -> Table:
    """The table of a JSON text; what is broken in it is counted."""
    first = text.lstrip().split("\n", 1)[0].rstrip().rstrip(",")
    if first.startswith("{") and _is_object(first) and text.strip() != first:
        return from_records(_lines(text, account), account, word="line")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        begins = text.lstrip()
        rows = begins.startswith("[") or "[" in begins[:200]
        found = _pieces(text, account) if rows else _lines(text, account)
        return from_records(found, account, word="row" if rows else "line")
    return from_records(_rows(content, account), account, word="row")


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _lines(text: str, account: Account) -> Iterator[tuple[int, Record]]:
    """An object a line: NDJSON."""
    for number, written in enumerate(text.split("\n"), start=1):  # splitlines would also cut inside of strings
        line = written.strip().rstrip(",").removeprefix("\x1e")
        if not line or line in ("[", "]"):
            continue
        try:
            content = json.loads(line)
        except (ValueError, RecursionError):
            account.lose("lines that are no JSON", f"line {number:,}")
            continue
        if isinstance(content, dict):
            yield number, flat(content)
        elif isinstance(content, list):
            yield from ((number, flat(each)) for each in content if isinstance(each, dict))
        else:
            account.lose("lines that hold no object", f"line {number:,}")


def _pieces(text: str, account: Account) -> Iterator[tuple[int, Record]]:
    """The whole objects of an array that is broken somewhere, most often at its end."""
    at, row, broken = text.find("{", text.find("[")), 0, 0
    while at >= 0:
        try:
            content, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            broken += 1
            if broken > 1_000:
                break
            at = text.find("{", at + 1)
            continue
        row += 1
        yield row, flat(content)
        at = text.find("{", end)
    if broken or not row:
        account.lose("pieces that are no JSON", f"after row {row:,}")


def _rows(content: Any, account: Account) -> Iterator[tuple[int, Record]]:
    """The rows in a whole document."""
    if isinstance(content, list) and not any(isinstance(each, dict) for each in content):
        content = _of_lists(content)
    if isinstance(content, dict):
        content = _unwrapped(content)
    for number, each in enumerate(content if isinstance(content, list) else [content], start=1):
        if isinstance(each, dict):
            yield number, flat(each)
        else:
            account.lose("rows that are no object", f"row {number:,}")


def _of_lists(content: list[Any]) -> list[Any]:
    """Rows as lists under a first one of titles, as objects."""
    rows = [each for each in content if isinstance(each, list)]
    if len(rows) < 2 or not all(isinstance(title, str) for title in rows[0]):
        return content
    return [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]


def _unwrapped(content: Record) -> Any:
    """The longest list of objects in an object, or its columns as rows, or itself."""
    columns = {key: value for key, value in content.items() if isinstance(value, list)}
    series = {key: value for key, value in columns.items() if value and all(_is_point(each) for each in value)}
    if series:
        return [point | {"name": key} for key, points in series.items() for point in points]
    longest, above = _longest(content, {}, DEEPEST)
    if longest:
        return [above | each if isinstance(each, dict) else each for each in longest]
    sizes = {len(value) for value in columns.values()}
    if len(columns) > 1 and len(sizes) == 1:
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    if isinstance(content.get("columns"), list) and isinstance(content.get("data"), list):
        return _of_lists([content["columns"], *content["data"]])
    return content


def _is_point(each: Any) -> bool:
    return isinstance(each, dict) and "value" in each and bool(each.keys() & {"ts", "time", "timestamp"})


def _longest(content: Record, above: Record, deep: int) -> tuple[list[Any], Record]:
    """The longest list with objects in it, and the texts that stand above it, such as a unit's id."""
    above = above | {key: value for key, value in content.items() if isinstance(value, str)}
    best: tuple[list[Any], Record] = ([], {})
    for value in content.values():
        found: tuple[list[Any], Record] = ([], {})
        if isinstance(value, list) and any(isinstance(each, dict) for each in value):
            found = value, above
        elif isinstance(value, dict) and deep > 0:
            found = _longest(value, above, deep - 1)
        if len(found[0]) > len(best[0]):
            best = found
    return best


def flat(record: Record, deep: int = DEEPEST) -> Record:
    """An object without objects in it; a measured value with its unit is one cell.

    >>> flat({"ts": 1, "values": {"rpm": {"value": 800, "unit": "rpm"}, "t": None}})
    {'ts': 1, 'rpm': '800 rpm', 't': None}
    """
    made: Record = {}
    for key, value in record.items():
        if isinstance(value, dict) and deep > 0:
            if "value" in value and not isinstance(value["value"], dict | list):
                unit = value.get("unit") or value.get("units") or ""
                made[key] = f"{value['value']} {unit}".strip() if unit else value["value"]
                continue
            for inner, cell in flat(value, deep - 1).items():
                made[inner if inner not in made and inner not in record else f"{key}.{inner}"] = cell
        elif not isinstance(value, list | dict) or key in LIST_KEPT:
            made[key] = value
    return made
