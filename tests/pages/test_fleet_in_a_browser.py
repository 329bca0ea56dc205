"""Finding one unit among two thousand: filters, order, pages, the strip, the keys and the table as a file."""

import csv
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

Serve = Callable[..., Any]
CLASSES = ("Passenger car", "Delivery van", "Class 8 truck", "Excavator, 22 t", "Stationary genset")


@pytest.fixture
def large(fleet: Any, make_unit: Any) -> Any:
    """Two thousand units: of each class 400, 20 of them silent, two High, three Medium."""
    scores = {7: 90, 11: 80, 13: 60, 17: 50, 19: 40}
    fleet.units = {
        unit.vehicle_id: unit
        for i in range(2_000)
        for unit in (
            make_unit(
                f"unit_{i:04}", CLASSES[i % 5], scores.get(i, i % 30), source="live" if i % 2 else "replay",
                silence_s=300.0 if i % 100 == 50 else 0.4,
            ),
        )
    }  # fmt: skip
    fleet.said.clear()
    fleet.step()
    return fleet


def rows(page: Page) -> list[str]:
    return page.locator("tr[data-key]").evaluate_all("rows => rows.map(row => row.dataset.key)")


def connected(page: Page) -> None:
    page.wait_for_function("window.Shiny?.shinyapp?.isConnected()")


def test_filters_and_search_narrow_the_fleet_and_back_and_forward_follow(page: Page, large: Any, serve: Serve) -> None:
    page.goto(serve(large).url)
    connected(page)
    found, range_ = page.get_by_test_id("fleet-count"), page.get_by_test_id("fleet-range")
    expect(found).to_have_text("2,000 units")
    expect(range_).to_have_text("1–100 of 2,000")
    page.get_by_test_id("fleet-class").select_option("excavator")
    expect(found).to_have_text("400 of 2,000 units")
    page.get_by_test_id("fleet-source").select_option("live")
    expect(found).to_have_text("200 of 2,000 units")
    page.get_by_test_id("fleet-search").press_sequentially("UNIT_19")
    expect(found).to_have_text("10 of 2,000 units")
    expect(range_).to_be_hidden()
    expect(page.get_by_test_id("units-count")).to_have_text("2,000")
    expect(page).to_have_url(re.compile("class=excavator&source=live&q=UNIT_19"))
    assert sorted(rows(page)) == [f"unit_{i}" for i in range(1903, 2000, 10)]
    page.get_by_test_id("unit-row-unit_1913").click()
    expect(page.get_by_test_id("unit-risk")).to_be_visible()
    page.get_by_test_id("nav-fleet").click()
    expect(found).to_have_text("10 of 2,000 units")
    expect(page.get_by_test_id("fleet-search")).to_have_value("UNIT_19")
    expect(page.get_by_test_id("fleet-class")).to_have_value("excavator")
    page.get_by_test_id("fleet-clear").click()
    expect(found).to_have_text("2,000 units")
    expect(page.get_by_test_id("fleet-search")).to_have_value("")
    page.locator("#page h1").focus()
    page.go_back()
    expect(found).to_have_text("10 of 2,000 units")
    expect(page.get_by_test_id("fleet-search")).to_have_value("UNIT_19")
    expect(page.get_by_test_id("fleet-source")).to_have_value("live")
    page.go_forward()
    expect(found).to_have_text("2,000 units")
    page.get_by_test_id("fleet-fresh").select_option("silent")
    expect(found).to_have_text("20 of 2,000 units")
    page.get_by_test_id("fleet-band").select_option("high")
    expect(page.locator("main")).to_contain_text("None of 2,000 units has risk High, freshness Silent.")
    page.get_by_role("button", name="Show the whole fleet").click()
    expect(range_).to_have_text("1–100 of 2,000")


