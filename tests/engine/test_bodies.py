"""Bodies that wait: in records of bounded size, of all of them in turn, and no more than there is room for."""

import asyncio
import json
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.engine import bodies
from connected_ops.engine.bodies import READ_AT_ONCE, RECORD_DEEP, RECORD_ROWS, parts
from connected_ops.errors import MalformedBody
from connected_ops.telemetry import codec
from connected_ops.telemetry.block import SampleBlock
from connected_ops.telemetry.units import Owner


def text(rows) -> bytes:
    return json.dumps(list(rows)).encode()


def put(bench, raw: bytes, owner: Owner = Owner.LIVE, decode=codec.decode_array):
    return bench.lab.intake.take_many(raw, decode, owner)


@pytest.fixture
def records(bench, monkeypatch):
    """The places of the units in each record that the pipeline takes, in order."""
    seen, take = [], bench.lab.pipeline.take
    monkeypatch.setattr(bench.lab.pipeline, "take", lambda unit, *rest: seen.append(unit.tolist()) or take(unit, *rest))
    return seen


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 40)), min_size=1, max_size=160))
def test_the_parts_of_a_body_hold_each_row_once_and_each_unit_by_time(rows):
    n = len(rows)
    block = SampleBlock(
        [unit for unit, _ in rows], np.zeros(n, dtype=np.int16), np.array([float(t) for _, t in rows]),
        np.zeros((n, 1)), np.arange(n),
    )  # fmt: skip
    made = parts(block)
    assert sorted(row for part in made for row in part.row.tolist()) == list(range(n))
    assert all(max(Counter(part.vehicle_ids).values()) <= RECORD_DEEP for part in made)
    for unit in "abc":
        spans = [part.ts[np.array(part.vehicle_ids) == unit] for part in made]
        spans = [span for span in spans if len(span)]
        assert all(before.max() <= after.min() for before, after in pairwise(spans))


@pytest.mark.parametrize(("units", "each"), [(2_500, 1), (90, 30)])
def test_a_body_of_many_units_is_several_records(units: int, each: int):
    n = units * each
    ids, ts = [f"u{at % units}" for at in range(n)], np.arange(n, dtype=float)
    made = parts(SampleBlock(ids, np.zeros(n, dtype=np.int16), ts, np.zeros((n, 1)), np.arange(n)))
    assert sorted(row for part in made for row in part.row.tolist()) == list(range(n))
    assert max(len(part) for part in made) <= RECORD_ROWS
    assert max(count for part in made for count in Counter(part.vehicle_ids).values()) <= RECORD_DEEP


async def test_a_burst_is_taken_in_records_of_bounded_size_and_each_body_gets_its_own_receipt(bench, sample, records):
    bench.now = 600.0
    sent = [text(sample(t + at / 10, f"u{at}", speed_mph=None) for t in range(300)) for at in range(6)]
    sent.append(text([sample(0, "u6"), sample(0, "u6"), 7, sample(9999, "u6")]))
    receipts = await asyncio.gather(*(put(bench, raw) for raw in sent))
    assert [receipt.accepted for receipt in receipts] == [300] * 6 + [1]
    last = receipts[-1]
    assert (last.duplicates, [(each.index, each.rule) for each in last.rejections]) == (
        1, [(2, "malformed"), (3, "future")]
    )  # fmt: skip
    assert sum(map(len, records)) == 6 * 300 + 3
    for units in records:
        assert len(units) <= RECORD_ROWS
        assert max(Counter(units).values()) <= RECORD_DEEP
    assert len(records) < 6 * 300 / RECORD_DEEP / 2  # bodies of different units share a record
    assert bench.counted() == {"valid": 1801, "needs_review": 0, "rejected": 2, "duplicate": 1}


async def test_two_bodies_of_one_unit_never_share_a_record(bench, sample, records):
    bench.now = 600.0
    halves = [text(sample(t) for t in range(start, start + 20)) for start in (0, 20)]
    assert [each.accepted for each in await asyncio.gather(*(put(bench, raw) for raw in halves))] == [20, 20]
    assert list(map(len, records)) == [20, 20]


