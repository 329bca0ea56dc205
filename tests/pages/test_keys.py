"""The keys, the dialog that lists them, and the search box, in a browser."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

Serve = Callable[..., Any]


@pytest.fixture
def at_home(page: Page, fleet: Any, serve: Serve) -> Page:
    """The fleet page, connected."""
    page.goto(serve(fleet).url)
    page.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    return page


def test_two_keys_lead_to_each_page_and_back_leads_home(at_home: Page) -> None:
    names = {"u": "unit", "i": "insights", "v": "value", "q": "quality", "b": "backtest", "f": "fleet"}
    for key, name in names.items():
        at_home.keyboard.press("g")
        at_home.keyboard.press(key)
        expect(at_home.get_by_test_id(f"nav-{name}")).to_have_attribute("aria-current", "page")
        expect(at_home.locator("#page h1")).to_be_focused()
    at_home.go_back()
    expect(at_home.get_by_test_id("nav-backtest")).to_have_attribute("aria-current", "page")
    at_home.go_forward()
    expect(at_home.get_by_test_id("nav-fleet")).to_have_attribute("aria-current", "page")


def test_the_question_mark_lists_the_keys_and_gives_the_focus_back(at_home: Page) -> None:
    theme = at_home.get_by_test_id("theme")
    theme.focus()
    at_home.keyboard.press("?")
    dialog = at_home.get_by_test_id("keys-dialog")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("find a unit")
    at_home.keyboard.press("t")
    expect(at_home.locator("html")).to_have_attribute("data-theme", "light")
    at_home.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(theme).to_be_focused()
    at_home.get_by_test_id("keys").click()
    expect(dialog).to_be_visible()


def test_theme_and_units_change_by_a_key(at_home: Page) -> None:
    at_home.keyboard.press("t")
    expect(at_home.locator("html")).to_have_attribute("data-theme", "dark")
    at_home.keyboard.press("m")
    expect(at_home.get_by_test_id("units")).to_have_text("°C")
    expect(at_home.get_by_test_id("units")).to_have_attribute("aria-label", "°C · km/h, switch to °F · mph")
    expect(at_home.get_by_test_id("unit-row-van_03")).to_contain_text("above 64 km/h")


def test_no_key_acts_with_a_modifier_in_a_field_or_where_keys_are_off(at_home: Page) -> None:
    at_home.keyboard.press("Control+t")
    at_home.get_by_test_id("fault-unit").focus()
    at_home.keyboard.press("t")
    at_home.get_by_test_id("keys").click()
    at_home.get_by_test_id("keys-on").uncheck()
    at_home.keyboard.press("Escape")
    at_home.keyboard.press("t")
    expect(at_home.locator("html")).to_have_attribute("data-theme", "light")
    at_home.reload()
    at_home.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    at_home.keyboard.press("?")
    expect(at_home.get_by_test_id("keys-dialog")).to_be_hidden()


def test_brackets_step_through_the_units_in_the_order_of_risk(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=unit&unit=truck_07")
    page.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    page.keyboard.press("]")
    expect(page).to_have_url(re.compile("unit=van_03"))
    expect(page.locator("#page h1")).to_have_text("van_03")
    page.keyboard.press("[")
    expect(page).to_have_url(re.compile("unit=truck_07"))
    expect(page.locator("#page h1")).to_have_text("truck_07")
    page.keyboard.press("[")
    expect(page.locator("#toast")).to_have_text("truck_07 is the first in the order of risk.")
    page.go_back()
    expect(page).to_have_url(re.compile("unit=van_03"))


def test_a_unit_among_many_is_found_with_the_keyboard_alone(
    page: Page, fleet: Any, make_unit: Any, serve: Serve
) -> None:
    for at in range(600):
        fleet.units[f"unit_{at:05}"] = make_unit(f"unit_{at:05}", "Delivery van")
    page.goto(serve(fleet).url + "?page=insights")
    page.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    page.keyboard.press("/")
    expect(page.get_by_test_id("find-box")).to_be_focused()
    expect(page.get_by_test_id("find-said")).to_have_text("612 units, the first 12 shown")
    page.keyboard.type("0555")
    expect(page.get_by_test_id("find-list").get_by_role("option")).to_have_count(1)
    page.keyboard.type("5")
    expect(page.get_by_test_id("find-said")).to_have_text("No unit has “05555” in its id, name or site.")
    page.get_by_test_id("find-box").fill("truck")
    options = page.get_by_test_id("find-list").get_by_role("option")
    expect(options).to_have_count(3)
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_test_id("find-box")).to_have_attribute("aria-activedescendant", "find-1")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("find-dialog")).to_be_hidden()
    expect(page.locator("#page h1")).to_have_text("truck_02")
    page.go_back()
    expect(page.get_by_test_id("nav-insights")).to_have_attribute("aria-current", "page")


def test_a_slash_goes_to_a_search_of_its_own_where_a_page_has_one(at_home: Page) -> None:
    at_home.keyboard.press("/")
    expect(at_home.locator("[data-search]")).to_be_focused()
    at_home.keyboard.type("t")
    expect(at_home.locator("html")).to_have_attribute("data-theme", "light")


def test_a_unit_is_found_with_the_pointer_too(at_home: Page) -> None:
    at_home.get_by_test_id("find").click()
    at_home.get_by_test_id("find-list").get_by_text("genset_1").click()
    expect(at_home.locator("#page h1")).to_have_text("genset_1")


def test_an_id_of_markup_stays_text_in_the_list(page: Page, fleet: Any, make_unit: Any, serve: Serve) -> None:
    fleet.change(make_unit("<img src=x>", "Delivery van", 99))
    page.goto(serve(fleet).url)
    page.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    page.get_by_test_id("find").click()
    expect(page.get_by_test_id("find-list").get_by_text("<img src=x>")).to_be_visible()
    assert page.locator("#find-list img").count() == 0
