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
"""
CLASSES = """
[compressor]
label = "Screw compressor"
[compressor.discharge_pressure_psi]
normal = [90, 125]
warn = 140
critical = 150
"""


def test_a_compressor_from_a_folder_is_a_unit_with_its_class_its_chart_its_normal_and_its_limit(
    start: Callable[..., Any], visitor: Any, tmp_path: Path
) -> None:
    for kind, text in (("signals", SIGNALS), ("classes", CLASSES)):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "plant.toml").write_text(text)
    server = start("serve", 0, "--machines", str(tmp_path))
    told = server.send("compressor_1", seconds=120, unit_class="compressor", discharge_pressure_psi=118.0)
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
    expect(page.locator(".unit-card")).to_contain_text("shown, not judged")
    expect(page.locator("main")).not_to_contain_text("Nothing unusual")
    server.stop()
