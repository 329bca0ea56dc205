"""Two labs of one server: whose unit goes where, what they share, and the simulated one made anew."""

import asyncio
from typing import Any

import pytest

from connected_ops.read_model import Work
from connected_ops.telemetry.units import MAKES_ROOM_AFTER_S, Owner

SIMULATED = (Owner.SIMULATED, Owner.EMULATOR)
REAL = (Owner.LIVE, Owner.REPLAY)


@pytest.fixture(autouse=True)
def at_once(no_cool_down: None) -> None:
    """Resets follow each other at once."""


async def reset(pair: Any) -> None:
    async with pair.labs.renewed():
        pass


def hot(pair: Any, sample: Any, name: str, owner: Owner) -> None:
    """A truck that overheats until its episode is open."""
    pair.take([sample(t, name, unit_class="class_8_truck") for t in range(60)], owner)
    pair.take([sample(t, name, coolant_temp_f=252.0) for t in range(60, 90)], owner)


def test_each_unit_is_in_the_lab_of_its_owner(pair, sample):
    for owner in Owner:
        pair.take([sample(0, owner.name)], owner)
    assert {*pair.labs.real.register.index} == {owner.name for owner in REAL}
    assert {*pair.labs.simulated.register.index} == {owner.name for owner in SIMULATED}
    assert len(pair.shown()) == len(Owner)


@pytest.mark.parametrize("first", Owner)
async def test_an_id_belongs_to_the_source_that_used_it_first_whichever_lab_that_is_in(pair, sample, first: Owner):
    pair.take([sample(0)], first)
    for other in Owner:
        if other is not first:
            assert pair.rules([sample(1)], other) == [{"source_conflict"}], other
    assert pair.take([sample(1)], first) == ["valid"]
    assert pair.shown() == ("unit",)
    await reset(pair)
    assert pair.take([sample(2)], Owner.LIVE) == (["valid"] if first in (Owner.LIVE, *SIMULATED) else ["rejected"])


async def test_the_emulators_ids_are_its_own_before_it_reports_and_after_each_reset(pair, sample):
    pair.labs.reserve(["truck_07"])
    for _ in range(2):
        for other in (Owner.LIVE, Owner.REPLAY, Owner.SIMULATED):
            assert pair.rules([sample(0, "truck_07")], other) == [{"source_conflict"}]
        assert pair.take([sample(0, "truck_07")], Owner.EMULATOR) == ["valid"]
        await reset(pair)


def test_both_together_hold_no_more_units_than_one_may(new_pair, sample):
    pair = new_pair(units=3)
    owners = (Owner.SIMULATED, Owner.LIVE, Owner.REPLAY)
    assert [pair.take([sample(0, owner.name)], owner) for owner in owners] == [["valid"]] * 3
    for owner in (Owner.SIMULATED, Owner.LIVE):
        assert pair.rules([sample(1, "more")], owner) == [{"fleet_full"}]
    for owner in REAL:
        pair.take([sample(MAKES_ROOM_AFTER_S, owner.name)], owner)
    assert pair.take([sample(MAKES_ROOM_AFTER_S, "more")], Owner.LIVE) == ["valid"]
    assert set(pair.shown()) == {"LIVE", "REPLAY", "more"}


def test_what_the_labs_count_adds_up_to_what_was_sent(pair, sample):
    pair.follow = False
    for owner in Owner:
        pair.take([sample(0, owner.name), sample(0, owner.name), sample(9e6, owner.name)], owner)
        pair.take([sample(1, "LIVE")], owner)
    loop = pair.assessed().snapshot().loop
    assert loop.received == loop.valid + loop.needs_review + loop.rejected + loop.duplicates == 4 * len(Owner)
    assert pair.counted() == {"valid": 5, "needs_review": 0, "rejected": 7, "duplicate": 4}
    assert len(pair.labs.quarantined(100)) == pair.labs.read_model.quality().held == 7
    assert len(pair.labs.quarantined(3)) == 3


async def test_a_reset_forgets_all_that_was_simulated_and_nothing_else(pair, sample):
    for owner in (*REAL, *SIMULATED):
        pair.take([sample(t, owner.name) for t in range(29)], owner)
    pair.follow = False
    for owner in (*REAL, *SIMULATED):
        pair.take([sample(9e6, owner.name)], owner)
    alone = pair.look("LIVE"), pair.look("REPLAY")
    await reset(pair)
    assert pair.shown() == ("LIVE", "REPLAY")
    assert (pair.look("LIVE"), pair.look("REPLAY")) == alone
    assert sum(pair.counted().values()) == pair.labs.read_model.snapshot().loop.received == 60
    assert {row.owner for row in pair.labs.quarantined(100)} == {*REAL}
    assert pair.labs.simulated.register.owner_of("SIMULATED") is None


