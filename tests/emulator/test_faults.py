import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from connected_ops.emulator.chance import Floats
from connected_ops.emulator.faults import FAULTS
from connected_ops.emulator.fleet import Emulator
from connected_ops.emulator.profile import load_profile
from connected_ops.machines import catalog

START = 1_800_000_000.0
OFFERS = [(unit.vehicle_id, fault.kind) for unit in load_profile().units for fault in FAULTS]


@pytest.fixture
def fleet() -> Emulator:
    fleet = Emulator(load_profile(), start=START)
    for _ in fleet.backfill(60):
        pass
    return fleet


def tick(fleet: Emulator) -> dict[str, dict[str, Any]]:
    return {row["vehicle_id"]: row for body in fleet.tick() for row in json.loads(body)}


def run(fleet: Emulator, seconds: int) -> list[dict[str, dict[str, Any]]]:
    return [tick(fleet) for _ in range(seconds)]


def coolants(fleet: Emulator, seconds: int) -> Floats:
    """[n, seconds] °F of all units, ten seconds at once: a tenth of the work of ticks and their JSON."""
    return np.concatenate([fleet._advance(10)[..., catalog.COOLANT] for _ in range(seconds // 10)], axis=1)


def test_a_fault_touches_its_unit_only(fleet: Emulator):
    other = Emulator(load_profile(), start=START)
    for _ in other.backfill(60):
        pass
    for kind, unit in (("fan_lost", "truck_04"), ("speed_anomaly", "truck_04"), ("coolant_overheat", "truck_04")):
        fleet.inject(kind, unit, 40, START)
    for touched, clean in zip(run(fleet, 90), run(other, 90), strict=True):
        assert touched.pop("truck_04") != clean.pop("truck_04")
        assert touched == clean


def test_without_a_hold_an_anomaly_is_one_sample_and_the_ticks_go_on_as_before(fleet: Emulator):
    other = Emulator(load_profile(), start=START)
    for _ in other.backfill(60):
        pass
    fleet.inject("coolant_overheat", "corolla_2019", None, START)
    assert run(fleet, 5) == run(other, 5)


def test_with_a_hold_an_anomaly_lasts_that_many_seconds_of_ticks(fleet: Emulator):
    fleet.inject("coolant_overheat", "van_03", 30, START)
    hot = [row["van_03"]["coolant_temp_f"] >= 250 for row in run(fleet, 40)]
    assert hot == [True] * 30 + [False] * 10


def test_the_cars_anomalies_keep_the_first_labs_measure(fleet: Emulator):
    before = tick(fleet)["corolla_2019"]

    def injected(kind: str) -> dict[str, Any]:
        return json.loads(fleet.inject(kind, "corolla_2019", None, START))

    hot = injected("coolant_overheat")
    assert hot["coolant_temp_f"] >= 250
    assert hot["vibration_score"] == pytest.approx(before["vibration_score"] + 0.2, abs=0.011)
    assert {k for k in hot if hot[k] != before[k]} == {"ts", "coolant_temp_f", "vibration_score"}
    assert injected("vibration_spike")["vibration_score"] >= max(before["vibration_score"] + 1.99, 3.5)
    fast = injected("speed_anomaly")
    assert fast["speed_mph"] >= 1.15 * 85
    assert fast["engine_rpm"] >= 6200


@pytest.mark.parametrize("hold_s", [None, 20])
@pytest.mark.parametrize("unit", ["van_05", "truck_11", "excavator_1", "genset_1"])
def test_other_classes_get_their_own_measure(fleet: Emulator, unit: str, hold_s: float | None):
    kind = fleet.class_of(unit)

    def shown(anomaly: str) -> dict[str, Any]:
        sample = json.loads(fleet.inject(anomaly, unit, hold_s, START))
        return sample if hold_s is None else tick(fleet)[unit]

    assert shown("coolant_overheat")["coolant_temp_f"] >= (kind.coolant_critical or 0) + 10
    assert shown("vibration_spike")["vibration_score"] >= 1.5 * kind.vibration_healthy[1] - 0.01
    if kind.max_mph is not None:
        fast = shown("speed_anomaly")
        assert fast["speed_mph"] >= 1.15 * kind.max_mph
        assert fast["engine_rpm"] >= (kind.max_rpm or 0)


@pytest.mark.parametrize(("unit", "kind"), OFFERS)
def test_a_fault_is_offered_where_its_row_says_so(fleet: Emulator, unit: str, kind: str):
    (row,) = (fault for fault in FAULTS if fault.kind == kind)
    offered = {offer.kind: offer.label for offer in fleet.offers(unit)}
    assert (kind in offered) == (fleet.class_of(unit).key in row.classes)
    assert offered.get(kind, row.label) == row.label


def test_offers_truth_and_counts_say_what_is_on(fleet: Emulator):
    fleet.inject("fan_lost", "truck_07", None, START - 0.5)
    fleet.inject("coolant_overheat", "truck_07", 30, START - 0.4)
    fleet.inject("vibration_spike", "truck_07", None, START - 0.3)
    on = {offer.kind: offer.until for offer in fleet.offers("truck_07") if offer.active}
    assert on == {"fan_lost": None, "coolant_overheat": START + 30}
    assert [(t.kind, t.since - START, t.until and t.until - START) for t in fleet.truth()] == [
        ("fan_lost", pytest.approx(-0.5), None),
        ("coolant_overheat", pytest.approx(-0.4), pytest.approx(29.6)),
        ("vibration_spike", pytest.approx(-0.3), pytest.approx(-0.3)),
    ]
    counted = {"coolant_overheat": 1, "vibration_spike": 1, "fan_lost": 1}
    assert fleet.stats() == {fault.kind: counted.get(fault.kind, 0) for fault in FAULTS}
    run(fleet, 31)
    assert [offer.kind for offer in fleet.offers("truck_07") if offer.active] == ["fan_lost"]


def test_a_lost_fan_on_a_grade_heats_two_to_five_degrees_a_minute_and_recovers_on_the_flat(fleet: Emulator):
    units = ("truck_07", "truck_02", "van_03", "excavator_1")
    for unit in units:
        fleet.inject("fan_lost", unit, 1200, START)
    lived = coolants(fleet, 2100)
    for unit in units:
        coolant = lived[fleet.vehicle_ids.index(unit)]
        minutes = coolant.reshape(-1, 60).mean(axis=1)
        critical = fleet.class_of(unit).coolant_critical or 0
        climbing = [after - before for before, after in pairwise(minutes[2:20]) if after < critical]
        assert len(climbing) >= 6
        assert all(1.8 <= rise <= 5 for rise in climbing)
        assert critical < max(coolant) < 280
        assert minutes[-1] < fleet.class_of(unit).coolant_normal[1]


def test_a_lost_fan_stays_until_a_reset(fleet: Emulator):
    fleet.inject("fan_lost", "truck_07", None, START)
    assert coolants(fleet, 1500)[fleet.vehicle_ids.index("truck_07"), -1] > 235
    assert [offer.active for offer in fleet.offers("truck_07") if offer.kind == "fan_lost"] == [True]


def test_what_was_put_on_a_unit_is_told_by_name_and_only_of_that_unit(fleet: Emulator):
    fleet.inject("coolant_overheat", "truck_07", None, START)
    fleet.inject("fan_lost", "truck_07", 60, START)
    fleet.inject("vibration_spike", "van_03", None, START)
    assert [(each.kind, each.label, each.until == each.since) for each in fleet.injected("truck_07")] == [
        ("coolant_overheat", "Coolant overheat", True),
        ("fan_lost", "Fan lost on a grade", False),
    ]
    assert fleet.injected("nobody") == ()


def test_of_a_fault_that_is_pressed_again_and_again_the_newest_are_told(fleet: Emulator):
    for _ in range(50):
        fleet.inject("coolant_overheat", "truck_07", None, START)
    told = [each.since for each in fleet.injected("truck_07")]
    assert told == [each.since for each in fleet.truth()[-40:]]
