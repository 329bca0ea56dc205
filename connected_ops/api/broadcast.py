"""One producer, many readers: server-sent events that are written once and handed to every open stream.

The producer runs while somebody reads. It compares the snapshot's sequence now and then, asks for the events of a new
one, and puts the same bytes before every reader.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

import structlog
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse
from starlette.types import Receive, Scope, Send

from connected_ops.api.problems import problem

_log = structlog.get_logger(__name__)

MOST_STREAMS = 64
MOST_WAITING = 32  # tellings a reader may be behind: eight seconds of them
PATIENCE_S = 5.0  # for one telling to be taken
LEAST_APART_S = 0.25
LOOK_EVERY_S = 0.05
HEARTBEAT_S = 15.0
RETRY_AFTER_S = 10
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # a proxy that buffers would hold events back

_Waiting = asyncio.Queue[bytes | None]


class Events(Protocol):
    """What is told: each answer is server-sent events as they go over the wire."""

    @property
    def sequence(self) -> int:
        """The newest snapshot's number."""
        ...

    def begin(self) -> None:
        """The first reader comes: what went by before is no news."""
        ...

    def first(self) -> bytes:
        """What a new reader is told at once."""
        ...

    def news(self) -> bytes:
        """What is new since this was last asked."""
        ...


class Broadcast:
    """The open streams of one kind of events, at most `most` of them. `stopping` ends every one.

    `lag_s` is how much later than asked the event loop last woke the producer.
    """

    def __init__(self, events: Events, stopping: asyncio.Event, *, most: int = MOST_STREAMS) -> None:
        self._events = events
        self._stopping = stopping
        self._most = most
        self._readers: set[_Waiting] = set()
        self._producer: asyncio.Task[None] | None = None
        self.lag_s = 0.0

    def __len__(self) -> int:
        return len(self._readers)

    @property
    def full(self) -> bool:
        return len(self._readers) >= self._most

    def response(self) -> "Stream":
        """The answer to one reader."""
        return Stream(self)

    def join(self) -> _Waiting:
        """A new reader, who has the first event already; the first reader starts the producer."""
        waiting: _Waiting = asyncio.Queue(MOST_WAITING)
        if self._producer is None:
            self._events.begin()
            self._producer = asyncio.create_task(self._produce())
            self._producer.add_done_callback(self._ended)
        waiting.put_nowait(self._events.first())
        self._readers.add(waiting)
        return waiting

    def leave(self, waiting: _Waiting) -> None:
        """A reader has left; with the last one the producer stops."""
        self._readers.discard(waiting)
        if not self._readers and self._producer is not None:
            self._producer.cancel()
            self._producer = None

    async def _produce(self) -> None:
        loop, told = asyncio.get_running_loop(), self._events.sequence
        pause = LOOK_EVERY_S
        while not self._stopping.is_set():
            due = loop.time() + pause
            try:
                async with asyncio.timeout_at(due):
                    await self._stopping.wait()
            except TimeoutError:
                self.lag_s = loop.time() - due
            pause = LOOK_EVERY_S
            if self._events.sequence != told:
                told = self._events.sequence
                self._hand_out(self._events.news())
                pause = LEAST_APART_S

    def _hand_out(self, telling: bytes) -> None:
        for waiting in tuple(self._readers):
            if waiting.full():
                self._end(waiting)
            else:
                waiting.put_nowait(telling)

    def _ended(self, producer: asyncio.Task[None]) -> None:
        """The server stops, or the producer failed: every stream ends, and a client comes back by itself."""
        if not producer.cancelled() and (error := producer.exception()) is not None:
            _log.error("the streams' producer failed", exc_info=error)
        if producer is self._producer:
            self._producer = None
            for waiting in tuple(self._readers):
                self._end(waiting)

    def _end(self, waiting: _Waiting) -> None:
        """End one stream; what it has not taken yet is dropped where there is no room for the end."""
        self._readers.discard(waiting)
        if waiting.full():
            waiting.get_nowait()
        waiting.put_nowait(None)


class Stream(EventSourceResponse):
    """One reader's stream. 503 where too many are open; a reader that takes nothing for
    `PATIENCE_S`, or falls `MOST_WAITING` tellings behind, is let go."""

    def __init__(self, broadcast: Broadcast) -> None:
        super().__init__(_nothing(), headers=HEADERS)
        self._broadcast = broadcast

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._broadcast.full:
            sentence = "Too many streams are open here; close one, or try again soon."
            refusal = problem(503, sentence, headers={"Retry-After": str(RETRY_AFTER_S)})
            await refusal(scope, receive, send)
            return
        waiting = self._broadcast.join()
        self.body_iterator = _events(waiting)
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._broadcast.leave(waiting)

    async def stream_response(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            async for chunk in self.body_iterator:
                async with asyncio.timeout(PATIENCE_S):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except TimeoutError:
            return  # the server closes a connection whose answer has no end
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


async def _events(waiting: _Waiting) -> AsyncIterator[bytes]:
    while True:
        try:
            async with asyncio.timeout(HEARTBEAT_S):
                telling = await waiting.get()
        except TimeoutError:
            telling = KEEPALIVE_COMMENT
        if telling is None:
            return
        yield telling
