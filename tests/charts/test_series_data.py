import csv
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import numpy as np
import pytest
from httpx import ASGITransport, AsyncClient
from PIL import Image
from starlette.applications import Starlette

from connected_ops.read_model import InjectedFault
from shiny_app.charts.files import chart_files
from shiny_app.charts.routes import NO_DAYS, chart_routes
from shiny_app.charts.studio import ChartStudio
from shiny_app.shell.format import zone

NOW = 1_700_000_000.0
FAULT = InjectedFault("coolant_overheat", "Coolant overheat", NOW - 300, NOW - 200)


@pytest.fixture
async def client(one_unit: Any) -> AsyncIterator[AsyncClient]:
    studio = ChartStudio()
    routes = [*chart_files(one_unit, studio, lambda _: [FAULT]), *chart_routes(one_unit, studio, lambda _: [FAULT])]
    async with AsyncClient(transport=ASGITransport(Starlette(routes=routes)), base_url="http://lab") as client:
        yield client
    studio.close()


async def test_the_figures_are_the_samples_that_the_chart_shows(client: AsyncClient, one_unit: Any):
    answer = await client.get("/charts/truck_07/series.json", params={"v": 41})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    found = answer.json()
    assert (found["begin"], found["end"], found["step"], found["gap"]) == (NOW - 600, NOW, 1, 15)
    assert found["ts"] == one_unit.view.ts[-601:].tolist()
    coolant = found["signals"]["coolant_temp_f"]
    assert coolant["values"] == [round(value, 3) for value in one_unit.view.series("coolant_temp_f")[-601:].tolist()]
    assert coolant["low"] < 195 < coolant["high"]
    assert found["verdicts"]["1"] == "needs_review"  # the 600th of the 1,200
    assert found["marks"] == [
        {"name": "injected: Coolant overheat", "since": NOW - 300, "until": NOW - 200, "signal": None}
    ]
    assert "speed_mph" not in found["signals"]


async def test_figures_of_another_version_are_not_kept(client: AsyncClient):
    for params in ({"v": 40}, {}):
        answer = await client.get("/charts/truck_07/series.json", params=params)
        assert answer.headers["cache-control"] == "no-store"


async def test_gaps_are_nulls_and_celsius_is_converted(client: AsyncClient, one_unit: Any):
    values = one_unit.view.values.copy()
    values[-1, 0], values[-2, 0] = np.nan, 212.0
    one_unit.view = replace(one_unit.view, values=values)
    found = (await client.get("/charts/truck_07/series.json", params={"units": "c"})).json()
    assert found["signals"]["coolant_temp_f"]["values"][-2:] == [100.0, None]
    assert found["signals"]["coolant_temp_f"]["uom"] == "°C"


async def test_longer_ranges_and_zooms_have_their_means(client: AsyncClient, one_unit: Any):
    found = (await client.get("/charts/truck_07/series.json", params={"range": "4h"})).json()
    assert (found["width"], len(found["ts"]), found["verdicts"]) == (30, 480, {})
    zoom = {"range": "4h", "from": NOW - 3_000, "to": NOW - 2_000}
    found = (await client.get("/charts/truck_07/series.json", params=zoom)).json()
    assert (found["begin"], found["end"], found["width"]) == (NOW - 3_000, NOW - 2_000, 30)
    assert min(found["ts"]) >= NOW - 3_000
    assert max(found["ts"]) <= NOW - 2_000


async def test_a_fault_that_is_injected_makes_another_version_of_a_picture_that_stands(one_unit: Any):
    faults: list[InjectedFault] = []
    app = Starlette(routes=chart_files(one_unit, ChartStudio(), lambda _: faults))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://lab") as client:
        before = (await client.get("/charts/truck_07/series.json?range=14d")).json()["version"]
        faults.append(FAULT)
        assert (await client.get("/charts/truck_07/series.json?range=14d")).json()["version"] != before


@pytest.mark.parametrize(
    "query", ["range=1h", "range=", "from=1", "to=5", "from=9&to=5", "from=a&to=b", "from=1e9&to=2e9"]
)
async def test_a_wrong_range_is_named_in_one_sentence(client: AsyncClient, query: str):
    for path in ("series.json", "coolant_temp_f.csv", "coolant_temp_f.svg", "coolant_temp_f.png"):
        answer = await client.get(f"/charts/truck_07/{path}?{query}")
        assert answer.status_code == 400
        assert answer.json()["detail"].startswith(("range is", "from and to are"))


