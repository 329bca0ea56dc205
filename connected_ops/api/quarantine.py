"""What validation refused, for a client to look at or to take away."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from connected_ops.api import table, wire
from connected_ops.api.made import THREAD_FROM_ROWS
from connected_ops.api.problems import bounded, described, limit_of
from connected_ops.api.wire import iso
from connected_ops.labs import Labs
from connected_ops.read_model import OTHER_SIGNALS, SIGNAL_KEYS, SOURCES, csv_bytes
from connected_ops.telemetry.units import SOURCE_OF_OWNER
from connected_ops.validation.quarantine import KEPT, Quarantined

COLUMNS = ("arrived", "source", "vehicle_id", "ts", "rule", "field", "reason")


def routes(labs: Labs) -> APIRouter:
    """`GET /api/quarantine` and `GET /api/quarantine.csv`."""
    router = APIRouter(tags=["validation"])

    @router.get(
        "/quarantine",
        summary="The refused rows, newest first, each with its rule and reason",
        response_model=wire.Quarantined,
        responses=described(400),
    )
    async def quarantine(limit: Annotated[int, limit_of(KEPT)] = 200) -> Response:
        most = bounded(limit, KEPT)
        rows, kept = labs.quarantined(most), [lab.intake.quarantine for lab in labs.both]
        held, dropped = sum(len(each.rows) for each in kept), sum(each.dropped for each in kept)

        def make() -> bytes:
            return wire.json_bytes(wire.Quarantined(held, dropped, [_row(row) for row in rows]))

        return Response(await _made(make, rows), media_type="application/json")

    @router.get("/quarantine.csv", summary="All of it as a table", response_class=Response, responses=table.DESCRIBED)
    async def quarantine_csv() -> Response:
        rows = labs.quarantined(KEPT * len(labs.both))  # each keeps so many
        return table.attachment(await _made(lambda: _csv(rows), rows), "quarantine.csv")

    return router


async def _made(make: Callable[[], bytes], rows: Sequence[Quarantined]) -> bytes:
    return await run_in_threadpool(make) if len(rows) >= THREAD_FROM_ROWS else make()


def _row(row: Quarantined) -> wire.QuarantinedRow:
    return wire.QuarantinedRow(
        arrived=iso(row.arrived),
        source=SOURCES[SOURCE_OF_OWNER[row.owner]],
        vehicle_id=row.vehicle_id,
        ts=None if row.ts is None else iso(row.ts),
        rule=row.rule,
        field=row.field,
        reason=row.reason,
        values=dict(row.values),
    )


def _csv(rows: Sequence[Quarantined]) -> bytes:
    shown = [_row(row) for row in rows]
    refused = {key for one in shown for key in one.values}
    keys = [key for key in SIGNAL_KEYS if key in refused or key not in OTHER_SIGNALS]
    return csv_bytes(
        (*COLUMNS, *keys),
        (
            (
                one.arrived, one.source, one.vehicle_id, one.ts, one.rule, one.field, one.reason,
                *map(one.values.get, keys),
            )
            for one in shown
        ),
    )  # fmt: skip
