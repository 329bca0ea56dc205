from collections.abc import Sequence
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from connected_ops.risk import failure_modes, scoring, service
from connected_ops.risk.failure_modes import FIRST, MODES, WEIGHTS
from connected_ops.risk.scoring import P_MAX, RISE_S, Confirmation
from connected_ops.signals import indicators
from tests.shipped import COOLING

_p = arrays(np.float64, (3, len(MODES)), elements=st.floats(0, P_MAX))


@given(_p)
def test_points_add_up_to_the_score_exactly(p):
    score, points = scoring.score(p)
    np.testing.assert_allclose(points.sum(axis=1), score, atol=1e-9, rtol=0)
    assert ((score >= 0) & (score < 100)).all()
    assert (points >= 0).all()


def test_a_score_computed_by_hand():
    p = np.array([[0.5, 0.2, 0.0, 0.0, 0.02]])
    score, points = scoring.score(p)
    assert score[0] == pytest.approx(100 * (1 - 0.5 * 0.8 * 0.98))
    total = log(2) - log(0.8) - log(0.98)
    assert points[0].tolist() == pytest.approx(
        [score[0] * log(2) / total, score[0] * -log(0.8) / total, 0, 0, score[0] * -log(0.98) / total]
    )


def test_without_any_probability_there_is_no_score_and_no_points():
    score, points = scoring.score(np.zeros((1, len(MODES))))
    assert score[0] == 0
    assert not points.any()


@given(_p, st.integers(0, len(MODES) - 1), st.floats(0, 0.3))
def test_more_probability_of_one_mode_never_lowers_the_score_or_its_points(p, mode: int, more: float):
    worse = p.copy()
    worse[:, mode] = np.minimum(worse[:, mode] + more, P_MAX)
    before, after = scoring.score(p), scoring.score(worse)
    assert (after[0] >= before[0] - 1e-9).all()
    assert (after[1][:, mode] >= before[1][:, mode] - 1e-9).all()


def test_bands_are_low_to_30_medium_to_65_and_high_beyond():
    edges = np.array([0.0, 30.0, 30.0000001, 65.0, 65.0000001, 100.0])
    assert scoring.band(edges).tolist() == [0, 0, 1, 1, 2, 2]


def test_full_confirmed_evidence_is_the_highest_probability_and_unconfirmed_its_modes_first_share():
    full, none = np.ones((1, len(MODES))), np.zeros((1, len(MODES)))
    assert scoring.probability(full, full)[0].tolist() == pytest.approx([P_MAX] * len(MODES))
    assert scoring.probability(full, none)[0].tolist() == pytest.approx((P_MAX * FIRST).tolist())


def test_all_modes_odd_at_once_without_confirmation_stay_under_high():
    p = scoring.probability(np.ones((1, len(MODES))), np.zeros((1, len(MODES))))
    p[:, failure_modes.WEAR] = scoring.WEAR_DUE
    assert scoring.band(scoring.score(p)[0])[0] < 2


@pytest.mark.parametrize(("hours", "p"), [(0, 0.02), (250, 0.04), (500, 0.02), (749, 0.02 + 0.04 * 249 / 500)])
def test_wear_rises_over_a_service_interval(hours: float, p: float):
    every = np.array([500.0])
    left = service.left(np.array([hours]), every, np.array([np.nan]))
    assert scoring.wear(left, every)[0] == pytest.approx(p)


def test_wear_of_an_unknown_counter_or_interval_is_nothing():
    nan = np.nan
    assert scoring.wear(np.array([nan, 10.0]), np.array([500.0, nan])).tolist() == [0.0, 0.0]


@given(arrays(np.float64, (2, len(indicators.KEYS)), elements=st.floats(0, 1)))
def test_a_modes_evidence_is_the_noisy_or_of_its_indicators(found):
    evidence = scoring.combine(found)
    for mode, row in enumerate(MODES):
        left = np.ones(2)
        for key, weight in row.weights:
            left *= 1 - weight * found[:, indicators.KEYS.index(key)]
        np.testing.assert_allclose(evidence[:, mode], 1 - left, atol=1e-12)


UNIT = np.array([0])


def evidence(level: float, readable: bool = True) -> np.ndarray:
    """All indicators at that level; unreadable ones are NaN."""
    return np.full((1, WEIGHTS.shape[0]), level if readable else np.nan)


def take(state: Confirmation, dt: float, level: float | None, stands: bool = False) -> None:
    """A message `dt` s after the one before it; level None: no value came, and the one before still `stands` or not."""
    everywhere = np.ones((1, WEIGHTS.shape[0]), dtype=bool)
    came = level is not None
    state.update(UNIT, np.array([dt]), evidence(level or 0.0, came), everywhere & came, everywhere & (stands or came))


