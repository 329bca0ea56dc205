"""The task that lets pages know of something new leaves nothing behind, however long it runs and whoever has looked."""

import asyncio
import gc
import itertools
from collections.abc import Iterator

import pytest
from shiny import reactive
from shiny.reactive import Context, _core

from shiny_app.live.polling import Polled

TICKS = 10_000


@pytest.fixture(autouse=True)
def _a_lock_of_this_loop() -> Iterator[None]:
    _core._reactive_environment._lock = None
    yield
    _core._reactive_environment._lock = None


class Counted:
    """A number that a test moves on."""

    now = 0

    def __call__(self) -> int:
        return self.now


def contexts() -> int:
    """How many reactive contexts are alive."""
    gc.collect()
    return sum(isinstance(each, Context) for each in gc.get_objects())


async def ticks(counted: Counted, polled: Polled, amount: int) -> None:
    """Every other one finds something new."""
    for tick in range(amount):
        counted.now += tick % 2
        await polled.look()


async def test_without_a_reader_nothing_is_left_of_ten_thousand_ticks() -> None:
    counted = Counted()
    polled = Polled(counted, 1.0)
    before = contexts()
    await ticks(counted, polled, TICKS)
    assert contexts() == before
    assert not polled._value._value_dependents._dependents


async def test_a_reader_is_redone_each_time_and_leaves_one_context() -> None:
    counted = Counted()
    polled = Polled(counted, 1.0)
    seen: list[int] = []

    @reactive.effect(session=None)
    def read() -> None:
        seen.append(polled())

    await reactive.flush()
    before = contexts()
    await ticks(counted, polled, TICKS)
    assert contexts() == before
    assert seen == list(range(TICKS // 2 + 1))
    assert len(polled._value._value_dependents._dependents) == 1
    read.destroy()
    assert not polled._value._value_dependents._dependents


async def test_readers_that_come_and_go_are_let_go_at_once_also_while_nothing_is_new() -> None:
    counted = Counted()
    polled = Polled(counted, 1.0)

    async def visit() -> None:
        @reactive.effect(session=None)
        def read() -> None:
            polled()

        await reactive.flush()
        read.destroy()

    await visit()
    before = contexts()
    for _ in range(500):
        await visit()
    assert contexts() == before


async def test_what_stays_the_same_wakes_nobody() -> None:
    counted = Counted()
    polled = Polled(counted, 1.0)
    seen: list[int] = []

    @reactive.effect(session=None)
    def read() -> None:
        seen.append(polled())

    await reactive.flush()
    await polled.look()
    await polled.look()
    assert seen == [0]
    read.destroy()


async def test_the_count_of_contexts_sees_what_a_poll_of_shiny_leaves() -> None:
    """The reason for a task of our own; without this leak it could be Shiny's again."""
    asked, often = itertools.count(1), asyncio.Event()
    before = contexts()

    def ask() -> None:
        if next(asked) == 200:
            often.set()

    reactive.poll(ask, 0.0, session=None)(lambda: None)
    await reactive.flush()
    await often.wait()
    assert contexts() - before > 150
