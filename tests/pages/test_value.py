"""The Value page: its fields, and its sliders in a real browser."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from connected_ops.read_model import AssumptionView, EpisodeView, ValueView
from shiny_app.value.assumptions import said, source_note
from shiny_app.value.view import SHOWN, break_even, structure, value_fields, value_page

Serve = Callable[..., Any]

CONNECTED = "window.Shiny?.shinyapp?.isConnected()"
DAY = AssumptionView("day_vehicle", "A vehicle's day of downtime", "Days", "$/day", 600, 448, 600, 760, 0, 5000, 10,
                     "gettread.com", 2024, False)  # fmt: skip


@pytest.fixture(autouse=True)
def a_lock_of_its_own_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shiny keeps one lock for the process, bound to the loop where it was first waited for; each test here has its
    own server and loop, and a slider's input and a snapshot do wait for each other."""
    monkeypatch.setattr("shiny.reactive._core._reactive_environment._lock", None)


def money_of(view: ValueView, **changed: Any) -> EpisodeView:
    first = view.episodes[0]
    assert first.money is not None
    return replace(first, money=replace(first.money, **changed))


def test_the_headline_is_the_fleet_and_the_episode_that_saves_most(fleet: Any) -> None:
    fields = value_fields(fleet.value({}), metric=False)
    assert fields["value.wait"] == "$5,777"
    assert fields["value.wait.note"] == "on 2 units; acting now costs $2,110"
    assert fields["value.saved"] == "$3,667"
    assert fields["value.saved.note"] == "low $1,540 · high $5,790"
    assert fields["first.even"] == "17 %"
    assert fields["first.note"] == "truck_07, cooling"
    assert fields["first.figures"] == "act=1340&fails=6939&holds=157&chance=550&low=350&high=750"


def test_the_chart_is_kept_under_the_assumptions_of_the_page(fleet: Any) -> None:
    fields = value_fields(fleet.value({"chance_cooling": 40}), metric=False)
    assert fields["first.png"] == "charts/value/break-even.save.png?episode=truck_07.cooling.1&chance_cooling=40"


def test_the_formula_stands_line_by_line(fleet: Any) -> None:
    formula = value_fields(fleet.value({}), metric=False)["first.formula"]
    assert isinstance(formula, str)
    assert formula.splitlines()[-1] == "Saved: $3,887 − $1,340 = $2,547"


def test_with_nothing_open_nothing_is_at_stake(fleet: Any) -> None:
    fleet.said.clear()
    view = fleet.value({})
    fields = value_fields(view, metric=False)
    assert (fields["value.wait"], fields["value.saved"], fields["first.even"]) == ("$0", "$0", "–")
    assert fields["value.open.hidden"] == ""
    assert fields["value.calm.hidden"] is None
    html = str(value_page(view, fields))
    assert "No unit needs a decision now." in html
    assert 'data-testid="slider-chance_cooling"' in html


def test_where_waiting_is_cheaper_the_page_says_so(fleet: Any) -> None:
    view = fleet.value({})
    dear = money_of(view, saved_usd=-20.0, counted=False)
    fields = value_fields(replace(view, episodes=(dear,), units=0, wait_usd=0.0, saved_usd=0.0), metric=False)
    assert fields["value.wait.note"] == "waiting is the cheaper choice"
    assert fields[f"priced/{dear.id}/counted"] == "Waiting is cheaper"
    assert fields[f"priced/{dear.id}/saved"] == "−$20"


def test_one_stop_serves_two_episodes_of_a_unit(fleet: Any) -> None:
    view = fleet.value({})
    second = money_of(view, counted=False)
    fields = value_fields(replace(view, episodes=(second,)), metric=False)
    assert fields[f"priced/{second.id}/counted"] == "One stop serves both"


@pytest.mark.parametrize(("act", "said_of_it"), [(100.0, "any chance"), (9_000.0, "no chance")])
def test_lines_that_never_cross_are_said_in_words(fleet: Any, act: float, said_of_it: str) -> None:
    money = money_of(fleet.value({}), act_usd=act, break_even=None).money
    assert money is not None
    assert break_even(money) == said_of_it


def test_a_large_fleet_shows_those_that_save_most_and_says_so(fleet: Any) -> None:
    view = fleet.value({})
    many = tuple(replace(view.episodes[0], id=f"e{k}") for k in range(300))
    fields = value_fields(replace(view, episodes=many), metric=False)
    assert len(fields["priced"] or ()) == SHOWN
    assert fields["value.shown"] == "50 of 300 shown, the largest saving first"


def test_temperatures_in_an_episodes_words_follow_the_unit(fleet: Any) -> None:
    fields = value_fields(fleet.value({}), metric=True)
    assert "10 °C" in str(fields["priced/truck_07.cooling.1/urgency"])


def test_a_value_is_said_as_people_write_it() -> None:
    pairs = [(600, "$/day"), (1, "days"), (0.5, "days"), (1485, "$"), (55, "%"), (1.1, "h"), (150, "$/h")]
    assert [said(*pair) for pair in pairs] == [
        "$600 a day", "1 day", "0.5 days", "$1,485", "55 %", "1.1 h", "$150 an hour",
    ]  # fmt: skip
    assert source_note(DAY) == "$448 to $760 a day · gettread.com, 2024"


