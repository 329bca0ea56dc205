"""Devices' clocks that are not right: one that was ahead of ours and steps back, and one that falls behind for good
while its unit sends on. Both are told, and in neither case does a unit's present stand still."""

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines.masks import some

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

AHEAD_S, BACK_S, MESSAGES = 2.0, 30.0, 3  # a clock that was ahead of ours, and has stepped back for good
BEHIND_S = 120.0  # of nothing but late messages, which come as fast as their own times pass
PACE_S = 60.0  # by which the two may differ; what was stored comes faster


class Clocks:
    """What a fleet's messages tell of their clocks. `behind` [units] seconds by which each is known to be behind ours,
    0 where it is not."""

    def __init__(self, units: int) -> None:
        self.behind = np.zeros(units)
        self._odd = np.zeros(units, dtype=bool)
        self._back = np.zeros(units, dtype=np.int8)
        self._late = np.zeros(units, dtype=np.int8)
        self._since = np.full(units, np.nan)  # arrival of the first of a run of late messages, and its own time
        self._begin = np.full(units, np.nan)

    def clear(self, unit: Places | int) -> None:
        """Forget these units."""
        self._odd[unit] = False
        self.behind[unit] = 0.0
        self._back[unit] = self._late[unit] = 0
        self._since[unit] = self._begin[unit] = np.nan

    def right(self, unit: Places) -> None:
        """Messages of these units came in order."""
        if some(self._odd.take(unit)):
            self.clear(unit)

    def stepped_back(self, unit: Places, ts: Floats, newest: Floats, now: float) -> NDArray[np.bool_]:
        """[n] units whose clock was ahead of ours and whose last messages all stand well before it. `ts` [n] and
        `newest` [n] Unix s of the messages and of what their units sent before, `now` the time of arrival."""
        back = (newest > now + AHEAD_S) & (ts < newest - BACK_S)
        self._odd[unit] = True
        self._back[unit] = np.where(back, self._back[unit] + 1, 0)
        return back & (self._back[unit] >= MESSAGES)

    def corrected(self, unit: Places, ts: Floats, late: NDArray[np.bool_], now: float) -> Floats:
        """[n] the messages' times `ts`, those of clocks that fell behind by as much later. A clock did where its unit
        has sent nothing but `late` messages [n] for BEHIND_S, at the pace of their own times; it is right again where
        another one comes."""
        since, begin = self._since[unit], self._begin[unit]
        keeps = late & (np.abs((ts - begin) - (now - since)) <= PACE_S)
        behind = np.where(late, self.behind[unit], 0.0)
        count = np.where(keeps, np.minimum(self._late[unit] + 1, MESSAGES), late)
        found = keeps & (behind == 0.0) & (now - since >= BEHIND_S) & (count >= MESSAGES)
        self.behind[unit] = behind = np.where(found, now - ts, behind)
        self._late[unit] = count
        self._since[unit] = np.where(keeps, since, np.where(late, now, np.nan))
        self._begin[unit] = np.where(keeps, begin, np.where(late, ts, np.nan))
        return ts + behind