async def test_spellings_of_one_unit_are_one_unit_in_parts_and_records(bench, sample, records):
    bench.now = 600.0
    spelled = text(sample(t, ("Süd", " SÜD", "süd ")[t % 3]) for t in range(60))
    assert (await put(bench, spelled)).accepted == 60
    assert [len(record) for record in records] == [25, 25, 10]
    records.clear()
    bodies_of_two = (text([sample(100, "Süd")]), text([sample(101, "SÜD")]))
    assert [each.accepted for each in await asyncio.gather(*(put(bench, raw) for raw in bodies_of_two))] == [1, 1]
    assert list(map(len, records)) == [1, 1]
    assert bench.lab.register.index.keys() == {"Süd"}


async def test_rows_of_which_none_is_readable_are_counted_and_take_no_record(bench, records):
    receipt = await put(bench, b"[7, {}, []]")
    assert (receipt.rejected, [each.index for each in receipt.rejections]) == (3, [0, 1, 2])
    assert (records, bench.lab.intake.waiting) == ([], 0)
    assert bench.counted()["rejected"] == 3


async def test_bodies_of_two_owners_never_share_a_record(bench, sample, records):
    owners = (Owner.LIVE, Owner.REPLAY)
    await asyncio.gather(*(put(bench, text([sample(0, owner.name)]), owner) for owner in owners))
    assert list(map(len, records)) == [1, 1]


async def test_who_sends_a_little_does_not_wait_for_those_who_send_much(bench, sample):
    bench.now = 1000.0
    order: list[str] = []

    async def send(name: str, count: int) -> None:
        await put(bench, text(sample(t, name) for t in range(count)))
        order.append(name)

    await asyncio.gather(send("much", 600), send("more", 600), send("little", 3))
    assert order[0] == "little"


async def test_what_there_is_no_room_for_is_turned_away_and_counted_and_later_taken(bench, sample, monkeypatch):
    bench.now = 600.0
    raw = text(sample(t) for t in range(100))
    assert len(raw) > READ_AT_ONCE
    monkeypatch.setattr(bodies, "MOST_BYTES", int(2.5 * len(raw)))
    answers = await asyncio.gather(*(put(bench, raw) for _ in range(4)), return_exceptions=True)
    assert [type(answer).__name__ for answer in answers] == ["Receipt", "Receipt", "Busy", "Busy"]
    assert bench.lab.intake.counts.turned_away == 2
    assert sum(bench.counted().values()) == 200
    assert (await put(bench, raw)).duplicates == 100
    assert bench.lab.intake.waiting == 0


async def test_one_body_is_taken_however_large_and_the_own_emulator_is_never_turned_away(bench, sample, monkeypatch):
    bench.now = 600.0
    monkeypatch.setattr(bodies, "MOST_BYTES", 10)
    raw = [text(sample(t, name) for t in range(100)) for name in ("a", "b")]
    first, second = await asyncio.gather(put(bench, raw[0]), put(bench, raw[1], Owner.EMULATOR))
    assert (first.accepted, second.accepted) == (100, 100)


async def test_a_body_that_cannot_be_read_is_its_senders_alone(bench, sample):
    bench.now = 600.0
    good = text(sample(t) for t in range(100))

    def fail(raw: bytes) -> codec.Decoded:
        raise RuntimeError("a defect")

    answers = await asyncio.gather(
        put(bench, b"[" + b"7," * READ_AT_ONCE + b"7]"), put(bench, b"[]"), put(bench, good, decode=fail),
        put(bench, good), return_exceptions=True,
    )  # fmt: skip
    assert [type(answer) for answer in answers[:3]] == [codec.BodyTooLarge, MalformedBody, RuntimeError]
    assert answers[3].accepted == 100
    assert bench.lab.intake.waiting == 0


async def test_a_failure_while_taking_is_told_and_the_next_body_is_taken(bench, sample, monkeypatch):
    bench.now = 600.0

    def fail(*args: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(bench.lab.pipeline, "take", fail)
    with pytest.raises(RuntimeError):
        await put(bench, text([sample(0), sample(1)]))
    monkeypatch.undo()
    assert (await put(bench, text([sample(0), sample(1)]))).accepted == 2


async def test_rows_of_who_has_gone_are_taken_all_the_same(bench, sample):
    bench.now = 600.0
    gone = asyncio.create_task(put(bench, text(sample(t) for t in range(100))))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await put(bench, text(sample(t, "other") for t in range(100)))).accepted == 100
    assert bench.counted()["valid"] == 200
    with pytest.raises(asyncio.CancelledError):
        await gone
