"""Arrays of 1,000 rows by one connection, in three shapes: the door's work a row depends on the rows a unit."""

import time

from scripts.benchmarks.report import Line, Tools, spread
from scripts.benchmarks.samples import JSON, ROWS, batches
from scripts.benchmarks.server import BenchError, Server, serving

RUNS = 3
SHAPES = ((1000, 20), (100, 20), (1, 4))  # units that share the 1,000 rows, and batches a run
DAY_S = 86_400


def _run(server: Server, bodies: list[bytes]) -> tuple[float, float]:
    """Samples a second from the first POST to the last answer, and the server's processor time a sample in µs.

    Every sample has to be valid.
    """
    used, began = server.cpu_s(), time.perf_counter()
    answers = [server.http.post("/api/telemetry", content=body, headers=JSON) for body in bodies]
    took, used = time.perf_counter() - began, server.cpu_s() - used
    valid = sum(answer.json()["accepted"] for answer in answers)
    if valid != ROWS * len(bodies):
        raise BenchError(f"Only {valid:,} of {ROWS * len(bodies):,} samples were valid.")
    return valid / took, 1e6 * used / valid


def measure(tools: Tools) -> list[Line]:
    """Three runs a shape, against a server without an emulator and without pages."""
    lines = []
    with serving("serve") as server:
        server.settle()
        for units, count in SHAPES:
            ids = [f"shape-{units}-{number}" for number in range(units)]
            starts = (time.time() - (RUNS - run) * DAY_S for run in range(RUNS))
            runs = [_run(server, list(batches(ids, start, count))) for start in starts]
            shape = f"{units:,} units × {ROWS // units:,} rows" if units > 1 else f"1 unit × {ROWS:,} rows"
            lines += [
                Line(f"batch of {ROWS:,}, samples/s: {shape}", "≥ 200,000", spread([per_s for per_s, _ in runs])),
                Line(f"server CPU per sample: {shape}", "≤ 5 µs", spread([cpu for _, cpu in runs], "µs", digits=1)),
            ]
    return lines
