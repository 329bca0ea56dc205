"""Whatever a machine sends: how it is packed, repeated or spoiled says nothing of the machine."""

import asyncio
import json
from collections.abc import Iterable
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connected_ops.machines import catalog
from connected_ops.telemetry import codec
from connected_ops.telemetry.block import from_samples
from connected_ops.telemetry.units import Owner
from connected_ops.validation.rules import DUPLICATE

Row = dict[str, Any]
Spell = tuple[int, int, Row]

SIGNALS = ("coolant_temp_f", "engine_rpm", "speed_mph", "intake_air_temp_f", "vibration_score", "engine_load_pct")
IMPOSSIBLE: Row = {
    "coolant_temp_f": 777.0, "engine_rpm": 15_000.0, "speed_mph": 333.0, "intake_air_temp_f": 512.0,
    "vibration_score": 61.0, "engine_load_pct": 180.0,
}  # fmt: skip
COUNT = 30
CODES = [{"engine_load_pct": 255.0}, {"engine_rpm": 8191.875}, {"coolant_temp_f": -40.0}]
"""What may stand for "not available"; sent again it is taken anew for a minute."""
ODD = st.sampled_from([
    *CODES,
    {"coolant_temp_f": 252.0}, {"coolant_temp_f": 640.0}, {"coolant_temp_f": None},
    {"vibration_score": 6.5}, {"speed_mph": 101.0}, {"engine_rpm": 0.0, "speed_mph": 0.0},
    {"intake_air_temp_f": 170.0}, {"engine_hours": 4.0}, dict.fromkeys(SIGNALS[:3]),
])  # fmt: skip
DRIVES = st.tuples(
    st.sampled_from([1, 4, 15]), st.lists(st.tuples(st.integers(1, 20), st.integers(1, 14), ODD), max_size=3)
)
"""Seconds between two messages, and spells of oddness: from which message on, for how many, and what they send."""
LONG_OR_ONCE = st.tuples(
    st.sampled_from([1, 4, 15]), st.lists(st.tuples(st.integers(1, 10), st.sampled_from([1, COUNT]), ODD), max_size=2)
)
"""And such as are over at once or last: what is just about to be told may take one message more or less."""

