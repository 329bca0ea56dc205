"""Over real sockets: what a connection may do, and how fast the server stops."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from connected_ops.guards.origin import OriginGuard
from connected_ops.guards.websocket import SlowReaderGuard
from connected_ops.serve import protocols
from connected_ops.serve.server import CannotListen, Server, bind, configure, serve


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def length(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await websocket.send_text(await websocket.receive_text())


APP = Starlette(
    routes=[Route("/", hello), Route("/length", length, methods=["POST"]), WebSocketRoute("/echo", echo)],
    middleware=[Middleware(OriginGuard)],
)


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, keep_alive_s: int = 5) -> AsyncIterator[tuple[Server, int]]:
    """The app served on a free port of this machine."""
    config = configure(app)
    config.timeout_keep_alive = keep_alive_s
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    server = Server(config, stopping=asyncio.Event(), on_ready=ready.set_result)
    task = asyncio.create_task(server.serve(sockets=[bind("127.0.0.1", 0)]))
    try:
        yield server, await ready
    finally:
        server.should_exit = True
        await task
        assert server.stopping.is_set()


@contextlib.asynccontextmanager
async def running(keep_alive_s: int = 5) -> AsyncIterator[int]:
    """The port on which APP is served."""
    async with serving(APP, keep_alive_s) as (_, port):
        yield port


def live(port: int) -> connect:
    """A live connection of APP's own page."""
    return connect(f"ws://127.0.0.1:{port}/echo", origin=Origin(f"http://127.0.0.1:{port}"), compression=None)


