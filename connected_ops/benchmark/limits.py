"""When a machine itself reaches its maker's warning: the emulator run on with no pipeline and no sensors' noise."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from connected_ops.emulator.chance import Floats
from connected_ops.emulator.courses import Courses, strained
from connected_ops.emulator.duty import at_work, duty
from connected_ops.emulator.life import born_with
from connected_ops.emulator.physics import shake, warm
from connected_ops.emulator.units import Units
from connected_ops.machines import catalog

_TICKS_AT_ONCE = 6000
_MEAN = 10  # instants: roads and digging make single impacts, and a lamp waits for more than one
WARNED = (catalog.KEYS[catalog.COOLANT], catalog.KEYS[catalog.VIBRATION])


def crossings(units: Units, courses: Courses, begin: int, until: int, step: int) -> Floats:
    """[n, 2] ticks at which coolant and vibration first reach the class's warning in begin..until, while units are at
    work, as means of ten instants `step` seconds apart; NaN where they do not. All units keep the first one's hours."""
    warns = np.array([[kind.limits(signal)[0] or np.inf for signal in WARNED] for kind in units.classes])
    found = np.full(warns.shape, np.nan)
    for ticks in _shifts(units, begin, until, step):
        warmth = born_with(units, int(ticks[0]), courses)
        for first in range(0, len(ticks), _TICKS_AT_ONCE):
            tick = ticks[None, first : first + _TICKS_AT_ONCE]
            strain = strained(units, tick, courses)
            did = duty(units, tick, strain)
            coolant, _ = warm(units, warmth, did, strain, step)
            shaken = np.broadcast_to(shake(units, did, strain), coolant.shape)
            for at, series in enumerate((coolant, shaken)):
                over = _means(series) >= warns[:, at : at + 1]
                if not over.shape[1]:
                    continue
                hit = over.argmax(axis=1)
                new = over.any(axis=1) & np.isnan(found[:, at])
                found[new, at] = tick[0, 0] + (hit[new] + 1) * _MEAN * step
            if np.isfinite(found).all():
                return found
    return found


def _means(series: Floats) -> Floats:
    whole = series.shape[1] // _MEAN * _MEAN
    return series[:, :whole].reshape(len(series), -1, _MEAN).mean(axis=2)


def _shifts(units: Units, begin: int, until: int, step: int) -> Iterator[NDArray[np.int64]]:
    """The instants at which the first unit runs, a stretch at a time."""
    tick = np.arange(begin, until, step, dtype=np.int64)
    runs = np.broadcast_to(at_work(units, tick[None]), (len(units), len(tick)))[0]
    tick = tick[runs]
    yield from np.split(tick, np.flatnonzero(np.diff(tick) > step) + 1) if len(tick) else ()
