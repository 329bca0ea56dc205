"""Two units of a class side by side: figures of both, and only such words as equal load allows."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from connected_ops.read_model import IndicatorView, SignalView, UnitView
from shiny_app.live.location import parse
from shiny_app.live.page import arrival
from shiny_app.live.shared import Shared
from shiny_app.pages import page_of
from shiny_app.unit.compare import NOBODY, Compared, apart, compare_fields, compared, days_apart, loads

Serve = Callable[..., Any]
DAY = 86_400.0


@pytest.fixture
def truck(fleet: Any) -> UnitView:
    return fleet.unit("truck_07")


@pytest.fixture
def other(fleet: Any) -> UnitView:
    return fleet.unit("truck_02")


def with_drift(view: UnitView, level: float) -> UnitView:
    ts = view.at - 1_800.0 * np.arange(600.0)[::-1]
    drift = IndicatorView("coolant_drift", "Coolant against its own days", 0.5, ("cooling",), uom="°F", difference=True,
                          value=level, normal=(-2.0, 2.0), course=(ts, np.full(600, level)),
                          course_s=14 * DAY)  # fmt: skip
    return replace(view, indicators=(drift,))


def with_load(view: UnitView, load: float | None, regime: str = "at work") -> UnitView:
    signal = SignalView("engine_load_pct", "Engine load", "%", 0, load is not None, load, None, False, None, None)
    values = np.column_stack([view.values, np.full(len(view.ts), np.nan if load is None else load)])
    return replace(view, signals=(*view.signals, signal), values=values, regime=regime)


def test_both_stand_with_score_band_and_reason(truck: UnitView, other: UnitView) -> None:
    fields = compare_fields(truck, Compared("truck_02", other), ("truck_02", "truck_04", "truck_07"))
    assert fields["compare.mine.pill"] == "High 71"
    assert fields["compare.other.pill"] == "Low 5"
    assert fields["compare.other.reason"] == "Nothing unusual"
    assert fields["compare.hidden"] is None
    assert fields["compare.units"] == (NOBODY, "truck_02", "truck_04")
    assert fields["compare.chosen"] == "truck_02"


def test_each_signal_has_the_value_and_normal_of_both_and_both_their_lines(truck: UnitView, other: UnitView) -> None:
    fields = compare_fields(truck, Compared("truck_02", other), ())
    assert fields["compare.rows"] == (
        "coolant_temp_f", "intake_air_temp_f", "engine_rpm", "speed_mph", "vibration_score",
    )  # fmt: skip
    row = "compare.rows/coolant_temp_f"
    assert str(fields[f"{row}/mine"]).endswith(" °F")
    assert fields[f"{row}/other.normal"] == "its normal 188–197 · limit 225"
    assert str(fields[f"{row}/path.0"]).startswith("M")
    assert fields[f"{row}/apart"] == "the same"


def test_a_signal_that_one_does_not_send_is_not_compared(truck: UnitView, other: UnitView) -> None:
    without = tuple(replace(each, fitted=False, value=None) if each.key == "speed_mph" else each
                    for each in other.signals)  # fmt: skip
    fields = compare_fields(truck, Compared("truck_02", replace(other, signals=without)), ())
    row = "compare.rows/speed_mph"
    assert (fields[f"{row}/other"], fields[f"{row}/apart"]) == ("not fitted", "")


@pytest.mark.parametrize(
    ("mine", "their", "uom", "said"),
    [(207, 198, "°F", "9 °F hotter"), (90, 95, "°C", "5 °C cooler"), (0.9, 0.7, "", "0.20 higher"),
     (60, 62, "mph", "2 mph slower"), (5.2, 5.4, "°F", "the same"), (None, 3, "rpm", "")],
)  # fmt: skip
def test_a_difference_says_its_direction_in_words(mine: float | None, their: float, uom: str, said: str) -> None:
    assert apart(mine, their, uom, 0 if uom else 2) == said


def test_what_days_at_equal_load_say_stands_first(truck: UnitView, other: UnitView) -> None:
    assert days_apart(with_drift(truck, 9.0), with_drift(other, 0.4)) == (
        "truck_07 runs 9 °F further above its own normal in coolant than truck_02, "
        "each held against itself at equal load."
    )
    assert days_apart(with_drift(truck, 0.2), with_drift(other, 9.0)).startswith("truck_02 runs 9 °F further")
    assert "neither has moved away" in days_apart(with_drift(truck, 0.5), with_drift(other, 0.4))
    assert days_apart(truck, with_drift(other, 9.0)).startswith("Not both have days of their own")


def test_days_have_a_row_of_their_own(truck: UnitView, other: UnitView) -> None:
    fields = compare_fields(with_drift(truck, 9.0), Compared("truck_02", with_drift(other, 0.0)), ())
    row = "compare.rows/coolant_drift"
    assert (fields[f"{row}/mine"], fields[f"{row}/other"], fields[f"{row}/apart"]) == (
        "+9 °F", "0 °F", "9 °F further above",
    )  # fmt: skip


def test_newest_values_say_whether_the_load_was_the_same(truck: UnitView, other: UnitView) -> None:
    assert loads(with_load(truck, 62), with_load(other, 60)) == (
        "Newest values, at about the same load (62 % against 60 %)."
    )
    assert "not at the same load (84 % against 12 %)" in loads(with_load(truck, 84), with_load(other, 12))
    assert "not at the same load" in loads(with_load(truck, 62), with_load(other, 62, "idling"))
    assert "not known" in loads(with_load(truck, 62), with_load(other, None))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("van_03", "van_03 is of class Delivery van, truck_07 of class Class 8 truck: only units of one class"),
        ("nobody", "No unit called “nobody” has reported yet"),
        ("truck_07", "truck_07 is this unit itself"),
    ],
)
def test_what_cannot_be_compared_says_why(fleet: Any, truck: UnitView, asked: str, said: str) -> None:
    pair = compared(truck, asked, fleet.unit(asked))
    assert pair is not None
    assert said in pair.sentence
    fields = compare_fields(truck, pair, ("truck_02",))
    assert (fields["compare.hidden"], fields["compare.sentence.hidden"], fields["compare.remove.hidden"]) == (
        "", None, None,
    )  # fmt: skip


def test_nothing_is_said_where_nobody_asked(truck: UnitView) -> None:
    assert compared(truck, None, None) is None
    fields = compare_fields(truck, None, ())
    assert (fields["compare.hidden"], fields["compare.sentence.hidden"], fields["compare.rows"]) == ("", "", ())
    assert fields[f"compare.units/{NOBODY}/id"] == "No other Class 8 truck"


def test_the_picker_offers_units_of_the_class_and_the_address_is_heard(shared: Shared) -> None:
    fields = page_of(arrival(shared, parse("?page=unit&unit=truck_07&with=truck_04&units=c"))).fields
    assert fields["compare.units"] == (NOBODY, "truck_02", "truck_04")
    assert fields["compare.other.id"] == "truck_04"
    assert str(fields["compare.rows/coolant_temp_f/mine"]).endswith(" °C")
    assert page_of(arrival(shared, parse("?page=unit&unit=truck_07"))).fields["compare.rows"] == ()


@pytest.mark.e2e
def test_a_second_unit_is_picked_shared_by_its_link_and_removed(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=unit&unit=truck_07")
    page.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    picker = page.get_by_test_id("compare")
    both = page.locator(".compare-both")
    expect(both).to_be_hidden()
    picker.select_option("truck_02")
    expect(both).to_contain_text("Coolant temperature")
    expect(page).to_have_url(re.compile(r"with=truck_02"))
    page.reload()
    expect(page.locator(".compare-both")).to_contain_text("Coolant temperature")
    expect(picker).to_have_value("truck_02")
    page.get_by_test_id("compare-remove").click()
    expect(both).to_be_hidden()
    expect(picker).to_have_value(NOBODY)
    assert "with=" not in page.url


@pytest.mark.e2e
def test_a_link_to_another_class_says_so_and_is_left_behind_with_the_unit(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=unit&unit=truck_07&with=van_03")
    expect(page.locator("#compare")).to_contain_text("only units of one class can be compared")
    expect(page.get_by_test_id("unit-risk")).to_have_text("71")
    page.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    page.locator("#unit-picker").select_option("van_03")
    expect(page.get_by_test_id("unit-risk")).to_have_text("47")
    assert "with=" not in page.url
