from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from connected_ops.machines import catalog, unit_class
from connected_ops.machines.unit_class import CLASSES
from connected_ops.signals import indicators
from connected_ops.signals.against_itself import DRIFTS
from connected_ops.signals.baseline import Baselines
from connected_ops.signals.envelope import Envelopes
from connected_ops.signals.indicators import INDICATORS
from connected_ops.signals.kinds import Reading
from connected_ops.signals.regime import CRANKING, CRUISE, IDLE, OFF, WORK, regime
from connected_ops.signals.trend import RISING
from tests.shipped import COOLANT, COOLANT_DRIFT, INTAKE, INTAKE_DRIFT, INTAKE_RISE, SHAKE, VIBRATION_DRIFT

CLASS = {row.key: i for i, row in enumerate(CLASSES)}


def found(
    kind: str = "passenger_car",
    slope: float = 0.0,
    drift: tuple[float, float, float] = (np.nan, np.nan, np.nan),  # of coolant, intake air and vibration
    cold: bool = False,
    came: Iterable[str] = catalog.KEYS,
    rise: float | None = None,
    **values: float,
) -> dict[str, float]:
    """Evidence by indicator of what stands, with the class's priors as normals; `came`: the signals of the message."""
    x = np.full((1, catalog.COUNT), np.nan)
    for key, value in values.items():
        x[0, catalog.INDEX[key]] = value
    kinds = np.array([CLASS[kind]], dtype=np.int16)
    doing = regime(x, kinds)
    normal = Baselines(1).normal(np.array([0]), kinds, doing)
    q, itself = indicators.quantities(x), np.empty((1, len(DRIFTS)))
    itself[0, [COOLANT_DRIFT, INTAKE_DRIFT, VIBRATION_DRIFT]] = drift
    usual = Envelopes(1).update(np.array([0]), np.zeros(1), x, x[:, catalog.INTAKE], doing, kinds, normal)
    usual = replace(usual, settled_s=np.array([600.0]), **({} if rise is None else {"rise": np.array([rise])}))
    slopes = np.full((1, len(RISING)), slope)
    reading = Reading(x, q, kinds, normal, usual, slopes, doing, itself, np.array([cold]))
    anew = np.isfinite(x) & np.isin(catalog.KEYS, list(came))
    return dict(zip(indicators.KEYS, indicators.evidence(reading, anew)[0].tolist(), strict=True))


@pytest.mark.parametrize(
    ("rpm", "speed", "doing"),
    [(0, 0, OFF), (29, 0, OFF), (30, 0, CRANKING), (299, 0, CRANKING), (299, 4.9, CRANKING),
     (0, 30, WORK), (299, 30, WORK), (770, 0, IDLE), (770, 4.9, IDLE),
     (770, 5, WORK), (1900, 0, WORK), (1900, 40, CRUISE),
     (np.nan, 0, IDLE), (np.nan, np.nan, IDLE), (np.nan, 60, CRUISE)],
)  # fmt: skip
def test_the_regime_follows_engine_and_vehicle_speed(rpm: float, speed: float, doing: int):
    x = np.full((1, catalog.COUNT), np.nan)
    x[0, [catalog.RPM, catalog.SPEED]] = rpm, speed
    assert regime(x, np.array([CLASS["passenger_car"]], dtype=np.int16))[0] == doing


@pytest.mark.parametrize("kind", [c for c in CLASSES if c.key != "unknown" and c.signals], ids=lambda kind: kind.key)
def test_a_unit_within_its_classs_normals_shows_no_evidence_at_all(kind: unit_class.UnitClass):
    values = {
        "coolant_temp_f": kind.coolant_normal[1],
        "vibration_score": kind.vibration_healthy[1],
        "engine_rpm": kind.work_rpm[1],
        "speed_mph": (kind.of("road_speed").normal or (0.0, 0.0))[1],
        "ambient_temp_f": 70.0,
        "intake_air_temp_f": 70.0 + kind.intake_above_ambient[1],
    }
    assert max(found(kind.key, 0.0, (0.5, 2.0, 0.03), True, catalog.KEYS, **values).values()) == 0.0


