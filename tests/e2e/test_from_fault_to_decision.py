"""What a fleet manager sees: the headline, what happened, an acknowledgement, and a reset in the middle of it all."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.e2e

SHAKEN: dict[str, float | str] = {"unit_class": "class_8_truck", "coolant_temp_f": 192, "engine_rpm": 1400,
                                  "speed_mph": 45, "vibration_score": 0.8}  # fmt: skip
SPOKEN_S = 60.0


@pytest.fixture
def shaking(demo: Any, until: Callable[..., Any]) -> Iterator[str]:
    """A live truck with an open episode of its own, which is well again after the test."""
    unit = "live_shaker"
    demo.send(unit, seconds=120, ago=240, **SHAKEN)
    demo.send(unit, seconds=60, ago=180, **SHAKEN | {"vibration_score": 4.5})
    until(lambda: spoken(demo, unit), "an episode of the live truck")
    yield unit
    demo.send(unit, seconds=180, **SHAKEN)
    until(lambda: not spoken(demo, unit), "the end of its episode")


def spoken(server: Any, unit: str) -> list[str]:
    """The ids of a unit's open episodes."""
    return [each["id"] for each in server.episodes() if each["vehicle_id"] == unit]


def clog(server: Any, unit: str, until: Callable[..., Any]) -> str:
    """Block a unit's radiator: days old, so it is told at once, and its money stands still; the id of its episode."""
    server.inject(unit, "radiator_blocked")
    return until(lambda: spoken(server, unit), f"an episode of {unit}", SPOKEN_S)[0]


def summary(page: Page) -> Locator:
    return page.locator("section.summary")


def test_the_headline_counts_what_needs_a_decision_and_the_feed_tells_it(
    disturbed: Any, visitor: Any, until: Callable[..., Any]
) -> None:
    page = visitor.open(disturbed)
    expect(summary(page)).to_contain_text("No unit needs a decision")
    expect(page.get_by_test_id("fleet-saved")).to_have_text("$0")
    expect(page.get_by_test_id("loop-value")).to_contain_text("no unit needs a decision")
    spoke = disturbed.loop()["spoken"]
    clog(disturbed, "truck_07", until)
    expect(summary(page)).to_contain_text("1 unit needs a decision")
    expect(page.get_by_test_id("fleet-saved")).to_have_text(re.compile(r"^\$[1-9][\d,]*$"))
    expect(summary(page)).to_contain_text(re.compile(r"saved by acting now: \$[\d,]+ instead of \$[\d,]+ expected"))
    expect(page.get_by_test_id("loop-value")).to_contain_text("by acting now on 1 unit")
    expect(page.get_by_test_id("unit-row-truck_07").locator("td.saved")).to_have_text(re.compile(r"\$[1-9]"))
    told = page.locator(".feed li").first
    expect(told).to_contain_text("Cooling margin shrinking")
    expect(told).to_contain_text(re.compile("truck_07 · Open · .*°F"))
    assert disturbed.loop()["spoken"] > spoke
    told.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("truck_07")
    cooling = page.get_by_test_id("why-cooling")
    cooling.locator("summary").click()
    expect(cooling.locator(".spoken").first).to_contain_text("Coolant against its own days")
    expect(cooling.locator(".spoken").first).to_contain_text(re.compile(r"Speaks since.*for \d+ d", re.DOTALL))
    expect(page.get_by_test_id("timeline-faults").get_by_role("button")).to_have_text("Blocked radiator, 6 days old")
    expect(page.get_by_test_id("timeline-episodes")).to_contain_text("Cooling margin shrinking")
    disturbed.reset()
    page.get_by_test_id("nav-fleet").click()
    expect(summary(page)).to_contain_text("No unit needs a decision")
    expect(page.locator(".feed li", has_text="truck_07")).to_have_count(0)


def test_an_acknowledgement_holds_over_a_reload_and_is_seen_by_everybody(
    disturbed: Any, visitor: Any, until: Callable[..., Any]
) -> None:
    episode = clog(disturbed, "van_03", until)
    other = visitor.open(disturbed, "?page=insights")
    theirs = other.get_by_test_id(f"episode-{episode}")
    expect(theirs.get_by_test_id(f"acknowledge-{episode}")).to_be_visible()
    page = visitor.open(disturbed, "?page=unit&unit=van_03")
    saved = disturbed.loop()["deciding"]
    page.get_by_test_id("acknowledge").click()
    expect(page.locator("#toast")).to_have_text("Acknowledged on van_03; it stays open until it is over.")
    for again in (False, True):
        if again:
            page.reload()
        expect(page.get_by_test_id("what-to-do")).to_contain_text(re.compile(r"Acknowledged \d\d:\d\d"))
        expect(page.get_by_test_id("acknowledge")).to_be_hidden()
    expect(theirs).to_contain_text(re.compile(r"Acknowledged \d\d:\d\d"))
    expect(theirs.get_by_test_id(f"acknowledge-{episode}")).to_be_hidden()
    page.get_by_test_id("nav-insights").click()
    expect(page.get_by_test_id(f"episode-{episode}")).to_contain_text("Acknowledged")
    page.get_by_test_id("nav-fleet").click()
    expect(page.locator(".feed li", has_text="van_03").first).to_contain_text("Acknowledged")
    assert disturbed.loop()["deciding"] == saved == 1
    assert [each["state"] for each in disturbed.episodes()] == ["acknowledged"]


