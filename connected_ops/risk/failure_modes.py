"""The failure modes: one frozen row each, with the indicators that speak for it."""

from dataclasses import dataclass

import numpy as np

from connected_ops.machines import catalog
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


# Past a limit of its class without a mode that knows why; only where a class sets one for a signal without a role.
_LIMITS = (
    (FailureMode("limits", "Over its limits", catalog.KEYS[LIMITED[0].signal], 0.18,
                 tuple((row.key, 1.0) for row in LIMITED)),)
    if LIMITED else ()
)  # fmt: skip

MODES: tuple[FailureMode, ...] = (
    FailureMode(
        "cooling", "Cooling", "coolant_temp_f", 0.18,
        (("coolant_level", 1.0), ("coolant_residual", 1.0), ("coolant_trend", 0.75), ("coolant_drift", 1.0),
         ("coolant_low", 0.6)),
        (("coolant_level", ("P0217", "SPN 110, FMI 15, 16 or 0")), ("coolant_residual", ("SPN 110, FMI 15",)),
         ("coolant_trend", ("SPN 110, FMI 10",)), ("coolant_low", ("P0128", "SPN 110, FMI 17, 18 or 1"))),
    ),
    FailureMode(
        "vibration", "Driveline vibration", "vibration_score", 0.05,
        (("vibration_level", 1.0), ("vibration_residual", 0.9), ("vibration_drift", 0.9)),
    ),
    FailureMode(
        "air_intake", "Air intake", "intake_air_temp_f", 0.18,
        (("intake_rise", 0.8), ("intake_residual", 0.8), ("intake_drift", 0.9)),
        (("intake_rise", ("SPN 172, FMI 15, 16 or 0",)), ("intake_residual", ("SPN 172, FMI 15",))),
    ),
    FailureMode(
        "overspeed", "Over-speeding", "speed_mph", 0.18,
        (("road_speed", 1.0), ("engine_speed", 1.0)),
        (("road_speed", ("SPN 84, FMI 15, 16 or 0",)), ("engine_speed", ("P0219", "SPN 190, FMI 15, 16 or 0"))),
    ),
    *_LIMITS,
    FailureMode("wear", "Wear", "engine_hours", 0.0, ()),
)  # fmt: skip
KEYS: tuple[str, ...] = tuple(row.key for row in MODES)
COOLING, VIBRATION, AIR_INTAKE, OVERSPEED = range(4)
WEAR = len(MODES) - 1
FIRST = np.array([row.first for row in MODES])

# [indicators, modes]
WEIGHTS = np.zeros((len(indicators.INDICATORS), len(MODES)))
for _mode, _row in enumerate(MODES):
    for _key, _weight in _row.weights:
        WEIGHTS[indicators.KEYS.index(_key), _mode] = _weight
