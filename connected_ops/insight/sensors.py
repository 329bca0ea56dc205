"""When validation's rules speak of a sensor: a leaky count of firings, so that one odd sample says nothing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.insight.latches import Latches, Mask, Places, Turned
from connected_ops.risk.failure_modes import AIR_INTAKE, COOLING, OVERSPEED, VIBRATION, WEAR
from connected_ops.telemetry import catalog
from connected_ops.validation.rules import BITS, RULES, SAMPLE_BIT

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
    ("hours_fell", 1.0),
    ("hours_too_fast", 1.0),
    ("missing", 1.0),
    ("stuck", 1.0),
    ("implausible", 1.0),
    ("rate_of_change", 0.75),
)
_SAMPLE_SIGNAL = {
    "hours_fell": catalog.HOURS,
    "hours_too_fast": catalog.HOURS,
    "celsius_suspected": catalog.COOLANT,
}
# Nothing of these samples is judged by its unit's past: their times are not the unit's.
UNTRUE = np.bitwise_or.reduce(
    [SAMPLE_BIT[kind] for kind in ("future", "late", "duplicate", "malformed", "source_conflict", "fleet_full")]
)

# The mode that a signal feeds, for an interface that sorts by modes.
_MODES: dict[str, int] = {
    "coolant_temp_f": COOLING,
    "intake_air_temp_f": AIR_INTAKE,
    "engine_rpm": OVERSPEED,
    "speed_mph": OVERSPEED,
    "vibration_score": VIBRATION,
    "engine_hours": WEAR,
    "engine_load_pct": COOLING,
    "ambient_temp_f": AIR_INTAKE,
    "vibration_rms_mm_s": VIBRATION,
}
SENSOR_MODE: tuple[int, ...] = tuple(_MODES[key] for key in catalog.KEYS)


@dataclass(frozen=True, slots=True)
class Kinds:
    """The bits of the kinds: `bits` (kind, its bit by signal), 0 where it has none, `any` of them all; `rank` of a
    kind, 0 says most."""

    bits: tuple[tuple[str, tuple[int, ...]], ...]
    any: np.uint64
    rank: dict[str, int]


def _kinds() -> Kinds:
    table = {kind: [0] * catalog.COUNT for kind, _ in WEIGHTS}
    for rule, bit in zip(RULES, BITS.tolist(), strict=True):
        signal = _SAMPLE_SIGNAL.get(rule.kind) if rule.signal is None else rule.signal
        if rule.kind in table and signal is not None:
            table[rule.kind][signal] |= bit
    bits = tuple((kind, tuple(row)) for kind, row in table.items())
    every = np.bitwise_or.reduce(np.array([row for _, row in bits], dtype=np.uint64), axis=None)
    return Kinds(bits, np.uint64(every), {kind: rank for rank, (kind, _) in enumerate(WEIGHTS)})


KINDS = _kinds()
_FULL_WEIGHT, _JUMP = (
    np.bitwise_or.reduce(
        np.array([row for kind, row in KINDS.bits if (kind == "rate_of_change") is jump], dtype=np.uint64), axis=0
    )
    for jump in (False, True)
)
_JUMP_WEIGHT = dict(WEIGHTS)["rate_of_change"]


def kind_of(fired: int, signal: int) -> str:
    """The kind that says most of a signal among the rules that fired. Raises ValueError where none speaks of it."""
    for kind, bits in KINDS.bits:
        if fired & bits[signal]:
            return kind
    raise ValueError(f"no rule that fired speaks of {catalog.KEYS[signal]}")


class SensorCounts:
    """[units, signals] leaky counts of firings, and the latches they turn."""

    def __init__(self, units: int, latches: Latches) -> None:
        self.latches = latches
        self._count = np.zeros((units, catalog.COUNT))

    def clear(self, unit: Places | int) -> None:
        """Forget these units."""
        self._count[unit] = 0.0
        self.latches.clear(unit)

    def step(self, unit: Places, ts: NDArray[np.float64], fired: NDArray[np.uint64]) -> tuple[Turned, Mask]:
        """What turned with a sample of each of n different units, and [n, signals] which sensors were spoken of."""
        hit = (fired[:, None] & _FULL_WEIGHT) != 0
        jump = (fired[:, None] & _JUMP) != 0
        leaked = self._count[unit] - self.latches.passed(unit, ts)[:, None] / LEAK_S
        count = np.maximum(leaked, 0.0) + np.where(hit, 1.0, np.where(jump, _JUMP_WEIGHT, 0.0))
        count = np.minimum(count, FULL)
        self._count[unit] = count
        turned = self.latches.step(unit, ts, count >= OPEN_FROM, count > 0.0)
        return turned, hit | jump
