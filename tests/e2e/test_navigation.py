"""Going about: the keyboard, and addresses that mean harm."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

HOSTILE = (
    "<img src=x onerror=window.harmed=1>",
    '"><script>window.harmed=1</script>',
    "');window.harmed=1;('",
    "{key}",
    "../../api/fleet",
    "a\x00b\n\u202e",
    "x" * 64,
    "W" * 5_000,
)

FOCUSED = """() => {
  const node = document.activeElement;
  const ring = getComputedStyle(node);
  return {
    name: node.closest("[data-testid]")?.dataset.testid ?? node.tagName,
    seen: ring.outlineStyle !== "none" || ring.boxShadow !== "none"
      || getComputedStyle(node, "::after").outlineStyle !== "none",
  };
}"""


def no_sideways_scroll(page: Page) -> None:
    width, room = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    assert width <= room


def test_hostile_words_in_the_address_are_words(demo: Any, visitor: Any) -> None:
    page = visitor.open(demo, width=390)
    for words in HOSTILE:
        for query in (f"?page=unit&unit={quote(words)}", f"?page={quote(words)}&theme={quote(words)}"):
            page.goto(demo.url + query)
            expect(page.get_by_test_id("source-badge")).to_be_visible()
            expect(page.locator("main")).to_contain_text(re.compile("No unit called|There is no page|Units at risk"))
            no_sideways_scroll(page)
            assert page.evaluate("[window.harmed === undefined, document.querySelectorAll('main img').length]") == [
                True,
                0,
            ]


def test_everything_is_reached_with_the_keyboard_and_the_focus_is_seen(demo: Any, visitor: Any) -> None:
    page = visitor.open(demo)
    passed: dict[str, bool] = {}
    for _ in range(90):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        passed[focused["name"]] = focused["seen"]
    pages = ("nav-fleet", "nav-unit", "nav-insights", "nav-value", "nav-quality", "nav-backtest")
    stations = (*pages, "units", "theme", "loop-risk", "fault-unit", "fault-coolant_overheat", "fault-pothole", "reset")
    assert {*stations, "unit-row-truck_07"} <= set(passed)
    assert [name for name, seen in passed.items() if not seen and name not in ("BODY", "HTML")] == []
    page.get_by_test_id("unit-row-truck_07").get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("truck_07")
    page.get_by_test_id("theme").focus()
    page.keyboard.press("Space")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
