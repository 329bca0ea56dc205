"""Where the strip of the whole fleet asks what a cell is: `/fleet/cell?at=`, the unit at that place, worst first."""

from http import HTTPStatus
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connected_ops.read_model import BANDS, FRESHNESS, FleetSnapshot
from shiny_app.charts.routes import problem, whole_number
from shiny_app.shell import in_units
from shiny_app.shell.components import nav_href, silent_for


class SnapshotReader(Protocol):
    """All that a cell needs of the read model."""

    def snapshot(self) -> FleetSnapshot: ...


def cell_text(snapshot: FleetSnapshot, row: int, metric: bool) -> str:
    """ "truck_07 · High 71 · Coolant 9 °F above its own normal", the unit at a position of the snapshot in one line."""
    unit = snapshot.vehicle_ids[row]
    stands = f"{BANDS[snapshot.band[row]]} {round(float(snapshot.score[row]))}"
    silent = silent_for(FRESHNESS[snapshot.freshness[row]], snapshot.at - float(snapshot.last_arrival[row]))
    return f"{unit} · {stands}{f', {silent}' if silent else ''} · {in_units.text(snapshot.reasons[row], metric)}"


def fleet_routes(read_model: SnapshotReader) -> list[Route]:
    """The route of a cell, for the root application."""

    async def cell(request: Request) -> Response:
        snapshot = read_model.snapshot()
        at = whole_number(request.query_params.get("at", ""))
        if at is None or at >= len(snapshot.order):
            known = f"at is a place in the fleet, a whole number below {len(snapshot.order)}."
            return problem(HTTPStatus.NOT_FOUND, known if len(snapshot.order) else "No unit has reported yet.")
        row = int(snapshot.order[at])
        text = cell_text(snapshot, row, metric=request.query_params.get("units") == "c")
        answer = {"at": at, "text": text, "href": nav_href("unit", snapshot.vehicle_ids[row])}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    return [Route("/fleet/cell", cell, name="fleet-cell")]
