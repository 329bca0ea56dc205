"""What a session is sent, and what its buttons may ask for."""

from typing import Any

import pytest

from shiny_app.app import inject, work
from shiny_app.live.location import Location, parse
from shiny_app.live.page import arrival
from shiny_app.live.shared import Shared
from shiny_app.live.viewer import changes
from shiny_app.pages import page_of

COOLING = "truck_07.cooling.1"


@pytest.fixture
def viewer(visit: Any) -> Any:
    return visit()


def sent(viewer: Any) -> dict[str, Any]:
    fields = viewer.message()["set"]
    assert isinstance(fields, dict)
    return fields


def test_only_what_changed_is_sent() -> None:
    assert changes({"a": "1", "b": "2", "gone": "3"}, {"a": "1", "b": "4", "new": None}) == {"b": "4", "new": None}


def test_a_session_gets_everything_once_and_then_changes(fleet: Any, viewer: Any) -> None:
    assert "units/truck_07/why" in sent(viewer)
    assert sent(viewer) == {}
    fleet.set("truck_07", reason="Coolant 250 °F, confirming")
    fields = sent(viewer)
    assert fields["units/truck_07/why"] == "Coolant 250 °F, confirming"
    assert "units/van_03/why" not in fields
    assert "units" not in fields


def test_a_new_unit_comes_whole_and_a_returned_one_comes_whole_again(fleet: Any, make_unit: Any, viewer: Any) -> None:
    sent(viewer)
    fleet.change(make_unit("leon", "Passenger car"))
    assert {"units", "units/leon/why", "units/leon/href"} <= sent(viewer).keys()
    gone = fleet.units.pop("leon")
    fleet.step()
    assert "leon" not in sent(viewer)["units"]
    fleet.change(gone)
    assert "units/leon/why" in sent(viewer)


def test_another_page_comes_as_a_body_with_its_values_in_it(viewer: Any) -> None:
    assert "page" not in viewer.message()
    viewer.go(Location("unit", "truck_07"))
    message = viewer.message()
    page = message["page"]
    assert isinstance(page, dict)
    assert page["href"] == "?page=unit&unit=truck_07"
    assert 'data-testid="unit-risk">71<' in str(page["html"])
    assert isinstance(message["set"], dict)
    assert not [name for name in message["set"] if name.startswith(("chart.", "unit.", "samples"))]


def test_a_missing_unit_appears_when_it_reports(fleet: Any, make_unit: Any, viewer: Any) -> None:
    viewer.go(Location("unit", "leon"))
    assert "page" not in viewer.message()
    fleet.change(make_unit("leon", "Passenger car"))
    assert "unit-risk" in str(viewer.message()["page"])


def test_a_unit_page_without_a_unit_keeps_to_the_worst_of_that_moment(fleet: Any, viewer: Any) -> None:
    viewer.go(Location("unit"))
    assert viewer.read(viewer.page).href == "?page=unit&unit=truck_07"
    fleet.set("genset_2", score=99)
    assert viewer.read(viewer.page).href == "?page=unit&unit=truck_07"


def test_the_side_panel_follows_the_unit_that_is_looked_at(viewer: Any) -> None:
    assert sent(viewer)["panel.unit"] == "corolla_2019"
    viewer.go(Location("unit", "genset_1"))
    fields = sent(viewer)
    assert fields["panel.unit"] == "genset_1"
    assert fields["offers.machine"] == ("coolant_overheat", "vibration_spike")
    assert fields["offers.sensor"] == fields["offers.calm"] == ()
    viewer.pick("van_03")
    assert sent(viewer)["panel.unit"] == "van_03"
    for nothing in ("nobody", None, 7, ["van_03"]):
        viewer.pick(nothing)
    assert sent(viewer) == {}


