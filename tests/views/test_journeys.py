"""One sample followed from the wire to the dollar."""

import pytest

from connected_ops.risk.readings import KEPT

TRUCK = {"unit_class": "class_8_truck", "engine_load_pct": 40.0, "ambient_temp_f": 60.0}


@pytest.fixture
def hot(bench, sample):
    """A truck with two calm minutes and twenty seconds far over its limit."""
    bench.take(sample(t, **TRUCK) for t in range(120))
    bench.take(sample(120 + t, **TRUCK, coolant_temp_f=250.0) for t in range(20))
    bench.lab.assess()
    return bench


def test_each_newest_sample_can_be_followed(hot):
    model = hot.lab.read_model
    view = model.unit("unit")
    assert len(view.newest) == KEPT
    for row in view.newest:
        journey = model.journey("unit", row.ts)
        assert (journey.ts, journey.verdict, journey.values) == (row.ts, row.verdict, row.values)
        assert sum(each.points for each in journey.contributions) == pytest.approx(journey.score)


def test_the_newest_sample_ends_where_the_unit_stands(hot):
    model = hot.lab.read_model
    view = model.unit("unit")
    journey = model.journey("unit", view.newest[0].ts)
    assert journey.score == pytest.approx(hot.look()[0], abs=1e-3)
    assert [each.mode for each in journey.contributions] == [each.mode for each in view.contributions]
    assert journey.contributions[0].sentence == view.contributions[0].sentence
    assert journey.band == view.row.band == "High"


def test_a_journey_tells_what_spoke_then_and_not_what_speaks_now(bench, sample):
    bench.take(sample(t, **TRUCK) for t in range(120))
    bench.take([sample(120, **TRUCK, coolant_temp_f=250.0), *(sample(121 + t, **TRUCK) for t in range(6))])
    bench.lab.assess()
    model = bench.lab.read_model
    newest, _, _, _, _, _, odd = model.unit("unit").newest[:7]
    spoke = {each.key: each.evidence for each in model.journey("unit", odd.ts).indicators}
    speaks = {each.key: each.evidence for each in model.journey("unit", newest.ts).indicators}
    assert spoke["coolant_level"] == 1.0
    assert speaks["coolant_level"] == 0.0
    assert model.journey("unit", odd.ts).sentences


def test_an_indicator_of_a_signal_that_is_not_fitted_is_not_read(bench, sample):
    bench.take(sample(t, speed_mph=None, **TRUCK) for t in range(20))
    bench.lab.assess()
    journey = bench.lab.read_model.journey("unit", bench.lab.read_model.unit("unit").newest[0].ts)
    assert {each.key: each.evidence for each in journey.indicators}["road_speed"] is None


def test_the_episode_of_a_sample_is_the_one_that_was_open_then(hot):
    model = hot.lab.read_model
    (episode,) = model.unit("unit").episodes
    stamps = [row.ts for row in model.unit("unit").newest]
    for ts in stamps:
        told = [each.id for each in model.journey("unit", ts).episodes]
        assert told == ([episode.id] if ts >= episode.opened_at else [])
    assert model.journey("unit", stamps[0]).episodes[0].money == episode.money


def test_a_sample_that_is_gone_or_never_was_has_no_journey(hot, sample):
    model = hot.lab.read_model
    ts = model.unit("unit").newest[-1].ts
    assert model.journey("unit", ts) is not None
    hot.take([sample(140, **TRUCK)])
    hot.lab.assess()
    assert hot.lab.read_model.journey("unit", ts) is None
    assert hot.lab.read_model.journey("unit", ts + 0.5) is None
    assert hot.lab.read_model.journey("nobody", ts) is None


def test_a_late_sample_has_no_journey_since_it_moved_nothing(hot, sample):
    hot.take([sample(138.5, **TRUCK)])
    hot.lab.assess()
    model = hot.lab.read_model
    (late,) = [row for row in model.unit("unit").newest if row.verdict == "needs_review" and row.ts % 1]
    assert model.journey("unit", late.ts) is None
