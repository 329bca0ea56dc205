"""The Fleet page: dollars first, how seldom we spoke, how early, and what happened."""

from typing import Any

import pytest

from shiny_app.fleet.view import fleet_fields, money_fields
from shiny_app.insights.feed import in_short


@pytest.fixture
def fields(fleet: Any) -> Any:
    return lambda: fleet_fields(fleet.snapshot(), fleet.rows(), fleet.episodes())


def test_the_headline_says_what_acting_now_saves(fields: Any) -> None:
    shown = fields()
    assert (shown["fleet.deciding"], shown["fleet.saved"]) == ("2 units need a decision", "$3,667")
    assert shown["fleet.saved.note"] == "saved by acting now: $2,110 instead of $5,777 expected"
    assert shown["fleet.spoken.note"] == "times about a machine; fixed limits raised 247 alarms"
    assert (shown["fleet.lead"], shown["fleet.lead.note"]) == ("2 to 5 d", "truck_07, cooling")


def test_the_dollars_shown_add_up_where_cents_would_not() -> None:
    shown = money_fields(1, 1000.5, 3000.4, 1999.9)
    assert shown["fleet.saved"] == "$2,000"
    assert shown["fleet.saved.note"] == "saved by acting now: $1,000 instead of $3,000 expected"


def test_a_fleet_with_nothing_open_is_calm(fleet: Any, fields: Any) -> None:
    fleet.said.clear()
    shown = fields()
    assert (shown["fleet.deciding"], shown["fleet.saved"]) == ("No unit needs a decision", "$0")
    assert (shown["fleet.lead"], shown["fleet.lead.note"]) == ("None due", "no unit is on its way to a limit")
    assert shown["feed"] == ()
    assert shown["feed.none.hidden"] is None
    assert shown["units/truck_07/limit"] == shown["units/truck_07/saved"] == "–"


def test_a_unit_with_an_insight_says_how_long_and_how_much(fields: Any) -> None:
    shown = fields()
    assert (shown["units/truck_07/limit"], shown["units/truck_07/saved"]) == ("2 to 5 d", "$2,547")


def test_a_late_unit_says_when_it_was_heard(fleet: Any, fields: Any) -> None:
    fleet.set("van_04", silence_s=45.0)
    assert fields()["units/van_04/class"] == "Delivery van · 45 s ago"


def test_what_happened_is_newest_first_and_says_what_it_is(fields: Any) -> None:
    shown = fields()
    assert shown["feed"][:2] == ("genset_1.intake_air_temp_f.1", "van_03.vibration.1")
    assert len(shown["feed"]) == 5
    assert shown["feed.all"] == "All 14"
    assert shown["feed/genset_1.intake_air_temp_f.1/tone"] == "dot silent"
    assert shown["feed/genset_1.intake_air_temp_f.1/told"].startswith(" · Sensor, open · Intake air read −40 °F")
    assert shown["feed/truck_07.cooling.1/told"].endswith("Clean radiator and charge-air cooler in the yard.")


def test_advice_in_short_is_its_first_sentence_or_nothing() -> None:
    assert in_short("Ease off. The cap stays shut.") == "Ease off."
    assert in_short("") == in_short("x" * 200) == ""


def test_what_a_file_calls_a_unit_stands_under_its_id(fleet: Any, fields: Any) -> None:
    fleet.set("van_04", name="Volvo, Süd", site="Depot Graz")
    shown = fields()
    assert (shown["units/van_04/name"], shown["units/van_04/name.hidden"]) == ("Volvo, Süd · Depot Graz", None)
    assert (shown["units/van_03/name"], shown["units/van_03/name.hidden"]) == ("", "")
