"""The browser of all browser tests, and its tabs, which one test takes over from another."""

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

SYSTEM_CHROMIUM = Path("/usr/bin/chromium")
# The last four keep a browser from talking to its maker, which a closed network would only delay.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
)

# Runs in each page before anything else: what the policy forbade is an error, and so is a script from a hostile id.
WATCH_THE_POLICY = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
"""

SEEN_THE_TOUR = "try { localStorage.getItem('tour') ?? localStorage.setItem('tour', 'done'); } catch {}"
"""Runs in each page too: the tour of a first visit has tests of its own."""

expect.set_options(timeout=15_000)  # a machine that is busy with other things draws its first charts in several seconds


class Parking(BaseHTTPRequestHandler):
    """An empty page for tabs that nobody uses; on the tests' own host, since another one costs a tab its process."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


class Tabs:
    """Tabs without a past, each in a browser context of its own: one that was used before costs a page load a third of
    the processor time."""

    def __init__(self, browser: Browser, parking: str) -> None:
        self._browser = browser
        self._parking = parking
        self._idle: list[Page] = []

    def take(self, width: int = 1280, height: int = 900) -> Page:
        """A light tab of that size."""
        page = self._idle.pop() if self._idle else self._new()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="light")
        return page

    def _new(self) -> Page:
        context = self._browser.new_context()
        context.add_init_script(WATCH_THE_POLICY + SEEN_THE_TOUR)
        return context.new_page()

    def give_back(self, page: Page) -> None:
        """Nothing of it is left for who takes it next; one that a test has closed or broken is gone."""
        try:
            page.unroute_all()
            page.mouse.move(0, 0)
            page.evaluate("try { localStorage.clear(); sessionStorage.clear(); } catch {}")
            page.context.clear_cookies()
            page.goto(self._parking)
        except Error:
            page.context.close()
        else:
            self._idle.append(page)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all tests; they come last, since no asynchronous test can run while Playwright's loop does."""
    named = os.environ.get("CONNECTED_OPS_TEST_CHROMIUM", str(SYSTEM_CHROMIUM) if SYSTEM_CHROMIUM.exists() else "")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=named or None, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> Iterator[Tabs]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Parking) as parking:
        threading.Thread(target=parking.serve_forever, daemon=True).start()
        yield Tabs(browser, f"http://127.0.0.1:{parking.server_port}/")
        parking.shutdown()
