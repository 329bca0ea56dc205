"""What validation knows of each unit and each of its signals: arrays over the fleet, a plane for each thing known."""

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.validation import cadence, doubt, hours

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

# What is remembered of each signal of a unit, as planes of one array: a step then gathers once and writes back once.
(VALUE, SEEN, HEARD, CADENCE, RAGGED, GAPS, LEVEL, DOUBT_UNTIL, SAME_SINCE, SAME_COUNT, ANCHOR_RPM, ANCHOR_SPEED,
 ANCHOR_LOAD, OPEN, ODD_SINCE, SENT) = range(16)  # fmt: skip
_SIGNAL_START = np.full(16, np.nan)
_SIGNAL_START[[SEEN, SENT, DOUBT_UNTIL, SAME_SINCE]] = -np.inf
_SIGNAL_START[[CADENCE, RAGGED, GAPS, SAME_COUNT, OPEN]] = 0.0
_TIMES = [SEEN, SENT, DOUBT_UNTIL, SAME_SINCE, ODD_SINCE]

# And of the unit itself, after the planes of its hour meter. CLOCK counts the seconds that the unit was heard.
NEWEST, CLOCK, USUAL, RUN_SINCE, HOTTEST, RISEN, RAN_AT, BELOW_SINCE, CELSIUS = range(hours.PLANES, hours.PLANES + 9)
_UNIT_START = np.full(hours.PLANES + 9, np.nan)
_UNIT_START[[NEWEST, RAN_AT]] = -np.inf
_UNIT_START[[CLOCK, CELSIUS]] = 0.0
_UNIT_TIMES = [hours.OTHER_SINCE, hours.OTHER_AT, NEWEST, RUN_SINCE, RISEN, RAN_AT, BELOW_SINCE]


class Known:
    """What validation remembers of at most `units` units, to be cleared before they send: newest values and times per
    signal, cadences, the hour meter, and the runs of signals in doubt."""

    def __init__(self, units: int) -> None:
        self._signals = np.empty((units, len(_SIGNAL_START), catalog.COUNT))
        self._units = np.empty((units, len(_UNIT_START)))
        self.doubts = doubt.Doubts(units)

    @property
    def value(self) -> Floats:
        """[units, signals] the newest usable value of each signal, NaN where none came."""
        return self._signals[:, VALUE]

    @property
    def seen(self) -> Floats:
        """[units, signals] when each signal came last, -inf where it never did."""
        return self._signals[:, SEEN]

    @property
    def sent(self) -> Floats:
        """[units, signals] when each signal came last, if only as a code for "not available"; -inf where it never
        did."""
        return self._signals[:, SENT]

    @property
    def cadence(self) -> Floats:
        """[units, signals] seconds between two values of each signal, as learned; 0 where it is not known."""
        return self._signals[:, CADENCE]

    @property
    def newest(self) -> Floats:
        """[units] the time of each unit's newest sample, -inf where it has none."""
        return self._units[:, NEWEST]

    def clear(self, units: NDArray[np.int64] | int) -> None:
        """Forget these units."""
        self._signals[units] = _SIGNAL_START[:, None]
        self._units[units] = _UNIT_START
        self.doubts.clear(units)

    def rebase(self, unit: int, back_s: float) -> None:
        """A unit's clock was ahead by `back_s` seconds: what it sent by then was so much earlier."""
        self._signals[unit, _TIMES] -= back_s
        self._units[unit, _UNIT_TIMES] -= back_s
        self.doubts.rebase(unit, back_s)

    def gather(self, unit: NDArray[np.int64], width: int) -> tuple[Floats, Floats]:
        """A copy of what is known of n units: [n, planes, width] of their first signals, [n, planes] of themselves."""
        return self._signals[unit, :, :width], self._units.take(unit, axis=0)

    def keep(self, unit: NDArray[np.int64], s: Floats, u: Floats) -> None:
        """Write what was gathered back."""
        self._signals[unit, :, : s.shape[2]], self._units[unit] = s, u


def learn_cadence(s: Floats, sent: Mask, clock: Floats) -> None:
    """Signals that came teach how often they do; `clock` [n, 1] heard seconds."""
    gap = clock - s[:, HEARD]
    known = sent & (gap > 0.0)
    after, ragged = cadence.learn(np.where(known, gap, 1.0), s[:, CADENCE], s[:, RAGGED], s[:, GAPS])
    np.copyto(s[:, CADENCE], after, where=known)
    np.copyto(s[:, RAGGED], ragged, where=known)
    s[:, GAPS] += known
    np.copyto(s[:, HEARD], clock, where=sent)


def remember(
    s: Floats, u: Floats, ts: Floats, x: Floats, present: Mask, usable: Mask, moving: Floats, changed: Mask
) -> None:
    """Write a message into what is known of its signals `s` and its unit `u`."""
    at = ts[:, None]
    new = present & changed
    np.copyto(s[:, SAME_SINCE], at, where=new)
    s[:, SAME_COUNT] += present
    np.copyto(s[:, SAME_COUNT], 1.0, where=new)
    np.copyto(s[:, ANCHOR_RPM : ANCHOR_LOAD + 1], moving[:, :, None], where=new[:, None])
    np.copyto(s[:, VALUE], x, where=usable)
    np.copyto(s[:, SEEN], at, where=present)
    u[:, NEWEST] = np.maximum(u[:, NEWEST], ts)
