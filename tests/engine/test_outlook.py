"""A unit against itself over days, from its half hours to the page: what drifts is said, with the time it leaves."""

import numpy as np
import pytest

from connected_ops.machines import catalog
from connected_ops.telemetry.units import Owner

DAY_S, HALF_HOUR_S = 86_400.0, 1800.0
DAYS = 14


def half_hours(end: float, per_day: float, drifting_days: float) -> tuple[np.ndarray, np.ndarray]:
    """14 days of a truck that works each day for ten hours; its coolant rises by `per_day` °F in the last days."""
    start = np.arange(end // HALF_HOUR_S * HALF_HOUR_S - DAYS * DAY_S, end - HALF_HOUR_S, HALF_HOUR_S)
    chance = np.random.default_rng(7)
    means = np.full((len(start), catalog.COUNT), np.nan, dtype=np.float32)
    load = chance.uniform(30, 60, len(start))
    ambient = 65 + 8 * np.sin(2 * np.pi * start / DAY_S)
    means[:, catalog.LOAD], means[:, catalog.AMBIENT] = load, ambient
    means[:, catalog.RPM], means[:, catalog.SPEED] = 1350 + load, 55 + load / 10
    means[:, catalog.INTAKE], means[:, catalog.VIBRATION] = ambient + 25, 1.1
    means[:, catalog.HOURS] = 5000 + (start - start[0]) / 3600 * 0.4
    grown = np.maximum(0.0, (start - (end - drifting_days * DAY_S)) / DAY_S) * per_day
    means[:, catalog.COOLANT] = 190 + 0.05 * load + 0.1 * (ambient - 65) + chance.normal(0, 0.5, len(start)) + grown
    rests = (start % DAY_S) / 3600 >= 10
    means[rests] = np.nan
    return start.astype(np.int64), means


@pytest.fixture
def truck(bench, sample):
    """A truck born with days of drift, and two minutes of live samples after them."""

    def make(per_day: float = 2.5, drifting_days: float = 5.0, **fields: float) -> None:
        nothing = np.empty(0, np.int64), np.empty((0, catalog.COUNT), np.float32)
        pasts = nothing, half_hours(bench.clock(), per_day, drifting_days)
        bench.lab.intake.adopt("unit", "class_8_truck", Owner.LIVE, pasts)
        live = {"unit_class": "class_8_truck", "engine_load_pct": 45.0, "ambient_temp_f": 65.0, "engine_hours": None}
        bench.take(sample(t, **(live | fields)) for t in range(120))
        bench.lab.assess()

    return make


def test_what_drifts_for_days_is_an_episode_that_began_when_it_did(bench, truck):
    truck()
    view = bench.lab.read_model.unit("unit")
    (episode,) = view.episodes
    assert (episode.kind, episode.mode, episode.state) == ("machine", "cooling", "open")
    assert "above its own normal at the same load and weather" in episode.reason
    assert 3 < (view.at - episode.since) / DAY_S < 6
    assert episode.since < episode.opened_at < view.at
    assert view.drift.onset == episode.since
    assert episode.money.saved_usd == episode.money.wait_usd - episode.money.act_usd > 0


def test_the_time_to_the_limit_is_days_with_an_interval(bench, truck):
    truck()
    view = bench.lab.read_model.unit("unit")
    low, middle, high = view.row.to_limit_s
    assert 2 * DAY_S < low < middle < high < 20 * DAY_S
    assert view.drift.margin == pytest.approx(225 - 195, abs=5)
    path = view.drift.forecast
    assert np.all((path.low <= path.middle) & (path.middle <= path.high))
    assert path.middle[0] == pytest.approx(view.drift.level, abs=0.5)  # the level is the mean of its newest half hours


def test_a_unit_as_it_always_was_has_a_calm_sentence_and_no_forecast(bench, truck):
    truck(per_day=0.0)
    view = bench.lab.read_model.unit("unit")
    assert view.drift.onset is None
    assert view.drift.forecast is None
    assert view.drift.sentence.startswith("It runs as it did before")
    assert view.episodes == ()
    assert view.row.to_limit_s is None


def test_a_unit_without_days_of_history_is_not_held_against_itself(bench, sample):
    bench.take(sample(t) for t in range(120))
    bench.lab.assess()
    assert bench.lab.read_model.unit("unit").drift is None


def test_a_unit_that_takes_the_place_of_another_is_not_compared_with_its_days(bench, sample, truck):
    truck()
    place = bench.place()
    bench.lab.register.remove(place)
    bench.lab.pipeline.clear(place)
    bench.take(sample(200 + t, "other") for t in range(20))
    assert bench.place("other") == place
    bench.lab.assess()
    view = bench.lab.read_model.unit("other")
    assert view.drift is None
    assert view.episodes == ()
    assert bench.lab.read_model.episodes() == ()


def test_the_limit_is_as_far_as_the_hardest_half_minutes_leave_it(bench, sample, truck):
    truck()
    calm = bench.lab.outlook.comparisons(bench.place())[0].normal_hot
    bench.take(sample(200 + t, unit_class="class_8_truck", coolant_temp_f=208.0) for t in range(0, 4 * 3600, 30))
    hot = bench.lab.outlook.comparisons(bench.place())[0]
    assert hot.normal_hot > calm
    assert hot.normal_hot + hot.level == pytest.approx(208, abs=0.5)


def test_a_fault_of_hours_is_told_with_hours_to_its_limit_and_is_not_learned_away(bench, sample, truck):
    truck(per_day=0.0)
    live = {"unit_class": "class_8_truck", "ambient_temp_f": 65.0, "engine_hours": None}
    per_hour, begins = 6.0, 1800.0
    for t in range(200, 15_000, 30):
        grown = per_hour * max(t - begins, 0.0) / 3600
        fields = {
            "coolant_temp_f": 192.0 + grown + 0.9 * np.sin(t / 400),
            "vibration_score": 1.1 + t // 30 % 7 / 100,
            "engine_load_pct": 44.0 + t // 30 % 3,
        }
        bench.take(
            [sample(t, **(live | fields | {"engine_rpm": 1395 + t // 30 % 11, "speed_mph": 59 + t // 30 % 13 / 10}))]
        )
    bench.lab.assess()
    view = bench.lab.read_model.unit("unit")
    (episode,) = view.episodes
    assert (episode.kind, episode.mode) == ("machine", "cooling")
    assert episode.value < 225 - 3
    low, _, high = view.row.to_limit_s
    left = (225 - 192) / per_hour * 3600 - (14_990 - begins)
    assert low < left < high < 3 * 3600
