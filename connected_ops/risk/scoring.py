"""From evidence to a score: confirmation over time, one probability a mode, contributions that add up.

A mode's evidence e is the noisy-or of its indicators. Its confirmed evidence c follows, in event time, what two
neighbouring readings agree on: over the dt between them c moves toward min(e before, e now) with a time constant of
RISE_S (or FALL_S down), so a single odd sample, at any spacing, confirms nothing, nor does a signal that falls silent
after one. Then

    p = P_MAX (first e + (1 - first) c)
    score = 100 (1 - prod(1 - p)),   points of a mode = score x its share of sum(-log(1 - p))

A mode's `first` is small enough that all modes odd at once, unconfirmed, stay under High.
"""

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines.masks import every, some
from connected_ops.risk.failure_modes import FIRST, WEIGHTS

P_MAX = 0.97
RISE_S, FALL_S = 8.0, 20.0
FADE_S = 10.0  # how evidence fades that outlives the signal it came from
STANDS_S = 600.0  # and how long it stands at least: a sensor that fails as the engine overheats hides nothing
_SPEAKS_FOR = (WEIGHTS > 0).astype(np.float64)
MEDIUM_ABOVE, HIGH_ABOVE = 30.0, 65.0
WEAR_NEW, WEAR_DUE = 0.02, 0.06


class Confirmation:
    """What each unit's evidence has come to: [units, indicators] last evidence, [units, modes] last and confirmed, what
    it was when the mode's signals were last read, and the seconds since."""

    def __init__(self, units: int) -> None:
        indicators, modes = WEIGHTS.shape
        self._state = np.zeros((units, indicators + 4 * modes))
        self.readable = np.zeros((units, indicators), dtype=bool)

    @property
    def indicator(self) -> NDArray[np.float64]:
        """[units, indicators] the last evidence of each indicator."""
        return self._state[:, : WEIGHTS.shape[0]]

    @property
    def evidence(self) -> NDArray[np.float64]:
        """[units, modes] the last evidence of each mode."""
        return _part(self._state, 0)

    @property
    def confirmed(self) -> NDArray[np.float64]:
        """[units, modes] what of it time has confirmed."""
        return _part(self._state, 1)

    def clear(self, units: NDArray[np.int64] | int) -> None:
        """Forget these units."""
        self._state[units] = 0.0
        self.readable[units] = False

    def update(
        self,
        unit: NDArray[np.int64],
        dt: NDArray[np.float64],
        found: NDArray[np.float64],
        came: NDArray[np.bool_],
        stands: NDArray[np.bool_],
    ) -> NDArray[np.float64]:
        """Take n messages: `dt` [n] s since each unit's previous one (0 for a first), `found` [n, indicators] evidence
        (NaN: not read), where a value `came` of what each is read from, and where the value before still `stands`.
        Returns [n, modes] evidence. What is not read is held while it stands, else it fades. A mode is read where the
        indicator that leads it is."""
        state = self._state.take(unit, axis=0)
        before, confirmed, read, unread = (_part(state, k) for k in range(4))
        readable = np.isfinite(found)
        span = dt[:, None]
        speaks = readable @ _SPEAKS_FOR > 0
        last = state[:, : WEIGHTS.shape[0]]
        found = np.where(readable, found, last)
        if some(found) and not every(readable):
            kept = readable | (stands & ~came)
            found = np.where(kept, found, last * np.exp(-span / FADE_S))
            rows = np.flatnonzero(found.any(axis=1))
            weighed = found[rows, :, None] * WEIGHTS
            led = np.take_along_axis(readable[rows], weighed.argmax(axis=1), axis=1)
            speaks[rows] &= led | (weighed.max(axis=1) == 0.0)
            read = np.where(stands @ _SPEAKS_FOR > 0, read, 0.0)  # too long ago to agree with
        evidence = combine(found)
        unread = unread + span
        agreed = np.minimum(np.where(speaks, read, before), evidence)
        rises = speaks & (agreed > confirmed)  # silence confirms nothing; a reading confirms the time since the last
        passed = -np.expm1(-np.where(rises, unread / RISE_S, span / FALL_S))
        target = np.where(rises, agreed, np.minimum(agreed, confirmed))
        confirmed = confirmed + (target - confirmed) * passed
        read = np.where(speaks, evidence, read)
        self._state[unit] = np.concatenate([found, evidence, confirmed, read, np.where(speaks, 0.0, unread)], axis=1)
        self.readable[unit] |= readable
        return evidence


def _part(state: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """The k-th of the four [n, modes] parts of the state: evidence, confirmed, last read, seconds since it was."""
    indicators, modes = WEIGHTS.shape
    return state[:, indicators + k * modes : indicators + (k + 1) * modes]


def combine(found: NDArray[np.float64]) -> NDArray[np.float64]:
    """[n, modes] noisy-or of [n, indicators] evidence with each mode's weights."""
    combined = np.zeros((len(found), WEIGHTS.shape[1]))
    (rows,) = np.nonzero(found.any(axis=1))  # most machines are well
    combined[rows] = 1.0 - np.prod(1.0 - found[rows, :, None] * WEIGHTS, axis=1)
    return combined


def probability(evidence: NDArray[np.float64], confirmed: NDArray[np.float64]) -> NDArray[np.float64]:
    """[n, modes] p in [0, P_MAX] of evidence and its confirmation."""
    return P_MAX * (FIRST * evidence + (1.0 - FIRST) * confirmed)


def wear(left: NDArray[np.float64], service_every: NDArray[np.float64]) -> NDArray[np.float64]:
    """[n] p of wear: rises over a service interval (J), of which `left` [n] hours are left (`service.left`); 0 where
    that is unknown."""
    used = np.clip(1.0 - left / service_every, 0.0, 1.0)
    return np.nan_to_num(WEAR_NEW + (WEAR_DUE - WEAR_NEW) * used)


def score(p: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """[n] scores in 0..100 and [n, modes] points that add up to them, of [n, modes] probabilities below 1."""
    weight = -np.log1p(-p)
    total = weight.sum(axis=1)
    scores = -100.0 * np.expm1(-total)
    share = np.divide(weight, total[:, None], out=np.zeros_like(weight), where=total[:, None] > 0)
    return scores, scores[:, None] * share


def band(scores: NDArray[np.float64]) -> NDArray[np.int8]:
    """[n] 0 Low, 1 Medium, 2 High: Low <= 30 < Medium <= 65 < High."""
    return ((scores > MEDIUM_ABOVE).astype(np.int8) + (scores > HIGH_ABOVE)).astype(np.int8)
