"""What a fleet's present is: of each signal of each unit the newest value that is believed, how long that stands, and
how the newest that was sent was taken."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.risk.scoring import STANDS_S
from connected_ops.validation.validator import Judged

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_START = np.array([np.nan, -np.inf, 0.0, np.nan])


class Standing(NamedTuple):
    """Of n messages, [n, signals] each: `came` where a value is believed, `stood` where what was believed before them
    still stood for a confirmation, `known` the newest believed values, however old, `held` those of them that stand for
    the present (NaN else)."""

    came: Mask
    stood: Mask
    known: Floats
    held: Floats


class Present:
    """The present of at most `units` units, to be cleared before they send; [units, signals] each: `known` the newest
    believed values (NaN: none yet), `known_at` their time (Unix s), `hold` the seconds for which they stand, `withheld`
    where a newer value is not believed, `doubtful` where the believed one is a doubted sensor's; `sent` and `fired` the
    newest value that came and the bits of its rules."""

    def __init__(self, units: int) -> None:
        self._values = np.empty((units, 4, catalog.COUNT))
        self._marks = np.empty((units, 2, catalog.COUNT), dtype=bool)
        self.fired = np.empty((units, catalog.COUNT), dtype=np.uint16)
        self.known, self.known_at, self.hold, self.sent = self._values.swapaxes(0, 1)
        self.doubtful, self.withheld = self._marks.swapaxes(0, 1)

    def clear(self, units: NDArray[np.int64] | int) -> None:
        """Forget these units."""
        self._values[units] = _START[:, None]
        self._marks[units] = False
        self.fired[units] = 0

    def rebase(self, unit: int, back_s: float) -> None:
        """A unit's clock was ahead by `back_s` seconds: what it sent by then was so much earlier."""
        self.known_at[unit] -= back_s

    def take(self, unit: NDArray[np.int64], ts: Floats, x: Floats, values: Floats, judged: Judged) -> Standing:
        """Move n different units on by a judged message each, newer than what they hold: `ts` [n] Unix s, `values`
        [n, signals] as they were sent, `x` without what is not available."""
        at, came, read = ts[:, None], np.isfinite(judged.x), np.isfinite(x)
        width = x.shape[1]
        all_values, marks = self._values[unit, :, :width], self._marks[unit, :, :width]  # written back at once
        known, known_at, hold, sent = all_values.swapaxes(0, 1)
        doubtful, withheld = marks.swapaxes(0, 1)
        stood = (at - known_at <= np.maximum(judged.hold, STANDS_S)) & (came | ~judged.speaks)
        np.copyto(known, judged.x, where=came)
        np.copyto(known_at, at, where=came)
        np.copyto(hold, judged.hold)
        np.copyto(withheld, ~came, where=read)  # a newer value speaks against the one before
        np.copyto(doubtful, judged.doubted, where=came)
        spoke = judged.fired[:, :width]
        new = np.isfinite(values) | (spoke != 0)  # it came, or should have
        np.copyto(sent, values, where=new)
        self._values[unit, :, :width], self._marks[unit, :, :width] = all_values, marks
        fired = self.fired[unit, :width]
        np.copyto(fired, spoke, where=new)
        self.fired[unit, :width] = fired
        held = np.where((at - known_at <= judged.hold) & ~withheld, known, np.nan)
        return Standing(came, stood, known, held)

    def values(self, units: NDArray[np.int64], at: Floats) -> Floats:
        """[n, signals] what stands for n units at their times `at` [n], Unix s: the newest values that are believed and
        not too old by their own cadence, NaN else."""
        age = at[:, None] - self.known_at[units]
        return np.where((age <= self.hold[units]) & ~self.withheld[units], self.known[units], np.nan)
