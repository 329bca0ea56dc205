"""What the API is tested with: the whole root in this process, a clock that stands where it is put, samples."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from connected_ops.api.app import create_api
from connected_ops.asgi import Root, create_app
from connected_ops.emulator.simulation import NoSimulation, Simulation
from connected_ops.labs import Labs
from connected_ops.read_model import DriftView, EpisodeView, FleetSnapshot, Money, UnitView
from connected_ops.settings import load

START = 1_763_908_312.0
MARKER = "zq7secret"
PROFILE = {
    "seed": 7,
    "units": [
        {"vehicle_id": "corolla_2019", "unit_class": "passenger_car", "coolant_normal_f": 191, "engine_hours": 2140},
        {"vehicle_id": "genset_1", "unit_class": "genset", "coolant_normal_f": 188, "engine_hours": 900},
    ],
}


@dataclass
class Clock:
    """Unix seconds, moved by hand."""

    now: float = START

    def __call__(self) -> float:
        return self.now


class Api:
    """A client of the root, without a socket; `assess` brings what was taken into the snapshot."""

    def __init__(self, root: Root, clock: Clock, client: httpx.AsyncClient) -> None:
        self.root, self.clock, self.client = root, clock, client

    def sample(self, vehicle_id: str = "my_truck", after_s: float = 0.0, **fields: Any) -> dict[str, Any]:
        """A sample of a healthy machine at the clock's time."""
        ts = datetime.fromtimestamp(self.clock.now + after_s, UTC).isoformat()
        return {"ts": ts, "vehicle_id": vehicle_id, "coolant_temp_f": 193.0, "engine_rpm": 1350.0, **fields}

    async def post(self, body: object, **headers: str) -> httpx.Response:
        """POST to /api/telemetry: bytes as they are, anything else as JSON; `content_type=` becomes Content-Type."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {"Content-Type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()}
        return await self.client.post("/api/telemetry", content=content, headers=named)

    async def lines(self, *lines: object, **headers: str) -> httpx.Response:
        """POST as NDJSON: strings as they are, anything else as JSON."""
        body = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines).encode()
        return await self.post(body, content_type="application/x-ndjson", **headers)

    async def get(self, path: str, status: int = 200) -> Any:
        answer = await self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def caught_up(self) -> None:
        """Waits until both units of the emulator have reported up to the clock, which stands."""
        async with asyncio.timeout(60):
            while True:
                newest = await self.get("/api/telemetry?limit=2")
                if [row["ts"][17:19] for row in newest] == ["52", "52"]:
                    return
                await asyncio.sleep(0.01)

    async def fleet(self) -> dict[str, Any]:
        """GET /api/fleet after an assessment."""
        self.root.labs.assess()
        return await self.get("/api/fleet")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def make_api(clock: Clock) -> AsyncIterator[Callable[..., Api]]:
    """Makes an Api over a server with those settings; `client` is the address it sees its client at."""
    made: list[Api] = []

    def make(client: str = "127.0.0.1", **settings: Any) -> Api:
        root = create_app(load(**({"max_units": 50} | settings)), clock=clock)
        transport = httpx.ASGITransport(root, raise_app_exceptions=False, client=(client, 50_000))
        made.append(Api(root, clock, httpx.AsyncClient(transport=transport, base_url="http://localhost")))
        return made[-1]

    yield make
    for api in made:
        await api.client.aclose()
        api.root.studio.close()


@pytest.fixture
async def api(make_api: Callable[..., Api]) -> Api:
    return make_api()


@asynccontextmanager
async def lifespan(app: ASGIApp) -> AsyncIterator[None]:
    """The app between its start-up and its shutdown, which has to come soon."""
    to_app: asyncio.Queue[Any] = asyncio.Queue()
    from_app: asyncio.Queue[Any] = asyncio.Queue()

    async def run() -> None:
        await app({"type": "lifespan", "state": {}}, to_app.get, from_app.put)

    running = asyncio.create_task(run())
    await to_app.put({"type": "lifespan.startup"})
    assert (await from_app.get())["type"] == "lifespan.startup.complete"
    yield
    await to_app.put({"type": "lifespan.shutdown"})
    async with asyncio.timeout(30):
        assert (await from_app.get())["type"] == "lifespan.shutdown.complete"
        await running


@pytest.fixture
async def demo(make_api: Callable[..., Api], tmp_path: Path) -> AsyncIterator[Api]:
    """A running server with an emulator of a car and a genset, the last minute before it posted."""
    profile = tmp_path / "two.json"
    profile.write_text(json.dumps(PROFILE))
    api = make_api(emulator=True, profile=profile)
    assert isinstance(api.root.simulation, Simulation)
    api.root.simulation.task._backfill_s = 60  # the ten minutes are tested in the emulator's room
    async with lifespan(api.root):
        await api.caught_up()
        api.root.labs.assess()
        yield api


@pytest.fixture
def assert_problem() -> Callable[..., dict[str, Any]]:
    """Checks that a response is problem details of that status, small and without a word of the input."""

    def check(answer: httpx.Response, status: int) -> dict[str, Any]:
        assert answer.status_code == status, answer.text[:500]
        assert answer.headers["content-type"] == "application/problem+json"
        assert len(answer.content) <= 4096
        assert MARKER not in answer.text
        body = answer.json()
        assert body["status"] == status
        assert body["type"] == "about:blank"
        assert body["title"]
        assert body["detail"].endswith((".", "body"))
        for error in body.get("errors", ()):
            assert set(error) == {"loc", "type", "msg"}
        return body

    return check


class Told:
    """A fleet's read model whose episodes, drift, forecast and savings are what the test tells."""

    def __init__(self, labs: Labs) -> None:
        self._labs = labs
        self.told: list[EpisodeView] = []
        self.drift: DriftView | None = None
        self.to_limit: tuple[float, float, float] | None = None
        self.saved_usd = float("nan")

    @property
    def sequence(self) -> int:
        return self._labs.read_model.sequence

    def snapshot(self) -> FleetSnapshot:
        shot = self._labs.read_model.snapshot()
        n = len(shot.vehicle_ids)
        return replace(
            shot,
            to_limit=np.full((n, 3), np.nan) if self.to_limit is None else np.tile(self.to_limit, (n, 1)),
            saved_usd=np.full(n, self.saved_usd),
            loop=replace(shot.loop, spoken=3, fixed_alarms=247),
        )

    def unit(self, vehicle_id: str) -> UnitView | None:
        view = self._labs.read_model.unit(vehicle_id)
        mine = tuple(one for one in self.told if one.vehicle_id == vehicle_id)
        return None if view is None else replace(view, episodes=mine, drift=self.drift)

    def episodes(self) -> list[EpisodeView]:
        return list(self.told)


