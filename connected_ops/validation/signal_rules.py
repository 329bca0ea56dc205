"""When the rules about a signal fire, a function each: of n messages of n units, `s` [n, planes, signals] and `u`
[n, planes] are what is known of their signals and of them, `x` [n, signals] the values (NaN: none), and `fired`
[n, signals + 1] takes the bits. What is known and `fired` are brought up to date in place."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.machines.catalog import SIGNALS
from connected_ops.machines.masks import every, some
from connected_ops.validation import cadence, hours
from connected_ops.validation.known import (
    ANCHOR_LOAD,
    ANCHOR_RPM,
    ANCHOR_SPEED,
    CADENCE,
    DOUBT_UNTIL,
    GAPS,
    HEARD,
    LEVEL,
    ODD_SINCE,
    OPEN,
    RAGGED,
    SAME_COUNT,
    SAME_SINCE,
    VALUE,
)
from connected_ops.validation.rules import BIT, WIDTH, Fired
from connected_ops.validation.running import RUNS_RPM, Engine

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
OPEN_F = -39.5  # an open circuit reads the low end of the scale, -40
FELL_F, FELL_S = 40.0, 600.0  # no weather falls so far in that time
COLD_F, FALLEN_S = 140.0, 3600.0  # coolant of an engine that runs does not fall so low at once
ARCTIC_F = -25.0  # where air of -40 may be true


class Limits(NamedTuple):
    """Of the catalogue's first signals, [signals] each, what their rows say; `ends` where a temperature's scale ends at
    the low side (-inf: elsewhere that says nothing)."""

    low: Floats
    high: Floats
    plausible_low: Floats
    plausible_high: Floats
    rate: Floats
    doubt_s: Floats
    sticks: Mask
    ends: Floats
    coolant: Mask
    speed: Mask
    load: Mask
    ambient: Mask
    shake: Mask


@cache
def limits(width: int) -> Limits:
    """The limits of the catalogue's first `width` signals."""
    rows, column = SIGNALS[:width], np.arange(width)
    circuit = np.isin(column, (catalog.COOLANT, catalog.INTAKE, catalog.AMBIENT))
    return Limits(
        low=np.array([row.sensor_low for row in rows]),
        high=np.array([row.sensor_high for row in rows]),
        plausible_low=np.array([row.plausible_low for row in rows]),
        plausible_high=np.array([row.plausible_high for row in rows]),
        rate=np.array([row.max_rate for row in rows]),
        doubt_s=np.array([row.jump_doubt_s for row in rows]),
        sticks=np.array([row.stuck for row in rows]),
        ends=np.where(circuit, OPEN_F, -np.inf),
        coolant=column == catalog.COOLANT,
        speed=column == catalog.SPEED,
        load=column == catalog.LOAD,
        ambient=column == catalog.AMBIENT,
        shake=np.isin(column, (catalog.VIBRATION, catalog.VIBRATION_RMS)),
    )


class Outside(NamedTuple):
    """[n, signals] each: values `beyond` their sensor, values that are `dead`, which are those and all that no running
    machine shows, and `ends`, which stand at the low end of a temperature's scale."""

    beyond: Mask
    dead: Mask
    ends: Mask


def outside(x: Floats) -> Outside | None:
    """What of n messages lies outside the signals' limits; None where nothing does."""
    limit = limits(x.shape[1])
    dead = (x < limit.plausible_low) | (x > limit.plausible_high)  # which lie within what the sensor can report
    ends = x <= limit.ends
    if not (some(dead) or some(ends)):
        return None
    beyond = (x < limit.low) | (x > limit.high)
    return Outside(beyond, dead, ends & ~beyond)


def fire(fired: Fired, kind: str, where: Mask) -> None:
    """Note that a kind of rule fired on signals, `where` [n, signals]."""
    fired[:, : where.shape[1]] |= np.where(where, BIT[kind], np.uint16(0))


def counts(s: Floats, at: Floats, present: Mask, out: Outside, engine: Engine) -> Mask:
    """[n, signals] where an impossible value speaks of its sensor: only once the engine was heard to run since it
    began, for a controller that falls asleep or wakes says anything."""
    began, odd = s[:, ODD_SINCE], out.dead | out.ends
    began = np.where(odd, np.fmin(began, at), np.where(present, np.nan, began))
    s[:, ODD_SINCE] = began
    awake = engine.runs[:, None] & (engine.heard[:, None] >= began)
    return np.where(odd, awake | ~engine.fitted[:, None], True)


def nothing_odd(s: Floats, present: Mask) -> None:
    """Of what came nothing is odd, and no circuit open, any more."""
    np.copyto(s[:, ODD_SINCE], np.nan, where=present)
    np.copyto(s[:, OPEN], 0.0, where=present)


def impossible(
    s: Floats, x: Floats, dt: Floats, out: Outside, counts: Mask, engine: Engine, fired: Fired
) -> tuple[Floats, Mask, Mask, Mask]:
    """Values that no sensor of a running machine sends, `dt` seconds after those before: named where they speak of it
    (`counts`), else taken as not available. Returns the values, where there are any, which of them are dead and which
    circuits are open."""
    beyond, dead, ends = out
    was = s[:, OPEN] > 0.0
    fell = (s[:, VALUE] - x >= FELL_F) & (dt <= FELL_S)
    warm_air = ~(x[:, catalog.AMBIENT] <= ARCTIC_F)
    cannot = (engine.runs & warm_air)[:, None] & ~limits(x.shape[1]).ambient
    circuit = ends & (was | fell | cannot)
    opened = circuit & counts
    quiet = (circuit | (dead & ~beyond)) & ~counts
    if some(quiet):
        x = np.where(quiet, np.nan, x)
        dead = dead & ~quiet
    present = np.isfinite(x)
    s[:, OPEN] = np.where(present, opened, s[:, OPEN])
    fire(fired, "sensor_range", beyond)
    fire(fired, "implausible", dead & ~beyond)
    fire(fired, "open_circuit", opened)
    return x, present, dead, opened


