"""The root: one Starlette app that mounts the API at /api and the page at /, and owns every resource and task."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import structlog
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

import shiny_app
from connected_ops.api.app import create_api
from connected_ops.backtest.runner import BacktestRunner
from connected_ops.clock import SteadyClock
from connected_ops.emulator.fleet import Emulator
from connected_ops.emulator.profile import load_profile
from connected_ops.emulator.simulation import NoSimulation, Simulation
from connected_ops.guards.access import Access, only_this_machine
from connected_ops.guards.body import BodyCap
from connected_ops.guards.headers import SecurityHeaders, page_csp
from connected_ops.guards.host import HostGuard
from connected_ops.guards.keys import WriteKeyGuard
from connected_ops.guards.messages import MessageGuard
from connected_ops.guards.origin import OriginGuard
from connected_ops.guards.sign_in import sign_in_routes
from connected_ops.guards.websocket import SlowReaderGuard
from connected_ops.labs import Labs
from connected_ops.serve.debug.routes import debug_routes
from connected_ops.serve.metrics import Metrics
from connected_ops.settings import Settings
from connected_ops.value.assumptions import load as load_assumptions
from shiny_app.app import create_dashboard
from shiny_app.backtest.routes import MOST_UPLOADED, UPLOAD, backtest_routes
from shiny_app.charts.breakeven_route import breakeven_routes
from shiny_app.charts.files import chart_files
from shiny_app.charts.held import Held
from shiny_app.charts.routes import chart_routes
from shiny_app.charts.studio import ChartStudio
from shiny_app.fleet.routes import fleet_routes
from shiny_app.live.inputs import NAMES
from shiny_app.tables.routes import table_routes

_log = structlog.get_logger(__name__)
MOST_BEHIND_S = 10.0
_ICON = Path(shiny_app.__path__[0]) / "shell" / "favicon.ico"


class Root:
    """The ASGI app of one server: everything wired by `settings`, with `clock` giving Unix seconds (None: a
    `SteadyClock`).

    Raises ProfileError where the emulator's profile cannot be used, and AssumptionsError where the assumptions cannot.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], float] | None = None) -> None:
        clock = clock or SteadyClock()
        assumptions = load_assumptions(settings.assumptions)
        self.labs = Labs(units=settings.max_units, window=settings.window, clock=clock, assumptions=assumptions)
        self.simulation: Simulation | NoSimulation = NoSimulation(self.labs)
        if settings.emulator:
            emulator = Emulator(load_profile(settings.profile), seed=settings.seed, start=clock())
            self.simulation = Simulation(emulator, self.labs, self, clock)
        self.studio = ChartStudio()
        self.ready = False
        self.stopping = asyncio.Event()
        self._metrics = Metrics(self.labs)
        self._backtests = BacktestRunner()
        held, read_model = Held(), self.labs.read_model
        key = settings.api_key.get_secret_value() if settings.api_key else None
        at_home = only_this_machine(settings.host, settings.trusted_proxies)
        self.access = Access(api_key=key, bound_to_loopback=at_home, locked=settings.lock, clock=clock)
        self._page = create_dashboard(
            read_model,
            self.simulation,
            self._backtests,
            held=held,
            visitor=self.access.visitor,
        )
        self._starlette = Starlette(
            routes=[
                Mount("/api", create_api(self.labs, read_model, self.simulation, self.stopping)),
                Route("/healthz", self._healthz),
                Route("/readyz", self._readyz),
                Route("/metrics", self._metrics_page),
                Route("/favicon.ico", self._favicon),
                *sign_in_routes(self.access),
                *debug_routes(self.labs, self.stopping),
                *breakeven_routes(read_model, self.studio.worker),
                *backtest_routes(self._backtests, self.studio.worker),
                *chart_files(read_model, self.studio, self.simulation.injected, held),
                *chart_routes(read_model, self.studio, self.simulation.injected, held),
                *fleet_routes(read_model),
                *table_routes(read_model),
                Mount("/session", Router()),  # Shiny's uploads and downloads, which no page of ours has: 404
                Mount("/", GZipMiddleware(self._page)),
            ],
            middleware=[
                Middleware(HostGuard, names=settings.allowed_hosts),
                Middleware(OriginGuard, names=settings.allowed_hosts),
                Middleware(WriteKeyGuard, access=self.access),
                Middleware(BodyCap, larger={UPLOAD: MOST_UPLOADED}),
                Middleware(SlowReaderGuard),
                Middleware(MessageGuard, names=NAMES, on_refusal=self._metrics.refused),
            ],
            lifespan=self._lifespan,
        )
        self._app: ASGIApp = self._starlette

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        self._app = SecurityHeaders(self._starlette, await self._content_policy())
        tasks = [
            asyncio.create_task(_watched("assess the real lab", self.labs.real.run)),
            asyncio.create_task(_watched("assess the simulated lab", self.labs.run_simulated)),
        ]
        if isinstance(self.simulation, Simulation):
            tasks.append(asyncio.create_task(_watched("emulator", self.simulation.task.run)))
        tasks.append(asyncio.create_task(_watched("pages", self._page.keep_fresh)))
        tasks.append(asyncio.create_task(self._become_ready()))
        tasks.append(asyncio.create_task(self._stop_drawing()))
        try:
            yield
        finally:
            self.ready = False
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._backtests.close()
            self.studio.close()

    async def _content_policy(self) -> str:
        """The policy for the page as it is now: a hash for each inline script it ships."""
        transport = httpx.ASGITransport(self._page)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            page = await client.get("/")
        page.raise_for_status()
        return page_csp(page.text)

    async def _become_ready(self) -> None:
        """Ready once the backfill is there to see; then draw the charts' frames before somebody asks."""
        if isinstance(self.simulation, Simulation):
            await self.simulation.task.started.wait()
        self.ready = True
        self.studio.warm()

    async def _stop_drawing(self) -> None:
        """A stop waits for open requests, and charts that are still being drawn would hold it up."""
        await self.stopping.wait()
        self.studio.close()

    async def _healthz(self, request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def _readyz(self, request: Request) -> Response:
        behind = self.labs.behind_s()
        if not self.ready:
            sentence = "The server is starting, or stopping."
        elif abs(behind) > MOST_BEHIND_S:  # below 0 the clock went back, and nothing was assessed since
            sentence = f"The newest figures are {abs(behind):.0f} s old: the assessment is not keeping up."
        else:
            return PlainTextResponse("ready\n")
        return PlainTextResponse(f"{sentence}\n", 503)

    async def _metrics_page(self, request: Request) -> Response:
        return Response(self._metrics.text(), media_type=CONTENT_TYPE_LATEST)

    async def _favicon(self, request: Request) -> Response:
        return FileResponse(_ICON, headers={"Cache-Control": "public, max-age=86400"})


async def _watched(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Keep a task alive: an error is logged whole and the task starts again after a second."""
    while True:
        try:
            await run()
        except Exception:  # noqa: BLE001 - the loop must go on for everyone; the log has the trace
            _log.exception("task failed", task=name)
            await asyncio.sleep(1.0)


def create_app(settings: Settings, *, clock: Callable[[], float] | None = None) -> Root:
    """The app of a server with these settings."""
    return Root(settings, clock=clock)
