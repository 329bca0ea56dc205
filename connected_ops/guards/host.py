"""Which names this server answers to: a page under a foreign name that resolves to us (DNS rebinding) gets nothing."""

from collections.abc import Iterable

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from connected_ops.guards.authority import Authority, header_values, parse_authority
from connected_ops.guards.problem import problem, refuse

MALFORMED = "The request needs exactly one Host header, a name or an address with an optional port."
UNKNOWN = (
    "This server does not answer to that host name; whoever runs it can add the name to CONNECTED_OPS_ALLOWED_HOSTS."
)


class HostGuard:
    """Passes localhost, *.localhost, IP literals and `names`; other names get 421, a malformed or missing Host 400."""

    def __init__(self, app: ASGIApp, names: Iterable[str] = ()) -> None:
        self.app = app
        self.names = frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and (refusal := self._refusal(scope)):
            await refuse(scope, receive, send, refusal)
            return
        await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        hosts = header_values(scope, b"host")
        authority = parse_authority(hosts[0]) if len(hosts) == 1 else None
        if authority is None:
            return problem(400, MALFORMED)
        return None if self._answers_to(authority) else problem(421, UNKNOWN)

    def _answers_to(self, authority: Authority) -> bool:
        host = authority.host
        return authority.literal or host == "localhost" or host.endswith(".localhost") or host in self.names
