"""Runs an ASGI app: uvicorn on uvloop and httptools, with the limits of a connection and a stop within two seconds."""

import asyncio
import errno
import gc
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from connected_ops.errors import ConnectedOpsError

MAX_HEAD = 32 * 1024
MAX_REQUEST = 64 * 1024 * 1024  # on the wire; the app's own body cap is far below and answers politely
HEAD_PATIENCE_S = 10.0
MAX_WS_MESSAGE = 1024 * 1024
STOP_PATIENCE_S = 1  # for what still runs; with uvicorn's own ticks the whole stop stays under two seconds
CLOSE_PATIENCE_S = 0.5  # for a websocket's peer to take the rest once the app is done with it
GC_THRESHOLD = (100_000, 50, 100)  # with the usual ones, collections took POST p99 from 6 to 53 ms
SWEEP_S = 120.0
SWITCH_INTERVAL_S = 0.0005  # event-loop lag p99 15 -> 4 ms while another thread draws charts
CANNOT_LISTEN = 2

REFUSALS = {
    400: b"HTTP/1.1 400 Bad Request\r\n",
    408: b"HTTP/1.1 408 Request Timeout\r\n",
    431: b"HTTP/1.1 431 Request Header Fields Too Large\r\n",
}


class CannotListen(ConnectedOpsError):
    """The address cannot be had; the text names the port and says what to do."""


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
    """uvicorn's, and a peer that has stopped reading cannot keep its connection: closing waits half a second for it."""

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            # It was HTTP, but past the limits of `websockets` (a cookie over 8 KiB), which uvicorn never answers.
            _close_with(self.transport, 400)

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


class Server(uvicorn.Server):
    """uvicorn's, which sets `stopping` before it waits for what still runs, and exits 0 when asked to stop.

    An answer without an end (a server-sent event stream) has to wait on `stopping` beside its data, or it holds the
    exit until it is cancelled. `on_ready` gets the port once the app is up and listening.
    """

    def __init__(self, config: uvicorn.Config, *, stopping: asyncio.Event, on_ready: Callable[[int], object]) -> None:
        super().__init__(config)
        self.stopping = stopping
        self.on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if sockets:
            self.on_ready(sockets[0].getsockname()[1])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.stopping.set()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # uvicorn's would raise the signal again after the stop, and a stop that was asked for is no failure.
        self.force_exit = self.force_exit or (self.should_exit and sig == signal.SIGINT)
        self.should_exit = True


def bind(host: str, port: int) -> socket.socket:
    """A listening socket on that name or address; port 0 takes a free one. CannotListen where it cannot be had."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        raise CannotListen(
            f"The host {host!r} is not known here; use 127.0.0.1, 0.0.0.0 or a name of this machine."
        ) from error
    # A name may have both kinds of address: IPv4 first, since a browser that tries IPv6 falls back to it.
    family, kind, protocol, _, address = min(found, key=lambda row: row[0] != socket.AF_INET)
    listener = socket.socket(family, kind, protocol)
    try:
        if sys.platform != "win32":  # there it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise CannotListen(_why_not(host, port, error)) from error
    return listener


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use by another program; stop that one or choose another port."
    if error.errno == errno.EACCES:
        return f"Port {port} on {host} needs more rights than this program has; choose one above 1023."
    return f"Port {port} on {host} cannot be opened ({error.strerror}); choose another address."


def configure(app: ASGIApp, *, log_level: str = "warning", trusted_proxies: str | None = None) -> uvicorn.Config:
    """uvicorn's settings for this project. Logging stays as the caller set it up, at `log_level` for uvicorn's own.

    `trusted_proxies` are the addresses (comma-separated) whose X-Forwarded-* headers are believed; none without it.
    """
    return uvicorn.Config(
        app,
        loop="auto",  # uvloop wherever it exists
        http=HttpProtocol,
        ws=WebSocketProtocol,
        ws_max_size=MAX_WS_MESSAGE,
        ws_per_message_deflate=False,  # costs CPU for every page, and pages are small after the first
        lifespan="on",
        timeout_graceful_shutdown=STOP_PATIENCE_S,
        proxy_headers=trusted_proxies is not None,
        forwarded_allow_ips=trusted_proxies,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level=log_level,
    )


def _sweep(loop: asyncio.AbstractEventLoop) -> None:
    """Collect the cycles that closed pages leave, now and then, since the thresholds hardly ever do."""
    gc.collect()
    loop.call_later(SWEEP_S, _sweep, loop)


def _nothing(port: int) -> None:
    pass


def serve(
    app: ASGIApp,
    host: str,
    port: int,
    *,
    stopping: asyncio.Event,
    on_ready: Callable[[int], object] = _nothing,
    log_level: str = "warning",
    trusted_proxies: str | None = None,
) -> int:
    """Serve until SIGINT or SIGTERM and return the exit code: 0, or 2 with a sentence on stderr if the port is taken.

    `stopping` is set when the stop begins; `on_ready` gets the port when the app is up.
    """
    try:
        listener = bind(host, port)
    except CannotListen as error:
        sys.stderr.write(f"{error}\n")
        return CANNOT_LISTEN

    def ready(bound_port: int) -> None:
        gc.collect()
        gc.freeze()  # what start-up made stays: leaving it out of collections halves the lag peaks
        gc.set_threshold(*GC_THRESHOLD)
        gc.enable()
        _sweep(asyncio.get_running_loop())
        on_ready(bound_port)

    sys.setswitchinterval(SWITCH_INTERVAL_S)
    config = configure(app, log_level=log_level, trusted_proxies=trusted_proxies)
    Server(config, stopping=stopping, on_ready=ready).run(sockets=[listener])
    return 0
