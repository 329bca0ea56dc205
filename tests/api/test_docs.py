"""The API's documentation: complete for what is written by hand, and served from here alone."""

import json
import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "api.md"


async def test_openapi_describes_every_address_and_the_hand_written_post(api):
    document = await api.get("/api/openapi.json")
    assert {(method, path) for path, methods in document["paths"].items() for method in methods} == {
        ("post", "/telemetry"), ("get", "/telemetry"), ("get", "/fleet"), ("get", "/units.csv"),
        ("get", "/units/{vehicle_id}"), ("get", "/insights"), ("get", "/quarantine"), ("get", "/quarantine.csv"),
        ("get", "/stream"),
        ("post", "/simulate_anomaly"), ("get", "/anomaly_stats"), ("post", "/reset"),
    }  # fmt: skip
    assert document["servers"] == [{"url": "/api"}]
    post = document["paths"]["/telemetry"]["post"]
    assert set(post["responses"]) == {"200", "400", "401", "403", "409", "413", "415", "421", "422", "429", "503"}
    assert set(post["requestBody"]["content"]) == {"application/json", "application/x-ndjson"}
    assert post["parameters"][0]["schema"]["enum"] == ["live", "replay", "simulated"]
    assert document["components"]["schemas"]["Sample"]["required"] == ["ts", "vehicle_id"]


async def test_errors_are_described_as_the_problem_documents_they_are(api, assert_problem):
    document = await api.get("/api/openapi.json")
    for methods in document["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if status != "200":
                    assert set(answer["content"]) == {"application/problem+json"}
    shown = document["components"]["schemas"]["Problem"]
    problem = assert_problem(await api.post({"vehicle_id": "a"}), 422)
    assert set(problem) == set(shown["properties"])
    assert set(shown["required"]) == set(assert_problem(await api.post(b"{}", x_source="?"), 400))


async def test_the_post_says_what_it_answers_one_sample_and_many_with(api):
    schemas = (await api.get("/api/openapi.json"))["components"]["schemas"]
    one, many = schemas["SampleAnswer"], schemas["BodyAnswer"]
    assert one["properties"]["verdict"]["enum"] == ["valid", "needs_review", "rejected", "duplicate"]
    odd = {**api.sample(coolant_temp_f=999), "gear": 3}
    assert set((await api.post(odd)).json()) == set(one["properties"])
    assert set((await api.post(api.sample("other"))).json()) == set(one["required"])
    assert set((await api.post([odd])).json()) == set(many["properties"]) == {*many["required"], "ignored"}


async def test_the_documents_patterns_and_bounds_are_those_that_hold(api):
    document = await api.get("/api/openapi.json")
    schemas, text = document["components"]["schemas"], json.dumps(document)
    pattern = schemas["Sample"]["properties"]["vehicle_id"]["pattern"]
    assert re.search(pattern, "truck_07")
    assert "\\z" not in text  # which a client's regular expressions do not know
    body = document["paths"]["/telemetry"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert (body["oneOf"][1]["minItems"], body["oneOf"][1]["maxItems"]) == (1, 1000)
    (limit, _) = document["paths"]["/telemetry"]["get"]["parameters"]
    assert limit["schema"]["minimum"] == 1
    for method, operation in document["paths"]["/telemetry"].items():
        assert ("security" in operation) is (method == "post")
    assert document["components"]["securitySchemes"]["ApiKey"]["name"] == "X-API-Key"
    assert document["components"]["securitySchemes"]["Bearer"]["scheme"] == "bearer"


async def test_every_read_says_what_it_answers_with(api):
    document = await api.get("/api/openapi.json")
    for path, schema in (("/fleet", "Fleet"), ("/units/{vehicle_id}", "UnitDetail"), ("/insights", "Insights"),
                         ("/quarantine", "Quarantined")):  # fmt: skip
        answer = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        assert answer["schema"] == {"$ref": f"#/components/schemas/{schema}"}
    for path, kind in (("/units.csv", "text/csv"), ("/quarantine.csv", "text/csv"), ("/stream", "text/event-stream")):
        assert list(document["paths"][path]["get"]["responses"]["200"]["content"]) == [kind]
    assert "503" in document["paths"]["/stream"]["get"]["responses"]
    assert "404" in document["paths"]["/units/{vehicle_id}"]["get"]["responses"]


async def test_every_reference_in_openapi_leads_somewhere(api):
    document = await api.get("/api/openapi.json")
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document))):
        place = document
        for step in reference.split("/"):
            place = place[step]


async def test_the_example_of_the_post_is_taken_once_its_day_has_come(api):
    post = (await api.get("/api/openapi.json"))["paths"]["/telemetry"]["post"]
    example = post["requestBody"]["content"]["application/json"]["example"]
    api.clock.now += 366 * 86_400
    assert (await api.post(example)).json() == {"status": "ok", "verdict": "valid"}


async def test_the_docs_page_loads_only_what_this_server_has(api):
    page = await api.client.get("/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) >= 3
    for url in loaded:
        assert "//" not in url
        answer = await api.client.get(str(page.url.join(url)))
        assert answer.status_code == 200
    script = (await api.client.get("/api/docs-assets/docs.js")).text
    assert "validatorUrl: null" in script
    assert "<script>" not in page.text


async def test_the_written_docs_name_every_address(api):
    text = DOCS.read_text(encoding="utf-8")
    for path, methods in (await api.get("/api/openapi.json"))["paths"].items():
        for method in methods:
            assert f"`{method.upper()} /api{path}" in text
