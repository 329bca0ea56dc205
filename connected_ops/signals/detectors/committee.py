"""The committee: differently minded detectors, one score."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from connected_ops.signals.detectors.change import Change
from connected_ops.signals.detectors.detector import Detector, Floats
from connected_ops.signals.detectors.dropout import Dropout
from connected_ops.signals.detectors.shift import Shift
from connected_ops.signals.detectors.spike import Spike
from connected_ops.signals.detectors.stuck import Stuck

LOW, HIGH = 0.3, 3.0  # what one judge can say at most, either way


class Seat(NamedTuple):
    """A member: how it is made, and the weight of its vote; without one it speaks for itself alone."""

    new: Callable[[], Detector]
    weight: float | None


MACHINE: Mapping[str, Seat] = {
    "shift": Seat(Shift, 0.8),
    "change": Seat(Change, 0.1),
    "spike": Seat(Spike, 0.1),
    "stuck": Seat(Stuck, None),
    "dropout": Seat(Dropout, None),
}


class Committee:
    """Members that look for different things; an alarm needs broad agreement, one loud judge, or a broken sensor.

    The judges' scores s are cut to 0.3 .. 3 and averaged as weighed logarithms, exp Σ w log s with Σ w = 1: half its
    limit from one takes back what twice its limit from another gives. Members without a weight watch the sensors
    themselves (stuck, dropout), where agreement is not to be had: the score is the larger of the judges' and theirs.
    A signal's share is its share of each judge's vote for alarm, w · s, or its share of the sensor watcher that won.

    Parameters: `seats` by name; the weights need not add up to 1.
    Source: logarithmic opinion pool (Genest & Zidek 1986, Combining probability distributions, Statistical Science 1).

    >>> import numpy as np
    >>> x = np.random.default_rng(1).normal(size=(1, 500, 3))
    >>> x[0, 450:, 1] += 4
    >>> ts, committee = np.arange(500.0)[None], Committee()
    >>> committee.fit(ts[:, :400], x[:, :400])
    >>> scores = [float(committee.score(ts[:, row], x[:, row])[0]) for row in range(400, 500)]
    >>> max(scores[:50]) < 1 < min(scores[60:]), int(committee.shares.argmax())
    (True, 1)
    """

    def __init__(self, seats: Mapping[str, Seat] = MACHINE) -> None:
        self.members = {name: seat.new() for name, seat in seats.items()}
        total = sum(seat.weight or 0.0 for seat in seats.values())
        self.weights = {name: seat.weight / total for name, seat in seats.items() if seat.weight}
        self.grace = max(member.grace for member in self.members.values())
        self.votes: dict[str, Floats] = {}

    def fit(self, ts: Floats, x: Floats) -> None:
        """Fit every member: ts [units, rows] s, x [units, rows, signals]."""
        for member in self.members.values():
            member.fit(ts, x)
        self.shares = np.zeros((x.shape[0], x.shape[2]))
        self.votes = {}

    def score(self, ts: Floats, x: Floats) -> Floats:
        """The members' common score [units] of one row a unit; `votes` holds what each said, `shares` who is meant."""
        self.votes = {name: member.score(ts, x) for name, member in self.members.items()}
        score, parts, heard = np.zeros(len(ts)), np.zeros(x.shape), np.zeros(len(ts), dtype=np.bool_)
        for name, weight in self.weights.items():
            vote = self.votes[name]
            heard |= vote > 0
            score += weight * np.log(np.clip(vote, LOW, HIGH))
            parts += (weight * np.minimum(vote, HIGH))[:, None] * self.members[name].shares
        score = np.where(heard, np.exp(score), 0.0)
        for name in self.members.keys() - self.weights.keys():
            louder = self.votes[name] > score
            score = np.where(louder, self.votes[name], score)
            parts = np.where(louder[:, None], self.members[name].shares, parts)
        total = parts.sum(axis=1, keepdims=True)
        self.shares = np.divide(parts, total, out=np.zeros_like(parts), where=total > 0)
        return score
