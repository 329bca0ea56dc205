"""For everyone: axe's rules on every page and dialog in both themes, quiet regions, reduced motion, large targets."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

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
TARGETS = "a:visible, button:visible, select:visible, summary:visible, input:visible"
GRAVE = ("serious", "critical")


@pytest.fixture
def visit(browser: Browser, serve: Serve) -> Any:
    """Opens a page as somebody with given preferences, without the page's policy: axe's script is none of its own."""
    contexts: list[BrowserContext] = []

    def open_page(url: str, **preferences: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "bypass_csp": True} | preferences)
        contexts.append(context)
        context.add_init_script("localStorage.getItem('tour') ?? localStorage.setItem('tour', 'done')")
        page = context.new_page()
        page.goto(url)
        page.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
        expect(page.locator("#linking")).to_have_count(0)
        return page

    yield open_page
    for context in contexts:
        context.close()


def grave(page: Page) -> list[str]:
    """axe's serious and critical findings: the rule, what is wrong, and where."""
    return [
        f"{found['id']}: {found['help']}: {[node['html'][:120] for node in found['nodes'][:4]]}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in GRAVE
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_has_nothing_grave_to_say_of_any_page(visit: Any, fleet: Any, serve: Serve, theme: str) -> None:
    url = serve(fleet).url
    found = {}
    for name, query in PAGES.items():
        page = visit(f"{url}{query}&theme={theme}")
        found[name] = grave(page)
        page.close()
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_has_nothing_grave_to_say_of_dialogs_and_tour(visit: Any, fleet: Any, serve: Serve, theme: str) -> None:
    page = visit(f"{serve(fleet).url}?theme={theme}")
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
    page = visit(f"{serve(fleet).url}?page=unit&unit=truck_07")
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


@pytest.mark.parametrize("width", [360, 1280])
def test_every_target_is_at_least_24_pixels(visit: Any, fleet: Any, serve: Serve, width: int) -> None:
    url = serve(fleet).url
    small = {}
    for name, query in PAGES.items():
        page = visit(url + query, viewport={"width": width, "height": 800})
        small[name] = page.locator(TARGETS).evaluate_all(
            """nodes => nodes.map(node => [node, node.getBoundingClientRect()])
                .filter(([node, box]) => Math.min(box.width, box.height) < 24 && !node.closest("p, .skip")
                    && getComputedStyle(node, "::after").position !== "absolute")  // one that covers its row
                .map(([node, box]) => `${box.width}x${box.height} ${node.outerHTML.slice(0, 140)}`)"""
        )  # fmt: skip
        page.close()
    assert {name: nodes for name, nodes in small.items() if nodes} == {}


def test_colours_that_the_system_forces_leave_states_to_be_seen(visit: Any, fleet: Any, serve: Serve) -> None:
    page = visit(serve(fleet).url, forced_colors="active")
    pill = page.get_by_test_id("unit-row-truck_07").locator(".pill")
    assert pill.evaluate("node => parseFloat(getComputedStyle(node).borderTopWidth)") >= 1
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