def test_heads_sort_and_pages_turn_and_updates_keep_both(page: Page, large: Any, serve: Serve) -> None:
    page.goto(serve(large).url)
    connected(page)
    assert rows(page)[:5] == ["unit_0007", "unit_0011", "unit_0013", "unit_0017", "unit_0019"]
    page.get_by_test_id("sort-unit").click()
    expect(page.locator("tr[data-key]").first).to_have_attribute("data-key", "unit_0000")
    head = page.locator("th.unit")
    expect(head).to_have_attribute("aria-sort", "ascending")
    page.get_by_test_id("fleet-next").click()
    expect(page.get_by_test_id("fleet-range")).to_have_text("101–200 of 2,000")
    expect(page.locator("tr[data-key]").first).to_have_attribute("data-key", "unit_0100")
    page.get_by_role("button", name="Last page").click()
    expect(page.get_by_test_id("fleet-range")).to_have_text("1,901–2,000 of 2,000")
    expect(page.get_by_test_id("fleet-next")).to_have_attribute("aria-disabled", "true")
    page.get_by_test_id("fleet-previous").click()
    expect(page.get_by_test_id("fleet-range")).to_have_text("1,801–1,900 of 2,000")
    large.set("unit_1850", score=99)
    expect(page.get_by_test_id("unit-row-unit_1851")).to_be_visible()
    expect(page.get_by_test_id("fleet-range")).to_have_text("1,801–1,900 of 2,000")
    page.get_by_test_id("sort-unit").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(page.locator("tr[data-key]").first).to_have_attribute("data-key", "unit_1999")
    expect(page.get_by_role("heading", name="Units, by id, Z to A")).to_be_visible()
    page.get_by_test_id("sort-unit").click()
    expect(page.locator("tr[data-key]").first).to_have_attribute("data-key", "unit_1850")
    page.get_by_test_id("sort-risk").click()
    expect(page.locator("th.risk")).to_have_attribute("aria-sort", "descending")


def test_a_page_past_the_last_is_the_last_with_a_sentence(page: Page, large: Any, serve: Serve) -> None:
    page.goto(serve(large).url + "?page=fleet&class=genset&at=70&band=purple")
    expect(page.get_by_test_id("fleet-range")).to_have_text("301–400 of 400")
    expect(page.locator("main")).to_contain_text("There is no page 70 of these units; this is the last, page 4.")
    expect(page.locator(".notice")).to_contain_text("a band that does not exist")


def test_the_strip_says_and_opens_any_unit_by_pointer_and_by_keys(page: Page, large: Any, serve: Serve) -> None:
    page.goto(serve(large).url)
    connected(page)
    strip, said = page.get_by_test_id("fleet-strip"), page.get_by_test_id("fleet-strip-said")
    expect(page.get_by_test_id("fleet-strip-legend")).to_have_text("2 High · 3 Medium · 1,995 Low · 20 silent")
    strip.hover(position={"x": 2, "y": 5})
    expect(said).to_have_text("unit_0007 · High 90 · Nothing unusual")
    page.mouse.move(5, 5)
    expect(said).to_be_hidden()
    strip.focus()
    expect(strip).to_have_attribute("aria-valuetext", "unit_0007 · High 90 · Nothing unusual")
    page.keyboard.press("End")
    expect(strip).to_have_attribute("aria-valuenow", "2000")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    expect(said).to_have_text("unit_0011 · High 80 · Nothing unusual")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("unit-risk")).to_have_text("80")
    page.go_back()
    strip.click(position={"x": 2, "y": 5})
    expect(page.get_by_test_id("unit-risk")).to_have_text("90")
    expect(page).to_have_url(re.compile("unit=unit_0007"))


def test_the_strip_is_drawn_in_both_themes_and_to_its_width(page: Page, large: Any, serve: Serve) -> None:
    page.goto(serve(large).url + "?page=fleet&class=genset")
    connected(page)
    canvas = page.locator("[data-strip] canvas")
    count = """canvas => {
        const { width, height } = canvas;
        const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
        const seen = new Set();
        for (let at = 0; at < data.length; at += 4) if (data[at + 3]) seen.add(data.slice(at, at + 4).join());
        return [seen.size, width, [...seen].sort().join(" ")];
    }"""
    light = canvas.evaluate(count)
    assert light[0] >= 5, "two bands and more, lit and faded"
    page.get_by_test_id("theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert canvas.evaluate(count)[2] != light[2]
    page.set_viewport_size({"width": 360, "height": 800})
    expect(canvas).not_to_have_attribute("width", str(light[1]))
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_keys_walk_the_units_and_the_selection_stays_with_its_unit(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url)
    connected(page)
    selected = page.locator("tr.selected")
    page.keyboard.press("j")
    expect(selected).to_have_attribute("data-key", "truck_07")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    expect(selected).to_have_attribute("data-key", "excavator_2")
    page.keyboard.press("k")
    expect(selected).to_have_attribute("data-key", "van_03")
    fleet.set("genset_2", score=99)
    expect(page.locator("tr[data-key]").first).to_have_attribute("data-key", "genset_2")
    expect(selected).to_have_attribute("data-key", "van_03")
    page.get_by_test_id("sort-unit").click()
    expect(page.locator("tr[data-key]").first).to_have_attribute("data-key", "corolla_2019")
    expect(selected).to_have_attribute("data-key", "van_03")
    page.keyboard.press("j")
    expect(selected).to_have_attribute("data-key", "van_04")
    page.get_by_test_id("fleet-search").press_sequentially("jk")
    expect(page.get_by_test_id("fleet-search")).to_have_value("jk")
    expect(page.locator("main")).to_contain_text("None of 12 units has “jk” in its id, name or site.")
    page.get_by_test_id("fleet-clear").click()
    expect(page.locator("tr[data-key]").first).to_have_attribute("data-key", "corolla_2019")
    page.locator("#page h1").focus()
    page.keyboard.press("k")
    expect(selected).to_have_attribute("data-key", "van_03")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("unit-risk")).to_have_text("47")


