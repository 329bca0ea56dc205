"""Bodies to samples: a JSON object, a JSON array or NDJSON, with an error for each row that cannot be read.

What comes back in errors is where, what kind and what was expected, never the input itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from io import BytesIO
from itertools import islice
from typing import Annotated

from pydantic import Field, OnErrorOmit, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from connected_ops.errors import BodyTooLarge, MalformedBody
from connected_ops.machines import catalog
from connected_ops.machines.unit_class import KEYS
from connected_ops.telemetry.sample import Sample, WireSample

MAX_SAMPLES = 1000
MOST_IGNORED, LONGEST_NAME = 20, 64
MOST_SUGGESTED = 3

_CLASSES = frozenset((None, *KEYS))

# A pattern is no sentence.
_SENTENCES: dict[tuple[object, str], str] = {
    ("ts", "string_pattern_mismatch"): "A time has date and zone, such as 2026-11-23T14:31:52Z",
    ("vehicle_id", "string_pattern_mismatch"): "An id is a letter or digit, then up to 63 of letters, digits, . _ : -",
}

_one: TypeAdapter[Sample] = TypeAdapter(WireSample)
_many: TypeAdapter[list[Sample]] = TypeAdapter(Annotated[list[WireSample], Field(max_length=MAX_SAMPLES)])
_readable: TypeAdapter[list[Sample]] = TypeAdapter(list[OnErrorOmit[WireSample]])


@dataclass(frozen=True, slots=True)
class RowError:
    """Row `index` of a body cannot be read: the field (empty when it is the row as a whole) and what was expected
    there."""

    index: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """The readable samples with their row numbers, and one error for each unreadable row."""

    samples: list[Sample]
    rows: list[int]
    errors: list[RowError]


def is_object(body: bytes) -> bool:
    """Whether a body holds one JSON object rather than an array."""
    return body.lstrip(b" \t\r\n")[:1] == b"{"


def decode_one(body: bytes) -> Sample:
    """One JSON object; the first 20 unknown names in it, cut where they are long, stand in `model_extra`. Raises
    MalformedBody with every field that is wrong."""
    read = _one.validator.validate_json  # past a wrapper that costs a tenth of it
    try:
        sample = read(body, extra="allow")
    except ValidationError as error:
        raise MalformedBody("The sample cannot be read.", _public(error)) from None
    if unknown := sample.__pydantic_extra__:
        names = dict.fromkeys(name[:LONGEST_NAME] for name in islice(unknown, MOST_IGNORED))
        sample = read(body)  # without what they hold, which may be a mebibyte and would wait with the sample
        object.__setattr__(sample, "__pydantic_extra__", names)
    return sample


def decode_array(body: bytes) -> Decoded:
    """A JSON array. Raises MalformedBody where it is no array of 1 or more readable samples, BodyTooLarge over
    1,000."""
    try:
        samples = _many.validate_json(body)
        return _non_empty(Decoded(samples, list(range(len(samples))), []))
    except ValidationError as error:
        details = _public(error)
    if any(detail["type"] == "too_long" and not detail["loc"] for detail in details):
        raise BodyTooLarge(f"A body holds at most {MAX_SAMPLES} samples: send several.")
    errors = _first_per_row(details)
    if not errors:
        raise MalformedBody("The body is neither a JSON object nor an array of samples.", details)
    samples = _readable.validate_json(body)
    bad = {error.index for error in errors}
    rows = [row for row in range(len(samples) + len(errors)) if row not in bad]
    return _non_empty(Decoded(samples, rows, errors), details)


def decode_ndjson(body: bytes) -> Decoded:
    """One JSON object a line; blank lines are skipped. Raises as `decode_array` does."""
    lines = list(islice((line for line in BytesIO(body) if line.strip()), MAX_SAMPLES + 1))
    if len(lines) > MAX_SAMPLES:
        raise BodyTooLarge(f"A body holds at most {MAX_SAMPLES} samples: send several.")
    decoded = Decoded([], [], [])
    details: list[dict[str, object]] = []
    for index, line in enumerate(lines):
        try:
            decoded.samples.append(_one.validate_json(line))
            decoded.rows.append(index)
        except ValidationError as error:
            row = [{**detail, "loc": [index, *detail["loc"]]} for detail in _public(error)]
            details += row[:20]
            decoded.errors.append(_first_per_row(row)[0])
    return _non_empty(decoded, details)


def ignored(sample: Sample) -> Sequence[str]:
    """What a sample of `decode_one` names that means nothing here: unknown fields, and a class that is none."""
    unknown = sample.__pydantic_extra__  # the property of it costs as much as all else here
    if not unknown and sample.unit_class in _CLASSES:
        return ()
    return [*(() if sample.unit_class in _CLASSES else ("unit_class",)), *(unknown or ())]


def suggestion(names: Iterable[str]) -> str:
    """A sentence with the known name nearest to each of the first few, or nothing where none is near."""
    near = ((name, _nearest(name.lower())) for name in names)
    told = list(islice((f"{known} for {name}" for name, known in near if known), MOST_SUGGESTED))
    return f"Nearest known names: {', '.join(told)}." if told else ""


def _nearest(name: str) -> str | None:
    within = [key for key in catalog.KEYS if name in key]
    return within[0] if len(within) == 1 else next(iter(get_close_matches(name, catalog.KEYS, 1)), None)


def _non_empty(decoded: Decoded, details: list[dict[str, object]] | None = None) -> Decoded:
    if not decoded.samples:
        raise MalformedBody("No row of the body can be read as a sample.", details)
    return decoded


def _public(error: ValidationError) -> list[dict]:
    """An error's places without the input, the url or the context."""
    return [
        _public_one(detail) for detail in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def _public_one(detail: ErrorDetails) -> dict:
    loc, kind = list(detail["loc"]), detail["type"]
    return {"loc": loc, "type": kind, "msg": _SENTENCES.get((loc[-1] if loc else None, kind), detail["msg"])}


def _first_per_row(details: list[dict]) -> list[RowError]:
    """The first error of each row, by row; errors of the body as a whole have no row and are left out."""
    first: dict[int, RowError] = {}
    for detail in details:
        index, *field = detail["loc"] or [None]
        if isinstance(index, int) and index not in first:
            first[index] = RowError(index, ".".join(map(str, field)), detail["msg"])
    return [first[index] for index in sorted(first)]