class ToldApi(Api):
    """The API alone over two labs and what the test tells of it; `stopping` is the server's."""

    def __init__(self, labs: Labs, clock: Clock) -> None:
        self.labs, self.clock = labs, clock
        self.read_model: Any = Told(labs)
        self.stopping = asyncio.Event()
        api = create_api(labs, self.read_model, NoSimulation(labs), self.stopping)
        self.app = Starlette(routes=[Mount("/api", api)])
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://localhost")

    async def took(self, *rows: object, **headers: str) -> None:
        """Samples taken and assessed."""
        await self.post(list(rows), **headers)
        self.labs.assess()


@pytest.fixture
async def told_api(clock: Clock) -> AsyncIterator[ToldApi]:
    api = ToldApi(Labs(units=1000, window=60, clock=clock), clock)
    yield api
    await api.client.aclose()


@pytest.fixture
def an_episode() -> Callable[..., EpisodeView]:
    """Makes an episode of `my_truck`'s cooling, open and worth 3,160 dollars, changed by `fields`."""

    def make(key: str = "e1", **fields: Any) -> EpisodeView:
        money = Money(
            act_usd=700.0, wait_usd=3860.0, saved_usd=3160.0, saved_low_usd=900.0, saved_high_usd=6100.0, chance=0.6,
            fails_usd=6000.0, holds_usd=650.0, break_even=0.01, counted=True, formula=("0.6 x 6,000",),
            chance_low=0.4, chance_high=0.8,
        )  # fmt: skip
        return replace(
            EpisodeView(
                id=key, vehicle_id="my_truck", class_label="Class 8 truck", source="live", kind="machine",
                mode="cooling", mode_label="Cooling", signal="coolant_temp_f", uom="°F", state="open",
                title="Cooling margin shrinking", reason="Coolant 231 °F.", cause="A blocked radiator.",
                check="Look at the radiator.", advice="Clean it.", urgency="Today", since=START - 600,
                opened_at=START - 300, closed_at=None, acknowledged_at=None, value=231.0, limit=230.0, p=0.6,
                to_limit_s=(600.0, 1200.0, 3000.0), money=money,
            ),
            **fields,
        )  # fmt: skip

    return make
