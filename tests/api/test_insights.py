"""`GET /api/insights`: the episodes as clients rely on them."""

import pytest

from connected_ops.read_model import Act

EPISODE = {
    "id": "e1", "vehicle_id": "my_truck", "mode": "cooling", "kind": "machine",
    "opened_at": "2025-11-23T14:26:52.000Z", "closed_at": None, "value": 231.0, "limit": 230.0,
    "reason": "Coolant 231 °F.", "advice": "Clean it.", "state": "open", "title": "Cooling margin shrinking",
    "cause": "A blocked radiator.", "check": "Look at the radiator.", "urgency": "Today", "source": "live",
    "since": "2025-11-23T14:21:52.000Z", "acknowledged_at": None, "signal": "coolant_temp_f",
    "time_to_limit": {"low_s": 600.0, "middle_s": 1200.0, "high_s": 3000.0},
    "money": {
        "act_usd": 700.0, "wait_usd": 3860.0, "saved_usd": 3160.0, "low_usd": 900.0, "high_usd": 6100.0,
        "break_even": 0.01, "counted": True,
    },
    "acknowledged_by": None, "silenced_until": None, "silenced_by": None, "notes": [],
}  # fmt: skip


async def test_without_an_episode_there_is_an_empty_list(told_api):
    assert await told_api.get("/api/insights") == {"episodes": [], "total": 0, "spoken": 3, "fixed_alarms": 247}


async def test_an_episode_says_what_why_since_when_and_what_it_is_worth(told_api, an_episode):
    told_api.read_model.told = [an_episode()]
    (episode,) = (await told_api.get("/api/insights"))["episodes"]
    assert list(episode.items()) == list(EPISODE.items())


async def test_an_episode_of_a_sensor_and_a_closed_one_have_no_price(told_api, an_episode):
    told_api.read_model.told = [
        an_episode(kind="sensor", money=None, to_limit_s=None, value=None, limit=None),
        an_episode("e2", state="closed", closed_at=1_763_908_312.0, acknowledged_at=1_763_908_311.5, money=None),
    ]
    sensor, closed = (await told_api.get("/api/insights"))["episodes"]
    assert (sensor["kind"], sensor["money"], sensor["time_to_limit"], sensor["value"]) == ("sensor", None, None, None)
    assert (closed["closed_at"], closed["acknowledged_at"]) == ("2025-11-23T14:31:52.000Z", "2025-11-23T14:31:51.500Z")


async def test_what_people_did_is_told_with_their_names(told_api, an_episode):
    acts = (
        Act("noted", "Kim", 1_763_908_300.0, "Ordered the part."), Act("noted", "", 1_763_908_301.0, "Wrong unit?"),
        Act("noted", "Kim", 1_763_908_302.0, undone_at=1_763_908_303.0),
    )  # fmt: skip
    told_api.read_model.told = [
        an_episode(
            state="silenced", silenced_until=1_763_911_912.0, silenced_by="Lee", acknowledged_by="Kim", acts=acts
        )
    ]
    (episode,) = (await told_api.get("/api/insights"))["episodes"]
    told = [episode[name] for name in ("state", "silenced_until", "silenced_by", "acknowledged_by")]
    assert told == ["silenced", "2025-11-23T15:31:52.000Z", "Lee", "Kim"]
    assert episode["notes"] == [
        {"at": "2025-11-23T14:31:40.000Z", "who": "Kim", "note": "Ordered the part."},
        {"at": "2025-11-23T14:31:41.000Z", "who": None, "note": "Wrong unit?"},
    ]


async def test_the_first_of_many_are_told_and_how_many_there_are(told_api, an_episode):
    told_api.read_model.told = [an_episode(f"e{i}") for i in range(700)]
    for limit, count in (("?limit=2", 2), ("", 500), ("?limit=99999999999999999999", 700)):
        answer = await told_api.get(f"/api/insights{limit}")
        assert [episode["id"] for episode in answer["episodes"]] == [f"e{i}" for i in range(count)]
        assert answer["total"] == 700


@pytest.mark.parametrize("path", ["/api/insights", "/api/quarantine"])
async def test_a_limit_that_is_none_is_refused(told_api, assert_problem, path):
    assert_problem(await told_api.client.get(f"{path}?limit=0"), 400)
    assert_problem(await told_api.client.get(f"{path}?limit=zq7secret"), 422)
