"""Shared by the insight room's tests: what an episode remembers of a sample, made from a few words."""

from collections.abc import Callable
from math import nan

import pytest

from connected_ops.insight.episode import Seen
from connected_ops.machines import catalog
from connected_ops.machines.unit_class import BY_KEY
from connected_ops.risk.reasons import Figures
from connected_ops.signals import indicators

VALUES = {
    "coolant_temp_f": 252.0, "intake_air_temp_f": 150.0, "engine_rpm": 2300.0, "speed_mph": 81.0,
    "vibration_score": 2.7, "engine_hours": 14_610.0, "ambient_temp_f": 80.0, "oil_pressure_psi": 6.0,
    "battery_v": 11.2,
}  # fmt: skip
DRIFT = {"coolant_drift": 9.0, "vibration_drift": 0.6, "intake_drift": 25.0}
NORMALS = {
    "coolant_temp_f": 192.0, "vibration_score": 0.9, "intake_air_temp_f over ambient_temp_f": 25.0,
    "intake_air_temp_f": 100.0, "oil_pressure_psi": 45.0, "battery_v": 14.1,
}  # fmt: skip


def _seen(
    lead: str = "coolant_level",
    kind: str = "class_8_truck",
    strength: float = 1.0,
    since: float | None = None,
    said_at: float | None = None,
    **values: float,
) -> Seen:
    known = VALUES | values
    return Seen(
        tuple(known.get(key, nan) for key in catalog.KEYS),
        tuple(strength if key == lead else 0.0 for key in indicators.KEYS),
        Figures(BY_KEY[kind], known, NORMALS, dict.fromkeys(NORMALS, True), {"coolant_temp_f": 4.25}, DRIFT),
        since,
        said_at,
    )


@pytest.fixture(scope="session")
def seen() -> Callable[..., Seen]:
    """`seen(lead, class, strength, since, said_at, **values)`: a sample in which one indicator speaks."""
    return _seen
