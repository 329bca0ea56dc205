"""Whether a unit's coolant should be at its working temperature by now: what tells a thermostat stuck open from a cold
start, a winter morning's idle and a restart after a stop."""

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines.masks import some
from connected_ops.machines.unit_class import CLASSES
from connected_ops.signals.regime import COOL_DOWN, GAP_S, IDLE, OFF
from connected_ops.validation.coolant import SETTLED_F, SETTLED_S

WORKED_S = 1200.0  # of work from which any engine is warm
NEVER_WARM_S = 900.0  # the same for an engine that was not warm in this run: easy work in deep frost warms it in steps
BELOW_S = 180.0  # of work below it: a long descent cools a warm engine too
_START = np.array([0.0, -np.inf, 0.0, 0.0, 0.0])
_LOW = np.array([c.coolant_normal[0] for c in CLASSES])
_ALWAYS = np.array([c.idle_rpm >= c.work_rpm[0] for c in CLASSES])  # a genset works at the speed it idles at


class Warmth:
    """What is known of the present run of every unit: seconds at work, the hottest it was, the seconds since
    that last rose, those at work below the working temperature, and whether it has been found too cold."""

    def __init__(self, units: int) -> None:
        self._state = np.tile(_START[:, None], units)

    def clear(self, units: NDArray[np.int64] | int) -> None:
        """Forget these units."""
        self._state.T[units] = _START

    def update(
        self,
        unit: NDArray[np.int64],
        dt: NDArray[np.float64],
        coolant: NDArray[np.float64],
        regime: NDArray[np.int8],
        unit_class: NDArray[np.int16],
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Take n newer samples: `dt` [n] s since each unit's previous one (0 for a first), `coolant` [n] °F (NaN: not
        read); returns [n] whether the coolant should be warm and has not been for minutes of work, until it is, and [n]
        whether it still warms up."""
        state = self._state.take(unit, axis=1)
        off, low = regime >= OFF, _LOW[unit_class]
        starts = off | (dt > GAP_S)
        if some(starts):
            state[:, starts] = _START[:, None]
            dt = np.where(starts, 0.0, dt)
        worked, hottest, flat, below, cold = state
        working = dt * (((regime != IDLE) & (regime != COOL_DOWN)) | _ALWAYS[unit_class])
        worked += working
        flat += dt
        rises = coolant > hottest + SETTLED_F
        if some(rises):
            hottest[rises] = coolant[rises]
            flat[rises] = 0.0
        warm = coolant >= low
        below += working
        below[warm] = cold[warm] = 0.0
        warming = ~warm
        if some(warming):
            was_warm, read = hottest >= low, np.isfinite(coolant)
            below -= working * ~read
            settled = flat >= np.where(was_warm, SETTLED_S, NEVER_WARM_S)
            cold[(was_warm | (worked >= WORKED_S)) & settled & read & (below >= BELOW_S)] = 1.0
            warming &= ~was_warm & read & ~off & (flat < SETTLED_S)
        if some(off):
            state[:, off] = _START[:, None]  # as warm as it stands there says nothing of the next run
        self._state[:, unit] = state
        return cold > 0.0, warming
