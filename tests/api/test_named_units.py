"""Units that a file gives a name, a site and a class: what is answered of them, and of others."""

import csv
from io import StringIO

import pytest

from connected_ops.machines.unit_class import INDEX, Unit
from tests.api.conftest import Api


@pytest.fixture
def named(api: Api) -> Api:
    """An Api over a server whose files say something of two units."""
    api.root.labs.real.register.said = {
        "truck_12": Unit("Volvo, Süd", "Depot Graz", INDEX["class_8_truck"]),
        "van_1": Unit("=1+1", None, None),
    }
    return api


async def test_name_and_site_stand_in_every_answer_of_a_unit_and_are_null_where_nobody_said(named: Api):
    for vehicle_id in ("truck_12", "van_1", "other"):
        await named.post(named.sample(vehicle_id))
    units = {unit["vehicle_id"]: (unit["name"], unit["site"]) for unit in (await named.fleet())["units"]}
    assert units == {"truck_12": ("Volvo, Süd", "Depot Graz"), "van_1": ("=1+1", None), "other": (None, None)}
    one = await named.get("/api/units/truck_12")
    assert (one["name"], one["site"], one["unit_class"]) == ("Volvo, Süd", "Depot Graz", "class_8_truck")


async def test_the_table_has_them_and_a_spreadsheet_runs_none(named: Api):
    for vehicle_id in ("truck_12", "van_1", "other"):
        await named.post(named.sample(vehicle_id))
    await named.fleet()
    for path in ("/api/units.csv", "/tables/fleet.csv"):
        answer = await named.client.get(path)
        rows = {row["vehicle_id"]: row for row in csv.DictReader(StringIO(answer.text.lstrip("\ufeff"), newline=""))}
        assert (rows["truck_12"]["name"], rows["truck_12"]["site"]) == ("Volvo, Süd", "Depot Graz")
        assert (rows["van_1"]["name"], rows["van_1"]["site"]) == ("'=1+1", "")
        assert rows["other"]["name"] == ""


async def test_another_class_that_it_sends_changes_nothing_and_is_not_called_ignored(named: Api):
    answer = await named.post(named.sample("truck_12", unit_class="genset"))
    assert answer.json() == {"status": "ok", "verdict": "valid"}
    await named.post(named.sample("van_1", unit_class="genset"))
    units = {unit["vehicle_id"]: unit["unit_class"] for unit in (await named.fleet())["units"]}
    assert units == {"truck_12": "class_8_truck", "van_1": "genset"}


async def test_a_simulated_unit_of_that_id_is_called_nothing(named: Api):
    await named.post(named.sample("truck_12", unit_class="genset"), X_Source="simulated")
    (unit,) = (await named.fleet())["units"]
    assert (unit["name"], unit["site"], unit["unit_class"]) == (None, None, "genset")


async def test_one_fleet_of_named_and_simulated_units_keeps_each_ones_words(named: Api):
    await named.post(named.sample("truck_12"))
    await named.post(named.sample("s_1"), X_Source="simulated")
    units = [(unit["vehicle_id"], unit["name"]) for unit in (await named.fleet())["units"]]
    assert units == [("s_1", None), ("truck_12", "Volvo, Süd")]
