"""The charts of a unit under a pointer and under keys, in a real browser; the fleet moves when a test says so."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from shiny_app.shell.format import clock, quantity

pytestmark = pytest.mark.e2e

Serve = Callable[..., Any]

KEYS = ("coolant_temp_f", "vibration_score", "engine_rpm", "speed_mph")


@pytest.fixture
def charts(page: Page, fleet: Any, serve: Serve) -> Page:
    """The unit page of truck_07, connected, with its charts in view."""
    page.goto(serve(fleet).url + "?page=unit&unit=truck_07")
    page.wait_for_function("window.Shiny?.shinyapp?.isConnected()")
    expect(page.locator("img[data-chart=speed_mph]")).to_have_attribute("src", re.compile("v=1$"))
    page.locator(".charts").scroll_into_view_if_needed()
    return page


def pad(page: Page, key: str = "coolant_temp_f") -> Locator:
    return page.locator(f"[data-signal={key}] .pad")


def place(page: Page, share: float, key: str = "coolant_temp_f") -> tuple[float, float]:
    """Where on the page a share of a plot's width is."""
    pad(page, key).scroll_into_view_if_needed()
    box = pad(page, key).bounding_box()
    assert box is not None
    return box["x"] + share * box["width"], box["y"] + box["height"] / 2


def hover(page: Page, share: float, key: str = "coolant_temp_f") -> None:
    page.mouse.move(*place(page, share, key))


def readout(page: Page, key: str) -> Locator:
    return page.locator(f"[data-signal={key}] .readout")


def says(page: Page, key: str, value: str, time: str) -> None:
    """Wait until the readout of a chart says that value and that time."""
    expect(readout(page, key).locator(".value")).to_have_text(value)
    expect(readout(page, key).locator(".time")).to_have_text(time)


def shown_at(fleet: Any, key: str, ago: int) -> tuple[str, str]:
    """What the readout has to say of a signal: its value and the time, as the read model has them."""
    view = fleet.unit("truck_07")
    signal = view.signal(key)
    value = quantity(round(float(view.series(key)[-1 - ago]), 3), signal.uom, signal.decimals)
    return value, clock(float(view.ts[-1 - ago]))


def drag(page: Page, start: float, end: float) -> None:
    hover(page, start)
    expect(readout(page, "coolant_temp_f")).to_be_visible()
    page.mouse.down()
    page.mouse.move(*place(page, (start + end) / 2))
    page.mouse.move(*place(page, end))
    page.mouse.up()


def test_hovering_one_chart_shows_the_instant_in_all(charts: Page, fleet: Any) -> None:
    hover(charts, 0.5)
    for key in KEYS:
        expect(readout(charts, key)).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
        assert pad(charts, key).locator(".cursor").is_visible()
    times = {readout(charts, key).locator(".time").inner_text() for key in KEYS}
    ago = next(each for each in range(290, 311) if clock(fleet.at - each) in times)
    assert times == {clock(fleet.at - ago)}
    for key in KEYS:
        says(charts, key, *shown_at(fleet, key, ago))
    charts.mouse.move(5, 5)
    expect(readout(charts, "coolant_temp_f")).to_be_hidden()


def test_the_cursor_stays_under_the_pointer_while_the_data_move(charts: Page, fleet: Any) -> None:
    hover(charts, 0.5)
    line = pad(charts).locator(".cursor")
    expect(line).to_be_visible()
    before = line.bounding_box()
    said = readout(charts, "coolant_temp_f").locator(".time").inner_text()
    for _ in range(5):
        fleet.step()
    expect(readout(charts, "coolant_temp_f").locator(".time")).not_to_have_text(said)
    assert line.bounding_box() == before


def test_keys_move_the_cursor_by_a_sample_and_by_ten(charts: Page, fleet: Any) -> None:
    slider = pad(charts, "engine_rpm")
    slider.focus()
    slider.press("ArrowLeft")
    says(charts, "coolant_temp_f", *shown_at(fleet, "coolant_temp_f", 0))
    slider.press("Shift+ArrowLeft")
    slider.press("ArrowLeft")
    says(charts, "speed_mph", *shown_at(fleet, "speed_mph", 11))
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^\d\d:\d\d:\d\d, 1,\d{3} rpm"))
    time = readout(charts, "speed_mph").locator(".time").inner_text()
    fleet.step()
    expect(charts.locator("img[data-chart=speed_mph]")).to_have_attribute("data-version", "2")
    expect(readout(charts, "speed_mph").locator(".time")).to_have_text(time)
    slider.press("Escape")
    expect(readout(charts, "speed_mph")).to_be_hidden()
    expect(slider).to_have_attribute("aria-valuetext", "no cursor")


