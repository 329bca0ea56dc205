import re
from dataclasses import replace

import pytest

from connected_ops.insight.sensors import WEIGHTS
from connected_ops.machines.unit_class import BY_KEY
from connected_ops.risk import reasons
from connected_ops.risk.failure_modes import MODES, WEAR
from connected_ops.risk.reasons import DOUBTS, IN_DOUBT, QUIET, Figures
from connected_ops.signals import indicators
from tests.shipped import AIR_INTAKE, CHARGING, COOLING, OIL, OVERSPEED, VIBRATION

VALUES = {
    "coolant_temp_f": 238.0, "intake_air_temp_f": 150.0, "engine_rpm": 2300.0, "speed_mph": 81.0,
    "vibration_score": 2.7, "engine_hours": 14_610.0, "ambient_temp_f": 80.0, "oil_pressure_psi": 6.0,
    "battery_v": 11.2,
}  # fmt: skip

SINCE = {"coolant_drift": 1_795_089_600.0, "vibration_drift": 1_795_953_600.0}


def figures(kind: str = "class_8_truck", learned: bool = True, **values: float) -> Figures:
    normals = {
        "coolant_temp_f": 192.0, "vibration_score": 0.9, "intake_air_temp_f over ambient_temp_f": 25.0,
        "intake_air_temp_f": 100.0, "oil_pressure_psi": 45.0, "battery_v": 14.1,
    }  # fmt: skip
    drift = {"coolant_drift": 9.4, "vibration_drift": 0.62, "intake_drift": 27.0}
    return Figures(
        BY_KEY[kind], VALUES | values, normals, dict.fromkeys(normals, learned), {"coolant_temp_f": 4.25}, drift, SINCE
    )


def said(mode: int, key: str, confirmed: float = 1.0, f: Figures | None = None) -> str:
    found = [1.0 if name == key else 0.0 for name in indicators.KEYS]
    return reasons.sentence(mode, found, 1.0, confirmed, f or figures())


@pytest.mark.parametrize(
    ("mode", "key", "sentence"),
    [
        (COOLING, "coolant_level", "Coolant 238 °F, over the 235 °F limit of its class"),
        (COOLING, "coolant_residual", "Coolant 238 °F, 46 °F above its own normal"),
        (COOLING, "coolant_trend", "Coolant 238 °F, 46 °F above its own normal and rising 4.2 °F a minute"),
        (COOLING, "coolant_drift", "Coolant 9 °F above its own normal at the same load and weather, since 19 Nov"),
        (COOLING, "coolant_low", "Coolant 238 °F, below the 180 °F of a warm engine of its class"),
        (VIBRATION, "vibration_drift", "Vibration 1.6× its own normal at the same load and speed, since 29 Nov"),
        (AIR_INTAKE, "intake_drift", "Intake air 27 °F above its own normal at the same load and speed"),
        (VIBRATION, "vibration_level", "Vibration index 2.70, healthy up to 1.80"),
        (VIBRATION, "vibration_residual", "Vibration index 2.70, 3.0× its own normal"),
        (AIR_INTAKE, "intake_rise", "Intake air 150 °F, 70 °F above the air outside"),
        (AIR_INTAKE, "intake_residual", "Intake air 150 °F, 45 °F above its own normal"),
        (OVERSPEED, "road_speed", "Speed 81 mph, maximum 70 mph"),
        (OVERSPEED, "engine_speed", "Engine 2,300 rpm, maximum 2,100 rpm"),
        (OIL, "oil_level", "Oil pressure 6 psi, under the 8 psi limit of its class"),
        (OIL, "oil_residual", "Oil pressure 6 psi, 39 psi below its own normal"),
        (CHARGING, "charging_level", "Battery 11.2 V, under the 11.6 V limit of its class"),
        (CHARGING, "charging_residual", "Battery 11.2 V, 2.9 V below its own normal"),
    ],
)
def test_a_reason_says_the_value_and_what_it_is_held_against(mode: int, key: str, sentence: str):
    assert said(mode, key) == sentence
    assert said(mode, key, confirmed=0.1) == f"{sentence}, confirming"


