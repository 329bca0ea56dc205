import json

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request as StarletteRequest
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route

from connected_ops.guards.body import BodyCap


async def length(request: StarletteRequest) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def unread(request: StarletteRequest) -> PlainTextResponse:
    return PlainTextResponse("did not look")


async def own_413(request: StarletteRequest) -> JSONResponse:
    return JSONResponse({"detail": "1,001 samples"}, 413, media_type="application/problem+json")


@pytest.fixture
def client():
    api = FastAPI()

    @api.post("/length")
    async def api_length(request: Request) -> int:
        return len(await request.body())

    @api.post("/model")
    async def model(body: dict[str, int]) -> int:
        return len(body)

    routes = [
        Mount("/api", api),
        Route("/length", length, methods=["POST"]),
        Route("/unread", unread, methods=["POST"]),
        Route("/upload", length, methods=["POST"]),
        Route("/own", own_413, methods=["POST"]),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(BodyCap, max_body=100, larger={"/upload": 200})])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")


async def chunked(size: int):
    for _ in range(size):
        yield b"x"


@pytest.mark.parametrize("path", ["/length", "/api/length"])
async def test_a_body_up_to_the_cap_passes(client, path):
    assert (await client.post(path, content=b"x" * 100)).text == "100"
    assert (await client.post(path, content=chunked(100))).text == "100"


@pytest.mark.parametrize("path", ["/length", "/unread", "/api/length", "/api/model"])
async def test_a_longer_announced_body_is_413_by_problem_details(client, path):
    assert_too_large(await client.post(path, content=b"x" * 101))


@pytest.mark.parametrize("path", ["/length", "/api/length", "/api/model"])
async def test_a_longer_chunked_body_is_413_without_content_length(client, path):
    response = await client.post(path, content=chunked(101))
    assert "content-length" not in response.request.headers
    assert response.status_code == 413
    assert_too_large(response)


def assert_too_large(response: httpx.Response) -> None:
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"
    assert len(response.content) <= 1024
    body = json.loads(response.content)
    assert body["status"] == 413
    assert "100 bytes" in body["detail"]


async def test_one_path_may_take_more_and_has_its_own_cap(client):
    assert (await client.post("/upload", content=b"x" * 200)).text == "200"
    assert (await client.post("/upload", content=chunked(201))).status_code == 413
    assert (await client.post("/upload", content=b"x" * 201)).status_code == 413
    assert (await client.post("/upload/", content=b"x" * 101)).status_code == 413


async def test_a_413_of_the_app_keeps_its_own_sentence(client):
    response = await client.post("/own", content=b"x")
    assert response.json() == {"detail": "1,001 samples"}
