"""What a browser sends by the live connection: the names that the server lets in are all that it reads and gets."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import shiny_app
from shiny_app.live.inputs import INPUTS, NAMES

ROOM = Path(shiny_app.__path__[0])
SENT = re.compile(r'(?:\bsend\(|\bpress\(\w+, |setInputValue\()"(\w+)"')
PAGES = (
    "?page=fleet", "?page=unit&unit=truck_07", "?page=unit&unit=truck_07&with=truck_02", "?page=insights",
    "?page=value", "?page=quality", "?page=backtest",
)  # fmt: skip


def read_inputs() -> Iterator[str]:
    """The names of `input.name`, wherever a server function has an `input`."""
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "input":
                yield node.attr


def test_the_names_let_in_are_those_that_the_server_reads():
    assert set(read_inputs()) == set(INPUTS)


def test_the_names_let_in_are_those_that_our_script_sends():
    sent = {name for path in ROOM.rglob("*.js") for name in SENT.findall(path.read_text("utf-8"))}
    assert sent == set(INPUTS)


@pytest.fixture
def messages(page: Page) -> list[dict[str, Any]]:
    """What the page's browser sends, as it sends it."""
    sent: list[dict[str, Any]] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda text: sent.append(json.loads(text))))
    return sent


@pytest.mark.e2e
def test_every_page_sends_known_names_and_nothing_more(
    page: Page, serve: Callable[..., Any], fleet: Any, messages: list[dict[str, Any]]
) -> None:
    url = serve(fleet).url
    for query in PAGES:
        page.goto(url + query)
        expect(page.locator("#linking")).to_have_count(0)  # the first message was answered
    assert len(messages) >= len(PAGES)
    assert {message["method"] for message in messages} <= {"init", "update"}
    assert {name for message in messages for name in message["data"]} <= NAMES.keys()


@pytest.mark.e2e
def test_a_chosen_file_does_not_go_by_the_live_connection(
    page: Page, serve: Callable[..., Any], fleet: Any, messages: list[dict[str, Any]], tmp_path: Path
) -> None:
    trip = tmp_path / "trip.csv"
    trip.write_text("ts,vehicle_id\n")
    page.route("**/backtests?*", lambda route: route.fulfill(status=202, json={"key": "trip"}))
    page.goto(serve(fleet).url + "?page=backtest")
    expect(page.locator("#linking")).to_have_count(0)
    page.get_by_test_id("backtest-file").set_input_files(trip)
    expect(page.get_by_test_id("backtest-file")).to_have_value("")
    page.get_by_test_id("nav-fleet").click()
    expect(page.get_by_test_id("units-count")).to_be_visible()
    assert [message["method"] for message in messages if message["method"] not in ("init", "update")] == []
