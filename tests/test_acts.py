"""Who may do what, over the API and over the page's live connection: the whole table, row by row."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from shiny.reactive import _core
from starlette.types import Message, Scope

from connected_ops.asgi import Root, create_app
from connected_ops.read_model import Answer, FaultOffer
from connected_ops.settings import load
from connected_ops.telemetry import codec
from connected_ops.telemetry.block import from_samples
from connected_ops.telemetry.units import Owner

NOW = 1_763_908_312.0
KEY = "s3cret"
SAMPLE = {"ts": "2025-11-23T14:31:52Z", "vehicle_id": "u1", "coolant_temp_f": 190.0}
HERE, ELSEWHERE = "127.0.0.1", "203.0.113.9"
HOST, ORIGIN = (b"host", b"localhost:8000"), (b"origin", b"http://localhost:8000")

TABLE = """
where     key  lock | who       | inject  reset  purge  work  service  undo | telemetry  anomaly  reset
loopback  -    -    | stranger  | yes     yes    yes    yes   yes      yes  | yes        yes      yes
loopback  -    -    | proxied   | yes     yes    no     no    no       no   | no         no       no
loopback  -    -    | signed in | yes     yes    yes    yes   yes      yes  | yes        yes      yes
loopback  -    lock | stranger  | no      no     no     no    no       no   | yes        no       no
loopback  -    lock | signed in | yes     yes    yes    yes   yes      yes  | yes        yes      yes
loopback  key  -    | stranger  | yes     yes    no     no    no       no   | no         no       no
loopback  key  -    | signed in | yes     yes    yes    yes   yes      yes  | yes        yes      yes
loopback  key  -    | with key  | yes     yes    no     no    no       no   | yes        yes      yes
loopback  key  lock | stranger  | no      no     no     no    no       no   | no         no       no
loopback  key  lock | signed in | yes     yes    yes    yes   yes      yes  | yes        yes      yes
loopback  key  lock | with key  | no      no     no     no    no       no   | yes        yes      yes
beyond    -    -    | stranger  | yes     yes    no     no    no       no   | no         no       no
beyond    -    -    | here      | yes     yes    yes    yes   yes      yes  | yes        yes      yes
beyond    -    -    | signed in | yes     yes    yes    yes   yes      yes  | yes        yes      yes
beyond    -    lock | stranger  | no      no     no     no    no       no   | no         no       no
beyond    -    lock | here      | no      no     no     no    no       no   | yes        no       no
beyond    -    lock | signed in | yes     yes    yes    yes   yes      yes  | yes        yes      yes
beyond    key  -    | stranger  | yes     yes    no     no    no       no   | no         no       no
beyond    key  -    | here      | yes     yes    no     no    no       no   | no         no       no
beyond    key  -    | signed in | yes     yes    yes    yes   yes      yes  | yes        yes      yes
beyond    key  -    | with key  | yes     yes    no     no    no       no   | yes        yes      yes
beyond    key  lock | stranger  | no      no     no     no    no       no   | no         no       no
beyond    key  lock | signed in | yes     yes    yes    yes   yes      yes  | yes        yes      yes
beyond    key  lock | with key  | no      no     no     no    no       no   | yes        yes      yes
"""
"""On the left how the server was started and who asks: a `stranger` comes from this machine on loopback and from
elsewhere beyond it, `proxied` from here with a forwarding header, `here` from this machine to a server bound beyond it,
`with key` with the header X-API-Key. In the middle what the page's buttons do (`purge` is a reset where somebody else
simulates units, too), on the right what requests under /api do."""

PRESSED = {
    "inject": ("inject", {"kind": "fan_lost", "unit": "truck_07"}),
    "reset": ("reset", {}),
    "purge": ("reset", {}),
    "work": ("work", {"kind": "acknowledge", "id": "e1"}),
    "service": ("service_done", {"unit": "truck_07"}),
    "undo": ("undo_service", {"unit": "truck_07"}),
}
ASKED = {
    "telemetry": ("/api/telemetry", SAMPLE),
    "anomaly": ("/api/simulate_anomaly", {"anomaly_type": "coolant_overheat"}),
    "reset": ("/api/reset", {}),
}


def rows() -> list[Any]:
    lines = [[cell.split() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
    _, _, buttons, requests = lines[0]
    return [
        pytest.param(start, " ".join(who), dict(zip(buttons, page, strict=True)), dict(zip(requests, api, strict=True)),
                     id=f"{' '.join(start)}, {' '.join(who)}")
        for start, who, page, api in lines[1:]
    ]  # fmt: skip


class Server:
    """A root whose controls do nothing but note what reached them, and one who comes to it."""

    def __init__(self, start: list[str], who: str) -> None:
        where, key, lock = start
        host = "127.0.0.1" if where == "loopback" else "0.0.0.0"
        settings: dict[str, Any] = {"host": host, "lock": lock == "lock", "api_key": KEY if key == "key" else None}
        self.root: Root = create_app(load(max_units=20, **settings), clock=lambda: NOW)
        self.client = HERE if where == "loopback" or who == "here" else ELSEWHERE
        self.headers = [HOST]
        if who == "signed in":
            self.headers += [ORIGIN, (b"cookie", b"connected_ops_8000=" + self.root.access.passes.issue().encode())]
        if who == "proxied":
            self.headers += [(b"x-forwarded-for", b"127.0.0.1")]
        if who == "with key":
            self.headers += [(b"x-api-key", KEY.encode())]
        self.done: list[str] = []
        controls: Any = self.root.simulation
        for name in ("inject", "reset", "work", "service_done", "undo_service"):
            setattr(controls, name, self._noting(name, Answer(True, "Done.")))
        controls.start, controls.reset_all = self._noting("start", "truck_07"), self._noting("reset_all", None)
        controls.simulated_units, controls.offers = (
            lambda: ("truck_07",),
            lambda unit: (FaultOffer("fan_lost", "Fan lost", False),),
        )

    def _noting(self, name: str, answer: object) -> Callable[..., Any]:
        async def act(*args: object, **named: object) -> Any:
            self.done.append(name)
            return answer

        return act

    def let_others_simulate(self) -> None:
        """Somebody else posts a simulated unit, and the page shows it."""
        block = from_samples([codec.decode_one(json.dumps(SAMPLE | {"vehicle_id": "theirs"}).encode())])
        self.root.labs.intake(Owner.SIMULATED).take(block, Owner.SIMULATED)
        self.root.labs.assess()

    async def ask(self, path: str, body: object) -> httpx.Response:
        transport = httpx.ASGITransport(self.root, raise_app_exceptions=False, client=(self.client, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
            return await client.post(path, json=body, headers=self.headers)


class Page:
    """A page's end of its live connection."""

    def __init__(self) -> None:
        self.says: asyncio.Queue[Message] = asyncio.Queue()
        self.answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def say(self, method: str, data: dict[str, Any]) -> None:
        self.says.put_nowait({"type": "websocket.receive", "text": json.dumps({"method": method, "data": data})})

    async def hear(self, message: Message) -> None:
        custom = json.loads(message.get("text") or "{}").get("custom", {})
        if "answer" in custom:
            self.answers.put_nowait(custom["answer"])

    async def press(self, button: str, value: dict[str, Any]) -> dict[str, Any]:
        self.say("update", {button: value})
        async with asyncio.timeout(30):
            return await self.answers.get()


