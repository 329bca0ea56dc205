"""Where a chart image is fetched: `/charts/{vehicle_id}/{chart}.png?w=&s=&theme=&units=&range=&from=&to=&held=&v=`."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import get_args

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connected_ops.read_model import PROBLEM, problem_body
from shiny_app.charts.against_itself import AGAINST_ITSELF, drift_version
from shiny_app.charts.axes import DEFAULT_WIDTH, DRAWN, Scale
from shiny_app.charts.held import NONE_HELD, Held
from shiny_app.charts.marks import on_chart
from shiny_app.charts.palette import Theme
from shiny_app.charts.ranges import NEWEST, Asked
from shiny_app.charts.reading import Injected, UnitReader, none_injected, read
from shiny_app.charts.studio import ChartStudio, StudioClosed, uom_of
from shiny_app.live.location import RANGES, UNITS, zoom_of

FOR_EVER = "public, max-age=31536000, immutable"
WIDEST = 10_000
NAMES = (*DRAWN, AGAINST_ITSELF)
STOPPING = "The server is stopping; the page asks again when it is back."
NO_UNIT = "No unit with that id has reported."
NO_SIGNAL = "This unit has never sent that signal."
NO_DAYS = "This unit has no days of its own history yet."


class BadQuery(ValueError):
    """A parameter of the address cannot be used; the text is the sentence for the caller."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The parameters of a request: CSS width, screen pixels for each, theme, version it was made for, °F and mph or °C
    and km/h, the part of the time, and the number under which a paused page's unit is held."""

    width: int
    scale: Scale
    theme: Theme
    version: int | None
    metric: bool = False
    asked: Asked = NEWEST
    held: int | None = None


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
    version, held = (_number(query, name) for name in ("v", "held"))
    unit = query.get("units", "f")
    if unit not in UNITS:
        raise BadQuery("units is f for °F and mph or c for °C and km/h.")
    return Wanted(width, scale, theme, version, unit == "c", asked_of(query), held)


def asked_of(query: QueryParams) -> Asked:
    """The range and the zoom; BadQuery names the one that is wrong."""
    span = RANGES.get(query.get("range", "10m"))
    if span is None:
        raise BadQuery(f"range is {', '.join(RANGES)}.")
    zoom = zoom_of(query)
    if zoom is None and ("from" in query or "to" in query):
        raise BadQuery("from and to are Unix seconds, and to is later than from.")
    return Asked(span, zoom)


def _number(query: QueryParams, name: str) -> int | None:
    """The version that was shown, or the number of what is held; None where it is not said."""
    number = whole_number(query[name]) if name in query else None
    if name in query and number is None:
        raise BadQuery(f"{name} is the version of what is shown, a whole number.")
    return number


def whole_number(text: str) -> int | None:
    """The number of at most 18 plain digits, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def problem(status: HTTPStatus, detail: str) -> Response:
    """Problem details (RFC 9457)."""
    return Response(problem_body(status, detail), status, {"Cache-Control": "no-store"}, PROBLEM)


def chart_routes(
    read_model: UnitReader, studio: ChartStudio, injected: Injected = none_injected, held: Held = NONE_HELD
) -> list[Route]:
    """The route of the charts, for the root application. An image may be kept for ever where `v` is what it shows."""

    async def chart(request: Request) -> Response:
        try:
            want = wanted(request.query_params)
        except BadQuery as error:
            return problem(HTTPStatus.BAD_REQUEST, str(error))
        key = request.path_params["chart"]
        if key not in NAMES:
            return problem(HTTPStatus.NOT_FOUND, f"There is no such chart; there are {', '.join(NAMES)}.")
        unit = request.path_params["vehicle_id"]
        found = read(*held.reader(want.held, unit, read_model, injected), unit, want.asked, metric=want.metric)
        if found is None:
            return problem(HTTPStatus.NOT_FOUND, NO_UNIT)
        if uom_of(found.whole, key) is None:
            return problem(HTTPStatus.NOT_FOUND, NO_DAYS if key == AGAINST_ITSELF else NO_SIGNAL)
        look = (want.width, want.scale, want.theme)
        try:
            png = await studio.image(found.whole, key, *look, stretch=found.stretch, marks=on_chart(found.marks, key))
        except StudioClosed:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, STOPPING)
        drift = found.whole.drift if key == AGAINST_ITSELF else None
        version = found.version if drift is None else drift_version(drift)
        caching = FOR_EVER if want.version == version else "no-store"
        return Response(png, media_type="image/png", headers={"Cache-Control": caching})

    return [Route("/charts/{vehicle_id:path}/{chart}.png", chart, name="chart")]
