"""The Insights page: what is open with what to do, and what is over."""

from dataclasses import replace
from typing import Any

import pytest

from shiny_app.insights.view import NO_COST, insights_fields, insights_page, measured, money_words

COOLING = "insights/truck_07.cooling.1"
SENSOR = "insights/genset_1.intake_air_temp_f.1"


@pytest.fixture
def fields(fleet: Any) -> Any:
    return lambda: insights_fields(fleet.snapshot(), fleet.episodes())


def test_an_open_insight_says_all_that_a_mechanic_asks(fields: Any) -> None:
    shown = fields()
    assert shown["insights"][0] == "truck_07.cooling.1"
    assert shown[f"{COOLING}/measured"] == "216 °F, limit 225 °F"
    assert shown[f"{COOLING}/limit"] == "in 2 to 5 d, 8 times of 10"
    assert shown[f"{COOLING}/money"] == "Acting now $1,340, waiting $3,887 expected."
    assert shown[f"{COOLING}/saved"] == "$2,547"
    assert ", said " in shown[f"{COOLING}/since"]
    for line in ("reason", "advice", "cause", "check", "urgency"):
        assert shown[f"{COOLING}/{line}"]


def test_a_sensor_is_told_from_a_machine_and_costs_nothing(fields: Any) -> None:
    shown = fields()
    assert (shown[f"{COOLING}/kind"], shown[f"{SENSOR}/kind"]) == ("Machine", "Sensor")
    assert shown[f"{COOLING}/icon"] != shown[f"{SENSOR}/icon"]
    assert (shown[f"{SENSOR}/money"], shown[f"{SENSOR}/saved"]) == (NO_COST, "$0")
    assert shown[f"{SENSOR}/limit.hidden"] == ""


def test_how_often_we_spoke_stands_beside_what_fixed_limits_would_have_raised(fields: Any) -> None:
    shown = fields()
    assert (shown["insights.open"], shown["insights.fixed"]) == ("3", "247")
    assert shown["insights.told"] == "Fixed limits: 247 alarms, we spoke 13 times."


def test_both_counts_are_told_per_unit_hour_too(fleet: Any) -> None:
    shot = fleet.snapshot()
    loop = replace(shot.loop, spoken=13, fixed_alarms=247, heard_h=20.0)
    shown = insights_fields(replace(shot, loop=loop), ())
    assert shown["insights.spoken.note"] == "times about a machine, 0.65 per unit-hour"
    assert shown["insights.fixed.note"] == "alarms on the same data, 12 per unit-hour"
    shown = insights_fields(replace(shot, loop=replace(loop, heard_h=0.0)), ())
    assert shown["insights.spoken.note"] == "times about a machine"


def test_an_insight_has_the_names_of_a_makers_tool_where_there_are_some(fleet: Any, fields: Any) -> None:
    fleet.said[0] = replace(fleet.said[0], codes=("P0217", "SPN 110, FMI 0"))
    assert fields()[f"{COOLING}/codes"] == "P0217 · SPN 110, FMI 0"
    assert fields()[f"{SENSOR}/codes.hidden"] == ""


def test_an_acknowledged_insight_has_no_button_any_more(fleet: Any, fields: Any) -> None:
    assert fields()[f"{COOLING}/seen.hidden"] == ""
    fleet.said[0] = replace(fleet.said[0], state="acknowledged", acknowledged_at=fleet.at)
    shown = fields()
    assert shown[f"{COOLING}/seen"].startswith("Acknowledged ")
    assert (shown[f"{COOLING}/seen.hidden"], shown[f"{COOLING}/acknowledge.hidden"]) == (None, "")


def test_nothing_open_is_a_calm_page(fleet: Any, fields: Any) -> None:
    fleet.said[:] = fleet.said[3:]
    shown = fields()
    assert shown["insights.open.note"] == "Nothing unusual"
    assert shown["insights.calm.hidden"] is None
    assert shown["insights"] == ()
    assert len(shown["closed"]) == 11


def test_a_stop_that_serves_two_insights_is_counted_once(fleet: Any) -> None:
    episode = fleet.said[0]
    second = replace(episode, money=replace(episode.money, counted=False))
    assert money_words(second).endswith("counted with another insight of this unit, one stop serves both.")


def test_a_value_that_is_not_there_is_left_out(fleet: Any) -> None:
    assert measured(replace(fleet.said[0], value=None)) == ""
    assert measured(replace(fleet.said[0], limit=None)) == "216 °F"


def test_words_from_outside_are_never_markup_on_a_card(fleet: Any) -> None:
    bad = '"><img src=x onerror=alert(1)>{key}'
    fleet.said[0] = replace(fleet.said[0], id=bad, vehicle_id=bad, title=bad, reason=bad, advice=bad, class_label=bad)
    html = str(insights_page(insights_fields(fleet.snapshot(), fleet.episodes())))
    assert "<img" not in html


def test_many_insights_are_cut_to_the_most_pressing_and_that_is_said(fleet: Any, fields: Any) -> None:
    fleet.said[:] = [replace(fleet.said[-1], id=f"old.{k}") for k in range(120)]
    shown = fields()
    assert len(shown["closed"]) == 50
    assert shown["closed.note"] == "50 of 120 shown"
