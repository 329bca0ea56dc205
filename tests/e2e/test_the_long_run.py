"""What takes its time: two real trips and slow faults, on a demo of their own since the session began."""

import gzip
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.soak]

SLOW_FAULT_S = 150.0
SENT_S = 150.0
WILD_INTAKE = slice(200, 276)  # of the Leon's rows: the intake air goes from 55 to 288 °F and back while it stands
MOST_ROWS = 1_000


@pytest.fixture(autouse=True)
def begun(long_run: Any) -> None:
    assert long_run.begun.wait(60)


def needs(trips: dict[str, Path], name: str) -> None:
    if name not in trips:
        pytest.skip(f"the recording of {name} is not beside this project, in ../shared/data/payload")


def again(path: Path, vehicle_id: str, rows: slice, *without: str) -> list[dict[str, Any]]:
    """Rows of a recording as another unit's, the last of them now, without some of the signals."""
    recorded = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()][rows]
    times = [datetime.fromisoformat(row["ts"]) for row in recorded]
    shift = datetime.now(UTC) - times[-1]
    return [
        {key: value for key, value in row.items() if key not in without}
        | {"vehicle_id": vehicle_id, "ts": (at + shift).isoformat()}
        for row, at in zip(recorded, times, strict=True)
    ]


@pytest.mark.parametrize("name", ["seat_leon", "etios_2014"])
def test_a_real_trip_is_sent_appears_as_a_replay_and_is_never_high(
    long_run: Any, trips: dict[str, Path], visitor: Any, name: str
) -> None:
    needs(trips, name)
    said, complained = long_run.senders[name].communicate(timeout=SENT_S)
    assert long_run.senders[name].returncode == 0, complained
    assert re.search(rf"Sent [\d,]+ rows of {name}: [\d,]+ accepted, \d+ needs review, 0 rejected, 0 duplicates", said)
    page = visitor.open(long_run.server)
    expect(page.get_by_test_id(f"unit-row-{name}")).to_contain_text("replay")
    expect(page.get_by_test_id("source-badge")).to_contain_text("Simulated and replayed")
    page.get_by_test_id(f"unit-row-{name}").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    for key in ("coolant_temp_f", "engine_rpm", "speed_mph"):
        expect(page.locator(f"img[data-chart={key}]")).not_to_have_js_property("naturalWidth", 0)
    expect(page.locator("section.chart-card", has_text="Vibration index")).to_contain_text("Not fitted on this unit")
    seen = long_run.seen[name]
    assert len(seen) > 10
    assert {unit["source"] for unit in seen} == {"replay"}
    assert "High" not in {unit["band"] for unit in seen}
    assert max(unit["contributions"]["vibration"] for unit in seen) == 0


def test_real_starts_raise_no_coolant_review(long_run: Any, trips: dict[str, Path]) -> None:
    for name in ("seat_leon", "etios_2014"):
        needs(trips, name)
        rows = again(trips[name], f"{name}_without_intake", slice(None), "intake_air_temp_f")
        for at in range(0, len(rows), MOST_ROWS):
            answer = long_run.server.api.post(
                "/api/telemetry", json=rows[at : at + MOST_ROWS], headers={"X-Source": "replay"}
            )
            counts = answer.json()
            assert (counts["needs_review"], counts["rejected"]) == (0, 0), counts


def test_the_wild_intake_air_of_a_real_car_is_named_on_its_page(
    long_run: Any, trips: dict[str, Path], visitor: Any
) -> None:
    needs(trips, "seat_leon")
    page = visitor.open(long_run.server, "?page=unit&unit=leon_again")
    rows = again(trips["seat_leon"], "leon_again", WILD_INTAKE)
    long_run.server.api.post("/api/telemetry", json=rows, headers={"X-Source": "replay"}).raise_for_status()
    lines = page.locator("table.samples tbody tr")
    judged = lines.filter(has_text=re.compile("Needs review|Rejected"))
    expect(judged.first).to_contain_text(re.compile("intake air", re.IGNORECASE))
    for line in judged.all_inner_texts():
        assert re.search(r"coolant|vibration", line, re.IGNORECASE) is None


