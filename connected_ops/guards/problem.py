"""How a guard says no: problem details (RFC 9457), never with a word of what was sent."""

from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from connected_ops.errors import PROBLEM, problem_body

POLICY_VIOLATION = 1008


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """A response of that status whose `detail` is one sentence for a person; well under 1 kB."""
    return Response(problem_body(status, detail), status, headers, media_type=PROBLEM)


async def refuse(scope: Scope, receive: Receive, send: Send, response: Response) -> None:
    """Answer a request, or a websocket's handshake, with that response instead of passing it on."""
    if scope["type"] == "websocket" and "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})  # the server turns it into a bare 403
        return
    await response(scope, receive, send)
