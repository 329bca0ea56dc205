"""An overheating ramp is High before the warning; a hot climb is not."""

from functools import cache

import numpy as np
import pytest

from connected_ops.engine.pipeline import Pipeline
from connected_ops.machines import catalog, unit_class
from connected_ops.machines.unit_class import BY_KEY
from connected_ops.risk import scoring
from tests.shipped import COOLING

START = 1_800_000_000.0
BEFORE_S = 600
OWN = {"passenger_car": 192, "delivery_van": 199, "class_8_truck": 192, "excavator": 194, "genset": 190}
CLASSES = list(OWN)
RATES = (2.0, 12.0)  # °F a minute
CLIMBS = ((16.0, 5), (12.0, 2))  # °F, within minutes


def warned(kind: str, rate: float) -> float:
    """Seconds until a ramp of that rate is at the class's warning."""
    return 60 * ((BY_KEY[kind].coolant_warn or 0) - OWN[kind]) / rate


def ramp(kind: str, rate: float) -> np.ndarray:
    return np.arange(int(warned(kind, rate)) + 30) * rate / 60


def climb(rise: float, minutes: float) -> np.ndarray:
    return np.minimum(np.arange(1200) * rise / (60 * minutes), rise)


def sent(kind: str, rises: np.ndarray, spacing: int) -> tuple[np.ndarray, np.ndarray]:
    """(seconds, samples) of a unit that runs ten minutes at its own normal, then `rises` °F above it a second."""
    row, chance = BY_KEY[kind], np.random.default_rng(5)
    t = np.arange(-BEFORE_S, len(rises), spacing)
    true = OWN[kind] + np.concatenate([np.zeros(BEFORE_S), rises])[t + BEFORE_S]
    hunting = 0.7 * np.sin(t / 25)
    x = np.full((len(t), catalog.COUNT), np.nan)
    x[:, catalog.COOLANT] = np.round((true + hunting + 0.3 * chance.normal(size=len(t)) - 32) / 1.8) * 1.8 + 32
    x[:, catalog.RPM] = row.work_rpm[0] + chance.uniform(0, 20, len(t))
    if row.max_mph is not None:
        x[:, catalog.SPEED] = 0.7 * row.max_mph + chance.uniform(0, 0.2, len(t))
    return t, x


Scores = tuple[np.ndarray, np.ndarray, np.ndarray]


@cache
def told(spacing: int) -> dict[tuple[str, float, float], Scores]:
    """(seconds, cooling's p, score) by (class, rate, 0) and (class, rise, minutes): all units through one pipeline."""
    courses = {(kind, rate, 0.0): ramp(kind, rate) for kind in CLASSES for rate in RATES}
    courses |= {(kind, *each): climb(*each) for kind in CLASSES[:4] for each in CLIMBS}
    rows = {key: sent(key[0], rises, spacing) for key, rises in courses.items()}
    pipeline = Pipeline(len(rows), 60)
    kinds = np.array([unit_class.INDEX[BY_KEY[kind].key] for kind, *_ in rows], dtype=np.int16)
    p = []
    for step in range(max(len(t) for t, _ in rows.values())):
        units = np.array([unit for unit, (t, _) in enumerate(rows.values()) if step < len(t)])
        at = START - BEFORE_S + step * spacing
        values = np.stack([x[step] for _, x in rows.values() if step < len(x)])
        pipeline.take(units, kinds[units], np.full(len(units), at), values, at)
        p.append(scoring.probability(pipeline.confirmation.evidence, pipeline.confirmation.confirmed))
    score = scoring.score(np.concatenate(p))[0].reshape(len(p), -1)
    cooling = np.array(p)[..., COOLING]
    return {key: (t, cooling[: len(t), i], score[: len(t), i]) for i, (key, (t, _)) in enumerate(rows.items())}


@pytest.mark.parametrize("spacing", [1, 10])
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("kind", CLASSES)
def test_an_overheating_ramp_is_high_before_the_classs_warning(kind: str, rate: float, spacing: int):
    t, _, score = told(spacing)[kind, rate, 0.0]
    assert t[int(np.argmax(score > scoring.HIGH_ABOVE))] < warned(kind, rate)
    assert (score > scoring.HIGH_ABOVE).any()
    assert score[t < 60 * 8 / rate].max() <= scoring.MEDIUM_ABOVE


@pytest.mark.parametrize(("rise", "minutes"), CLIMBS)
@pytest.mark.parametrize("kind", CLASSES[:4])
def test_a_hot_climb_that_settles_is_no_episode(kind: str, rise: float, minutes: float):
    _, p, score = told(1)[kind, rise, minutes]
    assert p.max() < 0.35
    assert score[-300:].max() <= scoring.MEDIUM_ABOVE
