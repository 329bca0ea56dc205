"""A series of which nothing is known: rarity by its own past, told once."""

import numpy as np
import pytest

from connected_ops.signals.detectors.detector import Floats
from connected_ops.signals.detectors.series import Series
from connected_ops.signals.detectors.tail import Tail

FIT = 300


def wave(rows: int = 700) -> Floats:
    """A noisy wave [rows]."""
    return np.sin(np.arange(rows) / 9) + 0.05 * np.random.default_rng(5).normal(size=rows)


def scores(x: Floats, detector: Series | None = None) -> Floats:
    """The score of each row [rows], 0 for those it was fitted to."""
    detector = detector or Series()
    ts = np.arange(float(len(x)))[None]
    detector.fit(ts[:, :FIT], x[None, :FIT, None])
    told = [detector.score(ts[:, row], x[None, row, None])[0] for row in range(FIT, len(x))]
    return np.r_[np.zeros(FIT), told]


def test_a_jump_is_told_at_its_first_row_and_not_again_while_it_lasts() -> None:
    x = wave()
    x[500:560] += 10
    told = np.flatnonzero(scores(x) >= 1)
    assert 500 in told
    assert not ((told > 500) & (told < 560)).any()


def test_what_gets_clearly_worse_is_told_again() -> None:
    x = wave()
    x[500:] += 0.6
    x[520:] += 20
    score = scores(x)
    assert score[500] >= 1
    assert score[520] > 1.1 * score[500]


def test_after_the_quiet_time_a_new_event_is_told_though_it_is_no_louder() -> None:
    x = wave()
    x[450] += 10
    x[600] -= 10
    assert scores(x)[600] >= 1
    assert scores(x, Series(quiet=1e6))[600] == 0


def test_a_long_healthy_series_is_left_in_peace_the_more_the_longer_it_gets() -> None:
    told = scores(np.random.default_rng(2).normal(size=4000)) >= 1
    assert told[2150:].sum() <= told[:2150].sum()


@pytest.mark.parametrize(("heavy", "light"), [(1.5, 6.0), (2.0, 9.0)])
def test_a_large_number_is_rarer_where_large_numbers_are_seldom(heavy: float, light: float) -> None:
    rng, tail = np.random.default_rng(3), Tail((2, 1))
    for _ in range(600):
        tail.rarity(np.array([[1 + rng.pareto(heavy)], [1 + rng.pareto(light)]]))
    usual, rare = tail.rarity(np.full((2, 1), 4.0))[:, 0]
    assert rare > usual + 1


def test_an_absent_number_is_not_rare_and_not_learned() -> None:
    tail = Tail((1, 1))
    assert tail.rarity(np.array([[np.nan]])) == 0
    assert tail.heard == 0
