"""The page's backtests: each uploaded file goes through the engine in a process of its own, one at a time, so that no
page ever waits for one."""

import asyncio
import re
import secrets
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from pydantic import ValidationError

from connected_ops.backtest.report import report
from connected_ops.backtest.wire import from_json
from connected_ops.machines import files
from connected_ops.read_model import BacktestRun

MOST_KEPT = 32
MOST_WAITING = 4
UPLOAD_S = 120.0
RUN_S = 180.0
LONGEST_NAME = 80
REFUSED = 2

_log = structlog.get_logger(__name__)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class BacktestRunner:
    """Implements the page's `Backtests`. At most four files wait or run, and the last 32 runs are kept; further ones
    are refused with a sentence. Belongs to one event loop; `close` it when that ends."""

    def __init__(self) -> None:
        self._runs: dict[str, BacktestRun] = {}
        self._turn = asyncio.Lock()
        self._uploading = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def find(self, key: str) -> BacktestRun | None:
        return self._runs.get(key)

    async def begin(self, name: str, chunks: AsyncIterator[bytes]) -> str:
        name = safe(name)
        run = BacktestRun(secrets.token_urlsafe(12), name, "running")
        if self._uploading + len(self._tasks) >= MOST_WAITING:
            return self._keep(_refused(run, "Other recordings are waiting already; try again in a minute."))
        folder = TemporaryDirectory(prefix="backtest-")
        self._uploading += 1
        try:
            async with asyncio.timeout(UPLOAD_S):
                with (Path(folder.name) / name).open("wb") as file:
                    async for chunk in chunks:
                        file.write(chunk)
        except TimeoutError:
            folder.cleanup()
            return self._keep(_refused(run, f"{name} did not arrive within {UPLOAD_S:.0f} s; send a smaller file."))
        except BaseException:
            folder.cleanup()
            raise
        finally:
            self._uploading -= 1
        task = asyncio.create_task(self._run(run, folder))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return self._keep(run)

    async def close(self) -> None:
        """Stop what runs, and wait until it is gone."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _keep(self, run: BacktestRun) -> str:
        self._runs[run.key] = run
        while len(self._runs) > MOST_KEPT:
            del self._runs[next(iter(self._runs))]
        return run.key

    async def _run(self, run: BacktestRun, folder: TemporaryDirectory[str]) -> None:
        with folder:
            async with self._turn:
                done = await _worked_through(run, folder.name)
        self._keep(done)


async def _worked_through(run: BacktestRun, folder: str) -> BacktestRun:
    """The run as it ended, in a process that is gone afterwards."""
    own = files.folder()
    machines = () if own is None else (str(own),)
    # -I: the folder holds what somebody sent, and nothing of it may be imported
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-m", "connected_ops.backtest", run.name, *machines, cwd=folder,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(RUN_S):
            told, errors = await process.communicate()
    except TimeoutError:
        return _refused(run, f"{run.name} took longer than {RUN_S / 60:.0f} minutes; send fewer hours at a time.")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == REFUSED:
        return _refused(run, errors.decode(errors="replace").strip())
    try:
        view = await asyncio.to_thread(from_json, told)
    except ValidationError:
        _log.error("backtest failed", code=process.returncode, errors=errors.decode(errors="replace")[-2000:])
        return _refused(run, f"{run.name} could not be worked through; the server's log says why.")
    return replace(run, state="done", view=view, report=report(view))


def _refused(run: BacktestRun, sentence: str) -> BacktestRun:
    return replace(run, state="refused", sentence=sentence)


def safe(name: str) -> str:
    """A file's name without its folders and without what a path or a command could misread.

    >>> safe("../../My trip (1).csv.gz"), safe("-rf .csv")
    ('My_trip_1_.csv.gz', 'rf_.csv')
    """
    plain = _UNSAFE.sub("_", re.split(r"[/\\]", name)[-1]).lstrip("-.")
    return plain[-LONGEST_NAME:].lstrip("-.") or "recording"
