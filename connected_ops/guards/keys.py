"""Who may write to `/api`: holders of the key and whoever has signed in, and without a key this machine."""

from math import ceil

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from connected_ops.guards.access import Access
from connected_ops.guards.authority import header_values
from connected_ops.guards.origin import READS
from connected_ops.guards.problem import problem, refuse

PREFIX = "/api"
ACTS = frozenset({f"{PREFIX}/reset", f"{PREFIX}/simulate_anomaly"})
"""Writes that are acts on the simulated fleet, not data."""

HEADER = b"x-api-key"
BEARER = b"bearer "
SOURCE_MARK = "connected_ops.source"
CHALLENGE = {"WWW-Authenticate": 'ApiKey header="X-API-Key", Bearer'}
NEEDS_KEY = (
    "Writing here needs this server's key in the header X-API-Key, or as Authorization: Bearer: the value of its "
    "CONNECTED_OPS_API_KEY, or the key that it printed at its start."
)
NO_KEY_SET = (
    "Without a key only this machine may write here: start the server with CONNECTED_OPS_API_KEY set, "
    "and send the same value in the header X-API-Key."
)
LOCKED = (
    "This server is locked: act on its page after a sign-in, or start it with CONNECTED_OPS_API_KEY set, and send the "
    "same value in the header X-API-Key."
)
SLOWED = "Too many wrong keys came from your address; none is tried for another {wait:,} s."


def is_simulated(scope: Scope) -> bool:
    """Whether the running emulator sent this in-process; the mark lies in the scope, out of reach of any header."""
    return scope.get("state", {}).get(SOURCE_MARK) == "simulated"


class WriteKeyGuard:
    """Answers 401 to methods other than GET, HEAD and OPTIONS under `/api` that may not write.

    With a key every client needs it, in X-API-Key or else as a bearer's, or a sign-in and the Origin of a page (which
    the Origin guard has found to be ours). Without one all pass who are at home, but for acts where the server is
    locked. The emulator always passes. Where too many keys from an address were wrong the answer is 429.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _is_write(scope) and not is_simulated(scope) and (refusal := self._refusal(scope)):
            await refuse(scope, receive, send, refusal)
            return
        await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        given = header_values(scope, HEADER) or _bearers(scope)
        if given and self.access.has_key:
            return self._refusal_of_key(scope, given)
        at_home = self.access.at_home(scope)
        if at_home and not (self.access.locked and scope["path"] in ACTS):
            return None
        if header_values(scope, b"origin") and self.access.visitor(scope).signed_in:
            return None
        sentence = NEEDS_KEY if self.access.has_key else LOCKED if at_home else NO_KEY_SET
        return problem(401, sentence, CHALLENGE)

    def _refusal_of_key(self, scope: Scope, given: list[bytes]) -> Response | None:
        wait = ceil(self.access.wait_s(scope))
        if wait:
            return problem(429, SLOWED.format(wait=wait), {"Retry-After": str(wait)})
        key = given[0] if len(given) == 1 else b""
        return None if self.access.is_key(scope, key, "api") else problem(401, NEEDS_KEY, CHALLENGE)


def _bearers(scope: Scope) -> list[bytes]:
    """The keys in Authorization headers; other schemes are none of ours."""
    headers = (value.strip() for value in header_values(scope, b"authorization"))
    return [value[len(BEARER) :].strip() for value in headers if value[: len(BEARER)].lower() == BEARER]


def _is_write(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] in READS:
        return False
    return scope["path"] == PREFIX or scope["path"].startswith(PREFIX + "/")
