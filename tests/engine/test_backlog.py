"""What arrives late is judged at its own time, teaches nothing, and moves nothing live."""

import numpy as np

from connected_ops.engine.backlog import UNITS


def hot(sample, start: int, seconds: int, vehicle_id: str = "truck", **fields):
    return [
        sample(t, vehicle_id, unit_class="class_8_truck", coolant_temp_f=245.0, **fields)
        for t in range(start, start + seconds)
    ]


def calm(sample, start: int, seconds: int, vehicle_id: str = "truck"):
    return [sample(t, vehicle_id, unit_class="class_8_truck") for t in range(start, start + seconds)]


def machine(bench):
    episodes = bench.lab.pipeline.episodes
    return [each for each in (*episodes.open.values(), *episodes.closed.values()) if each.kind == "machine"]


def test_an_overheating_that_arrives_late_is_found_late_at_its_own_time(bench, sample):
    bench.take(calm(sample, 3000, 60))
    for start in range(1000, 1120, 20):
        assert set(bench.take(hot(sample, start, 20))) == {"needs_review"}
    (found,) = machine(bench)
    assert found.found_late
    assert found.closed_at is not None
    assert 1000 <= found.since - 1_800_000_000 <= found.opened_at - 1_800_000_000 <= 1030
    assert bench.lab.pipeline.episodes.spoken == 1


def test_a_backlog_teaches_nothing_and_moves_nothing_live(new_bench, sample):
    bench, plain = new_bench(), new_bench()
    for each in (bench, plain):
        each.take(calm(sample, 3000, 300))
    bench.take(hot(sample, 1000, 60, engine_hours=None))
    for each in (bench, plain):
        each.take(calm(sample, 3300, 60))
    one, other = bench.lab.pipeline, plain.lab.pipeline
    np.testing.assert_array_equal(one.baselines.mean, other.baselines.mean)
    np.testing.assert_array_equal(one.present.known, other.present.known)
    np.testing.assert_array_equal(one.confirmation.confirmed, other.confirmation.confirmed)
    assert bench.look("truck")[1] == "Low"


def test_a_backlog_sent_twice_is_told_once(bench, sample):
    bench.take(calm(sample, 3000, 30))
    late = hot(sample, 1000, 60)
    bench.take(late)
    assert set(bench.take(late)) == {"duplicate"}
    assert len(machine(bench)) == 1


def test_a_healthy_backlog_says_nothing(bench, sample):
    bench.take(calm(sample, 3000, 30))
    bench.take(calm(sample, 1000, 120))
    assert machine(bench) == []


def test_more_units_than_places_may_catch_up_at_once(new_bench, sample):
    units = [f"t{at}" for at in range(UNITS + 6)]
    bench = new_bench(units=len(units))
    bench.take([row for unit in units for row in calm(sample, 3000, 2, unit)])
    bench.take([row for unit in units for row in hot(sample, 1000, 40, unit)])
    assert len(machine(bench)) == len(units)
