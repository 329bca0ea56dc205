"""`GET /api/stream`: what changed, as server-sent events: each new snapshot, and episodes as they come and go."""

import asyncio

from fastapi import APIRouter
from fastapi.sse import format_sse_event
from starlette.responses import Response

from connected_ops.api import wire
from connected_ops.api.broadcast import Broadcast
from connected_ops.api.problems import described
from connected_ops.read_model import EpisodeState, EpisodeView, ReadModel

CHANGE: dict[EpisodeState, str] = {
    "open": "opened", "acknowledged": "acknowledged", "silenced": "silenced", "closed": "closed",
}  # fmt: skip
FORGOTTEN = "forgotten"
EXAMPLE = 'event: fleet\ndata: {"sequence":4711,"at":"2026-11-23T14:31:52.000Z","loop":{"received":120}}\nid: 4711\n\n'


def routes(read_model: ReadModel, stopping: asyncio.Event) -> APIRouter:
    """`GET /api/stream`, whose streams end when `stopping` is set."""
    router = APIRouter(tags=["fleet"])
    broadcast = Broadcast(FleetEvents(read_model), stopping)

    @router.get(
        "/stream",
        summary="Server-sent events: `fleet` for each new snapshot, `episode` for each change of one",
        response_class=Response,
        responses={
            200: {"description": "Events without an end", "content": {"text/event-stream": {"example": EXAMPLE}}},
            **described(503),
        },
    )
    async def stream() -> Response:
        return broadcast.response()

    return router


class FleetEvents:
    """What `GET /api/stream` tells of a read model."""

    def __init__(self, read_model: ReadModel) -> None:
        self._read_model = read_model
        self._told: dict[str, EpisodeView] = {}

    @property
    def sequence(self) -> int:
        return self._read_model.sequence

    def begin(self) -> None:
        self._told = self._now()

    def first(self) -> bytes:
        """The snapshot as it is now."""
        shot = self._read_model.snapshot()
        return _written("fleet", shot.sequence, wire.FleetEvent(shot.sequence, wire.iso(shot.at), shot.loop))

    def news(self) -> bytes:
        """The snapshot, then each episode that changed since this was last asked."""
        shot = self._read_model.snapshot()
        before, now = self._told, self._now()
        self._told = now
        return self.first() + b"".join(
            _written("episode", shot.sequence, wire.EpisodeEvent(change, wire.episode(view)))
            for change, view in changes(before, now)
        )

    def _now(self) -> dict[str, EpisodeView]:
        return {view.id: view for view in self._read_model.episodes()}


def changes(before: dict[str, EpisodeView], now: dict[str, EpisodeView]) -> list[tuple[str, EpisodeView]]:
    """What happened to each episode between two looks; a closed one that only fell out of memory is no news."""
    return [
        *((FORGOTTEN, view) for key, view in before.items() if key not in now and view.open),
        *(
            (CHANGE[view.state], view)
            for key, view in now.items()
            if key not in before or before[key].state != view.state
        ),
    ]


def _written(event: str, sequence: int, data: object) -> bytes:
    return format_sse_event(event=event, id=str(sequence), data_str=wire.json_bytes(data).decode())
