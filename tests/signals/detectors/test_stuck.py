"""Stuck and dropout: the sensors themselves."""

import numpy as np

from connected_ops.signals.detectors.detector import Floats, OwnLimit
from connected_ops.signals.detectors.dropout import Dropout
from connected_ops.signals.detectors.stuck import Stuck

FIT, ROWS = 100, 300


def scores(detector: OwnLimit, x: Floats) -> Floats:
    """Scores after the fit [rows] of one unit's x [rows, signals], a row a second."""
    ts = np.arange(len(x), dtype=np.float64)[None]
    detector.fit(ts[:, :FIT], x[None, :FIT])
    return np.array([detector.score(ts[:, row], x[None, row])[0] for row in range(FIT, len(x))])


def noise(signals: int = 2) -> Floats:
    return np.random.default_rng(2).normal(size=(ROWS, signals))


def test_a_lively_signal_that_stands_still_is_stuck_until_it_moves_again() -> None:
    x = noise()
    x[150:250, 0] = x[150, 0]
    over = scores(Stuck(), x) >= 1
    assert np.flatnonzero(over).tolist() == list(range(80, 150))


def test_a_coarse_signal_may_stand_as_long_as_it_likes() -> None:
    x = noise()
    x[:, 0] = np.round(x[:, 0] / 4)
    x[150:, 0] = 0
    assert (scores(Stuck(), x) < 1).all()


def test_a_signal_is_missed_only_where_others_are_there() -> None:
    x = noise()
    x[150:250, 0] = np.nan
    assert np.flatnonzero(scores(Dropout(), x) >= 1).tolist() == list(range(79, 150))
    x[150:250] = np.nan
    assert (scores(Dropout(), x)[: 250 - FIT] < 1).all()


def test_a_signal_that_never_came_is_not_missed() -> None:
    x = noise()
    x[:, 1] = np.nan
    assert (scores(Dropout(), x) == 0).all()
