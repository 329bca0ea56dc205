"""A logged service moves the next one, the wear and the words, and a reset forgets it."""

from connected_ops.emulator.simulation import NoSimulation
from connected_ops.telemetry.units import Owner


def unit_of(bench, name: str = "unit"):
    view = bench.assessed().unit(name)
    assert view is not None
    return view


def wear_of(view) -> tuple[float, str]:
    (wear,) = [each for each in view.contributions if each.mode == "wear"]
    return wear.points, wear.sentence


def test_a_service_counts_from_the_hours_it_was_done_at(bench, sample):
    bench.take([sample(t, unit_class="class_8_truck", engine_hours=14_610.0) for t in range(3)])
    before = unit_of(bench)
    assert before.service is not None
    assert (before.service.left_h, before.service.every_h, before.service.days) == (390.0, 600.0, 39.0)
    assert bench.lab.intake.service_done("unit").ok
    again = bench.lab.intake.service_done("unit")
    assert (again.ok, again.sentence) == (False, "Service of unit is logged at 14,610.0 h already.")
    after = unit_of(bench)
    assert after.service is not None
    assert (after.service.left_h, after.service.log) == (600.0, ((float(after.ts[-1]), 14_610.0),))
    assert wear_of(after)[0] < wear_of(before)[0]
    assert wear_of(after)[1] == "Service due in 600 h, every 600 h"
    journey = bench.lab.read_model.journey("unit", float(after.ts[-1]))
    assert wear_of(journey)[1] == wear_of(after)[1]
    assert bench.lab.intake.undo_service("unit").ok
    assert unit_of(bench).service == before.service
    assert not bench.lab.intake.undo_service("unit").ok


def test_without_engine_hours_or_a_unit_a_service_is_refused_in_a_sentence(bench, sample):
    bench.take([sample(0, engine_hours=None)])
    assert unit_of(bench).service is None
    for name in ("unit", "nobody"):
        answer = bench.lab.intake.service_done(name)
        assert not answer.ok
        assert answer.sentence == f"{name} has sent no engine hours, and a service counts from those."


async def test_a_reset_forgets_the_services_of_simulated_units_alone(pair, sample):
    controls = NoSimulation(pair.labs)
    for again in (False, True):
        for name, owner in (("real", Owner.LIVE), ("made", Owner.SIMULATED)):
            pair.take([sample(again, name, unit_class="genset", engine_hours=100.0)], owner)
        answers = [await controls.service_done(name) for name in ("real", "made")]
        assert [answer.ok for answer in answers] == [not again, True]
        await controls.reset()
        await controls.reset_all()
    assert (await controls.undo_service("real")).ok
    assert not (await controls.undo_service("made")).ok
