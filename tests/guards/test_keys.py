import asyncio
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp
from structlog.testing import capture_logs

from connected_ops.guards.access import Access
from connected_ops.guards.keys import WriteKeyGuard


def guard(api_key: str | None, bound_to_loopback: bool, locked: bool = False) -> Callable[[ASGIApp], WriteKeyGuard]:
    return lambda app: WriteKeyGuard(app, Access(api_key=api_key, bound_to_loopback=bound_to_loopback, locked=locked))


KEYED, KEYED_AT_HOME = guard("s3cret", False), guard("s3cret", True)
OPEN, AT_HOME = guard(None, False), guard(None, True)
LOCKED_AT_HOME = guard(None, True, locked=True)
RIGHT, WRONG, NONE = [(b"x-api-key", b"s3cret")], [(b"x-api-key", b"s3crets")], []
BEARER = [(b"authorization", b"Bearer s3cret")]
NEAR, FAR = ("127.0.0.1", 5), ("192.168.1.20", 5)
POST = {"method": "POST", "path": "/api/telemetry"}


@pytest.mark.parametrize(
    ("guard", "headers", "client"),
    [
        (KEYED, BEARER, FAR),
        (KEYED, [(b"authorization", b"bearer  s3cret ")], FAR),
        (KEYED, [*RIGHT, (b"authorization", b"Bearer of a proxy")], FAR),
        (KEYED, [*RIGHT, (b"authorization", b"Basic czNjcmV0")], FAR),
        (KEYED, RIGHT, FAR),
        (KEYED, RIGHT, NEAR),
        (KEYED_AT_HOME, RIGHT, NEAR),
        (OPEN, NONE, NEAR),
        (OPEN, NONE, ("::1", 5)),
        (OPEN, NONE, ("::ffff:127.0.0.1", 5)),
        (AT_HOME, NONE, NEAR),
        (AT_HOME, NONE, None),
        (AT_HOME, RIGHT, NEAR),
        (LOCKED_AT_HOME, NONE, NEAR),
    ],
)
async def test_who_may_write(pass_through, guard, headers, client):
    assert (await pass_through(guard, headers, client=client, **POST)).reached


@pytest.mark.parametrize(
    ("guard", "headers", "client"),
    [
        (KEYED, WRONG, FAR),
        (KEYED, [(b"authorization", b"Bearer s3crets")], FAR),
        (KEYED, [(b"authorization", b"Bearer")], FAR),
        (KEYED, [(b"authorization", b"s3cret")], FAR),
        (KEYED, [(b"authorization", b"Basic s3cret")], FAR),
        (KEYED, BEARER + BEARER, FAR),
        (KEYED, [*WRONG, *BEARER], FAR),
        (OPEN, BEARER, FAR),
        (KEYED, NONE, FAR),
        (KEYED, NONE, NEAR),
        (KEYED, [(b"x-api-key", b"")], FAR),
        (KEYED, RIGHT + RIGHT, FAR),
        (KEYED_AT_HOME, NONE, NEAR),
        (OPEN, NONE, FAR),
        (OPEN, RIGHT, FAR),
        (OPEN, NONE, None),
        (OPEN, NONE, ("localhost.evil.example", 5)),
        (OPEN, [(b"x-forwarded-for", b"127.0.0.1")], NEAR),
        (AT_HOME, [(b"forwarded", b"for=127.0.0.1")], NEAR),
        (AT_HOME, [(b"x-real-ip", b"127.0.0.1")], NEAR),
        (AT_HOME, [(b"x-forwarded-host", b"localhost")], NEAR),
        (AT_HOME, [(b"via", b"1.1 proxy")], NEAR),
    ],
)
async def test_who_may_not_and_what_to_do_about_it(pass_through, guard, headers, client):
    outcome = await pass_through(guard, headers, client=client, **POST)
    sentence = outcome.assert_problem(401)
    assert "CONNECTED_OPS_API_KEY" in sentence
    assert "X-API-Key" in sentence
    assert b"s3cret" not in outcome.body
    assert b"www-authenticate" in outcome.headers


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/reset"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
async def test_every_way_of_writing_under_api_is_guarded(pass_through, path, method):
    (await pass_through(KEYED, path=path, method=method, client=FAR)).assert_problem(401)