def confirm(steps: Sequence[tuple[float, float | None]], stands: bool = False) -> list[float]:
    """The confirmed evidence of cooling after each (dt, level)."""
    state, out = Confirmation(1), []
    for dt, level in steps:
        take(state, dt, level, stands)
        out.append(float(state.confirmed[0, COOLING]))
    return out


def test_held_evidence_is_confirmed_with_its_time_constant():
    assert confirm([(0, 1), *[(1, 1)] * 8])[-1] == pytest.approx(1 - exp(-8 / RISE_S))


@pytest.mark.parametrize("spacing", [1, 2, 4, 12, 24])
def test_confirmation_takes_the_same_time_at_any_spacing(spacing: int):
    steps = [(0.0, 1.0)] + [(float(spacing), 1.0)] * (24 // spacing)
    assert confirm(steps)[-1] == pytest.approx(1 - exp(-24 / RISE_S))


@pytest.mark.parametrize("spacing", [0.1, 1, 2, 60, 3600])
def test_a_single_odd_reading_confirms_nothing_at_any_spacing(spacing: float):
    assert max(confirm([(spacing, 0.0)] * 3 + [(spacing, 1.0)] + [(spacing, 0.0)] * 3)) == 0.0


@pytest.mark.parametrize("stands", [True, False], ids=["stands", "old"])
@pytest.mark.parametrize("spacing", [0.1, 1, 5, 60])
def test_an_odd_reading_followed_by_silence_confirms_nothing(spacing: float, stands: bool):
    assert max(confirm([(spacing, 0.0), (spacing, 1.0), *[(spacing, None)] * 20], stands)) == 0.0


@pytest.mark.parametrize("every", [3, 30, 300])
def test_a_signal_that_comes_seldom_is_confirmed_as_surely_as_one_read_each_time(every: int):
    turns = confirm([(0, 1)] + [(1, 1 if t % every == 0 else None) for t in range(1, every * 10 + 1)], stands=True)
    assert turns[-1] == pytest.approx(1 - exp(-10 * every / RISE_S), abs=1e-6)


def test_between_two_values_what_is_confirmed_is_held_and_not_raised():
    turns = confirm([(0, 1.0), (30, 1.0), *[(1, None)] * 29, (1, 1.0)], stands=True)
    assert turns[1:-1] == [turns[1]] * 30
    assert turns[-1] == pytest.approx(1 - exp(-60 / RISE_S))


def test_what_stands_no_longer_has_nothing_to_agree_with():
    """A value after a long silence is as new as a first one."""
    apart = confirm([(0, 1.0), *[(60, None)] * 20, (60, 1.0)])
    assert apart[-1] == 0.0


def test_evidence_of_what_still_stands_is_held_and_of_what_does_not_it_fades():
    for stands, left in ((True, 1.0), (False, exp(-30 / scoring.FADE_S))):
        state = Confirmation(1)
        take(state, 0.0, 1.0)
        for _ in range(30):
            take(state, 1.0, None, stands)
        np.testing.assert_allclose(state.indicator[0], left)


def test_a_value_that_came_and_is_not_read_fades_the_evidence_though_it_stands():
    """A machine that stands, or a sensor not believed: it speaks, and no longer of the fault."""
    state, everywhere = Confirmation(1), np.ones((1, WEIGHTS.shape[0]), dtype=bool)
    take(state, 0.0, 1.0)
    state.update(UNIT, np.array([60.0]), evidence(0.0, False), everywhere, everywhere)
    np.testing.assert_allclose(state.indicator[0], exp(-60 / scoring.FADE_S))


def test_confirmed_evidence_fades_after_the_fault_and_after_silence():
    held = [(0.0, 1.0)] + [(1.0, 1.0)] * 60
    after = confirm(held + [(1.0, 0.0)] * 60)
    assert after[60] > 0.99
    assert after[-1] == pytest.approx(exp(-60 / scoring.FALL_S), abs=0.01)
    assert confirm(held + [(1.0, None)] * int(12 * scoring.FADE_S))[-1] < 0.05


def test_clearing_forgets_all_of_a_unit():
    state, fresh = Confirmation(2), Confirmation(2)
    for _ in range(5):
        take(state, 1.0, 1.0)
    state.clear(0)
    for name, array in vars(fresh).items():
        np.testing.assert_array_equal(vars(state)[name], array)
