"""Who may write to `/api`: holders of the key, and without a key this machine alone."""

import hmac
from functools import lru_cache
from ipaddress import ip_address

from starlette.types import ASGIApp, Receive, Scope, Send

from connected_ops.guards.authority import header_values
from connected_ops.guards.origin import READS
from connected_ops.guards.problem import problem, refuse

PREFIX = "/api"
HEADER = b"x-api-key"
SOURCE_MARK = "connected_ops.source"
CHALLENGE = {"WWW-Authenticate": 'ApiKey header="X-API-Key"'}
NEEDS_KEY = (
    "Writing here needs this server's key in the header X-API-Key: the value of its CONNECTED_OPS_API_KEY, "
    "or the key that it printed at its start."
)
NO_KEY_SET = (
    "Without a key only this machine may write here: start the server with CONNECTED_OPS_API_KEY set, "
    "and send the same value in the header X-API-Key."
)


@lru_cache(maxsize=128)  # asked of every write, mostly about the same few clients
def is_loopback(host: str) -> bool:
    """Whether that address or name, of a client or to bind to, is this machine and no other; False for other names."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def is_simulated(scope: Scope) -> bool:
    """Whether the running emulator sent this in-process; the mark lies in the scope, out of reach of any header."""
    return scope.get("state", {}).get(SOURCE_MARK) == "simulated"


class WriteKeyGuard:
    """Answers 401 to methods other than GET, HEAD and OPTIONS under `/api` that may not write.

    With `api_key` every client needs it. Without one, all pass if the server is `bound_to_loopback`, else only clients
    on this machine. The emulator always passes.
    """

    def __init__(self, app: ASGIApp, *, api_key: str | None, bound_to_loopback: bool) -> None:
        self.app = app
        self.key = api_key.encode() if api_key else None
        self.bound_to_loopback = bound_to_loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _is_write(scope) and not is_simulated(scope) and not self._may_write(scope):
            sentence = NEEDS_KEY if self.key else NO_KEY_SET
            await refuse(scope, receive, send, problem(401, sentence, CHALLENGE))
            return
        await self.app(scope, receive, send)

    def _may_write(self, scope: Scope) -> bool:
        if self.key:
            given = header_values(scope, HEADER)
            return len(given) == 1 and hmac.compare_digest(given[0], self.key)
        client = scope.get("client")
        return self.bound_to_loopback or (client is not None and is_loopback(client[0]))


def _is_write(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] in READS:
        return False
    return scope["path"] == PREFIX or scope["path"].startswith(PREFIX + "/")
