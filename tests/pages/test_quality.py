"""The Data quality page: its fields, and the page in a real browser."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from connected_ops.read_model import FreshRow, LoopCounts, QuarantineRow
from shiny_app.quality.view import interval, quality_fields, quality_page, quarantine_keys

Serve = Callable[..., Any]


def refused(arrived: float, **changed: Any) -> QuarantineRow:
    row = QuarantineRow(arrived, "van_04", "live", None, "ts_ahead", "ts", "More than 5 min ahead.", ())
    return replace(row, **changed)


def test_the_counts_are_shown_as_the_sum_that_they_are(fleet: Any) -> None:
    fields = quality_fields(fleet.quality())
    assert fields["quality.sum"] == "12,000 received = 11,994 valid + 4 to review + 2 rejected + 0 duplicates"
    assert fields["quality.valid"] == "99.9 %"


def test_the_bar_of_a_rule_is_long_against_the_one_that_fired_most(fleet: Any) -> None:
    fields = quality_fields(fleet.quality())
    assert fields["rules"] == ("coolant_jump", "speed_impossible")
    assert fields["rules/coolant_jump/bar.style"] == "width:100.0%"
    assert fields["rules/speed_impossible/bar.style"] == "width:50.0%"
    assert fields["rules/speed_impossible/verdict"] == "Rejected"


def test_a_clean_start_is_calm(fleet: Any) -> None:
    empty = replace(fleet.quality(), loop=LoopCounts(), rules=(), quarantine=(), held=0, units=())
    fields = quality_fields(empty)
    assert fields["quality.valid"] == "–"
    html = str(quality_page(fields))
    for sentence in ("Nothing was refused.", "No rule has fired", "No unit has reported yet."):
        assert sentence in html
    assert fields["quarantine.calm.hidden"] is fields["rules.calm.hidden"] is fields["fresh.calm.hidden"] is None


def test_what_fell_out_of_the_quarantine_is_counted(fleet: Any) -> None:
    full = replace(fleet.quality(), held=2_000, dropped=1_234)
    assert quality_fields(full)["quarantine.note"] == (
        "Held 2,000, 1,234 dropped: 2,000 are kept of real units and 2,000 of simulated ones"
    )
    assert quality_fields(full)["quarantine.shown"] == "2 of 2,000 shown, newest first"


def test_a_refused_row_keeps_its_key_when_newer_ones_come() -> None:
    old = (refused(10.0), refused(10.0), refused(9.0))
    keys = quarantine_keys(old)
    assert len(set(keys)) == 3
    assert quarantine_keys((refused(11.0), refused(10.0), *old))[2:] == keys


def test_a_row_that_says_nothing_gets_dashes(fleet: Any) -> None:
    fields = quality_fields(replace(fleet.quality(), quarantine=(refused(10.0, vehicle_id=""),)))
    assert (fields["quarantine/10.000-0/unit"], fields["quarantine/10.000-0/sent"]) == ("–", "–")


def test_a_fleet_of_ten_thousand_shows_its_least_fresh_and_says_so(fleet: Any) -> None:
    rows = tuple(FreshRow(f"unit_{k}", "Delivery van", "live", "live", 0.4, None) for k in range(200))
    view = replace(fleet.quality(), units=rows, loop=LoopCounts(units=10_000, live=9_990, late=7, silent=3))
    fields = quality_fields(view)
    assert fields["fresh.note"] == "200 of 10,000 shown, least fresh first"
    assert fields["fresh.counts"] == "9,990 live, 7 late, 3 silent"
    assert fields["fresh/unit_0/usual"] == "not known yet"


def test_intervals_are_said_in_words() -> None:
    assert [interval(seconds) for seconds in (0.1, 1.0, 60.2, 3600)] == ["0.1 s", "1 s", "1 min", "1 h"]


def test_words_from_outside_are_never_markup(fleet: Any) -> None:
    bad = '"><img src=x onerror=alert(1)>'
    row = refused(10.0, vehicle_id=bad, reason=bad, field=bad, values=((bad, 1.0),))
    assert "<img src=x" not in str(quality_page(quality_fields(replace(fleet.quality(), quarantine=(row,)))))


@pytest.mark.e2e
def test_the_page_shows_rules_quarantine_and_freshness(page: Page, fleet: Any, serve: Serve) -> None:
    page.goto(serve(fleet).url + "?page=quality")
    expect(page.get_by_test_id("quality-valid")).to_have_text("99.9 %")
    expect(page.get_by_test_id("rule-speed_impossible")).to_contain_text("Speed is outside 0 to 158.5 mph.")
    expect(page.get_by_test_id("quarantine-row")).to_have_count(2)
    expect(page.get_by_test_id("quarantine-row").first).to_contain_text("speed_mph 900")
    expect(page.get_by_test_id("freshness-van_05")).to_contain_text("Silent")
    expect(page.get_by_role("link", name="Quarantine as CSV")).to_have_attribute("href", "api/quarantine.csv")
    fleet.set("van_05", silence_s=0.4)
    expect(page.get_by_test_id("freshness-van_05")).to_contain_text("Live")


@pytest.mark.e2e
def test_nothing_scrolls_sideways_on_a_phone(page: Page, fleet: Any, make_unit: Any, serve: Serve) -> None:
    fleet.change(make_unit("x" * 64, "W" * 80, 66, source="live"))
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(serve(fleet).url + "?page=quality")
    expect(page.get_by_test_id("quality-valid")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.locator(".scroll").evaluate_all("nodes => nodes.every(node => node.scrollWidth <= node.clientWidth)")
