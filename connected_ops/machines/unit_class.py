"""The classes of machine: normals, limits and service hours, one frozen row each.

Limits belong to the class and its engine, never to the product: normal digging breaks a car's vibration limit.
Letters behind a comment: S a published source, D computed from recordings, J judgement to be revised with a source.
"""

from dataclasses import dataclass
from typing import Literal

from connected_ops.machines import catalog

ClassKey = Literal["passenger_car", "delivery_van", "class_8_truck", "excavator", "genset", "unknown"]

Range = tuple[float, float]

HILL_SHARE = 0.85  # of the maximum engine speed: how far a healthy engine is revved on a hill (J)


@dataclass(frozen=True, slots=True)
class UnitClass:
    """What is normal for a class, and where its makers set limits; None where the class has no such limit or signal.

    Temperatures in °F, speeds in mph, engine speeds in rpm; `vibration_healthy` on the gateway's own index.
    """

    key: ClassKey
    label: str
    coolant_normal: Range
    coolant_warn: float | None
    coolant_critical: float | None
    idle_rpm: float
    work_rpm: Range
    max_rpm: float | None
    rpm_warn: float | None
    typical_mph: Range
    max_mph: float | None
    intake_above_ambient: Range
    vibration_healthy: Range
    vibration_impact: float
    hours_per_day: float
    service_every_h: float | None
    absent: tuple[str, ...] = ()

    @property
    def still(self) -> bool:
        """Whether it works in one place; nobody says so of the class we know nothing of."""
        return self.key != "unknown" and (self.max_mph is None or self.max_mph < 10.0)

    def normal(self, signal: str) -> Range | None:
        """The band a healthy unit of this class keeps to, or None where the class has no say."""
        return {
            "coolant_temp_f": self.coolant_normal,
            "vibration_score": self.vibration_healthy,
            "engine_rpm": (
                min(self.idle_rpm, self.work_rpm[0]),
                max(self.work_rpm[1], HILL_SHARE * (self.max_rpm or 0)),
            ),
            "speed_mph": self.typical_mph if self.max_mph is not None else None,
        }.get(signal)

    def limits(self, signal: str) -> tuple[float | None, float | None]:
        """(warn, critical) of a signal; None where the class sets none."""
        return {
            "coolant_temp_f": (self.coolant_warn, self.coolant_critical),
            "vibration_score": (self.vibration_warn, self.vibration_critical),
            "engine_rpm": (self.rpm_warn, self.max_rpm),
            "speed_mph": (None, self.max_mph),
        }.get(signal, (None, None))

    @property
    def vibration_warn(self) -> float | None:
        """A quarter above the healthy top (J); None for the class we know nothing of."""
        return None if self.key == "unknown" else round(1.25 * self.vibration_healthy[1], 2)

    @property
    def vibration_critical(self) -> float | None:
        """Half above the healthy top (J)."""
        return None if self.key == "unknown" else round(1.5 * self.vibration_healthy[1], 2)


CLASSES: tuple[UnitClass, ...] = (
    UnitClass(
        "passenger_car", "Passenger car",
        (187, 198), 225, 240,  # D; J
        770, (1800, 2100), 6200, None,  # D, D, J
        (0, 70), 85,  # J
        (5, 16), (0.5, 1.2), 2.0,  # D, J, J
        1.2, 300,  # J
    ),
    UnitClass(
        "delivery_van", "Delivery van",
        (190, 210), 228, 240,  # J
        700, (1700, 2200), 5500, None,  # J
        (0, 45), 75,  # J
        (15, 40), (0.7, 1.6), 3.0,  # J
        5.5, 250,  # J
    ),
    UnitClass(
        "class_8_truck", "Class 8 truck",
        (180, 205), 225, 235,  # J; S Freightliner Cascadia 2021
        650, (1325, 1400), 2100, None,  # J, S Overdrive, S Detroit DD15
        (0, 65), 70,  # J
        (15, 45), (0.6, 1.8), 3.0,  # J
        10, 600,  # J
    ),
    UnitClass(
        "excavator", "Excavator, 22 t",
        (180, 205), 228, 237,  # J; S Perkins 1200F
        900, (1600, 1700), 1800, None,  # J, S Cat 320, S rated
        (0, 3.2), 3.5,  # S
        (20, 35), (0.8, 2.5), 4.0,  # J
        7, 500,  # J, S
    ),
    UnitClass(
        "genset", "Stationary genset",
        (180, 203), 215, 225,  # J
        1800, (1782, 1818), 2070, 1890,  # S Cat; J
        (0, 0), None,
        (15, 30), (0.85, 0.95), 1.2,  # J
        18, 300,  # J, S Detroit S60
        absent=("speed_mph",),
    ),
    UnitClass(
        "unknown", "Class not named",
        (175, 215), None, 240,  # J: no engine is made to stand it
        650, (650, 2200), None, None,
        (0, 75), None,
        (5, 45), (0.5, 2.5), 4.0,
        0, None,
    ),
)  # fmt: skip

KEYS: tuple[ClassKey, ...] = tuple(row.key for row in CLASSES)
INDEX: dict[str, int] = {key: index for index, key in enumerate(KEYS)}
UNKNOWN = INDEX["unknown"]
BY_KEY: dict[str, UnitClass] = {row.key: row for row in CLASSES}

assert all(signal in catalog.INDEX for row in CLASSES for signal in row.absent)
