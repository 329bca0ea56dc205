"""One stalled browser must not stall the others.

Shiny sends from within a process-wide flush lock, so a peer that stops reading blocks every page until its transport
gives up (measured: 45 s). Here sending never waits for a peer: messages queue per connection, and a peer that does not
keep up is let go alone.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

TRY_AGAIN_LATER = 1013
TOO_SLOW = "too slow"
DROPPED: Message = {"type": "websocket.disconnect", "code": TRY_AGAIN_LATER, "reason": TOO_SLOW}
CLOSE_PATIENCE_S = 1.0
QUEUED = frozenset({"websocket.send", "websocket.close"})
HARD_FACTOR = 4  # a burst may pass `limit` for `patience_s`, but never by more than this


def _nothing() -> None:
    pass


class SlowReaderGuard:
    """Drops a websocket whose peer takes no message for `patience_s`, or is `limit` messages behind for as long.

    A dropped peer is closed with 1013 if its transport takes that; the app sees a disconnect, and `on_drop` is called
    once. At 4 × `limit` messages the drop comes at once. Order is kept.
    """

    def __init__(
        self, app: ASGIApp, *, limit: int = 64, patience_s: float = 5.0, on_drop: Callable[[], object] = _nothing
    ) -> None:
        self.app = app
        self.limit = limit
        self.patience_s = patience_s
        self.on_drop = on_drop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        outbox = Outbox(receive, send, self.limit, self.patience_s, self.on_drop)
        sender = asyncio.create_task(outbox.drain())
        try:
            await self.app(scope, outbox.receive, outbox.send)
            if outbox.end():
                await asyncio.wait({sender}, timeout=self.patience_s)
        finally:
            sender.cancel()
            await asyncio.wait({sender})
        if not sender.cancelled():
            sender.result()  # what the server found wrong with a message is raised here, where it is logged


class Outbox:
    """One connection's messages on their way out; `send` and `receive` are what the app gets to see."""

    def __init__(
        self, receive: Receive, send: Send, limit: int, patience_s: float, on_drop: Callable[[], object]
    ) -> None:
        self._from_peer = receive
        self._to_peer = send
        self._limit = limit
        self._patience_s = patience_s
        self._on_drop = on_drop
        self._loop = asyncio.get_running_loop()
        self._backlog: deque[Message] = deque()  # its first message is the one being sent
        self._wake = asyncio.Event()
        self._full_since: float | None = None
        self._sending: asyncio.Timeout | None = None
        self._reading: asyncio.Timeout | None = None
        self._ended = False
        self._gone = False
        self._dropped = False

    async def send(self, message: Message) -> None:
        """Queue a message, or raise OSError if nobody is there to read it (as ASGI servers do)."""
        if message["type"] not in QUEUED:  # the handshake, before anything can be queued
            await self._to_peer(message)
            return
        if self._gone:
            raise OSError("the websocket's peer has left or does not keep up")
        self._backlog.append(message)
        self._wake.set()
        if len(self._backlog) < self._limit:
            return
        if self._full_since is None:
            self._full_since = self._loop.time()
        await asyncio.sleep(0)  # lets the sender run: a peer that reads is level again after this
        if len(self._backlog) >= HARD_FACTOR * self._limit:
            self._expire(self._sending)

    async def receive(self) -> Message:
        """The peer's next message, or a disconnect once it was dropped."""
        if self._dropped:
            return dict(DROPPED)
        try:
            async with asyncio.timeout(None) as self._reading:  # no time of its own: a drop expires it
                message = await self._from_peer()
        except TimeoutError:
            return dict(DROPPED)
        finally:
            self._reading = None
        self._gone = self._gone or message["type"] == "websocket.disconnect"
        return message

    def end(self) -> bool:
        """No more will come; whether `drain` still has something to do for a peer that has not left."""
        self._ended = True
        self._wake.set()
        return self._dropped or not self._gone

    async def drain(self) -> None:
        """Send what is queued, in order, until the end, the peer's leaving, or a stall."""
        try:
            await self._send_all()
        except TimeoutError:
            await self._drop()
        except OSError:
            pass  # the peer left: the server tells the app
        finally:
            self._gone = True
            self._backlog.clear()

    async def _send_all(self) -> None:
        while True:
            while not self._backlog:
                if self._ended:
                    return
                self._wake.clear()
                await self._wake.wait()
            try:
                async with asyncio.timeout_at(self._deadline()) as self._sending:
                    await self._to_peer(self._backlog[0])
            finally:
                self._sending = None
            self._backlog.popleft()
            if len(self._backlog) < self._limit:
                self._full_since = None

    def _deadline(self) -> float:
        now = self._loop.time()
        return (now if self._full_since is None else self._full_since) + self._patience_s

    async def _drop(self) -> None:
        if self._gone:  # it left while a message was under way
            return
        self._gone = self._dropped = True
        self._on_drop()
        self._expire(self._reading)
        with contextlib.suppress(OSError):  # TimeoutError is one: the transport is full, the server aborts it
            async with asyncio.timeout(CLOSE_PATIENCE_S):
                await self._to_peer({"type": "websocket.close", "code": TRY_AGAIN_LATER, "reason": TOO_SLOW})

    def _expire(self, timeout: asyncio.Timeout | None) -> None:
        if timeout is not None and not timeout.expired():
            timeout.reschedule(self._loop.time())
