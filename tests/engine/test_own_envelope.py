"""What a machine does often and harmlessly is quiet from its first drive on; what it never did is told."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connected_ops.risk.failure_modes import MODES

COOLANT, INTAKE, RPM, SPEED, CLASS = "coolant_temp_f", "intake_air_temp_f", "engine_rpm", "speed_mph", "unit_class"
Change = Callable[[float], float]
Feed = Iterator[tuple[float, dict[str, Any]]]
KINDS = ("unknown", "passenger_car")


def nothing(at: float) -> float:
    return 0.0


def ramp(begin: float, a_minute: float, most: float) -> Change:
    return lambda at: min(max(at - begin, 0.0) * a_minute / 60.0, most)


def driven(at: float, coolant: float, mph: float, intake: float = 85.0) -> dict[str, Any]:
    """A row of a car that moves or stands; readings come in whole degrees Celsius."""
    whole = round((coolant - 32.0) / 1.8) * 1.8 + 32.0
    return {
        COOLANT: round(whole, 1), INTAKE: round(intake, 1), SPEED: mph + at % 3 if mph else 0.0,
        RPM: (1650.0 if mph else 810.0) + at % 11,
    }  # fmt: skip


def fan_at_the_lights(
    legs: int = 4,
    added: Change = nothing,
    moving: float = 180.0,
    on: float = 211.0,
    off: float = 199.0,
    a_minute: float = 5.0,
    stop_s: int = 500,
    every: int = 5,
) -> Feed:
    """181 °F on the road; standing it heats until the electric fan starts, and that again and again."""
    coolant, cools, at = moving, False, 0
    for leg in range(2 * legs):
        stands = leg % 2 == 1
        for _ in range(0, stop_s if stands else 240, every):
            if stands:
                cools = coolant >= on or (cools and coolant > off)
                coolant += (-9.0 if cools else a_minute) * every / 60.0
            else:
                coolant += (moving - coolant) * min(every / 80.0, 1.0)
            at += every
            yield at, driven(at, coolant + added(at), 0.0 if stands else 27.0)


def overshoot_after_a_warm_up(added: Change = nothing) -> Feed:
    """Two drives: the coolant comes from the cold at 17 °F a minute, passes its normal by 8 °F and settles."""
    for drive in range(2):
        for at in range(0, 1500, 3):
            cold = 80.0 + at * 17.0 / 60.0
            warm = 194.0 + max(8.0 - max(at - 431, 0) / 12.0, 0.0)
            yield drive * 9000 + at, driven(at, min(cold, warm) + added(drive * 9000 + at), 34.0)


def hills(added: Change = nothing) -> Feed:
    for at in range(0, 5400, 6):
        climbs = at % 1800 > 1200
        lift = min((at % 1800 - 1200) / 60.0 * 4.0, 14.0) if climbs else max(14.0 - (at % 1800) / 15.0, 0.0)
        yield at, driven(at, 193.0 + (lift if at > 1200 else 0.0) + added(at), 58.0)


def towns_heat(added: Change = nothing, every: int = 4) -> Feed:
    """Intake air that a standing engine heats by 30 °F in minutes, and the road cools."""
    intake = 78.0
    for at in range(0, 4200, every):
        stands = at % 700 > 400
        intake += ((114.0 if stands else 84.0) - intake) * every / (200.0 if stands else 60.0)
        yield at, driven(at, 192.0, 0.0 if stands else 24.0, intake + added(at))


def restart_in_its_own_heat() -> Feed:
    for at in range(0, 1200, 4):
        yield at, driven(at, 192.0, 40.0, 82.0)
    for at in range(1200, 1800, 10):
        yield (
            at,
            driven(at, min(192.0 + (at - 1200) / 25.0, 212.0), 0.0, min(82.0 + (at - 1200) / 8.0, 140.0)) | {RPM: 0.0},
        )
    for at in range(1800, 3000, 4):
        yield at, driven(at, max(212.0 - (at - 1800) / 8.0, 192.0), 30.0, max(140.0 - (at - 1800) / 6.0, 84.0))


def creeping(begin: float = 1500.0) -> Feed:
    added = ramp(begin, 1.44, 45.0)
    for at in range(0, 4000, 5):
        yield at, driven(at, 194.0 + at % 60 / 30 + added(at), 48.0)


def opened(bench, sample, kind: str, feed: Feed) -> list[tuple[str, str, float]]:
    """(kind, mode, seconds) of every episode that opened."""
    absent = dict.fromkeys(("vibration_score", "engine_hours"))
    rows = [sample(at, "u", **absent | {CLASS: kind} | row) for at, row in feed]
    for start in range(0, len(rows), 25):
        bench.take(rows[start : start + 25])
    episodes = bench.lab.pipeline.episodes
    found = sorted((*episodes.open.values(), *episodes.closed.values()), key=lambda each: each.opened_at)
    return [(each.kind, MODES[each.mode].key, each.opened_at - (bench.clock() - bench.now)) for each in found]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "feed",
    [fan_at_the_lights, overshoot_after_a_warm_up, hills, towns_heat, restart_in_its_own_heat],
    ids=lambda feed: feed.__name__,
)
def test_what_a_healthy_car_does_is_quiet_from_its_first_drive_on(bench, sample, kind: str, feed: Callable[[], Feed]):
    assert opened(bench, sample, kind, feed()) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("every", [5, 30])
def test_a_car_whose_fan_cycles_is_told_when_it_runs_12_degrees_hotter(bench, sample, kind: str, every: int):
    begin = 2300.0
    told = opened(bench, sample, kind, fan_at_the_lights(6, ramp(begin, 10.8, 21.6), every=every))
    assert {mode for _, mode, _ in told} == {"cooling"}
    assert begin < told[0][2] < begin + 900.0


@pytest.mark.parametrize("kind", KINDS)
def test_heat_after_an_overshoot_and_on_the_flat_after_hills_is_told(new_bench, sample, kind: str):
    for feed, begin in ((overshoot_after_a_warm_up, 9900.0), (hills, 4000.0)):
        told = opened(new_bench(), sample, kind, feed(ramp(begin, 9.0, 45.0)))
        assert {mode for _, mode, _ in told} == {"cooling"}
        assert begin < told[0][2] < begin + 300.0


@pytest.mark.parametrize("kind", KINDS)
def test_a_creep_of_less_than_a_degree_a_minute_is_told_before_it_has_come_far(bench, sample, kind: str):
    told = opened(bench, sample, kind, creeping())
    assert {mode for _, mode, _ in told} == {"cooling"}
    assert 1500.0 < told[0][2] < 1500.0 + 28.0 / 1.44 * 60.0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("every", [1, 4, 30])
def test_intake_air_that_is_45_degrees_hotter_at_the_same_work_is_told(bench, sample, kind: str, every: int):
    told = opened(bench, sample, kind, towns_heat(ramp(2900.0, 45.0, 45.0), every))
    assert {(what, mode) for what, mode, _ in told} == {("machine", "air_intake")}
    assert 2900.0 < told[0][2] < 3380.0


def test_a_sensor_that_jumps_says_nothing_of_the_intake_air(bench, sample):
    def feed() -> Feed:
        for at, row in towns_heat():
            yield at, row | ({INTAKE: 250.0 + at % 9} if at > 1500 and at % 60 < 12 else {})

    assert "machine" not in {what for what, *_ in opened(bench, sample, "unknown", feed())}


@pytest.mark.parametrize("kind", KINDS)
def test_another_sensors_fault_does_not_stop_the_minutes_that_intake_air_is_held_against(bench, sample, kind: str):
    feed = ((at, row | ({COOLANT: -40.0} if at > 1500 else {})) for at, row in towns_heat())
    assert "machine" not in {what for what, *_ in opened(bench, sample, kind, feed)}


@pytest.mark.parametrize("kind", KINDS)
def test_an_air_outside_that_a_cold_intake_contradicts_is_no_fault_of_the_intake(bench, sample, kind: str):
    def feed() -> Feed:
        for at in range(0, 2400, 5):
            warm = min(70.0 + at / 4.0, 192.0)
            yield at, driven(at, warm, 25.0, 70.0 + min(at / 60.0, 14.0)) | {"ambient_temp_f": -12.0 + at % 15 / 10}

    assert "air_intake" not in {mode for what, mode, _ in opened(bench, sample, kind, feed()) if what == "machine"}


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.floats(176, 196), st.floats(201, 216), st.floats(5, 14), st.floats(2.5, 7.0), st.integers(60, 700),
    st.sampled_from([4, 10, 30]),
)  # fmt: skip
def test_no_healthy_fan_is_an_anomaly(
    new_bench, sample, moving: float, on: float, width: float, a_minute: float, stop_s: int, every: int
):
    feed = fan_at_the_lights(3, nothing, moving, on, max(on - width, moving + 1.0), a_minute, stop_s, every)
    assert opened(new_bench(), sample, "unknown", feed) == []
