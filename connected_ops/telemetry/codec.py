"""Bodies to samples: a JSON object, a JSON array or NDJSON, with an error for each row that cannot be read.

What is written plainly the wire model reads at once; what it refuses is read again as devices write it (`leniency`).
What comes back in errors is where, what kind and what was expected, never the input itself. `zone` is everywhere that
of times without one; None refuses them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from difflib import get_close_matches
from io import BytesIO
from itertools import islice
from typing import Annotated, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from connected_ops.errors import BodyTooLarge, MalformedBody
from connected_ops.machines import catalog
from connected_ops.machines.unit_class import KEYS
from connected_ops.telemetry import leniency
from connected_ops.telemetry.leniency import LONGEST_NAME, MOST_IGNORED, Detail, NotJson, Unreadable
from connected_ops.telemetry.sample import Sample, WireSample

MAX_SAMPLES = 1000
MOST_DETAILS = 20
MOST_SUGGESTED = 3

T = TypeVar("T")

_CLASSES = frozenset((None, *KEYS))
_BOM = b"\xef\xbb\xbf"
_AROUND = b" \t\r\n\0"  # what senders leave around a body: blanks, and the end of a C string

_one: TypeAdapter[Sample] = TypeAdapter(WireSample)
_many: TypeAdapter[list[Sample]] = TypeAdapter(Annotated[list[WireSample], Field(max_length=MAX_SAMPLES)])


class NotOneValue(MalformedBody):
    """A body is not one JSON value; it may be a line each."""


@dataclass(frozen=True, slots=True)
class RowError:
    """Row `index` of a body cannot be read: the field (empty when it is the row as a whole) and what was expected
    there."""

    index: int
    field: str
    reason: str


@dataclass(slots=True)
class Decoded:
    """The readable samples with their row numbers, one error for each unreadable row, with the `details` of the first
    ones, and the names in the first row that mean nothing here: a sender's rows are alike, and to look at all of them
    costs a third of reading them."""

    samples: list[Sample] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    details: list[Detail] = field(default_factory=list)
    ignored: Sequence[str] = ()

    def take(self, index: int, value: object, zone: tzinfo | None) -> None:
        """Read one row, or note why it cannot be read."""
        if index == 0:
            self.ignored = leniency.unknown(value)
        try:
            self.samples.append(leniency.row(value, zone))
            self.rows.append(index)
        except Unreadable as error:
            self.refuse(index, error.details)

    def refuse(self, index: int, details: Sequence[Detail]) -> None:
        """Note that a row cannot be read, by the first of its errors."""
        place, *_ = details
        self.errors.append(RowError(index, ".".join(map(str, _places(place))), str(place["msg"])))
        if len(self.details) < MOST_DETAILS:
            self.details += [{**each, "loc": [index, *_places(each)]} for each in details]


def trimmed(body: bytes) -> bytes:
    """A body without what stands around it: a byte order mark, blanks, the end of a C string."""
    return body.strip(_AROUND).removeprefix(_BOM).lstrip(_AROUND)


def is_object(body: bytes) -> bool:
    """Whether a body begins like a JSON object rather than an array."""
    return trimmed(body)[:1] == b"{"


def is_array(body: bytes) -> bool:
    """Whether a body begins like a JSON array."""
    return trimmed(body)[:1] == b"["


def decode_one(body: bytes, zone: tzinfo | None = None) -> Sample:
    """One JSON object; the first 20 unknown names in it, cut where they are long, stand in `model_extra`. Raises
    MalformedBody with every field that is wrong, NotOneValue where the body is more or less than one JSON value."""
    read = _one.validator.validate_json  # past a wrapper that costs a tenth of it
    try:
        sample = read(body, extra="allow")
    except ValidationError:
        return _read_again(body, zone)
    if unknown := sample.__pydantic_extra__:
        names = dict.fromkeys(name[:LONGEST_NAME] for name in islice(unknown, MOST_IGNORED))
        sample = read(body)  # without what they hold, which may be a mebibyte and would wait with the sample
        object.__setattr__(sample, "__pydantic_extra__", names)
    return sample


def decode_array(body: bytes, zone: tzinfo | None = None, *, strict: bool = False) -> Decoded:
    """A JSON array. Raises MalformedBody where it is none or empty, and, where `strict`, where none of its rows is
    readable; BodyTooLarge over 1,000."""
    try:
        samples = _many.validate_json(body)
        decoded = Decoded(samples, list(range(len(samples))), ignored=leniency.unknown_in_first(body.decode()))
    except ValidationError as error:
        if error.error_count() == 1 and _is_too_long(leniency.details_of(error)[0]):
            raise _too_many() from None
        decoded = Decoded()
        for index, value in _at_most(leniency.elements(_text(body))):
            decoded.take(index, value, zone)
    return _settled(decoded, strict)


def decode_ndjson(body: bytes, zone: tzinfo | None = None, *, strict: bool = False) -> Decoded:
    """One JSON object a line; blank lines are skipped. Raises as `decode_array` does, and where no line is an
    object."""
    lines = (line for line in BytesIO(trimmed(body)) if line.strip(_AROUND))
    decoded, objects = Decoded(), False
    for index, line in _at_most(lines):
        try:
            decoded.samples.append(_one.validate_json(line))
            decoded.rows.append(index)
            if index == 0:
                decoded.ignored = leniency.unknown_in_first(f"[{line.decode()}]")
        except ValidationError:
            try:
                value = leniency.value_of(_text(line))
            except (MalformedBody, NotJson):
                decoded.refuse(index, [_NOT_JSON])
            else:
                objects |= isinstance(value, dict)
                decoded.take(index, value, zone)
    if decoded.errors and not (decoded.samples or objects):
        raise NotOneValue(_NOT_A_BODY, decoded.details)
    return _settled(decoded, strict)


def _read_again(body: bytes, zone: tzinfo | None) -> Sample:
    try:
        value = leniency.value_of(_text(body))
    except NotJson:
        raise NotOneValue(_NOT_A_BODY, [_NOT_JSON]) from None
    try:
        sample = leniency.row(value, zone)
    except Unreadable as error:
        raise MalformedBody("The sample cannot be read.", error.details) from None
    object.__setattr__(sample, "__pydantic_extra__", dict.fromkeys(leniency.unknown(value)))
    return sample


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


def _settled(decoded: Decoded, strict: bool) -> Decoded:
    if not decoded.samples and (strict or not decoded.errors):
        raise MalformedBody("No row of the body can be read as a sample.", decoded.details)
    return decoded


def _at_most(rows: Iterable[T]) -> Iterator[tuple[int, T]]:
    """The rows with their numbers. Raises BodyTooLarge after the 1,000th, NotOneValue where they are no JSON."""
    try:
        for index, row in enumerate(rows):
            if index == MAX_SAMPLES:
                raise _too_many()
            yield index, row
    except NotJson:
        raise NotOneValue(_NOT_A_BODY, [_NOT_JSON]) from None


def _is_too_long(detail: Detail) -> bool:
    return detail["type"] == "too_long" and not detail["loc"]


def _too_many() -> BodyTooLarge:
    return BodyTooLarge(f"A body holds at most {MAX_SAMPLES} samples: send several.")


def _text(body: bytes) -> str:
    """The text of a body that is UTF-8. Raises NotOneValue."""
    try:
        return leniency.amended(trimmed(body).decode())
    except UnicodeDecodeError:
        raise NotOneValue(_NOT_A_BODY, [_NOT_UTF8]) from None


def _places(detail: Detail) -> list[object]:
    loc = detail["loc"]
    return loc if isinstance(loc, list) else []


_NOT_A_BODY = "The body is neither a JSON object, nor an array of samples, nor an object a line."
_NOT_JSON: Detail = {"loc": [], "type": "json_invalid", "msg": "This is no JSON"}
_NOT_UTF8: Detail = {"loc": [], "type": "utf8_invalid", "msg": "This is no UTF-8"}
