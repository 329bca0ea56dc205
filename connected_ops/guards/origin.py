"""Who may act through a visitor's browser: only pages of this server. Shiny does not check its websocket's Origin."""

import re
from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from connected_ops.guards.authority import header_values, parse_authority
from connected_ops.guards.problem import problem, refuse

READS = frozenset({"GET", "HEAD", "OPTIONS"})
ORIGIN = re.compile(rb"(https?)://(.+)", re.IGNORECASE)
DEFAULT_PORT = {b"http": 80, b"https": 443}
FOREIGN = "A page of another origin may not write here or open a live connection; open this server's own page instead."
NONE = "A live connection is for this server's own pages, and needs the Origin that every browser sends."


class OriginGuard:
    """Refuses websockets and writing requests of a foreign page with 403.

    An Origin passes if its host and port are those of the Host header, whichever the scheme (a proxy may speak TLS for
    us), or if its host is one of `names`. A write without an Origin passes: every browser sends one, so it is no
    browser, and the key guard judges it. A websocket needs one: it carries a page's buttons.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str] = ()) -> None:
        self.app = app
        self.names = frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        live = scope["type"] == "websocket"
        if live or (scope["type"] == "http" and scope["method"] not in READS):
            origins = header_values(scope, b"origin")
            if not origins and live:
                await refuse(scope, receive, send, problem(403, NONE))
                return
            if origins and not self._is_own(origins, header_values(scope, b"host")):
                await refuse(scope, receive, send, problem(403, FOREIGN))
                return
        await self.app(scope, receive, send)

    def _is_own(self, origins: list[bytes], hosts: list[bytes]) -> bool:
        match = ORIGIN.fullmatch(origins[0])
        if match is None or len(origins) != 1 or len(hosts) != 1:
            return False
        origin, host = parse_authority(match[2]), parse_authority(hosts[0])
        if origin is None or host is None:
            return False
        port = DEFAULT_PORT[match[1].lower()]
        same = origin.host == host.host and (origin.port or port) == (host.port or port)
        return same or origin.host in self.names
