"""The lab as a running thing: when it assesses, and when it rather keeps its last picture."""

import asyncio

import numpy as np

from connected_ops.machines import catalog
from connected_ops.read_model import RANGES, Work
from connected_ops.telemetry.units import Owner

NO_PAST = ((np.empty(0), np.empty((0, catalog.COUNT))),) * 2


async def until(holds) -> None:
    async with asyncio.timeout(10):
        while True:
            if holds():
                return
            await asyncio.sleep(0.01)


async def test_a_fleet_keeps_its_picture_while_units_are_made_anew(bench, sample):
    bench.follow = False
    bench.take([sample(t, "simulated") for t in range(3)], Owner.EMULATOR)
    model = bench.lab.read_model
    running = asyncio.create_task(bench.lab.run())
    try:
        await until(lambda: model.snapshot().vehicle_ids == ("simulated",))
        async with bench.lab.still:
            kept = model.sequence
            bench.lab.intake.forget_emulated("simulated")
            bench.take([sample(t, "anew") for t in range(3, 6)], Owner.EMULATOR)
            for _ in range(50):  # longer than an assessment is ever put off
                await asyncio.sleep(0.01)
                assert model.sequence == kept
        await until(lambda: model.snapshot().vehicle_ids == ("anew",))
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_an_acknowledgement_is_seen_without_a_new_sample(bench, sample):
    bench.follow = False
    bench.now = 140.0
    bench.take(sample(t, unit_class="passenger_car") for t in range(120))
    bench.take(sample(120 + t, unit_class="passenger_car", coolant_temp_f=255.0) for t in range(20))
    bench.lab.assess()
    (episode,) = bench.lab.read_model.episodes()
    running = asyncio.create_task(bench.lab.run())
    try:
        assert bench.lab.work(episode.id, Work("acknowledge")).ok
        await until(lambda: bench.lab.read_model.episodes()[0].state == "acknowledged")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def test_what_waits_is_told_by_name(bench, sample):
    bench.take([sample(0), sample(1)])
    assert bench.lab.queues() == {"samples to judge": 0, "rows to remember": 2}
    bench.lab.assess()
    bench.lab.read_model.rows()
    assert bench.lab.queues()["rows to remember"] == 0


def test_a_unit_that_is_kept_is_there_while_it_is_made_anew(bench, sample):
    bench.take([sample(t, "simulated") for t in range(5)], Owner.EMULATOR)
    model = bench.assessed()
    model.keep("simulated")
    model.keep("nobody")
    before, spans = model.rows()[0], {span: model.series("simulated", span) for span in RANGES}
    bench.lab.intake.forget_emulated("simulated")
    bench.lab.intake.adopt("simulated", "genset", Owner.EMULATOR, NO_PAST)
    bench.take([sample(5, "simulated")], Owner.EMULATOR)
    view = model.unit("simulated")
    assert len(view.ts) == 5
    assert model.rows()[0] is before
    assert all(model.series("simulated", span) is kept for span, kept in spans.items())
    assert len(bench.assessed().unit("simulated").ts) == 1
