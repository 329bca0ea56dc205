"""The signals that a unit can send, in the order of every `[..., signal]` array, and the columns that play a role."""

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import signal
from connected_ops.machines.signal import Signal

SIGNALS: tuple[Signal, ...] = signal.read()
KEYS: tuple[str, ...] = tuple(row.key for row in SIGNALS)
INDEX: dict[str, int] = {key: index for index, key in enumerate(KEYS)}
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

FAR = 1e30  # what some loggers write for "no value"
_ABSENT = [(at, low, high) for at, signal in enumerate(SIGNALS) for low, high in signal.absent]


def available(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """[n, signals] values without the codes for "not available" (NaN in their place); the same array where there are
    none."""
    if not len(values):
        return values
    least, most = np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)
    codes = [row for row in _ABSENT if most[row[0]] >= row[1] and least[row[0]] <= row[2]]
    far = (most >= FAR).any() or (least <= -FAR).any()
    if not (codes or far):
        return values
    values = np.where(np.abs(values) >= FAR, np.nan, values)
    for at, low, high in codes:
        column = values[:, at]
        column[(column >= low) & (column <= high)] = np.nan
    return values
