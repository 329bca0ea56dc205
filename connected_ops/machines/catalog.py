"""The signals a unit can send: one frozen row each, in the order of every `[..., signal]` array.

Sources: python-OBD `obd/commands.py`, FMS-Standard v02.00 tables.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal of the payload.

    `sensor_*` is what the sensor can physically report: a value outside is withheld. `plausible_*` is what a
    machine that still runs can show: outside it the value goes to review. `max_rate` is the fastest believable change
    per second, in `uom`/s; after a faster one the value stays in doubt for `jump_doubt_s` or until it is back.
    `absent` are the ranges that mean "not available" or "error" on the wire (J1939-71: FF and FE in the high byte; J:
    −1 where nothing can be below 0); floats of 1e30 and more always do. OBD-II reserves none.
    `stuck` tells whether a value that repeats to the last digit while other signals move is suspicious; coolant at its
    thermostat is rightly flat.
    """

    key: str
    label: str
    uom: str
    decimals: int
    sensor_low: float
    sensor_high: float
    plausible_low: float
    plausible_high: float
    max_rate: float
    stuck: bool
    obd: str = "none"
    j1939: str = "none"
    jump_doubt_s: float = 0.0
    absent: tuple[tuple[float, float], ...] = ()

    def figure(self, value: float) -> str:
        """A value in words, however far off: "−40 °F", "1e+300 °F"."""
        number = f"{value:,.{self.decimals}f}" if abs(value) < 1e7 else f"{value:.3g}"
        return f"{number} {self.uom}".strip().replace("-", "−")


_NEGATIVE = (-1.01, -0.99)

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "coolant_temp_f", "Coolant temperature", "°F", 0, -40, 419, -40, 300, 10, False,
        "PID 05", "SPN 110, PGN 65262",
    ),
    Signal(
        "intake_air_temp_f", "Intake air temperature", "°F", 0, -40, 419, -40, 190, 15, False,
        "PID 0F", "SPN 172, PGN 65269", 120,
    ),
    Signal(
        "engine_rpm", "Engine speed", "rpm", 0, 0, 16383.75, 0, 10000, inf, True,
        "PID 0C", "SPN 190, PGN 61444",
        absent=(_NEGATIVE, (8127.9, 8192.1)),
    ),
    Signal(
        "speed_mph", "Vehicle speed", "mph", 0, 0, 158.5, 0, 150, 35, True,
        "PID 0D", "SPN 84, PGN 65265",
        absent=(_NEGATIVE, (157.87, 158.42), (158.46, 159.12)),  # 254 and 255 km/h to the digit are values of OBD-II
    ),
    Signal(
        "vibration_score", "Vibration index", "", 2, 0, 100, 0, 20, inf, True,
    ),
    Signal(
        "engine_hours", "Engine hours", "h", 1, 0, 1e6, 0, 200000, inf, False,
        "none", "SPN 247, PGN 65253",
        absent=(_NEGATIVE, (2.1307e8, inf)),
    ),
    Signal(
        "engine_load_pct", "Engine load", "%", 0, 0, 125, 0, 125, inf, True,
        "PID 04", "SPN 92, PGN 61443",
        absent=(_NEGATIVE, (253.9, 255.1)),
    ),
    Signal(
        "ambient_temp_f", "Ambient air temperature", "°F", 0, -40, 419, -40, 150, 10, False,
        "PID 46", "SPN 171, PGN 65269", 3600,
        absent=((3198.0, 3227.5),),
    ),
    Signal(
        "vibration_rms_mm_s", "Vibration velocity", "mm/s", 2, 0, 200, 0, 100, inf, True,
    ),
)  # fmt: skip

KEYS: tuple[str, ...] = tuple(signal.key for signal in SIGNALS)
INDEX: dict[str, int] = {key: index for index, key in enumerate(KEYS)}
COUNT = len(SIGNALS)

COOLANT = INDEX["coolant_temp_f"]
INTAKE = INDEX["intake_air_temp_f"]
RPM = INDEX["engine_rpm"]
SPEED = INDEX["speed_mph"]
VIBRATION = INDEX["vibration_score"]
HOURS = INDEX["engine_hours"]
LOAD = INDEX["engine_load_pct"]
AMBIENT = INDEX["ambient_temp_f"]
VIBRATION_RMS = INDEX["vibration_rms_mm_s"]

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
