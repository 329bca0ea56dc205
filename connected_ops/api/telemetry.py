"""`/api/telemetry`: where samples come in, and the newest ones can be read back.

The POST is a plain route, described in the OpenAPI document by hand (`openapi`): twice the requests a second of a
modelled one.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from math import isfinite
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from connected_ops.api import answers
from connected_ops.api.problems import bounded, described, limit_of, of_error, problem
from connected_ops.api.wire import iso
from connected_ops.engine.intake import Intake
from connected_ops.errors import ConnectedOpsError, MalformedBody
from connected_ops.guards.keys import is_simulated
from connected_ops.guards.unpacking import unpacked
from connected_ops.labs import Labs
from connected_ops.machines import catalog
from connected_ops.machines.unit_class import CLASSES
from connected_ops.telemetry import codec
from connected_ops.telemetry.ids import PATTERN
from connected_ops.telemetry.times import named_zone
from connected_ops.telemetry.units import Owner
from connected_ops.validation.rules import VERDICT_NAMES
from connected_ops.views.newest import Kept, kept, newest

OWNERS: dict[bytes, Owner] = {b"live": Owner.LIVE, b"replay": Owner.REPLAY, b"simulated": Owner.SIMULATED}
LINES = frozenset((b"application/x-ndjson", b"application/ndjson", b"application/jsonl", b"application/x-jsonlines"))
"""Content types of an object a line, even where there is but one."""

MOST_ROWS = 10_000
THREAD_FROM_UNITS = 200


class BadParameter(ConnectedOpsError):
    """A word of the address cannot be used."""


class TelemetryPost:
    """The endpoint of `POST /api/telemetry`, straight on ASGI: thousands of requests a second meet it."""

    def __init__(self, labs: Labs) -> None:
        self._labs = labs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        body = await _body(receive)
        if body is None:
            return  # the client went away; half a body is nobody's telemetry
        response = await self._answer(scope, headers, body)
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, headers: dict[bytes, bytes], body: bytes) -> Response:
        owner = Owner.EMULATOR if is_simulated(scope) else OWNERS.get(headers.get(b"x-source", b"live"))
        if owner is None:
            return problem(400, "X-Source is live, replay or simulated.")
        intake = self._labs.intake(owner)
        try:
            asked = asked_of(scope["query_string"]) if scope["query_string"] else PLAIN
            if coding := headers.get(b"content-encoding"):
                body = unpacked(body, coding)
            body = codec.trimmed(body)
            kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
            return await _taken(intake, body, owner, asked, lines=kind in LINES)
        except MalformedBody as error:
            intake.refuse()
            return of_error(error)
        except ConnectedOpsError as error:
            return of_error(error)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the query of a POST says: the zone of times without one, and whether an array of nothing readable is an
    error."""

    zone: tzinfo | None = None
    strict: bool = False


PLAIN = Asked()


def asked_of(query: bytes) -> Asked:
    """The query's words; others than ours are nobody's. Raises BadParameter."""
    words = QueryParams(query)
    try:
        zone = named_zone(words["timezone"]) if "timezone" in words else None
    except ValueError as error:
        raise BadParameter(str(error)) from None
    return Asked(zone, words.get("strict", "").lower() in ("1", "true"))


async def _taken(intake: Intake, body: bytes, owner: Owner, asked: Asked, *, lines: bool) -> Response:
    """Take a body by what it holds: an array, an object, or an object a line."""
    many = {"zone": asked.zone, "strict": asked.strict}
    if codec.is_array(body):
        return answers.of_many(await intake.take_many(body, partial(codec.decode_array, **many), owner))
    if not lines:
        try:
            sample = codec.decode_one(body, asked.zone)
            return answers.of_one(await intake.take_one(sample, owner), sample)
        except codec.NotOneValue:
            if b"\n" not in body:
                raise
    return answers.of_many(await intake.take_many(body, partial(codec.decode_ndjson, **many), owner))


async def _body(receive: Receive) -> bytes | None:
    """The whole body, whose size the guard before has bounded; None where the client left before its end."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def reads(labs: Labs) -> APIRouter:
    """`GET /api/telemetry`."""
    router = APIRouter(tags=["telemetry"])
    one_at_a_time = asyncio.Lock()  # each copies much of a large fleet's window

    @router.get("/telemetry/", include_in_schema=False)
    @router.get("/telemetry", summary="The newest samples, oldest first", responses=described(400, 404))
    async def telemetry(
        limit: Annotated[int, limit_of(MOST_ROWS)] = 600,
        vehicle_id: Annotated[str | None, Query(pattern=PATTERN)] = None,
    ) -> Response:
        most = bounded(limit, MOST_ROWS)
        fleets = kept([lab.intake for lab in labs.both], vehicle_id)
        if not fleets:
            return problem(404, "No unit with that vehicle_id has reported.")
        if sum(len(fleet.places) for fleet in fleets) >= THREAD_FROM_UNITS:
            async with one_at_a_time:
                body = await run_in_threadpool(_newest, fleets, most)
        else:
            body = _newest(fleets, most)
        return Response(body, media_type="application/json")

    return router


def _newest(fleets: Sequence[Kept], limit: int) -> bytes:
    found = newest(fleets, limit)
    rows = []
    for at, (vehicle_id, kind) in enumerate(zip(found.vehicle_ids, found.unit_class.tolist(), strict=True)):
        row: dict[str, Any] = {
            "ts": iso(float(found.samples.ts[at])),
            "vehicle_id": vehicle_id,
            "unit_class": CLASSES[kind].key,
        }
        row |= {
            key: round(value, 3)
            for key, value in zip(catalog.KEYS, found.samples.values[at].tolist(), strict=True)
            if isfinite(value)
        }
        row["verdict"] = VERDICT_NAMES[found.samples.verdict[at]]
        rows.append(row)
    return to_json(rows)
