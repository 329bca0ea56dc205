import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from connected_ops.guards.messages import (
    BURST,
    MOST_BYTES,
    MOST_DEPTH,
    MOST_KEYS,
    RATE,
    MessageGuard,
)

SCOPE: Scope = {"type": "websocket", "path": "/", "headers": [], "client": ("203.0.113.9", 5)}
NAMES = {"find": object, "inject": object, ".clientdata_url_search": str, ".clientdata_pixelratio": float}
INIT = json.dumps({"method": "init", "data": {".clientdata_url_search": "?page=unit", ".clientdata_pixelratio": 2}})


class Talk:
    """What came of a conversation: what the app was given, what the peer was sent, why it was sent away."""

    def __init__(self) -> None:
        self.now = 100.0
        self.given: list[Message] = []
        self.sent: list[Message] = []
        self.refused: list[str] = []

    def clock(self) -> float:
        return self.now

    @property
    def texts(self) -> list[Any]:
        return [json.loads(message["text"]) for message in self.given if message["type"] == "websocket.receive"]

    @property
    def closed(self) -> int | None:
        return next((message["code"] for message in self.sent if message["type"] == "websocket.close"), None)


def spoken(*said: Message | str, pause_s: float = 0.0) -> Talk:
    """A conversation in which the peer says that, `pause_s` apart, and then leaves; text is sent as such."""
    talk = Talk()
    inbox: list[Message] = [{"type": "websocket.connect"}]
    inbox += [{"type": "websocket.receive", "text": each} if isinstance(each, str) else each for each in said]
    inbox.append({"type": "websocket.disconnect", "code": 1001})

    async def receive() -> Message:
        talk.now += pause_s
        return inbox.pop(0)

    async def send(message: Message) -> None:
        talk.sent.append(message)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while True:
            talk.given.append(await receive())
            if talk.given[-1]["type"] == "websocket.disconnect":
                return

    guard = MessageGuard(app, NAMES, on_refusal=talk.refused.append, clock=talk.clock)
    asyncio.run(guard(SCOPE, receive, send))
    return talk


def update(**data: object) -> str:
    return json.dumps({"method": "update", "data": data})


def test_what_a_page_sends_comes_through_as_it_was_sent():
    said = [INIT, update(find={"search": "truck — №7 🚚"}), update(inject={"kind": "fan_lost", "unit": "truck_07"})]
    talk = spoken(*said)
    assert [message.get("text") for message in talk.given] == [*said, None]
    assert talk.given[-1] == {"type": "websocket.disconnect", "code": 1001}
    assert (talk.closed, talk.refused) == (None, [])


def of_bytes(size: int) -> str:
    text = update(find="")
    return update(find="x" * (size - len(text)))


