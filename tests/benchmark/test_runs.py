"""Runs of the emulator through a real door, a few units and seconds of them; `summary` on runs made by hand."""

from math import inf, isnan

import numpy as np
import pytest

from connected_ops.benchmark import ground_truth, runs
from connected_ops.benchmark.expected import VIBRATION
from connected_ops.benchmark.ground_truth import summary
from connected_ops.benchmark.limits import crossings
from connected_ops.benchmark.runs import HEALTHY, LEAD_IN_S, Run, Spoken, live_runs, slow_runs
from connected_ops.emulator.courses import Course
from connected_ops.emulator.duty import at_work
from connected_ops.emulator.faults import BY_KIND
from connected_ops.emulator.fleet import BACKFILL_S
from connected_ops.emulator.profile import Profile, UnitProfile
from connected_ops.emulator.units import Units, assemble
from connected_ops.machines import catalog

CASES = [("coolant_overheat", "passenger_car"), ("sensor_open_circuit", "genset"), (HEALTHY, "excavator")]


@pytest.fixture(scope="module", autouse=True)
def short_past():
    """Two minutes through the door before a run instead of ten: what is tested here does not need them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "BACKFILL_S", 120)
        yield


@pytest.fixture(scope="module")
def lived() -> list[Run]:
    return live_runs(1, CASES, 0, watched_s=60)


def test_a_fault_is_told_on_its_unit_and_nothing_of_a_healthy_one(lived):
    hot, sensor, healthy = lived
    assert 0 < hot.told_s < 30
    assert 0 < sensor.told_s < 30
    assert healthy.told_s is None
    assert [run.wrong for run in lived] == [(), (), ()]
    assert {run.hours for run in lived} == {(120 + LEAD_IN_S + 60) / 3600}


def test_the_same_seed_gives_the_same_run_whoever_lives_beside_it(lived):
    assert live_runs(1, CASES[:1], 0, watched_s=60) == lived[:1]


def trucks(count: int) -> Units:
    units = tuple(UnitProfile(vehicle_id=f"u{at}", unit_class="class_8_truck") for at in range(count))
    return assemble(Profile(seed=1, units=units), 1)


def test_a_limit_is_reached_by_the_machine_with_the_fault_and_by_no_other():
    nothing = np.full(catalog.COUNT, np.nan)
    courses = {(1, "fan_lost"): Course(BY_KIND["fan_lost"], 0, 0, inf, nothing)}
    reached = crossings(trucks(2), courses, 0, 1200, 1)
    assert np.isnan(reached[0]).all()
    assert 60 < reached[1, 0] < 1200
    assert isnan(reached[1, 1])


def test_a_fault_of_days_is_told_after_its_onset_and_before_its_limit(monkeypatch):
    days = (-21, -19, -8, -7)  # one before the onset, and the last but days before its injection
    monkeypatch.setattr(runs, "_looks", lambda units, onset: [day * 86_400 - 900 for day in days])
    (run,) = slow_runs(3, "driveline_bearing", "passenger_car", 1)
    assert run.limit_s is not None
    assert run.told_s is not None
    assert 10 * 86_400 < run.told_s < run.limit_s < 20 * 86_400
    assert run.wrong == ()
    assert run.hours == pytest.approx(4 * 120 / 3600)
    for spoken in run.spoken:
        assert spoken.low <= spoken.middle <= spoken.high
        assert 0 < spoken.truth < run.limit_s


def test_looks_are_taken_at_work_from_before_the_onset_on():
    looks = np.array(runs._looks(trucks(1), -12 * 86_400))
    assert looks[0] < -12 * 86_400 < looks[2]
    assert at_work(trucks(1), looks[None]).all()
    assert (at_work(trucks(1), looks[None] - BACKFILL_S)).all()


def run_of(kind: str, told_s=None, limit_s=None, **fields) -> Run:
    made = {"unit_class": "genset", "wrong": (), "spoken": (), "silent": 0, "hours": 1.0, **fields}
    return Run(kind, told_s=told_s, limit_s=limit_s, **made)


def test_recall_counts_faults_that_must_be_told_and_no_calm_or_healthy_unit():
    found = summary([run_of("fan_lost", 60.0), run_of("fan_lost"), run_of("pothole"), run_of(HEALTHY)])
    assert found.recall == 0.5


def test_a_lead_is_a_share_of_the_life_and_nothing_where_the_fault_was_told_too_late():
    found = summary(
        [run_of("fan_lost", 100.0, 400.0), run_of("fan_lost", 500.0, 400.0), run_of("fan_lost", None, 400.0)]
    )
    assert found.lead_share == 0.0
    assert summary([run_of("fan_lost", 100.0, 400.0)]).lead_share == 0.75


def test_false_episodes_are_counted_in_the_hours_of_all_units():
    found = summary([run_of(HEALTHY, hours=150.0), run_of("fan_lost", 1.0, wrong=(VIBRATION,), hours=50.0)])
    assert (found.false_episodes, found.false_per_100_h) == (1, 0.5)


def test_a_forecast_of_a_limit_that_never_comes_is_not_covered_and_has_no_error():
    never, right = Spoken(50.0, 100.0, 200.0, inf), Spoken(50.0, 100.0, 200.0, 80.0)
    found = summary([run_of("fan_lost", 1.0, 400.0, spoken=(never, right), silent=2)])
    assert (found.forecasts, found.coverage, found.error, found.spoken) == (2, 0.5, 0.25, 0.5)


def test_a_run_of_nothing_has_no_figures():
    found = summary([])
    assert isnan(found.recall)
    assert isnan(found.coverage)
    assert isnan(found.false_per_100_h)


def test_runs_are_spread_over_all_faults_and_classes_and_healthy_hours_are_kept():
    tasks = ground_truth._tasks(1, 200, 1500, None)
    live = [task for task in tasks if task.func is live_runs]
    cases = [case for task in live for case in task.args[1]]
    slow = [task.args for task in tasks if task.func is slow_runs]
    healthy = [task for task in live if task.args[1][0][0] == HEALTHY]
    seconds = sum(len(task.args[1]) * (LEAD_IN_S + task.keywords["watched_s"]) for task in healthy)
    assert seconds >= 1500 * 3600
    kinds = [kind for kind, _ in cases if kind != HEALTHY] + [kind for _, kind, _, count in slow for _ in range(count)]
    assert len(kinds) == 200
    assert set(kinds) == BY_KIND.keys()
    assert len({task.args[0] for task in live}) == len(live), "two groups of one seed are the same units"


def test_a_benchmark_is_the_summary_of_its_groups(monkeypatch):
    groups = [lambda: [run_of("fan_lost", 1.0, 4.0)], lambda: [run_of(HEALTHY)]]
    monkeypatch.setattr(ground_truth, "_tasks", lambda *asked: groups)
    said: list[str] = []
    found = ground_truth.run(processes=1, progress=said.append)
    assert (found.recall, found.lead_share, found.unit_hours) == (1.0, 0.75, 2.0)
    assert said[-1].endswith("2 of 2")
