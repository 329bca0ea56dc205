"""Answers with what the worker draws, an image of a page or a file to keep; one that it cannot draw is told why."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from functools import partial
from http import HTTPStatus
from typing import Generic, TypeVar

from starlette.responses import Response

from shiny_app.charts.captions import Caption
from shiny_app.charts.routes import STOPPING, problem
from shiny_app.live.memo import Memo

Drawing = asyncio.Future[bytes]

TYPES = {"png": "image/png", "svg": "image/svg+xml"}
TOO_MANY = "Too many charts are being drawn; ask again in a second."
MOST_FILES = 4
"""Files under way or in the queue, a few seconds of the worker."""


async def drawn(begin: Callable[[], Drawing | None], media_type: str, headers: Mapping[str, str]) -> Response:
    """The answer that a drawing makes. `begin` gives it, begun or done, and None where too many are waiting; a
    RuntimeError of it is what an executor says that was shut down."""
    try:
        drawing = begin()
    except RuntimeError:
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, STOPPING)
    if drawing is None:
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, TOO_MANY)
    try:
        body = await asyncio.shield(drawing)  # one page that leaves must not take the image from the others
    except asyncio.CancelledError:
        if drawing.cancelled():
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, STOPPING)
        raise
    return Response(body, media_type=media_type, headers=headers)


K = TypeVar("K")


class Drawings(Generic[K]):
    """Images drawn by the worker and kept, at most `room`, for whoever asks for the same; a failed one is drawn again.
    `most_waiting` may be under way or in the queue, any number where it is None."""

    def __init__(self, worker: Executor, room: int, most_waiting: int | None = None) -> None:
        self._worker, self._most_waiting = worker, most_waiting
        self._kept: Memo[K, Drawing] = Memo(room)

    def of(self, key: K, draw: Callable[[], bytes]) -> Drawing | None:
        """The drawing, begun or done; None where too many are waiting. RuntimeError when the worker is shut down."""
        kept = self._kept.get(key)
        if kept is None:
            waiting = sum(not each.done() for each in self._kept.values())
            if self._most_waiting is not None and waiting >= self._most_waiting:
                return None
            kept = asyncio.get_running_loop().run_in_executor(self._worker, draw)
            self._kept.put(key, kept)
            kept.add_done_callback(partial(self._forget_failed, key))
        return kept

    def _forget_failed(self, key: K, drawing: Drawing) -> None:
        if drawing.cancelled() or drawing.exception() is not None:
            self._kept.drop(key)


class Files:
    """Charts drawn whole by the worker, to be kept: at most MOST_FILES at a time, the rest is told to come again."""

    def __init__(self, worker: Executor) -> None:
        self._worker, self._waiting = worker, 0

    async def answer(self, draw: Callable[[], bytes], said: Caption, kind: str) -> Response:
        """The file that `draw` gives, under the name of its caption."""
        return await drawn(partial(self._begin, draw), TYPES[kind], attached(f"{said.name}.{kind}"))

    def _begin(self, draw: Callable[[], bytes]) -> Drawing | None:
        if self._waiting >= MOST_FILES:
            return None
        drawing = asyncio.get_running_loop().run_in_executor(self._worker, draw)
        self._waiting += 1
        drawing.add_done_callback(self._end)
        return drawing

    def _end(self, _: Drawing) -> None:
        self._waiting -= 1


def attached(name: str) -> dict[str, str]:
    """The headers of a file to be saved under a name of ASCII letters."""
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
