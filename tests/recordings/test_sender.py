"""`send`: files as people have them, against a server on a real socket."""

import asyncio
import gzip
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from connected_ops.asgi import create_app
from connected_ops.recordings import sender
from connected_ops.recordings.reading import read
from connected_ops.recordings.sender import CannotSend, Retime, rows_of, send_file
from connected_ops.serve.server import Server, bind, configure
from connected_ops.settings import load
from tests.recordings.test_loggers import FILES

TRIPS = Path(__file__).resolve().parents[3] / "shared" / "data" / "payload"
THEN = datetime(2019, 3, 5, 6, tzinfo=UTC)


def rows(count: int = 10, every_s: float = 2.0, **fields: Any) -> list[dict[str, Any]]:
    return [
        {"ts": (THEN + timedelta(seconds=every_s * i)).isoformat(), "vehicle_id": "car", "coolant_temp_f": 190.0}
        | fields
        for i in range(count)
    ]


def ndjson(content: list[dict[str, Any]]) -> str:
    return "\n".join(json.dumps(row) for row in content) + "\n"


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """The URL at which the app is served on a free port of this machine."""
    config = configure(app)
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    server = Server(config, stopping=asyncio.Event(), on_ready=ready.set_result)
    task = asyncio.create_task(server.serve(sockets=[bind("127.0.0.1", 0)]))
    try:
        yield f"http://127.0.0.1:{await ready}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def lab() -> AsyncIterator[httpx.AsyncClient]:
    """A client of a running server; `base_url` says where it is."""
    async with serving(create_app(load(max_units=20))) as url, httpx.AsyncClient(base_url=url) as client:
        yield client


@pytest.fixture
def recording(tmp_path: Path) -> Callable[..., Path]:
    def write(content: str | bytes, name: str = "trip.ndjson") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


async def send(path: Path, lab: httpx.AsyncClient, **options: Any) -> str:
    given = {"retime": Retime.NOW, "speed": 1e6, "api_key": None} | options
    return await send_file(path, str(lab.base_url), **given, recordings=read(path))


async def sent(lab: httpx.AsyncClient) -> list[dict[str, Any]]:
    return (await lab.get("/api/telemetry?limit=10000")).json()


def as_json() -> str:
    return json.dumps(rows(), indent=2)


def as_csv() -> str:
    lines = [f"{row['ts']},car,190.0,,extra" for row in rows()]
    return "\r\n".join(["ts,vehicle_id,coolant_temp_f,speed_mph,note", *lines])


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("name", "content"), [
    ("trip.ndjson", ndjson(rows())), ("trip.json", as_json()), ("trip.csv", as_csv()),
    ("bom.csv", "\ufeff" + as_csv()), ("gaps.txt", "\n\n" + ndjson(list(reversed(rows())))),
])  # fmt: skip
async def test_each_kind_of_file_arrives_whole_and_as_a_replay(lab, recording, name, content, packed):
    path = recording(gzip.compress(content.encode()), name + ".gz") if packed else recording(content, name)
    told = await send(path, lab, retime=Retime.KEEP)
    assert told == "Sent 10 rows of car: 10 accepted, 0 needs review, 0 rejected, 0 duplicates."
    got = await sent(lab)
    assert [row["ts"][:19] for row in got] == [row["ts"][:19] for row in rows()]
    assert {row["coolant_temp_f"] for row in got} == {190.0}
    assert all("speed_mph" not in row for row in got)


async def test_retimed_the_last_row_is_now_and_the_spacing_is_kept(lab, recording):
    began = time.time()
    await send(recording(ndjson(rows(every_s=7.0))), lab)
    times = [datetime.fromisoformat(row["ts"]).timestamp() for row in await sent(lab)]
    assert began - 1 <= times[-1] <= time.time()
    assert [later - earlier for earlier, later in pairwise(times)] == pytest.approx([7.0] * 9)


@pytest.mark.parametrize(("speed", "least", "most"), [(10.0, 0.35, 5.0), (1000.0, 0.0, 3.0)])
async def test_speed_changes_the_sending_and_nothing_else(lab, recording, speed, least, most):
    path = recording(ndjson(rows(5, every_s=1.0)))
    began = time.monotonic()
    await send(path, lab, speed=speed, retime=Retime.KEEP)
    assert least <= time.monotonic() - began <= most
    assert [row["ts"][:19] for row in await sent(lab)] == [row["ts"][:19] for row in rows(5, every_s=1.0)]


async def test_counts_add_up_over_many_bodies(lab, recording):
    content = rows(1200, every_s=1.0)
    content[3]["coolant_temp_f"] = 999.0
    content[1100]["coolant_temp_f"] = "hot"
    content[700] = content[699]
    told = await send(recording(ndjson(content)), lab)
    # What is no value and what was there already is left out by the reader.
    assert told == "Sent 1,198 rows of car: 1,197 accepted, 1 needs review, 0 rejected, 0 duplicates."
    loop = (await lab.get("/metrics")).text
    assert 'connected_ops_samples_total{verdict="valid"} 1197.0' in loop


