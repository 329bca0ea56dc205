"""Whatever is sent: 200 or a small 4xx, never a 500, and the server still answers."""

import asyncio
import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connected_ops.asgi import Root, create_app
from connected_ops.settings import Settings

NOW = 1_763_908_312.0
SAMPLE = {"ts": "2025-11-23T14:31:52Z", "vehicle_id": "u1", "unit_class": "genset", "coolant_temp_f": 190.0}
READS = (
    "/api/fleet", "/api/telemetry", "/api/telemetry?vehicle_id=u1", "/metrics", "/api/insights", "/api/units.csv",
    "/api/quarantine?limit=2000", "/api/quarantine.csv", "/debug",
)  # fmt: skip

odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from([1e308, -1e308, 5e-324, 10**400, "\ud800", "\x00", "a\n", "9999-12-31T23:59:59-14:00", "NaN"]),
    st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat()),
)
trees = st.recursive(
    odd, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
)
fields = st.sampled_from(
    ["ts", "vehicle_id", "unit_class", "coolant_temp_f", "engine_rpm", "speed_mph", "vibration_score", "engine_hours",
     "engine_load_pct", "vibration_rms_mm_s", "fault_codes", "other"]
)  # fmt: skip
mutated = st.dictionaries(fields, odd | trees, max_size=4).map(lambda changes: {**SAMPLE, **changes})
numbers = st.dictionaries(fields, st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=6).map(
    lambda changes: {**SAMPLE, **{key: value for key, value in changes.items() if key not in SAMPLE}}
)
json_bodies = st.one_of(trees, mutated, numbers, st.lists(mutated | numbers, max_size=6)).map(
    lambda body: json.dumps(body).encode()
)
cut = st.tuples(json_bodies, st.integers(0, 200), st.binary(max_size=3)).map(
    lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] + len(parts[2]) :]
)
bodies = st.one_of(json_bodies, cut, st.binary(max_size=200))


class Server:
    """A root without a socket, called from a plain function."""

    def __init__(self, root: Root, runner: asyncio.Runner) -> None:
        self.root, self.runner = root, runner
        transport = httpx.ASGITransport(root, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        self.paths = runner.run(self.client.get("/api/openapi.json")).json()["paths"]

    def call(self, method: str, path: str, content: bytes = b"", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.runner.run(self.client.request(method, path, content=content, headers=named))
        assert answer.status_code == 200 or 400 <= answer.status_code < 500, answer.text
        self.is_described(method, path.partition("?")[0], answer)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert len(answer.content) <= 4096
        return answer

    def is_described(self, method: str, path: str, answer: httpx.Response) -> None:
        """What the API's document says of an address holds: no other status, no other kind of body."""
        place = re.sub(r"^/units/.*", "/units/{vehicle_id}", path.removeprefix("/api"))
        if not path.startswith("/api/") or (place == "/units/{vehicle_id}" and answer.status_code == 405):
            return
        answers = self.paths[place][method.lower()]["responses"]
        assert str(answer.status_code) in answers, f"{method} {place} gave {answer.status_code}"
        kind = answer.headers["content-type"].partition(";")[0]
        assert kind in answers[str(answer.status_code)]["content"]

    def reads(self) -> None:
        self.root.labs.assess()
        for path in READS:
            self.call("GET", path)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    root = create_app(Settings(max_units=50), clock=lambda: NOW)
    with asyncio.Runner() as runner:
        yield Server(root, runner)
    root.studio.close()


@settings(max_examples=120, deadline=None)
@given(body=bodies, kind=st.sampled_from(["application/json", "application/x-ndjson", "text/plain"]))
@example(body=json.dumps({**SAMPLE, "ts": "0001-01-01T00:00:00+14:00"}).encode(), kind="application/json")
@example(body=json.dumps({**SAMPLE, "vehicle_id": "u2", "ts": "2999-01-01T00:00:00Z"}).encode(), kind="")
@example(body=json.dumps([{**SAMPLE, "vehicle_id": "u3", "engine_rpm": 1e308}] * 30).encode(), kind="")
@example(body=json.dumps({**SAMPLE, "ts": "9999-12-31T23:59:59-14:00"}).encode(), kind="application/json")
def test_any_body_is_200_or_a_small_4xx_and_every_read_still_answers(server, body, kind):
    before = server.root.labs.totals.sum()
    answer = server.call("POST", "/api/telemetry", body, content_type=kind)
    took = server.root.labs.totals.sum() - before
    if answer.status_code == 200:
        receipt = answer.json()
        told = sum(receipt.get(name, 0) for name in ("accepted", "needs_review", "rejected", "duplicates"))
        assert took == (told or 1)
    if took:  # a body that was refused whole changed nothing that is read
        server.reads()


@settings(max_examples=60, deadline=None)
@given(
    body=st.one_of(
        bodies,
        st.fixed_dictionaries(
            {"anomaly_type": odd | st.just("coolant_overheat")}, optional={"vehicle_id": odd, "hold_s": odd}
        ).map(lambda body: json.dumps(body).encode()),
    )
)
def test_any_anomaly_is_200_or_a_small_4xx(server, body):
    server.call("POST", "/api/simulate_anomaly", body, content_type="application/json")


@settings(max_examples=60, deadline=None)
@given(limit=odd.map(str), vehicle_id=st.text(max_size=70))
def test_any_question_is_200_or_a_small_4xx(server, limit, vehicle_id):
    question = httpx.QueryParams(
        {"limit": limit.encode("utf-8", "replace"), "vehicle_id": vehicle_id.encode("utf-8", "replace")}
    )
    for path in ("telemetry", "insights", "quarantine"):
        server.call("GET", f"/api/{path}?{question}")
    one_line = vehicle_id.replace("\n", " ")  # no route of the root leads over a line's end
    server.call("GET", f"/api/units/{quote(one_line.encode('utf-8', 'replace'), safe='')}")


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(["x-source", "content-encoding", "content-type", "x-api-key", "accept"]), value=st.binary())
def test_any_header_is_200_or_a_small_4xx(server, name, value):
    headers = {"content-type": "application/json", name: value.decode("latin-1").encode("latin-1")}
    answer = server.runner.run(
        server.client.post("/api/telemetry", content=json.dumps(SAMPLE).encode(), headers=list(headers.items()))
    )
    assert answer.status_code == 200 or 400 <= answer.status_code < 500
