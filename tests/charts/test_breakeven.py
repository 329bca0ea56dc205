"""The break-even chart: its arithmetic, what it draws, and the address that carries all of its figures."""

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from itertools import islice

import pytest
from httpx import ASGITransport, AsyncClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from starlette.applications import Starlette

from connected_ops.read_model import EpisodeView, Money, ValueView, percent
from shiny_app.charts import breakeven
from shiny_app.charts.breakeven import breakeven_png
from shiny_app.charts.breakeven_figures import BreakEven, dollar_ticks, top_of
from shiny_app.charts.breakeven_route import MOST_WAITING, PATH, breakeven_routes
from shiny_app.shell.format import moment, zone

GOOD = {"act": "1340", "fails": "6939", "holds": "157", "chance": "550", "low": "350", "high": "750", "w": "560"}

dollars = st.integers(0, 10_000_000)

AT = 1_700_000_000.0
MONEY = Money(1_340, 3_887, 2_547, 1_180, 4_100, 0.55, 6_939, 157, 0.1744, True, (), 0.35, 0.75)
COOLING = EpisodeView(
    "truck_07.cooling.1", "truck_07", "Class 8 truck", "simulated", "machine", "cooling", "Cooling", "coolant_temp_f",
    "°F", "open", "", "", "", "", "", "", AT, AT, None, None, 216.0, 225.0, 0.55, money=MONEY,
)  # fmt: skip


class Priced:
    """A read model of one open episode, whose chance can be changed."""

    def value(self, changes: Mapping[str, float]) -> ValueView:
        chance = changes.get("chance_cooling", 55.0) / 100
        episode = replace(COOLING, money=replace(MONEY, chance=chance))
        return ValueView(1, AT, 0, 0, 0, 0, 0, 1, (episode,), (), tuple(changes.items()), ())


@pytest.fixture
def worker():
    with ThreadPoolExecutor(1) as worker:
        yield worker


@pytest.fixture
async def client(worker: ThreadPoolExecutor) -> AsyncIterator[AsyncClient]:
    app = Starlette(routes=breakeven_routes(Priced(), worker))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://lab") as client:
        yield client


def figures(act: int, fails: int, holds: int) -> BreakEven:
    return BreakEven(act, fails, holds, 0.55, (0.35, 0.75), 560, 1, "light")


@given(dollars, dollars, dollars)
def test_the_break_even_is_where_the_lines_cross(act: int, fails: int, holds: int):
    shown = figures(act, fails, holds)
    at = shown.crossing
    if at is None:
        assert fails == holds or not min(fails, holds) <= act <= max(fails, holds)
    else:
        assert shown.wait(at) == pytest.approx(act, abs=1e-3)


@given(dollars, dollars, dollars)
def test_the_ticks_start_at_nothing_and_reach_all_that_is_drawn(act: int, fails: int, holds: int):
    top = top_of(figures(act, fails, holds))
    ticks = dollar_ticks(top)
    assert ticks[0] == 0
    assert ticks[-1] >= top * (1 - 1e-9) > max(act, fails, holds)
    assert 3 <= len(ticks) <= 6


def test_a_share_is_said_to_a_tenth():
    assert [percent(share) for share in (0, 0.1744, 0.55, 1)] == ["0 %", "17.4 %", "55 %", "100 %"]


@pytest.mark.parametrize("costs", [(1340, 6939, 157), (5000, 3939, 157), (0, 0, 0), (10_000_000, 10_000_000, 0)])
@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_any_figures_make_an_image_of_the_size_asked_for(costs: tuple[int, int, int], chance: float):
    png = breakeven_png(BreakEven(*costs, chance, None, 240, 2, "dark"))
    with Image.open(BytesIO(png)) as image:
        assert image.size == (480, 520)
        assert image.getpixel((0, 0)) == (0x15, 0x1D, 0x27)


