"""Units living through time: what they are, how warm and with which faults, in; their samples out."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from connected_ops.emulator.chance import Floats
from connected_ops.emulator.courses import Courses, disturb, strained
from connected_ops.emulator.duty import duty
from connected_ops.emulator.physics import Warmth, born, quarter_before, sense, warm
from connected_ops.emulator.units import Units

_DERATE_F = 60.0  # engine protection: power falls by 1/60 for each °F past critical, to half at most (J)
_RELIVED_AT_ONCE = 30  # s


def born_with(units: Units, tick: int, courses: Courses) -> Warmth:
    """How warm units are at a tick, with the faults that they have had until then."""
    return born(units, tick, strained(units, quarter_before(tick), courses))


def live(units: Units, warmth: Warmth, tick: NDArray[np.int64], courses: Courses) -> Floats:
    """The samples [n, m, signals] of consecutive seconds `tick` [1, m]; moves `warmth` on. Engine protection looks at
    the coolant once a call."""
    power = np.clip(1 - (warmth.coolant - units.coolant_critical) / _DERATE_F, 0.5, 1)
    strain = strained(units, tick, courses, power)
    did = duty(units, tick, strain)
    values = sense(units, tick, did, strain, *warm(units, warmth, did, strain))
    disturb(units, tick, values, courses)
    return values


def relive(units: Units, until: int, seconds: int, courses: Courses) -> tuple[Warmth, Floats]:
    """The `seconds` before tick `until` again, with these faults: how warm they leave the units, and their samples.

    Whoever lives again was warm before.
    """
    units = replace(units, cold=np.zeros_like(units.cold))
    warmth = born_with(units, until - seconds, courses)
    ticks = np.arange(until - seconds, until, dtype=np.int64).reshape(1, -1)
    parts = range(0, seconds, _RELIVED_AT_ONCE)
    lived = [live(units, warmth, ticks[:, k : k + _RELIVED_AT_ONCE], courses) for k in parts]
    return warmth, np.concatenate(lived, axis=1)
