"""What `POST /api/telemetry` answers with."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal, TypeVar

from pydantic import Field, TypeAdapter
from starlette.responses import JSONResponse, Response

from connected_ops.engine.answers import PLAIN, Reason, Receipt, Rejection, Told
from connected_ops.telemetry import codec
from connected_ops.telemetry.sample import Sample
from connected_ops.validation.rules import VERDICT_NAMES

R = TypeVar("R", Reason, Rejection)
VerdictName = Annotated[str, Field(json_schema_extra={"enum": list(VERDICT_NAMES)})]


@dataclass(frozen=True, slots=True)
class SampleAnswer:
    """What became of one sample. `reasons` are there where it is not simply valid, `ignored` where it names something
    unknown: its first 20 such names, `unit_class` among them where that names none."""

    status: Literal["ok"]
    verdict: VerdictName
    reasons: list[Reason] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BodyAnswer:
    """What became of many: accepted + needs_review + rejected + duplicates = rows, and the first 20 rejections.
    `ignored` are the first 20 names in the first row that mean nothing here, where there are any."""

    status: Literal["ok"]
    accepted: int
    needs_review: int
    rejected: int
    duplicates: int
    rejections: list[Rejection]
    ignored: list[str] = field(default_factory=list)


ONE = TypeAdapter(SampleAnswer)
MANY = TypeAdapter(BodyAnswer)
_PLAIN = {told.verdict: JSONResponse({"status": "ok", "verdict": told.verdict}) for told in PLAIN}


def of_one(told: Told, sample: Sample) -> Response:
    """The answer to one sample."""
    unknown = codec.ignored(sample)
    if not told.reasons and not unknown:
        return _PLAIN[told.verdict]
    reasons = [_suggesting(each, unknown) for each in told.reasons]
    return _json(ONE.dump_json(SampleAnswer("ok", told.verdict, reasons, list(unknown)), exclude_defaults=True))


def of_many(receipt: Receipt) -> Response:
    """The answer to a body of many."""
    counts = receipt.accepted, receipt.needs_review, receipt.rejected, receipt.duplicates
    rejections = [_suggesting(each, receipt.ignored) for each in receipt.rejections]
    answer = BodyAnswer("ok", *counts, rejections, list(receipt.ignored))
    return _json(MANY.dump_json(answer, exclude_defaults=True))


def _suggesting(told: R, unknown: Sequence[str]) -> R:
    """What is told of a sample without a known field names the nearest ones."""
    if told.rule != "no_signal":
        return told
    return replace(told, reason=f"{told.reason} {codec.suggestion(unknown)}".rstrip())


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")