@pytest.mark.parametrize(
    ("said", "why", "code"),
    [
        (of_bytes(MOST_BYTES + 1), "too large", 1009),
        (update(find="é" * (MOST_BYTES // 6 + 10)).replace("\\u00e9", "éééé"), "too large", 1009),
        ({"type": "websocket.receive", "bytes": INIT.encode()}, "binary", 1008),
        ({"type": "websocket.receive"}, "binary", 1008),
        (INIT, "out of turn", 1008),
        ('{"method": "uploadInit", "args": [[]], "tag": 1}', "unreadable", 1008),
        ('{"method": "update", "method": "uploadInit", "data": {}}', "unreadable", 1008),
        ('{"method": "update"}', "unreadable", 1008),
        ('{"method": "update", "data": []}', "unreadable", 1008),
        ('{"method": ["update"], "data": {}}', "unreadable", 1008),
        ('{"data": {}}', "unreadable", 1008),
        ("", "unreadable", 1008),
        ("7", "unreadable", 1008),
        ("[" * 60_000, "unreadable", 1008),
        ('{"method": "update", "data": {"find": NaN}}', "unreadable", 1008),
        ('{"method": "update", "data": {"find": %s}}' % ("9" * 5_000), "unreadable", 1008),
        (update(find=json.loads("[" * 17 + "]" * 17)), "unreadable", 1008),
        (update(**{f"k{at}": 1 for at in range(MOST_KEYS + 1)}), "unreadable", 1008),
        (update(**{".clientdata_url_search": None}), "unreadable", 1008),
        (update(**{".clientdata_url_search": "?\ud800"}), "unreadable", 1008),
        (update(**{".clientdata_pixelratio": True}), "unreadable", 1008),
    ],
    ids=lambda each: str(each)[:40],
)  # fmt: skip
def test_anything_else_is_closed_with_its_code_and_one_line_in_the_log(said, why, code):
    with capture_logs() as logs:
        talk = spoken(INIT, said, update(find="too late"))
    assert talk.texts == [json.loads(INIT)]
    assert talk.given[-1]["type"] == "websocket.disconnect"
    assert talk.given[-1]["code"] == talk.closed == code
    assert talk.refused == [why]
    assert [(line["why"], line["client"]) for line in logs] == [(why, "203.0.113.9")]


def test_an_update_before_the_init_is_out_of_turn():
    assert spoken(update(find=1)).refused == ["out of turn"]


def test_a_message_may_be_as_long_as_the_bound_and_as_deep():
    deep = json.loads("[" * (MOST_DEPTH - 1) + "]" * (MOST_DEPTH - 1))
    said = [of_bytes(MOST_BYTES), update(find=deep)]
    assert spoken(INIT, *said).texts[1:] == [json.loads(each) for each in said]


def test_unknown_names_are_left_out_and_the_rest_comes_in():
    with capture_logs() as logs:
        talk = spoken(
            json.dumps({"method": "init", "data": {"fault-unit": "a", "find": 0}}),
            update(a_b=1, find=2),
            update(no_such_input=3, **{"find:shiny.file": {"name": ["x"]}}),
            update(find=4),
        )
    assert [text["data"] for text in talk.texts] == [{"find": 0}, {"find": 2}, {"find": 4}]
    assert talk.closed is None
    assert [line["first"] for line in logs] == ["'fault-unit'"], "one line a connection, however many it sends"


def test_a_page_whose_every_name_is_unknown_begins_all_the_same():
    assert spoken('{"method": "init", "data": {"x": 1}}').texts == [{"method": "init", "data": {}}]


def test_a_burst_and_then_a_steady_rate_may_come_and_no_more():
    burst = int(BURST) - 2
    assert spoken(INIT, *[update(find=1)] * burst).closed is None
    assert spoken(INIT, *[update(find=1)] * (burst + 10)).refused == ["too many"]
    assert spoken(INIT, *[update(find=1)] * 3_000, pause_s=1.01 / RATE).closed is None
    assert spoken(INIT, *[update(find=1)] * 3_000, pause_s=0.8 / RATE).refused == ["too many"]


def test_long_messages_count_for_several():
    talk = spoken(INIT, *[of_bytes(MOST_BYTES)] * 30)
    assert talk.refused == ["too many"]
    assert 10 <= len(talk.texts) <= 15


def test_what_the_server_found_too_large_is_told_too():
    talk = spoken(INIT, {"type": "websocket.disconnect", "code": 1009})
    assert talk.refused == ["too large"]
    assert talk.given[-1] == {"type": "websocket.disconnect", "code": 1009}


async def test_what_the_app_still_sends_to_a_peer_that_was_sent_away_raises_as_the_server_would():
    sent: list[Message] = []
    inbox = [{"type": "websocket.receive", "text": "7"}]

    async def receive() -> Message:
        return inbox.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["type"] == "websocket.disconnect"
        assert (await receive())["type"] == "websocket.disconnect"
        with pytest.raises(OSError, match="sent away"):
            await send({"type": "websocket.send", "text": "news"})

    await MessageGuard(app, NAMES)(SCOPE, receive, send)
    assert [message["type"] for message in sent] == ["websocket.close"]
    assert len(sent[0]["reason"]) < 124, "a close frame has no room for more"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=5) | st.sampled_from(sorted(NAMES)), inner, max_size=4), max_leaves=8,
)  # fmt: skip
MESSAGES = (
    st.text(max_size=80)
    | JSON.map(json.dumps)
    | st.builds(lambda method, data: json.dumps({"method": method, "data": data}),
                st.sampled_from(["init", "update", "uploadInit"]), JSON)
)  # fmt: skip


@given(said=st.lists(MESSAGES, max_size=6))
def test_nothing_that_is_said_raises_and_only_known_names_come_in(said):
    talk = spoken(*said)
    for text in talk.texts:
        assert text["method"] in ("init", "update")
        assert text["data"].keys() <= NAMES.keys()
    assert talk.given[-1]["type"] == "websocket.disconnect"
    assert len(talk.refused) <= 1


async def test_http_passes_untouched(pass_through: Callable[..., Any]):
    assert (await pass_through(lambda app: MessageGuard(app, NAMES))).status == 200
