"""What open pages cost the server: processor time, waiting and memory, with the emulator's 12 units."""

import time
from collections.abc import Sequence
from statistics import median

from scripts.benchmarks import lag
from scripts.benchmarks.pages import open_pages, unit_queries
from scripts.benchmarks.report import Line, Tools, spread
from scripts.benchmarks.server import Server, serving

WINDOWS = 3
WINDOW_S = 3.0
SETTLE_S = 3.0
FLEET = ("?page=fleet",)


def _cpu(server: Server) -> tuple[list[float], list[float]]:
    """The server's share of a core in percent, for each of three windows, and the pings of all, in ms."""
    time.sleep(SETTLE_S)
    shares, pings = [], []
    for _ in range(WINDOWS):
        used, began = server.cpu_s(), time.perf_counter()
        pings += lag.pings_ms(server, WINDOW_S)
        shares.append(100 * (server.cpu_s() - used) / (time.perf_counter() - began))
    return shares, pings


def _with_pages(server: Server, count: int, queries: Sequence[str]) -> tuple[list[float], list[float], float]:
    with open_pages(server, count, queries):
        shares, pings = _cpu(server)
        return shares, pings, server.memory_mb()


def _slope(more: Sequence[float], fewer: Sequence[float], pages: int) -> str:
    return spread([(share - median(fewer)) / pages for share in more], "% of a core", digits=2)


def measure(tools: Tools) -> list[Line]:
    """No page, 10 and 50 unit pages on five units, then 50 fleet pages; three windows of three seconds each."""
    with serving("demo") as server:
        units = unit_queries(server)
        with open_pages(server, 1, units[:1]):  # so that plotnine is loaded and its frames are drawn
            time.sleep(SETTLE_S)
        none, quiet = _cpu(server)
        ten, _, memory = _with_pages(server, 10, units)
        fifty, drawing, _ = _with_pages(server, 50, units)
        fleet, _, _ = _with_pages(server, 50, FLEET)
    return [
        Line("server CPU without a page, 12 units at 1 Hz", "", spread(none, "% of a core", digits=1)),
        Line("server CPU with 10 unit pages", "", spread(ten, "% of a core", digits=1)),
        Line("server CPU with 50 unit pages", "≤ 40 %", spread(fifty, "% of a core", digits=1)),
        Line("server CPU with 50 fleet pages", "", spread(fleet, "% of a core", digits=1)),
        Line("server CPU per unit page, from 10 to 50", "≤ 1 %", _slope(fifty, ten, 40)),
        Line("server CPU per unit page, from 0 to 10", "≤ 1 %", _slope(ten, none, 10)),
        Line("server CPU per fleet page, from 0 to 50", "≤ 1 %", _slope(fleet, none, 50)),
        Line("GET /healthz p50, p99, max: no page", "", lag.shown(quiet)),
        Line("GET /healthz p50, p99, max: 50 unit pages", "", lag.shown(drawing)),
        Line("memory, 12 units and 10 unit pages", "≤ 250 MB", spread([memory], "MB")),
    ]
