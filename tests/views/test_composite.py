"""Two labs as one fleet: what it says is what one lab would say that had taken everything."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connected_ops.read_model import EpisodeView, ReadModel
from connected_ops.telemetry.units import Owner
from connected_ops.views.episodes import pressing

UNITS = {"sim_a": Owner.SIMULATED, "sim_b": Owner.EMULATOR, "real_a": Owner.LIVE, "real_b": Owner.REPLAY}
STEP = st.tuples(
    st.sampled_from(sorted(UNITS)),
    st.sampled_from([1, 5, 40]),
    st.sampled_from([-40.0, 150.0, 192.0, 226.0, 250.0, 999.0]),
    st.sampled_from([0.9, 3.6]),
    st.sampled_from([1000.0, 1000.0, 2.0]),
    st.integers(0, 90),
)


def nameless(views: Any) -> list[EpisodeView]:
    """Episodes without their ids, which are each lab's own, in an order that does not go by ties."""
    views = [dataclasses.replace(view, id="") for view in views]
    return sorted(views, key=lambda view: (not view.open, view.vehicle_id, view.mode, view.signal, view.opened_at))


def same(one: Any, other: Any, *, but: tuple[str, ...] = ()) -> None:
    """Two views hold the same figures, but for those named."""
    assert type(one) is type(other)
    if dataclasses.is_dataclass(one):
        for field in dataclasses.fields(one):
            if field.name not in ("sequence", *but):
                same(getattr(one, field.name), getattr(other, field.name))
    elif isinstance(one, tuple):
        assert len(one) == len(other)
        for each, its in zip(one, other, strict=True):
            same(each, its)
    else:
        np.testing.assert_equal(one, other)


def same_model(one: ReadModel, other: ReadModel) -> None:
    whole, parts = one.snapshot(), other.snapshot()
    same(whole, parts, but=("loop",))
    same(whole.loop, parts.loop, but=("rate_per_s", "heard_h"))  # of each lab the usual second: their sum is no median
    assert whole.loop.heard_h == pytest.approx(parts.loop.heard_h)
    same(one.rows(), other.rows())
    positions = range(len(whole.vehicle_ids))
    same(one.rows(positions), other.rows(positions))
    same(one.quality(), other.quality(), but=("loop",))
    assert nameless(one.episodes()) == nameless(other.episodes())
    assert [each.at for each in one.odd()] == [each.at for each in other.odd()]
    assert set(one.odd()) == set(other.odd())
    for changes in ({}, {"chance_cooling": 90.0}):
        same(one.value(changes), other.value(changes), but=("episodes",))
        assert nameless(one.value(changes).episodes) == nameless(other.value(changes).episodes)
    for vehicle_id in whole.vehicle_ids:
        a, b = one.unit(vehicle_id), other.unit(vehicle_id)
        assert a is not None
        assert b is not None
        same(a, b, but=("episodes",))
        assert nameless(a.episodes) == nameless(b.episodes)
        same(one.series(vehicle_id, "4h"), other.series(vehicle_id, "4h"))
        for sample in a.newest[:1]:
            x, y = one.journey(vehicle_id, sample.ts), other.journey(vehicle_id, sample.ts)
            assert x is not None
            same(x, y, but=("episodes",))


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEP, min_size=1, max_size=8))
def test_two_labs_say_what_one_that_took_everything_would_say(new_bench: Any, new_pair: Any, sample: Any, steps: Any):
    one, two = new_bench(units=6, window=60), new_pair(units=6, window=60)
    newest = dict.fromkeys(UNITS, 0)
    for each in (one, two):
        for name, owner in UNITS.items():
            each.take([sample(0, name, unit_class="class_8_truck")], owner)
    for name, seconds, coolant, vibration, hours, back in steps:
        fields = {"coolant_temp_f": coolant, "vibration_score": vibration, "engine_hours": hours}
        rows = [sample(newest[name] + t + 1 - back, name, **fields) for t in range(seconds)]
        newest[name] += seconds
        assert one.take(rows, UNITS[name]) == two.take(rows, UNITS[name])
        one.now, two.now = one.now + 0.01, two.now + 0.01  # no two bodies arrive in one moment
    same_model(one.assessed(), two.assessed())


def hot(pair: Any, sample: Any, name: str, owner: Owner, begin: int = 0) -> None:
    """A truck that overheats until its episode is open."""
    pair.take([sample(begin + t, name, unit_class="class_8_truck") for t in range(60)], owner)
    pair.take([sample(begin + t, name, coolant_temp_f=252.0) for t in range(60, 90)], owner)


def test_episodes_of_both_stand_in_one_order_and_their_money_in_one_sum(pair: Any, sample: Any):
    for name, owner in (("real", Owner.LIVE), ("sim", Owner.SIMULATED)):
        hot(pair, sample, name, owner)
    pair.take([sample(90 + t, "open_circuit", intake_air_temp_f=-40.0) for t in range(30)])
    model = pair.assessed()
    views = model.episodes()
    assert [view.kind for view in views] == ["machine", "machine", "sensor"]
    assert sorted(views, key=pressing) == list(views)
    assert {view.vehicle_id for view in views} == {"real", "sim", "open_circuit"}
    assert len({view.id for view in views}) == 3
    value, loop = model.value({}), model.snapshot().loop
    assert (value.units, loop.acting, loop.deciding) == (2, 2, 2)
    assert value.saved_usd == loop.saved_usd == sum(view.money.saved_usd for view in value.episodes if view.money)
    assert loop.leader in ("real", "sim")
    assert loop.insights_open == 3


def test_the_sequence_rises_with_what_either_lab_publishes_and_never_falls(pair: Any, sample: Any):
    pair.take([sample(0, "sim")], Owner.SIMULATED)
    pair.take([sample(0, "real")])
    before = pair.assessed().sequence
    model = pair.labs.read_model
    for lab in pair.labs.both:
        lab.assess()
        assert model.sequence == model.snapshot().sequence == before + 1
        assert {view.sequence for view in (model.unit("sim"), model.value({}), model.quality())} == {before + 1}
        before += 1


def test_an_empty_lab_that_counts_what_it_counted_is_no_news(pair: Any, sample: Any):
    pair.follow = False
    pair.take([sample(0, "real")])
    model = pair.assessed()
    shot = model.snapshot()
    pair.labs.simulated.assess()
    assert model.sequence == shot.sequence
    assert model.snapshot() is shot
    pair.take([sample(9_000_000, "sim")], Owner.SIMULATED)  # from the future: refused, and counted
    pair.labs.simulated.assess()
    assert model.sequence == shot.sequence + 1
    assert model.snapshot().loop.received == 2
    assert model.quality().held == 1


@pytest.mark.parametrize("still", ["real", "sim"])
def test_lines_of_the_lab_that_published_nothing_are_not_made_again(pair: Any, sample: Any, still: str):
    pair.take([sample(0, "sim")], Owner.SIMULATED)
    pair.take([sample(0, "real")])
    model = pair.assessed()
    before = {row.vehicle_id: row for row in model.rows()}
    (pair.labs.simulated if still == "real" else pair.labs.real).assess()
    after = {row.vehicle_id: row for row in model.rows()}
    assert after[still] is before[still]
    assert [name for name in after if after[name] is not before[name]] == [name for name in after if name != still]


def test_what_nobody_knows_has_no_view(pair: Any, sample: Any):
    pair.take([sample(0, "real")])
    model = pair.assessed()
    assert model.unit("nobody") is None
    assert model.series("nobody", "10m") is None
    assert model.journey("nobody", 0.0) is None
    assert model.journey("real", 5.0) is None
