import asyncio
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connected_ops.guards.keys import WriteKeyGuard, is_loopback

KEYED = partial(WriteKeyGuard, api_key="s3cret", bound_to_loopback=False)
KEYED_AT_HOME = partial(WriteKeyGuard, api_key="s3cret", bound_to_loopback=True)
OPEN = partial(WriteKeyGuard, api_key=None, bound_to_loopback=False)
AT_HOME = partial(WriteKeyGuard, api_key=None, bound_to_loopback=True)
RIGHT, WRONG, NONE = [(b"x-api-key", b"s3cret")], [(b"x-api-key", b"s3crets")], []
NEAR, FAR = ("127.0.0.1", 5), ("192.168.1.20", 5)
POST = {"method": "POST", "path": "/api/telemetry"}


@pytest.mark.parametrize(
    ("guard", "headers", "client"),
    [
        (KEYED, RIGHT, FAR),
        (KEYED, RIGHT, NEAR),
        (KEYED_AT_HOME, RIGHT, NEAR),
        (OPEN, NONE, NEAR),
        (OPEN, NONE, ("::1", 5)),
        (OPEN, NONE, ("::ffff:127.0.0.1", 5)),
        (AT_HOME, NONE, NEAR),
        (AT_HOME, NONE, None),
    ],
)
async def test_who_may_write(pass_through, guard, headers, client):
    assert (await pass_through(guard, headers, client=client, **POST)).reached


@pytest.mark.parametrize(
    ("guard", "headers", "client"),
    [
        (KEYED, WRONG, FAR),
        (KEYED, NONE, FAR),
        (KEYED, NONE, NEAR),
        (KEYED, [(b"x-api-key", b"")], FAR),
        (KEYED, RIGHT + RIGHT, FAR),
        (KEYED_AT_HOME, NONE, NEAR),
        (OPEN, NONE, FAR),
        (OPEN, RIGHT, FAR),
        (OPEN, NONE, None),
        (OPEN, NONE, ("localhost.evil.example", 5)),
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


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("localhost", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("lab", False),
    ],
)
def test_which_addresses_are_this_machine(host, answer):
    assert is_loopback(host) is answer


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(key=st.binary(max_size=300), host=st.text(max_size=50))
def test_garbage_is_answered_never_raised(pass_through, key, host):
    outcome = asyncio.run(pass_through(KEYED, [(b"x-api-key", key)], client=(host, 1), **POST))
    assert outcome.reached == (key == b"s3cret")
    asyncio.run(pass_through(OPEN, client=(host, 1), **POST))
