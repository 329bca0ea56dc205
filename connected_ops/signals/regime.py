"""What a machine is doing, as far as its signals tell: the baselines keep each regime apart."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from connected_ops.telemetry import catalog
from connected_ops.telemetry.unit_class import CLASSES


class Regime(IntEnum):
    """OFF is not judged at all. FAST is 40 mph and more: bearings are heard there, ram air cools there."""

    IDLE = 0
    WORK = 1
    FAST = 2
    OFF = 3


IDLE, WORK, FAST, OFF = range(len(Regime))  # plain ints: an enum look-up costs more than a sum
LEARNED = 3  # regimes that have a baseline
_IDLE_RPM = np.array([row.idle_rpm for row in CLASSES])
_AT_ITS_SPEED = np.array(
    [row.idle_rpm >= row.work_rpm[0] for row in CLASSES]
)  # a genset idles at the speed it works at
WORKS_FROM_PCT = 20.0  # of load, where the engine's speed does not tell


def regime(x: NDArray[np.float64], unit_class: NDArray[np.int8]) -> NDArray[np.int8]:
    """[n] regimes of [n, signals] values. An engine whose speed is not fitted counts as running."""
    rpm, speed = x[:, catalog.RPM], x[:, catalog.SPEED]
    working = (speed >= 5.0) | (rpm >= 1.15 * _IDLE_RPM[unit_class])
    working |= _AT_ITS_SPEED[unit_class] & ~(x[:, catalog.LOAD] < WORKS_FROM_PCT)
    return np.where(rpm < 300.0, OFF, np.where(speed >= 40.0, FAST, np.where(working, WORK, IDLE))).astype(np.int8)
