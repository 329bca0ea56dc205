"""A machine that this project has never heard of, from a folder of files to the page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

SIGNALS = """
[discharge_pressure_psi]
label = "Discharge pressure"
quantity = "pressure"
sensor = [0, 300]
plausible = [0, 220]
fastest = 5
"""
CLASSES = """
[compressor]
label = "Screw compressor"
[compressor.discharge_pressure_psi]
normal = [90, 125]
warn = 140
critical = 150
"""


def test_a_compressor_from_a_folder_has_its_chart_and_normal_and_past_its_limit_an_insight_with_a_price(
    start: Callable[..., Any], visitor: Any, tmp_path: Path
) -> None:
    for kind, text in (("signals", SIGNALS), ("classes", CLASSES)):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "plant.toml").write_text(text)
    server = start("serve", 0, "--machines", str(tmp_path))
    told = server.send("compressor_1", seconds=120, ago=60, unit_class="compressor", discharge_pressure_psi=118.0)
    assert told["accepted"] == 120
    page = visitor.open(server, "?page=unit&unit=compressor_1")
    expect(page.get_by_role("heading", level=1)).to_have_text("compressor_1")
    expect(page.locator(".unit-card")).to_contain_text("Screw compressor")
    card = page.locator("[data-signal=discharge_pressure_psi]")
    expect(card).to_contain_text("Discharge pressure")
    expect(card.locator(".newest")).to_contain_text("118 psi")
    expect(card.locator(".newest")).to_contain_text("class normal 90–125 · limit 140")
    expect(card.locator("img[data-chart]")).not_to_have_js_property("naturalWidth", 0)
    expect(page.locator("main")).not_to_contain_text("Not fitted on this unit")
    expect(page.locator(".unit-card")).to_contain_text("Nothing unusual")

    server.send("compressor_1", seconds=60, unit_class="compressor", discharge_pressure_psi=156.0)
    expect(page.locator(".unit-card .pill")).to_have_text("High")
    expect(page.get_by_test_id("episode-title")).to_have_text("Discharge pressure over its limit")
    expect(page.locator(".unit-card")).to_contain_text(
        "Discharge pressure 156 psi, over the critical limit of its class, 150 psi"
    )
    expect(page.get_by_test_id("episode-saved")).to_contain_text("$")

    for ago in range(80, 60, -1):  # its sensor jumps, and then it is over its limit
        server.send("compressor_2", ago=ago, unit_class="compressor", discharge_pressure_psi=118.0 + 70.0 * (ago % 2))
    server.send("compressor_2", seconds=60, unit_class="compressor", discharge_pressure_psi=156.0)
    page.goto(server.url + "?page=unit&unit=compressor_2")
    expect(page.locator(".unit-card .pill")).to_have_text("High")
    expect(page.locator(".unit-card")).to_contain_text("the sensor has been jumping: treat it as real until checked")

    server.send("skid_1", seconds=60, unit_class="pump_skid", loop_flow_gal_min=8.4)
    page.goto(server.url + "?page=unit&unit=skid_1")
    expect(page.locator("[data-signal=loop_flow_gal_min]")).to_contain_text("8.4 gal/min")
    expect(page.locator(".unit-card")).to_contain_text("shown, not judged")
    expect(page.locator("main")).not_to_contain_text("Nothing unusual")
    server.stop()


MODE_SIGNALS = """
[discharge_temp_f]
label = "Discharge temperature"
quantity = "temperature"
sensor = [-40, 500]
plausible = [-40, 450]
"""
MODE_CLASSES = """
[compressor]
label = "Screw compressor"
[compressor.discharge_temp_f]
normal = [170, 200]
warn = 221
critical = 230
"""


def a_mode_of_the_docs() -> str:
    """The failure mode that docs/machines.md shows, as a reader copies it."""
    text = (Path(__file__).parents[2] / "docs" / "machines.md").read_text(encoding="utf-8")
    return text.split("# my_plant/modes/oil_cooling.toml\n")[1].split("```")[0]


def test_a_failure_mode_of_a_folder_is_told_in_its_words_priced_and_in_metric_units(
    start: Callable[..., Any], visitor: Any, tmp_path: Path
) -> None:
    for kind, text in (("signals", MODE_SIGNALS), ("classes", MODE_CLASSES), ("modes", a_mode_of_the_docs())):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "plant.toml").write_text(text, encoding="utf-8")
    server = start("serve", 0, "--machines", str(tmp_path))
    server.send("compressor_1", seconds=120, ago=60, unit_class="compressor", discharge_temp_f=185.0)
    page = visitor.open(server, "?page=unit&unit=compressor_1")
    expect(page.locator(".unit-card")).to_contain_text("Nothing unusual")
    server.send("compressor_1", seconds=60, unit_class="compressor", discharge_temp_f=236.0)
    expect(page.locator(".unit-card .pill")).to_have_text("High")
    expect(page.get_by_test_id("episode-title")).to_have_text("Discharge too hot")
    expect(page.locator("main")).to_contain_text("Discharge 236 °F, over the 230 °F limit of its class")
    expect(page.get_by_test_id("episode-saved")).to_contain_text("$")
    page.keyboard.press("m")
    expect(page.locator("main")).to_contain_text("Discharge 113 °C, over the 110 °C limit of its class")
    expect(page.locator("main")).to_contain_text("at 110 °C it trips by itself")
    page.goto(server.url + "?page=value")
    expect(page.locator("main")).to_contain_text("Early repair, oil cooling")
    server.stop()


UNITS = """
[truck_12]
class = "class_8_truck"
name = "Volvo, Süd"
site = "Depot Graz"
[truck_12.coolant_temp_f]
warn = 206
critical = 212
normal = [178, 200]
"""


def test_a_truck_of_a_file_is_called_found_and_judged_by_its_own_limit_and_its_sister_by_her_class(
    start: Callable[..., Any], visitor: Any, tmp_path: Path
) -> None:
    (tmp_path / "units").mkdir()
    (tmp_path / "units" / "ours.toml").write_text(UNITS, encoding="utf-8")
    server = start("serve", 0, "--machines", str(tmp_path))
    for unit in ("truck_12", "truck_13"):
        kind = {"unit_class": "class_8_truck"} if unit == "truck_13" else {}
        server.send(unit, seconds=60, engine_rpm=1400.0, speed_mph=55.0, coolant_temp_f=213.5, **kind)
    page = visitor.open(server, "?page=unit&unit=truck_12")
    expect(page.get_by_role("heading", level=1)).to_have_text("truck_12")
    expect(page.locator(".unit-card .who")).to_contain_text("Volvo, Süd · Depot Graz · Class 8 truck")
    expect(page.locator("[data-signal=coolant_temp_f] .newest")).to_contain_text("its normal 178–200 · limit 206")
    expect(page.locator(".unit-card .pill")).to_have_text("High")
    expect(page.locator(".unit-card")).to_contain_text("over the 212 °F limit set for it")
    page.goto(server.url + "?page=unit&unit=truck_13")
    expect(page.locator("[data-signal=coolant_temp_f] .newest")).to_contain_text("limit 225")
    expect(page.locator(".unit-card .who .note")).to_have_text("Class 8 truck")
    expect(page.locator(".unit-card")).not_to_contain_text("limit set for it")

    page.goto(server.url + "?page=fleet")
    row = page.get_by_test_id("unit-row-truck_12")
    expect(row.locator(".unit-name")).to_have_text("Volvo, Süd · Depot Graz")
    expect(page.get_by_test_id("unit-row-truck_13").locator(".unit-name")).to_be_hidden()
    page.get_by_test_id("fleet-search").fill("depot g")
    expect(page.get_by_test_id("fleet-count")).to_have_text("1 of 2 units")
    expect(page.get_by_test_id("unit-row-truck_12")).to_be_visible()
    expect(page.get_by_test_id("unit-row-truck_13")).to_have_count(0)
    server.stop()
