"""The examples of docs/api.md, run in their order against a whole server: what they show is what it answers."""

import asyncio
import csv
import json
import re
import shlex
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_type_hints

import httpx
import pytest

from connected_ops.api import wire
from connected_ops.asgi import Root, create_app
from connected_ops.settings import load

DOCS = Path(__file__).parents[1] / "docs" / "api.md"
SERVER = "http://127.0.0.1:8000"
MORE = "…"
ROWS = [  # rows.ndjson of the docs
    {"vehicle_id": "their_truck", "coolant_temp_f": 190.0},
    {"vehicle_id": "other_truck", "coolant_temp_f": 190.0, "ts": "2999-01-01T00:00:00Z"},
]


@dataclass(frozen=True)
class Example:
    """A curl command of the docs, and what stands below it."""

    command: str
    language: str
    answer: str

    @property
    def path(self) -> str:
        return next(word for word in shlex.split(self.command) if word.startswith(SERVER)).removeprefix(SERVER)


def examples() -> list[Example]:
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", DOCS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    pairs = list(zip(blocks[::2], blocks[1::2], strict=True))
    assert all(language == "sh" for (language, _), _ in pairs)
    return [Example(command.replace("\\\n", " "), language, answer) for (_, command), (language, answer) in pairs]


async def send(client: httpx.AsyncClient, example: Example) -> httpx.Response:
    """Send what curl would."""
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    command = example.command.replace("$(date -u +%FT%TZ)", now).replace("$(date +%s)", str(int(time.time())))
    words = iter(shlex.split(command))
    assert next(words) == "curl"
    method, headers, content = None, {}, None
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-X":
            method = next(words)
        elif word == "-d":
            content = next(words)
        elif word == "--data-binary":
            assert next(words) == "@rows.ndjson"
            content = "\n".join(json.dumps({"ts": now} | row) for row in ROWS)
        else:
            assert word in {"-N", "-OJ"} or word.startswith(SERVER), word
    method = method or ("GET" if content is None else "POST")
    return await client.request(method, example.path, headers=headers, content=content)


def assert_same_shape(shown: Any, answered: Any, where: str) -> None:
    """The same keys and kinds of values, all the way down; null may stand for anything, `…` for more keys."""
    if isinstance(shown, dict) and isinstance(answered, dict):
        named = set(shown) - {MORE}
        assert named <= set(answered) if MORE in shown else named == set(answered), where
        for key in named:
            assert_same_shape(shown[key], answered[key], f"{where}.{key}")
    elif isinstance(shown, list) and isinstance(answered, list):
        for row in answered[:1]:
            for example in shown[:1]:
                assert_same_shape(example, row, f"{where}[0]")
    elif shown is not None and answered is not None:
        kinds = [float if type(value) is int else type(value) for value in (shown, answered)]
        assert kinds[0] is kinds[1], where


def events(text: str) -> dict[str, Any]:
    """The data of the first event of each name."""
    found: dict[str, Any] = {}
    for name, data in re.findall(r"^event: (\w+)\ndata: (.*)$", text, re.MULTILINE):
        found.setdefault(name, json.loads(data))
    return found


def assert_answers(example: Example, answer: httpx.Response) -> None:
    if example.language == "json":
        shown = json.loads(example.answer)
        status = shown.get("status") if isinstance(shown, dict) else None
        assert answer.status_code == (status if isinstance(status, int) else 200), answer.text
        assert_same_shape(shown, answer.json(), example.path)
        return
    assert answer.status_code == 200, answer.text
    if example.language == "csv":
        assert next(csv.reader([answer.text.splitlines()[0]])) == example.answer.strip().split(",")
    elif "event: " in example.answer:
        shown, told = events(example.answer), events(answer.text)
        assert told
        for name in told:
            assert_same_shape(shown[name], told[name], name)
    else:
        lines = answer.text.splitlines()
        for shown in example.answer.splitlines():
            name = shown.rpartition(" ")[0] or shown
            assert any(line == name or line.startswith(f"{name} ") for line in lines), shown


@asynccontextmanager
async def running(root: Root) -> AsyncIterator[None]:
    """The root between its start-up and its shutdown."""
    to_app: asyncio.Queue[Any] = asyncio.Queue()
    from_app: asyncio.Queue[Any] = asyncio.Queue()
    task = asyncio.create_task(root({"type": "lifespan", "state": {}}, to_app.get, from_app.put))
    await to_app.put({"type": "lifespan.startup"})
    assert (await from_app.get())["type"] == "lifespan.startup.complete"
    yield
    await to_app.put({"type": "lifespan.shutdown"})
    async with asyncio.timeout(30):
        assert (await from_app.get())["type"] == "lifespan.shutdown.complete"
        await task


@pytest.fixture
async def server() -> AsyncIterator[tuple[Root, httpx.AsyncClient]]:
    """A demo server and a client of it."""
    root = create_app(load(emulator=True))
    transport = httpx.ASGITransport(root, raise_app_exceptions=False)
    async with running(root), httpx.AsyncClient(transport=transport, base_url=SERVER) as client:
        async with asyncio.timeout(60):
            while True:
                if (await client.get("/readyz")).status_code == 200:
                    break
                await asyncio.sleep(0.01)
        yield root, client


async def test_every_example_of_the_docs_is_answered_as_it_is_shown(server):
    root, client = server
    for example in examples():
        if "-N" in example.command:
            root.stopping.set()  # a stream ends after its first event
        answer = await send(client, example)
        root.stopping.clear()
        assert_answers(example, answer)
        root.labs.assess()


async def test_every_address_has_an_example(server):
    _, client = server
    shown = {(("POST" if re.search(r" -(d|X) | --data", one.command) else "GET"), one.path.partition("?")[0])
             for one in examples()}  # fmt: skip
    for path, methods in (await client.get("/api/openapi.json")).json()["paths"].items():
        pattern = re.compile("/api" + re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))
        for method in methods:
            assert any(verb == method.upper() and pattern.fullmatch(place) for verb, place in shown), (method, path)


def assert_has_every_field(kind: type, shown: Any) -> None:
    """What is shown of a row names each of its fields, and rows in it too."""
    if MORE not in shown:
        assert list(shown) == [field.name for field in fields(kind)], kind
    for name, hint in get_type_hints(kind).items():
        inner = next((one for one in (hint, *getattr(hint, "__args__", ())) if is_dataclass(one)), None)
        value = shown.get(name)
        for row in value if isinstance(value, list) else [value]:
            if inner is not None and isinstance(row, dict):
                assert_has_every_field(inner, row)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/fleet", wire.Fleet),
        ("/api/units/my_truck", wire.UnitDetail),
        ("/api/insights?limit=100", wire.Insights),
        ("/api/quarantine?limit=50", wire.Quarantined),
    ],
)
def test_the_examples_of_reads_show_every_field_also_where_the_server_has_nothing_to_say(path, kind):
    (answer,) = [json.loads(example.answer) for example in examples() if example.path == path]
    assert_has_every_field(kind, answer)


def test_the_stream_shows_each_kind_of_event():
    (stream,) = [events(example.answer) for example in examples() if example.path == "/api/stream"]
    assert_has_every_field(wire.FleetEvent, stream["fleet"])
    assert_has_every_field(wire.EpisodeEvent, stream["episode"])