async def test_nothing_is_drawn_where_nobody_looks(lab, recording, capfd):
    await send(recording(ndjson(rows())), lab)
    assert capfd.readouterr() == ("", "")


async def test_the_key_travels_along(recording):
    async with serving(create_app(load(max_units=20, api_key="s3cret"))) as url:
        path = recording(ndjson(rows()))
        told = await send_file(path, url, Retime.NOW, 1e6, "s3cret", read(path))
        assert told.startswith("Sent 10 rows of car: 10 accepted")
        with pytest.raises(CannotSend, match=r"401.*X-API-Key") as refusal:
            await send_file(path, url, Retime.NOW, 1e6, "wrong", read(path))
        assert "s3cret" not in str(refusal.value)


async def test_what_the_server_refuses_is_told_with_its_reason(lab, recording):
    content = rows()
    await lab.post("/api/telemetry", json={**content[0], "ts": datetime.now(UTC).isoformat()})
    told = await send(recording(ndjson(content)), lab)
    assert told.endswith("0 accepted, 0 needs review, 10 rejected, 0 duplicates.")


async def test_a_body_that_the_server_refuses_is_told_with_its_reason(recording):
    async def refuse(request: Request) -> Response:
        return JSONResponse({"detail": "No row can be used."}, 422)

    path = recording(ndjson(rows()))
    async with serving(Starlette(routes=[Route("/api/telemetry", refuse, methods=["POST"])])) as url:
        with pytest.raises(CannotSend, match=r"refused the rows \(422\): No row can be used"):
            await send_file(path, url, Retime.NOW, 60.0, None, read(path))


async def test_years_too_far_apart_to_end_now_are_one_sentence(recording):
    path = recording(ndjson([{"ts": f"{year}-01-01T00:00:00Z", "engine_rpm": 800} for year in ("1971", "9880")]))
    with pytest.raises(CannotSend, match="--retime keep"):
        await send_file(path, "http://127.0.0.1:9", Retime.NOW, 1.0, None, read(path))


async def test_times_that_no_date_belongs_to_cannot_be_kept(recording):
    path = recording("Time (s),Engine RPM\n0,800\n1,810\n", "log.csv")
    with pytest.raises(CannotSend, match="names no date, and its times cannot be kept; send it with"):
        await send_file(path, "http://127.0.0.1:9", Retime.KEEP, 1.0, None, read(path))


def test_rows_keep_class_and_fault_codes_and_leave_out_what_is_absent(recording):
    fields = {"unit_class": "excavator", "fault_codes": ["P0217", "SPN 110 FMI 0"], "engine_rpm": None}
    path = recording(ndjson([*rows(1, **fields), *rows(2)[1:]]))
    first, second = rows_of(read(path))
    assert first == {
        "ts": THEN, "vehicle_id": "car", "unit_class": "excavator", "coolant_temp_f": 190.0,
        "fault_codes": ["P0217", "SPN 110 FMI 0"],
    }  # fmt: skip
    assert set(second) == {"ts", "vehicle_id", "unit_class", "coolant_temp_f"}


@pytest.mark.parametrize(
    "url", ["", "localhost:8000", "ftp://localhost", "http://", "http://localhost:99999", "http://a:b"]
)
async def test_a_url_that_is_none_is_one_sentence_at_once(recording, url):
    path = recording(ndjson(rows()))
    with pytest.raises(CannotSend, match=r"is no address such as http://127\.0\.0\.1:8000"):
        await send_file(path, url, Retime.NOW, 60.0, None, read(path))


async def test_a_dead_port_is_one_sentence_at_once(recording):
    path = recording(ndjson(rows()))
    with bind("127.0.0.1", 0) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    began = time.monotonic()
    with pytest.raises(CannotSend, match=r"No answer from .* Is the server running\?"):
        await send_file(path, url, Retime.NOW, 60.0, None, read(path))
    assert time.monotonic() - began < 5


async def test_a_server_that_is_gone_for_a_moment_is_waited_for(recording, monkeypatch):
    path = recording(ndjson(rows()))
    monkeypatch.setattr(sender, "MOST_ROWS", 5)
    monkeypatch.setattr(sender, "RETRY_EVERY_S", 0.01)
    monkeypatch.setattr(sender, "TICK_S", 0.01)
    real, calls = httpx.AsyncClient.post, 0

    async def post(self: httpx.AsyncClient, *args: Any, **options: Any) -> httpx.Response:
        nonlocal calls
        calls += 1
        if calls in (2, 3):
            raise httpx.ConnectError("gone")
        return await real(self, *args, **options)

    monkeypatch.setattr(httpx.AsyncClient, "post", post)
    async with serving(create_app(load(max_units=20))) as url:
        told = await send_file(path, url, Retime.NOW, 1e6, None, read(path))
    assert "10 accepted" in told
    assert calls > 3


