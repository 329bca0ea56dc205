"""`scripts/bench`: runs the benchmarks one after another and prints the targets with what was measured here."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import NoReturn

import httpx
from playwright.sync_api import Error as BrowserError

from scripts.benchmarks import batches, big_fleet, page_cost, posts, reaction, start
from scripts.benchmarks.report import Benchmark, Line, Tools, table
from scripts.benchmarks.server import BenchError

BENCHMARKS = (
    Benchmark("start", start.measure, needs=("chromium",)),
    Benchmark("posts", posts.measure, needs=("wrk",)),
    Benchmark("batches", batches.measure),
    Benchmark("pages", page_cost.measure),
    Benchmark("reaction", reaction.measure, needs=("chromium",)),
    Benchmark("fleet", big_fleet.measure),
)
FAILURES = (BenchError, BrowserError, httpx.HTTPError, subprocess.SubprocessError)


def _run(benchmark: Benchmark, tools: Tools) -> list[Line]:
    missing = [tool for tool in benchmark.needs if getattr(tools, tool) is None]
    if missing:
        return [Line(benchmark.name, "", f"left out: there is no {missing[0]} here")]
    began = time.perf_counter()
    sys.stderr.write(f"{benchmark.name} ...\n")
    try:
        lines = benchmark.measure(tools)
    except FAILURES as error:
        lines = [Line(benchmark.name, "", f"failed: {error}")]
    sys.stderr.write(f"{benchmark.name}: {time.perf_counter() - began:.0f} s\n")
    return lines


def _stop(*_: object) -> NoReturn:
    raise SystemExit(1)  # so that every child is ended on the way out


def main() -> None:
    """Reads the command line, runs, prints."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measures a server on this machine.")
    parser.add_argument("--only", choices=[one.name for one in BENCHMARKS], help="run this one alone")
    only = parser.parse_args().only
    signal.signal(signal.SIGTERM, _stop)
    tools = Tools(os.environ.get("CONNECTED_OPS_TEST_CHROMIUM"), shutil.which("wrk"))
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    lines = [line for one in BENCHMARKS if only in (None, one.name) for line in _run(one, tools)]
    sys.stdout.write(f"\n{os.cpu_count()} cores, load before: {load}. The clients run on the same cores.\n\n")
    sys.stdout.write(table(lines) + "\n")


if __name__ == "__main__":
    main()
