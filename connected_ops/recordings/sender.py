"""Sends to a running server: the rows of recordings, or any bodies."""

import asyncio
import json
import time
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from math import isfinite
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from connected_ops.errors import ConnectedOpsError
from connected_ops.guards.authority import is_loopback
from connected_ops.machines.catalog import KEYS
from connected_ops.recordings.recording import Recording
from connected_ops.recordings.retime import Retime

TICK_S = 0.25
MOST_ROWS = 500
RETRY_FOR_S = 30.0
RETRY_EVERY_S = 1.0
BUSY_FOR_S = 600.0  # a server that says when to come again is there, and is asked again for so long
MOST_RETRY_AFTER_S = 60.0
PATIENCE = httpx.Timeout(30.0, read=120.0)  # a burst of many senders is answered in its turn
MOST_UNITS_NAMED = 5
HIGHEST_PORT = 65_535
VERDICTS: tuple[str, ...] = ("accepted", "needs_review", "rejected", "duplicates")
AWAY = (502, 503, 504)  # what a proxy answers for a server that is not there
BUSY = (429, 503)  # what a server answers that has no room for a moment, with the time to wait


class CannotSend(ConnectedOpsError):
    """A recording cannot be sent, or the server does not take it."""


def rows_of(recordings: Sequence[Recording]) -> list[dict[str, Any]]:
    """The rows of recordings in the payload's names, by time, each with its `ts` as a datetime."""
    rows = [row for each in recordings for row in _rows(each)]
    return sorted(rows, key=lambda row: row["ts"])


def _rows(recording: Recording) -> Iterator[dict[str, Any]]:
    named = {} if recording.unit_class == "unknown" else {"unit_class": recording.unit_class}
    for at, (ts, values) in enumerate(zip(recording.ts.tolist(), recording.values.tolist(), strict=True)):
        signals = {key: value for key, value in zip(KEYS, values, strict=True) if isfinite(value)}
        codes = {"fault_codes": recording.fault_codes[at]} if at in recording.fault_codes else {}
        yield {"ts": datetime.fromtimestamp(ts, UTC), "vehicle_id": recording.unit, **named, **signals, **codes}


async def send_file(
    path: Path, url: str, retime: Retime, speed: float, api_key: str | None, recordings: Sequence[Recording]
) -> str:
    """Send the recordings of a file in their own order at `speed` times real time, and return a sentence that says what
    came of it.

    Raises CannotSend.
    """
    check_address(url)
    if retime is Retime.KEEP and not all(each.dated for each in recordings):
        raise CannotSend(f"{path} names no date, and its times cannot be kept; send it with --retime now.")
    rows = rows_of(recordings)
    first = rows[0]["ts"]
    due = [(row["ts"] - first).total_seconds() / speed for row in rows]
    _write_times(path, rows, retime)
    counts = dict.fromkeys(VERDICTS, 0)
    async with client_of(url, "replay", "application/x-ndjson", api_key) as client:
        with _bar() as bar:
            task = bar.add_task(path.name, total=len(rows))
            began = time.monotonic()
            sent = 0
            while sent < len(rows):
                elapsed = time.monotonic() - began
                until = min(bisect_right(due, elapsed, lo=sent), sent + MOST_ROWS)
                if until > sent:
                    body = "\n".join(json.dumps(row) for row in rows[sent:until]).encode()
                    answer = await post(client, url, body, RETRY_FOR_S if sent else 0.0)
                    for name in counts:
                        counts[name] += answer[name]
                    bar.advance(task, until - sent)
                    sent = until
                if sent < len(rows) and (wait := due[sent] - (time.monotonic() - began)) > 0:
                    await asyncio.sleep(min(wait, TICK_S))
    return f"Sent {len(rows):,} rows of {_units(rows)}: {told(counts)}."


def told(counts: dict[str, int]) -> str:
    """What became of rows, in words: "10 accepted, 0 needs review …"."""
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())