def test_the_table_is_taken_along_as_it_is_filtered_and_sorted(
    page: Page, large: Any, serve: Serve, tmp_path: Path
) -> None:
    page.goto(serve(large).url + "?page=fleet&class=genset&sort=-unit")
    connected(page)
    page.get_by_test_id("fleet-source").select_option("live")
    expect(page.get_by_test_id("csv-fleet")).to_have_attribute("href", re.compile("source=live"))
    with page.expect_download() as begun:
        page.get_by_test_id("csv-fleet").click()
    assert re.fullmatch(r"fleet-\d{8}T\d{6}Z\.csv", begun.value.suggested_filename)
    begun.value.save_as(tmp_path / "fleet.csv")
    table = list(csv.DictReader(StringIO((tmp_path / "fleet.csv").read_bytes().decode(), newline="")))
    assert [row["vehicle_id"] for row in table] == [f"unit_{i:04}" for i in range(1999, 0, -10)]
    assert {(row["class"], row["source"]) for row in table} == {("Stationary genset", "live")}


def test_filters_fold_away_on_a_phone(page: Page, fleet: Any, serve: Serve) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(serve(fleet).url)
    connected(page)
    expect(page.get_by_test_id("fleet-class")).to_be_hidden()
    page.get_by_role("button", name="Filters").click()
    page.get_by_test_id("fleet-class").select_option("genset")
    expect(page.get_by_role("button", name="Filters, 1 set")).to_be_visible()
    expect(page.get_by_test_id("fleet-count")).to_have_text("2 of 12 units")
    page.get_by_label("Order").select_option("-unit")
    expect(page.locator("tr[data-key]").first).to_have_attribute("data-key", "genset_2")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_ten_thousand_units_with_the_longest_ids_do_not_break_the_layout(
    page: Page, fleet: Any, make_unit: Any, serve: Serve
) -> None:
    long = {f"{i:05}{'x' * 59}": i for i in range(10_000)}
    fleet.units = {each: make_unit(each, CLASSES[i % 5], i % 100, source="live") for each, i in long.items()}
    fleet.step()
    page.goto(serve(fleet).url)
    expect(page.get_by_test_id("fleet-range")).to_have_text("1–100 of 10,000", timeout=60_000)
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.locator("html")).to_have_js_property("clientWidth", width)
        expect(page.locator("html")).to_have_js_property("scrollWidth", width)
        wide = page.evaluate(
            """[...document.querySelectorAll(".units-card *, .summary *")]
            .filter(node => node.getBoundingClientRect().right > innerWidth + 1).length"""
        )
        assert wide == 0
        assert page.get_by_test_id("fleet-strip").evaluate("node => node.clientHeight") < 140


def test_a_unit_that_leaves_while_it_is_looked_at_says_so_and_comes_back(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=unit&unit=van_03")
    expect(page.get_by_test_id("unit-risk")).to_have_text("47")
    connected(page)
    fleet.set("van_03", score=48)
    expect(page.get_by_test_id("unit-risk")).to_have_text("48")  # the session itself has seen it
    gone = fleet.units.pop("van_03")
    fleet.step()
    expect(page.locator("main")).to_contain_text("“van_03” was here until 23 Nov")
    expect(page.get_by_role("link", name="Back to the fleet")).to_be_visible()
    fleet.change(gone)
    expect(page.get_by_test_id("unit-risk")).to_have_text("48")
