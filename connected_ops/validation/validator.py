"""Samples to verdicts. State is arrays over the fleet; one call judges at most one sample of each unit, all in event
time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.telemetry import catalog
from connected_ops.telemetry.catalog import SIGNALS
from connected_ops.validation.rules import (
    CIRCUIT_BITS,
    CIRCUITS,
    KINDS,
    NEEDS_REVIEW,
    REJECTED,
    REJECTING,
    REVIEWING,
    RULES,
    SAMPLE_BIT,
    SIGNAL_BITS,
    VALID,
)

FUTURE_S = 300.0
STUCK_S = 60.0
STUCK_SAMPLES = 5
LOAD_MOVES = 15.0  # % of load that no engine takes without a digit of its speed
HOURS_STEP = 0.05 + 1e-6  # J1939 resolution: the counter may be one step ahead of the clock
NEW_BASE_S = 60.0
RATE_GAP_S = 60.0  # after a longer gap a difference says nothing about a rate
CADENCE_MAX_S = 30.0
BACK_TO_LEVEL = 15.0  # °F within which a value in doubt counts as back
CELSIUS_AFTER_S = 900.0
SETTLED_F, SETTLED_S = 2.0, 300.0  # coolant that rises no more than this in that time has found its level
OPEN_F = -39.5  # an open circuit reads the low end of the scale, -40
FELL_F, FELL_S = 40.0, 600.0  # no weather falls so far in that time
COLD_F, FALLEN_S = 140.0, 3600.0  # coolant of an engine that runs does not fall so low at once
ARCTIC_F = -25.0  # where air of -40 may be true
CELSIUS_RANGE = (60.0, 118.0)  # 16 to 48 °C would be a stone-cold engine; 60 to 118 read as °C is a working one

_LOW = np.array([s.sensor_low for s in SIGNALS])
_HIGH = np.array([s.sensor_high for s in SIGNALS])
_PLAUSIBLE_LOW = np.array([s.plausible_low for s in SIGNALS])
_PLAUSIBLE_HIGH = np.array([s.plausible_high for s in SIGNALS])
_RATE = np.array([s.max_rate for s in SIGNALS])
_DOUBT_S = np.array([s.jump_doubt_s for s in SIGNALS])
_STUCK = np.array([s.stuck for s in SIGNALS])
_NEVER_STEADY = np.isin(catalog.KEYS, ("engine_rpm", "vibration_score"))  # a cruise control keeps a speed on any hill
_FALLS, _SHAKES = (np.arange(catalog.COUNT) == signal for signal in (catalog.COOLANT, catalog.VIBRATION))
_WITHHOLDING = np.array([rule.withholds for rule in RULES[: len(KINDS) * catalog.COUNT]]).reshape(len(KINDS), -1)
_CIRCUITS = np.array(CIRCUITS)


@dataclass(frozen=True, slots=True)
class Judged:
    """For n samples: `verdict` [n], `fired` [n] bits of rules, `trusted` [n, signals] which values may reach the
    indicators, `teaches` [n] whether a baseline may learn from the sample at all."""

    verdict: NDArray[np.uint8]
    fired: NDArray[np.uint64]
    trusted: NDArray[np.bool_]
    teaches: NDArray[np.bool_]


# What is remembered of each signal of a unit, as planes of one array: a step then gathers once and writes back once.
VALUE, SEEN, CADENCE, LEVEL, DOUBT_UNTIL, SAME_SINCE, SAME_COUNT, ANCHOR_RPM, ANCHOR_SPEED, ANCHOR_LOAD, OPEN = range(
    11
)
_SIGNAL_START = np.array([np.nan, -np.inf, 0.0, np.nan, -np.inf, -np.inf, 0.0, np.nan, np.nan, np.nan, 0.0])

# And of the unit itself. HOURS_LEAST is the least of reading minus time: a true counter keeps near it.
NEWEST, HOURS, HOURS_LEAST, OTHER_SINCE, OTHER, OTHER_AT, RUN_SINCE, HOTTEST, RISEN = range(9)
_UNIT_START = np.array([-np.inf, *[np.nan] * 8])


class Validator:
    """What validation remembers of each unit: newest values and times per signal, doubts, and the hours counter."""

    def __init__(self, units: int) -> None:
        self._signals = np.empty((units, len(_SIGNAL_START), catalog.COUNT))
        self._units = np.empty((units, len(_UNIT_START)))
        self.clear(np.arange(units))

    @property
    def value(self) -> NDArray[np.float64]:
        """[units, signals] the newest value of each signal, NaN where none came."""
        return self._signals[:, VALUE]

    @property
    def newest(self) -> NDArray[np.float64]:
        """[units] the time of each unit's newest sample, -inf where it has none."""
        return self._units[:, NEWEST]

    def clear(self, units: NDArray[np.int64] | int) -> None:
        """Forget these units."""
        self._signals[units] = _SIGNAL_START[:, None]
        self._units[units] = _UNIT_START

    def judge(self, unit: NDArray[np.int64], ts: NDArray[np.float64], x: NDArray[np.float64], now: float) -> Judged:
        """Judge n samples of n different units, newer than what each sent before, and remember them.

        `unit` [n] places, `ts` [n] Unix seconds, `x` [n, signals] in payload units, `now` this server's Unix seconds.
        """
        beyond, implausible = _out_of_range(x)
        fired = np.where(ts > now + FUTURE_S, SAMPLE_BIT["future"], np.uint64(0))
        if beyond.any():
            fired |= beyond @ SIGNAL_BITS[: catalog.COUNT]
        known = self._units[unit]
        sound = fired == 0  # what is refused by itself says nothing about its unit: no state may see it
        if sound.all():
            fired |= _hours_rules(known, ts, x[:, catalog.HOURS])
        else:
            part = known[sound]
            fired[sound] |= _hours_rules(part, ts[sound], x[sound, catalog.HOURS])
            known[sound] = part
        sound = (fired & REJECTING) == 0
        if sound.all():
            judged = self._judge_sound(unit, ts, x, implausible, fired, known)
            self._units[unit] = known
            return judged
        judged = Judged(verdicts(fired), fired, np.zeros(x.shape, dtype=bool), np.zeros(len(unit), dtype=bool))
        if sound.any():
            mine = known[sound]
            part = self._judge_sound(unit[sound], ts[sound], x[sound], implausible[sound], fired[sound], mine)
            known[sound] = mine
            judged.verdict[sound], judged.fired[sound] = part.verdict, part.fired
            judged.trusted[sound], judged.teaches[sound] = part.trusted, part.teaches
        self._units[unit] = known
        return judged

    def _judge_sound(self, unit, ts, x, implausible, fired, known) -> Judged:
        """The rules that need a unit's past, for samples that no rule rejects."""
        s = self._signals[unit]
        present = np.isfinite(x)
        at = ts[:, None]
        dt = at - s[:, SEEN]
        moving = x[:, [catalog.RPM, catalog.SPEED, catalog.LOAD]]
        changed = x != s[:, VALUE]
        masks = np.empty((len(unit), len(KINDS), catalog.COUNT), dtype=bool)
        masks[:, 0] = False
        masks[:, 1] = implausible
        masks[:, 2], fallen = _jumps(s, at, x, dt)
        masks[:, 3] = _stuck(s, at, x, moving, changed)
        masks[:, 4] = ~present & (dt > 1.5 * s[:, CADENCE]) & (s[:, SEEN] > -np.inf)
        fired |= _celsius(known, ts, x)
        trusted = present
        opened = _open_circuits(s, x, dt)
        if opened is not None:
            masks[:, 2, _CIRCUITS] &= ~opened  # the jump to the end of the scale needs no second sentence
            fired |= opened @ CIRCUIT_BITS
        if masks.any():
            fired |= masks.reshape(len(unit), -1) @ SIGNAL_BITS
            trusted = present & ~(masks & _WITHHOLDING).any(axis=1)
        if fired.any():
            trusted = trusted.copy()
            trusted[:, catalog.COOLANT] &= ((fired & SAMPLE_BIT["celsius_suspected"]) == 0) & ~fallen
            trusted[:, catalog.HOURS] &= (fired & SAMPLE_BIT["hours_too_fast"]) == 0
        if opened is not None:
            trusted[:, _CIRCUITS] &= ~opened
        _remember(s, known, ts, x, present, dt, moving, changed)
        self._signals[unit] = s
        verdict = verdicts(fired)
        return Judged(verdict, fired, trusted, verdict == VALID)

    def judge_late(self, x: NDArray[np.float64]) -> NDArray[np.uint64]:
        """The bits for late samples: what a single sample shows by itself, and that it is late. Nothing is
        remembered."""
        masks = np.zeros((len(x), len(KINDS), catalog.COUNT), dtype=bool)
        masks[:, 0], masks[:, 1] = _out_of_range(x)
        opened = (x[:, _CIRCUITS] <= OPEN_F) & _cannot_be_so_cold(x)
        return (masks.reshape(len(x), -1) @ SIGNAL_BITS) | (opened @ CIRCUIT_BITS) | SAMPLE_BIT["late"]