def test_the_body_stays_while_a_slider_moves_and_episodes_come_and_go(fleet: Any) -> None:
    before = structure(fleet.value({}))
    assert structure(fleet.value({"chance_cooling": 80.0})) == before
    fleet.said.clear()
    assert structure(fleet.value({})) == before
    changed = replace(fleet.value({}), assumptions=(DAY,))
    assert structure(changed) != before


def test_what_could_not_be_used_is_told(fleet: Any) -> None:
    fields = value_fields(fleet.value({"chance_cooling": 300.0}), metric=False)
    assert "300 is out of range" in str(fields["value.said"])
    assert fields["assume.chance_cooling"] == "100 %"
    assert fields["assume.chance_cooling.was"] == "default 55 %"
    assert fields["assume.changed"] == "1 changed"


def test_words_from_outside_are_never_markup(fleet: Any) -> None:
    view = fleet.value({})
    bad = '"><img src=x onerror=alert(1)>'
    hostile = replace(view.episodes[0], vehicle_id=bad, title=bad, mode_label=bad)
    view = replace(view, episodes=(hostile,), sentences=(bad,))
    assert "<img src=x" not in str(value_page(view, value_fields(view, metric=False)))


@pytest.mark.e2e
def test_a_slider_moves_with_the_keyboard_and_the_money_with_it(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=value")
    page.wait_for_function(CONNECTED)
    slider = page.get_by_label("Chance of failing if ignored: cooling")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#said-chance_cooling")).to_have_text("60 %")
    expect(page.get_by_test_id("value-wait")).to_have_text("$6,116")
    expect(page).to_have_url(re.compile(r"page=value&chance_cooling=60$"))
    expect(slider).to_have_attribute("aria-valuetext", "60 %")
    page.reload()
    expect(page.get_by_test_id("slider-chance_cooling")).to_have_value("60")
    expect(page.get_by_test_id("value-wait")).to_have_text("$6,116")
    page.wait_for_function(CONNECTED)
    page.get_by_test_id("assumptions-reset").click()
    expect(page.get_by_test_id("value-wait")).to_have_text("$5,777")
    expect(page.get_by_test_id("slider-chance_cooling")).to_have_value("55")
    expect(page).to_have_url(re.compile(r"page=value$"))


@pytest.mark.e2e
def test_a_slider_under_a_hand_is_not_moved_by_what_arrives(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=value")
    page.wait_for_function(CONNECTED)
    slider = page.get_by_test_id("slider-chance_cooling")
    box = slider.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.55, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2, steps=6)
    held = slider.input_value()
    assert 75 <= int(held) <= 85
    for _ in range(3):
        shown = page.get_by_test_id("source-badge").text_content() or ""
        fleet.step()
        expect(page.get_by_test_id("source-badge")).not_to_have_text(shown)
        assert slider.input_value() == held
    page.mouse.up()
    expect(page.locator("#said-chance_cooling")).to_have_text(f"{held} %")
    expect(page.locator(".slider[data-changed] input")).to_have_attribute("name", "chance_cooling")
    assert slider.input_value() == held


@pytest.mark.e2e
def test_another_insight_can_be_picked_and_stays_picked(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=value")
    page.wait_for_function(CONNECTED)
    expect(page.get_by_test_id("value-break-even")).to_have_text("17 %")
    expect(page.locator("img[data-break-even]")).to_have_attribute("src", re.compile("act=1340.*theme=light"))
    page.get_by_label("Insight", exact=True).select_option("van_03.vibration.1")
    expect(page.get_by_test_id("value-break-even")).to_have_text("11 %")
    expect(page.get_by_test_id("value-formula")).to_contain_text("$470 repair")
    expect(page.locator("img[data-break-even]")).to_have_attribute("src", re.compile("act=770"))
    kept = page.get_by_role("link", name="Save the break-even chart as SVG")
    expect(kept).to_have_attribute("href", "charts/value/break-even.svg?episode=van_03.vibration.1")
    shown = page.get_by_test_id("source-badge").text_content() or ""
    fleet.step()
    expect(page.get_by_test_id("source-badge")).not_to_have_text(shown)
    expect(page.get_by_test_id("value-break-even")).to_have_text("11 %")
    fleet.said[:] = [each for each in fleet.said if each.vehicle_id != "van_03"]
    fleet.step()
    expect(page.get_by_test_id("value-break-even")).to_have_text("17 %")


@pytest.mark.e2e
def test_a_value_out_of_range_in_the_address_is_clamped_and_said(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=value&chance_cooling=300")
    expect(page.get_by_test_id("value-said")).to_contain_text("300 is out of range")
    expect(page.get_by_test_id("slider-chance_cooling")).to_have_value("100")


@pytest.mark.e2e
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_scrolls_sideways_on_a_phone(page: Page, fleet: Any, serve: Serve, theme: str) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(serve(fleet).url + f"?page=value&theme={theme}")
    expect(page.get_by_test_id("value-wait")).to_be_visible()
    page.locator("details").evaluate_all("nodes => nodes.forEach(node => { node.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    heights = page.locator("main :is(a, button, select, summary, input):visible").evaluate_all(
        "nodes => nodes.filter(node => !node.closest('td')).map(node => node.getBoundingClientRect().height)"
    )
    assert min(heights) >= 24