@contextlib.asynccontextmanager
async def opened(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def push(writer: asyncio.StreamWriter, chunk: bytes, size: int) -> int:
    """How many bytes the server let through of `size` to be sent, give or take what socket buffers hold."""
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < size:
            writer.write(chunk)
            sent += len(chunk)
            await writer.drain()
    return sent


async def rest(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the server closes, be it rudely."""
    got = b""
    async with asyncio.timeout(5):
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(65536):
                got += chunk
    return got


async def test_answers_without_naming_the_server_software():
    async with running() as port, httpx.AsyncClient() as client:
        response = await client.get(f"http://127.0.0.1:{port}/")
    assert response.text == "hello"
    assert "server" not in response.headers


async def test_a_head_of_32_kib_passes_and_a_longer_one_is_431():
    async with running() as port:
        for size, status in ((31_000, b"200 "), (33_000, b"431 "), (200_000, b"431 ")):
            async with opened(port) as (reader, writer):
                writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Long: %s\r\n\r\n" % (b"x" * size))
                assert (await rest(reader)).startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize("chunk", [b"\r\nX-Many: " + b"x" * 10_000, b"x" * 10_000], ids=["many headers", "one header"])
async def test_a_head_of_50_mb_is_cut(chunk):
    async with running() as port, opened(port) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: ")
        assert await push(writer, chunk, 50_000_000) < 10_000_000
        answer = await rest(reader)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 431 ")  # what a connection reset leaves of it


async def test_a_long_body_behind_a_short_head_is_not_a_long_head():
    async with running() as port, httpx.AsyncClient() as client:
        for size in (0, 40_000, 3_000_000):
            response = await client.post(f"http://127.0.0.1:{port}/length", content=b"x" * size)
            assert response.text == str(size)


async def test_endless_trailers_are_cut(monkeypatch):
    monkeypatch.setattr(protocols, "MAX_REQUEST", 1_000_000)
    async with running() as port, opened(port) as (reader, writer):
        writer.write(b"POST /length HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n")
        assert await push(writer, b"X-Trailer: " + b"x" * 10_000 + b"\r\n", 50_000_000) < 10_000_000
        assert await rest(reader) == b""


async def test_a_head_that_dribbles_is_cut_at_the_deadline(monkeypatch):
    monkeypatch.setattr(protocols, "HEAD_PATIENCE_S", 0.5)
    async with running() as port, opened(port) as (reader, writer):
        began = time.monotonic()
        writer.write(b"GET / HTTP/1.1\r\n")
        answer = asyncio.create_task(rest(reader))
        while not answer.done() and time.monotonic() - began < 3:
            writer.write(b"X-Slow: 1\r\n")
            await asyncio.sleep(0.02)
        assert (await answer).startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - began < 2


async def test_the_second_head_of_a_connection_has_the_same_deadline(monkeypatch):
    monkeypatch.setattr(protocols, "HEAD_PATIENCE_S", 0.5)
    async with running() as port, opened(port) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200 ")
        writer.write(b"GET / HTTP/1.1\r\n")
        assert (await rest(reader)).startswith(b"HTTP/1.1 408 ")


async def test_a_connection_that_never_speaks_is_closed_without_a_word(monkeypatch):
    monkeypatch.setattr(protocols, "HEAD_PATIENCE_S", 0.5)
    async with running() as port, opened(port) as (reader, _):
        assert await rest(reader) == b""


async def test_idle_connections_and_websockets_outlive_the_head_deadline(monkeypatch):
    monkeypatch.setattr(protocols, "HEAD_PATIENCE_S", 0.5)
    async with running() as port, live(port) as websocket, opened(port) as (reader, writer):
        for _ in range(3):
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200 ")
            await websocket.send("still here")
            assert await websocket.recv() == "still here"
            async with opened(port) as (silent, _):
                assert await rest(silent) == b""  # the deadline of one that came later has passed


async def test_stray_bytes_after_an_answer_do_not_hold_the_connection():
    async with running(keep_alive_s=1) as port, opened(port) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await reader.readuntil(b"hello")
        writer.write(b"\r\n")
        assert await rest(reader) == b""


async def test_pipelined_requests_are_answered_in_order():
    async with running() as port, opened(port) as (reader, writer):
        post = b"POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 40000\r\n\r\n" + b"x" * 40_000
        writer.write(
            post
            + b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
            + post
            + b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )
        answers = await rest(reader)
    assert answers.count(b"HTTP/1.1 200 ") == 4
    assert answers.endswith(b"hello")


async def test_garbage_is_400():
    async with running() as port, opened(port) as (reader, writer):
        writer.write(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
        assert (await rest(reader)).startswith(b"HTTP/1.1 400 ")


async def test_a_foreign_page_gets_no_websocket():
    async with running() as port:
        with pytest.raises(InvalidStatus) as refusal:
            async with connect(f"ws://127.0.0.1:{port}/echo", origin=Origin("http://evil.example")):
                pass
        assert refusal.value.response.status_code == 403
        assert b'"status":403' in refusal.value.response.body
        async with live(port):
            pass


def frame(opcode: int, payload: bytes = b"", *, last: bool = True) -> bytes:
    """A short frame of a client, under a mask of zeros."""
    return bytes([0x80 * last | opcode, 0x80 | len(payload)]) + bytes(4) + payload


@pytest.mark.parametrize(("frames", "code"), [
    (frame(1, b"caf\xe9"), 1007),
    (frame(1, b"caf\xc3", last=False) + frame(0, b"(", last=True), 1007),
    (frame(1, last=False) + frame(0, last=False) * 100_000, 1008),
    (b"\x81\xff" + (2**40).to_bytes(8, "big") + bytes(4), 1009),
    (frame(0, b"x"), 1002),
    (frame(3, b"x"), 1002),
], ids=["no UTF-8", "no UTF-8 in pieces", "endless", "a terabyte", "a piece of nothing", "no such frame"])  # fmt: skip
async def test_frames_that_no_browser_sends_close_the_websocket_without_a_trace(caplog, frames, code):
    async def listen(websocket: WebSocket) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # Starlette's where `talk` learned of it first
            while True:
                await websocket.receive_text()

    async def talk(websocket: WebSocket) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await websocket.send_text("news")
                await asyncio.sleep(0)

    async def chatty(websocket: WebSocket) -> None:
        await websocket.accept()
        await asyncio.gather(listen(websocket), talk(websocket))

    app = Starlette(routes=[WebSocketRoute("/chatty", chatty)], middleware=[Middleware(SlowReaderGuard)])
    async with serving(app) as (_, port), opened(port) as (reader, writer):
        writer.write(handshake(port, "/chatty"))
        await reader.readuntil(b"news")
        writer.write(frame(1, b"hello") + frames)
        told = await rest(reader)
    assert b"\x88" in told
    assert told[told.rindex(b"\x88") + 2 :][:2] == code.to_bytes(2, "big")
    assert not [record for record in caplog.records if record.exc_info or record.levelname == "ERROR"]


@pytest.mark.parametrize("size", [9_000, 30_000])
async def test_a_websocket_whose_cookie_is_too_long_is_answered_and_closed(size):
    async with running() as port, opened(port) as (reader, writer):
        writer.write(handshake(port, "/echo").replace(b"\r\n\r\n", b"\r\nCookie: %s\r\n\r\n" % (b"x" * size)))
        assert (await rest(reader)).startswith(b"HTTP/1.1 400 ")


async def test_a_websocket_message_over_64_kib_closes_that_websocket():
    async with running() as port, live(port) as websocket:
        await websocket.send("x" * 64 * 1024)
        assert len(await websocket.recv()) == 64 * 1024
        await websocket.send("x" * (64 * 1024 + 1))
        with pytest.raises(ConnectionClosed):
            await websocket.recv()
        assert websocket.close_code == 1009


async def test_twenty_stalled_readers_leave_a_healthy_page_updating():
    lock, everyone = asyncio.Lock(), set[WebSocket]()
    drops: list[None] = []

    async def page(websocket: WebSocket) -> None:
        await websocket.accept()
        everyone.add(websocket)
        with contextlib.suppress(WebSocketDisconnect):
            await websocket.receive_text()
        everyone.discard(websocket)

    async def broadcast() -> None:
        while True:
            async with lock:  # Shiny's flush lock
                for websocket in tuple(everyone):
                    with contextlib.suppress(WebSocketDisconnect):
                        await websocket.send_text("x" * 20_000)
            await asyncio.sleep(0.02)

    guard = Middleware(SlowReaderGuard, patience_s=1.0, on_drop=lambda: drops.append(None))
    app = Starlette(routes=[WebSocketRoute("/", page)], middleware=[guard])
    async with serving(app) as (server, port), contextlib.AsyncExitStack() as stack:
        ticking = asyncio.create_task(broadcast())
        for _ in range(20):
            stack.callback((await asyncio.to_thread(stalled_websocket, port)).close)
        arrivals: list[float] = []
        async with connect(f"ws://127.0.0.1:{port}/", compression=None) as healthy, asyncio.timeout(30):
            while len(drops) < 20 or len(arrivals) < 20:
                await healthy.recv()
                arrivals.append(time.monotonic())
            while len(server.server_state.connections) > 1:  # none of theirs is held, though none was closed
                await healthy.recv()
        ticking.cancel()
        assert max(later - earlier for earlier, later in pairwise(arrivals)) < 2
        assert len(drops) == 20


def handshake(port: int, path: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()


def stalled_websocket(port: int, path: str = "/") -> socket.socket:
    """A browser that opens a websocket and never reads again; its buffer is small, as a phone's."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.sendall(handshake(port, path))
    assert client.recv(12) == b"HTTP/1.1 101"
    return client


def test_a_busy_port_is_named_in_one_sentence_and_exits_2(capsys):
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=str(port)):
            bind("127.0.0.1", port)
        assert serve(APP, "127.0.0.1", port, stopping=asyncio.Event()) == 2
    sentence = capsys.readouterr().err
    assert f"Port {port}" in sentence
    assert sentence.count("\n") == 1


@pytest.mark.parametrize("host", ["no-such-host.invalid", "203.0.113.1", "x" * 300])
def test_an_address_that_cannot_be_had_is_one_sentence(host):
    with pytest.raises(CannotListen) as refusal:
        bind(host, 0)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_port_0_takes_a_free_one_that_ipv4_browsers_reach(host):
    with bind(host, 0) as listener:
        port = listener.getsockname()[1]
        assert port > 0
        socket.create_connection(("127.0.0.1", port), timeout=2).close()


STOPPED = """
import asyncio, contextlib, sys
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocketDisconnect
from connected_ops.guards.websocket import SlowReaderGuard
from connected_ops.serve.server import serve

stopping = asyncio.Event()

async def page(websocket):
    await websocket.accept()
    with contextlib.suppress(WebSocketDisconnect):
        await websocket.receive_text()

async def flood(websocket):
    await websocket.accept()
    with contextlib.suppress(WebSocketDisconnect):
        await websocket.send_text("x" * 20_000_000)
        await websocket.receive_text()

async def events(request):
    async def stream():
        yield "data: hello\\n\\n"
        await stopping.wait()
        yield "data: bye\\n\\n"
    return StreamingResponse(stream(), media_type="text/event-stream")

async def deaf(request):
    async def stream():
        yield "data: hello\\n\\n"
        await asyncio.Event().wait()
    return StreamingResponse(stream(), media_type="text/event-stream")

@contextlib.asynccontextmanager
async def lifespan(app):
    yield
    print("lifespan over", flush=True)

sockets = [WebSocketRoute("/page", page), WebSocketRoute("/flood", flood)]
streams = [Route("/events", events), Route("/deaf", deaf)]
app = Starlette(routes=[*sockets, *streams], lifespan=lifespan, middleware=[Middleware(SlowReaderGuard)])
sys.exit(serve(app, "127.0.0.1", 0, stopping=stopping, on_ready=lambda port: print(port, flush=True)))
"""


@pytest.fixture
def process():
    """A server in a process of its own, and its port."""
    root = Path(protocols.__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as child:
        assert child.stdout is not None
        try:
            yield child, int(child.stdout.readline())
        finally:
            child.kill()


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("stream", ["events", "deaf"])
async def test_open_pages_and_streams_do_not_hold_a_stop(process, sig, stream):
    child, port = process
    async with contextlib.AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(connect(f"ws://127.0.0.1:{port}/page")) for _ in range(5)]
        for _ in range(5):
            stack.callback(stalled_websocket(port, "/flood").close)
        reader, writer = await stack.enter_async_context(opened(port))
        writer.write(b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n" % stream.encode())
        await reader.readuntil(b"hello")
        await stack.enter_async_context(opened(port))
        began = time.monotonic()
        child.send_signal(sig)
        assert await asyncio.to_thread(child.wait, 10) == 0
        took = time.monotonic() - began
        assert took <= 2
        print(f"{stream} {sig.name}: {took:.2f} s")  # noqa: T201  # pytest -s shows the measurement
        for page in pages:
            await page.wait_closed()
            assert page.close_code == 1012
        assert (b"bye" in await rest(reader)) is (stream == "events")
    assert child.stdout.read() == "lifespan over\n"
