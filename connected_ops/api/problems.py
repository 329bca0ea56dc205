"""Errors of the API as problem details (RFC 9457): what, where and what to do, in at most 4 kB, never the input
echoed."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Query
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from connected_ops.engine.intake import SourceConflict
from connected_ops.errors import (
    PROBLEM,
    BodyTooLarge,
    Busy,
    ConnectedOpsError,
    FleetFull,
    MalformedBody,
    NotOffered,
    UnknownAnomaly,
    UnknownUnit,
    problem_body,
)
from connected_ops.guards.unpacking import UnknownCoding
from connected_ops.telemetry.codec import NotOneValue

MOST_ERRORS = 10
SCHEMA = "Problem"
DESCRIBED = {
    "description": "Problem details (RFC 9457)",
    "content": {PROBLEM: {"schema": {"$ref": f"#/components/schemas/{SCHEMA}"}}},
}
RETRY_AFTER_S = {HTTPStatus.TOO_MANY_REQUESTS: "60", HTTPStatus.SERVICE_UNAVAILABLE: "1"}

LIMIT_BELOW_ONE = "limit must be 1 or more."

STATUS: dict[type[ConnectedOpsError], int] = {
    MalformedBody: 422,
    NotOneValue: 422,
    BodyTooLarge: 413,
    UnknownCoding: 415,
    FleetFull: 429,
    Busy: 503,
    SourceConflict: 409,
    NotOffered: 409,
    UnknownUnit: 404,
    UnknownAnomaly: 422,
}


def problem(
    status: int, detail: str, errors: Sequence[dict[str, Any]] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """A problem document; `errors` are cut to the first ten, each loc, type and msg."""
    told = [
        {"loc": [part if isinstance(part, int) else str(part)[:40] for part in error["loc"]][:4],
         "type": str(error["type"])[:60], "msg": str(error["msg"])[:160]}
        for error in errors[:MOST_ERRORS]
    ]  # fmt: skip
    if headers is None and status in RETRY_AFTER_S:
        headers = {"Retry-After": RETRY_AFTER_S[HTTPStatus(status)]}
    return Response(problem_body(status, detail, told), status, headers, media_type=PROBLEM)


def of_error(error: ConnectedOpsError) -> Response:
    """The problem document of a domain error."""
    errors = error.errors if isinstance(error, MalformedBody) else ()
    return problem(STATUS.get(type(error), 400), str(error), errors)


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Those problems for a route's place in the OpenAPI document."""
    return {status: DESCRIBED for status in statuses}


def limit_of(most: int) -> Any:
    """The query parameter of how many at most: `bounded` answers for it, and the document says its range."""
    return Query(description=f"1 to {most:,}", json_schema_extra={"minimum": 1})


def bounded(limit: int, most: int) -> int:
    """A reader's `limit`, cut to `most`. HTTPException 400 where it is below 1."""
    if limit <= 0:
        raise HTTPException(400, LIMIT_BELOW_ONE)
    return min(limit, most)


def install(app: FastAPI) -> None:
    """Let every error of the app leave as a problem document."""

    async def domain(request: Request, error: Exception) -> Response:
        assert isinstance(error, ConnectedOpsError)
        return of_error(error)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return problem(422, "The request cannot be read; see `errors` for the place.", error.errors())

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        headers = {"Allow": _allowed(app, request)} if error.status_code == 405 else error.headers
        return problem(error.status_code, _SENTENCES.get(error.status_code, str(error.detail)), (), headers)

    async def failure(request: Request, error: Exception) -> Response:
        return problem(500, "Something failed in this server, its log says what; the request itself may be fine.")

    app.add_exception_handler(Exception, failure)
    app.add_exception_handler(ConnectedOpsError, domain)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)


def _allowed(app: FastAPI, request: Request) -> str:
    """The methods that an address takes; Starlette names those of its first route alone."""
    asked = {method: {**request.scope, "method": method} for method in _METHODS}
    return ", ".join(
        method for method, scope in asked.items() if any(each.matches(scope)[0] is Match.FULL for each in app.routes)
    )


_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_SENTENCES = {
    404: "There is nothing at this address; the list of addresses is at /api/docs.",
    405: "This address does not take that method; see /api/docs.",
    413: "The body is larger than 1 MiB; send it in parts.",
}
