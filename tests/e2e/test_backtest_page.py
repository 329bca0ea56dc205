"""Somebody's own recording on the Backtest page, through the whole server."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


def recording(seconds: int) -> str:
    """CSV of a warm car at 1 Hz that overheats for a minute from its fifth on."""
    rows = ["ts,vehicle_id,unit_class,coolant_temp_f,engine_rpm,speed_mph"]
    for at in range(seconds):
        hot = 255 if 240 <= at < 300 else 192
        rows.append(
            f"2026-03-05T00:{at // 60:02}:{at % 60:02}Z,my_car,passenger_car,{hot},{1900 + at % 7},{45 + at % 3}"
        )
    return "\n".join(rows)


def torque() -> str:
    """A phone's log in German, a comma in its numbers."""
    rows = ["GPS Time;Device Time;Kühlmitteltemperatur(°C);Motordrehzahl(1/min)"]
    rows += [f"-;06-Mai-2031 07:{at // 60:02}:{at % 60:02},250;88,{at % 10};{1900 + at % 7}" for at in range(90)]
    return "\n".join(rows)


def test_a_recording_is_judged_shown_and_kept_and_a_broken_one_is_refused_in_a_sentence(
    demo: Any, visitor: Any, tmp_path: Path
) -> None:
    good, broken = tmp_path / "trip.csv", tmp_path / "broken.csv"
    good.write_text(recording(400))
    broken.write_text("ts,vehicle_id,engine_rpm\nnoon,a,900\n")
    page = visitor.open(demo)
    page.get_by_test_id("nav-backtest").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Would this have fired?")
    expect(page.get_by_test_id("backtest-result")).to_be_hidden()
    expect(page.get_by_test_id("backtest-first")).to_contain_text("What you get")

    page.get_by_test_id("backtest-sample").click()  # it ships with the page, and has one of each
    expect(page.get_by_test_id("backtest-labels")).to_contain_text("1 of 1 event found", timeout=60_000)
    expect(page.get_by_test_id("backtest-episode-1")).to_contain_text("Runs too cold")
    expect(page.get_by_test_id("backtest-episode-2")).to_contain_text("Sensor fault, not an engine fault")
    expect(page.get_by_test_id("backtest-first")).to_be_hidden()

    page.get_by_test_id("backtest-file").set_input_files(good)
    expect(page.get_by_test_id("backtest-verdict")).to_have_text("Yes: 1 time about the machine", timeout=60_000)
    told = page.get_by_test_id("backtest-episode-1")
    expect(told).to_contain_text("Coolant over its limit")
    expect(told).to_contain_text("255 °F")
    expect(told).to_contain_text(re.compile(r"4 min \d+ s in"))
    expect(page.get_by_test_id("backtest-chart")).to_have_attribute("src", re.compile("charts/-/"))
    expect(page.get_by_test_id("backtest-chart")).not_to_have_js_property("naturalWidth", 0)
    page.get_by_test_id("units").click()
    expect(told).to_contain_text("124 °C")
    page.get_by_test_id("units").click()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Keep the report").click()
    assert "Coolant over its limit" in Path(kept.value.path()).read_text()
    assert demo.samples("my_car") == []  # a lab of its own: nothing of it joins the fleet

    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360
    page.get_by_test_id("backtest-file").focus()
    expect(page.get_by_test_id("backtest-file")).to_be_focused()
    page.get_by_test_id("backtest-file").set_input_files(broken)
    expect(page.get_by_test_id("backtest-refused")).to_contain_text(
        "broken.csv: what its 'ts' holds is no time that can be read, such as 'noon'.", timeout=60_000
    )
    expect(page.get_by_test_id("backtest-result")).to_be_hidden()

    logger = tmp_path / "2031-05-06 07-08-09.CSV"
    logger.write_bytes(torque().encode("utf-16"))
    page.get_by_test_id("backtest-file").set_input_files(logger)
    expect(page.get_by_test_id("backtest-read")).to_contain_text(
        "coolant_temp_f is 'Kühlmitteltemperatur(°C)' in °C (its title says so).", timeout=60_000
    )
