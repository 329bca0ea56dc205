"""What a fleet's present is: of each signal of each unit the newest value that is believed, how long that stands, and
how the newest that was sent was taken."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from connected_ops.risk.scoring import STANDS_S
from connected_ops.telemetry import catalog
from connected_ops.validation.validator import Judged

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Standing(NamedTuple):
    """Of n messages, [n, signals] each: `came` where a value is believed, `stood` where what was believed before them
    still stood for a confirmation, `known` the newest believed values, however old, `held` those of them that stand for
    the present (NaN else)."""

    came: Mask
    stood: Mask
    known: Floats
    held: Floats


class Present:
    """The present of at most `units` units, [units, signals] each: `known` the newest believed values (NaN: none yet),
    `known_at` their time (Unix s), `hold` the seconds for which they stand, `withheld` where a newer value is not
    believed, `doubtful` where the believed one is a doubted sensor's; `sent` and `fired` the newest value that came and
    the bits of its rules."""

    def __init__(self, units: int) -> None:
        shape = (units, catalog.COUNT)
        self.known = np.full(shape, np.nan)
        self.known_at = np.full(shape, -np.inf)
        self.hold = np.zeros(shape)
        self.sent = np.full(shape, np.nan)
        self.fired = np.zeros(shape, dtype=np.uint16)
        self.doubtful = np.zeros(shape, dtype=bool)
        self.withheld = np.zeros(shape, dtype=bool)

    def clear(self, unit: int) -> None:
        """Forget a unit."""
        self.known[unit] = self.sent[unit] = np.nan
        self.known_at[unit] = -np.inf
        self.hold[unit] = 0.0
        self.fired[unit] = 0
        self.doubtful[unit] = self.withheld[unit] = False

    def rebase(self, unit: int, back_s: float) -> None:
        """A unit's clock was ahead by `back_s` seconds: what it sent by then was so much earlier."""
        self.known_at[unit] -= back_s

    def take(self, unit: NDArray[np.int64], ts: Floats, x: Floats, values: Floats, judged: Judged) -> Standing:
        """Move n different units on by a judged message each, newer than what they hold: `ts` [n] Unix s, `values`
        [n, signals] as they were sent, `x` without what is not available."""
        at, came = ts[:, None], np.isfinite(judged.x)
        stood = (at - self.known_at[unit] <= np.maximum(judged.hold, STANDS_S)) & (came | ~np.isfinite(x))
        known = np.where(came, judged.x, self.known[unit])
        known_at = np.where(came, at, self.known_at[unit])
        withheld = np.where(np.isfinite(x), ~came, self.withheld[unit])  # a newer value speaks against the one before
        held = np.where((at - known_at <= judged.hold) & ~withheld, known, np.nan)
        self.known[unit], self.known_at[unit], self.hold[unit] = known, known_at, judged.hold
        self.withheld[unit] = withheld
        spoke = judged.fired[:, : catalog.COUNT]
        new = np.isfinite(values) | (spoke != 0)  # it came, or should have
        self.sent[unit] = np.where(new, values, self.sent[unit])
        self.fired[unit] = np.where(new, spoke, self.fired[unit])
        self.doubtful[unit] = np.where(came, judged.doubted, self.doubtful[unit])
        return Standing(came, stood, known, held)

    def values(self, units: NDArray[np.int64], at: Floats) -> Floats:
        """[n, signals] what stands for n units at their times `at` [n], Unix s: the newest values that are believed and
        not too old by their own cadence, NaN else."""
        age = at[:, None] - self.known_at[units]
        return np.where((age <= self.hold[units]) & ~self.withheld[units], self.known[units], np.nan)
