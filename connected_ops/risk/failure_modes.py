"""The failure modes: those of the files, then what is past a limit that no mode reads, then wear."""

from dataclasses import dataclass

import numpy as np

from connected_ops.machines import catalog, mode
from connected_ops.signals import indicators
from connected_ops.signals.limits import LIMITED


@dataclass(frozen=True, slots=True)
class FailureMode:
    """A way to fail.

    `signal` is the one to look at first; `first` is the share of the evidence that counts before time has confirmed it
    (roads and digging make single impacts, so vibration counts little); `weights`: indicator key to how far its
    evidence alone may go (0..1); `codes`: indicator key to what a maker's tool calls it (OBD-II; J1939 SPN with FMI 15,
    16, 0 above and 17, 18, 1 below normal, least to most severe), where such a name is public.
    """

    key: str
    label: str
    signal: str
    first: float
    weights: tuple[tuple[str, float], ...]
    codes: tuple[tuple[str, tuple[str, ...]], ...] = ()


def _from_file(row: mode.Mode) -> FailureMode:
    return FailureMode(
        row.key,
        row.row.label,
        catalog.KEYS[row.signal],
        row.row.first,
        tuple((each.key, each.row.weight) for each in row.indicators),
        tuple((each.key, each.row.codes) for each in row.indicators if each.row.codes),
    )


# Past a limit of its class without a mode that knows why; only where a class sets one for a signal that no mode reads.
_LIMITS = (
    (FailureMode("limits", "Over its limits", catalog.KEYS[LIMITED[0].signal], 0.18,
                 tuple((row.key, 1.0) for row in LIMITED)),)
    if LIMITED else ()
)  # fmt: skip

MODES: tuple[FailureMode, ...] = (
    *map(_from_file, mode.MODES),
    *_LIMITS,
    FailureMode("wear", "Wear", catalog.KEYS[catalog.HOURS], 0.0, ()),
)
KEYS: tuple[str, ...] = tuple(row.key for row in MODES)
WEAR = len(MODES) - 1
FIRST = np.array([row.first for row in MODES])

# [indicators, modes]
WEIGHTS = np.zeros((len(indicators.INDICATORS), len(MODES)))
for _mode, _row in enumerate(MODES):
    for _key, _weight in _row.weights:
        WEIGHTS[indicators.KEYS.index(_key), _mode] = _weight