@asynccontextmanager
async def opened(server: Server) -> AsyncIterator[Page]:
    """The page as that somebody opens it."""
    _core._reactive_environment._lock = None  # made for the loop of an earlier test, it fails once there is a wait
    page = Page()
    page.says.put_nowait({"type": "websocket.connect"})
    page.say("init", {
        ".clientdata_output_live_hidden": False, ".clientdata_url_protocol": "http:", ".clientdata_url_port": "8000",
        ".clientdata_url_hostname": "localhost", ".clientdata_url_search": "",
    })  # fmt: skip
    scope: Scope = {
        "type": "websocket", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "ws", "path": "/websocket/",
        "raw_path": b"/websocket/", "root_path": "", "query_string": b"", "state": {}, "subprotocols": [],
        "headers": list(dict.fromkeys([*server.headers, ORIGIN])), "client": (server.client, 50_000),
        "server": ("localhost", 8000), "extensions": {},
    }  # fmt: skip
    connection = asyncio.create_task(server.root(scope, page.says.get, page.hear))
    yield page
    page.says.put_nowait({"type": "websocket.disconnect", "code": 1001})
    async with asyncio.timeout(30):
        await connection


@pytest.mark.parametrize(("start", "who", "page_may", "api_may"), rows())
async def test_everybody_may_do_what_the_table_says(start, who, page_may, api_may):
    server = Server(start, who)
    seen: dict[str, str] = {}
    async with opened(server) as page:
        for name, (button, value) in PRESSED.items():
            if name == "purge":
                server.let_others_simulate()
            server.done.clear()
            answer = await page.press(button, value)
            seen[name] = "yes" if server.done == [button] else "no"
            assert answer["ok"] is (seen[name] == "yes")
            assert (answer["href"] == "sign-in") is (seen[name] == "no")
            assert seen[name] == "yes" or "sign-in" in answer["sentence"] or "sign in" in answer["sentence"]
    assert seen == page_may
    asked: dict[str, str] = {}
    for name, (path, body) in ASKED.items():
        answer = await server.ask(path, body)
        assert answer.status_code in (200, 401)
        asked[name] = "yes" if answer.status_code == 200 else "no"
    assert asked == api_may
    reads = await asyncio.gather(*(read(server, path) for path in ("/", "/api/fleet", "/api/insights", "/sign-in")))
    assert reads == [200] * 4, "reading is open to everybody"
    server.root.studio.close()


async def read(server: Server, path: str) -> int:
    transport = httpx.ASGITransport(server.root, client=(server.client, 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        return (await client.get(path, headers=server.headers)).status_code
