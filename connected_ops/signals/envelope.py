"""How far each unit healthily goes: what it did often and harmlessly is no evidence, what it has never done is.

Beside mean and spread (`baseline`) a unit has, per regime, the top of its coolant's healthy excursions (the fan's
sawtooth at the lights, the overshoot after a warm-up, the hill), and that of intake air's rise over its own last
minutes, the heat of a standing engine. An excursion is learned once it is over by itself and never spoke of a fault: a
creep that does not come back teaches nothing, and a new top is believed in steps, never near the class's warning. Until
the regime is known, room stands in for what was seen, wide where a fan has yet to start.

Coolant is slow: what a regime explains comes and goes with a lag, so the heat of the lights is no fault on the first
hundred yards after them, and a short stop explains nothing. Figures are judgement (J).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.machines.masks import every, some
from connected_ops.machines.unit_class import CLASSES
from connected_ops.signals import baseline
from connected_ops.signals.baseline import Normal
from connected_ops.signals.regime import COOL_DOWN, CRANKING, GAP_S, HEAVY, IDLE, LEARNED, OFF, WARMING_UP, WORK, Regime

Column = NDArray[np.float64]

FAN_ON = 221.0  # °F, 105 °C: by then the electric fan of an ordinary car has started
BELOW_LIMIT = 8.0  # °F under its class's warning: nothing nearer is taken for healthy
RISE_STANDING, RISE_MOVING = 28.0, 18.0  # °F of intake air over its last minutes, where nothing is known
RISE_LEAST, RISE_MOST = 10.0, 35.0  # and what a unit's own top may be
KNOWN_S = 600.0  # in a regime, after which two thirds of what stood in for it have given way
STANDS_MPH, STANDS_S = 5.0, 60.0  # a machine that stands for so long has the air of one that idles
CRAWLS_MPH = 12.0  # at which a machine still breathes its own heat
COOLANT_LAG_S, SOAK_LAG_S = 90.0, 180.0
INTAKE_S = 300.0  # memory of intake air's last minutes: heat of its engine builds up more slowly
HELD_S = 3000.0  # the same while it speaks of a fault
SOAKS_S = 60.0  # and while the engine is off
BACK = np.array([5.0, 4.0])  # °F under its highest, where an excursion of coolant or intake air is over
STEP = 3.0  # °F that one excursion adds at most to a top that is known
AGREE, COLD_ENGINE = 15.0, 110.0  # °F between coolant and intake air that the same air has cooled, and under it
AMISS = 20.0  # °F by which these may stand over the air outside before its sensor is amiss
UNDER_AIR = 5.0  # °F under the air outside: colder, its last minutes were the sensor's
COLD = 8.0  # °F under its own normal: coolant that comes from there may overshoot

# What a regime explains by itself, °F: a standing machine breathes its own heat, more so after hard work; a hill or an
# engine that idles hot lifts the coolant, until the unit has its own normal there.
SOAK = np.zeros(len(Regime))
SOAK[[IDLE, WARMING_UP, COOL_DOWN]] = 20.0, 20.0, 30.0
LIFT = np.zeros(len(Regime))
LIFT[[HEAVY, COOL_DOWN]] = 3.0, 6.0

LIMIT = np.array([c.coolant_warn or (c.coolant_critical or np.inf) - 10.0 for c in CLASSES])
"""[classes] °F of coolant that no healthy unit comes near: the warning, or 10 under the critical limit."""

# mph under which a machine of a class stands in a regime, [classes, regimes]; and where it does whatever its speed is.
_STANDS_BELOW = np.full((len(CLASSES), len(Regime)), -np.inf)
_STANDS_BELOW[:, WORK] = [-np.inf if c.still else STANDS_MPH for c in CLASSES]
_CRAWLS_BELOW = np.where(_STANDS_BELOW > 0.0, CRAWLS_MPH, -np.inf)
_STANDS = np.isin(np.arange(len(Regime)), (IDLE, OFF, CRANKING))
_STANDS_IN = np.zeros((len(CLASSES), LEARNED, 2))
_STANDS_IN[:, [IDLE, COOL_DOWN], 0] = np.minimum(FAN_ON, LIMIT - BELOW_LIMIT)[:, None]
_STANDS_IN[..., 1] = RISE_MOVING
_STANDS_IN[:, [IDLE, WARMING_UP, COOL_DOWN], 1] = RISE_STANDING
_MOST = np.stack((LIMIT - BELOW_LIMIT, np.full(len(CLASSES), RISE_MOST)), axis=1)

# What is kept of a unit's present: four that lag, and seconds; the highest of what may be an excursion, and where.
_COOLANT, _SOAK, _TOP, _RISE, _SETTLED, _STOOD, _HEARD, _REFERENCE, _AIR = range(9)
_AMISS = 13
_LAGGING, _TOPS, _SECONDS, _PEAK, _WHERE = slice(0, 4), slice(2, 4), slice(4, 6), slice(9, 11), slice(11, 13)
_LAG_S = np.array([COOLANT_LAG_S, SOAK_LAG_S, COOLANT_LAG_S, SOAK_LAG_S])
_START = np.array([np.nan] * 4 + [0.0] * 3 + [np.nan, IDLE] + [-np.inf] * 2 + [0.0] * 3)


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual of n units now, [n] each, °F: `coolant` where it should be, `top` how far it healthily goes, and
    `settled_s` the seconds since it last was cold; of intake air `soak`, the heat of its own engine over the air
    outside and what that is told too cold by, `rise` over its last minutes (NaN: not read), and `rise_top` how far that
    healthily goes; `present` [n, figures] is the envelope's own."""

    coolant: Column
    top: Column
    settled_s: Column
    soak: Column
    rise: Column
    rise_top: Column
    present: NDArray[np.float64]


