"""The size of a request's body, whether announced or not."""

from collections.abc import Mapping

from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connected_ops.errors import PROBLEM
from connected_ops.guards.problem import problem

MAX_BODY = 1024 * 1024


class BodyCap:
    """Starlette's body limit, with its 413 (and that of frameworks that catch it) said as problem details.

    A 413 of the app that is problem details already passes as it is. `larger` are the paths that may take more.
    """

    def __init__(self, app: ASGIApp, max_body: int = MAX_BODY, larger: Mapping[str, int] | None = None) -> None:
        self.app = app
        self.larger = {path: BodyCap(app, most) for path, most in (larger or {}).items()}
        self.max_body = max_body
        self.limited = RequestBodyLimitMiddleware(app, max_body)
        self.sentence = f"The body is larger than {max_body:,} bytes; send it in parts."

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        larger = self.larger.get(scope.get("path", ""))
        if larger is not None:
            await larger(scope, receive, send)
            return
        if _announces_at_most(scope, self.max_body):
            await self.app(scope, receive, send)
            return
        replaced = False

        async def send_problem(message: Message) -> None:
            nonlocal replaced
            if _needs_saying(message):
                replaced = True
                await problem(413, self.sentence)(scope, receive, send)
            elif not replaced:
                await send(message)

        await self.limited(scope, receive, send_problem)


def _announces_at_most(scope: Scope, most: int) -> bool:
    """Whether the request says its body's length, and says little: the server reads no more than was announced, so
    there is nothing to count."""
    if scope["type"] != "http":
        return True
    length = b""
    for name, value in scope["headers"]:
        if name == b"content-length":
            if length:
                return False
            length = value
        elif name == b"transfer-encoding":
            return False
    return length.isdigit() and len(length) <= 9 and int(length) <= most


def _needs_saying(message: Message) -> bool:
    if message["type"] != "http.response.start" or message["status"] != 413:
        return False
    return (b"content-type", PROBLEM.encode()) not in message["headers"]