def test_a_gap_says_no_data(charts: Page, fleet: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = fleet.unit

    def broken(vehicle_id: str) -> Any:
        view = unit(vehicle_id)
        view.values[-400:-200, 0] = float("nan")
        return view

    monkeypatch.setattr(fleet, "unit", broken)
    fleet.step()
    hover(charts, 0.5)
    expect(readout(charts, "coolant_temp_f")).to_contain_text("no data")
    expect(readout(charts, "speed_mph")).to_contain_text("mph")


def test_a_brush_zooms_all_charts_and_back_and_forward_are_steps(charts: Page) -> None:
    drag(charts, 0.4, 0.6)
    expect(charts).to_have_url(re.compile(r"from=\d+\.\d&to=\d+\.\d"))
    for key in KEYS:
        expect(charts.locator(f"img[data-chart={key}]")).to_have_attribute(
            "src", re.compile(r"&from=\d+\.\d&to=\d+\.\d")
        )
    words = charts.get_by_test_id("zoom-words")
    expect(words).to_have_text(re.compile(r"^\d\d:\d\d:\d\d to \d\d:\d\d:\d\d"))
    begin, end = map(float, re.findall(r"(?:from|to)=([\d.]+)", charts.url))
    assert 110 < end - begin < 130
    charts.go_back()
    expect(words).to_have_text("")
    expect(charts).not_to_have_url(re.compile("from="))
    charts.go_forward()
    expect(words).to_have_text(re.compile(" to "))
    charts.get_by_test_id("zoom-out").click()
    expect(charts).not_to_have_url(re.compile("from="))
    expect(charts.get_by_test_id("zoom-out")).to_be_hidden()


def test_a_double_click_and_escape_show_the_whole_range_again(charts: Page) -> None:
    for leave in ("dblclick", "Escape"):
        drag(charts, 0.4, 0.6)
        expect(charts).to_have_url(re.compile("from="))
        expect(charts.get_by_test_id("zoom-out")).to_be_visible()
        if leave == "dblclick":
            pad(charts).dblclick()
        else:
            pad(charts).press("Escape")
            pad(charts).press("Escape")
        expect(charts).not_to_have_url(re.compile("from="))
        expect(charts.get_by_test_id("zoom-out")).to_be_hidden()


def test_plus_and_minus_zoom_around_the_cursor(charts: Page) -> None:
    pad(charts).focus()
    for key in ("End", "Shift+ArrowLeft", "+"):
        pad(charts).press(key)
        expect(readout(charts, "coolant_temp_f")).to_be_visible() if key != "+" else None
    expect(charts).to_have_url(re.compile("from="))
    begin, end = map(float, re.findall(r"(?:from|to)=([\d.]+)", charts.url))
    assert end - begin == pytest.approx(300, abs=1)
    expect(charts.get_by_test_id("zoom-words")).to_have_text(re.compile(" to "))
    pad(charts).press("End")
    expect(readout(charts, "coolant_temp_f")).to_be_visible()
    pad(charts).press("-")
    expect(charts).not_to_have_url(re.compile("from="))


def test_ranges_are_shared_by_all_charts_and_stand_in_the_address(charts: Page) -> None:
    hint, head = charts.locator(".range-bar .hint"), charts.locator("[data-signal=coolant_temp_f] .newest")
    expect(head).not_to_contain_text("now", use_inner_text=True)
    charts.get_by_test_id("range-4h").click()
    expect(hint).to_contain_text("Each point is the mean of 30 s.")
    expect(head).to_contain_text("now", use_inner_text=True)  # it is not what the newest point of the chart says
    expect(charts).to_have_url(re.compile("range=4h"))
    expect(charts.get_by_test_id("range-4h")).to_have_attribute("aria-pressed", "true")
    expect(charts.get_by_test_id("range-10m")).to_have_attribute("aria-pressed", "false")
    expect(charts.get_by_test_id("range-4h")).to_be_focused()
    for key in KEYS:
        chart = charts.locator(f"img[data-chart={key}]")
        expect(chart).to_have_attribute("src", re.compile("&range=4h&v="))
        expect(chart).to_have_attribute("alt", re.compile("over the last 4 hours: newest"))
    charts.get_by_test_id("range-14d").click()
    expect(hint).to_contain_text("Each point is the mean of 30 min.")
    hover(charts, 0.5)
    expect(readout(charts, "coolant_temp_f").locator(".time")).to_have_text(re.compile(r"^\d+ [A-Z][a-z]+ \d\d:\d\d$"))
    charts.go_back()
    expect(charts.get_by_test_id("range-4h")).to_have_attribute("aria-pressed", "true")


def test_a_picture_of_a_longer_range_is_not_fetched_with_each_snapshot(charts: Page, fleet: Any) -> None:
    charts.get_by_test_id("range-14d").click()
    chart = charts.locator("img[data-chart=coolant_temp_f]")
    expect(chart).to_have_attribute("src", re.compile("range=14d"))
    asked: list[str] = []
    charts.on("request", lambda request: asked.append(request.url))
    for _ in range(3):
        fleet.set("truck_07", score=fleet.units["truck_07"].score + 1)
        expect(charts.get_by_test_id("unit-risk")).to_have_text(str(fleet.units["truck_07"].score))
    assert not [url for url in asked if "coolant_temp_f" in url]


def test_a_zoom_of_nothing_falls_back_with_a_sentence(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=unit&unit=truck_07&from=100&to=200")
    expect(page.get_by_test_id("zoom-words")).to_contain_text("Nothing is held of the time")
    expect(page.get_by_test_id("range-10m")).to_have_attribute("aria-pressed", "true")


def test_marks_are_named_in_the_text_the_readout_and_the_table(charts: Page, fleet: Any) -> None:
    fleet.active["truck_07", "fan_lost"] = fleet.at + 600
    fleet.step()
    chart = charts.locator("img[data-chart=coolant_temp_f]")
    expect(chart).to_have_attribute("alt", re.compile("marked: 1 Cooling margin shrinking; 2 injected: Fan lost$"))
    expect(charts.locator("img[data-chart=speed_mph]")).to_have_attribute(
        "alt", re.compile("marked: injected: Fan lost$")
    )
    hover(charts, 0.98)
    expect(readout(charts, "coolant_temp_f").locator(".names")).to_have_text(
        "Cooling margin shrinking; injected: Fan lost"
    )
    charts.mouse.move(5, 5)
    charts.get_by_test_id("table-speed_mph").locator("summary").click()
    rows = charts.get_by_test_id("table-speed_mph").locator("tbody tr")
    expect(rows).to_have_count(120)
    expect(rows.first).to_contain_text("injected: Fan lost")


def test_a_table_has_the_newest_first_with_their_verdicts(charts: Page, fleet: Any) -> None:
    charts.get_by_test_id("table-coolant_temp_f").locator("summary").click()
    table = charts.get_by_test_id("table-coolant_temp_f")
    expect(table.locator("caption")).to_have_text(
        "Coolant temperature, °F: the newest 120 samples; the CSV has all 600"
    )
    view = fleet.unit("truck_07")
    for at in range(8):
        cells = table.locator("tbody tr").nth(at).locator("td")
        expect(cells.nth(0)).to_have_text(clock(float(view.ts[-1 - at])))
        expect(cells.nth(1)).to_have_text(quantity(round(float(view.values[-1 - at, 0]), 3), "°F", 0))
        verdict = "Valid" if int(view.ts[-1 - at]) % 7 else "Needs review"
        expect(cells.nth(2)).to_contain_text(verdict)


def test_units_and_files_follow_what_is_shown(charts: Page) -> None:
    charts.get_by_test_id("units").click()
    charts.get_by_test_id("range-4h").click()
    link = charts.get_by_test_id("save-coolant_temp_f-svg")
    expect(link).to_have_attribute("href", "charts/truck_07/coolant_temp_f.svg?range=4h&units=c")
    hover(charts, 0.5)
    expect(readout(charts, "coolant_temp_f")).to_contain_text("°C")


def test_a_paused_page_stands_still_while_another_goes_on(charts: Page, tabs: Any, fleet: Any) -> None:
    other = tabs.take()
    other.goto(charts.url)
    expect(other.get_by_test_id("unit-risk")).to_have_text("71")
    charts.get_by_test_id("pause").click()
    expect(charts.get_by_test_id("paused")).to_have_text(
        f"Paused at {clock(fleet.at)}. This page stands still; the fleet goes on."
    )
    still = charts.locator("body").inner_text()
    for score in (72, 73, 74):
        fleet.set("truck_07", score=score)
        expect(other.get_by_test_id("unit-risk")).to_have_text(str(score))
    assert charts.locator("body").inner_text() == still
    charts.get_by_test_id("fault-coolant_overheat").click()
    expect(charts.locator("#toast")).to_contain_text("coolant_overheat is on truck_07.")
    expect(charts.get_by_test_id("unit-risk")).to_have_text("71")
    charts.get_by_test_id("resume").click()
    expect(charts.get_by_test_id("unit-risk")).to_have_text("74")
    expect(charts.get_by_test_id("paused")).to_have_text("")
    expect(charts.get_by_test_id("pause")).to_have_attribute("aria-pressed", "false")
    expect(charts.get_by_test_id("pause")).to_be_focused()
    tabs.give_back(other)


def test_a_paused_page_still_reads_what_it_shows_and_a_reload_goes_on(charts: Page, fleet: Any) -> None:
    charts.get_by_test_id("pause").click()
    expect(charts.get_by_test_id("resume")).to_be_visible()
    end = fleet.at
    for _ in range(30):
        fleet.step()
    pad(charts).focus()
    pad(charts).press("End")
    expect(readout(charts, "coolant_temp_f").locator(".time")).to_have_text(clock(end))
    charts.reload()
    expect(charts.get_by_test_id("pause")).to_have_attribute("aria-pressed", "false")


def test_the_charts_of_a_paused_page_keep_their_data_in_another_theme_and_width(charts: Page, fleet: Any) -> None:
    drawn = charts.locator("img[data-chart=coolant_temp_f]")
    fleet.step()
    expect(drawn).to_have_attribute("src", re.compile("v=2$"))
    charts.get_by_test_id("pause").click()
    expect(drawn).to_have_attribute("src", re.compile("theme=light.*&held=2&v=2$"))
    for _ in range(30):
        fleet.step()
    charts.get_by_test_id("theme").click()
    expect(drawn).to_have_attribute("src", re.compile("theme=dark.*&held=2&v=2$"))
    charts.set_viewport_size({"width": 700, "height": 900})
    expect(drawn).to_have_attribute("src", re.compile("w=640.*theme=dark.*&held=2&v=2$"))
    with charts.expect_response(re.compile("series.json.*held=2")) as figures:
        hover(charts, 0.5)
    assert figures.value.json()["end"] == fleet.at - 30
    charts.get_by_test_id("resume").click()
    expect(drawn).to_have_attribute("src", re.compile("theme=dark&v=32$"))


def test_nothing_moves_while_values_pictures_and_the_cursor_change(charts: Page, fleet: Any) -> None:
    charts.set_viewport_size({"width": 1280, "height": 560})  # the samples below move, and are meant to
    charts.evaluate("document.getElementById('charts').scrollIntoView()")
    charts.evaluate(
        "window.moved = []; new PerformanceObserver((list) => list.getEntries().forEach((entry) => window.moved.push("
        "...entry.sources.map(({ node }) => node?.outerHTML ?? 'gone')))).observe({ type: 'layout-shift' })"
    )
    for share in (0.2, 0.5, 0.8):
        hover(charts, share)
        expect(readout(charts, "coolant_temp_f")).to_be_visible()
        fleet.step()
        version = re.compile(f"v={fleet.sequence}$")
        expect(charts.locator("img[data-chart=coolant_temp_f]")).to_have_attribute("src", version)
    charts.mouse.move(5, 5)
    expect(readout(charts, "coolant_temp_f")).to_be_hidden()
    assert charts.evaluate("window.moved") == []
