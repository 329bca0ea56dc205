"""Going about: links, history, deep links, the keyboard, and addresses that mean nothing or mean harm."""

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


def test_pages_change_without_a_reload_and_history_works(demo: Any, visitor: Any) -> None:
    page = visitor.open(demo)
    page.evaluate("window.held = true")
    page.get_by_test_id("unit-row-truck_11").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("truck_11")
    expect(page).to_have_url(re.compile(r"\?page=unit&unit=truck_11"))
    expect(page.get_by_test_id("nav-unit")).to_have_attribute("aria-current", "page")
    page.locator("#unit-picker").select_option("genset_1")
    expect(page.get_by_role("heading", level=1)).to_have_text("genset_1")
    page.get_by_test_id("nav-fleet").click()
    expect(page.get_by_test_id("units-count")).to_be_visible()
    page.get_by_test_id("nav-unit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("genset_1")
    for way, heading in (("back", "Fleet"), ("back", "genset_1"), ("back", "truck_11"), ("forward", "genset_1")):
        page.go_back() if way == "back" else page.go_forward()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert page.evaluate("window.held")


def test_each_stage_of_the_loop_leads_to_its_page(demo: Any, visitor: Any) -> None:
    page = visitor.open(demo)
    page.get_by_test_id("loop-signal").click()
    expect(page.locator("#charts")).to_be_in_viewport()
    page.get_by_test_id("loop-risk").click()
    expect(page.get_by_test_id("unit-risk")).to_be_in_viewport()
    page.get_by_test_id("loop-telemetry").click()
    expect(page.get_by_test_id("units-count")).to_be_in_viewport()
    for stage, name in (("validation", "quality"), ("insight", "insights"), ("value", "value")):
        page.get_by_test_id(f"loop-{stage}").click()
        expect(page.get_by_test_id(f"nav-{name}")).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_units_and_assumptions_go_along_and_outlive_a_reload(demo: Any, visitor: Any) -> None:
    page = visitor.open(demo, "?page=value&chance_cooling=80")
    page.get_by_test_id("units").click()
    expect(page.get_by_test_id("units")).to_have_text("°C")
    page.get_by_test_id("nav-fleet").click()
    expect(page).to_have_url(re.compile(r"page=fleet&chance_cooling=80&units=c"))
    page.reload()
    expect(page.get_by_test_id("units")).to_have_text("°C")
    expect(page.get_by_test_id("loop-value")).to_contain_text("by your assumptions")


def test_what_an_address_asks_for_in_vain_is_said(demo: Any, visitor: Any) -> None:
    page = visitor.open(demo, "?page=value&units=kelvin&chance_cooling=lots")
    expect(page.get_by_text("The address asks for units that do not exist")).to_be_visible()
    expect(page.get_by_text("The address gives no number for chance_cooling")).to_be_visible()


def test_a_deep_link_opens_its_unit_in_its_theme(demo: Any, visitor: Any) -> None:
    page = visitor.open(demo, "?page=unit&unit=truck_07&theme=dark")
    expect(page.get_by_role("heading", level=1)).to_have_text("truck_07")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_test_id("fault-unit")).to_have_value("truck_07")
    page.get_by_test_id("nav-fleet").click()
    expect(page).to_have_url(re.compile("theme=dark"))
    page.reload()
    expect(page.get_by_test_id("units-count")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?page=unit&unit=nobody", "No unit called “nobody” has reported yet."),
        ("?page=weather", "There is no page called “weather”."),
    ],
)
def test_an_address_of_nothing_says_so_and_leads_back(demo: Any, visitor: Any, query: str, sentence: str) -> None:
    page = visitor.open(demo, query)
    expect(page.locator("main")).to_contain_text(sentence)
    page.get_by_role("link", name="Back to the fleet").click()
    expect(page.get_by_test_id("unit-row-truck_07")).to_be_visible()


def test_a_unit_that_is_awaited_fills_its_page_when_it_reports(demo: Any, visitor: Any) -> None:
    page = visitor.open(demo, "?page=unit&unit=awaited")
    expect(page.locator("main")).to_contain_text("No unit called “awaited” has reported yet.")
    demo.send("awaited", seconds=3, coolant_temp_f=190, engine_rpm=900)
    expect(page.get_by_test_id("unit-risk")).to_have_text(re.compile(r"^\d+$"))


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


def test_an_id_of_64_characters_breaks_no_layout(demo: Any, visitor: Any) -> None:
    long_id = "x" * 31 + "." + "W" * 32
    demo.send(long_id, seconds=5, coolant_temp_f=190, engine_rpm=900)
    for width in (360, 1280):
        page = visitor.open(demo, width=width)
        expect(page.get_by_test_id(f"unit-row-{long_id}")).to_be_visible()
        no_sideways_scroll(page)
        page.get_by_test_id(f"unit-row-{long_id}").get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(long_id)
        no_sideways_scroll(page)
        page.close()


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
