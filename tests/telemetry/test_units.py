import pytest

from connected_ops.errors import FleetFull
from connected_ops.telemetry.unit_class import UNKNOWN
from connected_ops.telemetry.units import MAKES_ROOM_AFTER_S, Owner, UnitRegister


def full_register() -> UnitRegister:
    register = UnitRegister(2)
    register.add("old", UNKNOWN, Owner.LIVE, 0.0)
    register.add("new", UNKNOWN, Owner.REPLAY, 100.0)
    return register


def test_a_unit_belongs_to_the_owner_that_used_its_id_first():
    register = full_register()
    assert register.owner_of("old") is Owner.LIVE
    assert register.owner_of("new") is Owner.REPLAY
    assert register.owner_of("nobody") is None


def test_a_reserved_id_has_its_owner_before_it_reports_and_after_it_is_removed():
    register = UnitRegister(2)
    register.reserve(["sim"], Owner.EMULATOR)
    assert register.owner_of("sim") is Owner.EMULATOR
    place, _ = register.add("sim", UNKNOWN, Owner.EMULATOR, 0.0)
    register.remove(place)
    assert register.owner_of("sim") is Owner.EMULATOR


def test_a_full_fleet_of_speaking_units_takes_no_other():
    with pytest.raises(FleetFull, match="2 units"):
        full_register().add("third", UNKNOWN, Owner.LIVE, MAKES_ROOM_AFTER_S - 1)


def test_the_unit_silent_for_a_day_makes_room_and_its_place_is_named():
    register = full_register()
    old = register.index["old"]
    assert register.add("third", 2, Owner.SIMULATED, MAKES_ROOM_AFTER_S) == (old, old)
    assert register.owner_of("old") is None
    assert register.vehicle_id[old] == "third"
    assert register.unit_class[old] == 2
    assert [register.vehicle_id[place] for place in register.places()] == ["new", "third"]


def test_every_change_of_the_fleet_changes_its_generation():
    register = full_register()
    before = register.generation
    register.remove(register.index["old"])
    assert register.generation != before
    assert len(register) == 1
