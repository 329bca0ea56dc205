"""Faults that began days ago: the unit is born anew with a past in which they grew, and goes on from there."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_ops.emulator.faults import BY_KIND, FAULTS
from connected_ops.emulator.fleet import Emulator
from connected_ops.emulator.profile import load_profile
from connected_ops.errors import NotOffered, UnknownAnomaly, UnknownUnit
from connected_ops.machines import catalog
from connected_ops.telemetry.codec import decode_array, decode_one

START = 1_800_000_000.0
DAY = 86_400
SLOW = [fault.kind for fault in FAULTS if fault.onset_days]


UNITS = ("corolla_2019", "van_03", "truck_07", "excavator_1", "genset_1")


def of_units(*vehicle_ids: str) -> Emulator:
    """These units of the profile, not begun."""
    profile = load_profile()
    chosen = tuple(unit for unit in profile.units if unit.vehicle_id in vehicle_ids)
    return Emulator(profile.model_copy(update={"units": chosen}), start=START)


def begun() -> Emulator:
    """One unit of each class, a minute old."""
    fleet = of_units(*UNITS)
    for _ in fleet.backfill(60):
        pass
    return fleet


@pytest.fixture
def fleet() -> Emulator:
    return begun()


def rows(bodies) -> list[dict[str, Any]]:
    return [row for body in bodies for row in json.loads(body)]


def above(fleet: Emulator, kind: str, unit: str, signal: int) -> list[float]:
    """How far the newest 7 days' means of a signal lie above the sound self, by day, oldest first."""
    sound = fleet.aggregates().half_hour_values[fleet.vehicle_ids.index(unit), :, signal]
    fleet.inject(kind, unit, None, START)
    faulty = fleet.past(unit).tiers.half_hour_values[0, :, signal]
    return [float(np.nanmean(day)) for day in (faulty - sound)[-7 * 48 :].reshape(7, 48)]


@pytest.mark.parametrize("unit", ["van_03", "truck_07", "excavator_1", "genset_1"])
def test_a_blocked_radiator_has_grown_by_one_and_a_half_to_two_and_a_half_degrees_a_day(fleet: Emulator, unit: str):
    days = above(fleet, "radiator_blocked", unit, catalog.COOLANT)
    assert abs(days[0]) < 0.1
    assert (np.diff(days)[1:] > 0.5).all()
    assert 1.4 <= np.polyfit(range(6), days[1:], 1)[0] <= 2.5


@pytest.mark.parametrize("unit", ["van_03", "truck_07", "excavator_1", "genset_1"])
def test_a_blocked_charge_air_cooler_has_warmed_the_intake_by_five_degrees_a_day(fleet: Emulator, unit: str):
    days = above(fleet, "charge_air_cooler_blocked", unit, catalog.INTAKE)
    assert abs(days[0]) < 0.5
    assert np.diff(days[1:]) == pytest.approx(5, abs=1)


@pytest.mark.parametrize("unit", ["corolla_2019", "truck_07"])
def test_a_bearing_has_more_than_doubled_in_its_last_week(fleet: Emulator, unit: str):
    days = above(fleet, "driveline_bearing", unit, catalog.VIBRATION)
    assert days[-1] > 2 * days[0] > 0
    assert days[-1] > 0.25


@pytest.mark.parametrize("unit", ["corolla_2019", "van_03", "truck_07"])
def test_a_driver_has_been_speeding_several_times_a_day_for_three_days(fleet: Emulator, unit: str):
    limit = fleet.class_of(unit).max_mph or 0
    fleet.inject("overspeeding_driver", unit, None, START)
    tiers = fleet.past(unit).tiers
    assert np.nanmax(tiers.half_minute_values[0, :, catalog.SPEED]) > 1.1 * limit
    days = above(fleet, "overspeeding_driver", unit, catalog.SPEED)
    assert days[:3] == [0, 0, 0]
    assert min(days[-3:]) > 0.3


