"""An overheating ramp is High before the warning; a hot climb is not."""

import numpy as np
import pytest

from connected_ops.pipeline import Pipeline
from connected_ops.risk import scoring
from connected_ops.risk.failure_modes import COOLING
from connected_ops.telemetry import catalog, unit_class
from connected_ops.telemetry.unit_class import BY_KEY

START = 1_800_000_000.0
BEFORE_S = 600
OWN = {"passenger_car": 192, "delivery_van": 199, "class_8_truck": 192, "excavator": 194, "genset": 190}
CLASSES = list(OWN)


def scores(kind: str, rises: np.ndarray, spacing: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(seconds, cooling's p, score) of a unit that runs ten minutes at its own normal, then `rises` °F above it a
    second."""
    row, chance = BY_KEY[kind], np.random.default_rng(5)
    t = np.arange(-BEFORE_S, len(rises), spacing)
    true = OWN[kind] + np.concatenate([np.zeros(BEFORE_S), rises])[t + BEFORE_S]
    hunting = 0.7 * np.sin(t / 25)
    x = np.full((len(t), catalog.COUNT), np.nan)
    x[:, catalog.COOLANT] = np.round((true + hunting + 0.3 * chance.normal(size=len(t)) - 32) / 1.8) * 1.8 + 32
    x[:, catalog.RPM] = row.work_rpm[0] + chance.uniform(0, 20, len(t))
    if row.max_mph is not None:
        x[:, catalog.SPEED] = 0.7 * row.max_mph + chance.uniform(0, 0.2, len(t))
    pipeline, unit = Pipeline(1, 60), np.array([0])
    kinds = np.array([unit_class.INDEX[row.key]], dtype=np.int8)
    p = []
    for at, values in zip(START + t, x, strict=True):
        pipeline.take(unit, kinds, np.array([at]), values[None], at)
        p.append(scoring.probability(pipeline.confirmation.evidence, pipeline.confirmation.confirmed)[0])
    return t, np.array(p)[:, COOLING], scoring.score(np.array(p))[0]


@pytest.mark.parametrize("spacing", [1, 10])
@pytest.mark.parametrize("rate", [2.0, 12.0])
@pytest.mark.parametrize("kind", CLASSES)
def test_an_overheating_ramp_is_high_before_the_classs_warning(kind: str, rate: float, spacing: int):
    room = (BY_KEY[kind].coolant_warn or 0) - OWN[kind]
    warned = 60 * room / rate
    t, _, score = scores(kind, np.arange(int(warned) + 30) * rate / 60, spacing)
    assert t[int(np.argmax(score > scoring.HIGH_ABOVE))] < warned
    assert (score > scoring.HIGH_ABOVE).any()
    assert score[t < 60 * 8 / rate].max() <= scoring.MEDIUM_ABOVE


@pytest.mark.parametrize(("rise", "minutes"), [(16.0, 5), (12.0, 2)])
@pytest.mark.parametrize("kind", CLASSES[:4])
def test_a_hot_climb_that_settles_is_no_episode(kind: str, rise: float, minutes: float):
    _, p, score = scores(kind, np.minimum(np.arange(1200) * rise / (60 * minutes), rise))
    assert p.max() < 0.35
    assert score[-300:].max() <= scoring.MEDIUM_ABOVE