def client_of(url: str, source: str, content_type: str, api_key: str | None) -> httpx.AsyncClient:
    """A client of the server at `url` that posts as `source`. Raises CannotSend where `url` is no address."""
    headers = {"X-Source": source, "Content-Type": content_type} | ({"X-API-Key": api_key} if api_key else {})
    # A proxy of the environment is for other machines.
    trust_env = not is_loopback(check_address(url))
    return httpx.AsyncClient(base_url=url, headers=headers, timeout=PATIENCE, trust_env=trust_env)


def check_address(url: str) -> str:
    """The host in `url`. Raises CannotSend where it is no address of a server."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL()
    if parsed.scheme not in ("http", "https") or not parsed.host or (parsed.port or 1) > HIGHEST_PORT:
        raise CannotSend(f"--url {url} is no address such as http://127.0.0.1:8000.")
    return parsed.host


def _write_times(path: Path, rows: list[dict[str, Any]], retime: Retime) -> None:
    """Turn the rows' times into text, moved as asked."""
    shift = datetime.now(UTC) - rows[-1]["ts"] if retime is Retime.NOW else timedelta()
    try:
        for row in rows:
            row["ts"] = (row["ts"] + shift).isoformat()
    except OverflowError:
        raise CannotSend(f"{path} spans too many years to end now; send it with --retime keep.") from None


def _bar() -> Progress:
    columns = BarColumn(), TextColumn("{task.completed:,}/{task.total:,}"), TimeRemainingColumn()
    console = Console(stderr=True)
    return Progress(TextColumn("{task.description}"), *columns, console=console, disable=not console.is_terminal)


def _units(rows: list[dict[str, Any]]) -> str:
    units = sorted({str(row["vehicle_id"]) for row in rows if "vehicle_id" in row})
    return ", ".join(units) if len(units) <= MOST_UNITS_NAMED else f"{len(units):,} units"


def _nothing(why: str) -> None:
    """For whom waiting needs no word."""


async def answer_of(
    ask: Callable[[], Awaitable[httpx.Response]], url: str, patience_s: float, on_wait: Callable[[str], None] = _nothing
) -> httpx.Response:
    """The answer of the server at `url`; one that is gone for less than `patience_s` is asked again, and one that has
    no room when it says so.

    `on_wait` is told why at each try that fails. Raises CannotSend.
    """
    began = time.monotonic()
    until = began + patience_s
    while True:
        wait = RETRY_EVERY_S
        try:
            answer = await ask()
            after = _retry_after(answer)
            if after is None and answer.status_code not in AWAY:
                return answer
            why = f"{answer.status_code} {answer.reason_phrase}"
            if after is not None:
                wait, until = after, max(until, began + BUSY_FOR_S)
        except httpx.HTTPError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # a stop may show as a closed connection
                raise asyncio.CancelledError from error
            why = str(error) or type(error).__name__
        if time.monotonic() >= until:
            raise CannotSend(f"No answer from {url}: {why}. Is the server running?")
        on_wait(why)
        await asyncio.sleep(wait)


def _retry_after(answer: httpx.Response) -> float | None:
    """Seconds that a busy server asks to wait, a minute at most; None where it does not ask."""
    told = answer.headers.get("Retry-After", "")
    if answer.status_code not in BUSY or not told.isdecimal():
        return None
    return min(float(told), MOST_RETRY_AFTER_S)


async def post(
    client: httpx.AsyncClient, url: str, body: bytes, patience_s: float, on_wait: Callable[[str], None] = _nothing
) -> dict[str, Any]:
    """The server's receipt for a body of rows, with the patience of `answer_of`. Raises CannotSend."""
    answer = await answer_of(lambda: client.post("/api/telemetry", content=body), url, patience_s, on_wait)
    content = _json_of(answer)
    if answer.is_success and "accepted" in content:
        return content
    if answer.is_success:
        raise CannotSend(f"What answers at {url} is not a Connected Ops Lab; check --url.")
    detail = content.get("detail") or answer.reason_phrase
    raise CannotSend(f"The server refused the rows ({answer.status_code}): {detail}")


def _json_of(answer: httpx.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
