"""A sensor that fails in the ways sensors do is named, costs nothing and never becomes a fault of its machine."""

from functools import cache

import numpy as np
import pytest

from connected_ops.engine.pipeline import Pipeline
from connected_ops.insight.episode import Episode
from connected_ops.machines import catalog, unit_class
from connected_ops.machines.catalog import AMBIENT, COOLANT, INTAKE, LOAD, RPM, SPEED, VIBRATION
from connected_ops.risk import scoring
from connected_ops.risk.failure_modes import WEAR

START, FAILS_S, LASTS_S = 1_800_000_000.0, 240, 260

CASES = (
    *(("open circuit", signal) for signal in (COOLANT, INTAKE, AMBIENT)),
    *(("falls to 0", signal) for signal in (COOLANT, INTAKE, AMBIENT, VIBRATION)),
    *(("end of its scale", signal) for signal in (COOLANT, INTAKE, AMBIENT, RPM, SPEED, VIBRATION)),
    *(("stuck", signal) for signal in (RPM, SPEED, VIBRATION, LOAD)),
    *(("missing", signal) for signal in (COOLANT, INTAKE, AMBIENT, RPM, SPEED, VIBRATION, LOAD)),
    *(("jumps and comes back", signal) for signal in (COOLANT, INTAKE, AMBIENT)),
    *(("noise", signal) for signal in (COOLANT, INTAKE, AMBIENT)),
)


def failing(how: str, signal: int, value: float, t: int, before: float, chance: np.random.Generator) -> float:
    """What a failing sensor sends instead of `value`."""
    return {
        "open circuit": -40.0,
        "falls to 0": 0.0,
        "end of its scale": 158.45 if signal == SPEED else catalog.SIGNALS[signal].sensor_high,  # 255 km/h to the digit
        "stuck": before,
        "missing": np.nan,
        "jumps and comes back": value + 60.0 * (t // 5 % 2),
        "noise": value + 25.0 * abs(chance.normal()),
    }[how]


def car(t: int, chance: np.random.Generator) -> np.ndarray:
    """A healthy car in light traffic."""
    x = np.full(catalog.COUNT, np.nan)
    mph = 45 + 8 * np.sin(t / 37)
    x[SPEED], x[RPM] = round(mph + 0.1 * chance.normal(), 1), round(42 * mph + 8 * chance.normal())
    x[LOAD] = round(38 + 10 * np.sin(t / 37 + 1) + chance.normal())
    x[COOLANT] = round((192 + 1.2 * np.sin(t / 60) + 0.3 * chance.normal() - 32) / 1.8) * 1.8 + 32
    x[INTAKE] = round((82 + 2 * np.sin(t / 100) + 0.4 * chance.normal() - 32) / 1.8) * 1.8 + 32
    x[AMBIENT], x[VIBRATION] = 69.8, round(0.9 + 0.05 * np.sin(t / 20) + 0.02 * chance.normal(), 2)
    return x


@cache
def told() -> tuple[Pipeline, np.ndarray]:
    """All cars side by side, and [cases] the highest score that each came to."""
    pipeline, unit = Pipeline(len(CASES), 16), np.arange(len(CASES))
    kinds = np.full(len(CASES), unit_class.INDEX["passenger_car"], dtype=np.int16)
    chance, before, worst = np.random.default_rng(4), np.empty((len(CASES), catalog.COUNT)), np.zeros(len(CASES))
    for t in range(FAILS_S + LASTS_S):
        x = np.array([car(t, chance) for _ in CASES])
        if t < FAILS_S:
            before = x.copy()
        else:
            for row, (how, signal) in enumerate(CASES):
                x[row, signal] = failing(how, signal, x[row, signal], t, before[row, signal], chance)
        pipeline.take(unit, kinds, np.full(len(CASES), START + t), x, START + t)
        p = scoring.probability(pipeline.confirmation.evidence, pipeline.confirmation.confirmed)
        worst = np.maximum(worst, scoring.score(p[:, :WEAR])[0])
    return pipeline, worst


@pytest.mark.parametrize(
    ("how", "signal"), CASES, ids=lambda value: value if isinstance(value, str) else catalog.KEYS[value]
)
def test_a_failing_sensor_is_named_and_its_machine_stays_well(how: str, signal: int):
    pipeline, worst = told()
    row = CASES.index((how, signal))
    (episode,) = pipeline.episodes.of(row)
    assert isinstance(episode, Episode)
    assert (episode.kind, episode.signal) == ("sensor", signal)
    assert episode.opened_at - START - FAILS_S < LASTS_S  # what is stuck shows once the others have moved
    assert worst[row] <= (scoring.HIGH_ABOVE if how == "jumps and comes back" else scoring.MEDIUM_ABOVE)


def test_a_machine_that_overheats_or_shakes_at_once_is_believed(bench, sample):
    warm = [sample(t, unit_class="passenger_car", vibration_score=0.9 + t % 3 / 100) for t in range(60)]
    bench.take(warm)
    bench.take(sample(60 + t, coolant_temp_f=250.0 + t % 2, vibration_score=4.0 + t % 3 / 100) for t in range(30))
    found = {(episode.kind, episode.mode) for episode in bench.lab.pipeline.episodes.open.values()}
    assert found == {("machine", 0), ("machine", 1)}


def test_a_machine_that_is_switched_off_has_no_stuck_sensors(bench, sample):
    """Its signals come to 0 one after the other, and stay there."""
    fields = {"engine_load_pct": 40.0, "unit_class": "excavator", "speed_mph": 0.0}
    bench.take(sample(t, vibration_score=1.4 + t % 7 / 100, engine_rpm=1650 + t % 5, **fields) for t in range(30))
    for t in range(30, 300):
        stopping = {"vibration_score": 0.0, "engine_rpm": max(0.0, 1650.0 - 400 * (t - 29)), "speed_mph": 0.0}
        bench.take([sample(t, unit_class="excavator", engine_load_pct=40.0 if t < 33 else 0.0, **stopping)])
    assert not bench.lab.pipeline.episodes.open