async def test_a_server_without_room_is_asked_again_when_it_says_so_and_nothing_is_lost(recording, monkeypatch):
    path = recording(ndjson(rows()))
    waits: list[float] = []
    real, pause, calls = httpx.AsyncClient.post, asyncio.sleep, 0

    async def post(self: httpx.AsyncClient, *args: Any, **options: Any) -> httpx.Response:
        nonlocal calls
        calls += 1
        if calls in (1, 2, 4):  # the first body too, for which a server that is gone is not waited for
            return httpx.Response(503 if calls < 4 else 429, headers={"Retry-After": str(10 * calls)})
        return await real(self, *args, **options)

    async def sleep(seconds: float) -> None:
        if seconds >= 10:
            waits.append(seconds)
        await pause(min(seconds, 0.01))

    monkeypatch.setattr(sender, "MOST_ROWS", 5)
    async with serving(create_app(load(max_units=20))) as url:
        monkeypatch.setattr(httpx.AsyncClient, "post", post)
        monkeypatch.setattr(sender.asyncio, "sleep", sleep)
        told = await send_file(path, url, Retime.NOW, 1e6, None, read(path))
        monkeypatch.undo()
    assert told == "Sent 10 rows of car: 10 accepted, 0 needs review, 0 rejected, 0 duplicates."
    assert waits == [10.0, 20.0, 40.0]


async def test_a_server_that_never_has_room_is_given_up_with_its_answer(recording, monkeypatch):
    path = recording(ndjson(rows()))

    async def full(request: Request) -> Response:
        return PlainTextResponse("no", 503, {"Retry-After": "0"})

    monkeypatch.setattr(sender, "BUSY_FOR_S", 0.1)
    app = Starlette(routes=[Route("/api/telemetry", full, methods=["POST"])])
    async with serving(app) as url:
        with pytest.raises(CannotSend, match="503 Service Unavailable"):
            await send_file(path, url, Retime.NOW, 60.0, None, read(path))


@pytest.mark.parametrize("answer", [PlainTextResponse("hello"), JSONResponse([1]), JSONResponse({"status": "ok"})])
async def test_another_server_at_that_address_is_one_sentence(recording, answer):
    path = recording(ndjson(rows()))

    async def anything(request: Request) -> Response:
        return answer

    app = Starlette(routes=[Route("/api/telemetry", anything, methods=["POST"])])
    async with serving(app) as url:
        with pytest.raises(CannotSend, match="is not a Connected Ops Lab"):
            await send_file(path, url, Retime.NOW, 60.0, None, read(path))


async def test_a_real_trip_arrives_whole_and_ends_now(lab):
    path, unit = TRIPS / "etios_drive.ndjson.gz", "etios_2014"
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside this checkout")
    count = len(gzip.decompress(path.read_bytes()).splitlines())
    told = await send(path, lab)
    assert told.startswith(f"Sent {count:,} rows of {unit}: ")
    numbers = [int(word.replace(",", "")) for word in told.split(": ")[1].split() if word[0].isdigit()]
    assert sum(numbers) == count
    fleet: dict[str, Any] = {"units": []}
    async with asyncio.timeout(10):
        while not fleet["units"] or fleet["loop"]["received"] < count:
            await asyncio.sleep(0.05)
            fleet = (await lab.get("/api/fleet")).json()
    (shown,) = fleet["units"]
    assert (shown["vehicle_id"], shown["source"], shown["freshness"]) == (unit, "replay", "live")
    assert abs(datetime.fromisoformat(shown["last_ts"]).timestamp() - time.time()) < 60
    assert shown["band"] != "High"


@pytest.mark.parametrize("label", ["Torque", "Car Scanner", "RaceChrono", "KIT, as recorded", "Android OBD Reader"])
def test_what_is_sent_of_a_loggers_file_is_what_a_backtest_reads(recording, label):
    name, lines, _ = FILES[label]
    (read_,) = read(recording("\n".join(lines), name))
    sent_ = [row | {"ts": row["ts"].isoformat()} for row in rows_of([read_])]
    (again,) = read(recording(ndjson(sent_), "sent.ndjson"))
    assert again.unit == read_.unit
    assert again.ts == pytest.approx(read_.ts)
    assert again.values == pytest.approx(read_.values, nan_ok=True)


async def test_the_command_tells_how_a_file_was_read(recording):
    name, lines, _ = FILES["OBDLink, OBD Fusion"]
    path = recording("\n".join(lines), name)
    async with serving(create_app(load(max_units=20))) as url:
        command = [sys.executable, "-c", "from connected_ops.cli import main; main()", "send", str(path), "--url", url]
        process = await asyncio.create_subprocess_exec(
            *command, "--speed", "1000000", "--map", "speed_mph=", stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        told, errors = await process.communicate()
    assert told.decode() == "Sent 20 rows of CSVLog_7: 20 accepted, 0 needs review, 0 rejected, 0 duplicates.\n"
    assert "CSVLog_7.csv: read as a file of OBDLink, OBD Fusion." in errors.decode().splitlines()
    assert "CSVLog_7.csv: not used: Vehicle speed (MPH), Engine oil temperature (°F)." in errors.decode().splitlines()
