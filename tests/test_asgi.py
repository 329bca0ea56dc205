"""The root as one app: its own pages, the guards in place around everything, start and stop."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.types import Message

from connected_ops.asgi import Root, create_app
from connected_ops.emulator.simulation import Simulation
from connected_ops.errors import ProfileError
from connected_ops.lab import Lab
from connected_ops.settings import load

NOW = 1_763_908_312.0
SAMPLE = {"ts": "2025-11-23T14:31:52Z", "vehicle_id": "u1", "coolant_temp_f": 190.0}
ELSEWHERE = "203.0.113.9"


@asynccontextmanager
async def started(root: Root) -> AsyncIterator[None]:
    """The root between its start-up and its shutdown, which has to come within 30 s."""
    to_app: asyncio.Queue[Message] = asyncio.Queue()
    from_app: asyncio.Queue[Message] = asyncio.Queue()
    running = asyncio.create_task(root({"type": "lifespan", "state": {}}, to_app.get, from_app.put))
    await to_app.put({"type": "lifespan.startup"})
    assert (await from_app.get())["type"] == "lifespan.startup.complete"
    yield
    await to_app.put({"type": "lifespan.shutdown"})
    async with asyncio.timeout(30):
        assert (await from_app.get())["type"] == "lifespan.shutdown.complete"
        await running


Make = Callable[..., tuple[Root, httpx.AsyncClient]]


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    """Makes a root with those settings, and a client of it at that address."""
    made: list[tuple[Root, httpx.AsyncClient]] = []

    def root_and_client(client: str = "127.0.0.1", **settings: Any) -> tuple[Root, httpx.AsyncClient]:
        root = create_app(load(max_units=20, **settings), clock=lambda: NOW)
        transport = httpx.ASGITransport(root, raise_app_exceptions=False, client=(client, 50_000))
        made.append((root, httpx.AsyncClient(transport=transport, base_url="http://localhost")))
        return made[-1]

    yield root_and_client
    for root, client in made:
        await client.aclose()
        root.studio.close()


async def websocket(
    root: Root, *headers: tuple[bytes, bytes], client: str = "127.0.0.1", said: Sequence[str] = ()
) -> Message:
    """The first answer of the page's websocket to a browser that connects with those headers, says that and leaves."""
    sent: list[Message] = []
    inbox: list[Message] = [{"type": "websocket.connect"}]
    inbox += [{"type": "websocket.receive", "text": text} for text in said]
    inbox.append({"type": "websocket.disconnect", "code": 1001})

    async def receive() -> Message:
        return inbox.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "websocket", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "ws", "path": "/websocket/",
        "raw_path": b"/websocket/", "root_path": "", "query_string": b"", "headers": list(headers), "state": {},
        "client": (client, 50_000), "server": ("localhost", 80), "subprotocols": [], "extensions": {},
    }  # fmt: skip
    await root(scope, receive, send)
    return sent[0]


async def test_health_is_up_at_once_and_ready_comes_with_the_start(make):
    root, client = make()
    assert (await client.get("/healthz")).text == "ok\n"
    assert (await client.get("/readyz")).status_code == 503
    async with started(root), asyncio.timeout(30):
        await ready(client)
        assert (await client.get("/readyz")).text == "ready\n"
    assert (await client.get("/readyz")).status_code == 503


async def test_with_an_emulator_ready_means_that_there_is_a_fleet_to_see(make):
    root, client = make(emulator=True)
    async with started(root), asyncio.timeout(60):
        await ready(client)
        assert len((await client.get("/api/fleet")).json()["units"]) == 12


