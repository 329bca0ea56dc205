"""`GET /api/quarantine`: what was refused, with its reason."""


async def test_a_refused_row_is_there_with_its_rule_and_reason_newest_first(told_api):
    assert await told_api.get("/api/quarantine") == {"held": 0, "dropped": 0, "rows": []}
    await told_api.took(told_api.sample(coolant_temp_f=999), {"ts": "yesterday"}, x_source="simulated")
    answer = await told_api.get("/api/quarantine")
    assert (answer["held"], answer["dropped"]) == (2, 0)
    hot, unreadable = answer["rows"]
    assert hot == {
        "arrived": "2025-11-23T14:31:52.000Z", "source": "simulated", "vehicle_id": "my_truck",
        "ts": "2025-11-23T14:31:52.000Z", "rule": "sensor_range", "field": "coolant_temp_f",
        "reason": "Coolant temperature 999 °F is outside what its sensor can report (−40 °F to 419 °F).",
        "values": {"coolant_temp_f": 999.0, "engine_rpm": 1350.0},
    }  # fmt: skip
    assert (unreadable["rule"], unreadable["vehicle_id"], unreadable["ts"]) == ("malformed", "", None)
    assert unreadable["reason"]


async def test_it_is_bounded_and_says_what_fell_out(told_api):
    for start in range(0, 2500, 500):
        await told_api.took(*(told_api.sample(after_s=start + i, coolant_temp_f=999) for i in range(500)))
    answer = await told_api.get("/api/quarantine?limit=99999")
    assert (answer["held"], answer["dropped"], len(answer["rows"])) == (2000, 500, 2000)
    assert len((await told_api.get("/api/quarantine"))["rows"]) == 200


async def test_the_end_of_the_calendar_can_be_written(told_api):
    await told_api.took({**told_api.sample(), "ts": "9998-12-31T23:59:59Z"})
    (row,) = (await told_api.get("/api/quarantine"))["rows"]
    assert (row["rule"], row["ts"]) == ("future", "9998-12-31T23:59:59.000Z")
