"""The emulated fleet outside of a server: as text, and posted to one that may be away."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from connected_ops.asgi import create_app
from connected_ops.emulator.fleet import BACKFILL_S, Emulator
from connected_ops.emulator.posting import ANCHOR, Feed, lines, run
from connected_ops.emulator.profile import load_profile, parse_profile
from connected_ops.recordings import sender
from connected_ops.recordings.sender import CannotSend
from connected_ops.serve.server import Server, bind, configure
from connected_ops.settings import load

ONE = parse_profile('{"seed": 1, "units": [{"vehicle_id": "genset", "unit_class": "genset"}]}', "one.json")


class Recorder:
    """Stands in for a server where only what is sent matters."""

    def __init__(self, *answers: Response) -> None:
        self.times: list[float] = []
        self.headers: dict[str, str] = {}
        self.app = Starlette(
            routes=[Route("/healthz", self._health), Route("/api/telemetry", self._post, methods=["POST"])]
        )
        self._answers = list(answers)
        self._came = asyncio.Event()

    async def _health(self, request: Request) -> Response:
        return PlainTextResponse("ok")

    async def _post(self, request: Request) -> Response:
        rows = await request.json()
        self.headers = dict(request.headers)
        if self._answers:
            return self._answers.pop(0)
        self.times += [datetime.fromisoformat(row["ts"]).timestamp() for row in rows]
        self._came.set()
        return JSONResponse({"accepted": len(rows), "needs_review": 0, "rejected": 0, "duplicates": 0})

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.times) < count:
                self._came.clear()
                await self._came.wait()


@asynccontextmanager
async def serving(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """The URL at which the app is served on this machine."""
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    server = Server(configure(app), stopping=asyncio.Event(), on_ready=ready.set_result)
    task = asyncio.create_task(server.serve(sockets=[bind("127.0.0.1", port)]))
    try:
        yield f"http://127.0.0.1:{await ready}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def posting(feed: Feed, api_key: str | None = None) -> AsyncIterator[None]:
    task = asyncio.create_task(feed.run(api_key))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def test_the_text_is_the_same_each_time_and_another_with_another_seed():
    once, again, other = ("\n".join(lines(None, seed, 5)) for seed in (7, 7, 8))
    assert once == again != other


def test_a_line_is_a_sample_and_the_seconds_count_from_a_fixed_start():
    rows = [json.loads(line) for body in lines(None, None, 3) for line in body.split("\n")]
    units = [unit.vehicle_id for unit in load_profile().units]
    assert [row["vehicle_id"] for row in rows] == units * 3
    times = sorted({datetime.fromisoformat(row["ts"]).timestamp() for row in rows})
    assert times == [ANCHOR, ANCHOR + 1, ANCHOR + 2]


async def test_a_server_gets_ten_minutes_and_then_each_second():
    async with serving(create_app(load(max_units=20))) as url:
        feed = Feed(Emulator(load_profile(), start=time.time()), url)
        units: list[dict[str, Any]] = []
        async with posting(feed), httpx.AsyncClient(base_url=url) as client, asyncio.timeout(20):
            received = 0
            while received < 12 * (BACKFILL_S + 2):
                await asyncio.sleep(0.1)
                fleet = (await client.get("/api/fleet")).json()
                received, units = fleet["loop"]["received"], fleet["units"]
    assert {unit["source"] for unit in units} == {"simulated"}
    assert len(units) == 12
    assert "rows of 12 units" in feed.report()
    assert feed.report().endswith(" 0 needs review, 0 rejected, 0 duplicates.")


async def test_a_server_that_is_away_is_waited_for_with_a_sentence(monkeypatch, capsys):
    monkeypatch.setattr(sender, "RETRY_EVERY_S", 0.01)
    with bind("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    recorder = Recorder(PlainTextResponse("gone", 502))
    said = ""
    async with posting(Feed(Emulator(ONE, start=time.time()), url), "s3cret"), asyncio.timeout(10):
        while "No answer" not in said:
            await asyncio.sleep(0.01)
            said += capsys.readouterr().err
        async with serving(recorder.app, port):
            await recorder.until(BACKFILL_S)
    said += capsys.readouterr().err
    assert said.splitlines()[:4] == [
        f"No answer from {url}: All connection attempts failed. Waiting for the server; Ctrl+C stops.",
        f"{url} answers again.",
        f"No answer from {url}: 502 Bad Gateway. Waiting for the server; Ctrl+C stops.",
        f"{url} answers again.",
    ]
    assert (recorder.headers["x-source"], recorder.headers["x-api-key"]) == ("simulated", "s3cret")


async def test_more_than_a_minute_missed_is_left_out():
    recorder, now = Recorder(), 1_800_000_000.0
    async with serving(recorder.app) as url, posting(Feed(Emulator(ONE, start=now), url, lambda: now)):
        await recorder.until(BACKFILL_S + 1)
        now += 100
        await recorder.until(BACKFILL_S + 2)
    steps = [later - earlier for earlier, later in zip(recorder.times, recorder.times[1:], strict=False)]
    assert set(steps[:BACKFILL_S]) == {1.0}
    assert steps[BACKFILL_S] == 100


@pytest.mark.parametrize(("answer", "sentence"), [
    (JSONResponse({"detail": "Writing here needs the key"}, 401), r"refused the rows \(401\): Writing here needs"),
    (PlainTextResponse("hello"), "is not a Connected Ops Lab"),
    (JSONResponse({"accepted": 0, "needs_review": 0, "rejected": 1, "duplicates": 0, "rejections": [
        {"index": 0, "rule": "source_conflict", "field": "vehicle_id", "reason": "It belongs to another source."}]}),
     "takes none of these units: It belongs to another source."),
])  # fmt: skip
async def test_a_server_that_takes_nothing_ends_it_with_its_reason(answer, sentence):
    async with serving(Recorder(answer).app) as url:
        with pytest.raises(CannotSend, match=sentence):
            await Feed(Emulator(ONE, start=time.time()), url).run(None)


@pytest.mark.parametrize("url", ["", "localhost:8000", "ftp://localhost"])
def test_a_url_that_is_none_is_one_sentence_at_once(url):
    with pytest.raises(CannotSend, match="is no address such as"):
        run(url, None, None, None)
