"""What the eye meets: both themes, enough contrast, and no width that breaks the page."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

PAGES = ("?page=fleet", "?page=unit&unit=truck_07", "?page=insights", "?page=value", "?page=quality", "?page=backtest")

LOW_CONTRAST = """() => {
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
    return { rgb: [r, g, b], a };
  };
  const over = (top, below) => top.rgb.map((each, i) => each * top.a + below[i] * (1 - top.a));
  const light = (rgb) => rgb
    .map((each) => each / 255)
    .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
    .reduce((sum, each, i) => sum + each * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const poor = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((each) => each.nodeType === 3 && each.textContent.trim());
    if (!own || !node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (node.closest(".toast, option, script, style, .skip, .unseen")) continue;
    const style = getComputedStyle(node);
    const below = behind(node);
    const [a, b] = [light(over(parse(style.color), below)), light(below)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${node.textContent.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return poor;
}"""

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


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(demo: Any, visitor: Any, theme: str) -> None:
    demo.api.post("/api/simulate_anomaly", json={"anomaly_type": "vibration_spike", "vehicle_id": "van_08"})
    for query in PAGES:
        page = visitor.open(demo, f"{query}&theme={theme}")
        assert page.evaluate(LOW_CONTRAST) == []
        page.close()


@pytest.mark.parametrize("width", [360, 768, 1024, 3840])
def test_no_page_scrolls_sideways(demo: Any, visitor: Any, width: int) -> None:
    page = visitor.open(demo, PAGES[0], width=width, height=2160 if width > 2000 else 800)
    for query in PAGES:
        page.goto(demo.url + query)
        expect(page.get_by_test_id("source-badge")).to_be_visible()
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    page.goto(demo.url + PAGES[1])
    expect(page.locator("img[data-chart=coolant_temp_f]")).not_to_have_js_property("naturalWidth", 0)


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
