"""From a POST to the page: the loop that everything else stands on."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.e2e

CHARTS = ("coolant_temp_f", "vibration_score", "engine_rpm", "speed_mph")
CALM: dict[str, float] = {"coolant_temp_f": 195, "engine_rpm": 1400, "speed_mph": 55, "vibration_score": 0.8}

PIXELS = """img => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [img.naturalWidth, img.naturalHeight];
  canvas.getContext("2d").drawImage(img, 0, 0);
  return canvas.toDataURL();
}"""

SCORE_AND_POINTS = """() => [
  document.querySelector("[data-testid=unit-risk]").textContent,
  [...document.querySelectorAll(".reasons .points")].map(each => each.textContent),
]"""


def chart(page: Page, key: str) -> Locator:
    return page.locator(f"img[data-chart={key}]")


def drawn(page: Page, key: str) -> None:
    """The picture is there and is no broken one."""
    expect(chart(page, key)).to_have_js_property("complete", True)
    expect(chart(page, key)).not_to_have_js_property("naturalWidth", 0)


def adds_up(page: Page) -> int:
    """The score that a unit page shows, and the points beside it add up to it."""
    score, points = page.evaluate(SCORE_AND_POINTS)
    assert sum(float(each) for each in points) == pytest.approx(int(score), abs=1e-9)
    return int(score)


def test_the_first_post_of_a_new_unit_shows_it_without_a_reload(demo: Any, visitor: Any) -> None:
    page = visitor.open(demo)
    count = int(page.get_by_test_id("units-count").inner_text())
    assert count == demo.loop()["units"] >= 12
    page.evaluate("window.held = true")
    assert demo.send("new_truck", seconds=60, **CALM)["accepted"] == 60
    expect(page.get_by_test_id("units-count")).to_have_text(str(count + 1), timeout=2_000)
    row = page.get_by_test_id("unit-row-new_truck")
    expect(row).to_contain_text("live")
    expect(row).to_contain_text("Low")
    expect(page.get_by_test_id("source-badge")).to_contain_text("Simulated and live")
    row.get_by_role("link").click()
    expect(page.get_by_test_id("unit-risk")).to_have_text(re.compile(r"^\d+$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("new_truck")
    expect(page.locator("main")).to_contain_text("Live · last heard now")
    for key in CHARTS:
        drawn(page, key)
    demo.send("new_truck", **{**CALM, "coolant_temp_f": 201})
    expect(page.locator("section.chart-card", has_text="Coolant temperature")).to_contain_text("201 °F", timeout=2_000)
    assert page.evaluate("window.held")


def test_a_unit_page_says_what_the_api_says(demo: Any, visitor: Any) -> None:
    page = visitor.open(demo, "?page=unit&unit=van_03")
    expect(page.get_by_test_id("unit-risk")).to_have_text(str(round(demo.units()["van_03"]["score"])))
    assert adds_up(page) == round(demo.units()["van_03"]["score"])
    expect(page.get_by_test_id("loop-risk")).to_contain_text("leads at")


def test_charts_and_samples_of_a_unit_go_on(demo: Any, visitor: Any, until: Any) -> None:
    page = visitor.open(demo, "?page=unit&unit=camry_2021")
    line = page.locator("table.samples tbody tr").first
    newest = line.get_attribute("data-key") or ""
    before: dict[str, tuple[str, str]] = {}
    for key in CHARTS:
        drawn(page, key)
        before[key] = chart(page, key).get_attribute("src") or "", chart(page, key).evaluate(PIXELS)
    expect(line).not_to_have_attribute("data-key", newest)
    for key, (address, _) in before.items():
        expect(chart(page, key)).not_to_have_attribute("src", address)
        drawn(page, key)
    # A parked car's lines stay flat for a while, and a new address may still show the old picture: any chart, in time.
    until(
        lambda: any(chart(page, key).evaluate(PIXELS) != pixels for key, (_, pixels) in before.items()),
        "a chart with other pixels",
    )
    expect(page.locator("table.samples tbody tr")).to_have_count(10)
    expect(page.locator("img.failed")).to_have_count(0)


def test_a_signal_that_is_not_fitted_is_a_sentence_and_no_chart(demo: Any, visitor: Any) -> None:
    page = visitor.open(demo, "?page=unit&unit=genset_1")
    expect(page.locator("section.chart-card", has_text="Vehicle speed")).to_contain_text("Not fitted on this unit")
    expect(chart(page, "speed_mph")).to_have_count(0)
    drawn(page, "engine_rpm")
    expect(page.locator("table.samples thead")).not_to_contain_text("Vehicle speed")


def test_a_server_for_real_machines_says_how_to_send_and_wakes_with_the_first_sample(
    start: Callable[..., Any], visitor: Any
) -> None:
    bare = start("serve")
    page = visitor.open(bare)
    expect(page.get_by_test_id("units-count")).to_have_text("0")
    expect(page.locator("main")).to_contain_text("No unit has reported yet")
    expect(page.locator("main pre")).to_contain_text(f"curl {bare.url}api/telemetry")
    expect(page.locator("[data-testid^=fault-], [data-testid=reset]")).to_have_count(0)
    expect(page.get_by_test_id("source-badge")).to_contain_text("No data yet")
    page.evaluate("window.held = true")
    bare.send("first_machine", **CALM)
    expect(page.get_by_test_id("unit-row-first_machine")).to_contain_text("Nothing unusual", timeout=2_000)
    expect(page.get_by_test_id("units-count")).to_have_text("1")
    page.get_by_test_id("nav-unit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("first_machine")
    for key in CHARTS:
        drawn(page, key)
    assert page.evaluate("window.held")
    page.close()
    bare.stop()
