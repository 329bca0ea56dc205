"""Coolant whose figure no running engine can have: °C sent as °F, far below the air around it, or frozen."""

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.machines.masks import some
from connected_ops.validation.known import BELOW_SINCE, CELSIUS, HOTTEST, NEWEST, RISEN, RUN_SINCE, SAME_SINCE, VALUE
from connected_ops.validation.rules import BIT, Fired
from connected_ops.validation.running import ASLEEP_S, Engine

Floats = NDArray[np.float64]

CELSIUS_AFTER_S = 900.0
SETTLED_F, SETTLED_S = 2.0, 300.0  # coolant that rises no more than this in that time has found its level
CELSIUS_RANGE = (60.0, 118.0)  # 16 to 48 °C would be a stone-cold engine; 60 to 118 read as °C is a working one
BELOW_AIR_F, BELOW_AIR_S = 25.0, 120.0  # coolant so far under the air, for so long with the engine running


def judge(s: Floats, u: Floats, ts: Floats, x: Floats, engine: Engine, fired: Fired) -> NDArray[np.bool_]:
    """[n] such coolant, of n messages at `ts` with usable values `x` [n, signals] (NaN: none). What is known of their
    signals `s` and units `u` is brought up to date, and `fired` [n, signals + 1]."""
    coolant = x[:, catalog.COOLANT]
    since, hottest = u[:, RUN_SINCE], u[:, HOTTEST]
    starts = ~engine.runs | ~np.isfinite(since) | (ts - u[:, NEWEST] > ASLEEP_S)
    rises = starts | ~np.isfinite(hottest) | (coolant > hottest + SETTLED_F)
    u[:, RUN_SINCE] = since = np.where(starts, ts, since)
    u[:, HOTTEST] = hottest = np.where(rises & np.isfinite(coolant) | starts, coolant, hottest)
    u[:, RISEN] = risen = np.where(rises, ts, u[:, RISEN])
    below_since = u[:, BELOW_SINCE]
    cold = coolant <= CELSIUS_RANGE[1]
    if not (some(cold) or some(np.isfinite(below_since)) or some(u[:, CELSIUS])):
        return np.zeros(len(ts), dtype=bool)
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
        if some(where):
            fired[where, catalog.COOLANT] |= BIT[kind]
    return celsius | frozen | under


def _newest(x: Floats, s: Floats, signal: int) -> Floats:
    """[n] a signal's value in the message, else the one before."""
    return np.where(np.isfinite(x[:, signal]), x[:, signal], s[:, VALUE, signal])
