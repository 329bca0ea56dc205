"""What the pages are made of, without a browser: values in, HTML out."""

import re
from typing import Any

import httpx
import pytest

from shiny_app.app import create_dashboard
from shiny_app.live.location import Location, parse
from shiny_app.live.page import arrival
from shiny_app.live.shared import Shared
from shiny_app.shell.around import shell_fields
from shiny_app.shell.components import nav_href
from shiny_app.shell.side_panel import panel_of

HOSTILE = '"><img src=x onerror=alert(1)>{key}'


async def html_of(fleet: Any, query: str = "") -> str:
    transport = httpx.ASGITransport(create_dashboard(fleet, fleet, fleet))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        answer = await client.get(f"/{query}")
    assert answer.status_code == 200
    return answer.text


def text_of(html: str, testid: str) -> str:
    found = re.search(rf'<[^>]*data-testid="{testid}"[^>]*>(.*?)<', html)
    assert found, testid
    return found[1]


async def test_the_first_paint_is_already_full(fleet: Any) -> None:
    html = await html_of(fleet)
    assert text_of(html, "units-count") == "12"
    assert "High 71" in html
    assert "silent for 3 min" in html
    assert '<html lang="en"' in html


async def test_the_units_stand_worst_first_whenever_they_were_heard(fleet: Any) -> None:
    fleet.set("van_03", silence_s=190)
    rows = re.findall(r'data-testid="unit-row-([^"{]+)"', await html_of(fleet))
    assert rows[:4] == ["truck_07", "van_03", "excavator_2", "corolla_2019"]


async def test_the_unit_page_shows_the_score_bare_and_points_that_add_up(fleet: Any) -> None:
    html = await html_of(fleet, "?page=unit&unit=truck_07")
    assert text_of(html, "unit-risk") == "71"
    points = re.findall(r'data-live="points" class="points">([\d.]+)<', html)
    assert sum(map(float, points)) == 71


async def test_a_page_has_no_inline_script_of_its_own(fleet: Any) -> None:
    pages = [
        await html_of(fleet, query) for query in ("", "?page=unit&unit=truck_07&theme=dark", "?page=unit&unit=nobody")
    ]
    inline = [re.findall(r"<script(?![^>]*(?:src=|application/))[^>]*>(.*?)</script>", html, re.S) for html in pages]
    assert inline[0] == inline[1] == inline[2], "a strict policy knows the inline scripts by their hashes"
    assert all("shinyBusy" in script for script in inline[0])
    assert not any(re.search(r"\son[a-z]+=", html) for html in pages)


@pytest.mark.parametrize("query", ["", "?page=unit&unit=hostile"])
async def test_words_from_outside_are_never_markup(fleet: Any, make_unit: Any, query: str) -> None:
    bad = (("cooling", HOSTILE, 80.0, HOSTILE),)
    fleet.change(
        make_unit("hostile", HOSTILE, 80, HOSTILE, contributions=bad), make_unit(HOSTILE, HOSTILE, 70, HOSTILE)
    )
    assert "<img src=x" not in await html_of(fleet, query)


@pytest.mark.parametrize("word", [HOSTILE, "%00", "%F0%9F%9A%9A", "a" * 5000, "%ff"])
async def test_an_unknown_unit_or_page_is_a_sentence_and_a_way_back(fleet: Any, word: str) -> None:
    for query in (f"?page=unit&unit={word}", f"?page={word}"):
        html = await html_of(fleet, query)
        assert "<img src=x" not in html
        assert "Back to the fleet" in html or "Units, worst first" in html


async def test_an_empty_fleet_says_how_to_send(fleet: Any) -> None:
    fleet.units.clear()
    html = await html_of(fleet)
    assert text_of(html, "units-count") == "0"
    assert "curl http://testserver/api/telemetry" in html
    assert "No unit has reported yet" in await html_of(fleet, "?page=unit")


async def test_without_an_emulator_there_is_nothing_to_press(fleet: Any) -> None:
    fleet.emulator = False
    html = await html_of(fleet)
    assert "No emulator runs here" in html
    assert "data-inject" not in html
    assert "data-reset" not in html


async def test_a_large_fleet_shows_its_worst_hundred_and_says_so(fleet: Any, make_unit: Any) -> None:
    fleet.change(*(make_unit(f"unit_{i}", "Delivery van", i % 30) for i in range(300)))
    html = await html_of(fleet)
    assert len(re.findall(r'data-testid="unit-row-[^"{]+"', html)) == 100
    assert ">312</span>" in html
    assert text_of(html, "fleet-range") == "1–100 of 312"


async def test_units_say_their_source_where_it_is_not_the_same_for_all(fleet: Any, make_unit: Any) -> None:
    assert "· simulated" not in await html_of(fleet)
    fleet.change(make_unit("leon", "Passenger car", 4, source="live"))
    html = await html_of(fleet)
    assert text_of(html, "source-badge").startswith("Simulated and live · ")
    assert "Passenger car · live" in html
    assert "Class 8 truck · simulated" in html


async def test_a_signal_that_is_not_fitted_says_so(fleet: Any) -> None:
    html = await html_of(fleet, "?page=unit&unit=genset_1")
    assert html.count("Not fitted on this unit") == 1
    assert 'data-chart="speed_mph"' not in html


async def test_the_grace_period_is_told_with_what_is_left_of_it(fleet: Any) -> None:
    said = "In the grace period: learning this unit's normal, 2 min left"
    assert said in await html_of(fleet, "?page=unit&unit=corolla_2021")
    assert said not in await html_of(fleet, "?page=unit&unit=truck_07")


def test_the_loop_has_a_figure_for_every_stage(shared: Shared) -> None:
    fields = shell_fields(shared)
    assert (fields["loop.insight"], fields["loop.insight.note"]) == ("3 open", "fixed limits: 247 alarms")
    assert (fields["loop.value"], fields["loop.value.note"]) == ("$3,667 saved", "by acting now on 2 units")
    assert fields["loop.validation"] == "99.9 % valid"
    assert fields["loop.risk"] == "1 High, 1 Medium"
    assert fields["loop.risk.note"] == "truck_07 leads at 71"


def test_an_active_fault_says_how_long_it_lasts(fleet: Any, shared: Shared) -> None:
    fleet.active["truck_07", "coolant_overheat"] = fleet.at + 11.2
    panel = panel_of(arrival(shared, Location("unit", "truck_07")))
    assert panel["offers.machine/coolant_overheat/state"] == "active, 12 s left"
    assert panel["offers.machine/vibration_spike/state"] == ""
    assert panel["panel.active"] == "12 s left"


@pytest.mark.parametrize("query", [None, 7, "?" + "a" * 5000, "?" + "&".join(f"a{i}=1" for i in range(99)), {}, ""])
def test_a_query_that_is_none_is_the_fleet(query: object) -> None:
    assert parse(query) == Location()


def test_an_address_survives_its_own_reading() -> None:
    assert parse(nav_href("unit", "a:b.c-d_e&page=x")) == Location("unit", "a:b.c-d_e&page=x")
