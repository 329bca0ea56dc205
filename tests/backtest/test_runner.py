"""The page's backtests: uploaded files, one at a time, each in a process of its own."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import gettempdir

import pytest

from connected_ops.backtest import runner as runners
from connected_ops.backtest.runner import MOST_KEPT, MOST_WAITING, BacktestRunner, safe
from connected_ops.read_model import BacktestRun
from tests.recordings_as_written import car


@pytest.fixture
async def runner() -> AsyncIterator[BacktestRunner]:
    made = BacktestRunner()
    yield made
    await made.close()


async def chunks(*lines: str) -> AsyncIterator[bytes]:
    for line in lines:
        yield f"{line}\n".encode()


async def never() -> AsyncIterator[bytes]:
    yield b"ts"
    await asyncio.Event().wait()


async def ended(runner: BacktestRunner, key: str) -> BacktestRun:
    async with asyncio.timeout(60):
        while True:
            run = runner.find(key)
            if run is not None and run.state != "running":
                return run
            await asyncio.sleep(0.02)


def left_behind() -> set[Path]:
    return set(Path(gettempdir()).glob("backtest-*"))


async def test_a_file_is_worked_through_beside_the_server_and_a_broken_one_is_refused_with_its_place(runner):
    before = left_behind()
    good = await runner.begin("van.csv", chunks(*car(300, hot_from=120)))
    broken = await runner.begin("../van 2.csv", chunks("ts,vehicle_id,engine_rpm", "noon,a,900"))
    found = runner.find(good)
    assert found is not None
    assert found.state == "running"
    run = await ended(runner, good)
    assert (run.state, run.name) == ("done", "van.csv")
    assert run.view is not None
    assert run.view.machine == 1
    assert run.report.startswith("car (van.csv), passenger car")
    refused = await ended(runner, broken)
    assert refused.state == "refused"
    assert refused.sentence.startswith("van_2.csv: what its 'ts' holds is no time")
    assert left_behind() <= before


async def test_a_file_is_known_by_its_content_and_what_was_made_of_it_is_in_the_report(runner):
    good = await runner.begin(
        "Meine Fahrt", chunks("Zeit;Motordrehzahl", "06.05.2031 07:08:09;800", "06.05.2031 07:08:10;810")
    )
    run = await ended(runner, good)
    assert (run.state, run.name) == ("done", "Meine_Fahrt")
    assert "Meine_Fahrt: engine_rpm is 'Motordrehzahl' in rpm (the usual one)." in run.report
    other = await ended(runner, await runner.begin("numpy.py", chunks("import os", "print(os)")))
    assert (other.state, other.sentence.startswith("numpy.py holds no table")) == ("refused", True)


async def test_only_a_few_may_wait(runner):
    waiting = [asyncio.create_task(runner.begin("a.csv", never())) for _ in range(MOST_WAITING)]
    await asyncio.sleep(0)
    run = runner.find(await runner.begin("b.csv", chunks("ts")))
    assert run is not None
    assert run.sentence == "Other recordings are waiting already; try again in a minute."
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    again = runner.find(await runner.begin("b.csv", chunks("ts")))
    assert again is not None
    assert again.state == "running"


async def test_an_upload_that_stalls_makes_room(runner, monkeypatch):
    monkeypatch.setattr(runners, "UPLOAD_S", 0.01)
    run = runner.find(await runner.begin("a.csv", never()))
    assert run is not None
    assert run.state == "refused"


async def test_old_runs_make_room_for_new_ones(runner):
    waiting = [asyncio.create_task(runner.begin("a.csv", never())) for _ in range(MOST_WAITING)]
    await asyncio.sleep(0)  # from here on all are refused at once
    keys = [await runner.begin("a.csv", never()) for _ in range(MOST_KEPT + 1)]
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert runner.find(keys[0]) is None
    assert runner.find(keys[-1]) is not None


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("trip.csv", "trip.csv"),
        ("a/b\\c.csv", "c.csv"),
        ("--help", "help"),
        ("..", "recording"),
        ("\x00ü.csv", "_.csv"),
    ],
)
def test_a_name_keeps_nothing_that_a_path_could_misread(name, plain):
    assert safe(name) == plain
