"""How long the server's event loop keeps others waiting: the smallest request there is, sent every 20 ms."""

import time
from collections.abc import Callable, Sequence

from scripts.benchmarks.report import percentile
from scripts.benchmarks.server import Server

EVERY_S = 0.02


def pings_ms(server: Server, seconds: float, every_second: Callable[[], object] | None = None) -> list[float]:
    """How long each `GET /healthz` took, in ms, for so many seconds; `every_second` is called between two of them."""
    took: list[float] = []
    began = time.perf_counter()
    due = began
    next_second = began + 1
    while due < began + seconds:
        time.sleep(max(0.0, due - time.perf_counter()))
        asked = time.perf_counter()
        server.http.get("/healthz")
        answered = time.perf_counter()
        took.append((answered - asked) * 1000)
        due = max(due + EVERY_S, answered)
        if every_second is not None and answered >= next_second:
            every_second()
            next_second += 1
    return took


def shown(pings: Sequence[float]) -> str:
    """p50, p99 and maximum of pings in ms."""
    return f"{percentile(pings, 0.5):.1f}, {percentile(pings, 0.99):.1f}, {max(pings):.1f} ms"
