"""Two thousand posted units: found by filters, opened from the strip, taken along as a table."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

UNITS = 2_000
CLASSES = ("passenger_car", "delivery_van", "class_8_truck", "excavator", "genset")
HOT = "class_8_truck_7"
"""One unit that has been over its limit for a minute."""


def sample(at: int, ago_s: float, coolant_f: float = 195.0) -> dict[str, Any]:
    kind = CLASSES[at % len(CLASSES)]
    ts = (datetime.now(UTC) - timedelta(seconds=ago_s)).isoformat()
    return {"vehicle_id": f"{kind}_{at}", "unit_class": kind, "ts": ts, "coolant_temp_f": coolant_f, "engine_rpm": 1400}


def band(server: Any) -> str:
    """Of the hot unit; the whole fleet's JSON would be 800 kB at each look."""
    answer = server.api.get(f"/api/units/{HOT}")
    return answer.json()["band"] if answer.is_success else ""


def test_two_thousand_posted_units_are_filtered_opened_and_taken_along(
    start: Callable[..., Any], visitor: Any, until: Callable[..., Any]
) -> None:
    server = start("serve")
    rows = [sample(at, 1.0) for at in range(UNITS) if at != 7] + [sample(7, 90.0 - k, 255.0) for k in range(90)]
    for first in range(0, len(rows), 1_000):
        server.api.post("/api/telemetry", json=rows[first : first + 1_000]).raise_for_status()
    until(lambda: band(server) == "High", "the unit that is too hot as High")
    page = visitor.open(server, "?page=fleet&class=class_8_truck&sort=unit")
    expect(page.get_by_test_id("units-count")).to_have_text("2,000")
    expect(page.get_by_test_id("fleet-count")).to_have_text("400 of 2,000 units")
    expect(page.get_by_test_id("fleet-range")).to_have_text("1–100 of 400")
    table = server.api.get("/" + str(page.get_by_test_id("csv-fleet").get_attribute("href"))).text
    taken = list(csv.DictReader(StringIO(table, newline="")))
    assert [row["vehicle_id"] for row in taken[:3]] == ["class_8_truck_2", HOT, "class_8_truck_12"]
    assert len(taken) == 400
    assert {row["source"] for row in taken} == {"live"}
    assert float(taken[1]["coolant_temp_f"]) == 255.0
    page.get_by_test_id("fleet-band").select_option("high")
    expect(page.get_by_test_id("fleet-count")).to_have_text("1 of 2,000 units")
    page.get_by_test_id("fleet-strip").click(position={"x": 2, "y": 5})
    expect(page.get_by_role("heading", name=HOT)).to_be_visible()
    page.close()
    server.stop()
