"""Observations to verdicts: one call judges at most one message of each unit, all in event time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.telemetry import catalog
from connected_ops.telemetry.catalog import SIGNALS
from connected_ops.telemetry.unit_class import CLASSES
from connected_ops.validation import cadence, doubt, hours
from connected_ops.validation.known import (
    ANCHOR_LOAD,
    ANCHOR_RPM,
    ANCHOR_SPEED,
    BELOW_SINCE,
    CADENCE,
    CELSIUS,
    CLOCK,
    DOUBT_UNTIL,
    GAPS,
    HEARD,
    HOTTEST,
    LEVEL,
    NEWEST,
    ODD_SINCE,
    OPEN,
    RAGGED,
    RAN_AT,
    RISEN,
    RUN_SINCE,
    SAME_COUNT,
    SAME_SINCE,
    SEEN,
    USUAL,
    VALUE,
    Known,
    learn_cadence,
    remember,
)
from connected_ops.validation.rules import BIT, KINDS, NEEDS_REVIEW, VALID, WIDTH, Fired

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

STUCK_S = 60.0
STUCK_SAMPLES = 5
LOAD_MOVES = 15.0  # % of load
SPEED_MOVES = 8.0  # mph
RPM_MOVES, RPM_MOVES_FAR = 0.15, 0.20  # of itself: what changes a load or a shake; what no held road speed survives
SATURATED_PCT = 99.0  # full load on a climb stands to the digit, as none does on the way down
RATE_GAP_S = 60.0  # after a longer gap a difference says nothing about a rate
BACK_TO_LEVEL = 15.0  # °F within which a value in doubt counts as back
CELSIUS_AFTER_S = 900.0
SETTLED_F, SETTLED_S = 2.0, 300.0  # coolant that rises no more than this in that time has found its level
OPEN_F = -39.5  # an open circuit reads the low end of the scale, -40
FELL_F, FELL_S = 40.0, 600.0  # no weather falls so far in that time
COLD_F, FALLEN_S = 140.0, 3600.0  # coolant of an engine that runs does not fall so low at once
ARCTIC_F = -25.0  # where air of -40 may be true
CELSIUS_RANGE = (60.0, 118.0)  # 16 to 48 °C would be a stone-cold engine; 60 to 118 read as °C is a working one
BELOW_AIR_F, BELOW_AIR_S = 25.0, 120.0  # coolant so far under the air, for so long with the engine running
RUNS_RPM = 300.0
ASLEEP_S = 600.0  # an engine that has not run for so long heats nothing: a doubted value of it opens nothing

_LOW = np.array([s.sensor_low for s in SIGNALS])
_HIGH = np.array([s.sensor_high for s in SIGNALS])
_PLAUSIBLE_LOW = np.array([s.plausible_low for s in SIGNALS])
_PLAUSIBLE_HIGH = np.array([s.plausible_high for s in SIGNALS])
_RATE = np.array([s.max_rate for s in SIGNALS])
_DOUBT_S = np.array([s.jump_doubt_s for s in SIGNALS])
_STUCK = np.array([s.stuck for s in SIGNALS])
_COLUMN = np.arange(catalog.COUNT)
_CIRCUIT = np.isin(_COLUMN, (catalog.COOLANT, catalog.INTAKE, catalog.AMBIENT))
_COOLANT, _SHAKE = _COLUMN == catalog.COOLANT, np.isin(_COLUMN, (catalog.VIBRATION, catalog.VIBRATION_RMS))
_MOVING = [catalog.RPM, catalog.SPEED, catalog.LOAD]
_WARN = np.array(
    [[np.nan if (limits := row.limits(key))[0] is None else limits[0] for key in catalog.KEYS] for row in CLASSES]
)
_NAMED = np.uint16(sum(int(BIT[kind.key]) for kind in KINDS if kind.withholds) | int(BIT["rate_of_change"]))


@dataclass(frozen=True, slots=True)
class Judged:
    """For n messages: `verdict` [n], `fired` [n, signals + 1] bits of rules, `x` [n, signals] what the indicators may
    read of them (NaN: nothing; of a doubted sensor its median), `doubted` [n, signals] where that is a doubted
    sensor's, `counts` [n, signals] where what fired speaks of the sensor (around the key it does not), `teaches` [n]
    whether a baseline may learn from the message at all, `hold` [n, signals] seconds for which a value stands."""

    verdict: NDArray[np.uint8]
    fired: Fired
    x: Floats
    doubted: Mask
    counts: Mask
    teaches: Mask
    hold: Floats


def judge(
    known: Known,
    unit: NDArray[np.int64],
    unit_class: NDArray[np.int8],
    ts: Floats,
    x: Floats,
    sent: Mask,
    held: Mask,
) -> Judged:
    """Judge n messages of n different units by what is `known` of them, and remember them there.

    `unit` [n] places, `unit_class` [n], `ts` [n] Unix seconds, no message older than its signals' newest; `x`
    [n, signals] in payload units, NaN where absent or not available; `sent` [n, signals] where something came,
    if only a code for "not available"; `held` [n, signals] sensors that stand in doubt by their episodes.
    """
    s, u = known.gather(unit)
    at = ts[:, None]
    fired = np.zeros((len(unit), WIDTH), dtype=np.uint16)
    step = np.where(u[:, NEWEST] > -np.inf, np.maximum(ts - u[:, NEWEST], 0.0), 0.0)
    u[:, CLOCK] += cadence.heard(step, u[:, USUAL])
    u[:, USUAL] = cadence.usual(step, u[:, USUAL])
    engine = _Engine(s, u, ts, x)
    x = _asleep(u, x, engine)
    present = np.isfinite(x)
    dt = at - s[:, SEEN]
    beyond = (x < _LOW) | (x > _HIGH)
    dead = beyond | (x < _PLAUSIBLE_LOW) | (x > _PLAUSIBLE_HIGH)
    ends = _CIRCUIT & (x <= OPEN_F) & ~beyond
    counts = _odd(s, at, present, dead | ends, engine)
    if counts is None:
        counts = np.ones(x.shape, dtype=bool)
        opened = _no_circuits(s, present)
    else:
        x, present, dead, opened = _dead(s, x, dt, beyond, dead, ends, counts, engine, fired)
    usable = present & ~dead & ~opened
    doubted, fallen = _jumps(s, at, np.where(usable, x, np.nan), dt, fired)
    changed = x != s[:, VALUE]
    moving = np.where(present[:, _MOVING], x[:, _MOVING], s[:, VALUE][:, _MOVING])
    stuck = _stuck(s, at, x, moving, changed, u)
    if stuck.any():
        _fire(fired, "stuck", stuck)
        dead |= stuck & ~(x >= _WARN[unit_class])  # what is stuck above a warning may be true
        doubted |= stuck
    clock = u[:, CLOCK, None]
    _missing(s, clock, sent, engine, fired)
    dead |= _coolant(u, ts, np.where(usable, x, np.nan), s, engine, fired) & _COOLANT
    _hours(u, ts, np.where(usable[:, catalog.HOURS], x[:, catalog.HOURS], np.nan), dead, fired)
    usable = present & ~dead & ~opened
    doubted = (doubted | held) & usable
    middle, believed = known.doubts.read(unit, ts, x, doubted, usable & ~doubted)
    withheld = doubted
    if doubted.any():
        believed &= (~engine.fitted | (engine.runs & engine.ran))[:, None] & doubt.READ
        believed[fallen, catalog.COOLANT] = False
        withheld = doubted & ~believed
        _fire(fired, "doubted", withheld & ((fired[:, : catalog.COUNT] & _NAMED) == 0))
    trusted = np.where(usable & ~withheld, middle, np.nan)
    learn_cadence(s, sent, clock)
    remember(s, u, ts, x, present, usable, moving, changed)
    hold = cadence.hold(s[:, CADENCE], s[:, RAGGED], s[:, GAPS])
    known.keep(unit, s, u)
    verdict = np.where(fired.any(axis=1), np.uint8(NEEDS_REVIEW), np.uint8(VALID))
    return Judged(verdict, fired, trusted, believed, counts, (verdict == VALID) & ~held.any(axis=1), hold)


class _Engine:
    """What n messages and what came before tell of the engine: [n] `fitted` whether its speed is ever sent, `heard`
    when that came last, `runs` whether it turns, `ran` whether it did in the last ten minutes."""

    __slots__ = ("fitted", "heard", "ran", "runs")

    def __init__(self, s: Floats, u: Floats, ts: Floats, x: Floats) -> None:
        rpm, before = x[:, catalog.RPM], s[:, VALUE, catalog.RPM]
        now = np.isfinite(rpm) & (rpm <= _HIGH[catalog.RPM])
        self.heard = np.where(now, ts, s[:, SEEN, catalog.RPM])
        self.fitted = self.heard > -np.inf
        fresh = ts - self.heard <= cadence.hold(
            s[:, CADENCE, catalog.RPM], s[:, RAGGED, catalog.RPM], s[:, GAPS, catalog.RPM]
        )
        self.runs = (np.where(now, rpm, before) > RUNS_RPM) & fresh
        self.ran = ts - u[:, RAN_AT] < ASLEEP_S
        u[:, RAN_AT] = np.where(self.runs, ts, u[:, RAN_AT])


def _fire(fired: Fired, kind: str, where: Mask) -> None:
    fired[:, : catalog.COUNT] |= np.where(where, BIT[kind], np.uint16(0))


def _asleep(u: Floats, x: Floats, engine: _Engine) -> Floats:
    """An hour meter of 0 while the engine stands is a controller that sleeps."""
    zero = (x[:, catalog.HOURS] == 0.0) & (u[:, hours.READING] > 1.0) & engine.fitted & ~engine.runs
    if zero.any():
        x = x.copy()
        x[zero, catalog.HOURS] = np.nan
    return x


def _odd(s: Floats, at: Floats, present: Mask, odd: Mask, engine: _Engine) -> Mask | None:
    """[n, signals] where an impossible value speaks of its sensor: only once the engine was heard to run since it
    began, for a controller that falls asleep or wakes says anything. None where nothing is odd."""
    began = s[:, ODD_SINCE]
    if not odd.any():
        if np.isfinite(began).any():
            s[:, ODD_SINCE] = np.where(present, np.nan, began)
        return None
    began = np.where(odd, np.fmin(began, at), np.where(present, np.nan, began))
    s[:, ODD_SINCE] = began
    awake = engine.runs[:, None] & (engine.heard[:, None] >= began)
    return np.where(odd, awake | ~engine.fitted[:, None], True)


def _no_circuits(s: Floats, present: Mask) -> Mask:
    """[n, signals] that no circuit is open any more."""
    if s[:, OPEN].any():
        s[:, OPEN] = np.where(present, 0.0, s[:, OPEN])
    return np.zeros(present.shape, dtype=bool)


def _dead(s, x, dt, beyond, dead, ends, counts, engine, fired) -> tuple[Floats, Mask, Mask, Mask]:
    """Values that no sensor of a running machine sends: named where they speak of it, else taken as not available.
    Returns the values, where there are any, which of them are dead and which circuits are open."""
    was = s[:, OPEN] > 0.0
    fell = (s[:, VALUE] - x >= FELL_F) & (dt <= FELL_S)
    warm_air = ~(x[:, catalog.AMBIENT] <= ARCTIC_F)
    cannot = (engine.runs & warm_air)[:, None] & (_COLUMN != catalog.AMBIENT)
    circuit = ends & (was | fell | cannot)
    opened = circuit & counts
    quiet = (circuit | (dead & ~beyond)) & ~counts
    if quiet.any():
        x = np.where(quiet, np.nan, x)
        dead = dead & ~quiet
    present = np.isfinite(x)
    s[:, OPEN] = np.where(present, opened, s[:, OPEN])
    _fire(fired, "sensor_range", beyond)
    _fire(fired, "implausible", dead & ~beyond)
    _fire(fired, "open_circuit", opened)
    return x, present, dead, opened


def _jumps(s, at, x, dt, fired) -> tuple[Mask, NDArray[np.bool_]]:
    """[n, signals] whether a jump leaves a value in doubt, and [n] coolant that fell to where no running engine gets at
    once. What changes faster than its signal can is named; a jump of coolant up may be true."""
    before, until = s[:, VALUE], s[:, DOUBT_UNTIL]
    jump = (np.abs(x - before) > _RATE * np.maximum(dt, 1.0)) & (dt < RATE_GAP_S)
    doubted = at < until
    if not (jump.any() or doubted.any()):
        return jump, jump[:, catalog.COOLANT]
    coolant = x[:, catalog.COOLANT]
    back = np.abs(x - s[:, LEVEL]) <= BACK_TO_LEVEL
    back[:, catalog.COOLANT] |= coolant >= COLD_F
    starts = jump & ~doubted
    s[:, LEVEL] = np.where(starts, before, s[:, LEVEL])
    lasts = np.where(_COOLANT & (x < COLD_F) & (before - x >= FELL_F), FALLEN_S, _DOUBT_S)
    until = np.where(starts, at + lasts, until)
    s[:, DOUBT_UNTIL] = np.where(doubted & back, -np.inf, until)
    found = starts | (doubted & ~back & np.isfinite(x))
    _fire(fired, "rate_of_change", found)
    fallen = found[:, catalog.COOLANT] & (coolant < COLD_F)
    withheld = found & (_DOUBT_S > 0.0)
    withheld[:, catalog.COOLANT] |= fallen
    return withheld, fallen


def _stuck(s, at, x, moving, changed, u) -> Mask:
    """The same value to the last digit for a minute, while what drives it moved: vehicle speed drives an engine's,
    engine speed drives load, shake and, far enough, vehicle speed. A governed engine keeps its speed under any load, a
    machine may stand at 0, and full load lasts a climb."""
    candidates = _STUCK & ~changed & (at - s[:, SAME_SINCE] >= STUCK_S) & (s[:, SAME_COUNT] >= STUCK_SAMPLES)
    if not candidates.any():
        return candidates
    rpm, speed, load = s[:, ANCHOR_RPM], s[:, ANCHOR_SPEED], s[:, ANCHOR_LOAD]
    turned = np.abs(moving[:, :1] - rpm) / np.maximum(rpm, 500.0)
    loaded = np.abs(moving[:, 2:] - load) > LOAD_MOVES
    hybrid = (moving[:, :1] < RUNS_RPM) | (rpm < RUNS_RPM)  # an engine that rests drives nothing
    driven = np.where(_COLUMN == catalog.SPEED, (turned > RPM_MOVES_FAR) & ~hybrid, turned > RPM_MOVES)
    driven[:, catalog.RPM] = np.abs(moving[:, 1] - speed[:, catalog.RPM]) > SPEED_MOVES
    works = moving[:, :1] > RUNS_RPM
    driven |= _SHAKE & loaded & works
    at_rest = (x == 0.0) & ~(_SHAKE & (driven & works))
    full = (_COLUMN == catalog.LOAD) & (x >= SATURATED_PCT)
    return candidates & driven & ~at_rest & ~full


def _missing(s, clock, sent, engine, fired) -> None:
    """What should have come again by its own cadence, of a running engine whose gateway sends other signals of it."""
    if sent.all():
        return
    age = clock - s[:, HEARD]
    late = cadence.missing(age, s[:, CADENCE], s[:, RAGGED], s[:, GAPS]) & ~sent
    if not late.any():
        return
    speed = (s[:, VALUE, catalog.SPEED] > 5.0) & ~late[:, catalog.SPEED]
    runs = engine.runs | (speed & (s[:, VALUE, catalog.RPM] > RUNS_RPM))
    _fire(fired, "missing", late & runs[:, None])


def _hours(u: Floats, ts: Floats, read: Floats, dead: Mask, fired: Fired) -> None:
    """Judge the hour meter's readings [n]; those that cannot be are dead."""
    fell, fast = hours.judge(u[:, : hours.PLANES], ts, read)
    if fell.any() or fast.any():
        fired[fell, catalog.HOURS] |= BIT["hours_fell"]
        fired[fast, catalog.HOURS] |= BIT["hours_too_fast"]
        dead[fell | fast, catalog.HOURS] = True


