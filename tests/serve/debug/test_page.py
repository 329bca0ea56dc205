"""`/debug`: a slim page, whole at the first paint and live by events."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html.parser import HTMLParser

import httpx
import pytest
from starlette.applications import Starlette

from connected_ops.serve.debug.routes import debug_routes
from connected_ops.serve.debug.state import NEWEST, lines
from connected_ops.telemetry.units import Owner

MOST_BYTES = 20_000
FILES = ("/debug/debug.css", "/debug/debug.js")


@dataclass
class Page:
    """The page of a bench's lab, and what ends its stream."""

    client: httpx.AsyncClient
    stopping: asyncio.Event

    async def html(self) -> str:
        answer = await self.client.get("/debug")
        assert answer.status_code == 200
        return answer.text

    async def events(self) -> list[dict[str, str]]:
        """The parts that one reader is told, of a stream that ends at once."""
        self.stopping.set()
        answer = await self.client.get("/debug/events")
        assert answer.headers["content-type"].startswith("text/event-stream")
        return [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]


@pytest.fixture
def bench(new_pair):
    return new_pair(units=400, window=60)


@pytest.fixture
async def page(bench) -> AsyncIterator[Page]:
    stopping = asyncio.Event()
    app = Starlette(routes=debug_routes(bench.labs, stopping))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        yield Page(client, stopping)


class Elements(HTMLParser):
    """Every tag with its attributes, and what is written in each element that has a test id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


async def test_the_first_paint_has_everything_already(bench, sample, page):
    bench.take([sample(t, speed_mph=61.0 + t) for t in range(3)])
    bench.follow = False
    bench.take([sample(900)])
    bench.assessed()
    html = await page.html()
    assert f'<b id="sequence" data-testid="debug-sequence">{bench.labs.read_model.sequence}</b>' in html
    samples = html.partition('data-testid="debug-samples">')[2].partition("</ol>")[0]
    assert samples.count("<li ") == 4
    assert "rejected (future:ts)" in samples
    assert "speed_mph&nbsp;63" in samples
    for figure in (
        "<dt>Received</dt><dd>4</dd>", "<dt>Rejected</dt><dd>1</dd>", "<dt>Waiting: samples to judge</dt><dd>0</dd>",
        "<dt>Waiting: rows to remember</dt>", "<dt>future</dt><dd>1</dd>",
        "<dt>Live</dt><dd>1</dd>", "<dt>Quarantine held</dt><dd>1</dd>",
    ):  # fmt: skip
        assert figure in html


async def test_an_empty_lab_has_a_page_too(page):
    html = await page.html()
    assert "No sample has arrived." in html
    assert "No rule has fired." in html
    assert "$" not in html


async def test_the_page_and_its_files_weigh_at_most_20_kb(bench, sample, page):
    everything = {
        "engine_load_pct": 71.123456, "ambient_temp_f": 75.123456, "vibration_rms_mm_s": 1.123456,
        "intake_air_temp_f": 210.5, "coolant_temp_f": 191.123456,
    }  # fmt: skip
    bench.take([sample(t, "u" * 64, unit_class="class_8_truck", **everything) for t in range(2 * NEWEST)])
    bench.assessed()
    answers = [await page.client.get(path) for path in ("/debug", *FILES)]
    assert sum(len(answer.content) + len(str(answer.headers)) for answer in answers) <= MOST_BYTES


async def test_nothing_on_it_is_inline_or_from_elsewhere(page):
    tags = Elements(await page.html()).tags
    for tag, attrs in tags:
        assert "style" not in attrs
        assert not [name for name in attrs if name.startswith("on")]
        assert tag != "style"
        assert tag != "script" or attrs["src"]
    loaded = [attrs.get("src") or attrs["href"] for tag, attrs in tags if tag in {"script", "link"}]
    assert [name for name in loaded if name != "favicon.ico"] == [name[1:] for name in FILES]
    for path in FILES:
        assert (await page.client.get(path)).status_code == 200
    assert [attrs["href"] for tag, attrs in tags if tag == "a"] == ["."]


async def test_an_event_brings_each_part_of_the_page_as_it_is_drawn(bench, sample, page):
    bench.take([sample(t) for t in range(3)])
    bench.assessed()
    html = await page.html()
    (told,) = await page.events()
    ids = {attrs["id"] for _, attrs in Elements(html).tags if "id" in attrs}
    assert set(told) <= ids
    assert told["sequence"] == str(bench.labs.read_model.sequence)
    for key in ("verdicts", "units", "rules", "samples"):
        assert told[key] in html


async def test_what_was_sent_is_shown_as_text(bench, page, monkeypatch, sample):
    bench.take([sample(0)])
    bench.assessed()
    monkeypatch.setattr(bench.lab.register, "vehicle_id", ["<script>"] * 400)
    assert "&lt;script&gt;" in await page.html()


def test_the_newest_over_the_fleet_come_first_with_their_source(bench, sample):
    bench.take([sample(t, f"u{t % 30}") for t in range(60)], Owner.SIMULATED)
    bench.take([sample(60, "real"), sample(59, "real")])
    shown = lines(bench.labs)
    assert len(shown) == NEWEST
    assert [line.ts for line in shown] == sorted((line.ts for line in shown), reverse=True)
    assert [(line.vehicle_id, line.source) for line in shown[:1]] == [("real", "live")]
    assert {line.source for line in shown} == {"live", "simulated"}


def test_a_refused_row_from_the_future_does_not_stay_on_top(bench, sample):
    bench.follow = False
    bench.take([sample(9_000_000)])
    assert bench.counted()["rejected"] == 1
    bench.follow = True
    bench.take([sample(1)])
    assert [line.verdict for line in lines(bench.labs)] == ["valid", "rejected"]