async def test_an_episodes_id_is_told_once_over_both_labs_and_all_resets(pair, sample):
    told: list[str] = []
    for _ in range(3):
        for name, owner in (("real", Owner.LIVE), ("sim", Owner.SIMULATED)):
            hot(pair, sample, name, owner)
        told += [view.id for view in pair.assessed().episodes()]
        await reset(pair)
    real = [key for key in told if told.count(key) > 1]
    assert len(set(real)) == 1
    assert len(set(told)) == 4


async def test_people_work_on_the_episodes_of_both_labs(pair, sample):
    for name, owner in (("real", Owner.LIVE), ("sim", Owner.SIMULATED)):
        hot(pair, sample, name, owner)
    for view in pair.assessed().episodes():
        answer = pair.labs.work(view.id, Work("acknowledge", "Kim"))
        assert answer.ok
        assert view.vehicle_id in answer.sentence
    assert [view.state for view in pair.assessed().episodes()] == ["acknowledged"] * 2
    assert not pair.labs.work("e99", Work("acknowledge")).ok


async def test_until_the_new_lab_stands_the_page_keeps_the_old_ones_picture(pair, sample):
    pair.follow = False
    pair.take([sample(t, "sim") for t in range(5)], Owner.EMULATOR)
    model = pair.assessed()
    before, row = model.unit("sim"), model.rows()
    async with pair.labs.renewed():
        assert pair.take([sample(t, "sim") for t in range(7)], Owner.EMULATOR) == ["valid"] * 7
        assert pair.take([sample(7, "theirs")], Owner.SIMULATED) == ["valid"]  # of the fleet that goes
        pair.labs.real.assess()
        assert model.unit("sim") is before
        assert model.rows() == row
        sequence = model.sequence
    assert model.sequence > sequence
    assert model.snapshot().vehicle_ids == ("sim",)
    assert len(model.unit("sim").ts) == 7
    assert model.snapshot().loop.received == 7
    assert pair.take([sample(7, "sim")], Owner.EMULATOR) == ["valid"]
    assert pair.place("sim") == pair.labs.simulated.register.index["sim"]


async def test_where_the_new_lab_fails_the_old_one_stays(pair, sample):
    pair.take([sample(t, "sim") for t in range(5)], Owner.EMULATOR)
    pair.assessed()

    async def fail() -> None:
        async with pair.labs.renewed():
            pair.take([sample(9, "sim")], Owner.EMULATOR)
            raise OSError("no past")

    with pytest.raises(OSError, match="no past"):
        await fail()
    assert pair.take([sample(5, "sim")], Owner.EMULATOR) == ["valid"]
    assert len(pair.assessed().unit("sim").ts) == 6
    await reset(pair)
    assert pair.shown() == ()


async def test_between_two_new_labs_there_is_a_rest(pair, monkeypatch):
    monkeypatch.setattr("connected_ops.labs.COOL_DOWN_S", 0.2)
    now = asyncio.get_running_loop().time
    await reset(pair)
    ended = now()
    async with pair.labs.renewed():
        assert now() - ended > 0.15


async def test_a_unit_of_the_lab_beside_leaves_without_a_trace(new_pair, sample):
    pair = new_pair(units=2)
    hot(pair, sample, "sim", Owner.SIMULATED)
    place = pair.place("sim")
    pair.take([sample(MAKES_ROOM_AFTER_S + 100, name) for name in ("one", "two")])
    assert pair.shown() == ("one", "two")
    assert pair.labs.read_model.episodes() == ()
    assert len(pair.labs.simulated.pipeline.history.window.samples(place).ts) == 0


def test_how_far_behind_is_the_age_of_the_older_picture(pair, sample):
    pair.assessed()
    pair.now += 5.0
    assert pair.labs.behind_s() == 5.0
    for lab in pair.labs.both:
        assert pair.labs.behind_s() == 5.0
        lab.assess()
    assert pair.labs.behind_s() == 0.0


async def test_a_lab_that_is_being_replaced_makes_nobody_wait_for_it(pair):
    async with pair.labs.renewed():
        pair.now += 60.0
        assert pair.labs.behind_s() == 60.0
        pair.labs.real.assess()
        assert pair.labs.behind_s() == 0.0
    assert pair.labs.behind_s() == 0.0