@pytest.mark.parametrize("stuck", ["real", "simulated"])
async def test_a_server_whose_figures_are_old_is_not_ready_and_says_so(stuck: str):
    now = [NOW]
    root = create_app(load(max_units=20), clock=lambda: now[0])
    transport = httpx.ASGITransport(root, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client, started(root):
        async with asyncio.timeout(30):
            await ready(client)
            async with getattr(root.labs, stuck).still:  # nothing is assessed
                now[0] += 9.0
                await ready(client)
                now[0] += 2.0
                answer = await client.get("/readyz")
                assert answer.status_code == 503
                assert answer.text == "The newest figures are 11 s old: the assessment is not keeping up.\n"
            await ready(client)
            now[0] -= 3600.0  # by itself a clock that goes back is no reason either
            await ready(client)


async def ready(client: httpx.AsyncClient) -> None:
    while (await client.get("/readyz")).status_code == 503:  # noqa: ASYNC110 - what a health check does
        await asyncio.sleep(0.01)


async def test_a_real_truck_is_assessed_while_25_people_press_reset_all_the_time(monkeypatch):
    monkeypatch.setattr("connected_ops.labs.COOL_DOWN_S", 0.0)
    now = [NOW]
    root = create_app(load(max_units=20, emulator=True), clock=lambda: now[0])
    assert isinstance(root.simulation, Simulation)
    root.simulation.task._backfill_s = 60
    hot = {**SAMPLE, "vehicle_id": "hot_truck", "unit_class": "class_8_truck", "coolant_temp_f": 245.0}
    transport = httpx.ASGITransport(root, raise_app_exceptions=False)
    over = asyncio.Event()
    answers: list[int] = []

    async def press(client: httpx.AsyncClient) -> None:
        while not over.is_set():
            answers.append((await client.post("/api/reset")).status_code)

    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client, started(root):
        async with asyncio.timeout(60):
            await ready(client)
            pressing = [asyncio.create_task(press(client)) for _ in range(25)]
            bands, stamps = [], set()
            while bands[-1:] != ["High"] or len(stamps) < 3:
                now[0] += 1.0
                ts = datetime.fromtimestamp(now[0], UTC).isoformat()
                assert (await client.post("/api/telemetry", json={**hot, "ts": ts})).status_code == 200
                assert (await client.get("/readyz")).text == "ready\n"
                units = {unit["vehicle_id"]: unit for unit in (await client.get("/api/fleet")).json()["units"]}
                assert len(units) >= 12
                if "hot_truck" in units:
                    bands.append(units["hot_truck"]["band"])
                    stamps.add(units["hot_truck"]["last_ts"])
                await asyncio.sleep(0.1)
            over.set()
            await asyncio.gather(*pressing)
    assert len(answers) >= 25
    assert set(answers) == {200}


@pytest.mark.parametrize("turns", range(8))
async def test_a_stop_is_heard_in_whichever_turn_it_meets_news(turns):
    lab = Lab(units=1)
    task = asyncio.create_task(lab.run())
    for _ in range(3):
        await asyncio.sleep(0)
    lab.intake._notify()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=5)
    task.cancel()
    assert done


async def test_an_accepted_sample_is_answered_as_data_and_nothing_else(make):
    root, client = make()
    async with started(root):
        answer = await client.post("/api/telemetry", json=SAMPLE)
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "application/json"
    assert "content-security-policy" not in answer.headers


async def test_everything_is_answered_with_the_security_headers(make):
    root, client = make()
    async with started(root):
        answers = {
            "page": await client.get("/"),
            "read": await client.get("/api/fleet"),
            "docs": await client.get("/api/docs"),
            "health": await client.get("/healthz"),
            "icon": await client.get("/favicon.ico"),
            "missing": await client.get("/api/nothing"),
            "malformed": await client.post("/api/telemetry", content=b"{"),
            "foreign host": await client.get("/", headers={"Host": "evil.example"}),
            "foreign origin": await client.post("/api/reset", headers={"Origin": "http://evil.example"}),
        }
    assert [answers[name].status_code for name in answers] == [200, 200, 200, 200, 200, 404, 422, 421, 403]
    for name, answer in answers.items():
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'"), name
        assert "frame-ancestors 'none'" in policy
        script = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert "unsafe" not in script
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "server" not in answer.headers
        assert len(answer.headers.get_list("content-security-policy")) == 1


async def test_the_page_is_compressed_for_who_asks(make):
    _, client = make()
    assert (await client.get("/")).headers["content-encoding"] == "gzip"
    assert "content-encoding" not in (await client.get("/", headers={"Accept-Encoding": "identity"})).headers


