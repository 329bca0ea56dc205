"""What pages see: freshness, order, cached rows and units, and an assessment that changes nothing."""

import asyncio
import dataclasses

import numpy as np
import pytest

from connected_ops.engine.assessment import assess, freshness, gather
from connected_ops.read_model import FRESHNESS
from connected_ops.signals.baseline import GRACE_S
from connected_ops.views import unit as unit_views
from connected_ops.views.live import LiveReadModel

CAR = {"unit_class": "passenger_car"}


@pytest.mark.parametrize(
    ("silence", "interval", "state"),
    [
        (0, 1, "live"), (10, 1, "live"), (10.1, 1, "late"), (60, 1, "late"), (60.1, 1, "silent"),
        (10.1, np.nan, "late"), (60.1, np.nan, "silent"),
        (60, 60, "live"), (180, 60, "live"), (181, 60, "late"), (360, 60, "late"), (361, 60, "silent"),
        (np.inf, np.nan, "silent"), (-1, 1, "live"),
    ],
)  # fmt: skip
def test_freshness_goes_by_arrival_and_by_the_units_usual_spacing(silence: float, interval: float, state: str):
    assert FRESHNESS[freshness(np.array([silence]), np.array([interval]))[0]] == state


def states(bench) -> dict[str, str]:
    bench.lab.assess()
    return {row.vehicle_id: row.freshness for row in bench.lab.read_model.rows()}


def test_a_unit_that_falls_silent_is_late_then_silent_and_live_again_with_its_next_sample(bench, sample):
    for t in range(20):
        bench.take([sample(t)])
    seen = []
    for bench.now in (25.0, 30.0, 80.0):
        seen.append(states(bench)["unit"])
    assert seen == ["live", "late", "silent"]
    bench.take([sample(81)])
    assert states(bench) == {"unit": "live"}


def test_old_data_that_arrives_now_is_live(bench, sample):
    bench.follow = False
    bench.now = 5000.0
    bench.take([sample(0)])
    assert states(bench) == {"unit": "live"}


def mixed_fleet(bench, sample) -> None:
    """Units that end up silent, Low, Medium and High, in an order that is not theirs."""
    bench.take(sample(t, "quiet", **CAR) for t in range(0, 120, 4))
    for t in range(120, 240, 4):
        hot = {"calm": 192.0, "hot": 252.0, "warm": 217.0}
        bench.take([sample(t, vehicle_id, **CAR, coolant_temp_f=value) for vehicle_id, value in hot.items()])


def test_units_stand_worst_first_whenever_they_were_heard(bench, sample):
    mixed_fleet(bench, sample)
    bench.lab.assess()
    rows = bench.lab.read_model.rows()
    assert [(row.vehicle_id, row.band, row.freshness) for row in rows] == [
        ("hot", "High", "live"),
        ("warm", "Medium", "live"),
        ("quiet", "Low", "silent"),
        ("calm", "Low", "live"),
    ]
    worst = bench.lab.read_model.snapshot().order
    assert [row.vehicle_id for row in bench.lab.read_model.rows([int(worst[3]), int(worst[0])])] == ["calm", "hot"]


def test_the_loop_counts_units_once_and_silent_ones_in_their_band(bench, sample):
    mixed_fleet(bench, sample)
    bench.lab.assess()
    loop = bench.lab.read_model.snapshot().loop
    assert (loop.units, loop.live, loop.late, loop.silent) == (4, 3, 0, 1)
    assert (loop.low, loop.medium, loop.high) == (2, 1, 1)
    assert loop.leader == "hot"
    assert loop.received == loop.valid + loop.needs_review + loop.rejected + loop.duplicates == 120
    assert 0 < loop.abnormal < loop.indicators


def test_points_add_up_to_the_score_on_every_unit_and_in_its_view(bench, sample):
    mixed_fleet(bench, sample)
    bench.lab.assess()
    shot = bench.lab.read_model.snapshot()
    np.testing.assert_allclose(shot.points.sum(axis=1), shot.score, atol=1e-9, rtol=0)
    for at, vehicle_id in enumerate(shot.vehicle_ids):
        view = bench.lab.read_model.unit(vehicle_id)
        assert sum(c.points for c in view.contributions) == pytest.approx(shot.score[at], abs=1e-9)
        points = [c.points for c in view.contributions]
        assert points == sorted(points, reverse=True)
        assert all(c.sentence for c in view.contributions)


def test_assess_is_pure(bench, sample):
    mixed_fleet(bench, sample)
    lab = bench.lab
    columns = gather(lab.pipeline, lab.register, lab.outlook, lab.intake.service)
    counts, now = lab.intake.counts, bench.clock()
    before = [np.copy(value) for value in dataclasses.astuple(columns)]
    one, two = (assess(columns, counts, now, 7) for _ in range(2))
    for field in dataclasses.fields(one):
        np.testing.assert_equal(getattr(one, field.name), getattr(two, field.name))
    for old, value in zip(before, dataclasses.astuple(columns), strict=True):
        np.testing.assert_equal(old, np.asarray(value, dtype=old.dtype))


