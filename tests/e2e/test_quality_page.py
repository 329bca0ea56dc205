"""The Data quality page after a burst of bad rows: nothing that arrived is lost without a count."""

import csv
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

UNIT = "messy_machine"
SUM = re.compile(
    r"([\d,]+) received = ([\d,]+) valid \+ ([\d,]+) to review \+ ([\d,]+) rejected \+ ([\d,]+) duplicates"
)
COUNTS = ("received", "valid", "needs_review", "rejected", "duplicates")


def burst() -> str:
    """An array of twelve rows, as a sender that has gone wrong writes it."""
    begin = datetime.now(UTC) - timedelta(seconds=60)

    def row(second: int, **fields: object) -> dict[str, object]:
        ts = (begin + timedelta(seconds=second)).isoformat()
        return {"ts": ts, "vehicle_id": UNIT, "coolant_temp_f": 190, "engine_rpm": 1500, **fields}

    good = [row(second) for second in range(5)]
    odd = [row(5, intake_air_temp_f=-40)]
    bad = [
        row(6, coolant_temp_f=999),
        row(7, engine_rpm=float("nan")),
        row(3_600, coolant_temp_f=191),
        {"vehicle_id": UNIT, "ts": "yesterday"},
    ]
    return json.dumps([*good, *odd, *bad, *good[:2]])


def post(server: Any, body: str, status: int) -> dict[str, Any]:
    answer = server.api.post("/api/telemetry", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    return answer.json()


def shown(page: Page) -> dict[str, int]:
    found = SUM.search(page.get_by_test_id("quality-sum").inner_text())
    assert found
    return dict(zip(COUNTS, (int(each.replace(",", "")) for each in found.groups()), strict=True))


def test_a_burst_of_bad_rows_is_counted_explained_and_kept(bare: Any, visitor: Any, tmp_path: Path) -> None:
    before = bare.loop()
    page = visitor.open(bare, "?page=quality")
    answer = post(bare, burst(), 200)
    counts = tuple(answer[name] for name in ("accepted", "needs_review", "rejected", "duplicates"))
    assert counts == (6, 2, 2, 2)  # NaN is no value, and no mistake
    post(bare, '{"ts": not json', 422)

    rejected, refused = before["rejected"] + 2, before["refused"] + 1
    expect(page.get_by_test_id("quality-rejected")).to_have_text(f"{rejected:,}")
    expect(page.get_by_test_id("quality-refused")).to_have_text(f"{refused:,}")
    expect(page.get_by_test_id("quality-review")).to_have_text(f"{before['needs_review'] + 2:,}")
    expect(page.get_by_test_id("quality-duplicates")).to_have_text(f"{before['duplicates'] + 2:,}")
    expect(page.get_by_test_id("quality-valid")).to_have_text(re.compile(r"^\d[\d.]* %$"))
    counted = shown(page)
    assert counted["received"] == sum(counted[name] for name in COUNTS[1:]) == before["received"] + 12
    assert counted["valid"] == before["valid"] + 6
    expect(page.get_by_test_id("loop-validation")).to_contain_text(f"{rejected:,} rejected")

    for rule, words in (
        ("sensor_range:coolant_temp_f", "outside what its sensor can report"),
        ("open_circuit:intake_air_temp_f", "open circuit"),
        ("future", "ahead"),
    ):
        line = page.get_by_test_id(f"rule-{rule}")
        expect(line).to_contain_text(words)
        expect(line).to_contain_text(re.compile("Rejected|Needs review"))
    refusals = page.get_by_test_id("quarantine-row")
    assert refusals.count() >= 2
    expect(refusals.filter(has_text="ahead of").first).to_contain_text(UNIT)
    for row in refusals.all():
        expect(row).to_contain_text("Live")
        expect(row.locator(".reason-cell")).to_have_text(re.compile(r"\w+ \w+"))
    expect(page.get_by_test_id(f"freshness-{UNIT}")).to_contain_text("Live")

    for link, names in (
        ("Quarantine as CSV", {"source", "reason", "rule"}),
        ("Freshness as CSV", {"source", "freshness"}),
    ):
        with page.expect_download() as coming:
            page.get_by_role("link", name=link).click()
        kept = tmp_path / coming.value.suggested_filename
        coming.value.save_as(kept)
        with kept.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert names <= set(rows[0])
        assert {row["source"] for row in rows} == {"live"}
        assert UNIT in {row["vehicle_id"] for row in rows}


def test_a_row_that_cannot_be_read_says_why_in_a_sentence(bare: Any, visitor: Any) -> None:
    good = {"vehicle_id": UNIT, "ts": datetime.now(UTC).isoformat(), "engine_rpm": 1500}
    post(bare, json.dumps([good, {"vehicle_id": UNIT, "ts": "tomorrow"}]), 200)
    page = visitor.open(bare, "?page=quality")
    reason = page.get_by_test_id("quarantine-row").first.locator(".reason-cell")
    assert re.search(r"String should|\^|\\d", reason.inner_text()) is None


def test_the_page_leads_from_a_units_freshness_to_the_unit(bare: Any, visitor: Any) -> None:
    bare.send(UNIT, coolant_temp_f=190, engine_rpm=1500)
    page = visitor.open(bare)
    page.get_by_test_id("loop-validation").click()
    expect(page.get_by_test_id("nav-quality")).to_have_attribute("aria-current", "page")
    page.get_by_test_id(f"freshness-{UNIT}").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(UNIT)
