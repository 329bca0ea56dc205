"""Feeds as real gateways and loggers send them: a danger in them is told, and what is merely another way of sending is
quiet."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from connected_ops.risk.failure_modes import MODES

Row = tuple[float, dict[str, Any]]
Rows = Iterator[Row]

COOLANT, RPM, SPEED = "coolant_temp_f", "engine_rpm", "speed_mph"
ABSENT_AMBIENT, ABSENT_RPM = 3212.6, 8177.5  # high byte FF, in °F and rpm


def warm(at: float) -> dict[str, Any]:
    return {COOLANT: 193.0 + at % 3 / 2, RPM: 1450.0 + at % 13, SPEED: 58.0 + at % 5}


def climbing(at: float, begin: float) -> float:
    return 193.0 + min(max(at - begin, 0.0) / 6, 58.0) + at % 3 / 2


def ambient_not_available() -> Rows:
    for at in range(0, 900, 6):
        yield at, warm(at) | {COOLANT: climbing(at, 300), "ambient_temp_f": ABSENT_AMBIENT}


def load_not_available() -> Rows:
    for at in range(0, 900, 6):
        yield at, warm(at) | {COOLANT: climbing(at, 300), "engine_load_pct": 255.0}


def coolant_every_fourth_message() -> Rows:
    for at in range(0, 6000, 20):
        row = warm(at) | {COOLANT: 250.0 + at % 3 / 2 if at > 1200 else 193.0 + at % 3}
        yield at, row if at % 80 == 0 else {key: row[key] for key in (RPM, SPEED)}


def coolant_every_five_minutes() -> Rows:
    for at in range(0, 9000, 10):
        row = warm(at) | {COOLANT: 249.0 if at > 3000 else 193.0}
        yield at, row if at % 300 == 0 else {key: row[key] for key in (RPM, SPEED)}


def one_message_a_minute() -> Rows:
    for at in range(0, 5400, 60):
        yield at, warm(at) | {COOLANT: 251.0 + at % 2 if at > 1200 else 193.0 + at % 2}


def coolant_alone_at_the_same_time() -> Rows:
    for at in range(0, 600, 3):
        row = warm(at) | {COOLANT: climbing(at, 200)}
        yield at, {RPM: row[RPM], SPEED: row[SPEED]}
        yield at, {COOLANT: row[COOLANT]}


def one_signal_after_the_other() -> Rows:
    keys = (RPM, SPEED, COOLANT)
    for at in range(900):
        row = warm(at) | {COOLANT: climbing(at, 400)}
        yield at, {keys[at % 3]: row[keys[at % 3]]}


def a_parked_truck_without_rpm() -> Rows:
    for at in range(0, 600, 5):
        yield at, {COOLANT: 110.0 - at / 60, RPM: ABSENT_RPM, SPEED: 0.0}


def coolant_slower_than_the_rest() -> Rows:
    for at in range(60):
        yield at, {RPM: 1400.0 + at} | ({COOLANT: 190.0 + at / 8} if at % 4 == 0 else {})


def a_night_of_heartbeats_then_a_cold_start() -> Rows:
    for at in range(0, 1200, 20):
        yield at, warm(at)
    for at in range(1200, 30_000, 300):
        yield at, {COOLANT: -40.0, RPM: 0.0, SPEED: 0.0}
    for at in range(30_000, 31_500, 10):
        yield at, warm(at) | {COOLANT: min(20.0 + (at - 30_000) / 9, 192.0)}


def an_electric_car() -> Rows:
    for at in range(0, 3000, 10):
        yield at, {COOLANT: 92.0 + at % 70 / 20, SPEED: 60.0 + at % 9}


def a_hybrid() -> Rows:
    for at in range(0, 2400, 5):
        rests = at % 240 < 100
        yield at, warm(at) | {RPM: 0.0 if rests else 1800.0 + at % 7, COOLANT: 186.0 - (at % 240 < 100) * 6}


def a_governed_generator() -> Rows:
    for at in range(0, 1800, 10):
        yield at, {COOLANT: 184.0 + at % 30 / 20, RPM: 1800.0, "engine_load_pct": 32.0 + (at // 300 % 2) * 30 + at % 7}


def hours_of_a_sleeping_controller() -> Rows:
    for at in range(0, 5400, 20):
        asleep = at % 1800 > 1200
        yield (
            at,
            (
                {COOLANT: 184.0, RPM: 0.0, "engine_hours": 0.0}
                if asleep
                else warm(at) | {"engine_hours": round(5120.3 + at / 3600, 1)}
            ),
        )


def full_load_on_a_climb() -> Rows:
    for at in range(0, 600, 2):
        yield at, warm(at) | {SPEED: 50.0 - at / 20, RPM: 1700.0 - at, "engine_load_pct": 100.0}


def a_winter_at_freezing() -> Rows:
    for at in range(0, 1800, 10):
        yield at, warm(at) | {COOLANT: min(32.0 + at / 6, 192.0), "ambient_temp_f": 32.0, "intake_air_temp_f": 36.0}


def a_heated_block_in_the_frost() -> Rows:
    for at in range(0, 1800, 10):
        yield at, warm(at) | {COOLANT: min(120.0 + at / 12, 192.0), "ambient_temp_f": -12.0}


def minus_one_for_what_is_lacking() -> Rows:
    for at in range(0, 600, 5):
        yield at, warm(at) | {"engine_load_pct": -1.0, "engine_hours": -1.0}


HOT = (
    ambient_not_available, load_not_available, coolant_every_fourth_message, coolant_every_five_minutes,
    one_message_a_minute, coolant_alone_at_the_same_time, one_signal_after_the_other,
)  # fmt: skip
QUIET = (
    a_parked_truck_without_rpm, coolant_slower_than_the_rest, a_night_of_heartbeats_then_a_cold_start, an_electric_car,
    a_hybrid, a_governed_generator, hours_of_a_sleeping_controller, full_load_on_a_climb, a_winter_at_freezing,
    a_heated_block_in_the_frost, minus_one_for_what_is_lacking,
)  # fmt: skip
KINDS = {"a_governed_generator": "genset", "an_electric_car": "passenger_car", "a_hybrid": "passenger_car"}


def told(bench, sample, feed: Callable[[], Rows]) -> tuple[set[str], int, int]:
    """The modes of the machine's episodes, how many sensors were accused, and how many rows were rejected."""
    rejected = 0
    kind = KINDS.get(feed.__name__, "class_8_truck")
    nothing = dict.fromkeys((COOLANT, RPM, SPEED, "intake_air_temp_f", "vibration_score", "engine_hours"))
    for at, row in feed():
        rejected += bench.take([sample(at, "u", **nothing | {"unit_class": kind} | row)]) == ["rejected"]
    episodes = bench.lab.pipeline.episodes
    every = [*episodes.open.values(), *episodes.closed.values()]
    machine = {MODES[each.mode].key for each in every if each.kind == "machine"}
    return machine, sum(each.kind == "sensor" for each in every), rejected


