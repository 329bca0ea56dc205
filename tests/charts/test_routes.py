import asyncio
from collections.abc import AsyncIterator, Callable
from io import BytesIO

import numpy as np
import pytest
from httpx import ASGITransport, AsyncClient
from PIL import Image
from starlette.applications import Starlette

from connected_ops.read_model import Range, SeriesView, UnitView
from shiny_app.charts.routes import chart_routes
from shiny_app.charts.studio import ChartStudio

COOLANT = "/charts/truck_07/coolant_temp_f.png"


class OneUnit:
    """A read model of one unit."""

    def __init__(self, view: UnitView) -> None:
        self.view = view

    def unit(self, vehicle_id: str) -> UnitView | None:
        return self.view if vehicle_id == self.view.row.vehicle_id else None

    def series(self, vehicle_id: str, span: Range) -> SeriesView | None:
        return None


@pytest.fixture
async def client(make_view: Callable[..., UnitView]) -> AsyncIterator[AsyncClient]:
    view = make_view({"coolant_temp_f": np.linspace(190, 200, 600)}, sequence=41)
    studio = ChartStudio()
    app = Starlette(routes=chart_routes(OneUnit(view), studio))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://lab") as client:
        yield client
    studio.close()


async def test_an_image_of_the_sequence_asked_for_may_be_kept_for_ever(client: AsyncClient):
    answer = await client.get(COOLANT, params={"w": 600, "s": 2, "theme": "dark", "v": 41})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    with Image.open(BytesIO(answer.content)) as image:
        assert image.size == (1120, 360)


@pytest.mark.parametrize("params", [{}, {"v": "40"}, {"v": "42"}])
async def test_any_other_sequence_draws_the_current_one_and_is_not_kept(client: AsyncClient, params: dict[str, str]):
    answer = await client.get(COOLANT, params=params)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "query",
    ["w=", "w=0", "w=-5", "w=560.5", "w=1e3", "w=99999999999999999999", "w=٥٦٠", "s=3", "s=0", "s=1.5", "theme=blue",
     "theme=", "units=k", "units=", "units=%C2%B0C", "v=new", "v=-1", f"v={'9' * 5000}"],
)  # fmt: skip
async def test_a_wrong_parameter_is_named_in_one_sentence(client: AsyncClient, query: str):
    answer = await client.get(f"{COOLANT}?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 400
    assert problem["detail"].startswith(f"{query.split('=', maxsplit=1)[0]} is ")
    assert len(answer.content) < 400


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/charts/truck_08/coolant_temp_f.png", "No unit with that id has reported."),
        ("/charts/truck_07/speed_mph.png", "This unit has never sent that signal."),
        ("/charts/truck_07/against_itself.png", "This unit has no days of its own history yet."),
        ("/charts/truck_07/oil.png", "There is no such chart"),
        ("/charts/truck_07/engine_hours.png", "There is no such chart"),
    ],
)
async def test_what_is_not_there_is_said_in_one_sentence(client: AsyncClient, path: str, sentence: str):
    answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith(sentence)


async def test_the_same_sequence_in_celsius_is_another_image(client: AsyncClient):
    images = [(await client.get(COOLANT, params={"v": 41, "units": units})).content for units in ("f", "c", "f")]
    assert images[0] == images[2] != images[1]
    assert (await client.get(COOLANT, params={"v": 41})).content == images[0]


async def test_only_reading_is_offered(client: AsyncClient):
    assert (await client.post(COOLANT)).status_code == 405
    assert (await client.head(COOLANT)).status_code == 200


async def test_a_stop_answers_at_once_whoever_waits_for_a_chart(make_view: Callable[..., UnitView]):
    view = make_view({"coolant_temp_f": np.linspace(190, 200, 600)}, sequence=41)
    studio = ChartStudio()
    app = Starlette(routes=chart_routes(OneUnit(view), studio))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://localhost") as client:
        waiting = asyncio.create_task(client.get(COOLANT))
        for _ in range(10):  # turns of the loop, in which the request reaches the studio
            await asyncio.sleep(0)
        studio.close()
        async with asyncio.timeout(5):
            answers = [await waiting, await client.get(COOLANT)]
    for answer in answers:
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert "stopping" in answer.json()["detail"]
