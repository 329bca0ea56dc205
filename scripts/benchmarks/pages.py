"""Simulated open pages: what a browser's page says and asks for, without a browser's own hunger for the processor.

Run as a program it opens pages until its input ends: `python -m scripts.benchmarks.pages URL COUNT QUERY...`, page k
looking at the k-th query, round and round. It says `open` when all have values, and its counts as JSON when it stops.
"""

import asyncio
import html
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from urllib.parse import quote, urlsplit

import httpx
from websockets.asyncio.client import connect

from scripts.benchmarks.server import BenchError, Server, ended

CHART_SPACING_S = 0.45  # shiny_app/charts/charts.js
CHART_LOOK = "w=480&s=1&theme=light"  # what a window 1,280 pixels wide asks for
OPEN_PATIENCE_S = 40.0
KEPT_S = 2.0  # an idle connection: the server closes its end after 5 s, and a request must not meet that
BETWEEN_OPENINGS_S = 0.1


@dataclass(slots=True)
class Counts:
    """What all pages of a process received so far; `gaps_s` from update to update of a page, once all are open."""

    opened: bool = False
    gaps_s: list[float] = field(default_factory=list)
    updates: int = 0
    empty_messages: int = 0
    message_bytes: int = 0
    images: int = 0
    image_bytes: int = 0
    failed_images: int = 0


class SimulatedPage:
    """One page: the document, Shiny's websocket and the images of its charts, by connections of its own."""

    def __init__(self, url: str, query: str, counts: Counts) -> None:
        self.filled = asyncio.Event()
        self._url, self._query, self._counts = url, query, counts
        limits = httpx.Limits(keepalive_expiry=KEPT_S)
        self._http = httpx.AsyncClient(base_url=url, timeout=30.0, trust_env=False, verify=False, limits=limits)
        self._version = ""
        self._updated: float | None = None
        self._newer = asyncio.Condition()

    async def run(self) -> None:
        """Stay open until cancelled."""
        async with self._http, asyncio.TaskGroup() as tasks:
            document = (await self._http.get(f"/{self._query}")).raise_for_status().text
            images = [_attributes(tag) for tag in re.findall(r"<img\b[^>]*\bdata-chart=[^>]*>", document)]
            self._version = images[0]["data-version"] if images else ""
            for image in images:
                tasks.create_task(self._keep_drawn(f"/charts/{quote(image['data-unit'])}/{image['data-chart']}.png"))
            tasks.create_task(self._listen())

    async def _listen(self) -> None:
        address = urlsplit(self._url)
        origin = f"{address.scheme}://{address.netloc}"
        async with connect(f"ws://{address.netloc}/websocket/", origin=origin, compression=None) as socket:  # pyright: ignore[reportArgumentType]  # an Origin is a str
            await socket.send(json.dumps({"method": "init", "data": _client_data(self._url, self._query)}))
            async for message in socket:
                self._counts.message_bytes += len(message)
                await self._receive(json.loads(message))

    async def _receive(self, message: dict) -> None:
        values = message.get("values")
        if values is None:  # Shiny's own: config, busy, progress
            return
        if "live" not in values:
            self._counts.empty_messages += 1
            return
        self._counts.updates += 1
        self._time(time.monotonic())
        self.filled.set()
        version = values["live"]["set"].get("chart.version")
        if version is not None:
            async with self._newer:
                self._version = version
                self._newer.notify_all()

    def _time(self, now: float) -> None:
        """Keep how long this update took to come after the one before."""
        if self._counts.opened and self._updated is not None:
            self._counts.gaps_s.append(round(now - self._updated, 3))
        self._updated = now

    async def _keep_drawn(self, path: str) -> None:
        """As charts.js does: the newest version only, one at a time, 450 ms from start to start at least."""
        shown = ""
        while True:
            async with self._newer:
                await self._newer.wait_for(lambda: self._version != shown)  # noqa: B023 - it is asked in this round
            began, shown = time.monotonic(), self._version
            try:
                answer = (await self._http.get(f"{path}?{CHART_LOOK}&v={shown}")).raise_for_status()
            except httpx.HTTPError:  # as in the browser, the next version is tried like any other; the count is printed
                self._counts.failed_images += 1
            else:
                self._counts.images += 1
                self._counts.image_bytes += len(answer.content)
            await asyncio.sleep(max(0.0, began + CHART_SPACING_S - time.monotonic()))


def _attributes(tag: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}


def _client_data(url: str, query: str) -> dict[str, object]:
    """What shiny.js 1.8 sends first from a page of this dashboard."""
    address = urlsplit(url)
    return {
        ".clientdata_output_live_hidden": True,
        ".clientdata_pixelratio": 1,
        ".clientdata_url_protocol": f"{address.scheme}:",
        ".clientdata_url_hostname": address.hostname,
        ".clientdata_url_port": str(address.port),
        ".clientdata_url_pathname": "/",
        ".clientdata_url_search": query,
        ".clientdata_url_hash_initial": "",
        ".clientdata_url_hash": "",
        ".clientdata_singletons": "",
    }


async def _keep_open(url: str, count: int, queries: Sequence[str]) -> Counts:
    counts = Counts()
    pages = [SimulatedPage(url, queries[at % len(queries)], counts) for at in range(count)]
    loop = asyncio.get_running_loop()
    end = loop.run_in_executor(None, sys.stdin.read)
    tasks: list[asyncio.Task[None]] = []
    for page in pages:
        tasks.append(asyncio.create_task(page.run()))
        await asyncio.sleep(BETWEEN_OPENINGS_S)
    filled = asyncio.create_task(_all_filled(pages))
    await asyncio.wait([end, *tasks, filled], timeout=OPEN_PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
    still_empty = sum(not page.filled.is_set() for page in pages)
    sys.stdout.write(f"{still_empty} of {count} pages got no values\n" if still_empty else "open\n")
    sys.stdout.flush()
    counts.opened = True
    await asyncio.wait([end, *tasks], return_when=asyncio.FIRST_COMPLETED)
    broken = [task for task in tasks if task.done()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in broken:
        task.result()
    return counts


async def _all_filled(pages: Sequence[SimulatedPage]) -> None:
    for page in pages:
        await page.filled.wait()


@contextmanager
def open_pages(server: Server, count: int, queries: Sequence[str]) -> Iterator[list[float]]:
    """`count` pages at `queries`, each having received its values, in a process of their own. At the end the list holds
    the seconds from each update of a page to its next.

    Raises BenchError where one could not be opened or was lost.
    """
    command = [sys.executable, "-m", "scripts.benchmarks.pages", server.url, str(count), *queries]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with ended(process):
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        if said != "open":
            raise BenchError(f"{said} within {OPEN_PATIENCE_S:.0f} s.")
        gaps: list[float] = []
        yield gaps
        said, _ = process.communicate(timeout=OPEN_PATIENCE_S)  # its input ends here
        if process.returncode != 0:
            raise BenchError(f"One of {count} pages was lost.")
        counts = json.loads(said)
        gaps += counts.pop("gaps_s")
        sys.stderr.write(f"  {count} pages: {json.dumps(counts)}\n")


def unit_queries(server: Server, most: int = 5) -> list[str]:
    """The queries of the unit pages of the first units, `most` of them."""
    return [f"?page=unit&unit={quote(unit)}" for unit in server.units()[:most]]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(asyncio.run(_keep_open(sys.argv[1], int(sys.argv[2]), sys.argv[3:])))) + "\n")
