import asyncio
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connected_ops.guards.host import HostGuard

GUARD = partial(HostGuard, names=["Demo.Example.com"])


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "host",
    [
        b"localhost",
        b"localhost:8000",
        b"LOCALHOST.",
        b"lab.localhost:80",
        b"127.0.0.1:8000",
        b"192.168.1.20",
        b"[::1]:8000",
        b"[2001:DB8::1]",
        b"demo.example.com",
        b"DEMO.example.com.:443",
    ],
)
async def test_own_names_and_addresses_pass(pass_through, kind, host):
    assert (await pass_through(GUARD, [(b"host", host)], kind=kind)).reached


@pytest.mark.parametrize(
    "host",
    [
        b"evil.example",
        b"localhost.evil.example",
        b"notlocalhost",
        b"x.demo.example.com",
        b"127.1",
        b"0x7f.0.0.1",
        b"1.2.3",
    ],
)
async def test_other_names_get_421_and_the_setting_that_adds_them(pass_through, host):
    sentence = (await pass_through(GUARD, [(b"host", host)])).assert_problem(421)
    assert "CONNECTED_OPS_ALLOWED_HOSTS" in sentence
    assert host.decode() not in sentence


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"host", b"")],
        [(b"host", b"localhost"), (b"host", b"localhost")],
        [(b"host", b"localhost:")],
        [(b"host", b"localhost:0")],
        [(b"host", b"localhost:65536")],
        [(b"host", b"localhost\n")],
        [(b"host", b"localhost@evil.example")],
        [(b"host", b"a..b")],
        [(b"host", b".")],
        [(b"host", b"::1")],
        [(b"host", b"[::1")],
        [(b"host", b"[:::1]")],
        [(b"host", b"[fe80::1%25eth0]")],
        [(b"host", "lörrach.example".encode())],
        [(b"host", b"a" * 30_000)],
    ],
    ids=repr,
)
async def test_a_missing_or_malformed_host_is_400(pass_through, headers):
    (await pass_through(GUARD, headers)).assert_problem(400)


async def test_a_refused_handshake_carries_the_problem_where_the_server_can_send_it(pass_through):
    headers = [(b"host", b"evil.example")]
    extensions = {"websocket.http.response": {}}
    (await pass_through(GUARD, headers, kind="websocket", extensions=extensions)).assert_problem(421)
    bare = await pass_through(GUARD, headers, kind="websocket")
    assert not bare.reached
    assert bare.messages == [{"type": "websocket.close", "code": 1008}]


async def test_the_lifespan_has_no_host(pass_through):
    assert (await pass_through(GUARD, kind="lifespan")).reached


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(hosts=st.lists(st.binary(max_size=300), max_size=2))
def test_garbage_is_answered_never_raised(pass_through, hosts):
    outcome = asyncio.run(pass_through(GUARD, [(b"host", host) for host in hosts]))
    assert outcome.reached or outcome.status in (400, 421)
