"""Where the figures behind charts are fetched: `/charts/{vehicle_id}/series.json` for the cursor and the tables of a
page, once a version for all sessions, and `/charts/{vehicle_id}/{chart}.csv`.
"""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shiny_app.charts.axes import drawable
from shiny_app.charts.captions import file_name
from shiny_app.charts.held import NONE_HELD, Held
from shiny_app.charts.reading import Injected, Reading, UnitReader, none_injected, read
from shiny_app.charts.routes import FOR_EVER, NO_SIGNAL, NO_UNIT, BadQuery, Wanted, problem, wanted
from shiny_app.charts.series_data import Verdicts, series_csv, series_json
from shiny_app.charts.worker import attached
from shiny_app.live.memo import Memo

KEPT = 32
"""Answers kept for the sessions that look at the same: some 1 MB."""


def series_routes(read_model: UnitReader, injected: Injected = none_injected, held: Held = NONE_HELD) -> list[Route]:
    """The routes of the figures, for the root application, before those of the charts."""
    made: Memo[tuple[object, ...], bytes] = Memo(KEPT)

    def find(request: Request) -> tuple[Wanted, Reading, UnitReader] | Response:
        try:
            want = wanted(request.query_params)
        except BadQuery as error:
            return problem(HTTPStatus.BAD_REQUEST, str(error))
        unit = request.path_params["vehicle_id"]
        reader, faults = held.reader(want.held, unit, read_model, injected)
        found = read(reader, faults, unit, want.asked, metric=want.metric)
        return problem(HTTPStatus.NOT_FOUND, NO_UNIT) if found is None else (want, found, reader)

    def verdicts(reading: Reading, reader: UnitReader) -> Verdicts:
        """Those of samples; means have none."""
        if reading.stretch.width_s:
            return {}
        series = reader.series(reading.whole.row.vehicle_id, "10m")
        if series is None:
            return {}
        return {ts: said for ts, said in zip(series.ts.tolist(), series.verdicts, strict=True) if said != "valid"}

    async def figures(request: Request) -> Response:
        found = find(request)
        if isinstance(found, Response):
            return found
        want, reading, reader = found
        key = (reading.whole.row.vehicle_id, want.asked, want.metric, reading.version)
        body = made.once(key, lambda: series_json(reading, verdicts(reading, reader)))
        caching = FOR_EVER if want.version == reading.version else "no-store"
        return Response(body, media_type="application/json", headers={"Cache-Control": caching})

    async def table(request: Request) -> Response:
        found = find(request)
        if isinstance(found, Response):
            return found
        _, reading, reader = found
        key = request.path_params["chart"]
        if not drawable(reading.whole, key):
            return problem(HTTPStatus.NOT_FOUND, NO_SIGNAL)
        body = series_csv(reading, key, verdicts(reading, reader))
        name = file_name(reading, reading.whole.signal(key).label)
        return Response(body, media_type="text/csv", headers=attached(f"{name}.csv"))

    return [
        Route("/charts/{vehicle_id:path}/series.json", figures, name="series"),
        Route("/charts/{vehicle_id:path}/{chart}.csv", table, name="chart-table"),
    ]
