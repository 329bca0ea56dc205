"""The committee: what it takes to be heard."""

import numpy as np
import pytest

from connected_ops.signals.detectors.committee import MACHINE, Committee, Seat
from connected_ops.signals.detectors.detector import Floats


class Says:
    """A member that says the same of every unit."""

    grace = 0

    def __init__(self, score: float, signal: int = 0) -> None:
        self._score, self._signal = score, signal

    def fit(self, ts: Floats, x: Floats) -> None:
        self.shares = np.zeros((x.shape[0], x.shape[2]))

    def score(self, ts: Floats, x: Floats) -> Floats:
        self.shares = np.zeros(x.shape)
        self.shares[:, self._signal] = self._score > 0
        return np.full(len(ts), self._score)


def ask(*seats: Seat) -> tuple[float, list[float]]:
    """The score and the shares of two signals."""
    committee = Committee({f"member {at}": seat for at, seat in enumerate(seats)})
    committee.fit(np.zeros((1, 3)), np.zeros((1, 3, 2)))
    score = committee.score(np.ones(1), np.zeros((1, 2)))
    return float(score[0]), committee.shares[0].tolist()


def seat(score: float, weight: float | None, signal: int = 0) -> Seat:
    return Seat(lambda: Says(score, signal), weight)


def test_twice_the_limit_and_half_the_limit_are_even() -> None:
    assert ask(seat(2, 0.5), seat(0.5, 0.5))[0] == pytest.approx(1)


def test_no_judge_is_louder_than_three_times_its_limit() -> None:
    assert ask(seat(1e9, 0.5), seat(1, 0.5))[0] == pytest.approx(3**0.5)


def test_a_sensor_watcher_speaks_for_itself_alone() -> None:
    assert ask(seat(0.4, 1, signal=0), seat(1.5, None, signal=1)) == (1.5, [0.0, 1.0])
    assert ask(seat(0.4, 1, signal=0), seat(0.2, None, signal=1)) == (pytest.approx(0.4), [1.0, 0.0])


def test_silence_of_all_is_zero() -> None:
    assert ask(seat(0, 1), seat(0, None)) == (0.0, [0.0, 0.0])


def test_shares_follow_the_weighed_votes() -> None:
    assert ask(seat(2, 3, signal=0), seat(2, 1, signal=1))[1] == pytest.approx([0.75, 0.25])


@pytest.mark.parametrize("name", sorted(MACHINE))
def test_the_committee_says_what_each_member_said(name: str) -> None:
    x = np.random.default_rng(1).normal(size=(2, 80, 3))
    ts = np.tile(np.arange(80.0), (2, 1))
    committee, alone = Committee(), MACHINE[name].new()
    committee.fit(ts[:, :60], x[:, :60])
    alone.fit(ts[:, :60], x[:, :60])
    for row in range(60, 80):
        committee.score(ts[:, row], x[:, row])
        assert np.array_equal(committee.votes[name], alone.score(ts[:, row], x[:, row]))
