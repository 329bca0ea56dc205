"""A whole session over its websocket, without a browser: what it is told and when, and that nothing of it stays."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from shiny.reactive import Context, _core

from shiny_app.app import Dashboard, create_dashboard
from shiny_app.live.viewer import Viewer

ADDRESS = {
    ".clientdata_url_protocol": "http:",
    ".clientdata_url_hostname": "localhost",
    ".clientdata_url_port": "80",
    ".clientdata_url_pathname": "/",
    ".clientdata_output_live_hidden": True,
}


@pytest.fixture(autouse=True)
def _a_lock_of_this_loop() -> Iterator[None]:
    _core._reactive_environment._lock = None
    yield
    _core._reactive_environment._lock = None


@pytest.fixture
def dashboard(fleet: Any) -> Dashboard:
    return create_dashboard(fleet, fleet, fleet)


class Client:
    """The other end of a session: what it was told, and how to tell it something."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self.body = ""
        self.updates = 0
        self.said: list[str] = []
        self.to_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._told = asyncio.Event()

    async def send(self, message: Any) -> None:
        if message["type"] != "websocket.send":
            return
        told = json.loads(message["text"])
        if live := told.get("values", {}).get("live"):
            self.updates += 1
            self.fields |= live["set"]
            self.body = live.get("page", {"html": self.body})["html"]
        self.said += [told["custom"]["answer"]["sentence"]] if "answer" in told.get("custom", {}) else []
        self._told.set()

    def give(self, **inputs: Any) -> None:
        self.tell("update", inputs)

    def tell(self, method: str, data: dict[str, Any]) -> None:
        self.to_server.put_nowait({"type": "websocket.receive", "text": json.dumps({"method": method, "data": data})})

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not holds():
                self._told.clear()
                await self._told.wait()


@asynccontextmanager
async def session(dashboard: Dashboard, query: str) -> AsyncIterator[Client]:
    """One page that is open at an address, and has been told all of it."""
    client = Client()
    scope = {
        "type": "websocket", "asgi": {"version": "3.0"}, "scheme": "ws", "path": "/websocket/", "root_path": "",
        "query_string": b"", "headers": [], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "subprotocols": [],
    }  # fmt: skip
    client.to_server.put_nowait({"type": "websocket.connect"})
    client.tell("init", {**ADDRESS, ".clientdata_url_search": query})
    task = asyncio.create_task(dashboard(scope, client.to_server.get, client.send))
    await client.until(lambda: client.updates)
    yield client
    client.to_server.put_nowait({"type": "websocket.disconnect", "code": 1001})
    await task


async def look(dashboard: Dashboard) -> None:
    await dashboard._sequence.look()


def alive(kind: type) -> int:
    gc.collect()
    return sum(isinstance(each, kind) for each in gc.get_objects())


async def test_a_page_is_told_what_changed_when_it_is_looked_for(fleet: Any, dashboard: Dashboard) -> None:
    async with session(dashboard, "?page=fleet") as client:
        fleet.set("truck_07", reason="Coolant 250 °F, confirming")
        assert client.fields["units/truck_07/why"] != "Coolant 250 °F, confirming"
        await look(dashboard)
        assert client.fields["units/truck_07/why"] == "Coolant 250 °F, confirming"


async def test_what_a_page_chooses_is_shown_at_once(fleet: Any, dashboard: Dashboard) -> None:
    async with session(dashboard, "?page=unit&unit=truck_07") as client:
        client.give(units={"units": "c"})
        await client.until(lambda: client.fields["units.data"] == "c")
        assert "Coolant 5 °C above its own normal at the same load" in client.body
        client.give(fault_unit={"unit": "van_03"})
        await client.until(lambda: client.fields["panel.unit"] == "van_03")
        client.tell("update", {".clientdata_url_search": "?page=unit&unit=genset_1"})
        await client.until(lambda: client.fields["panel.unit"] == "genset_1")


async def test_a_fault_shows_before_the_next_snapshot(fleet: Any, dashboard: Dashboard) -> None:
    async with session(dashboard, "?page=unit&unit=truck_07") as client:
        client.give(inject={"kind": "coolant_overheat", "unit": "truck_07", "nonce": 1})
        await client.until(lambda: client.said)
        await client.until(lambda: client.fields["panel.active"])
        assert fleet.sequence == 1


async def test_a_paused_page_is_told_nothing_until_it_goes_on(fleet: Any, dashboard: Dashboard) -> None:
    async with session(dashboard, "?page=unit&unit=truck_07") as client:
        client.give(pause={"paused": True})
        await client.until(lambda: client.fields["pause.pressed"] == "true")
        client.give(inject={"kind": "coolant_overheat", "unit": "truck_07", "nonce": 1})
        await client.until(lambda: client.said)
        updates = client.updates
        fleet.set("truck_07", score=60)
        await look(dashboard)
        assert (client.updates, client.fields["unit.score"], client.fields["panel.active"]) == (updates, "71", "")
        client.give(pause={"paused": False})
        await client.until(lambda: client.fields["unit.score"] == "60")
        assert client.fields["panel.active"]


async def test_a_unit_page_of_an_empty_fleet_keeps_to_the_first_unit_that_comes(
    fleet: Any, make_unit: Any, dashboard: Dashboard
) -> None:
    fleet.units.clear()
    async with session(dashboard, "?page=unit") as client:
        fleet.change(make_unit("leon", "Passenger car", 4))
        await look(dashboard)
        assert 'data-testid="unit-risk">4<' in client.body
        fleet.change(make_unit("worse", "Passenger car", 90))
        await look(dashboard)
        assert client.fields["loop.risk.note"] == "worse leads at 90"
        assert client.fields["title"].startswith("(3) leon")


async def test_an_open_page_leaves_nothing_behind_with_each_snapshot(fleet: Any, dashboard: Dashboard) -> None:
    async with session(dashboard, "?page=quality") as client:
        for _ in range(3):
            fleet.step()
            await look(dashboard)
        before, updates = alive(Context), client.updates
        for _ in range(60):
            fleet.step()
            await look(dashboard)
        assert client.updates == updates + 60
        assert alive(Context) == before


async def test_pages_that_come_and_go_are_let_go_while_nothing_is_new(fleet: Any, dashboard: Dashboard) -> None:
    async with session(dashboard, "?page=fleet"):
        pass
    before = alive(Context)
    for _ in range(4):
        async with session(dashboard, "?page=unit&unit=truck_07") as client:
            client.give(units={"units": "c"})
            await client.until(lambda: client.fields["units.data"] == "c")
    assert (alive(Viewer), alive(Context)) == (0, before)
    assert not dashboard._sequence._value._value_dependents._dependents
