"""`GET /api/units/{vehicle_id}`: what the fleet says of a unit, and what led to that."""

from dataclasses import replace

import numpy as np

from connected_ops.machines.catalog import KEYS, WITH_ROLES
from connected_ops.read_model import DriftView

START = 1_763_908_312.0


async def test_a_unit_tells_what_the_fleet_tells_of_it_and_more(told_api):
    await told_api.took(told_api.sample(), told_api.sample("other"))
    fleet = (await told_api.get("/api/fleet"))["units"]
    unit = await told_api.get("/api/units/my_truck")
    assert {key: unit[key] for key in fleet[0]} == fleet[0]
    assert list(unit)[len(fleet[0]) :] == ["indicators", "forecast", "episodes", "samples", "against_itself"]
    assert (unit["forecast"], unit["episodes"], unit["against_itself"]) == (None, [], None)
    for indicator in unit["indicators"]:
        assert list(indicator) == ["key", "label", "evidence"]


async def test_its_newest_samples_carry_their_verdict_and_the_rules_sentences(told_api):
    await told_api.took(told_api.sample(), told_api.sample(after_s=1, intake_air_temp_f=210))
    newest, first = (await told_api.get("/api/units/my_truck"))["samples"]
    assert (first["verdict"], first["sentences"], first["ts"]) == ("valid", [], "2025-11-23T14:31:52.000Z")
    assert newest["verdict"] == "needs_review"
    assert "Intake air temperature 210 °F" in newest["sentences"][0]
    assert set(newest["values"]) == set(KEYS[:WITH_ROLES])
    assert newest["values"]["speed_mph"] is None


async def test_its_forecast_its_episodes_and_it_against_itself(told_api, an_episode):
    told_api.read_model.told = [an_episode(), an_episode("e2", vehicle_id="other")]
    told_api.read_model.to_limit = (600.0, 1200.0, 3000.0)
    nothing = np.empty(0)
    drift = DriftView(
        key="coolant_drift", label="Coolant", uom="°F", decimals=0, ts=nothing, above=nothing, usual=2.0, margin=20.0,
        level=9.5, onset=START - 86_400, sentence="9.5 °F above its own normal.",
    )  # fmt: skip
    told_api.read_model.drift = drift
    await told_api.took(told_api.sample())
    unit = await told_api.get("/api/units/my_truck")
    assert unit["forecast"] == {"low_s": 600.0, "middle_s": 1200.0, "high_s": 3000.0}
    assert [episode["id"] for episode in unit["episodes"]] == ["e1"]
    assert unit["against_itself"] == {
        "key": "coolant_drift", "label": "Coolant", "uom": "°F", "level": 9.5, "since": "2025-11-22T14:31:52.000Z",
        "sentence": "9.5 °F above its own normal.",
    }  # fmt: skip
    told_api.read_model.drift = replace(drift, onset=None, level=float("nan"))
    against_itself = (await told_api.get("/api/units/my_truck"))["against_itself"]
    assert (against_itself["level"], against_itself["since"]) == (None, None)


async def test_a_unit_nobody_knows_is_404(told_api, assert_problem):
    for vehicle_id in ("zq7secret", "%0A", "a" * 300, "%ff"):
        answer = await told_api.client.get(f"/api/units/{vehicle_id}")
        assert_problem(answer, 404)