async def test_an_image_carries_its_figures_in_its_address_and_may_be_kept_for_ever(client: AsyncClient):
    answer = await client.get(PATH, params=GOOD)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    with Image.open(BytesIO(answer.content)) as image:
        assert image.size == (560, 260)
    other = await client.get(PATH, params=GOOD | {"chance": "400"})
    assert other.content != answer.content
    assert (await client.get(PATH, params=GOOD)).content == answer.content


HOSTILE = ["", "-1", "1e3", "0x10", "NaN", "inf", "10000001", "9" * 400, "1.5", "٣", " 1", "1;drop", "<script>"]


@pytest.mark.parametrize("name", ["act", "fails", "holds", "chance", "low", "high", "w", "s", "theme"])
async def test_a_parameter_that_cannot_be_used_is_named_and_not_echoed(client: AsyncClient, name: str):
    for word in HOSTILE:
        answer = await client.get(PATH, params=GOOD | {name: word})
        assert answer.status_code == 400, word
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json()["detail"].startswith(f"{name} is "), word
        assert "<script>" not in answer.text


@pytest.mark.parametrize("missing", ["act", "fails", "holds", "chance", "low", "high"])
async def test_a_figure_that_is_missing_is_named(client: AsyncClient, missing: str):
    answer = await client.get(PATH, params={name: word for name, word in GOOD.items() if name != missing})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(f"{missing} is ")


async def test_a_range_the_wrong_way_round_is_refused(client: AsyncClient):
    answer = await client.get(PATH, params=GOOD | {"low": "800"})
    assert (answer.status_code, answer.json()["detail"]) == (400, "low must not be above high.")


async def test_more_drawings_than_the_queue_holds_are_told_to_come_again(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    gate = threading.Event()
    monkeypatch.setattr(breakeven, "breakeven_png", lambda _: b"a picture" if gate.wait(30) else b"")
    asked = [
        asyncio.create_task(client.get(PATH, params=GOOD | {"act": str(1000 + k)})) for k in range(MOST_WAITING + 4)
    ]
    early = [(await each).status_code for each in islice(asyncio.as_completed(asked), 4)]  # nothing is drawn yet
    gate.set()
    codes = [answer.status_code for answer in await asyncio.gather(*asked)]
    assert early == [503] * 4
    assert codes.count(200) == MOST_WAITING


async def test_a_server_that_stops_says_so(worker: ThreadPoolExecutor, client: AsyncClient):
    worker.shutdown()
    answer = await client.get(PATH, params=GOOD)
    assert answer.status_code == 503
    assert "stopping" in answer.json()["detail"]


FILE = PATH.removesuffix("png")


async def test_a_saved_picture_says_its_unit_its_basis_and_its_source(client: AsyncClient):
    answer = await client.get(f"{FILE}svg", params={"episode": COOLING.id})
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["content-disposition"] == 'attachment; filename="truck_07_cooling_act-or-wait.svg"'
    for said in ("cost in US$ by the chance of failing", "truck_07 · Class 8 truck · cooling",
                 "at today's assumptions: chance 55 %, shaded 35 % to 75 %",
                 f"Simulated data · {moment(AT)} {zone(AT)}",
                 "pays off above 17.4 %", "Act now", "55 %: $3,887"):  # fmt: skip
        assert said in answer.text


async def test_a_saved_picture_is_of_the_assumptions_that_its_address_changes(client: AsyncClient):
    answer = await client.get(f"{FILE}svg", params={"episode": COOLING.id, "chance_cooling": "40"})
    assert "at assumptions of its own: chance 40 %" in answer.text
    assert "40 %: $2,870" in answer.text


async def test_a_saved_png_has_two_pixels_for_each(client: AsyncClient):
    answer = await client.get(f"{FILE}save.png", params={"episode": COOLING.id})
    with Image.open(BytesIO(answer.content)) as image:
        assert image.size == (2_000, 800)


@pytest.mark.parametrize("episode", ["", "truck_07.cooling.2", "<script>"])
async def test_an_insight_that_is_not_open_has_no_picture(client: AsyncClient, episode: str):
    answer = await client.get(f"{FILE}svg", params={"episode": episode})
    assert (answer.status_code, "not open any more" in answer.json()["detail"]) == (404, True)
