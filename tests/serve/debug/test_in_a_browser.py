"""The debug page as a person sees it: at once, live, on a phone, under the server's content policy, and over a stop."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette

from connected_ops.guards.headers import SecurityHeaders, csp
from connected_ops.labs import Labs
from connected_ops.serve.debug.routes import debug_routes
from connected_ops.serve.server import Server, configure

pytestmark = pytest.mark.e2e


class Served:
    """The debug page of a lab on a free port, in a thread of its own; only the test advances the lab."""

    def __init__(self, labs: Labs) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(64)  # a page may ask before the thread is up
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/debug"
        stopping = asyncio.Event()
        app = SecurityHeaders(Starlette(routes=debug_routes(labs, stopping)), csp(()))
        config = configure(app)
        config.lifespan = "off"
        self._server = Server(config, stopping=stopping, on_ready=lambda port: None)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """Stop, and say how long it took."""
        began = time.monotonic()
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()
        assert not self._thread.is_alive()
        return time.monotonic() - began


@pytest.fixture
def bench(new_pair: Any) -> Any:
    return new_pair(units=40, window=60)


@pytest.fixture
def served(bench: Any) -> Iterator[Served]:
    served = Served(bench.labs)
    yield served
    served.stop()


@pytest.fixture(params=[(1280, "light"), (360, "dark")], ids=["desk", "phone"])
def page(browser: Browser, request: Any, served: Served) -> Iterator[Page]:
    """A page, closed before its server stops, that fails its test when its console was told an error."""
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert [text for text in errors if "favicon" not in text and "404" not in text] == []


def test_it_is_there_at_once_goes_on_live_and_fits(page: Page, served: Served, bench: Any, sample: Any) -> None:
    bench.take([sample(t, "u" * 64) for t in range(30)])
    bench.take([sample(31, coolant_temp_f=999)])
    bench.assessed()
    page.goto(served.url)
    sequence, samples = page.get_by_test_id("debug-sequence"), page.get_by_test_id("debug-samples")
    expect(sequence).to_have_text(str(bench.labs.read_model.sequence))
    expect(samples.locator("li")).to_have_count(20)
    expect(page.get_by_role("status")).to_have_text("live")
    for at in range(2, 6):
        bench.take([sample(30 + at, "newest", speed_mph=at)])
        bench.assessed()
        expect(sequence).to_have_text(str(bench.labs.read_model.sequence))
        expect(samples.locator("li").first).to_contain_text(f"speed_mph {at}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_role("link", name="Connected Ops Lab")).to_have_attribute("href", ".")


def test_a_stop_is_quick_and_the_page_says_that_it_lost_the_server(page: Page, served: Served, bench: Any) -> None:
    bench.assessed()
    page.goto(served.url)
    expect(page.get_by_role("status")).to_have_text("live")
    assert served.stop() < 2
    expect(page.get_by_role("status")).to_have_text("no connection; trying again")
