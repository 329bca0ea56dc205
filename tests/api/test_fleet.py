"""`GET /api/fleet`: the shape clients rely on, and figures that add up."""

import asyncio

import pytest

from connected_ops.machines.catalog import KEYS
from connected_ops.read_model import OTHER_SIGNALS

UNIT_KEYS = [
    "vehicle_id", "unit_class", "source", "freshness", "score", "band", "contributions", "reason", "time_to_limit_s",
    "saved_usd", "last_ts", "values", "name", "site",
]  # fmt: skip
CLASSES = {"passenger_car", "delivery_van", "class_8_truck", "excavator", "genset", "unknown"}
MODES = {"cooling", "vibration", "air_intake", "overspeed", "oil_pressure", "charging", "wear"}


def assert_shape(fleet):
    assert list(fleet) == ["sequence", "at", "loop", "units"]
    for unit in fleet["units"]:
        assert list(unit) == UNIT_KEYS
        assert unit["unit_class"] in CLASSES
        assert unit["source"] in {"live", "replay", "simulated"}
        assert unit["freshness"] in {"live", "late", "silent"}
        assert unit["band"] == ("Low" if unit["score"] <= 30 else "Medium" if unit["score"] <= 65 else "High")
        assert 0 <= unit["score"] <= 100
        assert set(unit["contributions"]) == MODES
        assert sum(unit["contributions"].values()) == pytest.approx(unit["score"], abs=1e-6)
        assert unit["reason"]
        assert unit["time_to_limit_s"] is None or unit["time_to_limit_s"] >= 0
        assert unit["saved_usd"] is not None
        assert set(KEYS) - set(OTHER_SIGNALS) <= set(unit["values"]) <= set(KEYS)
    loop, units = fleet["loop"], fleet["units"]
    assert loop["received"] == loop["valid"] + loop["needs_review"] + loop["rejected"] + loop["duplicates"]
    assert loop["units"] == len(units) == loop["live"] + loop["late"] + loop["silent"]
    for state in ("live", "late", "silent"):
        assert loop[state] == sum(unit["freshness"] == state for unit in units)
    for band in ("Low", "Medium", "High"):
        assert loop[band.lower()] == sum(unit["band"] == band for unit in units)


async def test_an_empty_fleet_is_a_fleet(api):
    fleet = await api.get("/api/fleet")
    assert fleet["units"] == []
    assert_shape(fleet)


async def test_a_unit_shows_what_it_sent_and_null_for_what_it_never_did(api):
    await api.post(api.sample(unit_class="class_8_truck", speed_mph=62), x_source="replay")
    fleet = await api.fleet()
    assert_shape(fleet)
    (unit,) = fleet["units"]
    assert (unit["vehicle_id"], unit["unit_class"], unit["source"]) == ("my_truck", "class_8_truck", "replay")
    assert unit["last_ts"] == fleet["at"] == "2025-11-23T14:31:52.000Z"
    assert unit["values"]["speed_mph"] == 62
    assert unit["values"]["vibration_score"] is None
    assert unit["values"]["ambient_temp_f"] is None


async def test_an_id_without_a_usable_sample_never_breaks_the_fleet(api):
    await api.post(api.sample(after_s=3600))
    fleet = await api.fleet()
    assert_shape(fleet)
    assert fleet["loop"]["rejected"] == 1


async def test_units_fall_late_and_then_silent_and_the_sequence_rises(api):
    await api.post([api.sample("a"), api.sample("b")])
    first = await api.fleet()
    api.clock.now += 30
    await api.post(api.sample("b"))
    second = await api.fleet()
    assert {u["vehicle_id"]: u["freshness"] for u in second["units"]} == {"a": "late", "b": "live"}
    api.clock.now += 600
    third = await api.fleet()
    assert [third["loop"][state] for state in ("live", "late", "silent")] == [0, 0, 2]
    assert first["sequence"] < second["sequence"] < third["sequence"]
    for fleet in (first, second, third):
        assert_shape(fleet)


async def test_a_machine_that_overheats_for_minutes_climbs_and_says_why(api):
    rows = [
        api.sample("hot", second, unit_class="class_8_truck", coolant_temp_f=190.0 if second < 60 else 246.0)
        for second in range(180)
    ]
    api.clock.now += 180
    await api.post(rows)
    fleet = await api.fleet()
    assert_shape(fleet)
    (unit,) = fleet["units"]
    assert unit["band"] == "High"
    assert max(unit["contributions"], key=unit["contributions"].__getitem__) == "cooling"
    assert "oolant" in unit["reason"]


async def test_a_fleet_of_hundreds_has_the_same_shape(make_api):
    api = make_api(max_units=400)
    await api.post([api.sample(f"u{i}") for i in range(300)])
    fleet = await api.fleet()
    assert_shape(fleet)
    assert len(fleet["units"]) == 300
    assert await api.get("/api/fleet") == fleet


async def test_the_emulated_fleet_has_it_too(demo):
    fleet = await demo.get("/api/fleet")
    assert_shape(fleet)
    assert {unit["vehicle_id"]: unit["unit_class"] for unit in fleet["units"]} == {
        "corolla_2019": "passenger_car",
        "genset_1": "genset",
    }
    assert {unit["source"] for unit in fleet["units"]} == {"simulated"}


async def test_the_time_to_the_limit_and_what_acting_saves_are_told_where_there_are_any(told_api):
    await told_api.took(told_api.sample())
    (unit,) = (await told_api.get("/api/fleet"))["units"]
    assert (unit["time_to_limit_s"], unit["saved_usd"]) == (None, 0.0)
    told_api.read_model.to_limit, told_api.read_model.saved_usd = (600.0, 1200.0, 3000.0), 3160.0
    await told_api.took(told_api.sample(after_s=1))
    (unit,) = (await told_api.get("/api/fleet"))["units"]
    assert (unit["time_to_limit_s"], unit["saved_usd"]) == (1200.0, 3160.0)


async def test_many_who_ask_at_once_get_the_same_answer(told_api):
    await told_api.took(*(told_api.sample(f"u{i}") for i in range(300)))
    answers = await asyncio.gather(*(told_api.client.get("/api/fleet") for _ in range(20)))
    assert len({answer.content for answer in answers}) == 1
    assert_shape(answers[0].json())
