"""From a score to an alarm: on and off only after a while, so that an alarm is an episode and not a flicker."""

import numpy as np
from numpy.typing import NDArray

from connected_ops.signals.detectors.detector import Floats


class Decision:
    """An alarm with an on-delay and an off-delay, one a unit, that is told again when something new happens.

    On once the score has stayed at 1 or more for `on_delay` seconds, off once it has stayed below for `off_delay`
    seconds. A row that is not newer than the unit's newest changes nothing; silence changes nothing either.

    While it stands, signals that move after `off_delay` seconds of rest (`moving` at 1 or more) make it drop for one
    row and come again: what was told has grown, or begins to go. `alarm` says whether it stands all the same.

    Source: ANSI/ISA-18.2 and EEMUA 191, on-delay and off-delay against chattering alarms; the drop is the reflash of
    annunciators, whose common contact opens for a moment when a new alarm joins one that stands (ABB SACO 16D1, ISR).

    >>> import numpy as np
    >>> decision = Decision(units=1, on_delay=2, off_delay=3)
    >>> scores = [0.2, 1.5, 1.5, 1.5, 0.4, 1.1, 0.4, 0.4, 0.4, 0.4]
    >>> [bool(decision.decide(np.array([float(t)]), np.array([score]))[0]) for t, score in enumerate(scores)]
    [False, False, False, True, True, True, True, True, True, False]
    >>> on, moving = np.array([9.0]), [0.2, 1.4, 1.6, 0.4]
    >>> again = Decision(units=1, on_delay=0, off_delay=3)
    >>> [bool(again.decide(np.array([float(t)]), on, np.array([moves]))[0]) for t, moves in enumerate(moving)]
    [True, False, True, True]
    """

    def __init__(self, units: int, on_delay: float = 6.0, off_delay: float = 30.0) -> None:
        self.on_delay, self.off_delay = on_delay, off_delay
        self._newest = np.full(units, -np.inf)
        self._since = np.full(units, np.nan)
        self._moved = np.full(units, -np.inf)
        self.alarm = np.zeros(units, dtype=np.bool_)

    def decide(self, ts: Floats, score: Floats, moving: Floats | None = None) -> NDArray[np.bool_]:
        """The alarm of each unit [units] after a row each: ts [units] s, score [units], moving [units]."""
        new, stood = ts > self._newest, self.alarm
        turning = new & ((score >= 1) != self.alarm)
        self._since = np.where(turning & np.isnan(self._since), ts, np.where(new & ~turning, np.nan, self._since))
        self._newest = np.where(new, ts, self._newest)
        turned = turning & (ts - self._since >= np.where(self.alarm, self.off_delay, self.on_delay))
        self.alarm = self.alarm ^ turned
        self._since = np.where(turned, np.nan, self._since)
        if moving is None:
            return self.alarm
        moves = new & (moving >= 1)
        again = moves & stood & (ts - self._moved > self.off_delay)
        self._moved = np.where(moves, ts, self._moved)
        return self.alarm & ~again
