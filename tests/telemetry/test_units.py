import pytest

from connected_ops.errors import FleetFull
from connected_ops.machines.unit_class import UNKNOWN
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
    place = register.add("sim", UNKNOWN, Owner.EMULATOR, 0.0)
    register.remove(place)
    assert register.owner_of("sim") is Owner.EMULATOR


def test_a_full_fleet_of_speaking_units_takes_no_other():
    with pytest.raises(FleetFull, match="2 units"):
        full_register().add("third", UNKNOWN, Owner.LIVE, MAKES_ROOM_AFTER_S - 1)


def test_the_unit_silent_for_a_day_makes_room_and_its_place_is_told():
    register, emptied = full_register(), []
    register.emptied = emptied.append
    old = register.index["old"]
    assert register.add("third", 2, Owner.SIMULATED, MAKES_ROOM_AFTER_S) == old
    assert emptied == [old]
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


def pair_of_registers(capacity: int = 3) -> tuple[UnitRegister, UnitRegister]:
    one, other = UnitRegister(capacity), UnitRegister(capacity)
    one.beside, other.beside = other, one
    return one, other


def test_an_id_that_is_in_one_register_is_owned_in_the_one_beside_it_too():
    one, other = pair_of_registers()
    one.reserve(["sim"], Owner.EMULATOR)
    other.add("real", UNKNOWN, Owner.REPLAY, 0.0)
    for register in (one, other):
        assert register.owner_of("real") is Owner.REPLAY
        assert register.owner_of("sim") is Owner.EMULATOR
        assert register.owner_of("nobody") is None


@pytest.mark.parametrize("first", [0, 1])
def test_two_registers_hold_no_more_together_than_one(first: int):
    registers = pair_of_registers()
    for at, name in enumerate("abc"):
        registers[(first + at) % 2].add(name, UNKNOWN, Owner.LIVE, 0.0)
    for register in registers:
        with pytest.raises(FleetFull, match="3 units"):
            register.add("d", UNKNOWN, Owner.LIVE, 10.0)
    registers[first].remove(registers[first].index["a"])
    registers[1 - first].add("d", UNKNOWN, Owner.LIVE, 10.0)
    assert sum(map(len, registers)) == 3


def test_a_unit_silent_for_a_day_makes_room_for_one_of_the_register_beside():
    one, other = pair_of_registers(2)
    emptied: list[int] = []
    one.emptied = emptied.append
    old = one.add("old", UNKNOWN, Owner.SIMULATED, 0.0)
    other.add("new", UNKNOWN, Owner.LIVE, 100.0)
    other.add("newer", UNKNOWN, Owner.LIVE, MAKES_ROOM_AFTER_S)
    assert (len(one), len(other), emptied) == (0, 2, [old])


def test_a_reserved_id_keeps_its_place_though_it_has_not_reported():
    one, other = pair_of_registers()
    one.reserve(["sim", "sam"], Owner.EMULATOR)
    other.add("real", UNKNOWN, Owner.LIVE, 0.0)
    with pytest.raises(FleetFull):
        other.add("more", UNKNOWN, Owner.LIVE, 0.0)
    for _ in range(2):
        for name in ("sim", "sam"):
            one.add(name, UNKNOWN, Owner.EMULATOR, 0.0)
        with pytest.raises(FleetFull):
            other.add("more", UNKNOWN, Owner.LIVE, 0.0)
        one.remove(one.index["sim"])
        one.remove(one.index["sam"])


def test_spellings_that_differ_by_case_are_one_unit_until_it_leaves():
    units = UnitRegister(3)
    place = units.add("Lkw 7", 0, Owner.LIVE, 0.0)
    assert (units.spelling("LKW 7"), units.place_of("lkw 7"), units.owner_of("lKW 7")) == ("Lkw 7", place, Owner.LIVE)
    assert (units.spelling("lkw 8"), units.place_of("lkw 8"), units.owner_of("lkw 8")) == ("lkw 8", None, None)
    units.remove(place)
    assert (units.spelling("LKW 7"), units.place_of("LKW 7")) == ("LKW 7", None)
    assert units.owner_of("LKW 7") is None


def test_an_id_that_is_kept_for_one_owner_is_kept_in_every_spelling_whether_it_has_reported_or_not():
    real, simulated = UnitRegister(4), UnitRegister(4)
    real.beside, simulated.beside = simulated, real
    simulated.reserve(["corolla_2019"], Owner.EMULATOR)
    place = simulated.add("corolla_2019", 0, Owner.EMULATOR, 0.0)
    for _ in range(2):
        assert real.owner_of("COROLLA_2019") is Owner.EMULATOR
        assert simulated.spelling("Corolla_2019") == "corolla_2019"
        if simulated.place_of("corolla_2019") is not None:
            simulated.remove(place)