def _jumps(s, at, x, dt) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """[n, signals] faster than the signal can change, or still in doubt after such a jump; and [n] coolant that fell to
    where no running engine gets at once, which is in doubt for long, while a jump up may be true."""
    before = s[:, VALUE]
    jump = (np.abs(x - before) > _RATE * np.maximum(dt, 1.0)) & (dt < RATE_GAP_S)
    doubted = at < s[:, DOUBT_UNTIL]
    if not (jump.any() or doubted.any()):
        return jump, jump[:, catalog.COOLANT]
    back = np.abs(x - s[:, LEVEL]) <= BACK_TO_LEVEL
    back[:, catalog.COOLANT] |= x[:, catalog.COOLANT] >= COLD_F
    starts = jump & ~doubted
    s[:, LEVEL] = np.where(starts, before, s[:, LEVEL])
    lasts = np.where(_FALLS & (x < COLD_F) & (before - x >= FELL_F), FALLEN_S, _DOUBT_S)
    until = np.where(starts, at + lasts, s[:, DOUBT_UNTIL])
    s[:, DOUBT_UNTIL] = np.where(doubted & back, -np.inf, until)
    found = starts | (doubted & ~back & np.isfinite(x))
    return found, found[:, catalog.COOLANT] & (x[:, catalog.COOLANT] < COLD_F)


