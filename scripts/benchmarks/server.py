"""A server of its own for a benchmark, on a free port of the loopback, and what Linux says of its process."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx

START_PATIENCE_S = 30.0
STOP_PATIENCE_S = 5.0
QUIET_S = 0.5
QUIET_SHARE = 0.15
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
MEGABYTE = 1_000_000

Command = Literal["demo", "serve"]


class BenchError(Exception):
    """A benchmark could not be run; the text says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; the two durations count from the start of its process."""

    url: str
    pid: int
    http: httpx.Client
    said_ready_s: float
    ready_s: float
    began: float

    def cpu_s(self) -> float:
        """Seconds of processor time that the process has used, in all its threads."""
        after_name = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / TICKS_A_SECOND  # utime and stime

    def settle(self) -> None:
        """Wait until the start's last work, the charts' first frames, is done."""
        give_up = time.perf_counter() + START_PATIENCE_S
        while time.perf_counter() < give_up:
            used = self.cpu_s()
            time.sleep(QUIET_S)
            if self.cpu_s() - used < QUIET_SHARE * QUIET_S:
                return
        raise BenchError(f"The server was still busy {START_PATIENCE_S:.0f} s after its start.")

    def memory_mb(self) -> float:
        """Resident memory, in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        kibibytes = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
        if kibibytes is None:
            raise BenchError(f"The server, process {self.pid}, has ended.")
        return int(kibibytes[1]) * 1024 / MEGABYTE

    def metric(self, name: str) -> float:
        """One figure of /metrics, `name` with its labels."""
        for line in self.http.get("/metrics").text.splitlines():
            if line.startswith(f"{name} "):
                return float(line.rpartition(" ")[2])
        raise BenchError(f"/metrics has no {name}.")

    def verdicts(self) -> dict[str, int]:
        """How many samples were counted under each verdict so far."""
        text = self.http.get("/metrics").text
        found = re.findall(r'^connected_ops_samples_total\{verdict="(\w+)"\} (\S+)$', text, re.MULTILINE)
        return {name: int(float(count)) for name, count in found}

    def units(self) -> list[str]:
        """The ids of the units that have reported."""
        return [unit["vehicle_id"] for unit in self.http.get("/api/fleet").json()["units"]]


@contextmanager
def serving(command: Command) -> Iterator[Server]:
    """A server that is ready, started with default settings and stopped at the end."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("CONNECTED_OPS_")}
    program = Path(sys.executable).parent / "connected-ops"
    began = time.perf_counter()
    process = subprocess.Popen(
        [program, command, "--port", "0"], env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    with ended(process):
        line = _first_line(process)
        said_ready = time.perf_counter() - began
        at = re.search(r"http://\S+?/", line)
        if at is None:
            raise BenchError(f"connected-ops {command} ended or said nothing in {START_PATIENCE_S:.0f} s.")
        with httpx.Client(base_url=at[0], timeout=30.0, trust_env=False) as http:
            while http.get("/readyz").status_code != httpx.codes.OK:
                if time.perf_counter() - began > START_PATIENCE_S:
                    raise BenchError(f"connected-ops {command} was not ready in {START_PATIENCE_S:.0f} s.")
                time.sleep(0.005)
            yield Server(at[0], process.pid, http, said_ready, time.perf_counter() - began, began)


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[None]:
    """See that a child has ended: asked to at first, killed when it does not."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _first_line(process: subprocess.Popen[str]) -> str:
    """What the process says first; "" when it ends or stays silent."""
    assert process.stdout is not None
    impatience = threading.Timer(START_PATIENCE_S, process.kill)
    impatience.start()
    try:
        return process.stdout.readline()
    finally:
        impatience.cancel()