def test_a_snapshot_keeps_its_figures_when_the_fleet_moves_on(bench, sample):
    bench.take([sample(0)])
    bench.lab.assess()
    old = bench.lab.read_model.snapshot()
    values, scores = old.values.copy(), old.score.copy()
    bench.take([sample(1, coolant_temp_f=260.0)])
    bench.lab.assess()
    np.testing.assert_array_equal(old.values, values)
    np.testing.assert_array_equal(old.score, scores)
    assert bench.lab.read_model.sequence == old.sequence + 1


def test_a_server_that_starts_anew_uses_no_sequence_of_the_one_before(bench, sample):
    bench.take([sample(0)])
    for _ in range(4 * 60):
        bench.lab.assess()
    before = bench.lab.read_model
    after = LiveReadModel(bench.lab.intake, bench.lab.outlook, bench.lab.assumptions, before.snapshot().at + 60.0)
    assert after.sequence > before.sequence


def test_rows_and_units_are_made_once_a_sequence(bench, sample):
    bench.take([sample(0)])
    bench.lab.assess()
    model = bench.lab.read_model
    rows, unit = model.rows(), model.unit("unit")
    assert model.rows()[0] is rows[0]
    assert model.unit("unit") is unit
    bench.lab.assess()
    assert model.rows()[0] is not rows[0]
    assert model.unit("unit") is not unit


def test_an_unknown_unit_has_no_view_nor_one_that_no_assessment_has_seen(bench, sample):
    model = bench.lab.read_model
    assert model.unit("nobody") is None
    bench.take([sample(0)])
    assert model.unit("unit") is None
    bench.lab.assess()
    assert model.unit("unit") is not None


def test_a_unit_removed_since_the_assessment_has_no_view_and_its_row_still_stands(bench, sample):
    bench.take([sample(0)])
    bench.lab.assess()
    place = bench.place()
    bench.lab.register.remove(place)
    bench.lab.pipeline.clear(place)
    assert bench.lab.read_model.unit("unit") is None
    assert bench.lab.read_model.rows()[0].spark == ()


def test_learning_counts_down_to_its_own_normal(bench, sample):
    left = []
    for t in range(0, 301, 10):
        bench.take([sample(t, **CAR)])
        bench.lab.assess()
        left.append(bench.lab.read_model.unit("unit").learning_s)
    assert left[0] == GRACE_S
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0.0
    coolant = bench.lab.read_model.unit("unit").signal("coolant_temp_f")
    assert coolant.learned
    assert coolant.own_normal == (188.0, 196.0)


def test_in_the_grace_period_a_signals_normal_is_its_classs(bench, sample):
    bench.take([sample(0, **CAR)])
    bench.lab.assess()
    coolant = bench.lab.read_model.unit("unit").signal("coolant_temp_f")
    assert (coolant.learned, coolant.own_normal) == (False, (187, 198))
    assert (coolant.warn, coolant.critical) == (225, 240)


def test_a_view_shows_what_is_fitted_and_the_newest_samples_with_the_rules_that_fired(bench, sample):
    bench.take(sample(t, vibration_score=None, coolant_temp_f=310.0 if t == 19 else 192.0) for t in range(20))
    bench.lab.assess()
    view = bench.lab.read_model.unit("unit")
    assert not view.signal("vibration_score").fitted
    assert view.signal("vibration_score").value is None
    assert view.series("coolant_temp_f")[-2] == 192.0
    assert np.isnan(view.series("vibration_score")).all()
    assert len(view.newest) == unit_views.NEWEST
    assert view.newest[0].verdict == "needs_review"
    assert any("310 °F" in sentence for sentence in view.newest[0].sentences)
    assert view.newest[1].sentences == ()
    assert dict(view.newest[1].values)["vibration_score"] is None
    with pytest.raises(KeyError):
        view.signal("no_such")


def test_the_sparkline_is_of_the_signal_that_matters_and_ends_with_its_newest_value(bench, sample):
    bench.take(sample(t, **CAR, vibration_score=0.9 if t < 280 else 3.6) for t in range(300))
    bench.lab.assess()
    (row,) = bench.lab.read_model.rows()
    assert row.spark_label == "Vibration index"
    assert row.spark[-1] == pytest.approx(3.6)
    assert len(row.spark) <= unit_views.SPARK_POINTS


def test_an_empty_fleet_is_a_snapshot_too(bench):
    bench.lab.assess()
    shot = bench.lab.read_model.snapshot()
    assert (shot.vehicle_ids, shot.loop.units, shot.loop.leader) == ((), 0, None)
    assert bench.lab.read_model.rows() == ()


async def test_the_running_lab_publishes_what_came(bench, sample, monkeypatch):
    published = asyncio.Event()
    publish = bench.lab.read_model.publish
    monkeypatch.setattr(bench.lab.read_model, "publish", lambda *what: (publish(*what), published.set()))
    running = asyncio.create_task(bench.lab.run())
    bench.take([sample(0)])
    await asyncio.wait_for(published.wait(), 10)
    assert bench.lab.read_model.snapshot().vehicle_ids == ("unit",)
    running.cancel()