@pytest.mark.parametrize(
    ("unit", "kind", "title", "reason"),
    [
        ("van_05", "thermostat_stuck_closed", "Coolant", r"Coolant \d+ °F"),
        ("van_08", "sensor_stuck", "Sensor fault, not an engine fault", "to the last digit while other signals move"),
    ],
)
def test_a_slow_fault_is_told_and_priced_on_its_unit(
    long_run: Any, visitor: Any, until: Callable[..., Any], unit: str, kind: str, title: str, reason: str
) -> None:
    def told() -> list[dict[str, Any]]:
        return [each for each in long_run.server.episodes() if each["vehicle_id"] == unit]

    until(told, f"an episode of {unit} for {kind}", SLOW_FAULT_S)
    page = visitor.open(long_run.server, f"?page=unit&unit={unit}")
    expect(page.get_by_test_id("episode-title")).to_have_text(re.compile(title))
    sensor = kind == "sensor_stuck"
    money = "risk unchanged, nothing to save" if sensor else r"Acting now \$[\d,]+, waiting \$[\d,]+ expected"
    expect(page.get_by_test_id("what-to-do")).to_contain_text(re.compile(money))
    (episode,) = told()
    assert episode["kind"] == ("sensor" if sensor else "machine")
    page.get_by_test_id("nav-insights").click()
    expect(page.get_by_test_id(f"episode-{episode['id']}")).to_contain_text(re.compile(reason))


def test_an_overspeeding_driver_was_told_while_it_lasted(
    long_run: Any, visitor: Any, until: Callable[..., Any]
) -> None:
    def told() -> list[dict[str, Any]]:
        return [each for each in long_run.episodes.values() if each["vehicle_id"] == "truck_04"]

    episode = until(told, "an episode of truck_04", SLOW_FAULT_S)[0]
    assert (episode["kind"], episode["mode"]) == ("machine", "overspeed")
    assert episode["money"]["wait_usd"] > 0
    page = visitor.open(long_run.server, "?page=insights")
    expect(page.get_by_test_id(f"episode-{episode['id']}")).to_contain_text(re.compile(r"Speed \d+ mph, maximum"))


def test_a_lost_fan_makes_its_unit_climb_with_the_coolant_as_reason(
    long_run: Any, visitor: Any, until: Callable[..., Any]
) -> None:
    unit = "excavator_2"  # the quickest to heat up; the other classes take minutes more, so only unit tests have them
    seen = long_run.seen[unit]
    start = seen[0]["score"]

    def climbed() -> bool:
        return seen[-1]["score"] > start + 5 and "Coolant" in seen[-1]["reason"]

    until(climbed, f"more than {start:.0f} points for the coolant of {unit}", SLOW_FAULT_S)
    page = visitor.open(long_run.server, f"?page=unit&unit={unit}")
    expect(page.locator(".reasons li", has_text="Cooling")).to_contain_text("Coolant")
    expect(page.get_by_test_id("fault-fan_lost")).to_contain_text("active until reset")


def test_a_hot_climb_a_pothole_and_healthy_units_were_quiet_all_that_time(
    long_run: Any, slow_faults: dict[str, str]
) -> None:
    failing = {unit for unit, kind in slow_faults.items() if kind not in ("hot_climb", "pothole")}
    simulated = {name: units for name, units in long_run.seen.items() if units[0]["source"] == "simulated"}
    others = {name: units for name, units in simulated.items() if name not in failing}
    assert all(len(simulated[unit]) > 10 for unit in slow_faults)
    assert len(others) == len(simulated) - len(failing) == 7
    told = {each["vehicle_id"]: each["reason"] for each in long_run.episodes.values()}
    assert {name: reason for name, reason in told.items() if name in others} == {}
    left = {name: unit["reason"] for name, units in others.items() for unit in units if unit["band"] != "Low"}
    assert left == {}
