"""°F and °C: values, sentences, sliders' neighbours and charts change together, and the choice is kept."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

UNIT = "excavator_1"


@pytest.fixture
def clogged(disturbed: Any, until: Callable[..., Any]) -> Any:
    """The demo with an excavator whose sentences are full of degrees."""
    disturbed.inject(UNIT, "radiator_blocked")
    until(lambda: UNIT in {each["vehicle_id"] for each in disturbed.episodes()}, "an episode", 60)
    return disturbed


def measured_in(page: Page, uom: str, other: str) -> None:
    """Everything on the unit's page that has degrees has these."""
    expect(page.get_by_test_id("units")).to_have_text(uom)
    expect(page.locator("section.chart-card", has_text="Coolant temperature")).to_contain_text(
        re.compile(rf"{'1[5-9]|2' if uom == '°F' else '[6-9]|1[01]'}\d(\.\d)? {uom}")
    )
    expect(page.get_by_test_id("what-to-do")).to_contain_text(uom)
    expect(page.locator(".reasons")).to_contain_text(re.compile(rf"\d {uom} above its own normal"))
    chart = page.locator("img[data-chart=coolant_temp_f]")
    units_c = re.compile("units=c")
    if uom == "°C":
        expect(chart).to_have_attribute("src", units_c)
    else:
        expect(chart).not_to_have_attribute("src", units_c)
    expect(chart).not_to_have_js_property("naturalWidth", 0)
    expect(page.locator("main")).not_to_contain_text(other)


def test_the_units_switch_changes_values_sentences_and_charts_and_is_kept(clogged: Any, visitor: Any) -> None:
    page = visitor.open(clogged, f"?page=unit&unit={UNIT}")
    measured_in(page, "°F", "°C")
    page.get_by_test_id("units").click()
    measured_in(page, "°C", "°F")
    expect(page).to_have_url(re.compile("units=c"))
    page.reload()
    measured_in(page, "°C", "°F")
    page.get_by_test_id("sample-row").first.click()
    expect(page.get_by_test_id("journey")).to_contain_text(re.compile(r"Coolant temperature\s*[6-9]\d[\d.]* °C"))
    page.get_by_test_id("journey-close").click()
    page.goto(f"{clogged.url}?page=unit&unit={UNIT}")
    measured_in(page, "°C", "°F")
    page.get_by_test_id("nav-insights").click()
    expect(page.locator("article.episode").first).to_contain_text("°C above its own normal")
    page.get_by_test_id("nav-fleet").click()
    expect(page.get_by_test_id(f"unit-row-{UNIT}")).to_contain_text("°C above its own normal")
    page.get_by_test_id("nav-unit").click()
    page.get_by_test_id("units").click()
    measured_in(page, "°F", "°C")
