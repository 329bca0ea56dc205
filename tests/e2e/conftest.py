"""The real program as a person starts it, and a browser that keeps whatever went wrong on any page it opened."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.tabs import Tabs

PROGRAM = Path(sys.executable).with_name("connected-ops")
READY_S = 60.0
CUT_SHORT = re.compile(
    r"Traceback [^\n]*\n  File [^\n]*shiny/reactive/_core.py.*(?:\n  .*)*\nasyncio.*CancelledError\n"
)
"""What Shiny prints of its shared poll where a stop comes in the middle of a flush."""
SLOW_FAULTS = {
    "excavator_2": "fan_lost",
    "van_05": "thermostat_stuck_closed",
    "genset_1": "thermostat_stuck_open",
    "truck_04": "overspeeding_driver",
    "van_08": "sensor_stuck",
    "truck_11": "hot_climb",
    "excavator_1": "pothole",
}
"""What takes its time, or must keep quiet for a long time, on the units of the long run."""
HELD_S = 900
"""Longer than any run: a fault that is held that long is on until a reset."""
BACKFILLED = 12 * 590


def wait_until(holds: Callable[[], Any], what: str, within_s: float = 30.0) -> Any:
    """What `holds` gives once it is true; AssertionError naming `what` when it has not come `within_s`."""
    pause = threading.Event()
    deadline = time.monotonic() + within_s
    while not (found := holds()):
        assert time.monotonic() < deadline, f"{what} has not come within {within_s:g} s"
        pause.wait(0.1)
    return found


class Server:
    """`connected-ops COMMAND` as a process of its own, on a free port unless one is given."""

    def __init__(self, log: Path, command: str = "demo", port: int = 0, *options: str) -> None:
        self._log = log
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [PROGRAM, command, "--port", str(port), *options],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={name: value for name, value in os.environ.items() if not name.startswith("CONNECTED_OPS_")},
            )
        self._command = command
        self.url, self.port = "", port
        self.api = httpx.Client()

    def await_ready(self) -> "Server":
        """Wait until it answers, and where it emulates a fleet, until that has its last ten minutes."""
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        found = re.search(r"is at (http://\S+:(\d+)/)", said)
        assert found, f"the ready line names no address: {said!r}; {self._log.read_text()}"
        self.url, self.port = found[1], int(found[2])
        self.api.close()
        self.api = httpx.Client(base_url=self.url, timeout=30)
        wait_until(lambda: self.api.get("/readyz").is_success, "ready", READY_S)
        if self._command == "demo":
            wait_until(lambda: self.loop()["received"] >= BACKFILLED, "the emulator's last ten minutes", READY_S)
        return self

    def units(self) -> dict[str, dict[str, Any]]:
        """`/api/fleet` by vehicle_id."""
        return {unit["vehicle_id"]: unit for unit in self.api.get("/api/fleet").json()["units"]}

    def episodes(self) -> list[dict[str, Any]]:
        """The open ones, the most pressing first."""
        return [each for each in self.api.get("/api/insights").json()["episodes"] if each["state"] != "closed"]

    def inject(self, vehicle_id: str, kind: str, hold_s: float | None = None) -> None:
        """Put a fault on a unit, for its own time where `hold_s` is None."""
        asked = {"vehicle_id": vehicle_id, "anomaly_type": kind, "hold_s": hold_s}
        self.api.post("/api/simulate_anomaly", json=asked).raise_for_status()

    def simulated(self) -> dict[str, dict[str, Any]]:
        return {name: unit for name, unit in self.units().items() if unit["source"] == "simulated"}

    def loop(self) -> dict[str, Any]:
        return self.api.get("/api/fleet").json()["loop"]

    def samples(self, vehicle_id: str) -> list[dict[str, Any]]:
        """The window of one unit, oldest first; empty where nobody knows it."""
        answer = self.api.get("/api/telemetry", params={"vehicle_id": vehicle_id, "limit": 10_000})
        return answer.json() if answer.is_success else []

    def send(
        self, vehicle_id: str, *, seconds: int = 1, ago: int = 0, source: str = "live", **signals: float | str
    ) -> dict[str, Any]:
        """POST the same signals for each of `seconds` seconds, the last of them `ago` seconds ago; the answer."""
        now = datetime.now(UTC) - timedelta(seconds=ago)
        rows = [
            {"vehicle_id": vehicle_id, "ts": (now - timedelta(seconds=age)).isoformat(), **signals}
            for age in reversed(range(seconds))
        ]
        answer = self.api.post("/api/telemetry", json=rows, headers={"X-Source": source})
        answer.raise_for_status()
        return answer.json()

    def reset(self) -> None:
        """Start the simulated units afresh, and wait until they are all back with their last ten minutes."""
        self.api.post("/api/reset").raise_for_status()

        def calm() -> bool:
            return self.loop()["received"] >= BACKFILLED and all(
                unit["band"] == "Low" for unit in self.simulated().values()
            )

        wait_until(calm, "a calm fleet after a reset")

    def stop(self) -> None:
        """End the process by its id; it had nothing to complain of. A second time does nothing."""
        if self._process.returncode is not None:
            return
        assert self._end() == 0
        logged = CUT_SHORT.sub("", self._log.read_text())
        assert not re.search(r"traceback|exception|\berror\b|critical", logged, re.IGNORECASE), logged

    def _end(self) -> int:
        self.api.close()
        self._process.terminate()
        try:
            return self._process.wait(10)
        finally:
            self._process.kill()
            self._process.communicate()


@pytest.fixture(scope="session")
def until() -> Callable[..., Any]:
    return wait_until


@pytest.fixture(scope="package")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Starts servers, and stops at the end of the room those that a test has not stopped itself."""
    folder = tmp_path_factory.mktemp("servers")
    running: list[Server] = []

    def begin(command: str = "demo", port: int = 0, *options: str, wait: bool = True) -> Server:
        server = Server(folder / f"{len(running)}.log", command, port, *options)
        running.append(server)
        return server.await_ready() if wait else server

    yield begin
    with ExitStack() as ends:  # each of them, whatever an earlier one has to say
        for server in running:
            ends.callback(server.stop)


