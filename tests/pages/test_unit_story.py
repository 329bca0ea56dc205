"""The unit page's own story: what its score is, why, what to do about it, and the unit against itself."""

from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from connected_ops.read_model import EpisodeView, IndicatorView, UnitView
from shiny_app.shell import in_units
from shiny_app.unit.decision import NOTHING_LOST, SAME_STOP, decision_fields, money_words
from shiny_app.unit.signal_charts import TOO_YOUNG, bounds, chart_fields, signed
from shiny_app.unit.view import structure, unit_fields, unit_page
from shiny_app.unit.why import facts

DAY = 86_400.0

Serve = Callable[..., Any]


@pytest.fixture
def truck(fleet: Any) -> UnitView:
    return fleet.unit("truck_07")


@pytest.fixture
def cooling(truck: UnitView) -> EpisodeView:
    return truck.episodes[0]


def page_of(view: UnitView) -> str:
    return str(unit_page(view, unit_fields(view, ())))


def test_what_the_machine_does_now_is_said_in_a_word_unless_it_is_silent(truck: UnitView) -> None:
    driven = replace(truck, regime="at speed, 40 mph and more")
    assert unit_fields(driven, ())["unit.regime"] == "Now: at speed"
    silent = replace(driven, row=replace(driven.row, freshness="silent"))
    assert unit_fields(silent, ())["unit.regime"] == ""


def test_the_score_stands_beside_the_time_to_the_limit(truck: UnitView) -> None:
    fields = unit_fields(truck, ())
    assert fields["unit.lead"] == "2 to 5 days"
    assert fields["unit.limit"] == "to the maker's 225 °F warning"
    assert fields["unit.reason"] == truck.row.reason
    assert fields["unit.hours"] == "8,214.3 engine hours"


def test_without_a_time_to_a_limit_the_reason_leads(fleet: Any) -> None:
    fields = unit_fields(fleet.unit("van_04"), ())
    assert fields["unit.lead"] == "Nothing unusual"
    assert fields["unit.limit.hidden"] == fields["unit.reason.hidden"] == ""


def test_a_silent_unit_has_no_time_to_a_limit(truck: UnitView) -> None:
    silent = replace(truck, row=replace(truck.row, freshness="silent", silence_s=190))
    fields = unit_fields(silent, ())
    assert (fields["unit.lead"], fields["unit.pill"]) == (truck.row.reason, "High, silent for 3 min")


def test_a_limit_without_a_unit_of_measurement_says_its_figure(fleet: Any) -> None:
    fields = unit_fields(fleet.unit("van_03"), ())
    assert (fields["unit.lead"], fields["unit.limit"]) == ("2 to 9 days", "to the warning limit of 2.40")


def test_the_most_pressing_episode_says_what_to_do_and_what_it_saves(truck: UnitView, cooling: EpisodeView) -> None:
    fields = decision_fields(truck)
    assert fields["todo.title"] == "Cooling margin shrinking"
    assert fields["todo.advice"] == cooling.advice
    assert f"{fields['todo.money']}{fields['todo.saved']}{fields['todo.saved.after']}" == (
        "Acting now $1,340, waiting $3,887 expected: saves $2,547."
    )
    assert fields["todo.calm.hidden"] == ""
    assert fields["todo.hidden"] is None


def test_a_sensor_episode_saves_nothing_and_says_why(fleet: Any) -> None:
    fields = decision_fields(fleet.unit("genset_1"))
    assert (fields["todo.money"], fields["todo.saved"]) == (NOTHING_LOST, "")


def test_an_episode_that_is_cheaper_to_leave_says_so(cooling: EpisodeView) -> None:
    assert cooling.money is not None
    money = replace(cooling.money, wait_usd=900, saved_usd=-440)
    assert "".join(money_words(replace(cooling, money=money))) == (
        "Acting now $1,340, waiting $900 expected: waiting is cheaper by $440."
    )


def test_a_stop_that_serves_two_episodes_is_counted_once(cooling: EpisodeView) -> None:
    assert cooling.money is not None
    shared = replace(cooling, money=replace(cooling.money, counted=False))
    assert money_words(shared)[2] == f". {SAME_STOP}"


def test_the_other_open_episodes_are_listed_and_closed_ones_are_not(truck: UnitView, cooling: EpisodeView) -> None:
    other = replace(cooling, id="truck_07.vibration.2", title="Vibration above its normal")
    closed = replace(cooling, id="truck_07.cooling.0", state="closed", closed_at=truck.at - DAY)
    fields = decision_fields(replace(truck, episodes=(cooling, other, closed)))
    assert fields["todo.more"] == ("truck_07.vibration.2",)
    assert fields["todo.more/truck_07.vibration.2/title"] == "Vibration above its normal"


def test_nothing_to_do_is_said_calmly_with_what_was_last(fleet: Any) -> None:
    fields = decision_fields(fleet.unit("van_04"))
    assert fields["todo.calm"] == "Nothing to do. Nothing unusual."
    assert str(fields["todo.last"]).startswith("Last: Vibration above its normal, closed ")
    assert fields["todo.hidden"] == ""


