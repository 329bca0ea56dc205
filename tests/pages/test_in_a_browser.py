"""What a person sees and does, in a real browser against a fleet that moves when the test says so.

The `page` fixture fails a test whose page said an error to the console.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.e2e

Serve = Callable[..., Any]


def rows(page: Page) -> list[str]:
    return page.locator("tr[data-key]").evaluate_all("rows => rows.map(row => row.dataset.key)")


def stay(page: Page) -> None:
    """Mark this document, so that a reload would be seen."""
    page.evaluate("window.stayed = true")


def stayed(page: Page) -> bool:
    return page.evaluate("window.stayed === true")


def keep_the_node(locator: Locator) -> None:
    locator.evaluate("node => { window.kept = node }")


def test_live_values_arrive_without_a_reload(page: Page, fleet: Any, make_unit: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url)
    expect(page.get_by_test_id("units-count")).to_have_text("12")
    stay(page)
    fleet.change(make_unit("leon", "Passenger car", 99, "Coolant 250 °F, confirming", source="live"))
    expect(page.get_by_test_id("units-count")).to_have_text("13")
    expect(page.get_by_test_id("unit-row-leon")).to_contain_text("High 99")
    expect(page.get_by_test_id("unit-row-leon")).to_contain_text("Coolant 250 °F, confirming")
    expect(page.get_by_test_id("source-badge")).to_contain_text("Simulated and live")
    assert rows(page)[0] == "leon"
    assert stayed(page)


def test_rows_are_reordered_around_the_one_that_has_the_focus(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url)
    link = page.get_by_test_id("unit-row-genset_2").get_by_role("link")
    link.focus()
    keep_the_node(link)
    page.evaluate("window.lost = 0; document.addEventListener('focusout', () => window.lost++)")
    fleet.set("genset_2", score=99)
    expect(page.locator("tr[data-key]").first).to_have_attribute("data-key", "genset_2")
    fleet.set("genset_2", score=0)
    expect(page.locator("tr[data-key]").last).to_have_attribute("data-key", "genset_2")
    assert page.evaluate("document.activeElement === window.kept && window.lost === 0")
    assert rows(page)[:3] == ["truck_07", "van_03", "excavator_2"]


def test_rows_that_stay_keep_their_elements(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url)
    keep_the_node(page.get_by_test_id("unit-row-truck_02"))
    del fleet.units["corolla_2021"]
    fleet.set("truck_02", score=60)
    expect(page.get_by_test_id("unit-row-truck_02")).to_contain_text("Medium 60")
    expect(page.get_by_test_id("unit-row-corolla_2021")).to_have_count(0)
    assert page.get_by_test_id("unit-row-truck_02").evaluate("node => node === window.kept")
    assert rows(page) == [unit.vehicle_id for unit in fleet._ordered()]


def test_pages_change_without_a_reload_and_back_and_forward_work(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=fleet&theme=dark")
    expect(page.get_by_test_id("source-badge")).to_be_visible()
    page.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    stay(page)
    page.get_by_test_id("unit-row-van_03").click()
    expect(page.get_by_test_id("unit-risk")).to_have_text("47")
    expect(page).to_have_url(re.compile(r"page=unit&unit=van_03&theme=dark"))
    expect(page).to_have_title("(3) van_03 · Connected Ops Lab")
    expect(page.get_by_test_id("nav-unit")).to_have_attribute("aria-current", "page")
    expect(page.get_by_test_id("fault-unit")).to_have_value("van_03")
    page.locator("#unit-picker").select_option("genset_1")
    expect(page.get_by_test_id("unit-risk")).to_have_text("6")
    expect(page.get_by_test_id("fault-speed_anomaly")).to_have_count(0)
    page.go_back()
    expect(page.get_by_test_id("unit-risk")).to_have_text("47")
    page.go_back()
    expect(page.get_by_test_id("unit-row-van_03")).to_be_visible()
    page.go_forward()
    expect(page.get_by_test_id("unit-risk")).to_have_text("47")
    page.get_by_test_id("nav-fleet").click()
    expect(page.get_by_test_id("units-count")).to_have_text("12")
    page.get_by_test_id("nav-unit").click()
    expect(page).to_have_url(re.compile(r"page=unit&unit=van_03"))
    expect(page.get_by_test_id("unit-risk")).to_have_text("47")
    fleet.set("van_03", score=52)
    expect(page.get_by_test_id("unit-risk")).to_have_text("52")
    assert stayed(page)


def test_each_stage_of_the_loop_leads_to_its_page(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url)
    page.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    page.get_by_test_id("loop-signal").click()
    expect(page.locator("#charts")).to_be_in_viewport()
    expect(page).to_have_url(re.compile(r"unit=truck_07#charts"))
    page.get_by_test_id("loop-telemetry").click()
    expect(page.get_by_test_id("units-count")).to_have_text("12")
    page.get_by_test_id("loop-risk").click()
    expect(page.get_by_test_id("unit-risk")).to_have_text("71")
    for stage, name in (("validation", "quality"), ("insight", "insights"), ("value", "value")):
        page.get_by_test_id(f"loop-{stage}").click()
        expect(page.get_by_test_id(f"nav-{name}")).to_have_attribute("aria-current", "page")
        expect(page).to_have_url(re.compile(f"page={name}"))
        expect(page.locator("#page h1")).to_be_focused()


def test_temperatures_are_switched_to_celsius_and_stay_so(page: Page, fleet: Any, serve: Serve) -> None:
    url = serve(fleet).url
    page.goto(url)
    row = page.get_by_test_id("unit-row-truck_07")
    expect(row).to_contain_text("Coolant 9 °F above its own normal")
    page.get_by_test_id("units").click()
    expect(row).to_contain_text("Coolant 5 °C above its own normal")
    expect(page.get_by_test_id("units")).to_have_text("°C")
    expect(page).to_have_url(re.compile("units=c"))
    row.click()
    expect(page.locator(".samples thead")).to_contain_text("°C")
    expect(page).to_have_url(re.compile("units=c"))
    page.goto(url)
    expect(row).to_contain_text("Coolant 5 °C above its own normal")
    page.get_by_test_id("units").click()
    expect(row).to_contain_text("Coolant 9 °F above its own normal")


def test_an_acknowledged_insight_says_when(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=insights")
    card = page.get_by_test_id("episode-truck_07.cooling.1")
    expect(page.get_by_test_id("insights-open")).to_have_text("3")
    expect(page.get_by_test_id("fixed-alarms")).to_have_text("247")
    page.get_by_test_id("acknowledge-truck_07.cooling.1").click()
    expect(page.locator("#toast")).to_contain_text("is acknowledged.")
    expect(card).to_contain_text(re.compile(r"Acknowledged \d\d:\d\d"))
    expect(page.get_by_test_id("acknowledge-truck_07.cooling.1")).to_be_hidden()
    expect(page.get_by_test_id("insights-open")).to_have_text("3")
    page.reload()
    expect(card).to_contain_text(re.compile(r"Acknowledged \d\d:\d\d"))


def test_changed_assumptions_go_along_from_page_to_page(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=value&chance_cooling=80")
    page.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    expect(page.get_by_test_id("loop-value")).to_contain_text("$5,363 saved2 units, by your assumptions")
    page.get_by_test_id("nav-fleet").click()
    expect(page.get_by_test_id("fleet-saved")).to_have_text("$5,363")
    expect(page.locator(".summary")).to_contain_text("$2,110 instead of $7,473 expected, by your assumptions")
    expect(page).to_have_url(re.compile("page=fleet&chance_cooling=80"))


def test_a_row_is_reached_with_the_keyboard_alone(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url)
    page.get_by_test_id("unit-row-truck_07").get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("unit-risk")).to_have_text("71")


def test_a_unit_page_without_a_unit_gets_one_into_its_address(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=unit")
    expect(page.get_by_test_id("unit-risk")).to_have_text("71")
    expect(page).to_have_url(re.compile(r"unit=truck_07"))


def test_an_unknown_unit_is_a_sentence_until_it_reports(page: Page, fleet: Any, make_unit: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=unit&unit=leon")
    expect(page.locator("main")).to_contain_text("No unit called “leon” has reported yet.")
    fleet.change(make_unit("leon", "Passenger car", 12, source="live"))
    expect(page.get_by_test_id("unit-risk")).to_have_text("12")


def test_an_unknown_page_has_a_way_back(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=weather")
    expect(page.locator("main")).to_contain_text("There is no page called “weather”.")
    page.get_by_role("link", name="Back to the fleet").click()
    expect(page.get_by_test_id("units-count")).to_have_text("12")


def test_an_empty_fleet_fills_by_itself(page: Page, fleet: Any, make_unit: Any, serve: Serve) -> None:
    fleet.units.clear()
    page.goto(serve(fleet).url)
    expect(page.locator("main")).to_contain_text("No unit has reported yet")
    fleet.change(make_unit("leon", "Passenger car", 12, source="live"))
    expect(page.get_by_test_id("unit-row-leon")).to_contain_text("Low 12")
    expect(page.get_by_test_id("units-count")).to_have_text("1")


def test_a_fault_button_acts_on_the_picked_unit_and_says_so(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url)
    page.get_by_test_id("fault-unit").select_option("truck_02")
    size = page.get_by_test_id("fault-coolant_overheat").bounding_box()
    page.get_by_test_id("fault-coolant_overheat").click()
    expect(page.locator("#toast")).to_have_text("coolant_overheat is on truck_02.")
    expect(page.get_by_test_id("fault-coolant_overheat")).to_contain_text("active, 10 min left")
    assert page.get_by_test_id("fault-coolant_overheat").bounding_box() == size
    assert fleet.pressed == [("coolant_overheat", "truck_02", None)]
    page.get_by_test_id("reset").click()
    expect(page.locator("#toast")).to_have_text("The simulated units start afresh.")
    expect(page.get_by_test_id("fault-coolant_overheat")).not_to_contain_text("active")


def test_what_was_on_its_way_does_not_take_a_choice_back(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url)
    picker = page.get_by_test_id("fault-unit")
    picker.select_option("truck_02")  # before the page's first message, which names the first unit
    expect(page.get_by_test_id("units-count")).to_have_text(str(len(fleet.units)))
    fleet.set("truck_07", score=fleet.units["truck_07"].score + 1)
    expect(page.get_by_test_id("unit-row-truck_07")).to_contain_text(str(fleet.units["truck_07"].score))
    expect(picker).to_have_value("truck_02")


def test_the_theme_is_remembered_and_in_the_url(page: Page, fleet: Any, serve: Serve) -> None:
    url = serve(fleet).url
    page.goto(url)
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "light")
    page.get_by_test_id("theme").click()
    expect(root).to_have_attribute("data-theme", "dark")
    expect(page).to_have_url(re.compile("theme=dark"))
    page.goto(url)
    expect(root).to_have_attribute("data-theme", "dark")
    page.goto(url + "?theme=light")
    expect(root).to_have_attribute("data-theme", "light")


def test_charts_ask_for_their_own_width_and_newest_version(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=unit&unit=truck_07")
    chart = page.locator("img[data-chart=coolant_temp_f]")
    address = r"charts/truck_07/coolant_temp_f\.png\?w=(480|400)&s=1&theme=light&v="
    expect(chart).to_have_attribute("src", re.compile(address + "1$"))
    page.wait_for_function("window.Shiny?.shinyapp?.isConnected()")  # charts come before the connection does
    fleet.step()
    expect(chart).to_have_attribute("src", re.compile(address + "2$"))
    expect(chart).to_have_attribute("alt", re.compile(r"^Coolant temperature over the last 10 minutes: newest \d+ °F"))
    page.get_by_test_id("theme").click()
    expect(chart).to_have_attribute("src", re.compile("theme=dark"))
    page.set_viewport_size({"width": 360, "height": 800})
    expect(chart).to_have_attribute("src", re.compile("w=320"))