@pytest.fixture(scope="package")
def demo(start: Callable[..., Server]) -> Server:
    """The demo that most tests share: live units stay behind, simulated ones are reset by who disturbed them."""
    return start()


@pytest.fixture
def disturbed(demo: Server) -> Iterator[Server]:
    """The shared demo, put right again after what a test did to its simulated units."""
    yield demo
    demo.reset()


@pytest.fixture(scope="package")
def bare(start: Callable[..., Server]) -> Server:
    """A server for real machines, on which nothing happens but what tests send."""
    return start("serve")


class LongRun:
    """A second demo, on which things take their time beside the other tests: its fleet is read once a second."""

    def __init__(self, server: Server, trips: dict[str, Path]) -> None:
        self.server = server
        self.seen: dict[str, list[dict[str, Any]]] = {}
        self.episodes: dict[str, dict[str, Any]] = {}
        self.senders: dict[str, subprocess.Popen[str]] = {}
        self.begun, self._over = threading.Event(), threading.Event()
        self._watch = threading.Thread(target=self._run, args=(trips,))
        self._watch.start()

    def _run(self, trips: dict[str, Path]) -> None:
        self.server.await_ready()
        for unit, kind in SLOW_FAULTS.items():
            self.server.inject(unit, kind, HELD_S if kind in ("hot_climb", "pothole") else None)
        for name, path in trips.items():
            self.senders[name] = subprocess.Popen(
                [PROGRAM, "send", path, "--url", self.server.url, "--speed", "60"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        self.begun.set()
        while not self._over.wait(1.0):
            for name, unit in self.server.units().items():
                self.seen.setdefault(name, []).append(unit)
            self.episodes |= {each["id"]: each for each in self.server.episodes()}

    def stop(self) -> None:
        """End the watch and what is still being sent."""
        self._over.set()
        self._watch.join(60)
        for sender in self.senders.values():
            sender.kill()
            sender.communicate()


@pytest.fixture(scope="session")
def slow_faults() -> dict[str, str]:
    return SLOW_FAULTS


@pytest.fixture(scope="session")
def trips() -> dict[str, Path]:
    """The recordings of real cars by vehicle_id, which lie beside the project; empty where they are not."""
    folder = Path(__file__).parents[2].parent / "shared" / "data" / "payload"
    found = {"seat_leon": folder / "seat_leon_trip.ndjson.gz", "etios_2014": folder / "etios_drive.ndjson.gz"}
    return {name: path for name, path in found.items() if path.exists()}


@pytest.fixture(scope="package", autouse=True)
def long_run(
    request: pytest.FixtureRequest, start: Callable[..., Server], trips: dict[str, Path]
) -> Iterator[LongRun | None]:
    """Starts with the room where one of its tests is among those that run: they come last, by their file's name."""
    if not any("test_the_long_run" in item.nodeid for item in request.session.items):
        yield None
        return
    run = LongRun(start(wait=False), trips)
    yield run
    run.stop()


class Visitor:
    """Opens pages in browsers of their own, and notes the errors, the policy's refusals and the requests to others."""

    def __init__(self, tabs: Tabs) -> None:
        self._tabs = tabs
        self._listening: list[tuple[Page, dict[str, Callable[..., None]]]] = []
        self.troubles: list[str] = []

    def open(
        self, server: Server, path: str = "", *, width: int = 1280, height: int = 900, still: bool = False
    ) -> Page:
        """A page at `path`, connected to its server; `still` leaves it before the connection."""
        page = self._tabs.take(width, height)
        home = (server.url, server.url.replace("http:", "ws:"), "data:", "blob:")
        self._listen(
            page,
            console=lambda said: self._note(said.type in ("error", "warning"), said.text),
            pageerror=lambda error: self._note(True, str(error)),
            dialog=lambda dialog: self._note(True, f"dialog: {dialog.message}"),
            request=lambda request: self._note(not request.url.startswith(home), f"asked {request.url}"),
            websocket=lambda socket: self._note(not socket.url.startswith(home), f"asked {socket.url}"),
            response=lambda response: self._note(response.status >= 400, f"{response.status} {response.url}"),
        )
        page.goto(server.url + path)
        if not still:
            connected(page)
        return page

    def _listen(self, page: Page, **handlers: Callable[..., None]) -> None:
        self._listening.append((page, handlers))
        for event, handler in handlers.items():
            page.on(event, handler)  # pyright: ignore[reportCallIssue, reportArgumentType]  # one overload an event

    def _note(self, wrong: bool, what: str) -> None:
        if wrong:
            self.troubles.append(what)

    def leave(self) -> None:
        """Leave all pages."""
        for page, handlers in self._listening:
            for event, handler in handlers.items():
                page.remove_listener(event, handler)
            self._tabs.give_back(page)
        self._listening.clear()


def connected(page: Page) -> None:
    """Wait until the page's websocket is open and the first live values have come."""
    expect(page.locator("html.shiny-busy")).to_have_count(0)
    wait_until(lambda: page.evaluate("!!window.Shiny?.shinyapp?.isConnected?.()"), "the page's connection")


@pytest.fixture
def visitor(tabs: Tabs) -> Iterator[Visitor]:
    """A person with a browser; the test fails if any of the pages had an error or asked anybody but its server."""
    visitor = Visitor(tabs)
    yield visitor
    visitor.leave()
    assert visitor.troubles == []
