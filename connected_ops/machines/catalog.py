"""The signals that a unit can send, in the order of every `[..., signal]` array, and the columns that play a role."""

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import signal
from connected_ops.machines.masks import some
from connected_ops.machines.signal import Signal

SIGNALS: tuple[Signal, ...] = signal.read()
KEYS: tuple[str, ...] = tuple(row.key for row in SIGNALS)
INDEX: dict[str, int] = {key: index for index, key in enumerate(KEYS)}
BY_KEY: dict[str, Signal] = {row.key: row for row in SIGNALS}
COUNT = len(SIGNALS)

ROLES: dict[signal.Role, int] = {row.role: index for index, row in enumerate(SIGNALS) if row.role is not None}
"""The column of the signal that plays each role."""
COOLANT = ROLES["coolant"]
INTAKE = ROLES["intake"]
RPM = ROLES["engine_speed"]
SPEED = ROLES["road_speed"]
VIBRATION = ROLES["shake"]
HOURS = ROLES["run_hours"]
LOAD = ROLES["load"]
AMBIENT = ROLES["ambient"]
VIBRATION_RMS = ROLES["shake_velocity"]

WITH_ROLES = 1 + max(ROLES.values())
"""Columns that the engine always reads: signals without a role come after all that play one."""

FAR = 1e30  # what some loggers write for "no value"
_ABSENT = [(at, low, high) for at, signal in enumerate(SIGNALS) for low, high in signal.absent]
_AT = np.array([at for at, _, _ in _ABSENT])
_FROM, _TO = np.array([(low, high) for _, low, high in _ABSENT]).T


def whole(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """[..., signals] values of which only the first columns were kept, NaN in the others."""
    if x.shape[-1] == COUNT:
        return x
    full = np.full((*x.shape[:-1], COUNT), np.nan)
    full[..., : x.shape[-1]] = x
    return full


def available(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """[n, signals] values of the first signals without the codes for "not available" (NaN in their place); the same
    array where there are none."""
    if not len(values):
        return values
    least, most = np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)
    known = int(np.searchsorted(_AT, values.shape[1]))
    at = _AT[:known]
    (codes,) = ((most.take(at) >= _FROM[:known]) & (least.take(at) <= _TO[:known])).nonzero()
    if not (len(codes) or some(most >= FAR) or some(least <= -FAR)):
        return values
    values = np.where(np.abs(values) >= FAR, np.nan, values)
    for code in codes.tolist():
        column = values[:, _AT[code]]
        column[(column >= _FROM[code]) & (column <= _TO[code])] = np.nan
    return values
