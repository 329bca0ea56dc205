"""`GET /api/telemetry`: the newest samples, oldest first."""

import pytest


async def test_the_newest_samples_come_oldest_first_over_all_units(api):
    await api.post([api.sample("a", second) for second in (0, 2, 4)])
    await api.post([api.sample("b", second, unit_class="genset") for second in (1, 3, 5)])
    rows = await api.get("/api/telemetry?limit=4")
    assert [(row["vehicle_id"], row["ts"][17:19]) for row in rows] == [
        ("a", "54"),
        ("b", "55"),
        ("a", "56"),
        ("b", "57"),
    ]
    assert rows[1] == {
        "ts": "2025-11-23T14:31:55.000Z", "vehicle_id": "b", "unit_class": "genset", "coolant_temp_f": 193.0,
        "engine_rpm": 1350.0, "verdict": "valid",
    }  # fmt: skip


async def test_without_a_limit_it_is_600(api):
    await api.post([api.sample("a", second) for second in range(-500, 0)])
    await api.post([api.sample("b", second) for second in range(-500, 0)])
    assert len(await api.get("/api/telemetry")) == 600
    assert len(await api.get("/api/telemetry?limit=10000000000000000000000")) == 1000


async def test_one_unit_can_be_asked_for(api, assert_problem):
    await api.post([api.sample("a"), api.sample("b"), api.sample("b", 1)])
    assert [row["vehicle_id"] for row in await api.get("/api/telemetry?vehicle_id=b")] == ["b", "b"]
    assert_problem(await api.client.get("/api/telemetry?vehicle_id=nobody"), 404)
    assert_problem(await api.client.get("/api/telemetry?vehicle_id=a%0A"), 422)


async def test_before_anything_came_it_is_an_empty_array(api):
    assert await api.get("/api/telemetry") == []


@pytest.mark.parametrize("limit", ["0", "-1", "-99999999999999999999"])
async def test_a_limit_below_one_is_400(api, assert_problem, limit):
    assert_problem(await api.client.get(f"/api/telemetry?limit={limit}"), 400)


@pytest.mark.parametrize("limit", ["zq7secret", "1.5", "", "9" * 5000, "true", "1e3"])
async def test_a_limit_that_is_no_whole_number_is_422(api, assert_problem, limit):
    assert_problem(await api.client.get(f"/api/telemetry?limit={limit}"), 422)


async def test_a_large_fleet_gives_the_same_newest_samples(make_api):
    api = make_api(max_units=300)
    await api.post([api.sample(f"u{i}", i % 7) for i in range(250)])
    await api.post([api.sample("u3", 20), api.sample("u200", 10)])
    rows = await api.get("/api/telemetry?limit=3")
    assert [row["vehicle_id"] for row in rows][1:] == ["u200", "u3"]
    assert rows[0]["ts"] == "2025-11-23T14:31:58.000Z"
    assert len(await api.get("/api/telemetry?limit=300")) == 252