def _open_circuits(s, x, dt) -> NDArray[np.bool_] | None:
    """[n, circuits] sensors at the low end of their scale that fell there at once, or cannot be so cold, until they
    read something else; None where there is nothing to it."""
    if not ((x <= OPEN_F).any() or s[:, OPEN].any()):
        return None
    end, was = x[:, _CIRCUITS] <= OPEN_F, s[:, OPEN, _CIRCUITS] > 0.0
    fell = (s[:, VALUE, _CIRCUITS] - x[:, _CIRCUITS] >= FELL_F) & (dt[:, _CIRCUITS] <= FELL_S)
    opened = end & (was | fell | _cannot_be_so_cold(x))
    s[:, OPEN, _CIRCUITS] = np.where(np.isnan(x[:, _CIRCUITS]), was, opened)
    return opened


def _cannot_be_so_cold(x) -> NDArray[np.bool_]:
    """[n, circuits] coolant and intake air of a running engine, unless the air outside is arctic; never that air."""
    running = (x[:, catalog.RPM] > 400) & ~(x[:, catalog.AMBIENT] <= ARCTIC_F)
    return running[:, None] & (_CIRCUITS != catalog.AMBIENT)


def _stuck(s, at, x, moving, changed) -> NDArray[np.bool_]:
    """The same value to the last digit for a minute, while engine speed, vehicle speed or load moved. An engine or a
    vehicle may stand at 0, but no engine carries a load at 0 rpm or shakes by 0 while it revs up."""
    candidates = _STUCK & ~changed & (at - s[:, SAME_SINCE] >= STUCK_S) & (s[:, SAME_COUNT] >= STUCK_SAMPLES)
    if not candidates.any():
        return candidates
    rpm, speed = s[:, ANCHOR_RPM], s[:, ANCHOR_SPEED]
    rpm_moved = np.abs(moving[:, :1] - rpm) > 0.15 * np.maximum(rpm, 500.0)
    speed_moved = np.abs(moving[:, 1:2] - speed) > 8.0
    load_moved = _NEVER_STEADY & (np.abs(moving[:, 2:] - s[:, ANCHOR_LOAD]) > LOAD_MOVES)
    works = (load_moved & (moving[:, 2:] > LOAD_MOVES)) | (_SHAKES & rpm_moved & (moving[:, :1] > 400))
    return candidates & np.where(x == 0, works, rpm_moved | speed_moved | load_moved)


