"""The virtual sensor on a made-up drive: physics in the signals, faults in one at a time."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from connected_ops.signals.detectors.detector import Floats
from connected_ops.signals.detectors.roles import inputs_of, roles_of
from connected_ops.signals.detectors.virtual_sensor import VirtualSensor

NAMES = ("coolant_c", "map_kpa", "rpm", "speed_kmh", "intake_air_c", "maf_gps")
COOLANT, MAP, RPM, SPEED, INTAKE, MAF = range(len(NAMES))
RUN, RUNS = 500, 4
ONSET = 250


def smooth(noise: Floats, span: int) -> Floats:
    return np.convolve(noise, np.ones(span) / span, mode="same") * np.sqrt(span)


def drive(seed: int, cold: bool = True) -> Floats:
    """[rows, signals] of a healthy run: a warm-up or a hot start, speed-density airflow, heat soak when slow."""
    rng = np.random.default_rng(seed)
    t = np.arange(RUN)
    speed = np.clip(45 + 30 * smooth(rng.normal(size=RUN), 40), 0, None)
    rpm = 900 + 18 * speed + 120 * np.abs(smooth(rng.normal(size=RUN), 5))
    load = np.clip(45 + 20 * smooth(rng.normal(size=RUN), 8), 10, 100)
    pressure = 30 + 0.7 * load
    intake = 22 + rng.normal() + 8 * np.exp(-speed / 30)
    maf = 2e-4 * rpm * pressure * (300 / (273 + intake)) * (1 + 0.03 * rng.normal(size=RUN))
    coolant = np.round(90 - (60 if cold else 4) * np.exp(-t / 60) + rng.normal(0, 0.7, RUN))
    return np.stack([coolant, pressure, rpm, speed, np.round(intake + rng.normal(0, 0.5, RUN)), maf], axis=1)


def history(runs: int = RUNS) -> Floats:
    """Healthy rows [runs x RUN, signals] to fit, every other run from a hot start."""
    return np.concatenate([drive(seed, cold=seed % 2 == 0) for seed in range(runs)])


def faulty(seed: int, signal: int, fault: Callable[[Floats, Floats], Floats]) -> Floats:
    x = drive(seed)
    x[ONSET:, signal] = fault(x[ONSET:, signal], np.arange(RUN - ONSET, dtype=float))
    return x


def cold_sensor(v: Floats, k: Floats) -> Floats:
    return v - 15 * np.minimum(k / 120, 1)


def for_long() -> Floats:
    x = np.concatenate([drive(32), *(drive(seed, cold=False) for seed in range(33, 36))])
    x[ONSET:, COOLANT] = cold_sensor(x[ONSET:, COOLANT], np.arange(len(x) - ONSET, dtype=float))
    return x


def with_a_stop() -> Floats:
    stands = np.tile([90.0, 100.0, 0.0, 0.0, 30.0, 0.0], (700, 1))
    stands[:, COOLANT] = np.linspace(90, 30, 700)
    return np.concatenate([drive(40), stands, drive(41)])


def with_a_hot_stop() -> Floats:
    x = drive(21, cold=False)
    x[np.ix_(np.arange(250, 280), np.array([MAP, RPM, SPEED, INTAKE, MAF]))] = [100, 0, 0, 140, 0]
    x[280:340, INTAKE] += np.linspace(-30, 0, 60)
    return x


def asked_in_turn() -> Floats:
    x, rows = drive(21, cold=False), np.arange(200, 400)
    for signal in (MAP, RPM, SPEED, INTAKE, MAF):
        x[rows, signal] = x[rows - (rows - 2 * signal) % 12, signal]
    return x


def with_holes() -> Floats:
    x = drive(44)
    x[np.random.default_rng(1).random(x.shape) < 0.2] = np.nan
    return x


SCENARIOS: dict[str, Callable[[], Floats]] = {
    "cold start": lambda: drive(20),
    "hot start": lambda: drive(21, cold=False),
    "coolant -15": lambda: faulty(30, COOLANT, cold_sensor),
    "intake +25": lambda: faulty(30, INTAKE, lambda v, k: v + 25),
    "MAP +15 %": lambda: faulty(30, MAP, lambda v, k: v * 1.15),
    "MAF -20 %": lambda: faulty(30, MAF, lambda v, k: v * 0.8),
    "for long": for_long,
    "with a stop": with_a_stop,
    "after a silence": lambda: np.concatenate([drive(42), drive(43)]),
    "with holes": with_holes,
    "with a hot stop": with_a_hot_stop,
    "asked in turn": asked_in_turn,
}


@cache
def lived() -> dict[str, tuple[Floats, Floats]]:
    """Scores [rows] and shares [rows, signals] of each scenario: each is a unit of one sensor, fitted alike."""
    runs = [build() for build in SCENARIOS.values()]
    units, longest = len(runs), max(map(len, runs))
    x, ts = np.full((units, longest, len(NAMES)), np.nan), np.full((units, longest), np.nan)
    for unit, (name, run) in enumerate(zip(SCENARIOS, runs, strict=True)):
        x[unit, : len(run)] = run
        ts[unit, : len(run)] = (
            1e5 + np.arange(len(run)) + (np.arange(len(run)) >= RUN) * 1e4 * (name == "after a silence")
        )
    sensor, healthy = VirtualSensor(NAMES), history()
    sensor.fit(np.tile(np.arange(len(healthy), dtype=float), (units, 1)), np.tile(healthy, (units, 1, 1)))
    told = [(sensor.score(ts[:, row], x[:, row]), sensor.shares.copy()) for row in range(longest)]
    score, shares = np.stack([s for s, _ in told], axis=1), np.stack([s for _, s in told], axis=1)
    return {name: (score[u, : len(runs[u])], shares[u, : len(runs[u])]) for u, name in enumerate(SCENARIOS)}


def scores(sensor: VirtualSensor, x: Floats) -> tuple[Floats, Floats]:
    """Scores [rows] of later rows of one unit, and the last shares."""
    score = [sensor.score(np.array([1e5 + row]), x[None, row])[0] for row in range(len(x))]
    return np.array(score), sensor.shares[0]


@pytest.mark.parametrize(
    "scenario",
    ["cold start", "hot start", "with a stop", "after a silence", "with holes", "with a hot stop", "asked in turn"],
)
def test_healthy_driving_stays_below_the_limit(scenario: str) -> None:
    score, _ = lived()[scenario]
    assert 0 < score.max() < 1


@pytest.mark.parametrize(
    ("scenario", "signal"), [("coolant -15", COOLANT), ("intake +25", INTAKE), ("MAP +15 %", MAP), ("MAF -20 %", MAF)]
)
def test_a_fault_in_one_sensor_is_seen_and_stays_seen(scenario: str, signal: int) -> None:
    score, shares = lived()[scenario]
    assert score[:ONSET].max() < 1
    assert (score[-60:] >= 1).all()
    assert signal in np.argsort(shares[-1])[-2:]  # pressure and airflow accuse each other: one equation, two unknowns


def test_a_step_that_heat_capacity_forbids_counts_at_once() -> None:
    score, shares = lived()["intake +25"]
    assert score[ONSET] >= 1
    assert shares[ONSET].argmax() == INTAKE


def test_a_fault_is_not_learned_away_within_its_run() -> None:
    assert (lived()["for long"][0][ONSET + 240 :] >= 1).all()


def test_an_engine_that_stands_is_not_judged() -> None:
    assert (lived()["with a stop"][0][RUN : RUN + 700] == 0).all()


def test_a_regime_that_the_fit_saw_for_seconds_is_not_known_for_minutes() -> None:
    healthy, live = history(), drive(21, cold=False)
    for begin in range(20, len(healthy), 90):
        healthy[begin : begin + 5, MAP] = 220
    live[200:, MAP] = 220
    live[200:, MAF] *= 0.5  # what this engine breathes there for long nobody has seen
    sensor = VirtualSensor(NAMES)
    sensor.fit(np.arange(len(healthy), dtype=float)[None], healthy[None])
    assert scores(sensor, live)[0].max() < 1


def test_without_names_every_signal_is_held_against_all_others() -> None:
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=(2, 1500))
    x = np.stack([a, b, a * 2 + b + rng.normal(0, 0.2, 1500)], axis=1)
    sensor = VirtualSensor()
    sensor.fit(np.arange(1200.0)[None], x[None, :1200])
    x[1320:, 2] += 1
    score, shares = scores(sensor, x[1200:])
    assert 0 < score[:120].max() < 1 <= score[-1]
    assert shares.argmax() == 2


def test_scale_of_a_signal_changes_nothing_with_names_either() -> None:
    factors = np.array([1.8, 0.145, 1, 0.62, 1.8, 7.9])
    x, live = history(1), drive(30)[:150]
    ts = np.arange(float(len(x)))[None]
    plain, other = VirtualSensor(NAMES), VirtualSensor(NAMES)
    plain.fit(ts, x[None])
    other.fit(ts, x[None] * factors)
    expected = scores(plain, live)[0]
    assert expected.max() > 0
    assert scores(other, live * factors)[0] == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_the_payload_s_own_names_have_roles() -> None:
    names = (
        "coolant_temp_f", "intake_air_temp_f", "engine_rpm", "speed_mph", "vibration_score", "engine_load_pct",
        "ambient_temp_f", "engine_hours",
    )  # fmt: skip
    roles = roles_of(names)
    assert [role.name if role else None for role in roles] == [
        "coolant", "intake", "rpm", "speed", "vibration", "airflow", "ambient", None
    ]  # fmt: skip
    uses = inputs_of(roles)
    assert [names[at] for at in np.flatnonzero(uses[4])] == ["engine_rpm", "speed_mph", "engine_load_pct"]
    assert not uses[[2, 3, 6, 7]].any()
    assert not uses.diagonal().any()


def test_as_many_names_as_signals_or_a_sentence() -> None:
    with pytest.raises(ValueError, match="2 names for 3 signals"):
        VirtualSensor(("rpm", "map_kpa")).fit(np.arange(50.0)[None], np.zeros((1, 50, 3)))
