"""Which indicator leads a machine's episode, the signal it is about, and which way is worse."""

from collections.abc import Sequence
from dataclasses import dataclass

from connected_ops.machines import catalog
from connected_ops.machines.mode import INDICATORS, Indicator
from connected_ops.machines.unit_class import CLASSES
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


def _worse(row: Indicator) -> int:
    if row.row.kind in ("too_cold", "below_normal"):
        return -1
    return min(kind.side(catalog.KEYS[row.signal]) for kind in CLASSES) if row.row.kind == "level" else 1


LEADS: tuple[Lead, ...] = (
    *(Lead(row.key, row.signal, _worse(row)) for row in INDICATORS),
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
