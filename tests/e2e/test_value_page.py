"""The Value page: its sliders move the money to what the method of docs/value.md gives on paper."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

VAN = "shaking_van"
HEALTHY: dict[str, float | str] = {"unit_class": "delivery_van", "coolant_temp_f": 195, "engine_rpm": 1900,
                                   "speed_mph": 40, "vibration_score": 0.8}  # fmt: skip

# In one look, because the page is live: the formula, the saving of the only episode, and what waiting costs.
MONEY = """() => ["value-formula", "value-saved", "value-wait"].map(
  (name) => document.querySelector(`[data-testid=${name}]`).textContent)"""
DOLLARS = re.compile(r"[^\d−]")


def told(server: Any) -> list[str]:
    """The modes of the van's open episodes."""
    return [each["mode"] for each in server.episodes() if each["vehicle_id"] == VAN]


@pytest.fixture(scope="module")
def shaken(bare: Any, until: Callable[..., Any]) -> Iterator[Any]:
    """A server with one open episode: a van that shook, and has sent nothing since, so its figures stand still."""
    bare.send(VAN, seconds=120, ago=240, **HEALTHY)
    bare.send(VAN, seconds=60, ago=180, **HEALTHY | {"vibration_score": 3.0})
    until(lambda: told(bare) == ["vibration"], "the episode of a van that shakes")
    yield bare
    bare.send(VAN, seconds=180, **HEALTHY)
    until(lambda: told(bare) == [], "the end of its episode")


def paper(chance_percent: float, p_percent: float, day: float) -> tuple[int, int]:
    """(wait, saved) of a van that shakes and whose time to the limit nobody knows, as docs/value.md works it out."""
    act = 900 + round(1.1 * 150) + round(0.5 * day) + round(0.5 * day)
    fails = 2_800 + round(3.5 * 150) + round(0.5 * 491 + 0.5 * 1_485) + round(4 * day)
    chance = round(chance_percent * p_percent / 100, 1) / 100
    wait = round(chance * fails) + round((1 - chance) * 100)
    return wait, wait - act


def amount(text: str) -> int:
    return int(DOLLARS.sub("", text).replace("−", "-"))


def agrees(page: Page, chance_percent: float, day: float) -> None:
    """What stands on the page is what the paper says for these two assumptions; a dollar for halves that round."""
    formula, saved, wait = page.evaluate(MONEY)
    assert "no time to plan is known" in formula
    found = re.search(r"Chance: ([\d.]+) % if ignored × ([\d.]+) % that it is real", formula)
    assert found
    assert float(found[1]) == chance_percent
    on_paper = paper(chance_percent, float(found[2]), day)
    assert (amount(wait), amount(saved)) == (pytest.approx(on_paper[0], abs=1), pytest.approx(on_paper[1], abs=1))
    assert f"${amount(wait):,}" in formula


def test_sliders_move_the_value_to_what_paper_says_and_the_address_keeps_it(shaken: Any, visitor: Any) -> None:
    page = visitor.open(shaken, "?page=value")
    formula = page.get_by_test_id("value-formula")
    expect(formula).to_contain_text("40 % if ignored")
    agrees(page, 40, 600)
    slider = page.get_by_test_id("slider-chance_vibration")
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    expect(formula).to_contain_text("60 % if ignored")
    expect(slider).to_have_attribute("aria-valuetext", "60 %")
    agrees(page, 60, 600)
    day = page.get_by_test_id("slider-day_vehicle")
    day.focus()
    for _ in range(10):
        page.keyboard.press("ArrowUp")
    expect(formula).to_contain_text("× $700, a vehicle's day")
    agrees(page, 60, 700)
    expect(page.locator("#assumptions")).to_contain_text("2 changed")
    expect(page).to_have_url(re.compile(r"[?&]chance_vibration=60\b"))
    expect(page).to_have_url(re.compile(r"[?&]day_vehicle=700\b"))

    page.reload()
    expect(formula).to_contain_text("60 % if ignored")
    expect(slider).to_have_value("60")
    agrees(page, 60, 700)
    page.get_by_test_id("assumptions-reset").click()
    expect(formula).to_contain_text("40 % if ignored")
    expect(page.locator("#assumptions")).to_contain_text("all at their defaults")
    expect(page).not_to_have_url(re.compile("chance_vibration|day_vehicle"))
    agrees(page, 40, 600)


def test_ones_own_assumptions_are_nobody_elses(shaken: Any, visitor: Any) -> None:
    mine, other = visitor.open(shaken, "?page=value&chance_vibration=100"), visitor.open(shaken, "?page=value")
    expect(mine.get_by_test_id("value-formula")).to_contain_text("100 % if ignored")
    expect(other.get_by_test_id("value-formula")).to_contain_text("40 % if ignored")
    agrees(mine, 100, 600)
    agrees(other, 40, 600)
    mine.get_by_test_id("nav-fleet").click()
    expect(mine.get_by_test_id("loop-value")).to_contain_text("by your assumptions")
    expect(other.get_by_test_id("loop-value")).not_to_contain_text("by your assumptions")


def test_a_value_out_of_range_is_clamped_with_a_sentence(shaken: Any, visitor: Any) -> None:
    page = visitor.open(shaken, "?page=value&chance_vibration=140&no_such_thing=3")
    said = page.get_by_test_id("value-said")
    expect(said).to_contain_text("140 % was taken as 100 %")
    expect(said).to_contain_text("There is no assumption called no_such_thing")
    expect(page.get_by_test_id("slider-chance_vibration")).to_have_value("100")
    expect(page.get_by_test_id("value-formula")).to_contain_text("100 % if ignored")
    agrees(page, 100, 600)


def test_the_break_even_chart_is_drawn_for_the_episode_and_in_the_theme(shaken: Any, visitor: Any) -> None:
    page = visitor.open(shaken, "?page=value")
    chart = page.locator("img[data-break-even]")
    expect(chart).not_to_have_js_property("naturalWidth", 0)
    expect(page.get_by_test_id("value-break-even")).to_have_text("23.7 %")  # worked out in docs/value.md
    page.get_by_test_id("theme").click()
    expect(chart).to_have_attribute("src", re.compile("theme=dark"))
    expect(chart).not_to_have_js_property("naturalWidth", 0)
