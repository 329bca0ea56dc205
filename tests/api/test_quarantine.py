"""`GET /api/quarantine`: what was refused, with its reason."""


async def test_a_refused_row_is_there_with_its_rule_and_reason_newest_first(told_api):
    assert await told_api.get("/api/quarantine") == {"held": 0, "dropped": 0, "rows": []}
    await told_api.took(told_api.sample(after_s=400), {"ts": "yesterday"}, x_source="simulated")
    answer = await told_api.get("/api/quarantine")
    assert (answer["held"], answer["dropped"]) == (2, 0)
    ahead, unreadable = answer["rows"]
    assert ahead == {
        "arrived": "2025-11-23T14:31:52.000Z", "source": "simulated", "vehicle_id": "my_truck",
        "ts": "2025-11-23T14:38:32.000Z", "rule": "future", "field": "ts",
        "reason": "The time is more than 5 minutes ahead of this server; check the sender's clock, and whether it sends"
        " local time marked Z.",
        "values": {"coolant_temp_f": 193.0, "engine_rpm": 1350.0},
    }  # fmt: skip
    assert (unreadable["rule"], unreadable["vehicle_id"], unreadable["ts"]) == ("malformed", "", None)
    assert unreadable["reason"]


async def test_it_is_bounded_and_says_what_fell_out(told_api):
    for start in range(0, 2500, 500):
        await told_api.took(*(told_api.sample(after_s=1000 + start + i) for i in range(500)))
    answer = await told_api.get("/api/quarantine?limit=99999")
    assert (answer["held"], answer["dropped"], len(answer["rows"])) == (2000, 500, 2000)
    assert len((await told_api.get("/api/quarantine"))["rows"]) == 200


async def test_the_end_of_the_calendar_can_be_written(told_api):
    await told_api.took({**told_api.sample(), "ts": "9998-12-31T23:59:59Z"})
    (row,) = (await told_api.get("/api/quarantine"))["rows"]
    assert (row["rule"], row["ts"]) == ("future", "9998-12-31T23:59:59.000Z")
