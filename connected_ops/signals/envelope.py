"""How far each unit healthily goes: what it did often and harmlessly is no evidence, what it has never done is.

Beside mean and spread (`baseline`) a unit has, per regime, the top of its coolant's healthy excursions: the fan's
sawtooth at the lights, the overshoot after a warm-up, the hill; and the same of intake air's rise over its own last
minutes, a standing engine's heat. An excursion is learned once it is over by itself and never spoke of a fault: a
creep that does not come back teaches nothing, a new top is believed in small steps, never near the class's warning.
Until a regime is known for itself its class's room stands in, wide where a fan has yet to start.

Coolant is slow: what a regime explains comes and goes with the coolant's own lag, so the heat of the lights is no fault
on the first hundred yards after them. Figures are judgement (J).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines.masks import some
from connected_ops.machines.unit_class import CLASSES
from connected_ops.signals import baseline
from connected_ops.signals.baseline import Normal
from connected_ops.signals.regime import COOL_DOWN, GAP_S, HEAVY, IDLE, LEARNED, OFF, WARMING_UP, WORK, Regime

Column = NDArray[np.float64]

FAN_ON = 221.0  # °F, 105 °C: an electric fan of an ordinary car has started by then
BELOW_LIMIT = 8.0  # °F under its class's warning: nothing nearer is ever taken for healthy
KNOWN_S = 600.0  # of a regime, after which two thirds of what stood in for it have given way
LASTS_S = 60.0  # in a regime, before its seconds count as known: a short stop says nothing of a long one
COMES_S, GOES_S = 60.0, 90.0  # how a top comes and goes: a queue gets as hot as a car that stands
USUAL_LAG_S, SOAK_LAG_S = 90.0, 180.0
INTAKE_S = 300.0  # memory of intake air's own last minutes: heat builds up more slowly
HELD_S = 10 * INTAKE_S  # the same where it speaks of a fault
SOAK_OFF_S = 60.0  # and of an engine that is off, whose heat soaks
BACK_FROM = np.array([5.0, 4.0])  # °F below its highest, at which an excursion is over
STEP = np.array([3.0, 3.0])  # °F that one excursion may add to what is known
COLD = 8.0  # °F under its own normal: an engine that comes from there may overshoot
RISE_LEAST, RISE_STANDING, RISE_MOVING = 10.0, 28.0, 18.0  # °F of intake air over its last minutes: known, prior

STANDS_MPH = 5.0

_STILL = np.array([c.still for c in CLASSES])
_COMES_S = np.array([USUAL_LAG_S, COMES_S, SOAK_LAG_S, SOAK_LAG_S])
_GOES_S = np.array([USUAL_LAG_S, GOES_S, SOAK_LAG_S, SOAK_LAG_S])
_FAN = np.full(LEARNED, -np.inf)
_FAN[[IDLE, COOL_DOWN]] = FAN_ON
_STANDS_IN = np.full(LEARNED, RISE_MOVING)
_STANDS_IN[[IDLE, WARMING_UP, COOL_DOWN]] = RISE_STANDING

# What a regime explains by itself, °F: a standing machine breathes its own heat, more so after hard work; a hill or an
# engine that idles hot lifts the coolant, until the unit has its own normal there.
SOAK = np.zeros(len(Regime))
SOAK[[IDLE, WARMING_UP, COOL_DOWN]] = 20.0, 20.0, 30.0
LIFT = np.zeros(len(Regime))
LIFT[[HEAVY, COOL_DOWN]] = 3.0, 6.0

LIMIT = np.array([c.coolant_warn if c.coolant_warn is not None else (c.coolant_critical or 240.0) - 10.0 for c in CLASSES])
"""[classes] °F of coolant that no healthy unit reaches: the warning, or 10 below the critical limit."""

_KNOWN = 2
_COOLANT, _TOP, _SOAK, _RISE, _SETTLED, _LASTS, _AIR, _REFERENCE, _HEARD = range(9)
_PEAK, _WHERE = slice(9, 11), slice(11, 13)
_START = np.array([np.nan] * 4 + [0.0] * 5 + [-np.inf] * 2 + [0.0] * 2)


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for n units now, [n] each, °F: `coolant` where it should be, `top` how far it healthily goes, and
    `settled_s` seconds since it last came from the cold; of intake air `soak`, the heat of its own engine, `rise` over
    its last minutes (NaN: not read), and `rise_top` how far that healthily goes."""

    coolant: Column
    top: Column
    settled_s: Column
    soak: Column
    rise: Column
    rise_top: Column


def airflow(
    regime: NDArray[np.int8], speed: Column, unit_class: NDArray[np.int8]
) -> NDArray[np.int8]:
    """[n] the regime whose air a machine has: one that stands has that of idling, however its engine turns; `speed`
    [n] mph."""
    stands = (speed < STANDS_MPH) & (regime == WORK) & ~_STILL[unit_class]
    return np.where(stands, np.int8(IDLE), regime)


