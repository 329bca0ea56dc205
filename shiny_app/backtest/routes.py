"""Where the Backtest page's recordings come in, and where their charts and reports are fetched.

A recording comes by HTTP and not by the websocket: the server chooses where it lies, and a client never names a file.
"""

from concurrent.futures import Executor
from functools import partial
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from connected_ops.read_model import Backtests, BacktestView
from shiny_app.charts.axes import Scale, stepped_width
from shiny_app.charts.captions import Caption, backtest_caption
from shiny_app.charts.palette import Theme
from shiny_app.charts.routes import FOR_EVER, BadQuery, Wanted, problem, wanted
from shiny_app.charts.worker import Drawings, Files, drawn

UPLOAD = "/backtests"
MOST_UPLOADED = 20 * 1024 * 1024
"""Bytes of a file: a day of one machine at 1 Hz, several when packed."""

IMAGES = 32
NO_RUN = "That backtest is kept no more; choose the file again."


def backtest_routes(backtests: Backtests, worker: Executor) -> list[Route]:
    """The routes of the Backtest page, for the root application. `worker` is the one thread that owns matplotlib; when
    it is shut down, a chart's answer is 503."""
    drawings: Drawings[tuple[object, ...]] = Drawings(worker, IMAGES)
    files = Files(worker)

    async def upload(request: Request) -> Response:
        name = request.query_params.get("name", "")
        return JSONResponse({"key": await backtests.begin(name, request.stream())}, 202)

    def plotted(request: Request) -> tuple[Wanted, BacktestView] | Response:
        """How the chart is wanted, and what it is of."""
        try:
            want = wanted(request.query_params)
        except BadQuery as error:
            return problem(HTTPStatus.BAD_REQUEST, str(error))
        run = backtests.find(request.path_params["key"])
        if run is None or run.view is None or not run.view.plotted:
            return problem(HTTPStatus.NOT_FOUND, NO_RUN)
        return want, run.view

    async def chart(request: Request) -> Response:
        found = plotted(request)
        if isinstance(found, Response):
            return found
        want, view = found
        look = (stepped_width(want.width), want.scale, want.theme, want.metric)
        begin = partial(drawings.of, (request.path_params["key"], *look), partial(_draw, view, *look))
        return await drawn(begin, "image/png", {"Cache-Control": FOR_EVER})

    async def save(request: Request) -> Response:
        found = plotted(request)
        if isinstance(found, Response):
            return found
        (want, view), kind = found, request.url.path.rpartition(".")[2]
        said = backtest_caption(view)
        return await files.answer(partial(_draw_file, view, said, kind, want.theme, want.metric), said, kind)

    async def report(request: Request) -> Response:
        run = backtests.find(request.path_params["key"])
        if run is None or run.view is None:
            return problem(HTTPStatus.NOT_FOUND, NO_RUN)
        named = f'attachment; filename="{run.name}.backtest.txt"'
        return PlainTextResponse(f"{run.report}\n", headers={"Content-Disposition": named})

    return [
        Route(UPLOAD, upload, methods=["POST"], name="backtest"),
        Route(f"{UPLOAD}/{{key}}.txt", report, name="backtest-report"),
        Route("/charts/-/{key}.save.png", save, name="backtest-as-png"),
        Route("/charts/-/{key}.svg", save, name="backtest-as-svg"),
        Route("/charts/-/{key}.png", chart, name="backtest-chart"),  # no vehicle_id begins with a dash
    ]


def _draw(view: BacktestView, width: int, scale: Scale, colour: Theme, metric: bool) -> bytes:
    from shiny_app.charts.backtest import backtest_png  # noqa: PLC0415 - plotnine loads in 2 s: the worker's, not the start's

    return backtest_png(view, width, scale, colour, metric)


def _draw_file(view: BacktestView, said: Caption, kind: str, colour: Theme, metric: bool) -> bytes:
    from shiny_app.charts.backtest import backtest_file  # noqa: PLC0415 - as above

    return backtest_file(view, said, "svg" if kind == "svg" else "png", colour, metric)