def test_a_reset_in_the_middle_of_everything_is_clean(
    disturbed: Any, visitor: Any, shaking: str, until: Callable[..., Any]
) -> None:
    (lasting,) = spoken(disturbed, shaking)
    fading = clog(disturbed, "truck_07", until)
    disturbed.inject("corolla_2019", "coolant_overheat", 600)
    disturbed.inject("genset_1", "sensor_open_circuit")
    unit = visitor.open(disturbed, "?page=unit&unit=truck_07")
    unit.get_by_test_id("acknowledge").click()
    expect(unit.get_by_test_id("acknowledge")).to_be_hidden()
    unit.get_by_test_id("sample-row").first.click()
    expect(unit.get_by_test_id("journey")).to_be_visible()
    value = visitor.open(disturbed, "?page=value&chance_cooling=80")
    expect(value.get_by_test_id(f"value-row-{fading}")).to_be_visible()
    insights = visitor.open(disturbed, "?page=insights")
    expect(insights.get_by_test_id(f"episode-{fading}")).to_contain_text("Acknowledged")
    expect(insights.get_by_test_id(f"episode-{lasting}")).to_be_visible()

    insights.get_by_test_id("reset").click()
    expect(insights.locator("#toast")).to_contain_text("Reset")
    expect(insights.locator("[data-testid^=episode-]")).to_have_count(1)
    expect(insights.get_by_test_id(f"episode-{lasting}")).to_contain_text(shaking)
    expect(value.locator("[data-testid^=value-row-]")).to_have_count(1)
    expect(value.get_by_test_id(f"value-row-{lasting}")).to_be_visible()
    expect(value.locator("#slider-chance_cooling")).to_have_value("80")
    expect(unit.get_by_test_id("what-to-do")).to_contain_text("Nothing to do. Nothing unusual.")
    expect(unit.locator(".unit-card .pill")).to_have_text("Low")
    unit.get_by_test_id("sample-row").first.click()
    expect(unit.get_by_test_id("journey")).to_contain_text("No episode: nothing unusual.")
    unit.get_by_test_id("journey-close").click()
    expect(unit.get_by_test_id("journey")).to_be_hidden()
    assert spoken(disturbed, shaking) == [lasting]
    assert set(disturbed.api.get("/api/anomaly_stats").json().values()) == {0}


def test_a_reset_leaves_no_trace_of_the_simulated_and_the_live_as_they_were(
    disturbed: Any, visitor: Any, until: Callable[..., Any]
) -> None:
    before = disturbed.loop()
    disturbed.send("hot_machine", seconds=5, coolant_temp_f=251, engine_rpm=1800)
    live = disturbed.samples("hot_machine")
    disturbed.send("visitor_sim", source="simulated", coolant_temp_f=9_000, engine_rpm=1800)
    until(lambda: disturbed.loop()["needs_review"] > before["needs_review"], "the doubt of an impossible coolant")
    page = visitor.open(disturbed, "?page=unit&unit=corolla_2019")
    page.get_by_test_id("fault-coolant_overheat").click()
    expect(page.locator("table.samples tbody tr").first).to_contain_text(re.compile(r"25\d"))

    page.get_by_test_id("reset").click()
    expect(page.locator("#toast")).to_contain_text("Reset")
    expect(page.get_by_test_id("what-to-do")).to_contain_text("Nothing unusual")
    expect(page.locator(".unit-card .pill")).to_have_text("Low")
    expect(page.get_by_test_id("fault-coolant_overheat")).not_to_contain_text("active")
    expect(page.locator("table.samples")).not_to_contain_text(re.compile(r"25\d"))
    expect(page.locator("section.chart-card", has_text="Coolant temperature")).to_contain_text(re.compile(r"1\d\d °F"))
    assert max(row["coolant_temp_f"] for row in disturbed.samples("corolla_2019")) < 230

    page.get_by_test_id("nav-fleet").click()
    for unit in disturbed.simulated():
        expect(page.get_by_test_id(f"unit-row-{unit}")).to_contain_text("Low")
    expect(page.get_by_test_id("unit-row-visitor_sim")).to_have_count(0)
    expect(page.get_by_test_id("unit-row-hot_machine")).to_be_visible()
    after = disturbed.loop()
    assert (after["rejected"], after["needs_review"]) == (before["rejected"], before["needs_review"])
    assert disturbed.samples("hot_machine") == live