def _hours_rules(known, ts, hours) -> NDArray[np.uint64]:
    """Hours that fall or outrun the clock, until a minute of them agree among themselves."""
    reading, least = known[:, HOURS], known[:, HOURS_LEAST]
    ahead = hours - ts / 3600.0
    fell = hours < reading - 1e-6
    fast = ahead > least + HOURS_STEP
    off = fell | fast
    bits = np.zeros(len(ts), dtype=np.uint64)
    since, other, other_at = known[:, OTHER_SINCE], known[:, OTHER], known[:, OTHER_AT]
    if off.any() or np.isfinite(other).any():
        agrees = off & (hours >= other - 1e-6) & (hours <= other + (ts - other_at) / 3600.0 + HOURS_STEP)
        since = np.where(agrees, since, ts)
        new_base = agrees & (ts - since >= NEW_BASE_S)
        least = np.where(new_base, np.nan, least)
        off &= ~new_base
        run = np.where(off[:, None], np.stack([since, hours, ts], axis=1), np.nan)
        heard = np.isfinite(hours)[:, None]
        known[:, OTHER_SINCE : OTHER_AT + 1] = np.where(heard, run, known[:, OTHER_SINCE : OTHER_AT + 1])
        bits[off & fell] = SAMPLE_BIT["hours_fell"]
        bits[off & fast] = SAMPLE_BIT["hours_too_fast"]
    take = np.isfinite(hours) & ~off
    known[:, HOURS] = np.where(take, hours, reading)
    known[:, HOURS_LEAST] = np.where(take, np.fmin(least, ahead), known[:, HOURS_LEAST])
    return bits


def _celsius(known, ts, x) -> NDArray[np.uint64]:
    """An engine that has run for a quarter of an hour and settled stone cold was probably sent in °C. One that still
    warms up, however slowly, is a cold start."""
    coolant = x[:, catalog.COOLANT]
    since, hottest = known[:, RUN_SINCE], known[:, HOTTEST]
    starts = ~(x[:, catalog.RPM] > 400) | ~np.isfinite(since) | (ts - known[:, NEWEST] > 600)
    rises = starts | ~np.isfinite(hottest) | (coolant > hottest + SETTLED_F)
    known[:, RUN_SINCE] = since = np.where(starts, ts, since)
    known[:, HOTTEST] = hottest = np.where(rises, coolant, hottest)
    known[:, RISEN] = risen = np.where(rises, ts, known[:, RISEN])
    cold = (hottest <= CELSIUS_RANGE[1]) & (coolant >= CELSIUS_RANGE[0])
    if not cold.any():
        return np.zeros(len(ts), dtype=np.uint64)
    settled = (ts - since >= CELSIUS_AFTER_S) & (ts - risen >= SETTLED_S)
    return np.where(settled & cold, SAMPLE_BIT["celsius_suspected"], np.uint64(0))


def _remember(s, known, ts, x, present, dt, moving, changed) -> None:
    """Write a sample into what is known of its signals `s` and its unit `known`."""
    at = ts[:, None]
    # Absence counts only where the unit itself did report in between.
    gap = np.where(known[:, NEWEST] > -np.inf, ts - known[:, NEWEST], np.inf)[:, None]
    cadence = s[:, CADENCE]
    learned = np.maximum(0.99 * cadence, np.where(dt > 1.5 * np.maximum(cadence, gap), dt, 0.0))
    s[:, CADENCE] = np.where(present & (dt < np.inf), np.minimum(learned, CADENCE_MAX_S), cadence)
    new = present & changed
    s[:, SAME_SINCE] = np.where(new, at, s[:, SAME_SINCE])
    s[:, SAME_COUNT] = np.where(new, 1.0, s[:, SAME_COUNT] + present)
    np.copyto(s[:, ANCHOR_RPM : ANCHOR_LOAD + 1], moving[:, :, None], where=new[:, None])
    s[:, VALUE] = np.where(present, x, s[:, VALUE])
    s[:, SEEN] = np.where(present, at, s[:, SEEN])
    known[:, NEWEST] = ts


def verdicts(fired: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """[n] the worst verdict among the rules that fired."""
    review = np.where((fired & REVIEWING) != 0, np.uint8(NEEDS_REVIEW), np.uint8(VALID))
    return np.where((fired & REJECTING) != 0, np.uint8(REJECTED), review)


def _out_of_range(x: NDArray[np.float64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """[n, signals] beyond the sensor, and beyond what a running machine shows (NaN is neither)."""
    beyond = (x < _LOW) | (x > _HIGH)
    return beyond, ~beyond & ((x < _PLAUSIBLE_LOW) | (x > _PLAUSIBLE_HIGH))
