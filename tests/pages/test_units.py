"""°F and mph into °C and km/h: a difference has no zero to shift, a temperature has."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from connected_ops.insight.sensor_wording import SENSOR_ROWS
from connected_ops.insight.wording import ROWS
from connected_ops.machines.unit_class import BY_KEY
from connected_ops.risk import reasons
from connected_ops.signals import indicators
from shiny_app.shell import in_metric
from shiny_app.shell.in_metric import metric

VALUES = {
    "coolant_temp_f": 230.0,
    "intake_air_temp_f": 122.0,
    "ambient_temp_f": 86.0,
    "engine_rpm": 2000.0,
    "speed_mph": 71.0,
    "vibration_score": 2.5,
}


@pytest.mark.parametrize(
    ("fahrenheit", "shown"),
    [
        ("Coolant 216 °F, near the 225 °F limit of its class", "Coolant 102 °C, near the 107 °C limit of its class"),
        ("Coolant 230 °F, over the 225 °F limit of its class", "Coolant 110 °C, over the 107 °C limit of its class"),
        ("Coolant 212 °F, 18 °F above its own normal", "Coolant 100 °C, 10 °C above its own normal"),
        ("Coolant 212 °F, 1 °F above the normal of its class", "Coolant 100 °C, 0.6 °C above the normal of its class"),
        ("Coolant 212 °F and rising 3.6 °F a minute", "Coolant 100 °C and rising 2.0 °C a minute"),
        ("Intake air 122 °F, 36 °F above the air outside", "Intake air 50 °C, 20 °C above the air outside"),
        ("Same load: 9 °F hotter than its own normal.", "Same load: 5 °C hotter than its own normal."),
        ("grows by 1.8 °F a day; the margin is 18 °F.", "grows by 1.0 °C a day; the margin is 10 °C."),
        ("9 °F over its own normal, 18 °F of margin left", "5 °C over its own normal, 10 °C of margin left"),
        ("the cap stays shut until 122 °F.", "the cap stays shut until 50 °C."),
        ("On the road above 225 °F: ease off", "On the road above 107 °C: ease off"),
        ("its normal 187–198 °F", "its normal 86–92 °C"),
        ("Coolant −40 °F, the value of an open circuit", "Coolant −40 °C, the value of an open circuit"),
        ("more than it shows (-40 °F to 300 °F)", "more than it shows (−40 °C to 149 °C)"),
        ("faster than the 18 °F a second it can change", "faster than the 10 °C a second it can change"),
        ("within 2 °F of its own normal at the same load", "within 1.1 °C of its own normal at the same load"),
        ("+20–40 °F with it", "+11–22 °C with it"),
        ("Vibration 1.6× its own normal above 40 mph", "Vibration 1.6× its own normal above 64 km/h"),
        ("Speed 78 mph, maximum 70 mph", "Speed 126 km/h, maximum 113 km/h"),
        ("Speed 4.0 mph, maximum 3.4 mph", "Speed 6.4 km/h, maximum 5.5 km/h"),
        ("Speed is outside 0 to 158.5 mph.", "Speed is outside 0 to 255.1 km/h."),
        ("faster than the 35 mph a second it can change", "faster than the 56 km/h a second it can change"),
        ("at speed, 40 mph and more", "at speed, 64 km/h and more"),
        ("Coolant 90 °F looks like °C sent as °F", "Coolant 90 °F looks like °C sent as °F"),
        ("Set the sender to °F", "Set the sender to °F"),
    ],
)
def test_a_sentence_keeps_its_meaning_in_celsius(fahrenheit: str, shown: str) -> None:
    assert metric(fahrenheit) == shown


@pytest.mark.parametrize("learned", [True, False])
@pytest.mark.parametrize("key", indicators.KEYS)
def test_every_reason_of_risk_is_converted_figure_by_figure(key: str, learned: bool) -> None:
    normals = {
        "coolant_temp_f": 194.0,
        "vibration_score": 1.0,
        "intake_air_temp_f": 104.0,
        "intake_air_temp_f over ambient_temp_f": 18.0,
    }
    drifts = {"coolant_drift": 9.0, "vibration_drift": 0.6, "intake_drift": 18.0}
    said = reasons._SENTENCES[key](
        reasons.Figures(
            BY_KEY["class_8_truck"], VALUES, normals, dict.fromkeys(normals, learned), {"coolant_temp_f": 3.6}, drifts,
            dict.fromkeys(drifts, 1_763_900_000.0),
        )
    )  # fmt: skip
    shown = metric(said)
    assert "°F" not in shown
    for before, after in zip(re.findall(r"([\d.]+) °F", said), re.findall(r"([\d.]+) °C", shown), strict=True):
        difference = f"{before} °F above" in said or f"{before} °F a minute" in said
        exact = float(before) / 1.8 if difference else (float(before) - 32) / 1.8
        assert abs(float(after) - exact) <= 0.51


def test_advice_has_no_fahrenheit_left_in_celsius() -> None:
    for row in ROWS:
        for text in (row.title, row.cause, row.check, row.advice, row.urgency):
            assert not re.search(r"\d\s*°F", metric(text))
    for row in SENSOR_ROWS:
        assert not re.search(r"\d\s*°F", metric(row.cause + row.check + row.advice))


def test_a_units_figures_limits_and_series_are_converted_together(fleet: Any) -> None:
    view = fleet.unit("truck_07")
    shown = in_metric.unit(view)
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
    shown = in_metric.episode(cooling)
    assert (shown.value, shown.limit, shown.uom) == (
        pytest.approx(102.222, abs=1e-3),
        pytest.approx(107.222, abs=1e-3),
        "°C",
    )
    assert "5 °C hotter" in shown.reason
    assert "107 °C warning" in shown.reason
    assert "50 °C" in shown.advice
    assert shown.money == cooling.money
    assert in_metric.episode(vibration) == replace(vibration, reason="1.6× its own normal above 64 km/h, none below.")
    fast = in_metric.episode(replace(vibration, signal="speed_mph", uom="mph", value=78.0, limit=70.0))
    assert (fast.value, fast.limit, fast.uom) == (pytest.approx(125.5, abs=0.1), pytest.approx(112.7, abs=0.1), "km/h")
    assert in_metric.episode(sensor).value == -40


def test_a_followed_sample_is_converted_with_its_episodes(fleet: Any) -> None:
    view = fleet.unit("truck_07")
    journey = fleet.journey("truck_07", view.newest[0].ts)
    shown = in_metric.journey(journey)
    before, after = dict(journey.values), dict(shown.values)
    assert after["coolant_temp_f"] == pytest.approx((before["coolant_temp_f"] - 32) / 1.8)
    assert after["speed_mph"] == pytest.approx(before["speed_mph"] * 1.609344)
    assert after["engine_rpm"] == before["engine_rpm"]
    assert shown.episodes[0].uom == "°C"


def test_the_data_quality_page_speaks_metric_and_keeps_what_was_sent(fleet: Any) -> None:
    shown = in_metric.quality(fleet.quality())
    assert shown.rules[1].sentence == "Speed is outside 0 to 255.1 km/h."
    assert shown.quarantine[0].reason == "Speed is outside 0 to 255.1 km/h."
    assert shown.quarantine == tuple(
        replace(row, reason=shown.quarantine[0].reason) for row in fleet.quality().quarantine
    )


def test_a_fixed_limits_label_is_converted(fleet: Any) -> None:
    assert in_metric.metric("Speed 75 mph or more") == "Speed 121 km/h or more"
    assert in_metric.metric("Coolant 220 °F or more") == "Coolant 104 °C or more"