@pytest.mark.parametrize("feed", HOT, ids=lambda feed: feed.__name__)
def test_an_overheating_is_told_however_its_feed_is_sent(bench, sample, feed: Callable[[], Rows]):
    machine, sensors, rejected = told(bench, sample, feed)
    assert machine == {"cooling"}
    assert sensors == rejected == 0


@pytest.mark.parametrize("feed", QUIET, ids=lambda feed: feed.__name__)
def test_what_is_no_plain_engine_or_no_plain_feed_stays_quiet(bench, sample, feed: Callable[[], Rows]):
    assert told(bench, sample, feed) == (set(), 0, 0)


@pytest.mark.parametrize("feed", [one_signal_after_the_other, coolant_alone_at_the_same_time])
def test_how_messages_are_packed_into_bodies_changes_nothing(new_bench, sample, feed: Callable[[], Rows]):
    rows = [sample(at, "u", unit_class="class_8_truck", **dict.fromkeys(warm(0)) | row) for at, row in feed()]
    seen = []
    for size in (1, 7, 50):
        bench = new_bench()
        for start, stop in pairwise([*range(0, len(rows), size), len(rows)]):
            bench.take(rows[start:stop])
        pipeline = bench.lab.pipeline
        every = [*pipeline.episodes.open.values(), *pipeline.episodes.closed.values()]
        place = bench.place("u")
        seen.append(
            (
                [(each.mode, each.since, each.opened_at, each.closed_at, each.value) for each in every],
                pipeline.present.known[place].tobytes(), pipeline.confirmation.confirmed[place].tobytes(),
                pipeline.baselines.mean[place].tobytes(),
            )
        )  # fmt: skip
    assert seen[0] == seen[1] == seen[2]