async def test_metrics_parse_and_agree_with_the_fleet(make):
    root, client = make()
    await client.post("/api/telemetry", json=[SAMPLE, SAMPLE, {**SAMPLE, "vehicle_id": "u2", "engine_rpm": 1e6}, 7])
    await client.post("/api/telemetry", content=b"{")
    root.labs.assess()
    loop = (await client.get("/api/fleet")).json()["loop"]
    page = await client.get("/metrics")
    assert page.headers["content-type"].startswith("text/plain; version=")
    told = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page.text)
        for sample in family.samples
    }
    for verdict, name in (("valid", "valid"), ("rejected", "rejected"), ("duplicate", "duplicates")):
        assert told["connected_ops_samples_total", verdict] == loop[name] > 0
    assert sum(value for key, value in told.items() if key[0] == "connected_ops_samples_total") == loop["received"] == 4
    assert told["connected_ops_bodies_refused_total",] == loop["refused"] == 1
    assert told["connected_ops_rule_fired_total", "sensor_range:engine_rpm"] == 1
    assert told["connected_ops_rule_fired_total", "malformed"] == 1
    for state in ("live", "late", "silent"):
        assert told["connected_ops_units", state] == loop[state]
    for band in ("low", "medium", "high"):
        assert told["connected_ops_units_by_band", band] == loop[band]
    assert told["connected_ops_sequence",] == (await client.get("/api/fleet")).json()["sequence"]


async def test_names_this_server_does_not_have_get_nothing(make):
    _, client = make(allowed_hosts="lab.example.org, other.example")
    for host, status in (
        ("localhost", 200), ("127.0.0.1:8000", 200), ("[::1]:8000", 200), ("LAB.example.org.", 200),
        ("other.example:443", 200), ("evil.example", 421), ("lab.example.org.evil.example", 421), ("a b", 400),
    ):  # fmt: skip
        for path in ("/healthz", "/api/fleet", "/metrics"):
            assert (await client.get(path, headers={"Host": host})).status_code == status, host


async def test_a_foreign_page_can_neither_write_nor_open_the_live_connection(make):
    root, client = make()
    host = (b"host", b"localhost")
    for origin in ("http://evil.example", "null", "http://localhost.evil.example", "http://localhost:81"):
        answer = await client.post("/api/telemetry", json=SAMPLE, headers={"Origin": origin})
        assert answer.status_code == 403, origin
        refusal = await websocket(root, host, (b"origin", origin.encode()))
        assert (refusal["type"], refusal["code"]) == ("websocket.close", 1008)
    assert (await client.get("/api/telemetry")).json() == []
    own = await client.post("/api/telemetry", json=SAMPLE, headers={"Origin": "http://localhost"})
    assert own.status_code == 200
    assert (await websocket(root, host, (b"origin", b"http://localhost")))["type"] == "websocket.accept"
    assert (await websocket(root, (b"host", b"evil.example")))["type"] == "websocket.close"
    assert (await websocket(root, host))["code"] == 1008, "nor can who says no origin"


PAGE = {
    ".clientdata_output_live_hidden": False, ".clientdata_url_protocol": "http:", ".clientdata_url_port": "80",
    ".clientdata_url_hostname": "localhost", ".clientdata_url_search": "?page=unit&unit=u1",
}  # fmt: skip
HOSTILE = (
    "{", "[]", "7", '{"method": "update", "data": {"find": 1}}', '{"method": "reset"}', "[" * 50_000,
    '{"method": "uploadInit", "args": [[{"name": "x", "size": 1, "type": ""}]], "tag": 1}', "9" * 5_000,
    '{"method": "init", "data": {".clientdata_url_search": {}}}', '{"method": "init", "data": null}',
    '{"method": "init", "data": {"a-b-c": 1, "x:y:z": 2, "find:no.such": 3, "": 4}}',
    '{"method": "init", "data": {".clientdata_url_search": "?\\ud800&page=%ff&unit=%00&with=%ed%a0%80"}}',
    '{"method": "init", "data": {".clientdata_output_live_hidden": "no"}}',
)  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: text[:40])
@pytest.mark.parametrize("first", [True, False], ids=["as the first word", "later"])
async def test_no_text_of_a_client_leaves_a_trace_in_the_log(make, capfd, caplog, hostile, first):
    root, _ = make()
    said = [hostile] if first else [json.dumps({"method": "init", "data": PAGE}), hostile]
    async with started(root):
        await websocket(root, (b"host", b"localhost"), (b"origin", b"http://localhost"), said=said)
    told = "".join(capfd.readouterr()) + caplog.text
    assert "Traceback" not in told
    assert "Error" not in told


