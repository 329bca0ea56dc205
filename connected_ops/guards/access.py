"""Who may do what: where somebody comes from, whether they have signed in or have the key, and what needs that.

Reading needs nothing. On this machine, without a key, everything is open: it is one person's own. Elsewhere, and
everywhere once a key is set, what becomes part of people's records needs a sign-in; the simulated fleet is anybody's to
play with, unless the server is locked.
"""

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import structlog
from starlette.requests import cookie_parser
from starlette.types import Scope

from connected_ops.guards.authority import header_values, is_loopback, parse_authority
from connected_ops.guards.brake import Brake
from connected_ops.guards.passes import Passes

ActsOn = Literal["simulation", "records"]

FORWARDING = frozenset(
    name.encode()
    for name in (
        "forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip", "cf-connecting-ip",
        "x-original-forwarded-for", "x-envoy-external-address", "x-forwarded",
        *(f"x-forwarded-{what}" for what in ("for", "by", "host", "port", "proto", "scheme", "server", "ssl", "uri")),
    )
)  # fmt: skip
"""What proxies and tunnels add to a request that they pass on."""

WITH_KEY = "This needs a sign-in: with this server's key, or with the link that it printed at its start."
WITH_LINK = "This needs a sign-in, with the link that this server printed at its start."
NOT_THROUGH_A_PROXY = (
    "Through a proxy this page is for reading: to act here too, start the server with CONNECTED_OPS_API_KEY set, and "
    "sign in with that key."
)

_log = structlog.get_logger(__name__)


def only_this_machine(host: str, trusted_proxies: str | None) -> bool:
    """Whether every client that can connect to a server bound to `host` is on this machine: not so behind a proxy,
    whose clients come from anywhere."""
    return is_loopback(host) and trusted_proxies is None


class Access:
    """The rules of one server.

    `bound_to_loopback` where only this machine can connect, `locked` where every act needs a sign-in, here and on the
    simulated fleet too. `clock` gives Unix seconds.
    """

    def __init__(
        self,
        *,
        api_key: str | None,
        bound_to_loopback: bool,
        locked: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._key = api_key.encode() if api_key else None
        self._bound_to_loopback = bound_to_loopback
        self.locked = locked
        self.passes = Passes(clock)
        self._brake = Brake()

    @property
    def has_key(self) -> bool:
        """Whether this server has a key."""
        return self._key is not None

    @property
    def asks(self) -> bool:
        """Whether there is anybody here to whom a sign-in makes a difference, a proxy's clients aside."""
        return self.has_key or self.locked or not self._bound_to_loopback

    def at_home(self, scope: Scope) -> bool:
        """Whether that is somebody at this machine, and the server has no key to ask them for. A request that says it
        was forwarded is not from here, wherever its last hop was: its proxy would have to be trusted to tell."""
        if self._key is not None or not FORWARDING.isdisjoint([name for name, _ in scope["headers"]]):
            return False
        return self._bound_to_loopback or is_loopback(address_of(scope))

    def wait_s(self, scope: Scope) -> float:
        """How long keys from that client are not tried, after too many wrong ones (s); 0 where they are."""
        return self._brake.wait_s(address_of(scope))

    def is_key(self, scope: Scope, given: bytes, door: str) -> bool:
        """Whether that is this server's key. A wrong one is logged with the `door` it came to, and slows its sender."""
        return self._tried(scope, self._key is not None and hmac.compare_digest(given, self._key), door)

    def is_link(self, scope: Scope, token: str) -> bool:
        """Whether that is the token of the link that was printed at the start, which is good once."""
        return self._tried(scope, self.passes.redeem(token), "link")

    def _tried(self, scope: Scope, right: bool, door: str) -> bool:
        address = address_of(scope)
        if right:
            self._brake.right(address)
        else:
            self._brake.wrong(address)
            _log.warning("wrong key", door=door, client=address)
        return right

    def visitor(self, scope: Scope) -> "Visitor":
        """Whoever sent that request or opened that websocket."""
        return Visitor(self, self.at_home(scope), pass_of(scope))


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who looks at a page, or sends a request. Asked anew at each act: a sign-in runs out."""

    access: Access
    at_home: bool
    shown: str

    @property
    def asks(self) -> bool:
        """Whether a sign-in makes a difference to them."""
        return self.access.locked or not self.at_home

    @property
    def signed_in(self) -> bool:
        """Whether they have signed in, and not out."""
        return self.shown != "" and self.access.passes.holds(self.shown)

    def refusal(self, acts_on: ActsOn) -> str | None:
        """Why they may not do that, as a sentence that says what to do; None where they may."""
        free = acts_on == "simulation" or self.at_home
        if (free and not self.access.locked) or self.signed_in:
            return None
        if self.access.has_key:
            return WITH_KEY
        return WITH_LINK if self.access.asks else NOT_THROUGH_A_PROXY


def address_of(scope: Scope) -> str:
    """The client's address, "unknown" where the server has none."""
    client = scope.get("client")
    return client[0] if client else "unknown"


def cookie_of(scope: Scope) -> str:
    """The cookie's name: browsers keep one jar for all ports of a host, and two servers may run beside each other."""
    hosts = header_values(scope, b"host")
    authority = parse_authority(hosts[0]) if len(hosts) == 1 else None
    return "connected_ops" if authority is None or authority.port is None else f"connected_ops_{authority.port}"


def pass_of(scope: Scope) -> str:
    """The proof of a sign-in that a request shows, as it was sent; empty where it shows none."""
    given = b"; ".join(header_values(scope, b"cookie"))
    return cookie_parser(given.decode("latin-1")).get(cookie_of(scope), "") if given else ""
