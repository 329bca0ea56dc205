"""One sample from the wire to the dollar: a line of the table opens its six steps, which stand still."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

UNIT = "truck_04"
STEPS = ("Telemetry", "Validation", "Signal", "Risk", "Insight", "Business value")


@pytest.fixture
def clogged(disturbed: Any, until: Callable[..., Any]) -> Any:
    """The demo with a truck whose radiator clogs, and whose episode is open."""
    disturbed.inject(UNIT, "radiator_blocked")
    until(lambda: UNIT in {each["vehicle_id"] for each in disturbed.episodes()}, "an episode", 60)
    return disturbed


def goes_on(page: Page, samples: int) -> None:
    """The table under the journey takes up that many new samples."""
    first = page.locator("table.samples tbody tr").first
    for _ in range(samples):
        expect(first).not_to_have_attribute("data-key", first.get_attribute("data-key") or "")


def test_a_samples_journey_has_six_steps_that_add_up_and_stays_while_samples_go_on(clogged: Any, visitor: Any) -> None:
    page = visitor.open(clogged, f"?page=unit&unit={UNIT}")
    journey = page.get_by_test_id("journey")
    expect(journey).to_be_hidden()
    page.get_by_test_id("sample-row").first.click()
    expect(journey).to_be_visible()
    expect(journey).to_be_in_viewport()
    steps = journey.locator(".step")
    expect(steps.locator("h3")).to_have_text(STEPS)
    telemetry, validation, signal, risk, insight, value = (steps.nth(at) for at in range(len(STEPS)))
    expect(telemetry).to_contain_text(re.compile(r"Coolant temperature\s*[12]\d\d(\.\d+)? °F"))
    expect(telemetry).to_contain_text("From the emulator")
    expect(validation).to_contain_text(re.compile("Valid|Needs review"))
    expect(signal).to_contain_text(re.compile(r"\d+ indicators, [1-9]\d* speak"))
    expect(signal.locator("li.speaks").first).to_contain_text(re.compile("coolant", re.IGNORECASE))
    expect(risk).to_contain_text("which add up to the score")
    score = int(risk.locator(".large").inner_text())
    points = [float(each) for each in risk.locator(".points").all_inner_texts()]
    assert score > 35
    assert sum(points) == pytest.approx(score, abs=1e-9)
    expect(insight).to_contain_text(re.compile(r"Coolant .*\d °F"))
    expect(value).to_contain_text(
        re.compile(r"Acting now \$[1-9][\d,]*, waiting \$[1-9][\d,]* expected: saves \$[1-9]")
    )
    expect(value).to_contain_text("Chance:")

    followed, told = journey.get_attribute("data-ts"), steps.all_inner_texts()
    goes_on(page, 3)
    assert (journey.get_attribute("data-ts"), steps.all_inner_texts()) == (followed, told)
    page.get_by_test_id("journey-close").click()
    expect(journey).to_be_hidden()
    goes_on(page, 2)
    expect(journey).to_be_hidden()


def test_a_calm_samples_journey_ends_at_nothing_to_decide(demo: Any, visitor: Any) -> None:
    page = visitor.open(demo, "?page=unit&unit=camry_2021")
    page.get_by_test_id("sample-row").first.click()
    journey = page.get_by_test_id("journey")
    expect(journey).to_contain_text("No rule fired.")
    expect(journey).to_contain_text("No episode: nothing unusual.")
    expect(journey).to_contain_text("$0: nothing to decide.")
    page.get_by_test_id("nav-fleet").click()
    page.get_by_test_id("nav-unit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("camry_2021")
