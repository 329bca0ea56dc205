"""Which indicator leads a machine's episode, the signal it is about, and which way is worse."""

from collections.abc import Sequence
from dataclasses import dataclass

from connected_ops.machines import catalog
from connected_ops.risk.failure_modes import MODES
from connected_ops.signals import indicators
from connected_ops.signals.limits import LIMITED


@dataclass(frozen=True, slots=True)
class Lead:
    """An indicator that can lead. `signal` is a column of the catalogue; `worse` +1 where higher is worse, -1 where
    lower is."""

    indicator: str
    signal: int
    worse: int = 1


LEADS: tuple[Lead, ...] = (
    Lead("coolant_level", catalog.COOLANT),
    Lead("coolant_residual", catalog.COOLANT),
    Lead("coolant_trend", catalog.COOLANT),
    Lead("coolant_drift", catalog.COOLANT),
    Lead("coolant_low", catalog.COOLANT, -1),
    Lead("vibration_level", catalog.VIBRATION),
    Lead("vibration_residual", catalog.VIBRATION),
    Lead("vibration_drift", catalog.VIBRATION),
    Lead("intake_rise", catalog.INTAKE),
    Lead("intake_residual", catalog.INTAKE),
    Lead("intake_drift", catalog.INTAKE),
    Lead("road_speed", catalog.SPEED),
    Lead("engine_speed", catalog.RPM),
    *(Lead(row.key, row.signal, row.worse) for row in LIMITED),
)
BY_INDICATOR: dict[str, Lead] = {row.indicator: row for row in LEADS}

_WEIGHTS: tuple[tuple[tuple[int, float, Lead], ...], ...] = tuple(
    tuple((indicators.KEYS.index(key), weight, BY_INDICATOR[key]) for key, weight in mode.weights) for mode in MODES
)


def leading(mode: int, evidence: Sequence[float]) -> tuple[Lead, float]:
    """The strongest indicator of a machine's mode and its weighed evidence, of equals the first; `evidence` by
    indicator in table order (0..1)."""
    best, strongest = _WEIGHTS[mode][0][2], -1.0
    for position, weight, lead in _WEIGHTS[mode]:
        if evidence[position] * weight > strongest:
            best, strongest = lead, evidence[position] * weight
    return best, strongest
