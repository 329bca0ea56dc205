"""Remaining life: learned from a fleet run to failure, right about what is left, its intervals hold what they say."""

import doctest
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_ops.risk import health_index, remaining_life
from connected_ops.risk.health_index import Floats, learn
from connected_ops.risk.remaining_life import RemainingLife

CAP = 40.0
TOWARDS_WEAR = np.array([6.0, -3.0, 4.0, 0.0, 0.0])  # the fourth is noise, the fifth never varies
MIDST = np.array([500.0, 30.0, -7.0, 1.0, 21.0])


def fleet(machines: int, seed: int) -> list[Floats]:
    """Machines of 60 to 120 cycles whose wear speeds up until they fail, as five noisy sensors show it."""
    chance = np.random.default_rng(seed)
    made: list[Floats] = []
    for life in chance.integers(60, 121, machines):
        wear = np.exp((np.arange(1.0, life + 1) - life) / chance.uniform(12, 18))
        noise = chance.normal(size=(life, 5)) * [0.6, 0.3, 0.4, 1.0, 0.0]
        made.append(MIDST + wear[:, None] * TOWARDS_WEAR + noise)
    return made


@cache
def learned() -> RemainingLife:
    model = RemainingLife()
    model.fit(fleet(25, seed=1), CAP)
    return model


@pytest.fixture(scope="module")
def asked() -> list[tuple[float, tuple[float, float, float]]]:
    """What is left, capped, and what is said of it, of machines never learned from at every eighth cycle."""
    return [
        (min(float(len(each) - seen), CAP), learned().span(each[:seen]))
        for each in fleet(25, seed=2)
        for seen in range(16, len(each), 8)
    ]


def test_eighty_of_a_hundred_intervals_hold_the_true_life_of_machines_never_seen(asked):
    held = np.mean([low <= left <= high for left, (low, _, high) in asked])
    assert 0.70 <= held <= 0.92


def test_the_forecast_is_far_better_than_the_mean_life(asked):
    left = np.array([each for each, _ in asked])
    said = np.array([span[1] for _, span in asked])
    assert np.sqrt(((said - left) ** 2).mean()) < 0.5 * left.std()


def test_intervals_narrow_as_the_end_comes_near(asked):
    near = [high - low for left, (low, _, high) in asked if left <= 10]
    far = [high - low for left, (low, _, high) in asked if 20 <= left < CAP]
    assert np.median(near) < np.median(far)


@given(st.integers(1, 50), st.floats(0.0, 30.0), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_whatever_is_seen_the_interval_is_ordered_and_between_nought_and_the_cap(rows: int, wild: float, seed: int):
    chance = np.random.default_rng(seed)
    seen = MIDST + wild * chance.normal(size=(rows, 5))
    seen[chance.random(seen.shape) < 0.2] = np.nan
    low, middle, high = learned().span(seen)
    assert 0.0 <= low <= middle <= high <= CAP


def test_the_same_histories_give_the_same_forecast_and_are_left_as_they_were():
    histories = fleet(8, seed=3)
    kept = [each.copy() for each in histories]
    seen, said = histories[0][:50], []
    for _ in range(2):
        model = RemainingLife()
        model.fit(histories, CAP)
        said.append(model.span(seen))
    assert said[0] == said[1]
    assert all(np.array_equal(a, b) for a, b in zip(kept, histories, strict=True))


def test_a_sensor_in_another_unit_of_measurement_or_turned_round_changes_no_forecast():
    histories = fleet(8, seed=3)
    times, plus = np.array([1.8, -1.0, 0.01, 1000.0, 3.0]), np.array([32.0, 5.0, 0.0, -4.0, 9.0])
    plain, other = RemainingLife(), RemainingLife()
    plain.fit(histories, CAP)
    other.fit([each * times + plus for each in histories], CAP)
    for each in fleet(3, seed=4):
        seen = each[:-15]
        assert other.span(seen * times + plus) == pytest.approx(plain.span(seen), abs=1e-4)


def test_later_cycles_change_nothing_that_was_known_before():
    index, history = learn(fleet(8, seed=3), CAP), fleet(1, seed=5)[0]
    changed = history.copy()
    changed[30:] += 100.0
    assert np.array_equal(index.path(history)[:30], index.path(changed)[:30])


def test_a_sensor_that_reads_more_worn_now_never_lowers_the_index():
    index, history = learn(fleet(8, seed=3), CAP), fleet(1, seed=5)[0]
    before = index.path(history)[-1]
    for sensor, sign in enumerate(np.sign(index.scale)):
        worn = history.copy()
        worn[-1, sensor] += sign * 0.5
        assert index.path(worn)[-1] >= before


def test_one_wild_reading_moves_a_forecast_little():
    seen = fleet(1, seed=5)[0][:-12]
    wild = seen.copy()
    wild[-2, 0] = 1e6
    assert learned().span(wild)[1] == pytest.approx(learned().span(seen)[1], abs=0.25 * CAP)


def test_a_sensor_never_heard_is_no_hindrance():
    histories = fleet(8, seed=3)
    plain, without = learn(histories, CAP), learn([each * [1, 1, 1, 1, np.nan] for each in histories], CAP)
    seen = histories[0]
    assert np.array_equal(without.path(seen * [1, 1, 1, 1, np.nan]), plain.path(seen))


def test_wear_is_carried_by_the_sensors_that_show_it():
    shares = np.mean([learned().shares(each) for each in fleet(5, seed=6)], axis=0)
    assert shares.sum() == pytest.approx(1.0)
    assert shares[:3].min() > shares[3:].max()
    assert shares[4] == 0.0


def test_too_few_or_too_short_histories_or_no_cycle_are_refused_in_a_sentence():
    with pytest.raises(ValueError, match="at least 5 machines run to failure: 4 given"):
        RemainingLife().fit(fleet(4, seed=1), CAP)
    with pytest.raises(ValueError, match="more than 5 cycles: one holds 3"):
        RemainingLife().fit([*fleet(5, seed=1), np.zeros((3, 5))], CAP)
    with pytest.raises(ValueError, match="at least one cycle of the machine"):
        learned().span(np.empty((0, 5)))


@pytest.mark.parametrize("module", [health_index, remaining_life])
def test_the_examples_run(module):
    ran = doctest.testmod(module)
    assert ran.attempted
    assert not ran.failed