class Envelopes:
    """The envelopes of a fleet: [units, regimes, 3] tops of coolant and of intake air's rise, °F, and the seconds for
    which a regime is known; and of each unit's present twelve figures, 250 bytes a unit in all."""

    def __init__(self, units: int) -> None:
        self._learned = np.zeros((units, LEARNED, 3))
        self._now = np.tile(_START, (units, 1))

    def clear(self, units: NDArray[np.int64] | int) -> None:
        """Forget these units."""
        self._learned[units] = 0.0
        self._now[units] = _START

    def copy(self, other: "Envelopes", unit: int, place: int) -> None:
        """Know of `place` what `other` knows of `unit`; nothing of its present."""
        self._learned[place] = other._learned[unit]
        self._now[place] = _START

    def update(
        self,
        unit: NDArray[np.int64],
        dt: Column,
        coolant: Column,
        intake: Column,
        regime: NDArray[np.int8],
        airflow: NDArray[np.int8],
        unit_class: NDArray[np.int8],
        normal: Normal,
    ) -> Usual:
        """Take n newer samples, `coolant` and `intake` air [n] °F (NaN: not read, or of a sensor in doubt, whose jumps
        are no rise), `dt` [n] s since each unit's previous one, and say what is usual."""
        now = self._now.take(unit, axis=0)
        row = np.minimum(airflow, LEARNED - 1)
        known = self._learned[unit, row]
        doubt = np.exp(known[:, _KNOWN] / -KNOWN_S)
        goal = np.empty((len(unit), 4))
        goal[:, _COOLANT] = usual = normal.mean[:, baseline.COOLANT] + LIFT[regime] * normal.borrowed
        top = np.maximum(known[:, 0], usual)
        stands_in = np.minimum(_FAN[row], LIMIT[unit_class] - BELOW_LIMIT)
        goal[:, _TOP] = top + np.maximum(stands_in - top, 0.0) * doubt
        goal[:, _SOAK] = SOAK[regime]
        top = np.maximum(known[:, 1], RISE_LEAST)
        goal[:, _RISE] = top + np.maximum(_STANDS_IN[row] - top, 0.0) * doubt
        lagging = now[:, :4]
        away = goal - lagging
        share = -np.expm1(-dt[:, None] / np.where(away > 0.0, _COMES_S, _GOES_S))
        starts = np.isnan(now[:, _COOLANT]) | (dt > GAP_S)
        if some(starts):
            now[starts] = _START
            lagging[starts] = goal[starts]
            share[starts] = 0.0
            away[starts] = 0.0
        lagging += away * share
        now[:, _LASTS] = np.where(now[:, _AIR] == row, now[:, _LASTS] + dt, 0.0)
        now[:, _AIR] = row
        cold = starts | (coolant < lagging[:, _COOLANT] - COLD)
        now[:, _SETTLED] = np.where(cold, 0.0, now[:, _SETTLED] + dt)
        now[:, _REFERENCE] = np.where(now[:, _HEARD] > 0.0, now[:, _REFERENCE], intake)
        self._now[unit] = now
        return Usual(
            lagging[:, _COOLANT], lagging[:, _TOP], now[:, _SETTLED], lagging[:, _SOAK],
            intake - now[:, _REFERENCE], lagging[:, _RISE],
        )  # fmt: skip

    def learn(
        self,
        unit: NDArray[np.int64],
        dt: Column,
        coolant: Column,
        usual: Usual,
        airflow: NDArray[np.int8],
        unit_class: NDArray[np.int8],
        harmless: NDArray[np.bool_],
    ) -> None:
        """Let the n samples just taken teach: `harmless` [n, 2] whether coolant and intake air are read of an engine
        that runs, and speak of no fault."""
        now = self._now.take(unit, axis=0)
        row = np.minimum(airflow, LEARNED - 1)
        y = np.stack((coolant, usual.rise), axis=1)
        harmless = harmless & np.isfinite(y)
        peak = np.where(harmless, now[:, _PEAK], -np.inf)
        higher = harmless & (y > peak)
        over = harmless & (y < peak - BACK_FROM)
        if some(over):
            self._commit(unit, unit_class, peak, now[:, _WHERE], over)
        now[:, _PEAK] = np.where(higher | over, y, peak)
        now[:, _WHERE] = np.where(higher | over, row[:, None], now[:, _WHERE])
        read = np.isfinite(usual.rise)
        memory = np.where(airflow >= OFF, SOAK_OFF_S, np.where(harmless[:, 1], INTAKE_S, HELD_S))
        memory = np.minimum(memory, now[:, _HEARD] + 1e-9)
        now[:, _REFERENCE] += np.where(read, usual.rise, 0.0) * -np.expm1(-dt / memory)
        now[:, _HEARD] += read * np.maximum(dt, 1.0)
        self._now[unit] = now
        self._learned[unit, row, _KNOWN] += dt * ((now[:, _LASTS] >= LASTS_S) & harmless[:, 0])

    def _commit(
        self,
        unit: NDArray[np.int64],
        unit_class: NDArray[np.int8],
        peak: NDArray[np.float64],
        where: NDArray[np.float64],
        over: NDArray[np.bool_],
    ) -> None:
        """Excursions that are over: the first of a regime is believed as it was, later ones add a step at most."""
        for at, quantity in zip(*over.nonzero(), strict=True):
            known = self._learned[unit[at], int(where[at, quantity])]
            top = peak[at, quantity]
            if quantity == 0:
                top = min(top, LIMIT[unit_class[at]] - BELOW_LIMIT)
            if known[quantity] > 0.0 and known[_KNOWN] >= KNOWN_S:
                top = min(top, known[quantity] + STEP[quantity])
            known[quantity] = max(known[quantity], top)
