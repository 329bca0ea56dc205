"""Oil pressure and battery voltage, as trucks, gensets and machines of no named class send them: a loss is told within
a minute, and starts, rests and smart alternators are quiet."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connected_ops.risk.failure_modes import MODES

Row = dict[str, Any]
Rows = Iterator[tuple[float, Row]]

RPM, SPEED, OIL, VOLT = "engine_rpm", "speed_mph", "oil_pressure_psi", "battery_v"
LOSS_S, LONGEST_S = 600, 700


def working(at: float, rpm: float = 1400.0, oil: float = 48.0, volt: float = 14.1) -> Row:
    return {RPM: rpm + at % 13, SPEED: None, OIL: oil + at % 3 / 2, VOLT: volt + at % 4 / 20}


def loses(kind: str, before: Row, after: Row) -> tuple[str, Callable[[], Rows]]:
    """A machine that works as `before`, and from `LOSS_S` on as `after`."""

    def rows() -> Rows:
        for at in range(LONGEST_S):
            yield at, working(at, **(before if at < LOSS_S else before | after))

    return kind, rows


DIGS: Row = {"rpm": 1665.0, "oil": 54.0, "volt": 28.1}
GENERATES: Row = {"rpm": 1800.0, "oil": 58.0, "volt": 28.1}
LOST = {
    "a truck's pump": ("oil_pressure", loses("class_8_truck", {}, {"oil": 9.0})),
    "a truck's pump before its limit": ("oil_pressure", loses("class_8_truck", {}, {"oil": 19.0})),
    "an excavator's pump": ("oil_pressure", loses("excavator", DIGS, {"oil": 14.0})),
    "a genset's pump": ("oil_pressure", loses("genset", GENERATES, {"oil": 22.0})),
    "a car's pump": ("oil_pressure", loses("passenger_car", {"oil": 45.0}, {"oil": 7.0})),
    "a pump of no class": ("oil_pressure", loses("unknown", {"oil": 52.0}, {"oil": 16.0})),
    "a truck's alternator": ("charging", loses("class_8_truck", {}, {"volt": 11.8})),
    "a genset's alternator, 24 V": ("charging", loses("genset", GENERATES, {"volt": 24.6})),
    "an alternator of no class, 24 V": ("charging", loses("unknown", {"volt": 28.2}, {"volt": 22.9})),
    "an alternator of no class, 12 V": ("charging", loses("unknown", {}, {"volt": 11.4})),
}  # fmt: skip


def starts() -> Rows:
    """Every two minutes an engine stops, and starts half a minute later."""
    for at in range(750):
        since = at % 150
        if since < 30:
            yield at, {RPM: 0.0, SPEED: 0.0, OIL: 0.0, VOLT: 12.5}
        elif since < 32:
            yield at, {RPM: 180.0, SPEED: 0.0, OIL: 0.0, VOLT: 9.4}
        elif since < 34:
            yield at, {RPM: 640.0 + at % 7, SPEED: 0.0, OIL: 4.0 * (since - 31), VOLT: 10.4}
        else:
            yield at, working(at)


def a_smart_alternator() -> Rows:
    """It charges while the car brakes, and lets the battery give for minutes."""
    for at in range(0, 2800, 5):
        yield at, working(at, oil=45.0, volt=14.5 if at % 700 < 300 else 12.3)


def twelve_volt() -> Rows:
    """Small machines of classes whose large ones have 24 V."""
    for at in range(0, 1800, 3):
        yield at, working(at, rpm=1700.0, oil=58.0, volt=13.9)


def idles_hot_after_a_climb() -> Rows:
    for at in range(0, 1800, 3):
        climbs = 300 <= at < 1200
        row = working(at, rpm=1650.0, oil=54.0) if climbs else working(at, rpm=650.0, oil=34.0 if at < 300 else 22.0)
        yield at, row | {"engine_load_pct": 96.0 - at % 5 if climbs else 12.0 + at % 5}


def warms_up_from_a_frost() -> Rows:
    for at in range(0, 3600, 10):
        warm = min(at / 1500, 1.0)
        yield at, working(at, rpm=650.0, oil=80.0 - 50.0 * warm) | {"coolant_temp_f": 20.0 + 170.0 * warm}


def creeps_after_a_motorway() -> Rows:
    for at in range(0, 1800, 3):
        fast = at < 900
        row = working(at, rpm=1400.0 if fast else 700.0, oil=50.0 if fast else 31.0)
        yield at, row | {SPEED: 62.0 + at % 3 if fast else 7.0 + at % 3}


def creeps_after_a_steady_road() -> Rows:
    """All of it under 40 mph: one normal holds both."""
    for at in range(0, 1800, 3):
        fast = at < 900
        yield (
            at,
            working(at, rpm=1900.0 if fast else 700.0, oil=50.0 if fast else 25.0) | {SPEED: 35.0 if fast else 7.0},
        )


def heartbeats_of_a_night() -> Rows:
    """Its controller sleeps after the last sample of a running engine; a gateway sends voltage and pressure."""
    for at in range(600):
        yield at, working(at)
    for at in range(600, 20_000, 60):
        yield at, {RPM: None, SPEED: None, "coolant_temp_f": None, OIL: 0.0, VOLT: 12.4 - at / 1e5}


def never_sends_its_speed() -> Rows:
    for at in range(0, 1800, 2):
        runs = at % 600 < 300
        yield at, {RPM: None, SPEED: None, OIL: 45.0 if runs else 0.0, VOLT: 14.1 if runs else 11.9}


def a_hybrid() -> Rows:
    for at in range(0, 1800, 3):
        rests = at % 240 < 100
        yield at, working(at, rpm=0.0 if rests else 1800.0, oil=0.0 if rests else 50.0) | {
            SPEED: 40.0 + at % 5, RPM: 0.0 if rests else 1800.0 + at % 7,
        }  # fmt: skip


QUIET = {
    "a truck starts and starts": ("class_8_truck", starts),
    "one of no class starts and starts": ("unknown", starts),
    "a van's alternator rests": ("delivery_van", a_smart_alternator),
    "an alternator of no class rests": ("unknown", a_smart_alternator),
    "hot idle": ("class_8_truck", idles_hot_after_a_climb),
    "a frost": ("class_8_truck", warms_up_from_a_frost),
    "a jam behind a motorway": ("class_8_truck", creeps_after_a_motorway),
    "a jam behind a country road": ("delivery_van", creeps_after_a_steady_road),
    "a jam of no class": ("unknown", creeps_after_a_motorway),
    "a night": ("class_8_truck", heartbeats_of_a_night),
    "a feed without engine speed": ("class_8_truck", never_sends_its_speed),
    "a hybrid": ("passenger_car", a_hybrid),
    "a genset with 12 V": ("genset", twelve_volt),
    "an excavator with 12 V": ("excavator", twelve_volt),
}


def told(new_bench, sample, kind: str, rows: Rows) -> dict[str, float]:
    """Seconds from the begin of a feed at which each mode was first told."""
    bench, found = new_bench(), {}
    for at, row in rows:
        bench.take([sample(at, unit_class=kind, vibration_score=0.9 + at % 5 / 50, **row)])
        for each in bench.lab.pipeline.episodes.open.values():
            if each.kind == "machine":
                found.setdefault(MODES[each.mode].key, at)
    return found


@pytest.mark.parametrize("name", LOST)
def test_a_loss_is_told_within_a_minute_and_not_before(new_bench, sample, name: str):
    mode, (kind, rows) = LOST[name]
    found = told(new_bench, sample, kind, rows())
    assert found.keys() == {mode}
    assert LOSS_S < found[mode] <= LOSS_S + 60


@pytest.mark.parametrize("name", QUIET)
def test_what_is_healthy_is_quiet(new_bench, sample, name: str):
    kind, rows = QUIET[name]
    assert told(new_bench, sample, kind, rows()) == {}
