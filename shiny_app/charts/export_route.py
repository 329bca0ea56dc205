"""Where a chart is fetched to be kept: `/charts/{vehicle_id}/{chart}.save.png` and `.svg`, drawn whole, with its title,
unit, time and source in it.
"""

from dataclasses import replace
from functools import partial
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shiny_app.charts.against_itself import AGAINST_ITSELF
from shiny_app.charts.captions import Caption, caption
from shiny_app.charts.held import NONE_HELD, Held
from shiny_app.charts.palette import Theme
from shiny_app.charts.reading import Injected, Reading, UnitReader, none_injected, read
from shiny_app.charts.routes import NAMES, NO_DAYS, NO_SIGNAL, NO_UNIT, BadQuery, problem, wanted
from shiny_app.charts.studio import ChartStudio, shown, uom_of
from shiny_app.charts.times import times
from shiny_app.charts.trace import Trace
from shiny_app.charts.worker import Files

DRAWN_WIDTH = 980
"""CSS pixels of a chart whose plot is as wide as that of a saved one."""


def export_routes(
    read_model: UnitReader, studio: ChartStudio, injected: Injected = none_injected, held: Held = NONE_HELD
) -> list[Route]:
    """The routes of charts as files, for the root application, before those of the charts."""
    files = Files(studio.worker)

    async def save(request: Request) -> Response:
        try:
            want = wanted(request.query_params)
        except BadQuery as error:
            return problem(HTTPStatus.BAD_REQUEST, str(error))
        key, kind = request.path_params["chart"], request.url.path.rpartition(".")[2]
        unit = request.path_params["vehicle_id"]
        found = read(*held.reader(want.held, unit, read_model, injected), unit, want.asked, metric=want.metric)
        if found is None or key not in NAMES or uom_of(found.whole, key) is None:
            lacking = NO_DAYS if key == AGAINST_ITSELF else NO_SIGNAL
            return problem(HTTPStatus.NOT_FOUND, NO_UNIT if found is None else lacking)
        said = caption(found, key)
        return await files.answer(partial(_draw, standing(found, key), said, kind, want.theme), said, kind)

    return [
        Route("/charts/{vehicle_id:path}/{chart}.save.png", save, name="chart-as-png"),
        Route("/charts/{vehicle_id:path}/{chart}.svg", save, name="chart-as-svg"),
    ]


def standing(reading: Reading, key: str) -> Trace:
    """The chart with real times on its axis: a file is looked at when "now" is long over."""
    moving, _ = shown(reading.whole, key, DRAWN_WIDTH, reading.stretch, reading.marks)
    if key == AGAINST_ITSELF:
        return moving
    return replace(moving, span=times(reading.stretch.begin, reading.stretch.end, float(DRAWN_WIDTH)))


def _draw(moving: Trace, said: Caption, kind: str, colour: Theme) -> bytes:
    from shiny_app.charts.export import exported  # noqa: PLC0415 - plotnine loads in 2 s: the worker's, not the start's

    return exported(moving, said, "svg" if kind == "svg" else "png", colour)
