"""Whatever a machine went through, samples of its healthy self never raise its risk."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connected_ops.engine.pipeline import Pipeline
from connected_ops.machines import catalog, unit_class
from connected_ops.risk import scoring
from connected_ops.risk.failure_modes import WEAR

START = 1_800_000_000.0
LAGS = 0.02  # of p: what explained an odd spell leaves with a lag, and may go before the oddity does
UNIT, CAR = np.array([0]), np.array([unit_class.INDEX["passenger_car"]], dtype=np.int16)
HEALTHY = {
    catalog.COOLANT: 192.0, catalog.INTAKE: 82.0, catalog.RPM: 1900.0, catalog.SPEED: 45.0, catalog.VIBRATION: 0.9,
    catalog.LOAD: 40.0, catalog.AMBIENT: 72.0,
}  # fmt: skip

_odd = st.fixed_dictionaries(
    {},
    optional={
        catalog.COOLANT: st.floats(-40, 290) | st.just(np.nan),
        catalog.INTAKE: st.floats(-40, 180) | st.just(np.nan),
        catalog.RPM: st.sampled_from([0.0, 200.0, 800.0, 2500.0, 6900.0]),
        catalog.SPEED: st.sampled_from([0.0, 20.0, 90.0, 120.0]),
        # What shook less for two minutes of such work has that for its normal, and its usual self is more than that.
        catalog.VIBRATION: st.floats(0.6, 12) | st.just(np.nan),
        catalog.LOAD: st.sampled_from([10.0, 95.0, np.nan]),
        catalog.AMBIENT: st.sampled_from([20.0, 72.0, np.nan]),
    },
)
_spells = st.lists(st.tuples(_odd, st.integers(1, 12), st.sampled_from([0.5, 1.0, 7.0, 60.0])), max_size=5)


def take(pipeline: Pipeline, at: float, odd: dict[int, float]) -> np.ndarray:
    """[modes] p of the machine after a sample at `at`."""
    x = np.full((1, catalog.COUNT), np.nan)
    for signal, value in (HEALTHY | odd).items():
        x[0, signal] = value
    x[0, catalog.RPM] += at % 7
    x[0, catalog.VIBRATION] += at % 3 / 100
    pipeline.take(UNIT, CAR, np.array([START + at]), x, START + at)
    confirmation = pipeline.confirmation
    return scoring.probability(confirmation.evidence[UNIT], confirmation.confirmed[UNIT])[0, :WEAR]


@settings(max_examples=80, deadline=None)
@example([({catalog.COOLANT: np.nan, catalog.AMBIENT: 20.0}, 1, 7.0)], 1.0)
@example([({catalog.COOLANT: 255.0, catalog.VIBRATION: 6.0, catalog.SPEED: 120.0}, 12, 7.0)], 1.0)
@example([({catalog.RPM: 800.0}, 3, 0.5), ({catalog.COOLANT: np.nan, catalog.SPEED: 90.0}, 2, 0.5)], 10.0)
@example([({catalog.COOLANT: np.nan, catalog.AMBIENT: 20.0, catalog.LOAD: 10.0, catalog.INTAKE: 0.0}, 12, 60.0)], 60.0)
@given(_spells, st.sampled_from([1.0, 10.0, 60.0]))
def test_a_healthy_sample_never_raises_the_risk_of_any_mode(spells, spacing: float):
    pipeline, at, p = Pipeline(1, 8), 0.0, np.zeros(WEAR)
    for _ in range(60):
        at += 10.0
        p = take(pipeline, at, {})
    assert p.max() == 0.0
    for odd, count, apart in spells:
        for _ in range(count):
            at += apart
            p = take(pipeline, at, odd)
    for _ in range(12):
        at += spacing
        after = take(pipeline, at, {})
        assert (after <= p + LAGS).all()
        p = after
    for _ in range(20):
        p = take(pipeline, at := at + 10.0, {})
    assert p.max() == pytest.approx(0.0, abs=1e-4)