def test_nothing_is_called_usual_where_the_score_is_not_low(truck: UnitView) -> None:
    fields = decision_fields(replace(truck, episodes=()))
    assert fields["todo.calm"] == "Nothing to do yet: no episode is open."


def test_the_unit_against_itself_says_its_difference_margin_and_onset(truck: UnitView) -> None:
    fields = chart_fields(truck)
    assert fields["drift.value"] == "+9 °F"
    assert str(fields["drift.about"]).startswith("warning margin 15 °F · since 19 Nov")
    assert str(fields["drift.alt"]).startswith(
        "Coolant above its own normal at the same load and weather, over 14 days"
    )
    celsius = chart_fields(in_units.unit(truck, True))
    assert celsius["drift.value"] == "+5.0 °C"


def test_a_young_unit_says_what_it_needs_instead_of_a_chart(fleet: Any) -> None:
    view = fleet.unit("van_04")
    html = page_of(view)
    assert TOO_YOUNG in html
    assert 'data-chart="against_itself"' not in html
    assert structure(view) != structure(replace(view, drift=fleet.unit("truck_07").drift))


def test_charts_are_asked_for_in_the_units_of_the_page(truck: UnitView) -> None:
    assert "data-units" not in page_of(truck)
    assert (
        page_of(in_units.unit(truck, True)).count('data-units="c"') == 4
    )  # coolant, intake air, speed, and coolant against itself


@pytest.mark.parametrize(
    ("value", "text"), [(9.2, "+9 °F"), (-2.4, "−2 °F"), (0.2, "0 °F"), (-0.2, "0 °F"), (inf, "–")]
)
def test_a_difference_shows_its_direction(value: float, text: str) -> None:
    assert signed(value, "°F", 0) == text


@pytest.mark.e2e
def test_an_acknowledged_episode_says_when_and_by_the_server(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=unit&unit=truck_07")
    todo = page.get_by_test_id("what-to-do")
    expect(page.get_by_test_id("episode-title")).to_have_text("Cooling margin shrinking")
    expect(page.get_by_test_id("episode-saved")).to_have_text("$2,547")
    page.get_by_test_id("acknowledge").click()
    expect(todo).to_contain_text("Acknowledged")
    expect(page.get_by_test_id("acknowledge")).to_be_hidden()
    assert fleet.pressed == [("acknowledge", "truck_07.cooling.1", None)]
    page.reload()
    expect(page.get_by_test_id("what-to-do")).to_contain_text("Acknowledged")
    expect(page.get_by_test_id("acknowledge")).to_be_hidden()


@pytest.mark.e2e
def test_an_episode_comes_and_goes_without_a_reload(page: Page, fleet: Any, serve: Serve) -> None:
    said, fleet.said[:] = list(fleet.said), []
    page.goto(serve(fleet).url + "?page=unit&unit=truck_07")
    expect(page.get_by_test_id("what-to-do")).to_contain_text("no episode is open")
    expect(page.get_by_test_id("episode-title")).to_be_hidden()
    fleet.said[:] = [said[0], replace(said[0], id="truck_07.vibration.2", title="Vibration above its normal")]
    fleet.step()
    expect(page.get_by_test_id("episode-title")).to_have_text("Cooling margin shrinking")
    page.get_by_test_id("acknowledge-more").click()
    expect(page.locator(".more-episodes li")).to_contain_text("Acknowledged")
    assert fleet.pressed[-1] == ("acknowledge", "truck_07.vibration.2", None)
    fleet.said[:] = []
    fleet.step()
    expect(page.get_by_test_id("episode-title")).to_be_hidden()
    expect(page.locator(".more-episodes li")).to_have_count(0)


def test_what_a_file_calls_the_unit_stands_beside_its_id(fleet: Any) -> None:
    fleet.set("van_04", name="Volvo <Süd>", site="Depot Graz")
    assert unit_fields(fleet.unit("van_04"), ())["unit.about"] == "Volvo <Süd> · Depot Graz · Delivery van"
    assert "Volvo &lt;Süd&gt; · Depot Graz" in page_of(fleet.unit("van_04"))
    assert unit_fields(fleet.unit("van_03"), ())["unit.about"] == "Delivery van"


def test_a_normal_that_is_set_for_a_unit_is_its_own_and_no_class_s(fleet: Any) -> None:
    signal = replace(fleet.unit("van_04").signals[0], own_normal=(178, 200), learned=False)
    assert bounds(signal).startswith("class normal 178–200")
    assert bounds(replace(signal, set_for_it=True)).startswith("its normal 178–200")
    view = fleet.unit("van_04")
    indicator = IndicatorView("coolant_level", "Coolant", 0.0, normal=(178, 200), learned=False)
    assert facts(indicator, view)["normal"][0] == "Class normal"
    assert facts(replace(indicator, set_for_it=True), view)["normal"][0] == "Normal set for it"
