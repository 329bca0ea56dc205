"""°F and mph into °C and km/h: a difference has no zero to shift, a temperature has."""

import re
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from connected_ops.insight.fixed_limits import FIXED_LIMITS
from connected_ops.insight.sensor_wording import SENSOR_ROWS
from connected_ops.insight.wording import ROWS
from connected_ops.machines.said import Day, Said
from connected_ops.machines.unit_class import BY_KEY
from connected_ops.risk import reasons
from connected_ops.signals import indicators
from shiny_app.shell import in_units

VALUES = {
    "coolant_temp_f": 230.0,
    "intake_air_temp_f": 122.0,
    "ambient_temp_f": 86.0,
    "engine_rpm": 2000.0,
    "speed_mph": 71.0,
    "vibration_score": 2.5,
    "oil_pressure_psi": 6.0,
    "battery_v": 11.2,
}


@pytest.mark.parametrize("learned", [True, False])
@pytest.mark.parametrize("key", indicators.KEYS)
def test_every_reason_of_risk_is_converted_figure_by_figure(key: str, learned: bool) -> None:
    normals = {
        "coolant_temp_f": 194.0,
        "vibration_score": 1.0,
        "intake_air_temp_f": 104.0,
        "intake_air_temp_f over ambient_temp_f": 18.0,
        "oil_pressure_psi": 45.0,
        "battery_v": 14.1,
    }
    drifts = {"coolant_drift": 9.0, "vibration_drift": 0.6, "intake_drift": 18.0}
    said = reasons._SENTENCES[key](
        reasons.Figures(
            BY_KEY["class_8_truck"], VALUES, normals, dict.fromkeys(normals, learned), {"coolant_temp_f": 3.6}, drifts,
            dict.fromkeys(drifts, 1_763_900_000.0),
        )
    )  # fmt: skip
    shown = in_units.text(said, True)
    assert "°F" not in shown
    for before, after in zip(re.findall(r"([\d.]+) °F", said), re.findall(r"([\d.]+) °C", shown), strict=True):
        difference = f"{before} °F above" in said or f"{before} °F a minute" in said
        exact = float(before) / 1.8 if difference else (float(before) - 32) / 1.8
        assert abs(float(after) - exact) <= 0.81  # both are rounded


def test_advice_has_no_fahrenheit_left_in_celsius() -> None:
    for row in ROWS:
        for text in (row.title, row.cause, row.check, row.advice, row.urgency):
            assert not re.search(r"\d\s*°F", in_units.text(text, True))
    for row in SENSOR_ROWS:
        assert not re.search(r"\d\s*°F", in_units.text(row.cause + row.check + row.advice, True))


def test_a_units_figures_limits_and_series_are_converted_together(fleet: Any) -> None:
    view = fleet.unit("truck_07")
    shown = in_units.unit(view, True)
    coolant = shown.signal("coolant_temp_f")
    assert coolant.uom == "°C"
    assert coolant.warn == pytest.approx((225 - 32) / 1.8)
    assert coolant.own_normal == pytest.approx(((188 - 32) / 1.8, (197 - 32) / 1.8))
    assert np.allclose(shown.series("coolant_temp_f"), (view.series("coolant_temp_f") - 32) / 1.8)
    speed = shown.signal("speed_mph")
    assert speed.uom == "km/h"
    assert speed.critical == pytest.approx(112.65, abs=0.01)
    assert np.allclose(shown.series("speed_mph"), view.series("speed_mph") * 1.609344)
    assert dict(shown.newest[0].values)["speed_mph"] == pytest.approx(speed.value)
    assert np.array_equal(shown.series("engine_rpm"), view.series("engine_rpm"))
    assert dict(shown.newest[0].values)["coolant_temp_f"] == pytest.approx(coolant.value)
    assert shown.row.reason == "Coolant 5 °C above its own normal at the same load"
    assert shown.drift is not None
    assert shown.drift.forecast is not None
    assert shown.drift.uom == "°C"
    assert shown.drift.margin == pytest.approx(15 / 1.8)
    assert np.allclose(shown.drift.forecast.high, view.drift.forecast.high / 1.8)
    assert np.allclose(shown.drift.above, view.drift.above / 1.8, equal_nan=True)


def test_an_episodes_value_and_words_are_converted_but_not_its_money(fleet: Any) -> None:
    cooling, vibration, sensor = fleet.episodes()[:3]
    shown = in_units.episode(cooling, True)
    assert (shown.value, shown.limit, shown.uom) == (
        pytest.approx(102.222, abs=1e-3),
        pytest.approx(107.222, abs=1e-3),
        "°C",
    )
    assert "5 °C hotter" in shown.reason
    assert "107 °C warning" in shown.reason
    assert "50 °C" in shown.advice
    assert shown.money == cooling.money
    assert in_units.episode(vibration, True) == replace(
        vibration, reason="1.6× its own normal above 64 km/h, none below."
    )
    fast = in_units.episode(replace(vibration, signal="speed_mph", uom="mph", value=78.0, limit=70.0), True)
    assert (fast.value, fast.limit, fast.uom) == (pytest.approx(125.5, abs=0.1), pytest.approx(112.7, abs=0.1), "km/h")
    assert in_units.episode(sensor, True).value == -40


def test_a_followed_sample_is_converted_with_its_episodes(fleet: Any) -> None:
    view = fleet.unit("truck_07")
    journey = fleet.journey("truck_07", view.newest[0].ts)
    shown = in_units.journey(journey, True)
    before, after = dict(journey.values), dict(shown.values)
    assert after["coolant_temp_f"] == pytest.approx((before["coolant_temp_f"] - 32) / 1.8)
    assert after["speed_mph"] == pytest.approx(before["speed_mph"] * 1.609344)
    assert after["engine_rpm"] == before["engine_rpm"]
    assert shown.episodes[0].uom == "°C"


def test_the_data_quality_page_speaks_metric_and_keeps_what_was_sent(fleet: Any) -> None:
    shown = in_units.quality(fleet.quality(), True)
    assert shown.rules[1].sentence == "Speed is outside 0 to 255.1 km/h."
    assert shown.quarantine[0].reason == "Speed is outside 0 to 255.1 km/h."
    assert shown.quarantine == tuple(
        replace(row, reason=shown.quarantine[0].reason) for row in fleet.quality().quarantine
    )


def test_a_fixed_limits_label_is_converted() -> None:
    shown = {in_units.text(row.label, True) for row in FIXED_LIMITS}
    assert {"Vehicle speed 121 km/h or more", "Coolant 104 °C or more"} <= shown


def test_a_day_is_told_in_the_zone_of_the_page_and_in_utc_to_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    since = Said(["above its own normal since ", Day(1_763_937_000.0)])  # 23 Nov, half past ten in the evening in UTC
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        assert in_units.text(since, False) == "above its own normal since 23 Nov"
        monkeypatch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        assert in_units.text(since, False) == "above its own normal since 24 Nov"
    finally:
        monkeypatch.undo()
        time.tzset()
    assert since == "above its own normal since 23 Nov"


@pytest.mark.parametrize(("uom", "metric", "shown"), [("psi", "kPa", 689.4757), ("gal/min", "L/min", 378.5412)])
def test_pressure_and_flow_have_their_metric_units_too(uom: str, metric: str, shown: float) -> None:
    assert in_units.uom(uom, True) == metric
    assert in_units.value(100.0, uom, True) == pytest.approx(shown)
    assert in_units.value(100.0, uom, False) == 100.0
    assert in_units.column("oil_pressure_psi", True) == "oil_pressure_kpa"
