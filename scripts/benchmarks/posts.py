"""Single samples: POSTs a second and how long each takes, by wrk over 16 connections, 64 units."""

import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from scripts.benchmarks.pages import open_pages, unit_queries
from scripts.benchmarks.report import Line, Tools, spread
from scripts.benchmarks.server import BenchError, Server, serving

RUNS = 3
SECONDS = 5
PAGES = 10
SCRIPT = Path(__file__).parent / "posts.lua"
APART_S = 3600  # event time from run to run: more than the samples one unit can get in a run, so none is sent twice


@dataclass(frozen=True, slots=True)
class Run:
    """What wrk said of one run, and the server's processor time for one POST, which other programs hardly change."""

    per_s: float
    p50_ms: float
    p99_ms: float
    cpu_us: float


def _run(tools: Tools, server: Server, start: int) -> Run:
    wrk = str(tools.wrk)
    options = ["-t2", "-c16", f"-d{SECONDS}s", "--latency", "-s", str(SCRIPT)]
    used = server.cpu_s()
    done = subprocess.run(
        [wrk, *options, server.url, "--", str(start)], capture_output=True, text=True, timeout=SECONDS + 20, check=True
    )
    used = server.cpu_s() - used
    said = json.loads(done.stdout.splitlines()[-1])
    if said["status_errors"] or said["socket_errors"]:
        raise BenchError(f"{said['status_errors']} POSTs were refused and {said['socket_errors']} failed.")
    return Run(said["requests"] / said["seconds"], said["p50_ms"], said["p99_ms"], 1e6 * used / said["requests"])


def _lines(runs: list[Run], where: str, target: str, target_p99: str) -> list[Line]:
    return [
        Line(f"single POSTs/s, {where}", target, spread([run.per_s for run in runs])),
        Line(f"single POST p50, {where}", "", spread([run.p50_ms for run in runs], "ms", digits=1)),
        Line(f"single POST p99, {where}", target_p99, spread([run.p99_ms for run in runs], "ms", digits=1)),
        Line(f"server CPU per single POST, {where}", "", spread([run.cpu_us for run in runs], "µs")),
    ]


def measure(tools: Tools) -> list[Line]:
    """Three runs with ten unit pages open, three without, against one demo."""
    with serving("demo") as server:
        server.settle()
        before = server.verdicts()
        starts = iter(range(int(time.time()) - 2 * RUNS * APART_S, int(time.time()), APART_S))
        with open_pages(server, PAGES, unit_queries(server)):
            busy = [_run(tools, server, next(starts)) for _ in range(RUNS)]
        alone = [_run(tools, server, next(starts)) for _ in range(RUNS)]
        after = server.verdicts()
    lines = _lines(busy, f"{PAGES} pages open", "≥ 10,000", "≤ 22 ms") + _lines(alone, "no page open", "", "")
    taken = {name: after[name] - before[name] for name in after}
    others = {name: count for name, count in taken.items() if name != "valid" and count}
    if others:
        total = sum(taken.values())
        listed = ", ".join(f"{count:,} {name}" for name, count in others.items())
        lines.append(Line("single POSTs not counted as valid", "0", f"{listed}, of {total:,} samples"))
    return lines
