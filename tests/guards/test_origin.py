import asyncio
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connected_ops.guards.origin import OriginGuard

GUARD = partial(OriginGuard, names=["demo.example.com"])
KINDS = [
    {"kind": "websocket", "extensions": {"websocket.http.response": {}}},
    {"method": "POST"},
    {"method": "PUT"},
    {"method": "PATCH"},
    {"method": "DELETE"},
]


@pytest.mark.parametrize("request_", KINDS, ids=str)
@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (b"http://localhost:8000", b"localhost:8000"),
        (b"https://localhost:8000", b"LocalHost:8000"),
        (b"http://lab.example", b"lab.example"),
        (b"https://lab.example", b"lab.example"),
        (b"https://lab.example", b"lab.example:443"),
        (b"http://lab.example:80", b"lab.example"),
        (b"HTTP://[::1]:8000", b"[0::1]:8000"),
        (b"https://demo.example.com", b"internal:8000"),
    ],
)
async def test_own_pages_pass_whichever_the_scheme(pass_through, request_, origin, host):
    assert (await pass_through(GUARD, [(b"origin", origin), (b"host", host)], **request_)).reached


@pytest.mark.parametrize("request_", KINDS, ids=str)
@pytest.mark.parametrize(
    "headers",
    [
        [(b"origin", b"http://evil.example"), (b"host", b"localhost:8000")],
        [(b"origin", b"http://localhost:9000"), (b"host", b"localhost:8000")],
        [(b"origin", b"http://localhost"), (b"host", b"localhost:8000")],
        [(b"origin", b"http://demo.example.com.evil.example"), (b"host", b"localhost:8000")],
        [(b"origin", b"null"), (b"host", b"localhost:8000")],
        [(b"origin", b""), (b"host", b"localhost:8000")],
        [(b"origin", b"file://"), (b"host", b"localhost:8000")],
        [(b"origin", b"chrome-extension://abc"), (b"host", b"abc")],
        [(b"origin", b"http://localhost:8000/"), (b"host", b"localhost:8000")],
        [(b"origin", b"http://x@localhost:8000"), (b"host", b"localhost:8000")],
        [(b"origin", b"http://a"), (b"origin", b"http://a"), (b"host", b"a")],
        [(b"origin", b"http://a"), (b"host", b"a"), (b"host", b"a")],
        [(b"origin", b"http://a")],
    ],
    ids=repr,
)
async def test_foreign_pages_get_403(pass_through, request_, headers):
    (await pass_through(GUARD, headers, **request_)).assert_problem(403)


@pytest.mark.parametrize("request_", KINDS[1:], ids=str)
async def test_a_write_without_an_origin_is_no_browser_and_passes(pass_through, request_):
    assert (await pass_through(GUARD, [(b"host", b"localhost")], **request_)).reached


async def test_a_live_connection_without_an_origin_is_refused(pass_through):
    sentence = (await pass_through(GUARD, [(b"host", b"localhost")], **KINDS[0])).assert_problem(403)
    assert "Origin" in sentence


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
async def test_reading_is_free(pass_through, method):
    assert (await pass_through(GUARD, [(b"origin", b"http://evil.example"), (b"host", b"a")], method=method)).reached


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(origin=st.binary(max_size=300) | st.binary(max_size=60).map(b"http://".__add__), host=st.binary(max_size=300))
def test_garbage_is_answered_never_raised(pass_through, origin, host):
    outcome = asyncio.run(pass_through(GUARD, [(b"origin", origin), (b"host", host)], method="POST"))
    assert outcome.reached or outcome.status == 403
