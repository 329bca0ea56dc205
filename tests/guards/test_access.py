from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.guards.access import Access, ActsOn, cookie_of, pass_of

HERE, FAR = "127.0.0.1", "203.0.113.9"
HOST = (b"host", b"localhost:8000")


def scope(client: str | None = HERE, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "websocket", "client": client and (client, 5), "headers": [HOST, *headers]}


def signed(access: Access) -> tuple[bytes, bytes]:
    return b"cookie", b"theme=dark; connected_ops_8000=" + access.passes.issue().encode() + b"; a=b"


WHO_MAY = (
    # key, bound to loopback, locked, client, forwarded: may act on the simulation, on records
    (False, True, False, HERE, False, True, True),
    (False, True, False, None, False, True, True),
    (False, True, False, HERE, True, True, False),
    (False, True, True, HERE, False, False, False),
    (False, False, False, HERE, False, True, True),
    (False, False, False, FAR, False, True, False),
    (False, False, False, None, False, True, False),
    (False, False, False, HERE, True, True, False),
    (False, False, True, FAR, False, False, False),
    (True, True, False, HERE, False, True, False),
    (True, True, True, HERE, False, False, False),
    (True, False, False, FAR, False, True, False),
    (True, False, True, FAR, False, False, False),
)


@pytest.mark.parametrize(("key", "loopback", "locked", "client", "forwarded", "simulation", "records"), WHO_MAY)
def test_who_may_do_what(key, loopback, locked, client, forwarded, simulation, records):
    access = Access(api_key="s3cret" if key else None, bound_to_loopback=loopback, locked=locked)
    headers = [(b"x-forwarded-for", b"127.0.0.1")] if forwarded else []
    stranger = access.visitor(scope(client, *headers))
    expected: dict[ActsOn, bool] = {"simulation": simulation, "records": records}
    assert {on: stranger.refusal(on) is None for on in expected} == expected
    assert stranger.asks is not (simulation and records), "a sign-in matters where something is refused without"
    assert access.asks or (loopback and not key and not locked)
    operator = access.visitor(scope(client, *headers, signed(access)))
    assert operator.signed_in
    assert [operator.refusal(on) for on in expected] == [None, None]


@pytest.mark.parametrize(
    ("access", "client", "words"),
    [
        (Access(api_key="s3cret", bound_to_loopback=False), FAR, "with this server's key"),
        (Access(api_key=None, bound_to_loopback=False), FAR, "the link that this server printed"),
        (Access(api_key=None, bound_to_loopback=True), FAR, "CONNECTED_OPS_API_KEY"),
    ],
)
def test_a_refusal_says_what_to_do(access, client, words):
    said = access.visitor(scope(client, (b"forwarded", b"for=1.2.3.4"))).refusal("records")
    assert words in said
    assert "s3cret" not in said
    assert access.passes.token not in said


def test_a_sign_in_that_runs_out_or_is_ended_ends_in_an_open_page_too():
    now = [1000.0]
    access = Access(api_key="s3cret", bound_to_loopback=False, clock=lambda: now[0])
    one, other = (access.visitor(scope(FAR, signed(access))) for _ in range(2))
    access.passes.end(one.shown)
    assert (one.refusal("records") is None, other.refusal("records")) == (False, None)
    now[0] += 24 * 3600
    assert not other.signed_in


def test_two_servers_on_one_machine_keep_their_cookies_apart():
    assert cookie_of(scope()) == "connected_ops_8000"
    assert cookie_of({"headers": [(b"host", b"lab.example")]}) == "connected_ops"


@given(cookie=st.binary(max_size=200))
def test_any_cookie_is_read_without_raising(cookie):
    access = Access(api_key="s3cret", bound_to_loopback=False)
    asked = scope(FAR, (b"cookie", cookie), (b"cookie", b"connected_ops_8000=" + cookie))
    assert isinstance(pass_of(asked), str)
    assert access.visitor(asked).refusal("records")