def test_values_are_worked_out_once_for_all_sessions(fleet: Any, visit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    rows = fleet.rows
    monkeypatch.setattr(fleet, "rows", lambda positions=None: asked.append(len(positions or ())) or rows(positions))
    for _ in range(50):
        visit().message()
    assert asked == [12]
    fleet.step()
    visit().message()
    assert asked == [12, 12]


def test_addresses_of_nothing_leave_nothing_behind(shared: Shared) -> None:
    for at in range(500):
        page_of(arrival(shared, Location("unit", f"nobody_{at}")))
        page_of(arrival(shared, Location(f"nothing_{at}")))
    assert len(shared._made) <= 5


@pytest.mark.parametrize(
    "asked",
    [None, 7, "inject", [], {}, {"kind": "coolant_overheat"}, {"kind": 1, "unit": "truck_07"},
     {"kind": "", "unit": "truck_07"},
     {"kind": "coolant_overheat", "unit": "x" * 65}, {"kind": ["coolant_overheat"], "unit": {"a": 1}},
     {"kind": "coolant_overheat", "unit": "nobody"}, {"kind": "meteor", "unit": "truck_07"},
     {"kind": "speed_anomaly", "unit": "genset_1"}],
)  # fmt: skip
async def test_a_button_that_asks_for_nonsense_gets_a_sentence(fleet: Any, asked: object) -> None:
    answer = await inject(fleet, asked)
    assert not answer.ok
    assert answer.sentence.endswith(".")
    assert fleet.pressed == []


async def test_a_button_leaves_it_to_the_fault_how_long_it_stays(fleet: Any) -> None:
    assert (await inject(fleet, {"kind": "coolant_overheat", "unit": "truck_07", "nonce": 1})).ok
    assert fleet.pressed == [("coolant_overheat", "truck_07", None)]


def test_a_session_sees_money_by_its_own_assumptions_and_others_do_not(visit: Any) -> None:
    own, other = visit("?page=fleet&chance_cooling=80"), visit()
    fields = sent(own)
    assert (fields["loop.value"], fields["fleet.saved"]) == ("$5,363 saved", "$5,363")
    assert fields["loop.value.note"] == "2 units, by your assumptions"
    assert fields["fleet.saved.note"] == "saved by acting now: $2,110 instead of $7,473 expected, by your assumptions"
    assert sent(other)["fleet.saved"] == "$3,667"
    assert own.assume({})
    assert sent(own)["fleet.saved"] == "$3,667"


def test_a_number_that_changes_no_assumption_is_not_called_yours(viewer: Any) -> None:
    viewer.go(parse("?page=fleet&campaign=7"))
    assert sent(viewer)["loop.value.note"] == "by acting now on 2 units"


def test_changes_that_cannot_be_read_change_nothing(viewer: Any) -> None:
    assert viewer.assume({"chance_cooling": 80})
    assert not viewer.assume({"chance_cooling": "80"})
    assert viewer.read(viewer.location).changes == (("chance_cooling", 80.0),)


def test_changed_assumptions_are_worked_out_once_a_snapshot(
    fleet: Any, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    value = fleet.value
    monkeypatch.setattr(fleet, "value", lambda changes: asked.append(changes) or value(changes))
    viewer = visit("?page=value&chance_cooling=80")
    viewer.message()
    viewer.message()
    assert asked == [{"chance_cooling": 80.0}]


def test_a_session_keeps_its_units_where_an_address_names_none(viewer: Any) -> None:
    viewer.go(parse("?page=fleet&units=c"))
    assert "5 °C" in sent(viewer)["units/truck_07/why"]
    viewer.go(parse("?page=unit&unit=truck_07"))
    assert viewer.read(viewer.page).fields["unit.reason"] == "Coolant 5 °C above its own normal at the same load"
    for nonsense in (None, 7, "k", ["c"], {"units": "f"}):
        viewer.measure(nonsense)
    assert viewer.read(viewer.units) == "c"


def test_what_an_address_asks_for_in_vain_is_said_on_the_page(viewer: Any) -> None:
    viewer.go(parse("?page=fleet&units=kelvin"))
    fields = sent(viewer)
    assert fields["notice"].startswith("The address asks for units that do not exist")
    assert fields["notice.hidden"] is None
    viewer.go(parse("?page=fleet"))
    assert sent(viewer)["notice.hidden"] == ""


def test_a_followed_sample_stays_while_newer_ones_come(fleet: Any, viewer: Any) -> None:
    ts = fleet.unit("truck_07").newest[0].ts
    assert viewer.follow({"unit": "truck_07", "ts": ts})
    assert viewer.read(viewer.journey) is not None
    for _ in range(20):
        fleet.step()
    assert viewer.read(viewer.journey).ts == ts
    assert viewer.follow(None)
    assert viewer.read(viewer.journey) is None


@pytest.mark.parametrize(
    "asked",
    [{"unit": "nobody", "ts": 1.0}, {"unit": "truck_07"}, {"unit": "truck_07", "ts": "1"},
     {"unit": ["truck_07"], "ts": 1},
     {"unit": "truck_07", "ts": float("nan")}, {"unit": "truck_07", "ts": 10**400}, {"unit": "x" * 65, "ts": 1},
     {"unit": "truck_07", "ts": -1}, {"unit": "truck_07", "ts": 5.0}],
)  # fmt: skip
def test_a_sample_that_is_none_is_not_followed(viewer: Any, asked: object) -> None:
    assert not viewer.follow(asked)
    assert viewer.read(viewer.journey) is None


@pytest.mark.parametrize(
    "asked",
    [None, 7, [], {}, {"id": 7}, {"id": ""}, {"id": "x" * 201}, {"id": "no.such.1"},
     {"id": COOLING, "kind": "forget"}, {"id": COOLING, "kind": ["note"]}, {"id": COOLING, "kind": "note", "note": 7},
     {"id": COOLING, "kind": "note"}, {"id": COOLING, "kind": "note", "note": "x" * 501},
     {"id": COOLING, "kind": "note", "note": "\x07"}, {"id": COOLING, "kind": "note", "note": "\ud800"},
     {"id": COOLING, "kind": "acknowledge", "who": "x" * 61}, {"id": COOLING, "kind": "acknowledge", "who": "K\nim"},
     {"id": COOLING, "kind": "acknowledge", "who": None}, {"id": COOLING, "kind": "silence", "silence": "1e9"},
     {"id": COOLING, "kind": "unsilence"}, {"id": COOLING, "kind": "undo"}, {"id": COOLING, "kind": "sign"}],
)  # fmt: skip
async def test_work_on_an_insight_that_makes_no_sense_gets_a_sentence(fleet: Any, asked: object) -> None:
    if isinstance(asked, dict) and "kind" not in asked:
        asked = {"kind": "acknowledge", **asked}
    answer = await work(fleet, asked)
    assert not answer.ok
    assert answer.sentence.endswith(".")


async def test_an_acknowledged_insight_stays_open_and_counted(fleet: Any) -> None:
    assert (await work(fleet, {"kind": "acknowledge", "id": COOLING, "nonce": 3})).ok
    assert fleet.snapshot().loop.insights_open == 3
