"""Each table as CSV: what is in it, in which unit of measurement, and what an address that means nothing gets."""

import csv
from collections.abc import AsyncIterator
from io import StringIO
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from shiny_app.fleet.routes import fleet_routes
from shiny_app.tables.routes import table_routes

EVERY = (
    "fleet", "insights", "value-cases", "value-assumptions", "quality-rules", "quality-freshness",
    "units/truck_07/samples", "units/truck_07/indicators",
)  # fmt: skip


@pytest.fixture
async def client(fleet: Any) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=[*fleet_routes(fleet), *table_routes(fleet)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver") as client:
        yield client


async def rows_of(client: httpx.AsyncClient, table: str, query: str = "") -> list[dict[str, str]]:
    answer = await client.get(f"/tables/{table}.csv{query}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(StringIO(answer.content.decode(), newline=""), strict=True))


@pytest.mark.parametrize("table", EVERY)
async def test_every_row_of_every_table_says_its_source_and_the_file_says_what_and_when(
    client: httpx.AsyncClient, table: str
) -> None:
    rows = await rows_of(client, table)
    assert rows
    assert all(row["source"] for row in rows)
    name = table.replace("units/", "").replace("/", "-")
    disposition = (await client.get(f"/tables/{table}.csv")).headers["content-disposition"]
    assert disposition == f'attachment; filename="{name}-20251123T143152Z.csv"'


async def test_the_fleet_comes_whole_in_the_order_and_through_the_filters_of_the_page(
    client: httpx.AsyncClient, fleet: Any, make_unit: Any
) -> None:
    fleet.change(*(make_unit(f"unit_{i}", "Delivery van", i % 30, source="live") for i in range(300)))
    assert len(await rows_of(client, "fleet")) == 312
    live = await rows_of(client, "fleet", "?source=live&q=UNIT_1&sort=-unit&at=2")
    assert [row["vehicle_id"] for row in live] == [f"unit_{i}" for i in [*range(199, 99, -1), *range(19, 9, -1), 1]]
    assert {row["source"] for row in live} == {"live"}
    truck = (await rows_of(client, "fleet", "?band=high"))[0]
    assert (truck["class"], truck["risk_of_100"], truck["band"]) == ("Class 8 truck", "71.0", "High")
    assert truck["last_heard_utc"].endswith("Z")
    assert truck["saved_by_acting_now_usd"] == "2547.0"


async def test_temperatures_follow_the_units_of_the_address_and_their_columns_say_so(
    client: httpx.AsyncClient,
) -> None:
    warm, cool = [await rows_of(client, "units/truck_07/samples", query) for query in ("", "?units=c")]
    assert len(warm) == len(cool) == 600
    assert float(cool[0]["coolant_temp_c"]) == pytest.approx((float(warm[0]["coolant_temp_f"]) - 32) / 1.8, abs=0.01)
    assert "coolant_temp_f" not in cool[0]
    assert float(cool[0]["speed_kmh"]) == pytest.approx(float(warm[0]["speed_mph"]) * 1.609344, abs=0.01)
    assert warm[0]["engine_rpm"] == cool[0]["engine_rpm"]
    assert warm[0]["sample_utc"] > warm[1]["sample_utc"]
    whys = {row["vehicle_id"]: row["why"] for row in await rows_of(client, "fleet", "?units=c")}
    assert whys["truck_07"] == "Coolant 5 °C above its own normal at the same load"


async def test_the_values_of_a_sample_are_those_of_its_signal(client: httpx.AsyncClient, fleet: Any) -> None:
    view = fleet.unit("truck_07")
    rows = await rows_of(client, "units/truck_07/samples")
    for at, row in zip(range(599, -1, -1), rows, strict=True):
        assert float(row["engine_rpm"]) == pytest.approx(view.series("engine_rpm")[at], abs=0.001)
    assert [row["verdict"] for row in rows[:10]] == [each.verdict for each in view.newest]


async def test_open_and_closed_insights_come_with_their_money(client: httpx.AsyncClient) -> None:
    rows = {row["insight"]: row for row in await rows_of(client, "insights")}
    assert len(rows) == 14
    assert sum(row["state"] == "closed" for row in rows.values()) == 11
    cooling = rows["truck_07.cooling.1"]
    assert (cooling["value"], cooling["limit"], cooling["uom"]) == ("216.0", "225.0", "°F")
    assert (cooling["act_now_usd"], cooling["saved_usd"]) == ("1340.0", "2547.0")


async def test_the_value_tables_stand_on_the_assumptions_of_the_address(client: httpx.AsyncClient) -> None:
    plain = {row["insight"]: row for row in await rows_of(client, "value-cases")}
    own = {row["insight"]: row for row in await rows_of(client, "value-cases", "?chance_cooling=80")}
    assert own["truck_07.cooling.1"]["chance_of_failing"] == "0.8"
    assert float(own["truck_07.cooling.1"]["saved_usd"]) > float(plain["truck_07.cooling.1"]["saved_usd"])
    chance = (await rows_of(client, "value-assumptions", "?chance_cooling=80"))[0]
    assert (chance["value"], chance["uom"], chance["changed"]) == ("80.0", "%", "yes")


async def test_text_that_a_spreadsheet_would_run_is_text(client: httpx.AsyncClient, fleet: Any, make_unit: Any) -> None:
    fleet.change(make_unit("bad", "Delivery van", 70, '=HYPERLINK("http://x"),\r\n"more"'))
    row = (await rows_of(client, "fleet", "?q=bad"))[0]
    assert row["why"] == '\'=HYPERLINK("http://x"),\r\n"more"'


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/tables/weather.csv", 404, "There is no such table; there are fleet"),
        ("/tables/units/nobody/samples.csv", 404, "No unit with that id"),
        ("/tables/units/truck_07/weather.csv", 404, "there are samples, indicators"),
        ("/tables/fleet.csv?band=purple", 400, "band that does not exist"),
        ("/tables/fleet.csv?units=k", 400, "units that do not exist"),
        ("/tables/value-cases.csv?chance_cooling=nan", 400, "no number for chance_cooling"),
        ("/fleet/cell", 404, "whole number below 12"),
        ("/fleet/cell?at=12", 404, "whole number below 12"),
        ("/fleet/cell?at=-1", 404, "whole number below 12"),
        ("/fleet/cell?at=" + "9" * 40, 404, "whole number below 12"),
    ],
)
async def test_what_an_address_asks_for_in_vain_is_a_sentence(
    client: httpx.AsyncClient, path: str, status: int, told: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.json()["detail"]


async def test_a_cell_of_the_strip_is_a_unit_in_one_line(client: httpx.AsyncClient, fleet: Any) -> None:
    worst = (await client.get("/fleet/cell?at=0&units=c")).json()
    assert worst == {
        "at": 0,
        "text": "truck_07 · High 71 · Coolant 5 °C above its own normal at the same load",
        "href": "?page=unit&unit=truck_07",
    }
    fleet.set("van_03", silence_s=190)
    said = "van_03 · Medium 47, silent for 3 min · Vibration 1.6× its own normal above 40 mph"
    assert (await client.get("/fleet/cell?at=1")).json()["text"] == said
    fleet.units.clear()
    assert (await client.get("/fleet/cell?at=0")).json()["detail"] == "No unit has reported yet."