@pytest.mark.parametrize(("value", "limit"), [(220, "near the 225"), (226, "over the 225"), (236, "over the 235")])
def test_the_limit_named_is_the_one_that_matters(value: float, limit: str):
    assert limit in said(COOLING, "coolant_level", f=figures(coolant_temp_f=value))


def test_a_drift_that_could_not_be_compared_again_is_said_without_its_figure():
    f = Figures(BY_KEY["genset"], VALUES, {}, {}, {})
    assert said(COOLING, "coolant_drift", f=f) == "Coolant above its own normal at the same load and weather"


def test_in_the_grace_period_the_normal_is_that_of_the_class():
    assert "the normal of its class" in said(COOLING, "coolant_residual", f=figures(learned=False))
    low = said(OIL, "oil_residual", f=figures(learned=False))
    assert low == "Oil pressure 6 psi, 14 psi below the normal of its class", "which is the bottom of 20 to 85"


def test_without_the_air_outside_intake_air_is_held_against_itself():
    f = figures()
    del f.values["ambient_temp_f"]
    assert said(AIR_INTAKE, "intake_residual", f=f) == "Intake air 150 °F, 50 °F above its own normal"


@pytest.mark.parametrize("mode", range(len(MODES)))
@pytest.mark.parametrize("kind", BY_KEY)
def test_every_mode_has_a_sentence_for_every_class_even_where_it_sets_no_limit(mode: int, kind: str):
    for key in indicators.KEYS:
        assert said(mode, key, f=figures(kind))
    assert reasons.sentence(mode, [0.0] * len(indicators.KEYS), 0.0, 0.0, figures(kind))


def test_a_calm_mode_is_quiet_and_one_that_was_not_eases_off():
    calm = [0.0] * len(indicators.KEYS)
    assert reasons.sentence(COOLING, calm, 0.0, 0.0, figures()) == QUIET
    assert reasons.sentence(COOLING, calm, 0.0, 0.5, figures()) == "Back to normal, easing off"


def test_wear_says_when_service_is_due():
    assert said(WEAR, "") == "Service due in 390 h, every 600 h"
    assert said(WEAR, "", f=figures("unknown")) == "No service interval known"


def test_a_value_of_a_doubted_sensor_is_said_with_its_doubt():
    found = [1.0 if key == "coolant_level" else 0.0 for key in indicators.KEYS]
    doubted = replace(figures(), doubted=frozenset({"coolant_temp_f"}))
    for kind, words in (("rate_of_change", "the sensor has been jumping"), ("", IN_DOUBT)):
        told = reasons.sentence(COOLING, found, 1.0, 1.0, doubted, {"coolant_temp_f": kind} if kind else {})
        assert re.fullmatch(rf"Coolant reads \d+ °F; {words}: treat it as real until checked", told)
    assert reasons.sentence(COOLING, found, 1.0, 0.1, doubted).endswith("until checked, confirming")


def test_what_days_have_shown_is_not_put_in_doubt_by_a_minute_of_the_sensor():
    found = [1.0 if key == "coolant_drift" else 0.0 for key in indicators.KEYS]
    doubted = replace(figures(), doubted=frozenset({"coolant_temp_f"}))
    assert "reads" not in reasons.sentence(COOLING, found, 1.0, 1.0, doubted)


def test_every_rule_that_speaks_of_a_sensor_that_leads_a_machine_has_its_words_of_doubt():
    assert {kind for kind, _ in WEIGHTS} - {"hours_fell", "hours_too_fast"} == set(DOUBTS)


@pytest.mark.parametrize(("value", "said"), [(245.0, "over"), (230.0, "near")])
def test_a_class_that_nobody_named_has_the_limit_of_any_engine(value: float, said: str):
    f = replace(figures("unknown"), values=figures("unknown").values | {"coolant_temp_f": value})
    expected = f"Coolant {value:.0f} °F, {said} the 240 °F that no engine stands"
    assert reasons.indicator_sentence("coolant_level", f) == expected
