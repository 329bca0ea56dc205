"""Where the Backtest page's recordings come in, and where their charts and reports are fetched.

A recording comes by HTTP and not by the websocket: the server chooses where it lies, and a client never names a file.
"""

import asyncio
from concurrent.futures import Executor
from functools import partial
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from connected_ops.read_model import Backtests, BacktestView
from shiny_app.charts.axes import Scale, stepped_width
from shiny_app.charts.palette import Theme
from shiny_app.charts.routes import FOR_EVER, BadQuery, problem, wanted
from shiny_app.charts.studio import Recent

UPLOAD = "/backtests"
MOST_UPLOADED = 20 * 1024 * 1024
"""Bytes of a file: a day of one machine at 1 Hz, several when packed."""

IMAGES = 32
NO_RUN = "That backtest is kept no more; choose the file again."


def backtest_routes(backtests: Backtests, worker: Executor) -> list[Route]:
    """The routes of the Backtest page, for the root application. `worker` is the one thread that owns matplotlib; when
    it is shut down, a chart's answer is 503."""
    drawings: Recent[tuple[object, ...], asyncio.Future[bytes]] = Recent(IMAGES, lambda _: 1)

    def drawing_of(key: str, view: BacktestView, *look: object) -> asyncio.Future[bytes]:
        """The drawing, begun or done. RuntimeError when the worker is shut down."""
        kept = drawings.get((key, *look))
        if kept is None or kept.cancelled() or (kept.done() and kept.exception() is not None):
            kept = asyncio.get_running_loop().run_in_executor(worker, partial(_draw, view, *look))
            drawings.put((key, *look), kept)
        return kept

    async def upload(request: Request) -> Response:
        name = request.query_params.get("name", "")
        return JSONResponse({"key": await backtests.begin(name, request.stream())}, 202)

    async def chart(request: Request) -> Response:
        try:
            want = wanted(request.query_params)
        except BadQuery as error:
            return problem(HTTPStatus.BAD_REQUEST, str(error))
        run = backtests.find(request.path_params["key"])
        if run is None or run.view is None or not run.view.plotted:
            return problem(HTTPStatus.NOT_FOUND, NO_RUN)
        try:
            look = (stepped_width(want.width), want.scale, want.theme, want.metric)
            png = await asyncio.shield(drawing_of(run.key, run.view, *look))
        except (RuntimeError, asyncio.CancelledError) as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            _ = error  # what an executor says that was shut down
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "The server is stopping; the page asks again later.")
        return Response(png, media_type="image/png", headers={"Cache-Control": FOR_EVER})

    async def report(request: Request) -> Response:
        run = backtests.find(request.path_params["key"])
        if run is None or run.view is None:
            return problem(HTTPStatus.NOT_FOUND, NO_RUN)
        named = f'attachment; filename="{run.name}.backtest.txt"'
        return PlainTextResponse(f"{run.report}\n", headers={"Content-Disposition": named})

    return [
        Route(UPLOAD, upload, methods=["POST"], name="backtest"),
        Route(f"{UPLOAD}/{{key}}.txt", report, name="backtest-report"),
        Route("/charts/-/{key}.png", chart, name="backtest-chart"),  # no vehicle_id begins with a dash
    ]


def _draw(view: BacktestView, width: int, scale: Scale, colour: Theme, metric: bool) -> bytes:
    from shiny_app.charts.backtest import backtest_png  # noqa: PLC0415 - plotnine loads in 2 s: the worker's, not the start's

    return backtest_png(view, width, scale, colour, metric)
