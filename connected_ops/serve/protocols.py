"""What a connection may do: uvicorn's protocols of HTTP and of websockets, with bounds."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

MAX_HEAD = 32 * 1024
MAX_REQUEST = 64 * 1024 * 1024  # on the wire; the app's own body cap is far below and answers politely
HEAD_PATIENCE_S = 10.0
CLOSE_PATIENCE_S = 0.5  # for a websocket's peer to take the rest once the app is done with it
MOST_FRAGMENTS = 256  # of one message, which a browser sends whole; empty ones have no size to be stopped by

REFUSALS = {
    400: b"HTTP/1.1 400 Bad Request\r\n",
    408: b"HTTP/1.1 408 Request Timeout\r\n",
    431: b"HTTP/1.1 431 Request Header Fields Too Large\r\n",
}


class HeadTooLarge(Exception):
    """Raised in a parser callback, where an exception is what stops the parser."""


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's, with bounds: a request's head is cut at 32 KiB (431) or when incomplete after 10 s (408), a request
    at 64 MiB. Idle keep-alive connections, running answers and websockets are not timed here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.head_complete = False
        self.head_timer: asyncio.TimerHandle | None = None
        self.received = 0  # bytes of the request under way, less those that came with the end of the one before
        self.refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self.head_timer = self.loop.call_later(HEAD_PATIENCE_S, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_head_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        super().data_received(data)
        if self.refused or self not in self.connections:  # lost, or a websocket now
            return
        if self.received > MAX_REQUEST:
            self.transport.abort()
        elif not self.head_complete:
            if self.received > MAX_HEAD:
                self._refuse(431)
            elif self.head_timer is None:
                self.head_timer = self.loop.call_later(HEAD_PATIENCE_S, self._head_is_late)
        elif self.cycle is not None and self.cycle.response_complete and self.timeout_keep_alive_task is None:
            # Stray bytes after an answer stop uvicorn's keep-alive timer for good: they would hold the connection.
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.head_complete = False

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self.received = 0

    def on_headers_complete(self) -> None:
        # One read may hold more than a head is allowed, so what was parsed is measured too.
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > MAX_HEAD:
            self._refuse(431)
            raise HeadTooLarge
        self.head_complete = True
        self._stop_head_timer()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        if not self.refused:
            super().send_400_response(msg)

    def _head_is_late(self) -> None:
        self.head_timer = None
        if self.received:
            self._refuse(408)
        else:
            self.transport.close()  # a browser's spare connection: an answer would be shown for its next request

    def _refuse(self, status: int) -> None:
        self.refused = True
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()  # another answer is under way
        elif not self.transport.is_closing():
            _close_with(self.transport, status)

    def _stop_head_timer(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None


def _close_with(transport: asyncio.Transport, status: int) -> None:
    transport.write(REFUSALS[status] + b"content-length: 0\r\nconnection: close\r\n\r\n")
    transport.close()


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's, and a peer that has stopped reading cannot keep its connection: closing waits half a second for it.
    What no browser sends (text that is no UTF-8, a message in hundreds of pieces) ends it without a trace in the log.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.peer_failed = False  # it broke the protocol, and the connection with it

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            # It was HTTP, but past the limits of `websockets` (a cookie over 8 KiB), which uvicorn never answers.
            _close_with(self.transport, 400)

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= MOST_FRAGMENTS:
            self._fail(1008, "a message is one frame")
        else:
            super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "text" and not _is_utf8(b"".join(self.frames)):
            self._fail(1007, "text is UTF-8")  # uvicorn's way out logs a trace
        else:
            super().send_receive_event_to_app()

    async def send(self, message: Any) -> None:
        if self.peer_failed:
            raise ClientDisconnected  # uvicorn would find fault with the app, which cannot know yet
        await super().send(message)

    def handle_parser_exception(self) -> None:
        self.peer_failed = True
        super().handle_parser_exception()

    def _fail(self, code: int, reason: str) -> None:
        self.frames = []
        self.conn.fail(code, reason)
        self.handle_parser_exception()

    async def run_asgi(self) -> None:
        try:
            await super().run_asgi()
        finally:
            self._abort_soon()

    def shutdown(self) -> None:
        super().shutdown()
        self._abort_soon()

    def _abort_soon(self) -> None:
        self.loop.call_later(CLOSE_PATIENCE_S, self.transport.abort)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
