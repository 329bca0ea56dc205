"""A unit that is held for a paused page: what is drawn of it stays, in any size and theme."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette

from connected_ops.read_model import InjectedFault
from shiny_app.charts.files import chart_files
from shiny_app.charts.held import MOST_HELD, Held
from shiny_app.charts.reading import none_injected
from shiny_app.charts.routes import chart_routes
from shiny_app.charts.studio import ChartStudio

NOW = 1_700_000_000.0
LATER_S = 3_000.0
FAULT = InjectedFault("coolant_overheat", "Coolant overheat", NOW - 300, NOW - 200)
FILES = ("coolant_temp_f.png", "coolant_temp_f.save.png", "coolant_temp_f.svg", "coolant_temp_f.csv", "series.json")
SHOWN = ("coolant_temp_f.png", "coolant_temp_f.csv", "series.json")
LOOKS: tuple[dict[str, str], ...] = ({"w": "320", "theme": "dark"}, {"range": "4h"}, {"units": "c"})


@pytest.fixture
def faults() -> list[InjectedFault]:
    return []


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
async def client(one_unit: Any, held: Held, faults: list[InjectedFault]) -> AsyncIterator[AsyncClient]:
    studio = ChartStudio()
    shared = (one_unit, studio, lambda _: faults, held)
    app = Starlette(routes=[*chart_files(*shared), *chart_routes(*shared)])
    async with AsyncClient(transport=ASGITransport(app), base_url="http://lab") as client:
        yield client
    studio.close()


def go_on(one_unit: Any) -> None:
    """The unit sends another fifty minutes, so that nothing of the ten minutes before is in its window any more."""
    view = one_unit.view
    values = np.where(np.isfinite(view.values), view.values + 20, np.nan)
    one_unit.view = replace(view, sequence=view.sequence + 1, at=view.at + LATER_S, ts=view.ts + LATER_S, values=values)


@pytest.mark.parametrize(
    ("name", "look"), [*((name, {}) for name in FILES), *((name, look) for look in LOOKS for name in SHOWN)]
)
async def test_what_is_held_is_drawn_as_it_was(
    client: AsyncClient, one_unit: Any, held: Held, faults: list[InjectedFault], name: str, look: dict[str, str]
):
    before = (await client.get(f"/charts/truck_07/{name}", params=look)).content
    number = held.keep(one_unit, none_injected, "truck_07")
    go_on(one_unit)
    faults.append(FAULT)
    after = (await client.get(f"/charts/truck_07/{name}", params={**look, "held": str(number)})).content
    assert after == before
    if look != {"range": "4h"}:
        assert (await client.get(f"/charts/truck_07/{name}", params=look)).content != before


async def test_an_image_of_what_is_held_may_be_kept_for_ever(client: AsyncClient, one_unit: Any, held: Held):
    number = held.keep(one_unit, none_injected, "truck_07")
    go_on(one_unit)
    for name in ("coolant_temp_f.png", "series.json"):
        answer = await client.get(f"/charts/truck_07/{name}", params={"v": "41", "held": str(number)})
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("number", ["40", "999"])
async def test_what_is_held_no_more_is_drawn_as_of_now_and_not_kept(client: AsyncClient, number: str):
    answer = await client.get("/charts/truck_07/coolant_temp_f.png", params={"v": number, "held": number})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


@pytest.mark.parametrize("number", ["", "-1", "now", "1.5", "9" * 400])
async def test_a_number_that_is_none_is_named(client: AsyncClient, number: str):
    answer = await client.get("/charts/truck_07/coolant_temp_f.png", params={"held": number})
    assert (answer.status_code, answer.json()["detail"].startswith("held is ")) == (400, True)


async def test_the_units_that_are_held_are_bounded(one_unit: Any, held: Held):
    first = newest = held.keep(one_unit, none_injected, "truck_07")
    for _ in range(MOST_HELD):
        go_on(one_unit)
        newest = held.keep(one_unit, none_injected, "truck_07")
    assert held.reader(first, "truck_07", one_unit, none_injected)[0] is one_unit
    assert held.reader(newest, "truck_07", one_unit, none_injected)[0] is not one_unit


def test_a_unit_that_nobody_knows_is_not_held(one_unit: Any, held: Held):
    assert held.keep(one_unit, none_injected, "nobody") is None
