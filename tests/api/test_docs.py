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
    assert set(post["responses"]) == {"200", "400", "401", "409", "413", "415", "422", "429"}
    assert set(post["requestBody"]["content"]) == {"application/json", "application/x-ndjson"}
    assert post["parameters"][0]["schema"]["enum"] == ["live", "replay", "simulated"]
    assert document["components"]["schemas"]["Sample"]["required"] == ["ts", "vehicle_id"]


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
