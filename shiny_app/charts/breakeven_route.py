"""Where the break-even chart is fetched: `/charts/value/break-even.png`, with all of its figures in the query.

So the route needs no read model, and the image may be kept for ever.
"""

import asyncio
from concurrent.futures import Executor
from functools import partial
from http import HTTPStatus

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shiny_app.charts.axes import stepped_width
from shiny_app.charts.breakeven_figures import BreakEven
from shiny_app.charts.routes import FOR_EVER, BadQuery, problem, wanted, whole_number
from shiny_app.charts.studio import Recent

PATH = "/charts/value/break-even.png"

MOST_DOLLARS = 10_000_000

IMAGES = 64
"""Images kept: those of a few sessions' sliders, some 1 MB."""

MOST_WAITING = 8
"""Drawings under way or in the queue, a second of the worker; beyond that a request is told to come again."""


def breakeven_routes(worker: Executor) -> list[Route]:
    """The route of the break-even chart, for the root application, before that of `/charts/{vehicle_id}/…`.

    `worker` is the one thread that owns matplotlib; when it is shut down, the answer is 503.
    """
    drawings: Recent[BreakEven, asyncio.Future[bytes]] = Recent(IMAGES, lambda _: 1)

    def forget_failed(figures: BreakEven, drawing: asyncio.Future[bytes]) -> None:
        if drawing.cancelled() or drawing.exception() is not None:
            drawings.drop(figures)

    def drawing_of(figures: BreakEven) -> asyncio.Future[bytes] | None:
        """The drawing, begun or done; None where too many are waiting. RuntimeError when the worker is shut down."""
        drawing = drawings.get(figures)
        if drawing is None:
            if sum(not each.done() for each in drawings.values()) >= MOST_WAITING:
                return None
            drawing = asyncio.get_running_loop().run_in_executor(worker, _draw, figures)
            drawings.put(figures, drawing)
            drawing.add_done_callback(partial(forget_failed, figures))
        return drawing

    async def chart(request: Request) -> Response:
        try:
            figures = figures_of(request.query_params)
        except BadQuery as error:
            return problem(HTTPStatus.BAD_REQUEST, str(error))
        try:
            drawing = drawing_of(figures)
        except RuntimeError:  # what an executor says that was shut down
            return _stopping()
        if drawing is None:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "Too many charts are being drawn; ask again in a second.")
        try:
            png = await asyncio.shield(drawing)  # one page that leaves must not take the image from the others
        except asyncio.CancelledError:
            if drawing.cancelled():
                return _stopping()
            raise
        return Response(png, media_type="image/png", headers={"Cache-Control": FOR_EVER})

    return [Route(PATH, chart, name="break-even")]


def figures_of(query: QueryParams) -> BreakEven:
    """Read the parameters; BadQuery names the one that is wrong."""
    look = wanted(query)
    act, fails, holds = (_dollars(query, name) for name in ("act", "fails", "holds"))
    chance = _share(query, "chance")
    assumed = None
    if "low" in query or "high" in query:
        assumed = (_share(query, "low"), _share(query, "high"))
        if assumed[0] > assumed[1]:
            raise BadQuery("low must not be above high.")
    return BreakEven(act, fails, holds, chance, assumed, stepped_width(look.width), look.scale, look.theme)


def _dollars(query: QueryParams, name: str) -> int:
    value = whole_number(query.get(name, ""))
    if value is None or value > MOST_DOLLARS:
        raise BadQuery(f"{name} is an amount in whole dollars, from 0 to {MOST_DOLLARS}.")
    return value


def _share(query: QueryParams, name: str) -> float:
    value = whole_number(query.get(name, ""))
    if value is None or value > 1000:
        raise BadQuery(f"{name} is a chance in thousandths, a whole number from 0 to 1000.")
    return value / 1000


def _stopping() -> Response:
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "The server is stopping; the page asks again when it is back.")


def _draw(figures: BreakEven) -> bytes:
    from shiny_app.charts.breakeven import breakeven_png  # noqa: PLC0415 - plotnine loads in 2 s: the worker's, not the start's

    return breakeven_png(figures)
