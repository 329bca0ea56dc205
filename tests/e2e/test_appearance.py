"""What the eye meets: both themes, and no width that breaks the page."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

PAGES = ("?page=fleet", "?page=unit&unit=truck_07", "?page=insights", "?page=value", "?page=quality", "?page=backtest")

WIDTHS = (3840, 1024, 768, 360)

BRIGHTNESS = "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"


def background(page: Page) -> float:
    return sum(page.evaluate(BRIGHTNESS)) / 3


def test_the_theme_switch_makes_it_dark_and_the_address_says_so(demo: Any, visitor: Any) -> None:
    page = visitor.open(demo)
    assert background(page) > 230
    page.get_by_test_id("theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page).to_have_url(re.compile("theme=dark"))
    assert background(page) < 40
    page.goto(demo.url)
    assert background(page) < 40
    page.goto(demo.url + "?theme=light")
    assert background(page) > 230


def test_charts_follow_the_theme(demo: Any, visitor: Any) -> None:
    page = visitor.open(demo, "?page=unit&unit=truck_07&theme=light")
    chart = page.locator("img[data-chart=coolant_temp_f]")
    expect(chart).to_have_attribute("src", re.compile("theme=light"))
    page.get_by_test_id("theme").click()
    expect(chart).to_have_attribute("src", re.compile("theme=dark"))
    expect(chart).not_to_have_js_property("naturalWidth", 0)


def test_no_page_scrolls_sideways(demo: Any, visitor: Any) -> None:
    page = visitor.open(demo, PAGES[0])
    for query in PAGES:
        page.goto(demo.url + query)
        expect(page.get_by_test_id("source-badge")).to_be_visible()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            expect(page.locator("html")).to_have_js_property("clientWidth", width)
            expect(page.locator("html")).to_have_js_property("scrollWidth", width)


def test_numbers_that_change_do_not_move_their_neighbours(demo: Any, visitor: Any) -> None:
    page = visitor.open(demo, PAGES[1])
    expect(page.locator("img[data-chart=speed_mph]")).not_to_have_js_property("naturalWidth", 0)
    boxes = """() => [...document.querySelectorAll(".card, .stage, .button, .fault, .badge, select")].map(
        (node) => { const box = node.getBoundingClientRect(); return [box.x, box.y, box.width].map(Math.round); })"""
    before = page.evaluate(boxes)
    badge = page.get_by_test_id("source-badge")
    for _ in range(3):
        expect(badge).not_to_have_text(badge.inner_text())
        assert page.evaluate(boxes) == before