few = settings(
    max_examples=7, derandomize=True,  # the same cases on every machine
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


def driven(sample: Any, drive: tuple[int, list[Spell]], start: int = 0, count: int = COUNT) -> list[Row]:
    """The messages of a van, one an instant."""
    every, spells = drive
    rows = []
    for at in range(start, start + count):
        fields: Row = {
            "unit_class": "delivery_van", "coolant_temp_f": 191.0 + at % 3 / 2, "engine_rpm": 1700.0 + at % 11 * 9,
            "speed_mph": 44.0 + at % 5, "intake_air_temp_f": 81.0 + at % 2, "vibration_score": 0.9 + at % 4 / 50,
            "engine_load_pct": 37.0 + at % 6,
        }  # fmt: skip
        for begin, lasts, odd in spells:
            fields |= odd if begin <= at < begin + lasts else {}
        rows.append(sample(at * every, "van", **fields))
    return rows


def apart(rows: Iterable[Row], random: Random) -> list[Row]:
    """The same with one signal a message, those of one instant in any order."""
    parts = []
    for row in rows:
        head = {key: row[key] for key in ("ts", "vehicle_id", "unit_class")}
        values = [{key: value} for key, value in row.items() if key not in head]
        random.shuffle(values)
        parts += [head | value for value in values]
    return parts


def posted(bench: Any, rows: list[Row], cuts: Iterable[int], *, lines: bool) -> None:
    """Through the door, as bodies that are cut before those rows."""
    bench.now = 3600.0

    async def post() -> None:
        for start, stop in pairwise(sorted({0, *(min(cut, len(rows)) for cut in cuts), len(rows)})):
            body = [json.dumps(row) for row in rows[start:stop]]
            raw, decode = (
                (("\n".join(body)), codec.decode_ndjson) if lines else (f"[{','.join(body)}]", codec.decode_array)
            )
            await bench.lab.intake.take_many(raw.encode(), decode, Owner.LIVE)

    asyncio.run(post())


def one_by_one(bench: Any, rows: Iterable[Row]) -> list[tuple[int, list[int]]]:
    """Each a body of its own; the verdict of each and the bits of rules that fired, by signal."""
    bench.now = 3600.0
    told = []
    for row in rows:
        taken = bench.lab.intake.take(from_samples([codec.decode_one(json.dumps(row).encode())]), Owner.LIVE)
        told.append((int(taken.verdict[0]), taken.fired[0].tolist()))
    return told


def outcome(bench: Any) -> list[Any]:
    """What is known and said of the van."""
    bench.lab.assess()
    pipeline, shot, place = bench.lab.pipeline, bench.lab.read_model.snapshot(), bench.place("van")
    window = pipeline.history.window.samples(place)
    return [
        shot.score.tolist(), shot.points.tolist(), shot.reasons,
        [(each.mode, each.kind, each.since, each.opened_at, each.closed_at, each.value, each.reason)
         for each in bench.lab.read_model.episodes()],
        window.ts.tolist(), window.values.tobytes(), window.verdict.tolist(), window.fired.tolist(),
        pipeline.present.known[place].tobytes(),
        pipeline.confirmation.confirmed[place].tobytes(), pipeline.baselines.mean[place].tobytes(),
        pipeline.baselines.weight[place].tobytes(),
    ]  # fmt: skip


def assert_same(one: Any, other: Any) -> None:
    assert outcome(one) == outcome(other)
    for tiers in zip(*(bench.lab.pipeline.history.tiers for bench in (one, other)), strict=True):
        mean, same = (tier.series(bench.place("van"))[1] for tier, bench in zip(tiers, (one, other), strict=True))
        np.testing.assert_allclose(mean, same, rtol=3e-5)  # sums of float32, whose portions differ


@settings(few, max_examples=4)
@given(DRIVES, st.lists(st.integers(1, 240), max_size=4), st.booleans(), st.randoms(use_true_random=False))
def test_order_of_fields_and_packing_into_bodies_change_nothing(new_bench, sample, drive, cuts, lines, random):
    rows = driven(sample, drive)
    for sent in (rows, apart(rows, random)):
        single, packed = new_bench(), new_bench()
        one_by_one(single, sent)
        posted(packed, [dict(random.sample(list(row.items()), len(row))) for row in sent], cuts, lines=lines)
        assert_same(packed, single)


@settings(few, max_examples=4)
@given(LONG_OR_ONCE, st.randoms(use_true_random=False))
def test_one_instant_in_several_messages_is_told_as_one_message_would_be(new_bench, sample, drive, random):
    whole, parts = new_bench(), new_bench()
    rows = driven(sample, drive)
    one_by_one(whole, rows)
    one_by_one(parts, apart(rows, random))
    (every, _), tail = drive, driven(sample, (drive[0], []), COUNT, 3)
    for bench in (whole, parts):
        one_by_one(bench, tail)
    said = [
        sorted((each.kind, each.mode, each.opened_at) for each in bench.assessed().episodes())
        for bench in (whole, parts)
    ]
    assert [each[:2] for each in said[0]] == [each[:2] for each in said[1]]
    for one, other in zip(*said, strict=True):
        assert one[2] == pytest.approx(other[2], abs=every)
    known, same = (bench.lab.pipeline.present.known[bench.place("van")] for bench in (whole, parts))
    np.testing.assert_array_equal(known, same)


@few
@given(DRIVES, DRIVES, st.integers(5, COUNT - 5), st.sampled_from([301.0, 4000.0, 1e8]))
def test_no_row_changes_what_was_said_before_it_and_one_from_the_future_changes_nothing(
    new_bench, sample, drive, other, split, ahead
):
    every, spells = drive
    before, plain, troubled = new_bench(), new_bench(), new_bench()
    rows = driven(sample, drive)
    early = driven(sample, (every, [*spells, *((split + at, n, odd) for at, n, odd in other[1])]))
    future = {**rows[0], "ts": sample(3600.0 + ahead)["ts"], "coolant_temp_f": 258.0, "vibration_score": 9.0}
    told = one_by_one(plain, rows)
    assert one_by_one(before, early)[:split] == told[:split]
    again = []
    troubled.follow = False
    for row in rows:
        again += one_by_one(troubled, [row])
        assert troubled.judge([future]) == [("rejected", {"future"})]
    assert again == told
    assert_same(troubled, plain)


@few
@given(DRIVES, st.sampled_from(SIGNALS), st.integers(0, COUNT - 1))
def test_an_impossible_value_says_nothing_of_the_other_signals(new_bench, sample, drive, signal, at):
    spoiled, lacking = new_bench(), new_bench()
    rows = driven(sample, drive)
    one, other = [*rows], [*rows]
    one[at] = rows[at] | {signal: IMPOSSIBLE[signal]}
    other[at] = {key: value for key, value in rows[at].items() if key != signal}
    column = catalog.INDEX[signal]
    told = [one_by_one(bench, sent) for bench, sent in ((spoiled, one), (lacking, other))]
    assert told[0][at][1][column] != 0
    rules = [[np.delete(fired, column).tolist() for _, fired in each] for each in told]
    assert rules[0] == rules[1]
    known, same = (
        np.delete(bench.lab.pipeline.present.known[bench.place("van")], column) for bench in (spoiled, lacking)
    )
    np.testing.assert_array_equal(known, same)


@few
@given(DRIVES, st.booleans(), st.integers(0, 30), st.randoms(use_true_random=False))
def test_messages_sent_again_in_any_order_and_at_any_time_change_nothing(
    new_bench, sample, drive, by_signal, back, random
):
    once, again = new_bench(), new_bench()
    rows = driven(sample, drive)
    sent = apart(rows, random) if by_signal else rows
    told, repeats = [], []
    for at, row in enumerate(sent):
        told += one_by_one(again, [row])
        if random.random() < 0.3:
            past = random.sample(sent[max(0, at - back) : at + 1], min(at, back) // 3 + 1)
            repeats += one_by_one(again, past)
    repeats += one_by_one(again, random.sample(sent, len(sent)))
    assert told == one_by_one(once, sent)
    assert {verdict for verdict, _ in repeats} == {DUPLICATE}
    assert_same(again, once)
