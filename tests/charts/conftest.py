"""Unit views made by hand."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from connected_ops.read_model import Freshness, Range, SeriesView, SignalView, UnitRow, UnitView

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


class Fleet:
    """A read model of one unit that sent one sample a second for 20 minutes, with four hours and 14 days of means."""

    def __init__(self, view: UnitView) -> None:
        self.view = view

    def unit(self, vehicle_id: str) -> UnitView | None:
        return self.view if vehicle_id == self.view.row.vehicle_id else None

    def series(self, vehicle_id: str, span: Range) -> SeriesView | None:
        view = self.view
        if span == "10m":
            verdicts = tuple("needs_review" if not at % 10 else "valid" for at in range(len(view.ts)))
            return SeriesView(span, 0.0, view.ts, view.values, verdicts)
        width, count = (30.0, 480) if span == "4h" else (1_800.0, 672)
        ts = (NEWEST // width * width - width * np.arange(count)[::-1] - width / 2).astype(np.float64)
        values = np.full((count, len(view.signals)), np.nan)
        values[:, 0] = np.arange(count) + (0.0 if span == "4h" else 1_000.0)
        return SeriesView(span, width, ts, values)


@pytest.fixture
def one_unit(make_view: MakeView) -> Fleet:
    return Fleet(make_view({"coolant_temp_f": np.linspace(190, 200, 1_200)}, sequence=41))
