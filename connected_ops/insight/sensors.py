"""When validation's rules speak of a sensor: a leaky count of firings, so that one odd sample says nothing."""

import numpy as np
from numpy.typing import NDArray

from connected_ops.insight.latches import Latches, Mask, Places, Turned
from connected_ops.machines import catalog
from connected_ops.machines.mode import MODES
from connected_ops.risk.failure_modes import KEYS, WEAR
from connected_ops.validation.rules import BIT

# A firing adds its weight; the count leaks 1 in LEAK_S heard seconds and needs more than two firings. An always firing
# sensor opens at its third sample at any spacing, and two and a half minutes of good readings close it (J).
LEAK_S = 60.0
OPEN_FROM, FULL = 2.05, 2.5

# The kinds of rules that speak of a sensor, the one that says most first, and how much a firing counts: a value that
# jumps up and back fires twice for one oddity.
WEIGHTS: tuple[tuple[str, float], ...] = (
    ("open_circuit", 1.0),
    ("sensor_range", 1.0),
    ("celsius_suspected", 1.0),
    ("below_air", 1.0),
    ("hours_fell", 1.0),
    ("hours_too_fast", 1.0),
    ("missing", 1.0),
    ("stuck", 1.0),
    ("implausible", 1.0),
    ("rate_of_change", 0.75),
)
_FEEDS = {signal: KEYS.index(mode.key) for mode in MODES for signal in mode.feeds}
# The mode that a signal feeds, for an interface that sorts by modes; a signal that feeds none goes with wear.
SENSOR_MODE: tuple[int, ...] = tuple(_FEEDS.get(at, WEAR) for at in range(catalog.COUNT))


RANK: dict[str, int] = {kind: rank for rank, (kind, _) in enumerate(WEIGHTS)}
"""Of the kinds that speak of a sensor; 0 says most."""
_JUMP = BIT["rate_of_change"]
_JUMP_WEIGHT = dict(WEIGHTS)["rate_of_change"]
_WHOLE_WEIGHT = np.uint16(sum(int(BIT[kind]) for kind in RANK) & ~int(_JUMP))
SPEAKS = np.uint16(int(_WHOLE_WEIGHT) | int(_JUMP))
"""The bits of all of them."""


def kind_of(fired: int, signal: int) -> str:
    """The kind that says most of a signal among the bits `fired` of its rules. Raises ValueError where none speaks."""
    for kind in RANK:
        if fired & int(BIT[kind]):
            return kind
    raise ValueError(f"no rule that fired speaks of {catalog.KEYS[signal]}")


class SensorCounts:
    """[units, signals] leaky counts of firings, and the latches they turn."""

    def __init__(self, units: int, latches: Latches) -> None:
        self.latches = latches
        self._count = np.zeros((units, catalog.COUNT))
        self._spoken = np.zeros((units, catalog.COUNT), dtype=bool)

    def clear(self, unit: Places | int) -> None:
        """Forget these units."""
        self._count[unit] = 0.0
        self._spoken[unit] = False
        self.latches.clear(unit)

    def step(self, unit: Places, ts: NDArray[np.float64], spoke: NDArray[np.uint16]) -> tuple[Turned, Mask]:
        """What turned with a message of each of n different units, by the bits [n, signals] of the rules that speak of
        sensors, and [n, signals] which were spoken of."""
        hit = (spoke & _WHOLE_WEIGHT) != 0
        jump = (spoke & _JUMP) != 0
        passed = self.latches.passed(unit, ts)[:, None]
        spoken = self._spoken[unit] & (passed == 0.0)  # what several messages of one instant say counts once
        self._spoken[unit] = spoken | hit | jump
        count = np.maximum(self._count[unit] - passed / LEAK_S, 0.0)
        count += np.where(spoken, 0.0, np.where(hit, 1.0, np.where(jump, _JUMP_WEIGHT, 0.0)))
        count = np.minimum(count, FULL)
        self._count[unit] = count
        turned = self.latches.step(unit, ts, count >= OPEN_FROM, count > 0.0)
        return turned, hit | jump