def jumps(s: Floats, at: Floats, x: Floats, dt: Floats, fired: Fired) -> tuple[Mask, NDArray[np.bool_]]:
    """[n, signals] whether a jump leaves a value in doubt, and [n] coolant that fell to where no running engine gets at
    once. What changes faster than its signal can is named; a jump of coolant up may be true."""
    limit, before, until = limits(x.shape[1]), s[:, VALUE], s[:, DOUBT_UNTIL]
    jump = (np.abs(x - before) > limit.rate * np.maximum(dt, 1.0)) & (dt < RATE_GAP_S)
    doubted = at < until
    if not (some(jump) or some(doubted)):
        return jump, jump[:, catalog.COOLANT]
    coolant = x[:, catalog.COOLANT]
    back = np.abs(x - s[:, LEVEL]) <= BACK_TO_LEVEL
    back[:, catalog.COOLANT] |= coolant >= COLD_F
    starts = jump & ~doubted
    s[:, LEVEL] = np.where(starts, before, s[:, LEVEL])
    lasts = np.where(limit.coolant & (x < COLD_F) & (before - x >= FELL_F), FALLEN_S, limit.doubt_s)
    until = np.where(starts, at + lasts, until)
    s[:, DOUBT_UNTIL] = np.where(doubted & back, -np.inf, until)
    found = starts | (doubted & ~back & np.isfinite(x))
    fire(fired, "rate_of_change", found)
    fallen = found[:, catalog.COOLANT] & (coolant < COLD_F)
    withheld = found & (limit.doubt_s > 0.0)
    withheld[:, catalog.COOLANT] |= fallen
    return withheld, fallen


def stuck(s: Floats, at: Floats, x: Floats, moving: Floats, changed: Mask) -> Mask:
    """The same value to the last digit for a minute, while what drives it moved: vehicle speed drives an engine's,
    engine speed drives load, shake and, far enough, vehicle speed. A governed engine keeps its speed under any load, a
    machine may stand at 0, and full load lasts a climb. `moving` [n, 3] is engine speed, vehicle speed and load."""
    limit = limits(x.shape[1])
    candidates = limit.sticks & ~changed & (at - s[:, SAME_SINCE] >= STUCK_S) & (s[:, SAME_COUNT] >= STUCK_SAMPLES)
    if not some(candidates):
        return candidates
    rpm, speed, load = s[:, ANCHOR_RPM], s[:, ANCHOR_SPEED], s[:, ANCHOR_LOAD]
    turned = np.abs(moving[:, :1] - rpm) / np.maximum(rpm, 500.0)
    loaded = np.abs(moving[:, 2:] - load) > LOAD_MOVES
    hybrid = (moving[:, :1] < RUNS_RPM) | (rpm < RUNS_RPM)  # an engine that rests drives nothing
    driven = np.where(limit.speed, (turned > RPM_MOVES_FAR) & ~hybrid, turned > RPM_MOVES)
    driven[:, catalog.RPM] = np.abs(moving[:, 1] - speed[:, catalog.RPM]) > SPEED_MOVES
    works = moving[:, :1] > RUNS_RPM
    driven |= limit.shake & loaded & works
    at_rest = (x == 0.0) & ~(limit.shake & (driven & works))
    full = limit.load & (x >= SATURATED_PCT)
    return candidates & driven & ~at_rest & ~full


def missing(s: Floats, clock: Floats, sent: Mask, engine: Engine, fired: Fired) -> None:
    """What should have come again by its own cadence, of a running engine whose gateway sends other signals of it."""
    if every(sent):
        return
    age = clock - s[:, HEARD]
    late = cadence.missing(age, s[:, CADENCE], s[:, RAGGED], s[:, GAPS]) & ~sent
    if not some(late):
        return
    speed = (s[:, VALUE, catalog.SPEED] > 5.0) & ~late[:, catalog.SPEED]
    runs = engine.runs | (speed & (s[:, VALUE, catalog.RPM] > RUNS_RPM))
    fire(fired, "missing", late & runs[:, None])


def meter(u: Floats, ts: Floats, read: Floats, dead: Mask, fired: Fired) -> None:
    """Judge the hour meter's readings [n]; those that cannot be are dead."""
    fell, fast = hours.judge(u[:, : hours.PLANES], ts, read)
    if some(fell) or some(fast):
        fired[fell, catalog.HOURS] |= BIT["hours_fell"]
        fired[fast, catalog.HOURS] |= BIT["hours_too_fast"]
        dead[fell | fast, catalog.HOURS] = True


def single(x: Floats) -> tuple[Fired, Mask]:
    """What a message shows by itself: `fired` [n, signals + 1] and [n, signals] what of it may be used."""
    fired = np.zeros((len(x), WIDTH), dtype=np.uint16)
    out = outside(x)
    if out is None:
        return fired, np.isfinite(x)
    beyond, dead, ends = out
    fire(fired, "sensor_range", beyond)
    fire(fired, "implausible", dead & ~beyond)
    runs = (x[:, catalog.RPM] > RUNS_RPM) & ~(x[:, catalog.AMBIENT] <= ARCTIC_F)
    opened = ends & ~limits(x.shape[1]).ambient & runs[:, None]
    fire(fired, "open_circuit", opened)
    return fired, np.isfinite(x) & ~dead & ~opened
