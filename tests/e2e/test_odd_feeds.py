"""Feeds as loggers and gateways send them, on the whole program: what a person sees of them."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

Row = dict[str, Any]
MINUTES = 10


def driven(at: int) -> Row:
    return {
        "coolant_temp_f": 194.0 + at % 4 / 2, "engine_rpm": 1500.0 + at * 29 % 210, "speed_mph": 47.0 + at * 5 % 11,
        "intake_air_temp_f": 84.0 + at % 3, "engine_load_pct": 31.0 + at * 7 % 17, "vibration_score": 1.0 + at % 5 / 50,
        "ambient_temp_f": 72.0, "engine_hours": round(2210.0 + at / 3600, 2),
    }  # fmt: skip


def polled() -> Iterator[tuple[int, Row]]:
    """One signal a message and second, in turn, as Torque asks for them: each every eight seconds."""
    keys = tuple(driven(0))
    for at in range(MINUTES * 60):
        key = keys[at % len(keys)]
        yield at, {"unit_class": "passenger_car", key: driven(at)[key]}


def unfitted() -> Iterator[tuple[int, Row]]:
    """A truck whose gateway sends J1939's codes for what it does not have."""
    codes = {
        "engine_load_pct": 255.0,
        "ambient_temp_f": 3212.6,
        "engine_hours": 214_748_364.75,
        "vibration_score": None,
    }
    for at in range(0, MINUTES * 60, 2):
        yield at, {"unit_class": "class_8_truck"} | driven(at) | codes


def overheated() -> Iterator[tuple[int, Row]]:
    """The same truck, of which the coolant climbs to 251 °F in the last five minutes."""
    for at, row in unfitted():
        yield at, row | {"coolant_temp_f": round(min(194.0 + max(at - 300, 0) / 3, 251.0) + at % 4 / 2, 1)}


def cooled() -> Iterator[tuple[int, Row]]:
    """The same truck after that."""
    for at, row in unfitted():
        yield at, row | {"coolant_temp_f": round(max(251.0 - at / 3, 194.0) + at % 4 / 2, 1)}


def sent(server: Any, vehicle_id: str, rows: Iterator[tuple[int, Row]], ago: int = 0) -> dict[str, int]:
    """All of it in bodies of a minute, the last message so many seconds ago; what the answers count."""
    start = datetime.now(UTC) - timedelta(minutes=MINUTES, seconds=ago)
    body = [{"vehicle_id": vehicle_id, "ts": (start + timedelta(seconds=at)).isoformat(), **row} for at, row in rows]
    told = {"accepted": 0, "needs_review": 0, "rejected": 0, "duplicates": 0}
    for first in range(0, len(body), 60):
        answer = server.api.post("/api/telemetry", json=body[first : first + 60])
        answer.raise_for_status()
        for name in told:
            told[name] += answer.json()[name]
    return told


def said_of(server: Any, vehicle_id: str) -> list[tuple[str, str]]:
    """Every episode that a unit ever had."""
    every = server.api.get("/api/insights").json()["episodes"]
    return [(each["kind"], each["mode"]) for each in every if each["vehicle_id"] == vehicle_id]


def test_a_logger_that_asks_one_signal_after_the_other_is_a_healthy_car(bare: Any, visitor: Any) -> None:
    told = sent(bare, "torque_car", polled())
    assert told == {"accepted": MINUTES * 60, "needs_review": 0, "rejected": 0, "duplicates": 0}
    page = visitor.open(bare)
    row = page.get_by_test_id("unit-row-torque_car")
    expect(row).to_contain_text("Nothing unusual")
    expect(row).to_contain_text("Low")
    expect(row).not_to_contain_text("silent")
    page.goto(f"{bare.url}?page=unit&unit=torque_car")
    for label, shown in {
        "Coolant temperature": r"19\d °F", "Engine speed": r"1,\d{3} rpm", "Vehicle speed": r"\d\d mph",
        "Vibration index": r"1\.\d\d",
    }.items():  # fmt: skip
        expect(page.locator("section.chart-card", has_text=label).first).to_contain_text(re.compile(shown))
    expect(page.locator("main")).to_contain_text("Nothing to do. Nothing unusual.")
    expect(page.get_by_test_id("not-believed")).to_be_hidden()
    expect(page.locator("main")).to_contain_text("Live · last heard")
    expect(page.locator("main")).not_to_contain_text("missing")
    assert said_of(bare, "torque_car") == []


def test_what_a_truck_marks_as_not_available_is_absent_and_no_fault(bare: Any, visitor: Any) -> None:
    told = sent(bare, "j1939_truck", unfitted())
    assert told == {"accepted": MINUTES * 30, "needs_review": 0, "rejected": 0, "duplicates": 0}
    page = visitor.open(bare)
    expect(page.get_by_test_id("unit-row-j1939_truck")).to_contain_text("Nothing unusual")
    page.goto(f"{bare.url}?page=unit&unit=j1939_truck")
    expect(page.locator("main")).to_contain_text("Nothing to do. Nothing unusual.")
    expect(page.locator("section.chart-card", has_text="Coolant temperature")).to_contain_text(re.compile(r"19\d °F"))
    expect(page.locator("main")).not_to_contain_text("255 %")
    expect(page.locator("main")).not_to_contain_text(re.compile(r"3,21\d °F"))
    expect(page.get_by_test_id("not-believed")).to_be_hidden()
    assert bare.units()["j1939_truck"]["values"]["engine_load_pct"] is None
    assert said_of(bare, "j1939_truck") == []


@pytest.fixture
def hot(bare: Any, until: Callable[..., Any]) -> Iterator[dict[str, int]]:
    """What was counted of the truck that overheats; it cools down afterwards, for others look at this server too."""
    yield sent(bare, "j1939_hot", overheated(), ago=MINUTES * 60)
    sent(bare, "j1939_hot", cooled())
    until(lambda: not any(each["vehicle_id"] == "j1939_hot" for each in bare.episodes()), "the end of its episode")


def test_the_overheating_of_such_a_truck_is_told(bare: Any, hot: dict[str, int], visitor: Any) -> None:
    assert hot["rejected"] == hot["duplicates"] == 0
    page = visitor.open(bare)
    row = page.get_by_test_id("unit-row-j1939_hot")
    expect(row).to_contain_text("High")
    expect(row).to_contain_text("over the 235 °F limit of its class")
    page.goto(f"{bare.url}?page=unit&unit=j1939_hot")
    expect(page.get_by_test_id("what-to-do")).to_contain_text("Coolant over its limit")
    expect(page.locator("main")).not_to_contain_text("Sensor fault")
    expect(page.locator("main")).not_to_contain_text("255 %")
    assert said_of(bare, "j1939_hot") == [("machine", "cooling")]


def test_the_first_labs_one_odd_sample_shows_and_opens_nothing(disturbed: Any, visitor: Any) -> None:
    page = visitor.open(disturbed)
    disturbed.inject("corolla_2019", "coolant_overheat")
    expect(page.locator(".feed")).to_contain_text(
        re.compile(r"Coolant temperature: one reading of \d+ °F, not believed")
    )
    assert ("machine", "cooling") not in said_of(disturbed, "corolla_2019")
