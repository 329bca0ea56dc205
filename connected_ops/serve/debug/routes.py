"""`/debug`: one slim page of a running lab's insides, drawn by the server and kept live by server-sent events."""

import asyncio
from pathlib import Path
from string import Template

from fastapi.sse import format_sse_event
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from connected_ops.api.broadcast import Broadcast
from connected_ops.api.wire import json_bytes
from connected_ops.labs import Labs
from connected_ops.serve.debug.state import parts

_HERE = Path(__file__).parent


class DebugPage:
    """The page of a server's labs, and its stream; `stopping` ends the stream."""

    def __init__(self, labs: Labs, stopping: asyncio.Event) -> None:
        self._labs = labs
        self._template = Template((_HERE / "debug.html").read_text(encoding="utf-8"))
        self._broadcast = Broadcast(self, stopping)

    async def page(self, request: Request) -> Response:
        """The page as it stands now."""
        return HTMLResponse(self._template.substitute(self._parts()), headers={"Cache-Control": "no-store"})

    async def events(self, request: Request) -> Response:
        """The page's live parts, at each new snapshot."""
        return self._broadcast.response()

    @property
    def sequence(self) -> int:
        return self._labs.read_model.sequence

    def begin(self) -> None:
        """Nothing to remember: each telling is whole."""

    def first(self) -> bytes:
        return format_sse_event(event="state", id=str(self.sequence), data_str=json_bytes(self._parts()).decode())

    def news(self) -> bytes:
        return self.first()

    def _parts(self) -> dict[str, str]:
        return parts(self._labs, len(self._broadcast), self._broadcast.lag_s)


def debug_routes(labs: Labs, stopping: asyncio.Event) -> list[BaseRoute]:
    """`/debug`, its stream and its two files, for the root application."""
    page = DebugPage(labs, stopping)

    async def style(request: Request) -> Response:
        return FileResponse(_HERE / "debug.css", media_type="text/css")

    async def script(request: Request) -> Response:
        return FileResponse(_HERE / "debug.js", media_type="text/javascript")

    return [
        Route("/debug", page.page),
        Route("/debug/events", page.events, methods=["GET"]),
        Route("/debug/debug.css", style),
        Route("/debug/debug.js", script),
    ]
