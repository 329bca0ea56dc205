"""For everyone: axe's rules and contrast on every page and dialog, quiet regions, reduced motion, large targets, and no
page that scrolls sideways."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.tabs import Tabs

pytestmark = pytest.mark.e2e

Serve = Callable[..., Any]

PAGES = {
    "fleet": "?page=fleet",
    "unit": "?page=unit&unit=truck_07",
    "silent unit": "?page=unit&unit=van_05",
    "missing unit": "?page=unit&unit=leon",
    "insights": "?page=insights",
    "value": "?page=value",
    "quality": "?page=quality",
    "backtest": "?page=backtest",
    "no page": "?page=weather&units=kelvin",
}
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

TARGETS = "a:visible, button:visible, select:visible, summary:visible, input:visible"
GRAVE = ("serious", "critical")


@pytest.fixture
def visit(tabs: Tabs, serve: Serve) -> Any:
    """Opens a page as somebody with given preferences."""
    page = tabs.take()

    def open_page(url: str, **preferences: Any) -> Page:
        page.emulate_media(**preferences)
        goes_to(page, url)
        return page

    yield open_page
    page.emulate_media(reduced_motion="null", forced_colors="null")
    tabs.give_back(page)


def goes_to(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    expect(page.locator("#linking")).to_have_count(0)


def grave(page: Page) -> list[str]:
    """axe's serious and critical findings: the rule, what is wrong, and where; in the dark too, of colours alone."""
    found = violations(page, {})
    look(page, "dark")
    found += violations(page, {"runOnly": ["color-contrast"]})
    look(page, "light")
    return [
        f"{each['id']}: {each['help']}: {[node['html'][:120] for node in each['nodes'][:4]]}"
        for each in found
        if each["impact"] in GRAVE
    ]


def violations(page: Page, options: dict[str, Any]) -> list[dict[str, Any]]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)  # half a megabyte, which a document needs once
    return page.evaluate("options => axe.run(options)", {"resultTypes": ["violations"]} | options)["violations"]


def look(page: Page, theme: str) -> None:
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)


def poor(page: Page) -> list[str]:
    """Texts that stand out too little in a theme, by a measure that is stricter than axe's."""
    found = []
    for theme in ("dark", "light"):
        look(page, theme)
        found += [f"{theme}: {each}" for each in page.evaluate(LOW_CONTRAST)]
    return found


def test_axe_has_nothing_grave_to_say_of_any_page_and_every_text_stands_out_in_both_themes(
    visit: Any, fleet: Any, serve: Serve
) -> None:
    url = serve(fleet).url
    page = visit(url, reduced_motion="reduce")  # a colour on its way from one theme to the other is none of either
    found = {}
    for name, query in PAGES.items():
        goes_to(page, url + query)
        found[name] = grave(page) + poor(page)
    assert {name: said for name, said in found.items() if said} == {}


def test_axe_has_nothing_grave_to_say_of_dialogs_and_tour(visit: Any, fleet: Any, serve: Serve) -> None:
    page = visit(serve(fleet).url, reduced_motion="reduce")
    page.keyboard.press("?")
    assert grave(page) == []
    page.get_by_test_id("tour-start").click()
    assert grave(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    if page.get_by_test_id("find-dialog").is_hidden():  # the page has a search of its own
        page.get_by_test_id("find").click()
    expect(page.get_by_test_id("find-list").get_by_role("option")).to_have_count(12)
    assert grave(page) == []
    page.keyboard.press("Escape")
    page.locator("#badge").click()
    assert grave(page) == []


def test_a_followed_sample_has_nothing_grave_either(visit: Any, fleet: Any, serve: Serve) -> None:
    page = visit(f"{serve(fleet).url}?page=unit&unit=truck_07", reduced_motion="reduce")
    page.get_by_test_id("sample-row").first.click()
    expect(page.get_by_test_id("journey")).to_be_visible()
    assert grave(page) == []


def test_pages_say_their_language_and_what_ticks_is_quiet(visit: Any, fleet: Any, serve: Serve) -> None:
    page = visit(serve(fleet).url)
    assert page.locator("html").get_attribute("lang") == "en"
    loud = page.locator("[aria-live=polite], [aria-live=assertive], [role=status], [role=alert]").evaluate_all(
        "nodes => nodes.filter(node => !node.hidden && node.textContent.trim()).map(node => node.id || node.className)"
    )
    assert loud == []  # what may speak is silent while nothing happens
    page.evaluate("""() => {
        window.spoke = 0;
        const watch = new MutationObserver(() => window.spoke++);
        for (const node of document.querySelectorAll("[aria-live=polite], [aria-live=assertive], [role=status]"))
          watch.observe(node, { childList: true, characterData: true, subtree: true });
    }""")
    for score in range(72, 77):
        fleet.set("truck_07", score=score)
        expect(page.get_by_test_id("unit-row-truck_07")).to_contain_text(f"High {score}")
    assert page.evaluate("window.spoke") == 0


def test_nothing_moves_for_who_wants_no_motion(visit: Any, fleet: Any, serve: Serve) -> None:
    page = visit(serve(fleet).url, reduced_motion="reduce")
    moving = page.evaluate("""() => [...document.querySelectorAll("*")].filter((node) => {
        const style = getComputedStyle(node);
        return style.scrollBehavior === "smooth" || [...style.transitionDuration.split(","),
          ...style.animationDuration.split(",")].some((time) => parseFloat(time) > 0);
    }).map((node) => node.outerHTML.slice(0, 100))""")
    assert moving == []


def test_targets_have_24_pixels_and_nothing_scrolls_sideways_on_a_phone_and_on_a_desk(
    visit: Any, fleet: Any, make_unit: Any, serve: Serve
) -> None:
    fleet.change(make_unit("x" * 64, "Class not named", 66, "W" * 80, source="live"))
    url = serve(fleet).url
    page = visit(url)
    small, wide = {}, []
    for name, query in {**PAGES, "long names": "?page=unit&unit=" + "x" * 64}.items():
        goes_to(page, url + query)
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            expect(page.locator("html")).to_have_js_property("clientWidth", width)
            if page.evaluate("document.documentElement.scrollWidth") != width:
                wide.append((name, width))
            small[name, width] = page.locator(TARGETS).evaluate_all(
                """nodes => nodes.map(node => [node, node.getBoundingClientRect()])
                    .filter(([node, box]) => Math.min(box.width, box.height) < 24 && !node.closest("p, .skip")
                        && getComputedStyle(node, "::after").position !== "absolute")  // one that covers its row
                    .map(([node, box]) => `${box.width}x${box.height} ${node.outerHTML.slice(0, 140)}`)"""
            )  # fmt: skip
    assert {where: nodes for where, nodes in small.items() if nodes} == {}
    assert wide == []


def test_colours_that_the_system_forces_leave_states_to_be_seen(visit: Any, fleet: Any, serve: Serve) -> None:
    page = visit(serve(fleet).url, forced_colors="active")
    pill = page.get_by_test_id("unit-row-truck_07").locator(".pill")
    assert pill.evaluate("node => parseFloat(getComputedStyle(node).borderTopWidth)") >= 1
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
