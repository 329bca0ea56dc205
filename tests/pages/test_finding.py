"""Finding a unit by a part of its id, and the next one in the order of risk."""

from dataclasses import replace
from typing import Any

import numpy as np

from shiny_app.shell.finding import MOST_FOUND, beside, found


def test_ids_that_begin_with_the_search_come_first_and_the_worst_of_them_at_the_top(fleet: Any, make_unit: Any) -> None:
    fleet.change(make_unit("old_truck", "Class 8 truck", 90))
    shown = found(fleet.snapshot(), "TRUCK")
    assert [unit["id"] for unit in shown["units"]] == ["truck_07", "truck_02", "truck_04", "old_truck"]
    assert shown["said"] == "4 units, worst first"
    assert shown["units"][0]["pill"] == "High 71"
    assert shown["units"][0]["href"] == "?page=unit&unit=truck_07"


def test_a_class_is_called_what_it_is_called_everywhere(fleet: Any, make_unit: Any) -> None:
    fleet.change(make_unit("digger", "Excavator, 22 t"))
    assert [unit["about"] for unit in found(fleet.snapshot(), "digger")["units"]] == ["Excavator, 22 t"]


def test_an_empty_search_lists_the_worst_and_a_silent_unit_is_called_so_beside_its_score(fleet: Any) -> None:
    shown = found(fleet.snapshot(), "")
    assert len(shown["units"]) == MOST_FOUND
    (silent,) = (unit for unit in shown["units"] if unit["id"] == "van_05")
    assert (silent["pill"], silent["about"]) == ("Low 4", "Delivery van, silent for 3 min")


def test_ten_thousand_units_give_a_dozen_and_their_number(fleet: Any) -> None:
    small = fleet.snapshot()
    n = 10_000
    large = replace(
        small, vehicle_ids=tuple(f"unit_{at:05}" for at in range(n)), unit_class=("delivery_van",) * n,
        order=np.arange(n)[::-1], freshness=np.zeros(n, np.int8), band=np.zeros(n, np.int8), score=np.zeros(n),
        last_arrival=np.full(n, small.at), names=(None,) * n, sites=(None,) * n,
    )  # fmt: skip
    shown = found(large, "unit_0")
    assert shown["units"][0]["id"] == "unit_09999"
    assert len(shown["units"]) == MOST_FOUND
    assert shown["said"] == "10,000 units, the first 12 shown"


def test_what_is_not_found_is_said(fleet: Any) -> None:
    assert found(fleet.snapshot(), " Bus ")["said"] == "No unit has “bus” in its id, name or site."
    fleet.units.clear()
    assert found(fleet.snapshot(), "")["said"] == "No unit has reported yet."


def test_the_units_beside_one_are_those_of_the_order_of_risk(fleet: Any) -> None:
    snapshot = fleet.snapshot()
    assert beside(snapshot, "truck_07", 1) == {"href": "?page=unit&unit=van_03"}
    assert beside(snapshot, "van_03", -1) == {"href": "?page=unit&unit=truck_07"}
    assert beside(snapshot, "truck_07", -1) == {"sentence": "truck_07 is the first in the order of risk."}
    assert "has not reported" in str(beside(snapshot, "leon", 1)["sentence"])


def test_a_unit_is_found_by_its_name_and_its_site_after_those_whose_id_begins_so(fleet: Any) -> None:
    fleet.set("van_04", name="Truck of Süd", site="Depot Graz")
    by_site = found(fleet.snapshot(), "depot g")["units"]
    assert [(each["id"], each["about"]) for each in by_site] == [
        ("van_04", "Truck of Süd · Depot Graz · Delivery van"),
    ]
    ids = [each["id"] for each in found(fleet.snapshot(), "truck")["units"]]
    assert ids[-1] == "van_04"
    assert len(ids) > 1