def _coolant(u, ts, x, s, engine, fired) -> Mask:
    """[n, 1] coolant whose figure no running engine can have: °C sent as °F, far below the air around it, or frozen."""
    coolant = x[:, catalog.COOLANT]
    since, hottest = u[:, RUN_SINCE], u[:, HOTTEST]
    starts = ~engine.runs | ~np.isfinite(since) | (ts - u[:, NEWEST] > ASLEEP_S)
    rises = starts | ~np.isfinite(hottest) | (coolant > hottest + SETTLED_F)
    u[:, RUN_SINCE] = since = np.where(starts, ts, since)
    u[:, HOTTEST] = hottest = np.where(rises & np.isfinite(coolant) | starts, coolant, hottest)
    u[:, RISEN] = risen = np.where(rises, ts, u[:, RISEN])
    below_since = u[:, BELOW_SINCE]
    cold = coolant <= CELSIUS_RANGE[1]
    if not (cold.any() or np.isfinite(below_since).any() or u[:, CELSIUS].any()):
        return np.zeros((len(ts), 1), dtype=bool)
    ran = ts - since
    settled = (ran >= CELSIUS_AFTER_S) & (ts - risen >= SETTLED_S) & (hottest <= CELSIUS_RANGE[1])
    suspected = (u[:, CELSIUS] > 0.0) & ~starts & ~(coolant > CELSIUS_RANGE[1])  # once it is, to the end of the run
    celsius = (cold & settled & (coolant >= CELSIUS_RANGE[0])) | (suspected & cold)
    u[:, CELSIUS] = suspected | celsius
    frozen = cold & settled & (coolant < CELSIUS_RANGE[0]) & (ts - s[:, SAME_SINCE, catalog.COOLANT] >= SETTLED_S)
    frozen &= coolant == s[:, VALUE, catalog.COOLANT]
    air = _newest(x, s, catalog.AMBIENT)
    warm = np.fmin(air, _newest(x, s, catalog.INTAKE) + BELOW_AIR_F)  # hot air that the intake contradicts is no air
    below = engine.runs & (coolant < warm - BELOW_AIR_F) & np.isfinite(air)
    u[:, BELOW_SINCE] = below_since = np.where(
        below, np.fmin(below_since, ts), np.where(np.isfinite(coolant), np.nan, below_since)
    )
    under = below & (ts - below_since >= BELOW_AIR_S)
    for kind, where in (("celsius_suspected", celsius), ("stuck", frozen), ("below_air", under)):
        if where.any():
            fired[where, catalog.COOLANT] |= BIT[kind]
    return (celsius | frozen | under)[:, None]


def _newest(x: Floats, s: Floats, signal: int) -> Floats:
    """[n] a signal's value in the message, else the one before."""
    return np.where(np.isfinite(x[:, signal]), x[:, signal], s[:, VALUE, signal])


def single(x: Floats) -> tuple[Fired, Mask]:
    """What a message shows by itself: `fired` [n, signals + 1] and [n, signals] what of it may be used."""
    fired = np.zeros((len(x), WIDTH), dtype=np.uint16)
    beyond = (x < _LOW) | (x > _HIGH)
    dead = beyond | (x < _PLAUSIBLE_LOW) | (x > _PLAUSIBLE_HIGH)
    _fire(fired, "sensor_range", beyond)
    _fire(fired, "implausible", dead & ~beyond)
    runs = (x[:, catalog.RPM] > RUNS_RPM) & ~(x[:, catalog.AMBIENT] <= ARCTIC_F)
    opened = _CIRCUIT & (_COLUMN != catalog.AMBIENT) & (x <= OPEN_F) & ~beyond & runs[:, None]
    _fire(fired, "open_circuit", opened)
    return fired, np.isfinite(x) & ~dead & ~opened
