"""From a score to an alarm: on and off only after a while, so that an alarm is an episode and not a flicker."""

import numpy as np
from numpy.typing import NDArray

from connected_ops.signals.detectors.detector import Floats


class Decision:
    """An alarm with an on-delay and an off-delay, one a unit.

    On once the score has stayed at 1 or more for `on_delay` seconds, off once it has stayed below for `off_delay`
    seconds. A row that is not newer than the unit's newest changes nothing; silence changes nothing either.

    Source: ANSI/ISA-18.2 and EEMUA 191, on-delay and off-delay against chattering alarms.

    >>> import numpy as np
    >>> decision = Decision(units=1, on_delay=2, off_delay=3)
    >>> scores = [0.2, 1.5, 1.5, 1.5, 0.4, 1.1, 0.4, 0.4, 0.4, 0.4]
    >>> [bool(decision.decide(np.array([float(t)]), np.array([score]))[0]) for t, score in enumerate(scores)]
    [False, False, False, True, True, True, True, True, True, False]
    """

    def __init__(self, units: int, on_delay: float = 8.0, off_delay: float = 30.0) -> None:
        self.on_delay, self.off_delay = on_delay, off_delay
        self._newest = np.full(units, -np.inf)
        self._since = np.full(units, np.nan)
        self.alarm = np.zeros(units, dtype=np.bool_)

    def decide(self, ts: Floats, score: Floats) -> NDArray[np.bool_]:
        """The alarm of each unit [units] after a row each: ts [units] s, score [units]."""
        new = ts > self._newest
        turning = new & ((score >= 1) != self.alarm)
        self._since = np.where(turning & np.isnan(self._since), ts, np.where(new & ~turning, np.nan, self._since))
        self._newest = np.where(new, ts, self._newest)
        turned = turning & (ts - self._since >= np.where(self.alarm, self.off_delay, self.on_delay))
        self.alarm = self.alarm ^ turned
        self._since = np.where(turned, np.nan, self._since)
        return self.alarm
