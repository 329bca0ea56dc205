"""Observations to verdicts: one call judges at most one message of each unit, all in event time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.machines.masks import some
from connected_ops.machines.unit_class import CLASSES
from connected_ops.validation import cadence, coolant, doubt, signal_rules
from connected_ops.validation.known import (
    CADENCE,
    CLOCK,
    GAPS,
    NEWEST,
    RAGGED,
    SEEN,
    SENT,
    USUAL,
    VALUE,
    Known,
    learn_cadence,
    remember,
)
from connected_ops.validation.rules import BIT, KINDS, NEEDS_REVIEW, VALID, WIDTH, Fired
from connected_ops.validation.running import Engine, awake

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_MOVING = [catalog.RPM, catalog.SPEED, catalog.LOAD]
_WARN = np.array(
    [[np.nan if (limits := row.limits(key))[0] is None else limits[0] for key in catalog.KEYS] for row in CLASSES]
)
_NONE = np.zeros(catalog.COUNT, dtype=bool)
_NAMED = np.uint16(sum(int(BIT[kind.key]) for kind in KINDS if kind.withholds) | int(BIT["rate_of_change"]))


@dataclass(frozen=True, slots=True)
class Judged:
    """For n messages: `verdict` [n], `fired` [n, signals + 1] bits of rules, `x` [n, signals] what the indicators may
    read of them (NaN: nothing; of a doubted sensor its median), `doubted` [n, signals] where that is a doubted
    sensor's, `speaks` [n, signals] where a value came that a machine can have, believed or not, `counts` [n, signals]
    where what fired speaks of the sensor (around the key it does not), `teaches` [n] whether a baseline may learn from
    the message at all, `hold` [n, signals] seconds for which a value stands."""

    verdict: NDArray[np.uint8]
    fired: Fired
    x: Floats
    doubted: Mask
    speaks: Mask
    counts: Mask
    teaches: Mask
    hold: Floats


def judge(
    known: Known, unit: NDArray[np.int64], unit_class: NDArray[np.int16], ts: Floats, x: Floats, sent: Mask, held: Mask
) -> Judged:
    """Judge n messages of n different units by what is `known` of them, and remember them there.

    `unit` [n] places, `unit_class` [n], `ts` [n] Unix s, none older than its signals' newest; of the first signals `x`
    [n, signals] in payload units, NaN where absent or not available; `sent` [n, signals] where something came,
    if only a code for "not available"; `held` [n, signals] sensors that stand in doubt by their episodes.
    """
    width = x.shape[1]
    s, u = known.gather(unit, width)
    at = ts[:, None]
    fired = np.zeros((len(unit), WIDTH), dtype=np.uint16)
    step = np.maximum(ts - u[:, NEWEST], 0.0)
    step[step == np.inf] = 0.0
    u[:, CLOCK] += cadence.heard(step, u[:, USUAL])
    u[:, USUAL] = cadence.usual(step, u[:, USUAL])
    engine = Engine(s, u, ts, x)
    x = awake(u, x, engine)
    present = np.isfinite(x)
    dt = at - s[:, SEEN]
    out = signal_rules.outside(x)
    if out is None:
        signal_rules.nothing_odd(s, present)
        counts, dead, opened = np.ones(x.shape, dtype=bool), np.zeros(x.shape, dtype=bool), _NONE[:width]
    else:
        counts = signal_rules.counts(s, at, present, out, engine)
        x, present, dead, opened = signal_rules.impossible(s, x, dt, out, counts, engine, fired)
    usable = present & ~dead & ~opened
    doubted, fallen = signal_rules.jumps(s, at, np.where(usable, x, np.nan), dt, fired)
    changed = x != s[:, VALUE]
    moving = np.where(present[:, _MOVING], x[:, _MOVING], s[:, VALUE][:, _MOVING])
    stuck = signal_rules.stuck(s, at, x, moving, changed)
    if some(stuck):
        signal_rules.fire(fired, "stuck", stuck)
        dead |= stuck & ~(x >= _WARN[unit_class, :width])  # what is stuck above a warning may be true
        doubted |= stuck
    clock = u[:, CLOCK, None]
    signal_rules.missing(s, clock, sent, engine, fired)
    dead[:, catalog.COOLANT] |= coolant.judge(s, u, ts, np.where(usable, x, np.nan), engine, fired)
    signal_rules.meter(u, ts, np.where(usable[:, catalog.HOURS], x[:, catalog.HOURS], np.nan), dead, fired)
    usable = present & ~dead & ~opened
    doubted = (doubted | held) & usable
    middle, believed = known.doubts.read(unit, ts, x, doubted, usable & ~doubted)
    withheld = doubted
    if some(doubted):
        believed &= (~engine.fitted | (engine.runs & engine.ran))[:, None] & doubt.READ[:width]
        believed[fallen, catalog.COOLANT] = False
        withheld = doubted & ~believed
        signal_rules.fire(fired, "doubted", withheld & ((fired[:, :width] & _NAMED) == 0))
    trusted = np.where(usable & ~withheld, middle, np.nan)
    learn_cadence(s, sent, clock)
    np.copyto(s[:, SENT], at, where=sent)
    remember(s, u, ts, x, present, usable, moving, changed)
    hold = cadence.hold(s[:, CADENCE], s[:, RAGGED], s[:, GAPS])
    known.keep(unit, s, u)
    usable[fallen, catalog.COOLANT] = False  # no running engine gets there at once
    verdict = np.where(fired.any(axis=1), np.uint8(NEEDS_REVIEW), np.uint8(VALID))
    return Judged(verdict, fired, trusted, believed, usable, counts, (verdict == VALID) & ~held.any(axis=1), hold)
