"""The tour of a first visit: four steps, each skippable, never again, and asked for again where somebody wants it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.e2e

Serve = Callable[..., Any]


@pytest.fixture
def newcomer(browser: Browser, serve: Serve) -> Iterator[Page]:
    """A page of somebody who was never here, closed before its server stops."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def test_a_first_visit_is_led_in_four_steps_and_the_second_is_not(newcomer: Page, fleet: Any, serve: Serve) -> None:
    url = serve(fleet).url
    newcomer.goto(url)
    tour, go_on = newcomer.get_by_test_id("tour"), newcomer.get_by_test_id("tour-next")
    for heading, target in (
        ("One sentence, live", ".loop"),
        ("The fleet, worst first", ".units-card"),
        ("Make something fail", ".side > .card"),
        ("Why, and what it is worth", ".standing-row"),
    ):
        expect(tour.get_by_role("heading", name=heading)).to_be_focused()
        expect(newcomer.locator(target).first).to_have_class(re.compile("toured"))
        go_on.click()
    expect(tour).to_be_hidden()
    expect(newcomer.locator(".toured")).to_have_count(0)
    expect(newcomer).to_have_url(re.compile("page=unit"))
    newcomer.go_back()
    expect(newcomer.get_by_test_id("units-count")).to_be_visible()
    newcomer.goto(url)
    newcomer.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    expect(tour).to_be_hidden()


def test_the_tour_is_taken_and_left_with_the_keyboard_alone(newcomer: Page, fleet: Any, serve: Serve) -> None:
    url = serve(fleet).url
    newcomer.goto(url)
    newcomer.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    newcomer.keyboard.press("Tab")
    expect(newcomer.get_by_test_id("tour-skip")).to_be_focused()
    newcomer.keyboard.press("Tab")
    newcomer.keyboard.press("Enter")
    expect(newcomer.get_by_role("heading", name="The fleet, worst first")).to_be_focused()
    newcomer.keyboard.press("Escape")
    expect(newcomer.get_by_test_id("tour")).to_be_hidden()
    expect(newcomer.locator("#page")).to_be_focused()
    newcomer.reload()
    newcomer.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    expect(newcomer.get_by_test_id("tour")).to_be_hidden()


def test_the_tour_blocks_nothing_and_a_linked_page_has_none(newcomer: Page, fleet: Any, serve: Serve) -> None:
    url = serve(fleet).url
    newcomer.goto(url + "?page=unit&unit=truck_07")
    newcomer.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    expect(newcomer.get_by_test_id("tour")).to_be_hidden()
    newcomer.goto(url)
    newcomer.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    newcomer.get_by_test_id("theme").click()
    expect(newcomer.locator("html")).to_have_attribute("data-theme", "dark")
    expect(newcomer.get_by_test_id("tour")).to_be_visible()
    newcomer.get_by_test_id("tour-skip").click()
    expect(newcomer.get_by_test_id("tour")).to_be_hidden()


def test_the_tour_comes_again_when_it_is_asked_for(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=value")
    page.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    page.keyboard.press("?")
    page.get_by_test_id("tour-start").click()
    expect(page.get_by_role("heading", name="One sentence, live")).to_be_focused()
    expect(page).to_have_url(re.compile("page=fleet"))


def test_the_tour_stands_in_a_phones_window(newcomer: Page, fleet: Any, serve: Serve) -> None:
    newcomer.set_viewport_size({"width": 360, "height": 740})
    newcomer.goto(serve(fleet).url)
    for _ in range(4):
        box = newcomer.get_by_test_id("tour").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        assert box["y"] + box["height"] <= 740
        assert newcomer.evaluate("document.documentElement.scrollWidth") == 360
        newcomer.get_by_test_id("tour-next").click()