async def test_what_is_not_there_is_said(client: AsyncClient):
    nobody = ("nobody/series.json", "nobody/coolant_temp_f.csv", "nobody/coolant_temp_f.svg")
    nothing = ("speed_mph.csv", "engine_hours.csv", "speed_mph.save.png", "against_itself.svg")
    for path in (*nobody, *(f"truck_07/{each}" for each in nothing)):
        answer = await client.get(f"/charts/{path}")
        assert answer.status_code == 404
        assert answer.json()["detail"].endswith(".")


async def test_of_days_that_are_lacking_picture_and_file_say_the_same(client: AsyncClient):
    said = {(await client.get(f"/charts/truck_07/against_itself.{end}")).json()["detail"] for end in ("png", "svg")}
    assert said == {NO_DAYS}


async def test_the_csv_has_every_sample_with_its_verdict_marks_and_source(client: AsyncClient, one_unit: Any):
    answer = await client.get("/charts/truck_07/coolant_temp_f.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="truck_07_coolant_temp_f_10m.csv"'
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert len(rows) == 601
    assert [float(row["value"]) for row in rows] == [
        round(value, 3) for value in one_unit.view.series("coolant_temp_f")[-601:].tolist()
    ]
    assert datetime.fromisoformat(rows[-1]["time"]).timestamp() == NOW
    assert {row["source"] for row in rows} == {"simulated"}
    assert {row["unit"] for row in rows} == {"°F"}
    assert [row["verdict"] for row in rows[:3]] == ["valid", "needs_review", "valid"]
    assert [row["marks"] for row in rows].count("injected: Coolant overheat") == 101


async def test_the_csv_of_means_says_of_how_long(client: AsyncClient):
    rows = list(csv.DictReader(StringIO((await client.get("/charts/truck_07/coolant_temp_f.csv?range=14d")).text)))
    assert (len(rows), rows[0]["kind"], rows[0]["verdict"]) == (672, "mean of 1800 s", "")


async def test_a_saved_picture_says_title_unit_time_and_source(client: AsyncClient):
    answer = await client.get("/charts/truck_07/coolant_temp_f.svg", params={"range": "4h", "units": "c"})
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["content-disposition"] == 'attachment; filename="truck_07_coolant_temp_f_4h.svg"'
    for said in ("coolant_temp_f, °C", "truck_07 · Class 8 truck · over the last 4 hours, ", "means of 30 s",
                 "Simulated data", zone(NOW), "injected: Coolant overheat"):  # fmt: skip
        assert said in answer.text
    assert "now" not in answer.text.replace("unknown", "")


async def test_the_files_of_a_unit_of_any_name_have_it_inside_and_a_plain_name_outside(
    client: AsyncClient, one_unit: Any
):
    name = r"Lkw 7/Süd <b> $\frac$ $"
    one_unit.view = replace(one_unit.view, row=replace(one_unit.view.row, vehicle_id=name))
    path = f"/charts/{quote(name, safe='')}"
    svg, table = await client.get(f"{path}/coolant_temp_f.svg"), await client.get(f"{path}/coolant_temp_f.csv")
    assert escape(name) in svg.text
    assert svg.headers["content-disposition"] == 'attachment; filename="Lkw-7-Sud-b-frac_coolant_temp_f_10m.svg"'
    assert {row["vehicle_id"] for row in csv.DictReader(StringIO(table.text))} == {name}
    for file in ("coolant_temp_f.save.png", "coolant_temp_f.png", "series.json"):
        assert (await client.get(f"{path}/{file}")).status_code == 200


async def test_values_that_stand_alone_are_saved_as_dots(client: AsyncClient, one_unit: Any):
    values = np.full_like(one_unit.view.values, np.nan)
    values[[-1, -3], 0] = 200.0
    one_unit.view = replace(one_unit.view, values=values)
    answer = await client.get("/charts/truck_07/coolant_temp_f.svg")
    assert (answer.status_code, "PathCollection" in answer.text) == (200, True)


async def test_a_saved_png_opens_at_two_pixels_for_each(client: AsyncClient):
    answer = await client.get("/charts/truck_07/coolant_temp_f.save.png", params={"theme": "dark"})
    assert answer.headers["content-disposition"] == 'attachment; filename="truck_07_coolant_temp_f_10m.png"'
    with Image.open(BytesIO(answer.content)) as image:
        assert image.size == (2_000, 880)
        assert image.convert("RGB").getpixel((5, 5)) == (0x15, 0x1D, 0x27)


async def test_a_stop_answers_whoever_waits_for_a_picture(one_unit: Any):
    studio = ChartStudio()
    studio.close()
    app = Starlette(routes=chart_files(one_unit, studio))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://lab") as client:
        answer = await client.get("/charts/truck_07/coolant_temp_f.svg")
    assert (answer.status_code, "stopping" in json.loads(answer.text)["detail"]) == (503, True)
