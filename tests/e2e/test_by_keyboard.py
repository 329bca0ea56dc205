"""The whole demo without a pointer: from a calm fleet through a fault and its decision to the reset."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

MOST_STOPS = 160


def reach(page: Page, test_id: str) -> None:
    """Press Tab until the element, or what it holds, has the focus; from the page's end it goes on at its begin."""
    target = f'[data-testid="{test_id}"]'
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("target => document.activeElement.closest(target) !== null", target):
            return
    raise AssertionError(f"{test_id} is not reached within {MOST_STOPS} stops")


def test_the_whole_demo_is_played_with_the_keyboard_alone(disturbed: Any, visitor: Any) -> None:
    page = visitor.open(disturbed)
    reach(page, "fault-unit")
    page.keyboard.type("truck_07")
    expect(page.get_by_test_id("fault-unit")).to_have_value("truck_07")
    reach(page, "fault-radiator_blocked")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("unit-row-truck_07")).to_contain_text("High", timeout=60_000)
    reach(page, "unit-row-truck_07")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("truck_07")
    expect(page.get_by_test_id("what-to-do")).to_contain_text("Cooling margin shrinking")
    reach(page, "acknowledge")
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_contain_text("Acknowledged on truck_07")
    expect(page.get_by_test_id("who")).to_be_focused()
    page.keyboard.type("Sam")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("who")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("v")
    expect(page.get_by_test_id("nav-value")).to_have_attribute("aria-current", "page")
    expect(page.locator("#page h1")).to_be_focused()
    slider = page.locator("[data-assumption]").first
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if slider.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("loop-value")).to_contain_text("by your assumptions")
    expect(page).to_have_url(re.compile(r"page=value&.*chance_"))
    reach(page, "reset")
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_contain_text(re.compile("afresh|anew|reset", re.IGNORECASE))
    page.keyboard.press("g")
    page.keyboard.press("f")
    expect(page.get_by_test_id("unit-row-truck_07")).to_contain_text("Low", timeout=60_000)
