import json
from typing import Any

import pytest

from connected_ops.emulator.fleet import Emulator
from connected_ops.emulator.profile import Profile, UnitProfile, load_profile, parse_profile
from connected_ops.errors import NotOffered, UnknownAnomaly, UnknownUnit
from connected_ops.telemetry.codec import decode_array, decode_one

START = 1_800_000_000.0
PROFILE = load_profile()


def emulator(profile: Profile = PROFILE, seed: int | None = None, start: float = START) -> Emulator:
    return Emulator(profile, seed=seed, start=start)


def bodies(fleet: Emulator, ticks: int = 20) -> list[bytes]:
    return [*fleet.backfill(120), *(body for _ in range(ticks) for body in fleet.tick())]


def rows(written: list[bytes]) -> list[dict[str, Any]]:
    return [row for body in written for row in json.loads(body)]


def test_the_same_profile_seed_and_start_give_the_same_bytes():
    assert bodies(emulator()) == bodies(emulator())
    assert bodies(emulator(seed=3)) == bodies(emulator(seed=3, start=START + 0.9))


def test_another_seed_gives_other_bytes():
    assert bodies(emulator(seed=3)) != bodies(emulator(seed=4))


def test_another_start_moves_the_times_and_nothing_else():
    moved = rows(bodies(emulator(start=START + 86_400)))
    first = rows(bodies(emulator()))
    assert moved != first
    assert [{**row, "ts": ""} for row in moved] == [{**row, "ts": ""} for row in first]


def test_adding_a_unit_leaves_the_others_as_they_were():
    more = PROFILE.model_copy(
        update={"units": (UnitProfile(vehicle_id="new_one", unit_class="class_8_truck"), *PROFILE.units)}
    )
    with_it = [row for row in rows(bodies(emulator(more))) if row["vehicle_id"] != "new_one"]
    assert with_it == rows(bodies(emulator()))


def test_a_reset_is_followed_by_the_bytes_of_a_fresh_start():
    fleet = emulator(start=START - 5000)
    bodies(fleet)
    fleet.inject("fan_lost", "truck_07", None, START)
    fleet.inject("speed_anomaly", "corolla_2019", 30, START)
    fleet.tick()
    fleet.reset(START + 0.4)
    assert bodies(fleet) == bodies(emulator())
    assert fleet.truth() == ()
    assert set(fleet.stats().values()) == {0}
    assert not any(offer.active for unit in fleet.vehicle_ids for offer in fleet.offers(unit))


def test_backfill_ends_at_the_start_and_ticks_go_on_second_by_second():
    fleet = emulator()
    before = rows(list(fleet.backfill()))
    assert len(before) == 600 * 12
    assert (before[0]["ts"], before[-1]["ts"]) == ("2027-01-15T07:50:00Z", "2027-01-15T07:59:59Z")
    assert [rows(fleet.tick())[0]["ts"] for _ in range(2)] == ["2027-01-15T08:00:00Z", "2027-01-15T08:00:01Z"]
    with pytest.raises(RuntimeError, match="before the first tick"):
        next(fleet.backfill())


def test_every_body_is_read_by_the_wire_model_and_holds_at_most_a_thousand_samples():
    fleet = emulator(PROFILE.enlarged(2300))
    written = [*fleet.backfill(2), *fleet.tick()]
    decoded = [decode_array(body) for body in written]
    assert [len(one.samples) for one in decoded] == [1000, 1000, 300] * 3
    assert not any(one.errors for one in decoded)


def test_a_unit_is_the_same_in_a_small_fleet_and_in_a_large_one():
    large = {row["vehicle_id"]: row for row in rows(emulator(PROFILE.enlarged(1500)).tick())}
    assert all(large[row["vehicle_id"]] == row for row in rows(emulator().tick()))


def test_signals_that_a_class_does_not_have_are_left_out():
    sent = {row["vehicle_id"]: row for row in rows(emulator().tick())}
    assert "speed_mph" not in sent["genset_1"]
    assert [name for name, row in sent.items() if "vibration_rms_mm_s" in row] == ["genset_1"]
    assert all({"engine_load_pct", "ambient_temp_f", "unit_class"} <= row.keys() for row in sent.values())


def test_the_flat_profile_drives_at_its_working_point():
    flat = (
        '{"coolant_temp_f": 190.0, "intake_air_temp_f": 70.0, "engine_rpm": 2400.0, "speed_mph": 70.0,'
        ' "vibration_score": 0.8, "engine_hours": 0.0}'
    )
    samples = rows(list(emulator(parse_profile(flat, "flat.json")).backfill(3600)))
    cruising = [row for row in samples if row["speed_mph"] > 66]
    assert len(cruising) > 1000

    def mean(key: str) -> float:
        return sum(row[key] for row in cruising) / len(cruising)

    assert mean("coolant_temp_f") == pytest.approx(190, abs=4)
    assert mean("intake_air_temp_f") == pytest.approx(70, abs=8)
    assert mean("engine_rpm") == pytest.approx(2400, abs=120)
    assert mean("vibration_score") == pytest.approx(0.8, abs=0.08)
    assert {row["engine_hours"] for row in samples} == {0}


def test_an_injected_sample_is_newer_than_the_units_last_and_older_than_its_next():
    fleet = emulator()
    fleet.tick()
    times = [
        decode_one(fleet.inject("vibration_spike", "van_03", None, now)).ts.timestamp()
        for now in (START + 0.25, START + 0.25, START - 50, START + 9, *[START + 0.25] * 40)
    ]
    assert times[0] == START + 0.25
    assert times == sorted(set(times))
    assert times[-1] < START + 1


def test_nothing_can_be_injected_that_is_not_there():
    fleet = emulator()
    with pytest.raises(NotOffered, match="not reported yet"):
        fleet.inject("fan_lost", "truck_07", None, START)
    fleet.tick()
    with pytest.raises(UnknownUnit):
        fleet.inject("fan_lost", "truck_99", None, START)
    with pytest.raises(UnknownAnomaly):
        fleet.inject("flat_tyre", "truck_07", None, START)
    with pytest.raises(NotOffered, match="genset_1"):
        fleet.inject("speed_anomaly", "genset_1", None, START)
    with pytest.raises(UnknownUnit):
        fleet.offers("truck_99")
    assert set(fleet.stats().values()) == {0}


def test_time_left_out_is_not_made_up():
    fleet = emulator()
    fleet.tick()
    fleet.skip(100)
    assert rows(fleet.tick())[0]["ts"] == "2027-01-15T08:01:41Z"
