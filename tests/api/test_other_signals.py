"""Signals that play no role in the engine: taken, judged and given back as any other, of those who send them."""

import csv
from io import StringIO

import pytest

PUMP = {
    "coolant_temp_f": None, "intake_air_temp_f": None, "engine_rpm": None, "speed_mph": None, "vibration_score": None,
    "engine_hours": None, "unit_class": "pump_skid",
}  # fmt: skip


async def test_a_machine_without_an_engine_is_a_unit_with_its_own_values(told_api):
    await told_api.took(told_api.sample(vehicle_id="pump", loop_flow_gal_min=8.4, motor_current_a=1.25, **PUMP))
    (unit,) = (await told_api.get("/api/fleet"))["units"]
    assert unit["unit_class"] == "pump_skid"
    assert (unit["values"]["loop_flow_gal_min"], unit["values"]["motor_current_a"]) == (8.4, 1.25)
    assert "oil_pressure_psi" not in unit["values"]
    (newest,) = (await told_api.get("/api/units/pump"))["samples"]
    assert newest["verdict"] == "valid"
    assert newest["values"]["loop_flow_gal_min"] == pytest.approx(8.4)


async def test_its_values_are_held_against_its_sensors_and_what_is_beyond_is_withheld(told_api):
    sample = told_api.sample(vehicle_id="pump", loop_flow_gal_min=8.4, loop_pressure_psi=4000.0, **PUMP)
    answer = (await told_api.client.post("/api/telemetry", json=sample)).json()
    assert (answer["verdict"], [(each["rule"], each["field"]) for each in answer["reasons"]]) == (
        "needs_review", [("sensor_range", "loop_pressure_psi")],
    )  # fmt: skip


async def test_codes_for_not_available_are_absent_here_too(told_api):
    await told_api.took(told_api.sample(oil_pressure_psi=147.9, fuel_level_pct=102.0, battery_v=3276.0))
    (unit,) = (await told_api.get("/api/fleet"))["units"]
    assert unit["values"].keys().isdisjoint({"oil_pressure_psi", "fuel_level_pct", "battery_v"})


async def test_a_table_of_the_fleet_has_a_column_for_what_somebody_sent(told_api):
    await told_api.took(told_api.sample("a"), told_api.sample("b", oil_pressure_psi=41.5))
    answer = await told_api.client.get("/api/units.csv")
    a, b = csv.DictReader(StringIO(answer.text, newline=""))
    assert (a["oil_pressure_psi"], b["oil_pressure_psi"]) == ("", "41.5")
    assert "battery_v" not in a
