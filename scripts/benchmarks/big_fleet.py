"""Emulated fleets of 1,000 and 10,000 units at 1 Hz: assessment, waiting and memory, without a page and with two."""

import time

from scripts.benchmarks import lag
from scripts.benchmarks.feeder import feeding
from scripts.benchmarks.pages import open_pages
from scripts.benchmarks.report import Line, Tools, spread
from scripts.benchmarks.server import serving

FLEETS = (1_000, 10_000)
ALONE_S = 15.0
WITH_PAGES_S = 10.0
SETTLE_S = 2.0
PAGES = ("?page=fleet", "?page=unit&unit=truck_07")
MANY = 10
MANY_S = 15.0
MANY_PAGES = (
    "?page=fleet", "?page=unit&unit=truck_07", "?page=fleet&sort=saved&at=3", "?page=fleet&q=truck&class=class_8_truck",
    "?page=fleet&units=c", "?page=insights", "?page=fleet&sort=-unit", "?page=unit&unit=van_03", "?page=quality",
    "?page=fleet&band=low&at=20",
)  # fmt: skip


def measure(tools: Tools) -> list[Line]:
    """Both fleets, one after the other."""
    return [line for units in FLEETS for line in _measured(units)]


def _measured(units: int) -> list[Line]:
    """15 s without a page, 10 s with a fleet page and a unit page, then 15 s with ten pages, each at something else;
    the assessment's length is read each second."""
    assessments: list[float] = []
    with serving("serve") as server:

        def read_assessment() -> None:
            assessments.append(server.metric("connected_ops_assess_seconds") * 1000)

        server.settle()
        with feeding(server, units) as fed:
            time.sleep(SETTLE_S)
            used, began = server.cpu_s(), time.perf_counter()
            alone = lag.pings_ms(server, ALONE_S, read_assessment)
            cpu = 100 * (server.cpu_s() - used) / (time.perf_counter() - began)
            memory = server.memory_mb()
            with open_pages(server, len(PAGES), PAGES):
                time.sleep(SETTLE_S)
                watched = lag.pings_ms(server, WITH_PAGES_S, read_assessment)
            with open_pages(server, MANY, MANY_PAGES) as gaps:
                crowded = lag.pings_ms(server, MANY_S)
    late = f"{fed['late_batches']} of {fed['batches']}"
    if fed["not_valid"]:
        late += f", and {fed['not_valid']:,} samples were not valid"
    return [
        Line(f"{units:,} units: one assessment", "≤ 250 ms", spread(assessments, "ms")),
        Line(f"{units:,} units: GET /healthz p50, p99, max", "p99 ≤ 50 ms", lag.shown(alone)),
        Line(f"{units:,} units: the same, two pages open", "", lag.shown(watched)),
        Line(f"{units:,} units: the same, ten pages open", "", lag.shown(crowded)),
        Line(f"{units:,} units: from update to update of ten pages", "≤ 2 s", spread(gaps, "s", digits=2)),
        Line(f"{units:,} units: server CPU", "", spread([cpu], "% of a core")),
        Line(f"{units:,} units: memory", "≤ 1,000 MB", spread([memory], "MB")),
        Line(f"{units:,} units: arrays sent over a second late", "0", late),
    ]