@pytest.mark.parametrize("kind", [c for c in CLASSES if c.key != "unknown" and c.signals], ids=lambda kind: kind.key)
def test_critical_coolant_is_full_evidence_for_its_class(kind: unit_class.UnitClass):
    assert kind.coolant_critical is not None
    assert found(kind.key, coolant_temp_f=kind.coolant_critical, engine_rpm=1800)["coolant_level"] == 1.0


def test_digging_that_shakes_a_car_apart_is_an_excavators_day():
    assert found("excavator", vibration_score=2.5, engine_rpm=1650)["vibration_level"] == 0.0
    assert found("passenger_car", vibration_score=2.5, engine_rpm=1650)["vibration_level"] == 1.0


def test_the_class_we_know_nothing_of_is_held_against_no_limit_but_what_no_engine_stands():
    evidence = found("unknown", coolant_temp_f=250, engine_rpm=7000, speed_mph=120, vibration_score=5)
    assert [key for key, value in evidence.items() if np.isnan(value)] == [
        "coolant_drift", "vibration_level", "vibration_drift", "intake_rise", "intake_residual", "intake_drift",
        "road_speed", "engine_speed", "oil_level", "oil_residual", "charging_level", "charging_residual",
    ]  # fmt: skip
    levels = [found("unknown", coolant_temp_f=coolant)["coolant_level"] for coolant in (217.0, 224.0, 232.0, 240.0)]
    assert levels == pytest.approx([0.0, 0.0, 0.5, 1.0])
    assert evidence["coolant_residual"] > 0


@pytest.mark.parametrize("row", INDICATORS, ids=lambda row: row.key)
def test_an_indicator_without_its_signal_cannot_be_read(row):
    assert np.isnan(found()[row.key])


def test_nothing_speaks_while_the_engine_is_off():
    evidence = found(coolant_temp_f=250, vibration_score=9, engine_rpm=0, speed_mph=0)
    assert {value for value in evidence.values() if not np.isnan(value)} == {0.0}


def test_a_rise_speaks_only_above_the_units_own_normal():
    assert found(coolant_temp_f=120, engine_rpm=1900, slope=12)["coolant_trend"] == 0.0
    assert found(coolant_temp_f=215, engine_rpm=1900, slope=12)["coolant_trend"] == 1.0


def test_coolant_speaks_of_the_room_that_is_left_to_its_warning():
    """A genset has 12 °F between the top of its band and its warning; the same rise in a van leaves plenty."""
    assert found("genset", coolant_temp_f=203 + 18, engine_rpm=1800)["coolant_residual"] > 0.7
    assert found("delivery_van", coolant_temp_f=210 + 18, engine_rpm=1800)["coolant_residual"] > 0.7
    assert found("passenger_car", coolant_temp_f=198 + 14, engine_rpm=1800)["coolant_residual"] <= 0.2


def test_a_drift_speaks_even_while_the_engine_is_off():
    for speed in (0.0, 1800.0):
        evidence = found(drift=(6.0, 27.0, 0.15), coolant_temp_f=70, engine_rpm=speed)
        assert all(0.5 < evidence[key] < 1.0 for key in ("coolant_drift", "intake_drift", "vibration_drift"))


def test_coolant_below_its_working_temperature_speaks_only_where_it_should_be_warm():
    for kind, low in (("passenger_car", 150), ("class_8_truck", 150), ("genset", 150)):
        assert found(kind, coolant_temp_f=low, engine_rpm=1800, cold=True)["coolant_low"] == 1.0
        assert found(kind, coolant_temp_f=low, engine_rpm=1800)["coolant_low"] == 0.0
    assert found("class_8_truck", coolant_temp_f=178, engine_rpm=1800, cold=True)["coolant_low"] == 0.0


