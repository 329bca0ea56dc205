"""`GET /api/stream`: events as they come, for many readers, and an end when the server stops."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from connected_ops.api import broadcast
from connected_ops.api.stream import changes


class Reader:
    """One client of the stream, straight on ASGI; while `stalled` it takes nothing."""

    def __init__(self, app, path="/api/stream"):
        self.status, self.headers, self.raw, self.ended = 0, {}, b"", False
        self.reading = asyncio.Event()
        self.reading.set()
        self._news = asyncio.Condition()
        self._gone = asyncio.Event()
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"",
            "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 50_000), "server": ("localhost", 80),
        }  # fmt: skip
        self.task = asyncio.create_task(app(scope, self._receive, self._send))

    async def _receive(self):
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        await self.reading.wait()
        async with self._news:
            if message["type"] == "http.response.start":
                self.status, self.headers = message["status"], dict(message["headers"])
            else:
                self.raw += message["body"]
                self.ended = not message.get("more_body")
            self._news.notify_all()

    @property
    def events(self):
        """(event, id, data) of each that came; comments are left out."""
        told = [block.splitlines() for block in self.raw.decode().split("\n\n") if block and block[0] != ":"]
        fields = [dict(line.split(": ", 1) for line in lines) for lines in told]
        return [(one["event"], int(one["id"]), json.loads(one["data"])) for one in fields]

    async def until(self, condition):
        """Waits until the condition holds."""
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(condition)

    async def leave(self):
        self._gone.set()
        await self.task


@asynccontextmanager
async def reader(api):
    """A reader that has its first event."""
    one = Reader(api.app)
    await one.until(lambda: one.raw or one.ended)
    yield one
    await one.leave()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(broadcast, "LEAST_APART_S", 0.01)
    monkeypatch.setattr(broadcast, "LOOK_EVERY_S", 0.005)


async def test_a_reader_gets_the_snapshot_at_once_and_each_newer_one(told_api):
    await told_api.took(told_api.sample())
    async with reader(told_api) as one:
        assert one.status == 200
        assert one.headers[b"content-type"].startswith(b"text/event-stream")
        assert one.headers[b"cache-control"] == b"no-store"
        await told_api.took(told_api.sample(after_s=1))
        await one.until(lambda: len(one.events) == 2)
    fleet = await told_api.get("/api/fleet")
    (_, first, _), (event, key, data) = one.events
    assert (event, key, first) == ("fleet", fleet["sequence"], fleet["sequence"] - 1)
    assert data == {key: fleet[key] for key in ("sequence", "at", "loop")}


async def test_an_episode_is_told_when_it_opens_is_acknowledged_and_closes(told_api, an_episode):
    view = an_episode()
    states = (
        view,
        replace(view, state="acknowledged", acknowledged_at=view.opened_at + 10),
        replace(view, state="closed", closed_at=view.opened_at + 60, money=None),
    )
    async with reader(told_api) as one:
        for at, state in enumerate(states):
            told_api.read_model.told = [state]
            await told_api.took(told_api.sample(after_s=at))
            await one.until(lambda at=at: sum(event == "episode" for event, *_ in one.events) == at + 1)
    told = [data for event, _, data in one.events if event == "episode"]
    assert [data["change"] for data in told] == ["opened", "acknowledged", "closed"]
    insights = await told_api.get("/api/insights")
    assert told[-1]["episode"] == insights["episodes"][0]


async def test_what_was_before_the_first_reader_is_no_news(told_api, an_episode):
    told_api.read_model.told = [an_episode()]
    async with reader(told_api) as one:
        await told_api.took(told_api.sample())
        await one.until(lambda: len(one.events) == 2)
    assert [event for event, *_ in one.events] == ["fleet", "fleet"]


def test_an_open_episode_that_is_gone_was_forgotten_and_a_closed_one_is_no_news(an_episode):
    before = {"e1": an_episode(), "e2": an_episode("e2", state="closed", closed_at=1_763_908_312.0)}
    assert changes(before, {}) == [("forgotten", before["e1"])]
    assert changes(before, before) == []
    assert changes({}, before) == [("opened", before["e1"]), ("closed", before["e2"])]


async def test_all_readers_share_one_producer_which_ends_with_the_last(told_api):
    tasks = len(asyncio.all_tasks())
    readers = [Reader(told_api.app) for _ in range(10)]
    for one in readers:
        await one.until(lambda one=one: one.raw)
    producers = [t for t in asyncio.all_tasks() if "Broadcast._produce" in repr(t.get_coro())]
    assert len(producers) == 1
    for one in readers:
        await one.leave()
    await asyncio.wait(producers)
    assert len(asyncio.all_tasks()) == tasks


async def test_one_stream_too_many_is_503_until_one_leaves(told_api):
    readers = [Reader(told_api.app) for _ in range(broadcast.MOST_STREAMS)]
    for one in readers:
        await one.until(lambda one=one: one.raw)
    async with reader(told_api) as refused:
        assert refused.status == 503
        assert int(refused.headers[b"retry-after"]) > 0
        assert refused.headers[b"content-type"] == b"application/problem+json"
        assert json.loads(refused.raw)["detail"].endswith(".")
    await readers.pop().leave()
    async with reader(told_api) as one:
        assert one.status == 200
    for one in readers:
        await one.leave()


async def test_a_stop_ends_every_stream_at_once(told_api):
    readers = [Reader(told_api.app) for _ in range(3)]
    for one in readers:
        await one.until(lambda one=one: one.raw)
    told_api.stopping.set()
    async with asyncio.timeout(0.5):
        await asyncio.gather(*(one.task for one in readers))
    assert all(one.ended for one in readers)
    async with reader(told_api) as late:
        await late.until(lambda: late.ended)


async def test_a_reader_that_takes_nothing_is_let_go_and_the_others_go_on(told_api, monkeypatch):
    monkeypatch.setattr(broadcast, "PATIENCE_S", 0.1)
    async with reader(told_api) as quick, reader(told_api) as slow:
        slow.reading.clear()
        for at in range(3):
            await told_api.took(told_api.sample(after_s=at))
            await quick.until(lambda at=at: len(quick.events) == at + 2)
        async with asyncio.timeout(5):
            await slow.task
        assert not slow.ended
        slow.reading.set()


async def test_a_reader_that_falls_behind_is_ended_with_what_it_was_told_bounded(told_api, monkeypatch):
    monkeypatch.setattr(broadcast, "MOST_WAITING", 2)
    async with reader(told_api) as quick, reader(told_api) as slow:
        slow.reading.clear()
        for at in range(6):
            await told_api.took(told_api.sample(after_s=at))
            await quick.until(lambda at=at: len(quick.events) == at + 2)
        slow.reading.set()
        await slow.until(lambda: slow.ended)
        assert 1 < len(slow.events) < len(quick.events)


async def test_a_silent_stream_has_a_heartbeat(told_api, monkeypatch):
    monkeypatch.setattr(broadcast, "HEARTBEAT_S", 0.01)
    async with reader(told_api) as one:
        await one.until(lambda: one.raw.count(b": ping\n\n") >= 2)
    assert len(one.events) == 1


async def test_a_failure_of_the_producer_ends_the_streams_and_a_new_one_works(told_api, monkeypatch):
    async with reader(told_api) as one:
        with monkeypatch.context() as broken:
            broken.setattr(told_api.read_model, "episodes", None)
            await told_api.took(told_api.sample())
            await one.until(lambda: one.ended)
    async with reader(told_api) as one:
        await told_api.took(told_api.sample(after_s=1))
        await one.until(lambda: len(one.events) == 2)