@pytest.mark.parametrize("kind", SLOW)
def test_nothing_jumps_between_the_past_the_sample_sent_at_once_and_the_ticks(fleet: Emulator, kind: str):
    for _ in range(20):
        fleet.tick()
    sent = json.loads(fleet.inject(kind, "truck_07", None, START + 19.5))
    past = rows(fleet.past("truck_07").bodies)
    after = [row for row in rows(body for _ in range(60) for body in fleet.tick()) if row["vehicle_id"] == "truck_07"]
    assert [past[0]["ts"], past[-1]["ts"], sent["ts"], after[0]["ts"]] == [
        "2027-01-15T07:50:20Z", "2027-01-15T08:00:19Z", "2027-01-15T08:00:19.500000Z", "2027-01-15T08:00:20Z",
    ]  # fmt: skip
    assert len(past) == 600
    assert {**past[-1], "ts": ""} == {**sent, "ts": ""}
    for key in ("coolant_temp_f", "intake_air_temp_f"):
        series = [row[key] for row in (*past[-60:], sent, *after)]
        assert np.abs(np.diff(series)).max() < 4, key
    tiers = fleet.past("truck_07").tiers
    first_minute = np.mean([row["coolant_temp_f"] for row in past[:60]])
    assert tiers.half_minute_values[0, -1, catalog.COOLANT] == pytest.approx(first_minute, abs=4)


@pytest.mark.parametrize("kind", SLOW)
def test_the_other_units_bytes_do_not_change(fleet: Emulator, kind: str):
    twin = begun()
    fleet.inject(kind, "truck_07", None, START)
    fleet.past("truck_07")
    for _ in range(30):
        mine, theirs = rows(fleet.tick()), rows(twin.tick())
        assert [r for r in mine if r["vehicle_id"] != "truck_07"] == [
            r for r in theirs if r["vehicle_id"] != "truck_07"
        ]


def test_a_second_fault_adds_to_the_first(fleet: Emulator):
    one = above(fleet, "radiator_blocked", "truck_07", catalog.COOLANT)
    both = above(fleet, "charge_air_cooler_blocked", "truck_07", catalog.COOLANT)
    assert both[-1] > one[-1] + 1
    assert {offer.kind for offer in fleet.offers("truck_07") if offer.active} == {
        "radiator_blocked",
        "charge_air_cooler_blocked",
    }


def test_the_truth_is_the_true_onset(fleet: Emulator):
    for kind in ("radiator_blocked", "driveline_bearing"):
        fleet.inject(kind, "truck_07", None, START - 0.5)
    assert [round((START - truth.since) / DAY) for truth in fleet.truth()] == [6, 14]
    assert {truth.until for truth in fleet.truth()} == {None}


def test_the_same_controls_give_the_same_past(fleet: Emulator):
    def story(one: Emulator) -> list[bytes]:
        one.inject("radiator_blocked", "van_03", None, START)
        past = one.past("van_03")
        return [past.tiers.half_hour_values.tobytes(), *past.bodies, *(b for _ in range(20) for b in one.tick())]

    twin = begun()
    assert story(fleet) == story(twin)


def test_a_unit_that_began_cold_and_is_born_anew_was_warm(fleet: Emulator):
    profile = load_profile()
    cold = profile.model_copy(update={"units": tuple(u.model_copy(update={"cold_start": True}) for u in profile.units)})
    fleet = Emulator(cold, start=START)
    fleet.tick()
    fleet.inject("radiator_blocked", "truck_07", None, START)
    (hot,) = (row["coolant_temp_f"] for row in rows(fleet.tick()) if row["vehicle_id"] == "truck_07")
    assert hot > 180


WHERE = st.sampled_from(["truck_07", "van_03", "genset_1", "nobody"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([*BY_KIND, "none"]), WHERE, st.sampled_from([None, 0.0, 0.4, 5.0, 90.0])),
        st.integers(1, 40),
        st.sampled_from(["reset", "skip"]),
    ),
    max_size=12,
)


@settings(max_examples=30, deadline=None)
@given(STEPS)
def test_whatever_is_pressed_in_whatever_order_only_named_errors_come_and_bodies_stay_readable(steps):
    fleet = of_units("truck_07", "van_03", "genset_1")
    for step in steps:
        if step == "reset":
            fleet.reset(fleet.next_ts + 3.5)
        elif step == "skip":
            fleet.skip(500)
        elif isinstance(step, int):
            for _ in range(step):
                for body in fleet.tick():
                    assert not decode_array(body).errors
        else:
            kind, unit, hold_s = step
            try:
                sample = decode_one(fleet.inject(kind, unit, hold_s, fleet.next_ts - 0.5))
            except (UnknownAnomaly, UnknownUnit, NotOffered):
                continue
            assert sample.vehicle_id == unit
            if BY_KIND[kind].onset_days:
                decoded = [decode_array(body) for body in fleet.past(unit, 30).bodies]
                assert sum(len(one.samples) for one in decoded) == 30
            assert len(fleet.offers(unit)) >= 10
