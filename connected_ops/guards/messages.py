"""What a browser may say over the live connection: what a page of ours has Shiny's script send, and nothing else.

Shiny keeps a reactive value for every name that comes, parses whatever is sent while every page waits, and answers what
it cannot read with a trace in the log. Twelve messages of 0.97 MB took a server from 238 to 1,009 MB and let other
pages stand for 37 s. Here a message is read before Shiny sees it.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 64 * 1024
MOST_KEYS = 64
MOST_DEPTH = 16
RATE = 40.0  # messages a second for ever: a slider that is dragged sends 7, a key that is held down 30
BURST = 240.0
BYTES_A_TOKEN = 4096  # a long message counts as several
POLICY_VIOLATION, TOO_BIG = 1008, 1009

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a connection is closed: a word for the log and the metrics, the sentence that its peer gets, the code."""

    why: str
    sentence: str
    code: int = POLICY_VIOLATION


TOO_LARGE = Refusal("too large", f"a message is at most {MOST_BYTES:,} bytes", TOO_BIG)
TOO_MANY = Refusal("too many", "too many messages")
BINARY = Refusal("binary", "messages are text")
UNREADABLE = Refusal("unreadable", "a message is what the page sends")
OUT_OF_TURN = Refusal("out of turn", "one init comes first, then updates")

Names = Mapping[str, type]
"""Every input's name that may come. A client's own word about itself (`str`, `bool`, `float`) has to be of that type,
`object` is whatever the app itself judges."""


def _nothing(why: str) -> None:
    pass


class MessageGuard:
    """Reads what comes by websocket before the app does.

    Let in are Shiny's `init`, once and first, and `update`, as text of at most 64 KiB with at most 64 values, at most
    40 a second after a burst of 240. Values under a name that is not in `names` are taken out. Who sends anything
    else is closed with 1008 (1009 where it is too large), the app sees a disconnect, and `on_refusal` gets the reason
    in a word or two.
    """

    def __init__(
        self,
        app: ASGIApp,
        names: Names,
        *,
        on_refusal: Callable[[str], object] = _nothing,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.app = app
        self.names = names
        self.on_refusal = on_refusal
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        client = scope.get("client")
        talk = _Talk(self, receive, send, client[0] if client else "unknown")
        await self.app(scope, talk.receive, talk.send)


class _Talk:
    """One connection; `receive` and `send` are what the app gets to see."""

    def __init__(self, guard: MessageGuard, receive: Receive, send: Send, client: str) -> None:
        self._guard = guard
        self._from_peer = receive
        self._to_peer = send
        self._client = client
        self._tokens = BURST
        self._counted_at = guard.clock()
        self._begun = False
        self._told_of_names = False
        self._closed: Message | None = None

    async def send(self, message: Message) -> None:
        """To the peer, or OSError once it was sent away (as ASGI servers do where nobody is left)."""
        if self._closed is not None:
            raise OSError("the websocket's peer was sent away")
        await self._to_peer(message)

    async def receive(self) -> Message:
        """The next message that may come in."""
        while self._closed is None:
            message = await self._from_peer()
            if message["type"] != "websocket.receive":
                if message["type"] == "websocket.disconnect" and message.get("code") == TOO_BIG:
                    self._tell(TOO_LARGE)  # the server has closed it before the whole of it was read
                return message
            read = self._read(message)
            if isinstance(read, Refusal):
                await self._close(read)
            elif read is not None:
                return {"type": "websocket.receive", "text": read}
        return dict(self._closed)

    def _read(self, message: Message) -> str | Refusal | None:
        """The message as the app may have it, None where nothing of it is left, or why it may not come."""
        text = message.get("text")
        if text is None:
            return BINARY
        size = len(text) if text.isascii() else len(text.encode())
        if size > MOST_BYTES:
            return TOO_LARGE
        if not self._counts(1.0 + size // BYTES_A_TOKEN):
            return TOO_MANY
        found = _parsed(text)
        if found is None:
            return UNREADABLE
        method, data = found
        if (method == "init") is self._begun:
            return OUT_OF_TURN
        self._begun = True
        known = {name: value for name, value in data.items() if name in self._guard.names}
        if not all(_fits(value, self._guard.names[name]) for name, value in known.items()):
            return UNREADABLE
        if len(known) == len(data):
            return text
        self._tell_of_names(next(name for name in data if name not in known), len(data) - len(known))
        return json.dumps({"method": method, "data": known}) if known or method == "init" else None

    def _counts(self, cost: float) -> bool:
        """Take that many tokens; False where there are not as many."""
        now = self._guard.clock()
        self._tokens = min(BURST, self._tokens + RATE * (now - self._counted_at)) - cost
        self._counted_at = now
        return self._tokens >= 0

    async def _close(self, refusal: Refusal) -> None:
        self._tell(refusal)
        said = {"code": refusal.code, "reason": refusal.sentence}
        self._closed = {"type": "websocket.disconnect", **said}
        await self._to_peer({"type": "websocket.close", **said})

    def _tell(self, refusal: Refusal) -> None:
        self._guard.on_refusal(refusal.why)
        _log.warning("live connection closed for what it sent", why=refusal.why, client=self._client)

    def _tell_of_names(self, first: str, count: int) -> None:
        if not self._told_of_names:  # once a connection: who sends one sends many
            self._told_of_names = True
            _log.warning(
                "live connection: unknown inputs left out", count=count, first=ascii(first)[:40], client=self._client
            )


def _parsed(text: str) -> tuple[str, dict[str, object]] | None:
    """The method and the values of a message in the form that Shiny knows; None for any other text."""
    try:
        message = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):  # ValueError: no JSON, and a whole number of thousands of digits
        return None
    if not isinstance(message, dict):
        return None
    method, data = message.get("method"), message.get("data")
    if method not in ("init", "update") or not isinstance(data, dict) or len(data) > MOST_KEYS:
        return None
    return (method, data) if _shallow(data, MOST_DEPTH) else None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _shallow(value: object, levels: int) -> bool:
    """Whether containers lie in it at most that many levels deep: Shiny's parser goes a frame deeper for each."""
    if isinstance(value, dict):
        return levels > 0 and all(_shallow(each, levels - 1) for each in value.values())
    if isinstance(value, list):
        return levels > 0 and all(_shallow(each, levels - 1) for each in value)
    return True


def _fits(value: object, kind: type) -> bool:
    """Whether the value is of that kind. What a browser says of its own address is plain ASCII, percent-encoded."""
    if kind is str:
        return isinstance(value, str) and value.isascii()
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, kind)
