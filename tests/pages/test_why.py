"""Why a unit has its score: each share opens to the indicators behind it, with words, figures and a small chart."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from connected_ops.read_model import IndicatorView, UnitView
from connected_ops.risk.failure_modes import MODES
from shiny_app.live.slots import Slots
from shiny_app.shell import in_units
from shiny_app.unit.why import MOST_BEHIND, NO_INDICATORS, UNREADABLE, why_card, why_fields

Serve = Callable[..., Any]


@pytest.fixture
def truck(fleet: Any) -> UnitView:
    return fleet.unit("truck_07")


def test_there_is_room_for_every_indicator_of_every_mode() -> None:
    assert max(len(mode.weights) for mode in MODES) <= MOST_BEHIND


def test_every_indicator_of_a_mode_is_behind_it_the_plainest_first(truck: UnitView) -> None:
    fields = why_fields(truck, "high")
    assert fields["why/cooling/0.label"] == "Coolant against its own normal"
    assert fields["why/cooling/1.label"] == "Coolant level"
    assert [fields[f"why/cooling/{at}.hidden"] for at in range(MOST_BEHIND)] == [None, None, "", "", "", ""]
    assert fields["why.speaking"] == "2 of 3 indicators speak; open a line to see which."
    assert why_fields(replace(truck, indicators=()), "high")["why.speaking.hidden"] == ""


def test_an_indicator_says_its_value_normal_limit_and_since_when(truck: UnitView) -> None:
    fields = why_fields(replace(truck, regime="at work"), "high")
    said = {name: (fields[f"why/cooling/0.{name}.label"], fields[f"why/cooling/0.{name}"])
            for name in ("value", "normal", "limit")}  # fmt: skip
    assert said == {
        "value": ("Now", "207 °F"),
        "normal": ("Own normal at work", "188–197 °F"),
        "limit": ("Warning", "225 °F"),
    }
    assert str(fields["why/cooling/0.since"]).endswith(", for 4 min")
    assert fields["why/cooling/0.says"] == "speaks plainly"
    assert fields["why/cooling/1.says"] == "speaks a little"
    assert fields["why/cooling/1.since.hidden"] == ""
    assert fields["why/cooling/0.sentence"] == "Coolant 207 °F, 10 °F above its own normal."


def test_what_is_not_known_is_not_shown(truck: UnitView) -> None:
    blind = IndicatorView("intake_rise", "Intake air", None, ("air_intake",), "Measures.")
    fields = why_fields(replace(truck, indicators=(blind,)), "high")
    names = ("value", "normal", "limit", "since", "chart")
    assert [fields[f"why/air_intake/0.{name}.hidden"] for name in names] == [""] * 5
    assert fields["why/air_intake/0.sentence"] == UNREADABLE
    assert fields["why/air_intake/0.says"] == "cannot be read"


def test_a_mode_without_indicators_says_what_it_is_counted_from(truck: UnitView) -> None:
    fields = why_fields(truck, "high")
    assert (fields["why/vibration/none"], fields["why/vibration/none.hidden"]) == (NO_INDICATORS, None)
    assert fields["why/cooling/none.hidden"] == ""


def test_modes_without_points_are_listed_quietly(truck: UnitView) -> None:
    calm = replace(truck.contributions[2], points=0.0)
    fields = why_fields(replace(truck, contributions=(*truck.contributions[:2], calm)), "high")
    assert fields["why.quiet"] == "Quiet: air intake."
    assert why_fields(truck, "high")["why.quiet.hidden"] == ""


def test_figures_and_course_are_shown_in_celsius(truck: UnitView) -> None:
    seen = in_units.unit(truck, True).indicators[1]
    assert (seen.uom, seen.value, seen.limit) == ("°C", pytest.approx(97.2, abs=0.1), pytest.approx(107.2, abs=0.1))
    assert seen.course is not None
    assert truck.indicators[1].course is not None
    np.testing.assert_allclose(seen.course[1], (truck.indicators[1].course[1] - 32) / 1.8)
    assert seen.sentence == "Coolant 97 °C, 6 °C above its own normal"


def test_differences_are_shown_with_their_direction_and_have_no_zero_to_shift() -> None:
    rise = IndicatorView("coolant_drift", "Coolant", 0.9, ("cooling",), uom="°F", difference=True, value=9.0,
                         normal=(-2.0, 2.0), limit=18.0)  # fmt: skip
    shown = in_units.indicator(rise, True)
    assert (shown.value, shown.limit, shown.decimals) == (5.0, 10.0, 1)


def test_a_small_chart_is_drawn_of_each_that_has_a_course(truck: UnitView) -> None:
    html = str(why_card(Slots(why_fields(truck, "high"))))
    cooling = html[html.index('data-testid="why-cooling"') : html.index('data-testid="why-vibration"')]
    assert len(re.findall(r'd="M[^"]+"', cooling)) == 2
    assert html.count('data-testid="why-cooling"') == 1


@pytest.mark.e2e
def test_a_line_opens_by_keyboard_and_stays_open_while_values_change(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=unit&unit=truck_07")
    cooling = page.get_by_test_id("why-cooling")
    behind = cooling.locator(".spoken").first
    expect(behind).to_be_hidden()
    cooling.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(behind).to_contain_text("Coolant against its own normal")
    expect(behind).to_contain_text("speaks plainly")
    shaking = ("vibration", "Driveline vibration", 40.0, "Vibration 2×.")
    fleet.set("truck_07", contributions=(shaking, ("cooling", "Cooling", 31.0, "Coolant 4 °F above its own normal.")))
    expect(page.locator(".whys > li").first).to_contain_text("Driveline vibration")
    expect(cooling).to_contain_text("Coolant 4 °F above its own normal.")
    expect(behind).to_be_visible()
    expect(cooling.locator("summary")).to_be_focused()
