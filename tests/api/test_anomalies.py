"""`POST /api/simulate_anomaly`, `GET /api/anomaly_stats`, `POST /api/reset`."""

import json

MARKER = "zq7secret"
PRESS = "/api/simulate_anomaly"
KINDS = {
    "coolant_overheat", "vibration_spike", "speed_anomaly", "fan_lost", "radiator_blocked", "charge_air_cooler_blocked",
    "thermostat_stuck_closed", "thermostat_stuck_open", "driveline_bearing", "oil_pump_worn", "alternator_failed",
    "overspeeding_driver", "sensor_open_circuit", "sensor_stuck", "sensor_dropout", "sensor_spike", "counter_reset",
    "pothole", "hot_climb",
}  # fmt: skip


async def newest(demo, vehicle_id):
    return (await demo.get(f"/api/telemetry?limit=1&vehicle_id={vehicle_id}"))[0]


async def test_without_a_unit_it_acts_on_the_corolla_and_adds_one_sample(demo):
    before = await demo.get("/api/telemetry?vehicle_id=corolla_2019")
    answer = await demo.client.post(PRESS, json={"anomaly_type": "coolant_overheat"})
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "anomaly_type": "coolant_overheat", "vehicle_id": "corolla_2019"}
    assert (await newest(demo, "corolla_2019"))["coolant_temp_f"] >= 250
    assert (await newest(demo, "genset_1"))["coolant_temp_f"] < 220
    assert (await demo.get("/api/telemetry?vehicle_id=corolla_2019"))[:-1] == before


async def test_the_three_of_the_first_lab_reach_their_measure(demo):
    for kind, signal, least in (
        ("coolant_overheat", "coolant_temp_f", 250),
        ("vibration_spike", "vibration_score", 3.5),
        ("speed_anomaly", "speed_mph", 83),
    ):
        held = {"anomaly_type": kind, "vehicle_id": "corolla_2019", "hold_s": 30}
        assert (await demo.client.post(PRESS, json=held)).status_code == 200
        assert (await newest(demo, "corolla_2019"))[signal] >= least


async def test_a_unit_is_known_in_any_spelling(demo):
    answer = await demo.client.post(PRESS, json={"anomaly_type": "coolant_overheat", "vehicle_id": "Genset_1"})
    assert answer.json() == {"status": "ok", "anomaly_type": "coolant_overheat", "vehicle_id": "genset_1"}


async def test_each_start_is_counted_by_kind_until_a_reset(demo):
    kinds = await demo.get("/api/anomaly_stats")
    assert set(kinds) == KINDS
    assert set(kinds.values()) == {0}
    for _ in range(2):
        await demo.client.post(PRESS, json={"anomaly_type": "vibration_spike", "vehicle_id": "genset_1"})
    assert (await demo.get("/api/anomaly_stats")) == {**kinds, "vibration_spike": 2}
    assert (await demo.client.post("/api/reset")).json() == {"status": "ok"}
    assert (await demo.get("/api/anomaly_stats")) == kinds


async def test_a_reset_leaves_no_trace_and_real_machines_alone(demo):
    async def everything():
        return await demo.get("/api/telemetry?limit=10000")

    fresh = await everything()
    await demo.client.post(
        "/api/telemetry", json={"ts": "2025-11-23T14:31:30Z", "vehicle_id": "real", "coolant_temp_f": 190}
    )
    await demo.client.post(PRESS, json={"anomaly_type": "coolant_overheat", "vehicle_id": "genset_1", "hold_s": 30})
    assert (await everything()) != fresh
    await demo.client.post("/api/reset")
    await demo.caught_up()
    after = await everything()
    assert [row for row in after if row["vehicle_id"] != "real"] == fresh
    assert [row["vehicle_id"] for row in after if row["vehicle_id"] == "real"] == ["real"]


REFUSED = (
    ({"anomaly_type": "no_such_kind"}, 422),
    ({"anomaly_type": MARKER.upper()}, 422),
    ({"anomaly_type": "x" * 65}, 422),
    ({"anomaly_type": None}, 422),
    ({}, 422),
    ([], 422),
    ({"anomaly_type": "coolant_overheat", "vehicle_id": "nobody"}, 404),
    ({"anomaly_type": "coolant_overheat", "vehicle_id": f"<{MARKER}>"}, 404),
    ({"anomaly_type": "coolant_overheat", "vehicle_id": "corolla_2019\n"}, 422),
    ({"anomaly_type": "speed_anomaly", "vehicle_id": "genset_1"}, 409),
    ({"anomaly_type": "fan_lost", "vehicle_id": "corolla_2019"}, 409),
    ({"anomaly_type": "coolant_overheat", "hold_s": 0}, 422),
    ({"anomaly_type": "coolant_overheat", "hold_s": -5}, 422),
    ({"anomaly_type": "coolant_overheat", "hold_s": 1e9}, 422),
    ({"anomaly_type": "coolant_overheat", "hold_s": "30"}, 422),
    ({"anomaly_type": "coolant_overheat", "hold_s": True}, 422),
    ({"anomaly_type": "coolant_overheat", "hold_s": float("nan")}, 422),
)


async def test_what_cannot_be_done_is_refused_and_changes_nothing(demo, assert_problem):
    before = await demo.get("/api/telemetry")
    for body, status in REFUSED:
        headers = {"Content-Type": "application/json"}
        assert_problem(await demo.client.post(PRESS, content=json.dumps(body), headers=headers), status)
    assert await demo.get("/api/telemetry") == before
    assert set((await demo.get("/api/anomaly_stats")).values()) == {0}


async def test_a_real_machine_is_left_alone(demo, assert_problem):
    row = {"ts": "2025-11-23T14:31:52Z", "coolant_temp_f": 190}
    await demo.client.post("/api/telemetry", json={**row, "vehicle_id": "real"})
    await demo.client.post("/api/telemetry", json={**row, "vehicle_id": "other_sim"}, headers={"X-Source": "simulated"})
    for vehicle_id in ("real", "other_sim"):
        body = {"anomaly_type": "coolant_overheat", "vehicle_id": vehicle_id}
        assert_problem(await demo.client.post(PRESS, json=body), 409)
        assert (await newest(demo, vehicle_id))["coolant_temp_f"] == 190


async def test_without_an_emulator_a_press_is_409_and_there_is_nothing_to_count(api, assert_problem):
    assert_problem(await api.client.post(PRESS, json={"anomaly_type": "coolant_overheat"}), 409)
    assert await api.get("/api/anomaly_stats") == {}
    assert (await api.client.post("/api/reset")).json() == {"status": "ok"}
