"""Where each table of the pages is fetched as CSV: `/tables/{name}.csv` and `/tables/units/{vehicle_id}/{name}.csv`.

The query is the page's own: the fleet's filters and order, the assumptions that are changed, `units`.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connected_ops.read_model import ReadModel, UnitView
from shiny_app.charts.routes import problem
from shiny_app.charts.worker import attached
from shiny_app.live.location import Location, parse
from shiny_app.tables.fleet_sheets import fleet_sheet, freshness_sheet, indicators_sheet, rules_sheet, samples_sheet
from shiny_app.tables.sheet import Sheet
from shiny_app.tables.value_sheets import assumptions_sheet, cases_sheet, insights_sheet

OF_A_UNIT: Mapping[str, Callable[[UnitView, bool], Sheet]] = {
    "samples": samples_sheet,
    "indicators": indicators_sheet,
}
_UNKNOWN = "There is no such table; there are {}."


def table_routes(read_model: ReadModel) -> list[Route]:
    """The routes of the tables, for the root application."""
    made: Mapping[str, Callable[[Location], Sheet]] = {
        "fleet": lambda at: fleet_sheet(read_model.snapshot(), at.fleet, at.units == "c"),
        "insights": lambda at: insights_sheet(read_model.episodes(), read_model.snapshot(), at.units == "c"),
        "value-cases": lambda at: cases_sheet(read_model.value(dict(at.changes))),
        "value-assumptions": lambda at: assumptions_sheet(read_model.value(dict(at.changes))),
        "quality-rules": lambda at: rules_sheet(read_model.quality(), read_model.snapshot(), at.units == "c"),
        "quality-freshness": lambda _: freshness_sheet(read_model.quality()),
    }

    async def table(request: Request) -> Response:
        name = request.path_params["name"]
        make = made.get(name)
        if make is None:
            return problem(HTTPStatus.NOT_FOUND, _UNKNOWN.format(", ".join(made)))
        page = name.partition("-")[0]  # an address is read as that of the page the table stands on
        return await _answer(parse(f"{request.url.query}&page={page}"), make)

    async def of_a_unit(request: Request) -> Response:
        make = OF_A_UNIT.get(request.path_params["name"])
        if make is None:
            return problem(HTTPStatus.NOT_FOUND, _UNKNOWN.format(", ".join(OF_A_UNIT)))
        view = read_model.unit(request.path_params["vehicle_id"])
        if view is None:
            return problem(HTTPStatus.NOT_FOUND, "No unit with that id has reported.")
        return await _answer(parse(request.url.query), lambda at: make(view, at.units == "c"))

    return [
        Route("/tables/{name}.csv", table, name="table"),
        Route("/tables/units/{vehicle_id:path}/{name}.csv", of_a_unit, name="unit-table"),
    ]


async def _answer(at: Location, make: Callable[[Location], Sheet]) -> Response:
    """The table that an address asks for; one that asks in vain gets a sentence instead of another table."""
    if at.sentences:
        return problem(HTTPStatus.BAD_REQUEST, " ".join(at.sentences))
    sheet = make(at)
    body = await run_in_threadpool(sheet.csv)
    return Response(body, headers=attached(sheet.file_name), media_type="text/csv; charset=utf-8")
