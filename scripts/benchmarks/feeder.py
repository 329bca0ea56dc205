"""Feeds a server with a big emulated fleet at 1 Hz, as a program: `python -m scripts.benchmarks.feeder URL UNITS`.

Each second the emulator makes the samples of copies of the profile's units, and one array for each thousand of them is
sent, spread over the second. Arrays that were late by more than a second are counted, and samples that were not valid.
It says `filled` after the first round, and stops when its input ends.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

import httpx

from connected_ops.emulator.fleet import Emulator
from connected_ops.emulator.profile import load_profile
from scripts.benchmarks.samples import JSON
from scripts.benchmarks.server import BenchError, Server, ended

HEADERS = {**JSON, "X-Source": "simulated"}
PATIENCE_S = 30.0


def _feed(url: str, units: int, stop: threading.Event) -> dict[str, int]:
    counts = {"batches": 0, "late_batches": 0, "not_valid": 0}
    began = -inf  # the first round goes as fast as it can
    emulator = Emulator(load_profile().enlarged(units), start=time.time())
    parts = len(emulator.tick())
    emulator.reset(time.time())
    with httpx.Client(base_url=url, timeout=PATIENCE_S, trust_env=False, headers=HEADERS) as http:
        while not stop.is_set():
            for body in emulator.tick():
                due = began + counts["batches"] / parts
                stop.wait(max(0.0, due - time.monotonic()))
                counts["late_batches"] += began > 0 and time.monotonic() > due + 1
                answer = http.post("/api/telemetry", content=body).raise_for_status().json()
                counts["not_valid"] += answer["needs_review"] + answer["rejected"] + answer["duplicates"]
                counts["batches"] += 1
            if counts["batches"] == parts:
                sys.stdout.write("filled\n")
                sys.stdout.flush()
                began = time.monotonic() - 1
    return counts


@contextmanager
def feeding(server: Server, units: int) -> Iterator[dict[str, int]]:
    """`units` units reporting each second, all of them having done so once; the counts are filled in at the end."""
    counts: dict[str, int] = {}
    command = [sys.executable, "-m", "scripts.benchmarks.feeder", server.url, str(units)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with ended(process):
        assert process.stdout is not None
        if process.stdout.readline() != "filled\n":
            raise BenchError(f"{units:,} units could not be fed.")
        yield counts
        said, _ = process.communicate(timeout=PATIENCE_S)  # its input ends here
        counts |= json.loads(said)


def main() -> None:
    """Feeds until the input ends."""
    stop = threading.Event()
    reader = threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True)
    reader.start()
    sys.stdout.write(json.dumps(_feed(sys.argv[1], int(sys.argv[2]), stop)) + "\n")


if __name__ == "__main__":
    main()
