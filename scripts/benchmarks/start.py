"""From the start of the process to a page full of charts, and what that page weighs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, CDPSession, Page

from scripts.benchmarks.browser import WINDOW, chromium
from scripts.benchmarks.report import Line, Tools, spread
from scripts.benchmarks.server import MEGABYTE, serving

RUNS = 3
FLEET = "?page=fleet"
UNIT = "?page=unit&unit=truck_07"
SETTLE_MS = 1000  # what a page still fetches after its first paint, fonts and icons among it

# Milliseconds from the start of the navigation.
ALL_CHARTS_LOADED = """() => new Promise(done => {
  const look = () => {
    const charts = [...document.querySelectorAll("img[data-chart]")];
    const loaded = charts.every(chart => chart.src && chart.complete && chart.naturalWidth > 0);
    if (charts.length >= 4 && loaded) done(performance.now());
    else requestAnimationFrame(look);
  };
  look();
})"""
FIRST_TEXT = """() => new Promise(done => {
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (entry.name === "first-contentful-paint") done(entry.startTime);
  }).observe({ type: "paint", buffered: true });
})"""


@dataclass(slots=True)
class Measured:
    """Each run's figures, in seconds and MB."""

    ready_s: list[float] = field(default_factory=list)
    full_s: list[float] = field(default_factory=list)
    warm_unit_s: list[float] = field(default_factory=list)
    fleet_s: list[float] = field(default_factory=list)
    unit_mb: list[float] = field(default_factory=list)
    fleet_mb: list[float] = field(default_factory=list)


class Scales:
    """Adds up what a page receives: answers as encoded on the wire with their heads, and websocket messages."""

    def __init__(self, cdp: CDPSession) -> None:
        self.received = 0.0
        cdp.send("Network.enable")
        cdp.on("Network.loadingFinished", lambda event: self._add(event["encodedDataLength"]))
        cdp.on("Network.webSocketFrameReceived", lambda event: self._add(len(event["response"]["payloadData"])))

    def _add(self, size: float) -> None:
        self.received += size


@contextmanager
def fresh_page(browser: Browser) -> Iterator[tuple[Page, Scales]]:
    """A page with an empty cache, on the scales."""
    context = browser.new_context(viewport={"width": WINDOW["width"], "height": WINDOW["height"]})
    try:
        page = context.new_page()
        yield page, Scales(context.new_cdp_session(page))
    finally:
        context.close()


def _one_start(browser: Browser, measured: Measured) -> None:
    with serving("demo") as server:
        measured.ready_s.append(server.ready_s)
        with fresh_page(browser) as (page, scales):
            page.goto(f"{server.url}{UNIT}", wait_until="commit")
            page.evaluate(ALL_CHARTS_LOADED)
            measured.full_s.append(time.perf_counter() - server.began)
        with fresh_page(browser) as (page, scales):
            page.goto(f"{server.url}{UNIT}", wait_until="commit")
            measured.warm_unit_s.append(page.evaluate(ALL_CHARTS_LOADED) / 1000)
            page.wait_for_load_state("load")
            measured.unit_mb.append(scales.received / MEGABYTE)
        with fresh_page(browser) as (page, scales):
            page.goto(f"{server.url}{FLEET}", wait_until="commit")
            measured.fleet_s.append(page.evaluate(FIRST_TEXT) / 1000)
            page.wait_for_load_state("load")
            page.wait_for_timeout(SETTLE_MS)
            measured.fleet_mb.append(scales.received / MEGABYTE)


def measure(tools: Tools) -> list[Line]:
    """Three cold starts, each followed by a unit page, a second one and a fleet page, all with an empty cache."""
    measured = Measured()
    with chromium(tools) as browser:
        for _ in range(RUNS):
            _one_start(browser, measured)
    return [
        Line("start → ready", "≤ 3 s", spread(measured.ready_s, "s", digits=2)),
        Line("start → unit page with its charts", "≤ 5 s", spread(measured.full_s, "s", digits=2)),
        Line("server warm: navigation → all charts", "", spread(measured.warm_unit_s, "s", digits=2)),
        Line("server warm: navigation → first text of the fleet", "", spread(measured.fleet_s, "s", digits=2)),
        Line("unit page over the wire, until its charts stand", "≤ 0.8 MB", spread(measured.unit_mb, "MB", digits=2)),
        Line("fleet page over the wire", "≤ 0.8 MB", spread(measured.fleet_mb, "MB", digits=2)),
    ]
