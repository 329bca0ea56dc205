"""Episodes become decisions with a price, and the fleet's sums count nothing twice."""

import pytest

from connected_ops.read_model import Work

TRUCK = {"unit_class": "class_8_truck", "engine_load_pct": 40.0, "ambient_temp_f": 60.0}


def heat(bench, sample, vehicle_id: str = "unit", **fields: float) -> None:
    """Two calm minutes, then twenty seconds of a fault."""
    bench.follow = False
    bench.now = max(bench.now, 140.0)
    bench.take(sample(t, vehicle_id, **TRUCK) for t in range(120))
    bench.take(sample(120 + t, vehicle_id, **TRUCK, **fields) for t in range(20))
    bench.lab.assess()


def test_a_units_two_faults_are_one_stop_in_the_yard(bench, sample):
    heat(bench, sample, coolant_temp_f=250.0, vibration_score=4.0)
    episodes = bench.lab.read_model.unit("unit").episodes
    assert {each.mode for each in episodes} == {"cooling", "vibration"}
    counted = [each for each in episodes if each.money.counted]
    assert [each.mode for each in counted] == ["cooling"]
    loop = bench.lab.read_model.snapshot().loop
    assert (loop.deciding, loop.insights_open, loop.spoken) == (1, 2, 2)
    assert loop.saved_usd == counted[0].money.saved_usd == bench.lab.read_model.unit("unit").row.saved_usd
    assert loop.act_usd + loop.saved_usd == loop.wait_usd


def test_a_fleets_saving_is_the_sum_of_its_units(bench, sample):
    heat(bench, sample, "one", coolant_temp_f=250.0)
    heat(bench, sample, "two", vibration_score=4.0)
    shot = bench.lab.read_model.snapshot()
    assert shot.loop.deciding == 2
    assert shot.loop.saved_usd == pytest.approx(shot.saved_usd.sum())


def test_changed_assumptions_change_the_value_and_nothing_else(bench, sample):
    heat(bench, sample, coolant_temp_f=250.0)
    model = bench.lab.read_model
    usual, other = model.value({}), model.value({"day_vehicle": 1000.0})
    assert other.changes == (("day_vehicle", 1000.0),)
    assert other.wait_usd > usual.wait_usd
    assert model.snapshot().loop.saved_usd == usual.saved_usd
    assert model.value({}) is usual


def test_an_assumption_out_of_range_is_clamped_and_said(bench, sample):
    heat(bench, sample, coolant_temp_f=250.0)
    value = bench.lab.read_model.value({"chance_cooling": 140.0, "nonsense": 1.0})
    assert dict(value.changes) == {"chance_cooling": 100.0}
    assert len(value.sentences) == 2
    assert "100 %" in value.sentences[0]


def test_an_acknowledged_episode_stays_open_and_counted(bench, sample):
    heat(bench, sample, coolant_temp_f=250.0)
    (episode,) = bench.lab.read_model.episodes()
    before = bench.lab.read_model.snapshot().loop
    answer = bench.lab.work(episode.id, Work("acknowledge"))
    assert answer.ok
    bench.lab.assess()
    (after,) = bench.lab.read_model.episodes()
    assert (after.state, after.acknowledged_at) == ("acknowledged", bench.clock())
    loop = bench.lab.read_model.snapshot().loop
    assert (loop.insights_open, loop.saved_usd) == (before.insights_open, before.saved_usd)


def test_a_silenced_episode_is_counted_apart_until_its_time_is_over_and_its_money_stays(bench, sample):
    heat(bench, sample, coolant_temp_f=250.0)
    (episode,) = bench.lab.read_model.episodes()
    before = bench.lab.read_model.snapshot().loop
    assert bench.lab.work(episode.id, Work("silence", "Kim", silence="1h")).ok
    bench.lab.assess()
    (after,) = bench.lab.read_model.episodes()
    loop = bench.lab.read_model.snapshot().loop
    assert (after.state, after.silenced_by, after.silenced_until) == ("silenced", "Kim", bench.clock() + 3600)
    assert (loop.insights_open, loop.insights_unseen, loop.insights_silenced) == (0, 0, 1)
    assert loop.saved_usd == before.saved_usd
    bench.follow = False
    bench.now += 3601
    bench.lab.assess()
    (after,) = bench.lab.read_model.episodes()
    loop = bench.lab.read_model.snapshot().loop
    assert (after.state, loop.insights_open, loop.insights_unseen, loop.insights_silenced) == ("open", 1, 1, 0)


def test_an_episode_that_is_none_cannot_be_acknowledged_and_says_so(bench):
    answer = bench.lab.work("e99", Work("acknowledge"))
    assert not answer.ok
    assert "e99" in answer.sentence


def test_a_sensors_episode_has_no_price_and_leaves_the_risk_as_it_is(bench, sample):
    heat(bench, sample, intake_air_temp_f=-40.0)
    view = bench.lab.read_model.unit("unit")
    (episode,) = view.episodes
    assert (episode.kind, episode.signal, episode.money) == ("sensor", "intake_air_temp_f", None)
    assert view.row.band == "Low"
    loop = bench.lab.read_model.snapshot().loop
    assert (loop.insights_open, loop.deciding, loop.spoken, loop.saved_usd) == (1, 0, 0, 0)


def test_the_most_pressing_episode_comes_first_and_closed_ones_last(bench, sample):
    heat(bench, sample, "shaking", vibration_score=4.0)
    heat(bench, sample, "hot", coolant_temp_f=250.0)
    heat(bench, sample, "odd", intake_air_temp_f=-40.0)
    bench.now = 300.0
    bench.take(sample(140 + t, "shaking", **TRUCK) for t in range(120))
    bench.lab.assess()
    told = [(each.vehicle_id, each.state) for each in bench.lab.read_model.episodes()]
    assert told == [("hot", "open"), ("odd", "open"), ("shaking", "closed")]
    assert bench.lab.read_model.unit("shaking").episodes[0].money is None


def test_quality_tells_what_was_refused_and_which_rules_fired(bench, sample):
    bench.take([sample(t) for t in range(5)])
    bench.follow = False
    bench.take([sample(5, coolant_temp_f=999.0), sample(6, intake_air_temp_f=-40.0), sample(999)])
    bench.lab.assess()
    quality = bench.lab.read_model.quality()
    told = {row.id: (row.count, row.sentence) for row in quality.rules}
    assert told["sensor_range:coolant_temp_f"] == (
        1, "Coolant temperature is outside what its sensor can report (−40 °F to 419 °F).",
    )  # fmt: skip
    assert all("nan" not in sentence for _, sentence in told.values())
    (row,) = quality.quarantine
    assert (row.vehicle_id, row.source, row.field) == ("unit", "live", "ts")
    assert quality.held == 1
    assert [unit.vehicle_id for unit in quality.units] == ["unit"]