def test_intake_air_is_judged_against_the_air_outside_where_that_is_known():
    hot_day = found(intake_air_temp_f=125, ambient_temp_f=112, engine_rpm=1900, speed_mph=30)
    blocked = found(intake_air_temp_f=125, ambient_temp_f=50, engine_rpm=1900, speed_mph=30)
    assert hot_day["intake_rise"] == 0.0
    assert blocked["intake_rise"] > 0.5
    assert np.isnan(found(intake_air_temp_f=125, engine_rpm=1900)["intake_rise"])


def test_a_standing_machine_may_breathe_its_own_heat():
    moving = found(intake_air_temp_f=120, ambient_temp_f=70, engine_rpm=1900, speed_mph=30)
    idling = found(intake_air_temp_f=120, ambient_temp_f=70, engine_rpm=770, speed_mph=0)
    assert moving["intake_rise"] > 0.0
    assert idling["intake_rise"] == 0.0


@pytest.mark.parametrize(
    ("key", "value", "speaks"),
    [("speed_mph", 85, False), ("speed_mph", 95, True), ("engine_rpm", 6200, False), ("engine_rpm", 6900, True)],
)
def test_over_speeding_is_past_the_maximum_and_not_at_it(key: str, value: float, speaks: bool):
    values: dict[str, Any] = {"engine_rpm": 2000.0, "speed_mph": 60.0} | {key: value}
    evidence = found(**values)
    assert (max(evidence["road_speed"], evidence["engine_speed"]) > 0) is speaks


def test_quantities_are_what_baselines_are_kept_of():
    x = np.full((1, catalog.COUNT), np.nan)
    x[0, [catalog.COOLANT, catalog.VIBRATION, catalog.INTAKE, catalog.AMBIENT]] = 190, 1.1, 90, 70
    q = indicators.quantities(x)[0]
    assert q[[COOLANT, SHAKE, INTAKE_RISE, INTAKE]].tolist() == [
        190,
        1.1,
        20,
        90,
    ]


LOW: dict[str, Any] = {"oil_pressure_psi": 5.0, "battery_v": 11.0}


def test_oil_pressure_and_voltage_are_read_only_where_the_engine_is_known_to_turn():
    runs, rests, hybrid = (
        found("class_8_truck", **LOW, engine_rpm=at, speed_mph=v) for at, v in ((1400, 0), (0, 0), (0, 40))
    )
    unknown = found("class_8_truck", **LOW, speed_mph=40)
    for key in ("oil_level", "oil_residual", "charging_level", "charging_residual"):
        assert (rests[key], hybrid[key]) == (0.0, 0.0)
        assert np.isnan(unknown[key])
    assert runs["oil_level"] == runs["charging_level"] == 1.0


@pytest.mark.parametrize(
    ("kind", "signal", "key", "levels"),
    [
        ("class_8_truck", "oil_pressure_psi", "oil_level", [(17, 0), (15.5, 0.07), (15, 0.13), (8, 1)]),
        ("genset", "oil_pressure_psi", "oil_level", [(32, 0), (30, 0.13), (20, 1)]),
        ("class_8_truck", "battery_v", "charging_level", [(12.3, 0), (12.1, 0.13), (11.6, 1)]),
        ("excavator", "battery_v", "charging_level", [(25.6, 0), (25.2, 0.13), (24, 1)]),
    ],
)
def test_a_limit_below_normal_speaks_shortly_before_its_warning_and_plainly_at_the_critical(
    kind: str, signal: str, key: str, levels: list[tuple[float, float]]
):
    values: list[dict[str, Any]] = [{"engine_rpm": 1700.0, signal: value} for value, _ in levels]
    told = [found(kind, **each)[key] for each in values]
    assert told == pytest.approx([evidence for _, evidence in levels], abs=0.01)


def test_until_a_unit_has_a_normal_what_is_low_is_below_its_classs_band():
    assert found("genset", oil_pressure_psi=42, engine_rpm=1800)["oil_residual"] == 0.0
    assert found("genset", oil_pressure_psi=12, engine_rpm=1800)["oil_residual"] > 0.5
    assert found("unknown", oil_pressure_psi=12, battery_v=11, engine_rpm=1800)["oil_residual"] == 0.0
