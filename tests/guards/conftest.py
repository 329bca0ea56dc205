"""What guards are tested with: scopes made by hand, and an app that tells whether it was reached."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass
class Outcome:
    """What came out of a guarded app: whether the app was reached, and every message sent."""

    reached: bool = False
    messages: list[Message] = field(default_factory=list)

    @property
    def status(self) -> int:
        return next(m["status"] for m in self.messages if m["type"].endswith("http.response.start"))

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(next(m["headers"] for m in self.messages if m["type"].endswith("http.response.start")))

    @property
    def body(self) -> bytes:
        return b"".join(m["body"] for m in self.messages if m["type"].endswith("http.response.body"))

    def assert_problem(self, status: int) -> str:
        """It is a refusal by problem details of that status; gives the sentence."""
        assert not self.reached
        assert self.status == status
        assert self.headers[b"content-type"] == b"application/problem+json"
        assert len(self.body) <= 1024
        body = json.loads(self.body)
        assert body["type"] == "about:blank"
        assert body["status"] == status
        return body["detail"]


Pass = Callable[..., Any]


@pytest.fixture
def pass_through() -> Pass:
    """Sends one scope through a guard made by `make(app)`."""

    async def run(
        make: Callable[[ASGIApp], ASGIApp],
        headers: Iterable[tuple[bytes, bytes]] = (),
        *,
        kind: str = "http",
        method: str = "GET",
        path: str = "/",
        **more: Any,
    ) -> Outcome:
        outcome = Outcome()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            outcome.reached = True
            if scope["type"] == "http":
                await send({"type": "http.response.start", "status": 200, "headers": [(b"x-app", b"1")]})
                await send({"type": "http.response.body", "body": b"ok"})

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            outcome.messages.append(message)

        scope = {"type": kind, "path": path, "headers": list(headers), "state": {}, **more}
        if kind == "http":
            scope["method"] = method
        await make(app)(scope, receive, send)
        return outcome

    return run
