"""Where a chart image is fetched: `/charts/{vehicle_id}/{chart}.png?w=&s=&theme=&units=&v=`."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol, get_args

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connected_ops.read_model import UnitView
from shiny_app import units
from shiny_app.charts.against_itself import AGAINST_ITSELF
from shiny_app.charts.axes import BY_KEY, DEFAULT_WIDTH, Scale
from shiny_app.charts.palette import Theme
from shiny_app.charts.studio import ChartStudio, StudioClosed, uom_of
from shiny_app.location import UNITS

FOR_EVER = "public, max-age=31536000, immutable"
WIDEST = 10_000
NAMES = (*BY_KEY, AGAINST_ITSELF)
NO_SIGNAL = "This unit has never sent that signal."
NO_DAYS = "This unit has no days of its own history yet."


class UnitReader(Protocol):
    """All that a chart needs of the read model."""

    def unit(self, vehicle_id: str) -> UnitView | None: ...


class BadQuery(ValueError):
    """A parameter of the address cannot be used; the text is the sentence for the caller."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The parameters of a request: CSS width, screen pixels for each, theme, sequence it was made for, °F and
    mph or °C and km/h."""

    width: int
    scale: Scale
    theme: Theme
    version: int | None
    metric: bool = False


def wanted(query: QueryParams) -> Wanted:
    """Read the parameters; BadQuery names the one that is wrong."""
    width = whole_number(query.get("w", str(DEFAULT_WIDTH)))
    if width is None or not 1 <= width <= WIDEST:
        raise BadQuery(f"w is the width in CSS pixels, a whole number from 1 to {WIDEST}.")
    scale = next((scale for scale in get_args(Scale) if str(scale) == query.get("s", "1")), None)
    if scale is None:
        raise BadQuery("s is the screen's pixels for each CSS pixel, 1 or 2.")
    theme = next((theme for theme in get_args(Theme) if theme == query.get("theme", "light")), None)
    if theme is None:
        raise BadQuery("theme is light or dark.")
    version = whole_number(query["v"]) if "v" in query else None
    if "v" in query and version is None:
        raise BadQuery("v is the snapshot's sequence, a whole number.")
    unit = query.get("units", "f")
    if unit not in UNITS:
        raise BadQuery("units is f for °F and mph or c for °C and km/h.")
    return Wanted(width, scale, theme, version, unit == "c")


def whole_number(text: str) -> int | None:
    """The number of at most 18 plain digits, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def problem(status: HTTPStatus, detail: str) -> Response:
    """Problem details (RFC 9457)."""
    return JSONResponse(
        {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail},
        status.value,
        {"Cache-Control": "no-store"},
        "application/problem+json",
    )


def chart_routes(read_model: UnitReader, studio: ChartStudio) -> list[Route]:
    """The route of the charts, for the root application. An image may be kept for ever where `v` is what it shows."""

    async def chart(request: Request) -> Response:
        try:
            want = wanted(request.query_params)
        except BadQuery as error:
            return problem(HTTPStatus.BAD_REQUEST, str(error))
        key = request.path_params["chart"]
        if key not in NAMES:
            return problem(HTTPStatus.NOT_FOUND, f"There is no such chart; there are {', '.join(NAMES)}.")
        view = read_model.unit(request.path_params["vehicle_id"])
        if view is None:
            return problem(HTTPStatus.NOT_FOUND, "No unit with that id has reported.")
        if uom_of(view, key) is None:
            return problem(HTTPStatus.NOT_FOUND, NO_DAYS if key == AGAINST_ITSELF else NO_SIGNAL)
        if want.metric:
            view = units.unit(view)
        try:
            png = await studio.image(view, key, want.width, want.scale, want.theme)
        except StudioClosed:
            return problem(
                HTTPStatus.SERVICE_UNAVAILABLE, "The server is stopping; the page asks again when it is back."
            )
        caching = FOR_EVER if want.version == view.sequence else "no-store"
        return Response(png, media_type="image/png", headers={"Cache-Control": caching})

    return [Route("/charts/{vehicle_id}/{chart}.png", chart, name="chart")]