class Envelopes:
    """The envelopes of a fleet: [units, regimes, 3] tops of coolant and of intake air's rise (°F) and the seconds for
    which the regime is known, and fourteen figures of each unit's present; 256 bytes a unit."""

    def __init__(self, units: int) -> None:
        self._learned = np.zeros((units, LEARNED, 3))
        self._now = np.tile(_START, (units, 1))

    def clear(self, units: NDArray[np.int64] | int) -> None:
        """Forget these units."""
        self._learned[units] = 0.0
        self._now[units] = _START

    def copy(self, other: "Envelopes", unit: int, place: int) -> None:
        """Know of `place` what `other` knows of `unit`, and nothing of its present."""
        self._learned[place] = other._learned[unit]
        self._now[place] = _START

    def show(self, unit: NDArray[np.int64], normal: Normal) -> Normal:
        """What is normal of n units, with intake air's own last minutes as its normal where it was read."""
        reference = self._now[unit, _REFERENCE]
        intake = normal.mean[:, baseline.INTAKE]
        np.copyto(intake, reference, where=np.isfinite(reference))
        return normal

    def update(
        self,
        unit: NDArray[np.int64],
        dt: Column,
        x: NDArray[np.float64],
        intake: Column,
        regime: NDArray[np.int8],
        unit_class: NDArray[np.int16],
        normal: Normal,
    ) -> Usual:
        """Say what is usual of n newer samples `x` [n, signals], `dt` [n] s since each unit's previous one, of which it
        is then to `learn`;
        `intake` [n] is their intake air, NaN of a sensor in doubt, whose jumps are no rise."""
        now = self._now.take(unit, axis=0)
        coolant = x[:, catalog.COOLANT]
        air = self._air(now, dt, x[:, catalog.SPEED], regime, unit_class)
        known = self._learned[unit, air]
        goal = np.empty((len(unit), 4))
        usual = normal.mean[:, baseline.COOLANT] + LIFT[regime] * normal.strange[:, baseline.COOLANT]
        crawls = x[:, catalog.SPEED] < _CRAWLS_BELOW[unit_class, regime]
        goal[:, _COOLANT], goal[:, _SOAK] = usual, np.where(crawls, SOAK[IDLE], SOAK[regime])
        tops = goal[:, _TOPS]
        tops[:, 0], tops[:, 1] = usual, RISE_LEAST
        np.maximum(tops, known[:, :2], out=tops)
        tops += np.maximum(_STANDS_IN[unit_class, air] - tops, 0.0) * np.exp(known[:, 2:] / -KNOWN_S)
        lagging = now[:, _LAGGING]
        lagging += (goal - lagging) * -np.expm1(dt[:, None] / -_LAG_S)
        starts = np.isnan(lagging[:, _COOLANT]) | (dt > GAP_S)
        if some(starts):
            now[starts] = _START
            now[starts, _AIR] = air[starts]
            lagging[starts] = goal[starts]
        now[:, _SETTLED] = (now[:, _SETTLED] + dt) * ~(starts | (coolant < lagging[:, _COOLANT] - COLD))
        agree = (np.abs(coolant - intake) < AGREE) & (coolant < COLD_ENGINE)
        if some(agree):  # two that were cooled by the same air for hours know it better than a sensor of it
            over = intake - x[:, catalog.AMBIENT]
            now[:, _AMISS] = np.where(agree & np.isfinite(over), np.maximum(over - AMISS, 0.0), now[:, _AMISS])
        unheard = now[:, _HEARD] == 0.0
        if some(unheard):
            now[unheard, _REFERENCE] = intake[unheard]
        reference = np.fmax(now[:, _REFERENCE], x[:, catalog.AMBIENT] - UNDER_AIR)
        return Usual(
            lagging[:, _COOLANT], lagging[:, _TOP], now[:, _SETTLED], lagging[:, _SOAK] + now[:, _AMISS],
            intake - reference, lagging[:, _RISE], now,
        )  # fmt: skip

    @staticmethod
    def _air(
        now: NDArray[np.float64],
        dt: Column,
        speed: Column,
        regime: NDArray[np.int8],
        unit_class: NDArray[np.int16],
    ) -> NDArray[np.int64]:
        """[n] the regime whose air each machine has, kept in `now`: one that stands has that of idling, however fast
        its engine turns, once it has stood for a while."""
        stands = (speed < _STANDS_BELOW[unit_class, regime]) | _STANDS[regime]
        stood = now[:, _STOOD]
        stood += dt
        stood *= stands
        air = regime.astype(np.int64)
        if some(stands):
            air = np.where(stands, np.where(stood < STANDS_S, now[:, _AIR], IDLE), air).astype(np.int64)
        now[:, _AIR] = air
        return air

    def learn(
        self,
        unit: NDArray[np.int64],
        dt: Column,
        coolant: Column,
        usual: Usual,
        regime: NDArray[np.int8],
        unit_class: NDArray[np.int16],
        cool: NDArray[np.bool_],
        fresh: NDArray[np.bool_],
        calm: NDArray[np.bool_],
    ) -> None:
        """Let the n samples just taken teach: `cool` and `fresh` [n] whether coolant and intake air are those of an
        engine that runs, of a sound sample, and speak of no fault; `calm` [n] whether intake air speaks of none."""
        now = usual.present
        air, peak = now[:, _AIR].astype(np.int64), now[:, _PEAK]
        y, harmless = np.stack((coolant, usual.rise), axis=1), np.stack((cool, fresh), axis=1)
        if not every(harmless):
            peak[~harmless] = -np.inf
        over = y < peak - BACK
        moves = (y > peak) & harmless | over
        if some(moves):
            if some(over):
                self._commit(unit, unit_class, peak, now[:, _WHERE], over)
            now[:, _WHERE] = np.where(moves, air[:, None], now[:, _WHERE])
            np.copyto(peak, y, where=moves)
        self._learned[unit, air, 2] += dt * cool
        heard, reference = now[:, _HEARD], now[:, _REFERENCE]
        memory = np.minimum(heard + 1e-9, INTAKE_S)  # a plain mean at first
        off = regime >= OFF
        if some(off):
            memory[off] = np.minimum(memory[off], SOAKS_S)
        if not every(calm):
            memory[~calm] = HELD_S
        read = np.isfinite(usual.rise)
        np.subtract(reference, usual.rise * np.expm1(dt / -memory), out=reference, where=read)
        heard += np.maximum(dt, 1.0) * read
        self._now[unit] = now

    def _commit(
        self,
        unit: NDArray[np.int64],
        unit_class: NDArray[np.int16],
        peak: NDArray[np.float64],
        where: NDArray[np.float64],
        over: NDArray[np.bool_],
    ) -> None:
        """Learn excursions that are over [n, 2]: of a regime that is not known yet as they were, else by a step."""
        row, quantity = over.nonzero()
        place = unit[row], where[row, quantity].astype(np.int64)
        known = self._learned[place]
        before = known[np.arange(len(row)), quantity]
        top = np.minimum(peak[row, quantity], _MOST[unit_class[row], quantity])
        most = np.where((before > 0.0) & (known[:, 2] >= KNOWN_S), before + STEP, np.inf)
        self._learned[*place, quantity] = np.maximum(before, np.minimum(top, most))
