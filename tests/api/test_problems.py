"""FastAPI's own errors are problem details too, and so is a failure of ours."""

import pytest


@pytest.mark.parametrize("path", ["/api/zq7secret", "/api/", "/api/fleet/", "/api/docs-assets/zq7secret.js"])
async def test_an_unknown_address_is_404(api, assert_problem, path):
    assert_problem(await api.client.get(path), 404)


@pytest.mark.parametrize("path", ["/api/docs-assets/../app.py", "/api/docs-assets/%2e%2e/app.py"])
async def test_the_docs_assets_do_not_lead_elsewhere(api, assert_problem, path):
    assert_problem(await api.client.get(path), 404)


async def test_a_wrong_method_is_405_and_says_which_are_right(api, assert_problem):
    for path, operations in (await api.get("/api/openapi.json"))["paths"].items():
        right = {method.upper() for method in operations}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - right:
            answer = await api.client.request(method, f"/api{path.format(vehicle_id='my_truck')}")
            assert_problem(answer, 405)
            assert set(answer.headers["allow"].split(", ")) == right


@pytest.mark.parametrize(
    "body", [b"", b"{", b"zq7secret", b"[" * 900_000, b"\xff\xfe", b'{"anomaly_type": ' + b"9" * 6000 + b"}"]
)
async def test_a_broken_request_body_is_a_small_4xx(api, assert_problem, body):
    answer = await api.client.post("/api/simulate_anomaly", content=body, headers={"Content-Type": "application/json"})
    assert_problem(answer, answer.status_code)
    assert answer.status_code in (400, 422)


async def test_a_failure_of_ours_is_told_without_its_inside(api, assert_problem, monkeypatch):
    def fail(*args: object) -> None:
        raise RuntimeError("zq7secret")

    monkeypatch.setattr(api.root.labs.real.pipeline, "take", fail)
    for body in (api.sample(), [api.sample()]):
        assert_problem(await api.post(body), 500)
    monkeypatch.undo()
    assert (await api.post(api.sample())).status_code == 200
