"""Shift: levels left and levels come back to."""

import numpy as np
import pytest

from connected_ops.signals.detectors.detector import Floats
from connected_ops.signals.detectors.shift import Shift

FIT = 300


def scores(x: Floats, shift: Shift | None = None) -> Floats:
    """Scores [units, rows] after the fit of x [units, rows, signals], a row a second."""
    shift = shift or Shift()
    ts = np.tile(np.arange(x.shape[1], dtype=np.float64), (len(x), 1))
    shift.fit(ts[:, :FIT], x[:, :FIT])
    return np.stack([shift.score(ts[:, row], x[:, row]) for row in range(FIT, x.shape[1])], axis=1)


def noise(units: int, rows: int, signals: int = 1, seed: int = 3) -> Floats:
    return np.random.default_rng(seed).normal(size=(units, rows, signals))


def test_white_noise_of_ten_signals_raises_next_to_nothing_in_ten_hours() -> None:
    assert (scores(noise(100, FIT + 360, 10)) >= 1).any(axis=1).mean() <= 0.02


@pytest.mark.parametrize("side", [-1, 1])
def test_a_step_is_heard_soon_and_for_as_long_as_it_lasts(side: int) -> None:
    x = noise(20, FIT + 400)
    x[:, FIT + 100 : FIT + 300] += 4 * side
    hot = scores(x) >= 1
    assert hot[:, 115:300].all()
    assert not hot[:, 330:].any()


def test_a_shift_that_takes_four_minutes_is_heard_against_the_slower_baseline() -> None:
    x = noise(20, FIT + 400)
    x[:, FIT + 100 :] += np.clip(np.arange(300) / 40, 0, 6)[None, :, None]
    hot = scores(x) >= 1
    assert hot[:, 340:].all(axis=1).mean() >= 0.8
    assert hot[:, 340:].mean() > (scores(x, Shift(slow=(20,)))[:, 340:] >= 1).mean()
    assert not hot[:, :100].any()


def test_a_drift_as_steep_as_while_fitting_is_forgiven() -> None:
    x = noise(20, FIT + 600) + 0.03 * np.arange(FIT + 600)[None, :, None]
    assert (scores(x) < 1).all()


def test_a_signal_that_wanders_gets_more_room_than_a_steady_one() -> None:
    x = noise(20, FIT + 100, 2)
    x[..., 1] += 5 * np.sin(np.arange(FIT + 100) / 40)
    steady, wandering = x.copy(), x.copy()
    steady[:, FIT + 50 :, 0] += 4
    wandering[:, FIT + 50 :, 1] += 4
    assert (scores(steady)[:, 70:] >= 1).any(axis=1).all()
    assert not (scores(wandering) >= 1).any()


def test_after_the_hold_the_new_level_is_normal() -> None:
    x = noise(5, FIT + 400)
    x[:, FIT + 50 :] += 6
    hot = scores(x, Shift(hold=200)) >= 1
    assert hot[:, 70:240].all()
    assert not hot[:, 280:].any()
