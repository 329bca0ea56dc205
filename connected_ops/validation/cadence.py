"""How often each signal of each unit comes by itself: its own cadence, by which alone it is missing or old.

Gaps are counted in seconds that the unit was heard, so a unit that fell silent as a whole misses nothing. The cadence
is an upper envelope: a longer gap lifts it (by GROWS at most, so one drop-out is no habit), each shorter one lets it
sink. A signal whose gaps are ragged comes when something changes; it is old after an hour, and missing never.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SINKS, GROWS = 0.98, 4.0
LEARNED_FROM = 4  # gaps; before that nothing is missing
MISSING_TIMES, MISSING_S = 4.0, 10.0
RAGGED, RAGGED_SHARE = 0.7, 0.1  # mean of |log(gap / cadence)| from which a signal is event-driven, and its memory
HOLD_TIMES, HOLD_LEAST_S, HOLD_FIRST_S, HOLD_RAGGED_S = 2.5, 10.0, 60.0, 3600.0
USUAL_TIMES, USUAL_LEAST_S = 3.0, 10.0


def heard(step: Floats, usual: Floats) -> Floats:
    """[n] what of the seconds between two messages counts as heard, of units that `usual`ly send so often (NaN: not
    known yet)."""
    return np.minimum(step, np.fmax(USUAL_TIMES * usual, USUAL_LEAST_S))


def usual(step: Floats, before: Floats) -> Floats:
    """[n] seconds between two messages of a unit, as learned: moves by a fifth at most, and not within one instant."""
    ratio = np.clip(step / before, 0.8, 1.25)
    return np.where(step > 0.0, np.where(np.isfinite(before), before * ratio, step), before)


def learn(gap: Floats, cadence: Floats, ragged: Floats, gaps: Floats) -> tuple[Floats, Floats]:
    """[n, signals] cadence and raggedness after a gap of so many heard seconds; `gaps` are those learned before."""
    first = gaps < 1.0
    known = np.where(first, gap, np.maximum(cadence, 1e-3))
    off = np.abs(np.log(np.maximum(gap, 1e-3) / np.maximum(known, 1e-3)))
    after = np.where(first, gap, np.maximum(SINKS * cadence, np.minimum(gap, GROWS * known)))
    return after, np.where(first, 0.0, ragged + RAGGED_SHARE * (np.minimum(off, 3.0) - ragged))


def missing(age: Floats, cadence: Floats, ragged: Floats, gaps: Floats) -> NDArray[np.bool_]:
    """[n, signals] whether a signal last heard `age` heard seconds ago should have come again."""
    late = age > np.maximum(MISSING_TIMES * cadence, cadence + MISSING_S)
    return late & (gaps >= LEARNED_FROM) & (ragged < RAGGED)


def hold(cadence: Floats, ragged: Floats, gaps: Floats) -> Floats:
    """[n, signals] seconds of event time for which a value stands for the present."""
    lasts = np.where(gaps >= 2.0, np.maximum(HOLD_TIMES * cadence, HOLD_LEAST_S), HOLD_FIRST_S)
    return np.where((ragged >= RAGGED) & (gaps >= LEARNED_FROM), np.maximum(lasts, HOLD_RAGGED_S), lasts)