@pytest.mark.parametrize(
    "request_",
    [
        {"path": "/api/fleet"},
        {"path": "/api/fleet", "method": "HEAD"},
        {"path": "/api/fleet", "method": "OPTIONS"},
        {"path": "/", "method": "POST"},
        {"path": "/apiary", "method": "POST"},
        {"path": "/websocket/", "kind": "websocket"},
        {"kind": "lifespan"},
    ],
    ids=str,
)
async def test_reads_and_pages_need_no_key(pass_through, request_):
    assert (await pass_through(KEYED, client=FAR, **request_)).reached


async def test_the_emulator_passes_by_its_mark_in_the_scope(pass_through):
    marked = {"state": {"connected_ops.source": "simulated"}}
    assert (await pass_through(KEYED, client=NEAR, **marked, **POST)).reached


async def test_the_mark_cannot_be_sent(pass_through):
    headers = [(b"connected_ops.source", b"simulated"), (b"x-source", b"simulated")]
    (await pass_through(KEYED, headers, client=FAR, **POST)).assert_problem(401)


async def test_a_locked_server_takes_data_at_home_and_no_acts(pass_through):
    for path in ("/api/reset", "/api/simulate_anomaly"):
        sentence = (await pass_through(LOCKED_AT_HOME, path=path, method="POST", client=NEAR)).assert_problem(401)
        assert "sign-in" in sentence


@pytest.mark.parametrize("wrong", [WRONG, [(b"authorization", b"Bearer s3crets")]])
async def test_wrong_keys_are_logged_and_slowed_and_the_right_one_from_elsewhere_is_not(pass_through, wrong):
    keyed = partial(WriteKeyGuard, access=Access(api_key="s3cret", bound_to_loopback=False))
    with capture_logs() as logs:
        for _ in range(5):
            (await pass_through(keyed, wrong, client=FAR, **POST)).assert_problem(401)
        for headers in (wrong, RIGHT, BEARER):
            slowed = await pass_through(keyed, headers, client=FAR, **POST)
            slowed.assert_problem(429)
            assert slowed.headers[b"retry-after"] == b"1"
    assert [(line["event"], line["door"], line["client"]) for line in logs] == [("wrong key", "api", FAR[0])] * 5
    assert "s3cret" not in str(logs)
    assert (await pass_through(keyed, RIGHT, client=NEAR, **POST)).reached
    (await pass_through(keyed, NONE, client=FAR, **POST)).assert_problem(401)


async def test_who_has_signed_in_may_write_from_a_page_and_from_nowhere_else(pass_through):
    access = Access(api_key="s3cret", bound_to_loopback=False)
    keyed = partial(WriteKeyGuard, access=access)
    cookie = (b"cookie", b"connected_ops_8000=" + access.passes.issue().encode())
    host, origin = (b"host", b"lab:8000"), (b"origin", b"http://lab:8000")
    assert (await pass_through(keyed, [host, origin, cookie], client=FAR, **POST)).reached
    for lacking in ([host, cookie], [host, origin], [origin, cookie], [(b"host", b"lab:9000"), origin, cookie]):
        (await pass_through(keyed, lacking, client=FAR, **POST)).assert_problem(401)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(key=st.binary(max_size=300), host=st.text(max_size=50))
def test_garbage_is_answered_never_raised(pass_through, key, host):
    outcome = asyncio.run(pass_through(KEYED, [(b"x-api-key", key)], client=(host, 1), **POST))
    assert outcome.reached == (key == b"s3cret")
    asyncio.run(pass_through(OPEN, client=(host, 1), **POST))
