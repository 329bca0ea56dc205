"""A page that stands still is sent nothing but what it asks for."""

from typing import Any

import pytest

from shiny_app.live.location import parse
from shiny_app.shell.format import clock


@pytest.fixture
def viewer(visit: Any) -> Any:
    viewer = visit("?page=unit&unit=truck_07")
    viewer.message()
    return viewer


def sent(viewer: Any) -> dict[str, Any]:
    fields = viewer.message()["set"]
    assert isinstance(fields, dict)
    return fields


def test_a_paused_page_is_told_since_when_what_its_charts_are_made_of_and_nothing_else(fleet: Any, viewer: Any) -> None:
    viewer.pause({"paused": True})
    told = sent(viewer)
    charts = {name: told.pop(name) for name in list(told) if name.startswith("chart.")}
    assert charts.pop("chart.held") == "1"
    assert charts["chart.coolant_temp_f.png"] == "charts/truck_07/coolant_temp_f.save.png?range=10m&held=1"
    assert {name.rpartition(".")[2] for name in charts} == {"png", "svg", "csv"}
    assert told == {
        "pause.pressed": "true",
        "pause.hidden": None,
        "pause.said": f"Paused at {clock(fleet.at)}. This page stands still; the fleet goes on.",
    }
    for score in (60, 61, 62):
        fleet.set("truck_07", score=score)
        assert sent(viewer) == {}


def test_the_time_of_the_pause_stays_when_it_is_pressed_again(fleet: Any, viewer: Any) -> None:
    viewer.pause({"paused": True})
    since = viewer.read(viewer.paused_at)
    fleet.step()
    viewer.pause({"paused": True})
    assert viewer.read(viewer.paused_at) == since


def test_resuming_brings_everything_up_to_date(fleet: Any, viewer: Any) -> None:
    viewer.pause({"paused": True})
    viewer.message()
    fleet.set("truck_07", score=60)
    viewer.pause({"paused": False})
    fields = sent(viewer)
    assert (fields["unit.score"], fields["pause.hidden"], fields["pause.said"]) == ("60", "", "")
    assert fields["chart.version"] == str(fleet.sequence)
    assert fields["chart.held"] is None
    assert fields["chart.coolant_temp_f.png"] == "charts/truck_07/coolant_temp_f.save.png?range=10m"


def test_a_page_is_brought_up_to_the_moment_of_its_pause(fleet: Any, viewer: Any) -> None:
    fleet.set("truck_07", score=60)
    viewer.pause({"paused": True})
    fields = sent(viewer)
    assert (fields["unit.score"], fields["chart.version"], fields["chart.held"]) == ("60", "2", "2")


def test_another_range_of_a_paused_page_is_held_at_that_moment(fleet: Any, viewer: Any) -> None:
    viewer.pause({"paused": True})
    viewer.message()
    fleet.step()
    viewer.go(parse("?page=unit&unit=truck_07&range=4h"))
    assert sent(viewer)["chart.held"] == "2"
    fleet.step()
    assert sent(viewer) == {}


def test_another_page_is_drawn_at_that_moment_and_then_stands_still_too(fleet: Any, viewer: Any) -> None:
    viewer.pause({"paused": True})
    viewer.message()
    fleet.set("van_03", score=52)
    viewer.go(parse("?page=unit&unit=van_03"))
    message = viewer.message()
    assert 'data-testid="unit-risk">52<' in str(message["page"])
    fleet.set("van_03", score=53)
    assert sent(viewer) == {}


def test_other_sessions_go_on(fleet: Any, visit: Any, viewer: Any) -> None:
    other = visit()
    other.message()
    viewer.pause({"paused": True})
    fleet.set("truck_07", reason="Coolant 250 °F, confirming")
    assert sent(other)["units/truck_07/why"] == "Coolant 250 °F, confirming"


@pytest.mark.parametrize("asked", [None, 7, "pause", [], {}, {"paused": "yes"}, {"paused": 1}, {"paused": None}])
def test_a_pause_that_cannot_be_read_changes_nothing(viewer: Any, asked: object) -> None:
    viewer.pause(asked)
    assert viewer.read(viewer.paused_at) is None
