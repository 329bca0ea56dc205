"""Following one sample from the wire to the dollar."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from connected_ops.read_model import IndicatorView, JourneyView
from shiny_app.shell.loop import STAGES
from shiny_app.unit.decision import NOTHING_LOST
from shiny_app.unit.journey import as_sent, delay, journey_fields
from shiny_app.unit.view import unit_fields, unit_page

Serve = Callable[..., Any]


@pytest.fixture
def journey(fleet: Any) -> JourneyView:
    return fleet.journey("truck_07", fleet.at)


def listed(fields: dict[str, Any], name: str, part: str) -> list[Any]:
    return [fields[f"{name}/{key}/{part}"] for key in fields[name]]


def test_all_that_is_said_is_under_one_name(journey: JourneyView) -> None:
    for fields in (journey_fields(None), journey_fields(journey)):
        assert all(name.startswith("journey") for name in fields)


def test_the_card_is_hidden_until_a_sample_is_followed(fleet: Any) -> None:
    view = fleet.unit("truck_07")
    html = str(unit_page(view, unit_fields(view, ())))
    card = re.search(r'<section[^>]*data-testid="journey"[^>]*>', html)
    assert card
    assert ' hidden=""' in card[0]


def test_the_steps_have_the_words_and_the_order_of_the_loop(fleet: Any) -> None:
    view = fleet.unit("truck_07")
    html = str(unit_page(view, unit_fields(view, ())))
    steps = re.findall(r'class="step">\s*<h3>([^<]+)<', html)
    assert steps == [stage.label for stage in STAGES]


def test_the_points_add_up_to_the_score(journey: JourneyView) -> None:
    fields = journey_fields(journey)
    assert sum(map(float, listed(fields, "journey.points", "points"))) == 71
    assert fields["journey.score"] == "71"
    calm = journey_fields(replace(journey, score=0.2, band="Low", contributions=()))
    assert (calm["journey.points"], calm["journey.sum"]) == ((), "No mode has any points.")


def test_the_indicators_are_counted_and_stand_with_the_plainest_first(journey: JourneyView) -> None:
    fields = journey_fields(journey)
    assert fields["journey.speaking"] == "3 indicators, 2 speak"
    assert listed(fields, "journey.indicators", "evidence") == ["0.62", "0.10", "cannot be read"]
    one = journey_fields(replace(journey, indicators=(IndicatorView("a", "A", 1.0),)))
    assert one["journey.speaking"] == "1 indicator, 1 speaks"


def test_the_delay_from_the_unit_to_here_is_told(journey: JourneyView) -> None:
    assert delay(journey).endswith("0.2 s after it was measured")
    assert delay(replace(journey, arrived=journey.ts + 7_500)).endswith("2 h 5 min after it was measured")
    assert "its clock is 3.0 s ahead" in delay(replace(journey, arrived=journey.ts - 3))


@pytest.mark.parametrize(
    ("value", "text"), [(207.0, "207"), (207.36, "207.36"), (1362.5, "1,362.5"), (-40, "−40"), (0.0, "0"), (None, "–")]
)
def test_values_stand_as_they_were_sent(value: float | None, text: str) -> None:
    assert as_sent(value) == text


def test_the_money_of_the_episode_comes_with_its_formula(journey: JourneyView) -> None:
    fields = journey_fields(journey)
    assert fields["journey.saved"] == "$2,547"
    assert len(listed(fields, "journey.formula", "said")) == 3
    assert listed(fields, "journey.episodes", "title") == ["Cooling margin shrinking"]


def test_the_episode_that_is_counted_gives_the_dollars(journey: JourneyView) -> None:
    (paid,) = journey.episodes
    assert paid.money is not None
    shared = replace(paid, id="other", money=replace(paid.money, counted=False, saved_usd=1.0))
    assert journey_fields(replace(journey, episodes=(shared, paid)))["journey.saved"] == "$2,547"


def test_a_sensor_episode_is_worth_nothing_and_says_why(fleet: Any) -> None:
    fields = journey_fields(fleet.journey("genset_1", fleet.at))
    assert fields["journey.money"] == f"$0: {NOTHING_LOST}"
    assert fields["journey.formula"] == ()


def test_where_there_is_no_episode_it_says_why_not(journey: JourneyView) -> None:
    none = replace(journey, episodes=())
    calm = replace(none, band="Low", score=3.0, indicators=())
    assert "has not lasted" in str(journey_fields(none)["journey.quiet"])
    assert journey_fields(calm)["journey.quiet"] == "No episode: nothing unusual."
    assert "rejected" in str(journey_fields(replace(none, verdict="rejected"))["journey.quiet"])
    assert journey_fields(calm)["journey.money"] == "$0: nothing to decide."


@pytest.mark.e2e
def test_a_samples_row_opens_its_journey_which_stays_while_samples_go_on(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=unit&unit=truck_07")
    journey, rows = page.get_by_test_id("journey"), page.get_by_test_id("sample-row")
    expect(journey).to_be_hidden()
    time = rows.nth(1).inner_text()
    rows.nth(1).click()
    expect(journey).to_be_visible()
    expect(journey).to_be_in_viewport()
    expect(journey.locator("h2")).to_contain_text(time)
    expect(journey).to_contain_text("Cooling margin shrinking")
    expect(journey).to_contain_text("saves $2,547.")
    expect(page.locator("button[data-ts][aria-expanded=true]")).to_have_text(time)
    for _ in range(12):
        fleet.step()
    expect(rows.first).not_to_have_text(time)
    expect(page.locator("button[data-ts][aria-expanded=true]")).to_have_count(0)
    expect(journey.locator("h2")).to_contain_text(time)
    page.get_by_test_id("journey-close").click()
    expect(journey).to_be_hidden()


@pytest.mark.e2e
def test_a_journey_is_opened_and_closed_with_the_keyboard_alone(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=unit&unit=truck_07")
    row = page.get_by_test_id("sample-row").nth(3)
    row.focus()
    page.keyboard.press("Enter")
    journey = page.get_by_test_id("journey")
    expect(journey).to_be_focused()
    page.keyboard.press("Escape")
    expect(journey).to_be_hidden()
    expect(row).to_be_focused()


@pytest.mark.e2e
def test_another_sample_takes_the_place_of_the_followed_one(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=unit&unit=truck_07")
    heading, rows = page.get_by_test_id("journey").locator("h2"), page.get_by_test_id("sample-row")
    for at in (4, 0):
        time = rows.nth(at).inner_text()
        rows.nth(at).click()
        expect(heading).to_contain_text(time)


@pytest.mark.e2e
def test_a_sample_that_is_gone_is_a_sentence(
    page: Page, fleet: Any, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet, "journey", lambda vehicle_id, ts: None)
    page.goto(serve(fleet).url + "?page=unit&unit=truck_07")
    page.get_by_test_id("sample-row").first.click()
    expect(page.locator("#toast")).to_contain_text("no longer among the newest")
    expect(page.get_by_test_id("journey")).to_be_hidden()


@pytest.mark.e2e
def test_the_steps_stand_under_each_other_on_a_phone(page: Page, fleet: Any, serve: Serve) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(serve(fleet).url + "?page=unit&unit=truck_07")
    page.get_by_test_id("sample-row").first.click()
    expect(page.get_by_test_id("journey")).to_be_visible()
    lefts = page.locator(".step").evaluate_all("steps => steps.map(step => step.getBoundingClientRect().left)")
    assert len(lefts) == 6
    assert len(set(lefts)) == 1
    assert page.evaluate("document.documentElement.scrollWidth") == 360
