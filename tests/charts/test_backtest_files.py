"""The chart of a recording as a file: what it says of itself, and who gets none."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from PIL import Image
from starlette.applications import Starlette

from connected_ops.read_model import BacktestRun, BacktestView, Plotted, Replayed
from shiny_app.backtest.routes import backtest_routes
from shiny_app.charts.captions import backtest_caption
from shiny_app.shell.format import moment, zone

BEGIN = 1_700_000_000.0
HOT = Plotted("coolant_temp_f", "Coolant temperature", "°F", (0.0, 60.0, 120.0), (190.0, None, 255.0), 225.0)
VAN = Replayed("van", "trip.csv", "Delivery van", True, BEGIN, BEGIN + 120, 0.03, 3, 3, 0, 0, 0, 0, (), ())
VIEW = BacktestView("trip.csv", (VAN,), (HOT,))


class Runs:
    """Backtests of which some are done."""

    def __init__(self, **views: BacktestView) -> None:
        self.views = views

    async def begin(self, name: str, chunks: Any) -> str:
        raise NotImplementedError

    def find(self, key: str) -> BacktestRun | None:
        view = self.views.get(key)
        return None if view is None else BacktestRun(key, view.name, "done", view=view)


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    with ThreadPoolExecutor(1) as worker:
        app = Starlette(routes=backtest_routes(Runs(k=VIEW, empty=replace(VIEW, plotted=())), worker))
        async with AsyncClient(transport=ASGITransport(app), base_url="http://lab") as client:
            yield client


async def test_a_saved_picture_says_its_recording_its_time_and_its_units(client: AsyncClient):
    answer = await client.get("/charts/-/k.svg")
    assert answer.headers["content-disposition"] == 'attachment; filename="van_backtest.svg"'
    times = f"{moment(BEGIN)} to {moment(BEGIN + 120)} {zone(BEGIN)}"
    for said in ("van: would this have fired?", f"Delivery van · {times}, 2 min",
                 "Replayed recording trip.csv", "Coolant temperature, °F"):  # fmt: skip
        assert said in answer.text
    assert "Coolant temperature, °C" in (await client.get("/charts/-/k.svg", params={"units": "c"})).text


async def test_a_saved_png_has_two_pixels_for_each(client: AsyncClient):
    answer = await client.get("/charts/-/k.save.png", params={"theme": "dark"})
    with Image.open(BytesIO(answer.content)) as image:
        assert image.size == (2_000, 2 * (130 + 40 + 140))
        assert image.convert("RGB").getpixel((5, 5)) == (0x15, 0x1D, 0x27)


@pytest.mark.parametrize("key", ["empty", "gone"])
async def test_what_has_no_chart_has_no_file(client: AsyncClient, key: str):
    answer = await client.get(f"/charts/-/{key}.svg")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_recording_without_a_date_says_how_long_it_is_and_no_time_of_day():
    said = backtest_caption(replace(VIEW, recordings=(replace(VAN, dated=False),)))
    assert said.under.startswith("Delivery van · 2 min · shaded: 0 times about the machine")
