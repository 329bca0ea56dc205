"""Each state has its own sentence: no data, connecting, silent, disconnected, simulated; and whose time it is."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from shiny_app.shell import format as shown
from shiny_app.shell.badge import about_data, badge_fields
from shiny_app.unit.view import heard

Serve = Callable[..., Any]


def test_a_silent_unit_says_since_when_and_what_that_means(fleet: Any) -> None:
    said = heard(fleet.unit("van_05"))
    assert re.fullmatch(r"silent since \d\d:\d\d; score and charts are as they were then, until it reports again", said)
    assert heard(fleet.unit("truck_07")) == "last heard now"


def test_the_badge_says_of_each_source_what_it_is(fleet: Any, make_unit: Any) -> None:
    assert "no real machine does" in about_data(fleet.snapshot())
    fleet.change(make_unit("leon", "Passenger car", source="live"))
    assert "Live: real machines" in about_data(fleet.snapshot())
    fleet.units.clear()
    assert about_data(fleet.snapshot()).startswith("No unit has reported yet")


@pytest.mark.parametrize(
    ("zone", "name", "ahead"),
    [("UTC", "UTC", 0), ("Europe/Berlin", "UTC+01:00", 60), ("America/St_Johns", "UTC−03:30", -210)],
)
def test_the_servers_zone_is_named(
    monkeypatch: pytest.MonkeyPatch, fleet: Any, zone: str, name: str, ahead: int
) -> None:
    import time  # noqa: PLC0415 - the zone is the process's own

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert shown.zone(fleet.at) == name
        fields = badge_fields(fleet.snapshot())
        assert fields["badge.zone"] == f"Times are the server's, {name}."
        assert fields["badge.offset"] == str(ahead)
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.e2e
def test_a_browser_elsewhere_is_told_whose_time_it_sees(browser: Browser, fleet: Any, serve: Serve) -> None:
    context = browser.new_context(timezone_id="Asia/Kathmandu")
    context.add_init_script("localStorage.setItem('tour', 'done')")
    page = context.new_page()
    page.goto(serve(fleet).url)
    expect(page.get_by_test_id("zones")).to_have_text("You are at UTC+05:45.")
    page.locator("#badge").click()
    expect(page.get_by_test_id("about-data")).to_contain_text("You are at UTC+05:45.")
    expect(page.get_by_test_id("about-data")).to_contain_text("an emulator in this server makes this data")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("about-data")).to_be_hidden()
    context.close()


@pytest.mark.e2e
def test_before_the_connection_stands_the_page_says_so_and_then_no_more(page: Page, fleet: Any, serve: Serve) -> None:
    held: list[Any] = []

    def hold(route: Route) -> None:
        held.append(route)  # app.js is all that would connect the page

    page.route("**/app.js", hold)
    page.goto(serve(fleet).url, wait_until="commit")
    expect(page.get_by_test_id("linking")).to_have_text(re.compile("^Connecting"))
    expect(page.get_by_test_id("linking")).to_be_visible()
    expect(page.get_by_test_id("unit-row-truck_07")).to_be_visible()
    held[0].continue_()
    expect(page.get_by_test_id("linking")).to_have_count(0)
