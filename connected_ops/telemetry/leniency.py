"""What the wire model refuses, read as devices write it: JSON that browsers would not read, and in a row times, ids and
figures in their many forms. Nothing is guessed: what has two readings is an error that says what to send."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import tzinfo
from itertools import islice
from math import isfinite
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from connected_ops.machines import catalog
from connected_ops.telemetry import ids, times, values
from connected_ops.telemetry.sample import Sample, WireSample

T = TypeVar("T")
Detail = dict[str, object]
"""A place that is wrong: loc, type and msg, never the input."""

MOST_IGNORED, LONGEST_NAME = 20, 64

_NO_ROW: Detail = {"loc": [], "type": "object", "msg": "A sample is a JSON object"}
_REQUIRED = {"ts": "The time is missing", "vehicle_id": "The id of the unit is missing"}
_KINDS = {"ts": "time", "vehicle_id": "id"}
_STAND_INS = {"ts": "2000-01-01T00:00:00Z", "vehicle_id": "a"}  # for what is read already

_BLANKS = re.compile(r"[ \t\r\n\0]+")
_LONGEST_WHOLE = 40  # digits of a number that is kept whole, as an id may be
_KNOWN = frozenset(WireSample.model_fields)
_sample: TypeAdapter[Sample] = TypeAdapter(WireSample)


class NotJson(ValueError):
    """The text is no JSON."""


class Unreadable(ValueError):
    """A row is no sample; `details` are the places, one a field."""

    def __init__(self, details: list[Detail]) -> None:
        super().__init__("The row is no sample.")
        self.details = details


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_WHOLE else float(digits)


# NaN and Infinity are read, control characters in text and lone surrogates too: so each is its own row's error.
_decoder = json.JSONDecoder(strict=False, parse_int=_whole)


# "nan" and "inf", as C prints them, where a value stands.
_BARE = re.compile(r"[:,\[]\s*([+-]?(?:nan(?:\(\w{0,8}\))?|inf(?:inity)?))(?!\w)", re.ASCII)
_LONGEST_AMENDED = 256 * 1024  # characters: each of these words costs a µs


def amended(text: str) -> str:
    """A text in which what C prints for no number is null, but in quotes. A long one is left as it is, and one with
    escapes in it: whoever prints figures with C writes none."""
    if len(text) > _LONGEST_AMENDED or "\\" in text:
        return text
    parts, at, quotes = [], 0, 0
    for found in _BARE.finditer(text):
        begin, end = found.span(1)
        quotes += text.count('"', at, begin)
        parts += (text[at:begin], text[begin:end] if quotes % 2 else "null")
        at = end
    return "".join((*parts, text[at:]))


def value_of(text: str) -> object:
    """The one value that a text holds. NotJson where it holds anything else."""
    value, end = _value(text, _after_blanks(text, 0))
    if _after_blanks(text, end) < len(text):
        raise NotJson
    return value


def elements(text: str) -> Iterator[object]:
    """The elements of a JSON array, one after the other, so that whoever counts them may stop. NotJson where it is
    none."""
    at = _after_blanks(text, 0)
    if text[at : at + 1] != "[":
        raise NotJson
    at = _after_blanks(text, at + 1)
    while text[at : at + 1] != "]":
        value, at = _value(text, at)
        yield value
        at = _after_blanks(text, at)
        if text[at : at + 1] == ",":
            at = _after_blanks(text, at + 1)
        elif text[at : at + 1] != "]":
            raise NotJson
    if _after_blanks(text, at + 1) < len(text):
        raise NotJson


def row(value: object, zone: tzinfo | None) -> Sample:
    """The sample in a row; `zone` is that of times without one. Raises Unreadable."""
    if not isinstance(value, dict):
        raise Unreadable([_NO_ROW])
    wrong: list[Detail] = []
    ts = _read(value, "ts", lambda given: times.instant(given, zone), wrong)
    vehicle_id = _read(value, "vehicle_id", ids.unit_id, wrong)
    plain: dict[str, Any] = {name: each for name, each in value.items() if name in _KNOWN}
    plain.update(_STAND_INS)
    for name in [name for name in plain if name in catalog.INDEX]:
        if not (isinstance(plain[name], float) and isfinite(plain[name])):
            plain[name] = _read(value, name, values.number, wrong)
    for name in ("unit_class", "fault_codes"):
        if name in plain and values.is_absent(plain[name]):
            plain[name] = None
    if ts is None or vehicle_id is None or wrong:
        raise Unreadable(wrong)
    try:
        sample = _sample.validate_python(plain)
    except ValidationError as error:
        raise Unreadable(details_of(error)) from None
    sample.ts, sample.vehicle_id = ts, vehicle_id
    return sample


def _read(value: dict[str, Any], name: str, reader: Callable[[Any], T], wrong: list[Detail]) -> T | None:
    """What a field of a row says; where it cannot be read that is added to what is wrong."""
    if name in _REQUIRED and value.get(name) is None:
        wrong.append({"loc": [name], "type": "missing", "msg": _REQUIRED[name]})
        return None
    try:
        return reader(value[name])
    except ValueError as error:
        kind = "time_zone" if isinstance(error, times.NoZone) else _KINDS.get(name, "number")
        wrong.append({"loc": [name], "type": kind, "msg": str(error)})
        return None


def unknown(value: object) -> list[str]:
    """The first names in a row that mean nothing here, cut where they are long."""
    found = (name for name in value if name not in _KNOWN) if isinstance(value, dict) else ()
    return [_told(name) for name in islice(found, MOST_IGNORED)]


def unknown_in_first(text: str) -> list[str]:
    """Those in the first row of an array."""
    try:
        return unknown(next(elements(text), None))
    except NotJson:  # it is deeper than this reader goes
        return []


def _told(name: str) -> str:
    """A name as an answer can carry it."""
    return name[:LONGEST_NAME].encode("utf-8", "replace").decode()


def details_of(error: ValidationError) -> list[Detail]:
    """The places that the wire model finds wrong, without the input."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [{"loc": list(each["loc"]), "type": each["type"], "msg": each["msg"]} for each in found]


def _value(text: str, at: int) -> tuple[object, int]:
    try:
        return _decoder.raw_decode(text, at)
    except (ValueError, RecursionError):
        raise NotJson from None


def _after_blanks(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    return at if match is None else match.end()
