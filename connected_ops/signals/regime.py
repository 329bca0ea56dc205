"""What a machine is doing, as far as its signals tell: baselines are kept and limits allow for each regime apart, so
that a warm-up, a hill or a hot stop is no anomaly. Figures are judgement (J)."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.machines.masks import some
from connected_ops.machines.said import said
from connected_ops.machines.unit_class import CLASSES
from connected_ops.validation.running import RUNS_RPM


class Regime(IntEnum):
    """The first `LEARNED` have a baseline; OFF and CRANKING are not judged at all. CRUISE is 40 mph and more: bearings
    are heard there, ram air cools there. HEAVY goes before WORK and CRUISE, WARMING_UP and COOL_DOWN before all."""

    IDLE = 0
    WORK = 1
    CRUISE = 2
    HEAVY = 3
    WARMING_UP = 4
    COOL_DOWN = 5
    OFF = 6
    CRANKING = 7


# Plain ints: an enum look-up costs more than a sum.
IDLE, WORK, CRUISE, HEAVY, WARMING_UP, COOL_DOWN, OFF, CRANKING = range(len(Regime))
LEARNED = OFF  # regimes that have a baseline
WORDS: tuple[str, ...] = (
    "idling", "at work", said("at speed, {speed:40} and more"), "under heavy load", "warming up",
    "cooling down after hard work", "engine off", "cranking",
)  # fmt: skip

WORKS_FROM_PCT = 20.0  # of load, where the engine's speed does not tell
TURNS_RPM = 30.0
LOAD_S = 20.0  # memory of load: a digging stroke, a gear change or a start at the lights is no hill
HEAVY_FROM_PCT, HEAVY_UNTIL_PCT = 85.0, 70.0
COOLS_S = 300.0  # after heavy load an engine that idles gives its heat to coolant and intake air
SOAKED_S = 180.0  # the same after a start with a hot engine, whatever it does then
RESTS_S = 60.0  # an engine that stops for less, at the lights, has not soaked in its heat
GAP_S = 600.0  # a longer silence may hide a stop

_IDLE_RPM = np.array([row.idle_rpm for row in CLASSES])
_WARM = np.array([row.coolant_normal[0] - 20.0 for row in CLASSES])
_AT_ITS_SPEED = np.array(
    [row.idle_rpm >= row.work_rpm[0] for row in CLASSES]
)  # a genset idles at the speed it works at
_WORKING_RPM = np.where(_AT_ITS_SPEED, np.inf, 1.15 * _IDLE_RPM)


def regime(x: NDArray[np.float64], unit_class: NDArray[np.int16]) -> NDArray[np.int8]:
    """[n] what a single sample tells of [n, signals] values: OFF, CRANKING, IDLE, WORK or CRUISE. An engine whose speed
    is not fitted counts as running."""
    rpm, speed = x[:, catalog.RPM], x[:, catalog.SPEED]
    working = (speed >= 5.0) | (rpm >= _WORKING_RPM[unit_class])
    working |= _AT_ITS_SPEED[unit_class] & ~(x[:, catalog.LOAD] < WORKS_FROM_PCT)
    doing = working.astype(np.int8)
    doing[speed >= 40.0] = CRUISE
    slow = (rpm < RUNS_RPM) & ~(speed >= 5.0)  # a hybrid's engine rests on the move
    if some(slow):
        doing[slow] = np.where(rpm[slow] < TURNS_RPM, OFF, CRANKING)
    return doing


class Regimes:
    """What the regimes of a fleet need to know of the past: the load of the last seconds, whether it is heavy, the
    seconds since it was and since the engine started hot, and for how long it has been off."""

    def __init__(self, units: int) -> None:
        self._state = np.tile(_START[:, None], units)

    def clear(self, units: NDArray[np.int64] | int) -> None:
        """Forget these units."""
        self._state.T[units] = _START

    def update(
        self,
        unit: NDArray[np.int64],
        dt: NDArray[np.float64],
        x: NDArray[np.float64],
        unit_class: NDArray[np.int16],
    ) -> NDArray[np.int8]:
        """Take n newer samples `x` [n, signals], `dt` [n] s since each unit's previous one (0 for a first); returns [n]
        regimes. WARMING_UP is told by `Warmth`, which knows the run."""
        doing = regime(x, unit_class)
        state = self._state.take(unit, axis=1)
        load, heavy, since_heavy, since_hot, rested = state
        now = x[:, catalog.LOAD]
        read = np.isfinite(now)
        np.add(load, (now - load) * -np.expm1(dt / -LOAD_S), out=load, where=read)
        heavy[:] = (doing != IDLE) & (doing < OFF) & (load >= np.where(heavy > 0.0, HEAVY_UNTIL_PCT, HEAVY_FROM_PCT))
        since_heavy += dt
        since_hot += dt
        under = heavy > 0.0
        since_heavy[under] = 0.0
        runs = doing < OFF
        starts = runs & ((rested >= RESTS_S) | (dt > GAP_S)) & (x[:, catalog.COOLANT] >= _WARM[unit_class])
        since_hot[starts] = 0.0
        rested += dt
        rested[runs] = 0.0
        doing[under] = HEAVY
        doing[runs & (((doing == IDLE) & (since_heavy < COOLS_S)) | (since_hot < SOAKED_S))] = COOL_DOWN
        self._state[:, unit] = state
        return doing


_START = np.array([0.0, 0.0, np.inf, np.inf, 0.0])  # a unit that is new here has run: it is no start
