"""A real Chromium, for what only a browser can tell."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from scripts.benchmarks.report import Tools

WINDOW = {"width": 1280, "height": 900}
FLAGS = ["--no-sandbox"]  # as root, as in most containers, Chromium refuses to start with its sandbox


@contextmanager
def chromium(tools: Tools) -> Iterator[Browser]:
    """The browser that `tools` names, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tools.chromium or None, args=FLAGS, timeout=20_000)
        try:
            yield browser
        finally:
            browser.close()
