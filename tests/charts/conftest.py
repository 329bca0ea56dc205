"""Unit views made by hand."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from connected_ops.read_model import Freshness, SignalView, UnitRow, UnitView

KEYS = ("coolant_temp_f", "vibration_score", "engine_rpm", "speed_mph")
NORMALS = {"coolant_temp_f": (183.0, 203.0), "vibration_score": (0.7, 1.7), "engine_rpm": (650.0, 1500.0)}
LIMITS = {"coolant_temp_f": (225.0, 235.0), "vibration_score": (2.25, 2.7), "engine_rpm": (None, 2100.0)}
UOMS = {"coolant_temp_f": "°F"}
NEWEST = 1_700_000_000.0

MakeView = Callable[..., UnitView]


@pytest.fixture
def make_view() -> MakeView:
    return unit_view


def unit_view(
    series: Mapping[str, Sequence[float] | np.ndarray],
    *,
    spacing: float = 1.0,
    ago: Sequence[float] | np.ndarray | None = None,
    normals: Mapping[str, tuple[float, float]] = NORMALS,
    limits: Mapping[str, tuple[float | None, float | None]] = LIMITS,
    freshness: Freshness = "live",
    sequence: int = 1,
    vehicle_id: str = "truck_07",
) -> UnitView:
    """A unit that sent `series`, one sample each `spacing` seconds up to now, or `ago` (≤ 0) seconds from now."""
    size = max(len(values) for values in series.values())
    offsets = np.arange(1 - size, 1) * spacing if ago is None else np.asarray(ago)
    signals = tuple(
        SignalView(
            key, key, UOMS.get(key, ""), 0, key in series, None, normals.get(key), True, *limits.get(key, (None, None))
        )
        for key in KEYS
    )
    values = np.column_stack([np.asarray(series.get(key, [np.nan] * size), float) for key in KEYS])
    row = UnitRow(vehicle_id, "class_8_truck", "Class 8 truck", "simulated", freshness, 0.0, 12, "Low", "", "", ())
    return UnitView(sequence, NEWEST, row, 1.0, 0.0, (), signals, (NEWEST + offsets).astype(np.float64), values, ())
