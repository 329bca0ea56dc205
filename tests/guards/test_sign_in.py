from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from structlog.testing import capture_logs

from connected_ops.guards.access import Access
from connected_ops.guards.sign_in import link_of, sign_in_routes

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
KEY = "s3cret-%&=+"


def browser(access: Access, client: str = "203.0.113.9", base: str = "http://lab:8000") -> httpx.AsyncClient:
    async def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse("in" if access.visitor(request.scope).signed_in else "out")

    app = Starlette(routes=[Route("/", page), *sign_in_routes(access)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(client, 5)), base_url=base)


@pytest.fixture
def access() -> Access:
    return Access(api_key=KEY, bound_to_loopback=False)


@pytest.fixture
async def visitor(access: Access) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(access) as client:
        yield client


async def test_the_link_signs_in_once_and_leaves_no_token_in_the_address(access, visitor):
    answer = await visitor.get(link_of(access))
    assert (answer.status_code, str(answer.next_request.url)) == (303, "http://lab:8000/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("connected_ops_8000=")
    assert [part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200")] == [True] * 4
    assert "Secure" not in cookie
    assert answer.headers["cache-control"] == "no-store"
    assert (await visitor.get("/")).text == "in"
    async with browser(access) as other:
        again = await other.get(link_of(access))
        assert (again.status_code, again.headers.get("set-cookie")) == (403, None)
        assert "works once" in again.text
        assert (await other.get("/")).text == "out"


async def test_who_only_looks_whether_the_link_is_there_does_not_use_it_up(access, visitor):
    assert (await visitor.head(link_of(access))).status_code == 200
    assert (await visitor.get(link_of(access))).status_code == 303


async def test_the_cookie_goes_by_tls_alone_where_the_page_does(access):
    async with browser(access, base="https://lab") as visitor:
        assert "Secure" in (await visitor.get(link_of(access))).headers["set-cookie"]


async def test_the_key_signs_in_by_the_form(access, visitor):
    form = await visitor.get("/sign-in")
    assert 'method="post"' in form.text
    assert 'type="password"' in form.text
    answer = await visitor.post("/sign-in", data={"key": f" {KEY} "})
    assert answer.status_code == 303
    assert (await visitor.get("/")).text == "in"
    assert (await visitor.get("/sign-in")).status_code == 200


async def test_signing_out_ends_it_in_every_window_that_has_the_cookie(access, visitor):
    await visitor.post("/sign-in", data={"key": KEY})
    async with browser(access) as window:
        window.cookies.update(visitor.cookies)
        assert (await window.get("/")).text == "in"
        answer = await visitor.post("/sign-out")
        assert (answer.status_code, str(answer.next_request.url)) == (303, "http://lab:8000/")
        assert (await visitor.get("/")).text == "out"
        assert (await window.get("/")).text == "out"
    assert (await visitor.get("/sign-out")).status_code == 405


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"key": "wrong"}}, {"data": {"key": KEY.upper()}}, {"data": {"key": ""}}, {"data": {"x": KEY}},
        {"json": {"key": KEY}}, {"content": b"\xff\x00", "headers": {"Content-Type": "text/plain"}},
        {"content": b"a&" * 99 + b"key=s3cret", "headers": FORM}, {"content": b"key=%ff%fe", "headers": FORM},
    ],
    ids=lambda sent: str(sent)[:40],
)  # fmt: skip
async def test_anything_else_signs_nobody_in(visitor, sent):
    answer = await visitor.post("/sign-in", **sent)
    assert (answer.status_code, answer.headers.get("set-cookie")) == (403, None)
    assert "s3cret" not in answer.text
    assert (await visitor.get("/")).text == "out"


async def test_wrong_keys_and_links_are_logged_and_slowed(access, visitor):
    with capture_logs() as logs:
        for at in range(5):
            asked = visitor.post("/sign-in", data={"key": "guess"}) if at % 2 else visitor.get("/sign-in?token=guess")
            assert (await asked).status_code == 403
        for slowed in (await visitor.post("/sign-in", data={"key": KEY}), await visitor.get(link_of(access))):
            assert (slowed.status_code, slowed.headers["retry-after"]) == (429, "1")
    assert [line["door"] for line in logs] == ["link", "sign-in", "link", "sign-in", "link"]
    assert {line["client"] for line in logs} == {"203.0.113.9"}
    assert "guess" not in str(logs)
    async with browser(access, "203.0.113.10") as elsewhere:
        assert (await elsewhere.get(link_of(access))).status_code == 303


async def test_without_a_key_there_is_the_link_alone():
    access = Access(api_key=None, bound_to_loopback=False)
    async with browser(access) as visitor:
        page = await visitor.get("/sign-in")
        assert "<form" not in page.text
        assert "CONNECTED_OPS_API_KEY" in page.text
        assert (await visitor.post("/sign-in", data={"key": ""})).status_code == 403
        assert (await visitor.get(link_of(access))).status_code == 303
