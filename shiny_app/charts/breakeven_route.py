"""Where the break-even chart is fetched: `/charts/value/break-even.png`, with all of its figures in the query, so that
the image may be kept for ever; as a file `/charts/value/break-even.save.png` and `.svg`, of an episode's id in
`episode` under the assumptions that the query changes.
"""

from collections.abc import Mapping
from concurrent.futures import Executor
from functools import partial
from http import HTTPStatus
from typing import Protocol

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connected_ops.read_model import ValueView
from shiny_app.charts.axes import stepped_width
from shiny_app.charts.breakeven_figures import BreakEven, of_money
from shiny_app.charts.captions import Caption, breakeven_caption
from shiny_app.charts.routes import FOR_EVER, BadQuery, problem, wanted, whole_number
from shiny_app.charts.worker import Drawings, Files, drawn
from shiny_app.live.location import parse

PATH = "/charts/value/break-even.png"

MOST_DOLLARS = 10_000_000

NOT_OPEN = "That insight is not open any more, so there is nothing to decide."

FILE_WIDTH = 980
"""CSS pixels of a chart whose plot is as wide as that of a saved one."""

IMAGES = 64
"""Images kept: those of a few sessions' sliders, some 1 MB."""

MOST_WAITING = 8
"""Drawings under way or in the queue, a second of the worker; beyond that a request is told to come again."""


class Pricing(Protocol):
    """Where the money of open episodes is read."""

    def value(self, changes: Mapping[str, float]) -> ValueView: ...


def breakeven_routes(read_model: Pricing, worker: Executor) -> list[Route]:
    """The routes of the break-even chart, for the root application, before those of `/charts/{vehicle_id}/…`.

    `worker` is the one thread that owns matplotlib; when it is shut down, the answer is 503.
    """
    drawings: Drawings[BreakEven] = Drawings(worker, IMAGES, MOST_WAITING)
    files = Files(worker)

    async def chart(request: Request) -> Response:
        try:
            figures = figures_of(request.query_params)
        except BadQuery as error:
            return problem(HTTPStatus.BAD_REQUEST, str(error))
        return await drawn(
            partial(drawings.of, figures, partial(_draw, figures)), "image/png", {"Cache-Control": FOR_EVER}
        )

    async def save(request: Request) -> Response:
        at, asked = parse(request.url.query), request.query_params.get("episode", "")
        view = read_model.value(dict(at.changes))
        episode = next((each for each in view.episodes if each.id == asked), None)
        if episode is None or episode.money is None:
            return problem(HTTPStatus.NOT_FOUND, NOT_OPEN)
        said, kind = breakeven_caption(episode, episode.money, view), request.url.path.rpartition(".")[2]
        figures = of_money(episode.money, FILE_WIDTH, at.theme or "light")
        return await files.answer(partial(_draw_file, figures, said, kind), said, kind)

    return [
        Route(PATH, chart, name="break-even"),
        Route(PATH.replace(".png", ".save.png"), save, name="break-even-as-png"),
        Route(PATH.replace(".png", ".svg"), save, name="break-even-as-svg"),
    ]


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


def _draw(figures: BreakEven) -> bytes:
    from shiny_app.charts.breakeven import breakeven_png  # noqa: PLC0415 - plotnine loads in 2 s: the worker's, not the start's

    return breakeven_png(figures)


def _draw_file(figures: BreakEven, said: Caption, kind: str) -> bytes:
    from shiny_app.charts.breakeven import breakeven_file  # noqa: PLC0415 - as above

    return breakeven_file(figures, said, "svg" if kind == "svg" else "png")
