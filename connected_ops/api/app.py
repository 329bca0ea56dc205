"""The FastAPI app that is mounted at `/api`."""

import asyncio
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.responses import FileResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from connected_ops.api import anomalies, fleet, insights, openapi, problems, quarantine, stream, telemetry
from connected_ops.api.anomalies import Anomalies
from connected_ops.labs import Labs
from connected_ops.read_model import ReadModel


class Api(FastAPI):
    """FastAPI with errors as problem documents and no more around its routes: the root app it is mounted in already
    catches what nobody caught, bounds bodies and counts, and each layer costs every sample some microseconds."""

    def build_middleware_stack(self) -> ASGIApp:
        return ExceptionMiddleware(AsyncExitStackMiddleware(self.router), handlers=self.exception_handlers)


# /metrics is this server's own; asking for tracers costs each request a few microseconds.
_NO_TRACES: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
DOCS = Path(__file__).parent / "docs"


def create_api(labs: Labs, read_model: ReadModel, simulation: Anomalies, stopping: asyncio.Event) -> FastAPI:
    """The ingestion contract and the reads over a server's labs; `stopping` ends what has no end of its own."""
    app = Api(
        title="Connected Ops Lab",
        version="0.1.0",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # one address for each thing, and no answer made of a client's Host header
        telemetry=_NO_TRACES,
    )
    post = telemetry.TelemetryPost(labs)
    app.router.routes.insert(0, Route("/telemetry", post, methods=["POST"]))
    app.router.routes.insert(1, Route("/telemetry/", post, methods=["POST"]))  # as some devices write it
    app.include_router(telemetry.reads(labs))
    app.include_router(fleet.routes(read_model))
    app.include_router(insights.routes(read_model))
    app.include_router(quarantine.routes(labs))
    app.include_router(stream.routes(read_model, stopping))
    app.include_router(anomalies.routes(simulation))
    app.router.routes.append(Route("/docs", _docs_page))
    app.router.routes.append(Mount("/docs-assets", StaticFiles(directory=DOCS)))
    problems.install(app)
    generate = app.openapi

    def described() -> dict[str, Any]:
        document = generate()
        openapi.complete(document)
        return document

    app.openapi = described
    return app


async def _docs_page(request: Any) -> FileResponse:
    return FileResponse(DOCS / "index.html", media_type="text/html")