async def test_a_refused_live_connection_is_counted(make):
    root, client = make()
    await websocket(root, (b"host", b"localhost"), (b"origin", b"http://localhost"), said=["{", "{"])
    assert 'connected_ops_live_connections_refused_total{why="unreadable"} 1.0' in (await client.get("/metrics")).text


@pytest.mark.parametrize("path", ["upload/1", "download/x", "dynamic_route/x", "dataobj/shinytest", ""])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_shinys_uploads_and_downloads_are_not_there(make, method, path):
    root, client = make()
    asked: list[object] = []
    root._page._sessions["s"] = type("Session", (), {"_handle_request": asked.append})  # any session would do
    for start in ("/session/s/", "//session/s/", "/session//s/", "/%73ession/s/", "/./session/s/"):
        assert (await client.request(method, f"http://localhost{start}{path}")).status_code in (404, 405)
    assert asked == []


WRITES = ("/api/telemetry", "/api/simulate_anomaly", "/api/reset", "/api/nothing")


@pytest.mark.parametrize("settings", [{"host": "0.0.0.0"}, {"host": "::"}, {"trusted_proxies": "10.0.0.2"}])
async def test_without_a_key_only_this_machine_writes_once_others_can_reach_it(make, settings):
    _, stranger = make(ELSEWHERE, **settings)
    for path in WRITES:
        answer = await stranger.post(path, json=SAMPLE, headers={"X-API-Key": "", "X-Forwarded-For": "127.0.0.1"})
        assert answer.status_code == 401
        assert "CONNECTED_OPS_API_KEY" in answer.json()["detail"]
    assert (await stranger.get("/api/fleet")).status_code == 200
    root, _ = make(ELSEWHERE, **settings)
    accepted = await websocket(root, (b"host", b"localhost"), (b"origin", b"http://localhost"), client=ELSEWHERE)
    assert accepted["type"] == "websocket.accept"


async def test_with_a_key_every_write_needs_it_from_anywhere(make):
    for address in ("127.0.0.1", ELSEWHERE):
        root, client = make(address, api_key="s3cret", host="0.0.0.0")
        for key in ({}, {"X-API-Key": "S3cret"}, {"X-API-Key": "s3cretx"}, {"X-API-Key": "é".encode()}):
            answer = await client.post("/api/telemetry", json=SAMPLE, headers=key)
            assert answer.status_code == 401
            assert "s3cret" not in answer.text
        twice = [("X-API-Key", "s3cret"), ("X-API-Key", "s3cret")]
        assert (await client.post("/api/telemetry", json=SAMPLE, headers=twice)).status_code == 401
        assert (await client.post("/api/telemetry", json=SAMPLE, headers={"X-API-Key": "s3cret"})).status_code == 200
        assert root.labs.totals.sum() == 1


async def test_the_emulator_needs_no_key(make):
    root, _ = make(api_key="s3cret", host="0.0.0.0", emulator=True)
    async with started(root), asyncio.timeout(60):
        await root.simulation.task.started.wait()
        assert len(root.labs.simulated.register) == 12


async def test_no_header_makes_a_stranger_the_emulator(make):
    _, client = make(ELSEWHERE, host="0.0.0.0", emulator=True)
    headers = {"connected_ops.source": "simulated", "X-Source": "simulated", "X-Connected-Ops-Source": "simulated"}
    assert (await client.post("/api/telemetry", json=SAMPLE, headers=headers)).status_code == 401


def test_a_broken_profile_stops_the_start_with_its_name(tmp_path):
    profile = tmp_path / "broken.json"
    profile.write_text("{")
    with pytest.raises(ProfileError, match=r"broken\.json, line 1"):
        create_app(load(emulator=True, profile=profile))
