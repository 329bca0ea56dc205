"""The few errors of the domain; the edges turn them into problem details (RFC 9457) or one sentence on the page."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

PROBLEM = "application/problem+json"


class ConnectedOpsError(Exception):
    """Base of every error a person may meet: its text is one sentence saying what, where and what to do."""


class ProfileError(ConnectedOpsError):
    """A profile file of the emulator cannot be used; the text names file, line and field."""


class UnknownUnit(ConnectedOpsError):
    """No unit with that id has reported."""


class UnknownAnomaly(ConnectedOpsError):
    """No anomaly of that name exists."""


class NotOffered(ConnectedOpsError):
    """The anomaly exists, but not for this unit: a live unit, or a class without what it needs."""


class MalformedBody(ConnectedOpsError):
    """Nothing in a body could be read as a sample; `errors` holds loc, type and msg, never the input."""

    def __init__(self, message: str, errors: list[dict[str, object]] | None = None) -> None:
        super().__init__(message)
        self.errors = errors or []


class BodyTooLarge(ConnectedOpsError):
    """More samples in one body than the door takes at once."""


class Busy(ConnectedOpsError):
    """So much waits to be taken that the door takes no more for a moment."""


class FleetFull(ConnectedOpsError):
    """No place for another unit until a silent one makes room."""


def problem_body(status: int, detail: str, errors: Sequence[Mapping[str, object]] = ()) -> bytes:
    """A problem document of that status: `detail` is one sentence for a person, `errors` the places it speaks of."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
