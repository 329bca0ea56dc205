import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from connected_ops.guards.websocket import SlowReaderGuard

SCOPE: Scope = {"type": "websocket", "path": "/", "headers": []}


class Peer:
    """A browser: what it got, and how it reads. `stall()` makes every later send of the server hang for ever."""

    def __init__(self, pace_s: float | None = None) -> None:
        self.got: list[Message] = []
        self.at: list[float] = []
        self.pace_s = pace_s
        self.reading = asyncio.Event()
        self.reading.set()
        self.left = False
        self.says: asyncio.Queue[Message] = asyncio.Queue()
        self.says.put_nowait({"type": "websocket.connect"})

    def stall(self) -> None:
        self.reading.clear()

    async def send(self, message: Message) -> None:
        await self.reading.wait()
        if self.pace_s is not None:
            await asyncio.sleep(self.pace_s)
        if self.left:
            raise OSError("gone")
        self.got.append(message)
        self.at.append(asyncio.get_running_loop().time())

    async def receive(self) -> Message:
        return await self.says.get()

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.got if message["type"] == "websocket.send"]


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(5_000):
        if condition():
            return
        await asyncio.sleep(0.001)
    pytest.fail("it never came to that")


def sends(count: int, then: Callable[[WebSocket], Awaitable[object]] | None = None):
    """An app that sends 0, 1, 2 … and then does something more."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        await websocket.accept()
        for number in range(count):
            await websocket.send_text(str(number))
        if then is not None:
            await then(websocket)

    return app


async def keep_sending(websocket: WebSocket, every_s: float) -> None:
    while True:
        await websocket.send_text("more")
        await asyncio.sleep(every_s)


async def wait_for_disconnect(websocket: WebSocket) -> int:
    with pytest.raises(WebSocketDisconnect) as disconnect:
        await websocket.receive_text()
    return disconnect.value.code


@settings(deadline=None, max_examples=30)
@given(count=st.integers(0, 250), limit=st.integers(1, 80), paced=st.booleans())
def test_a_reader_gets_everything_in_order(count, limit, paced):
    async def run() -> Peer:
        peer = Peer(pace_s=0 if paced else None)
        limit_ = max(limit, count // 4 + 1) if paced else limit
        await SlowReaderGuard(sends(count), limit=limit_)(SCOPE, peer.receive, peer.send)
        return peer

    peer = asyncio.run(run())
    assert peer.got[0]["type"] == "websocket.accept"
    assert peer.texts == [str(number) for number in range(count)]


async def test_a_slow_reader_that_keeps_up_in_time_keeps_its_connection():
    drops: list[None] = []
    peer = Peer(pace_s=0.002)
    guard = SlowReaderGuard(sends(120), limit=40, patience_s=2, on_drop=lambda: drops.append(None))
    await guard(SCOPE, peer.receive, peer.send)
    assert peer.texts == [str(number) for number in range(120)]
    assert not drops


async def test_sending_never_waits_for_a_stalled_peer():
    peer = Peer()
    took: list[float] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        await websocket.accept()
        peer.stall()
        began = asyncio.get_running_loop().time()
        with pytest.raises(WebSocketDisconnect):
            await keep_sending(websocket, 0)
        took.append(asyncio.get_running_loop().time() - began)

    drops: list[None] = []
    guard = SlowReaderGuard(app, patience_s=30, on_drop=lambda: drops.append(None))
    await guard(SCOPE, peer.receive, peer.send)
    assert took[0] < 1
    assert len(drops) == 1


async def test_a_stalled_peer_is_dropped_and_the_app_sees_a_disconnect():
    peer = Peer()
    codes: list[int] = []

    async def stall_and_wait(websocket: WebSocket) -> None:
        peer.stall()
        await websocket.send_text("never read")
        codes.append(await wait_for_disconnect(websocket))
        with pytest.raises(RuntimeError):
            await websocket.receive_text()

    drops: list[None] = []
    guard = SlowReaderGuard(sends(3, stall_and_wait), patience_s=0.05, on_drop=lambda: drops.append(None))
    await guard(SCOPE, peer.receive, peer.send)
    assert codes == [1013]
    assert len(drops) == 1


async def test_an_app_that_only_sends_learns_of_the_drop_by_an_error():
    peer = Peer()
    drops: list[None] = []

    async def stall_and_send(websocket: WebSocket) -> None:
        peer.stall()
        await websocket.send_text("never read")
        await until(lambda: len(drops) == 1)
        with pytest.raises(WebSocketDisconnect):
            await websocket.send_text("nor this")

    guard = SlowReaderGuard(sends(0, stall_and_send), patience_s=0.02, on_drop=lambda: drops.append(None))
    await guard(SCOPE, peer.receive, peer.send)


async def test_a_peer_that_stays_behind_is_closed_with_try_again_later():
    drops: list[None] = []
    peer = Peer(pace_s=0.02)  # each message is read in time, but the queue never empties

    async def keep_it_full(websocket: WebSocket) -> None:
        with pytest.raises(WebSocketDisconnect):
            await keep_sending(websocket, 0.01)

    guard = SlowReaderGuard(sends(8, keep_it_full), limit=8, patience_s=0.1, on_drop=lambda: drops.append(None))
    await guard(SCOPE, peer.receive, peer.send)
    assert len(drops) == 1
    assert peer.got[-1] == {"type": "websocket.close", "code": 1013, "reason": "too slow"}
    assert len(peer.texts) >= 2


async def test_twenty_stalled_readers_leave_the_healthy_one_on_time():
    sockets: list[WebSocket] = []
    drops: list[None] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        await websocket.accept()
        sockets.append(websocket)
        await wait_for_disconnect(websocket)
        sockets.remove(websocket)

    guard = SlowReaderGuard(app, patience_s=0.3, on_drop=lambda: drops.append(None))
    stalled = [Peer() for _ in range(20)]
    healthy = Peer()
    peers = [*stalled, healthy]
    connections = [asyncio.create_task(guard(SCOPE, peer.receive, peer.send)) for peer in peers]
    await until(lambda: len(sockets) == 21)
    for peer in stalled:
        peer.stall()
    for number in range(100):
        for websocket in list(sockets):  # one after the other, as within Shiny's flush lock
            try:
                await websocket.send_text(str(number))
            except WebSocketDisconnect:
                assert len(drops) > 0
        await asyncio.sleep(0.01)
    assert healthy.texts == [str(number) for number in range(100)]
    assert max(b - a for a, b in pairwise(healthy.at)) < 0.5
    await until(lambda: len(drops) == 20)
    healthy.says.put_nowait({"type": "websocket.disconnect", "code": 1000})
    async with asyncio.timeout(5):
        await asyncio.gather(*connections)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_peer_that_left_is_no_drop_and_leaves_no_task():
    drops: list[None] = []
    peer = Peer()

    async def leave(websocket: WebSocket) -> None:
        peer.stall()
        await websocket.send_text("too late")
        peer.says.put_nowait({"type": "websocket.disconnect", "code": 1001})
        assert await wait_for_disconnect(websocket) == 1001

    guard = SlowReaderGuard(sends(1, leave), patience_s=30, on_drop=lambda: drops.append(None))
    async with asyncio.timeout(1):
        await guard(SCOPE, peer.receive, peer.send)
    assert not drops
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_send_to_a_peer_that_left_raises_as_the_server_would():
    peer = Peer()

    async def leave(websocket: WebSocket) -> None:
        await until(lambda: peer.texts == ["0"])
        peer.left = True
        with pytest.raises(WebSocketDisconnect):
            await keep_sending(websocket, 0)

    await SlowReaderGuard(sends(1, leave))(SCOPE, peer.receive, peer.send)
    assert peer.texts == ["0"]


async def test_the_apps_close_comes_last():
    peer = Peer()
    await SlowReaderGuard(sends(50, lambda websocket: websocket.close(1000)))(SCOPE, peer.receive, peer.send)
    assert peer.got[-1]["type"] == "websocket.close"
    assert len(peer.texts) == 50


async def test_a_cancelled_connection_leaves_no_task():
    peer = Peer()
    guard = SlowReaderGuard(sends(1, lambda websocket: asyncio.Event().wait()))
    connection = asyncio.ensure_future(guard(SCOPE, peer.receive, peer.send))
    await until(lambda: peer.texts == ["0"])
    connection.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connection
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_what_the_server_finds_wrong_with_a_message_is_raised():
    peer = Peer()

    async def broken(message: Message) -> None:
        if message["type"] == "websocket.send":
            raise RuntimeError("unexpected message")
        await peer.send(message)

    with pytest.raises(RuntimeError, match="unexpected message"):
        await SlowReaderGuard(sends(1))(SCOPE, peer.receive, broken)


async def test_http_passes_untouched(pass_through):
    assert (await pass_through(SlowReaderGuard)).status == 200
