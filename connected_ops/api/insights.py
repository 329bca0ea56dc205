"""What the lab says: the episodes, and how often it spoke against how often fixed limits would have."""

from itertools import islice
from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from connected_ops.api import wire
from connected_ops.api.made import Made
from connected_ops.api.problems import bounded, described, limit_of
from connected_ops.read_model import ReadModel

MOST_EPISODES = 10_000


def routes(read_model: ReadModel) -> APIRouter:
    """`GET /api/insights`."""
    router = APIRouter(tags=["insight"])
    made = Made()

    @router.get(
        "/insights",
        summary="The episodes: open ones first, the most pressing leading, then the closed ones, newest first",
        response_model=wire.Insights,
        responses=described(400),
    )
    async def insights(limit: Annotated[int, limit_of(MOST_EPISODES)] = 500) -> Response:
        most = bounded(limit, MOST_EPISODES)
        shot, views = read_model.snapshot(), read_model.episodes()

        def make() -> bytes:
            return wire.json_bytes(
                wire.Insights(
                    episodes=[wire.episode(view) for view in islice(views, most)],
                    total=len(views),
                    spoken=shot.loop.spoken,
                    fixed_alarms=shot.loop.fixed_alarms,
                )
            )

        body = await made.body(shot.sequence, most, min(most, len(views)), make)
        return Response(body, media_type="application/json")

    return router
