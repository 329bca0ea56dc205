"""Runs an ASGI app: uvicorn on uvloop and httptools, with the limits of a connection and a stop within two seconds."""

import asyncio
import ctypes
import errno
import gc
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from connected_ops.errors import ConnectedOpsError
from connected_ops.guards.messages import MOST_BYTES
from connected_ops.serve.protocols import HttpProtocol, WebSocketProtocol

STOP_PATIENCE_S = 1  # for what still runs; with uvicorn's own ticks the whole stop stays under two seconds
GC_THRESHOLD = (100_000, 50, 100)  # with the usual ones, collections took POST p99 from 6 to 53 ms
SWEEP_S = 120.0
SWITCH_INTERVAL_S = 0.0005  # event-loop lag p99 15 -> 4 ms while another thread draws charts
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8  # of glibc's mallopt
LARGE_BLOCK, KEPT_FREE = 1 << 20, 32 << 20
CANNOT_LISTEN = 2


class CannotListen(ConnectedOpsError):
    """The address cannot be had; the text names the port and says what to do."""


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
        ws_max_size=MOST_BYTES,
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


def _give_large_blocks_back() -> None:
    """Let memory of a simulated fleet that a reset replaced go back to the system. By itself glibc soon takes such
    blocks from its heap, where they are touched whole and stay: after 10 resets at 10,000 places 670 MB, so 250."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        with suppress(AttributeError):  # a C library without mallopt has no such habit
            libc.mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)
            libc.mallopt(M_TRIM_THRESHOLD, KEPT_FREE)  # else arrays of each block of samples cost system calls
            libc.mallopt(M_ARENA_MAX, 1)  # else each thread that ever made a past keeps its share: 18 MB


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
    _give_large_blocks_back()
    config = configure(app, log_level=log_level, trusted_proxies=trusted_proxies)
    Server(config, stopping=stopping, on_ready=ready).run(sockets=[listener])
    return 0
