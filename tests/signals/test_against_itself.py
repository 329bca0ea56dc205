"""A unit against its own half hours: what drifts is seen, what is only hot, loaded or cold is not."""

import numpy as np
import pytest

from connected_ops.emulator.fleet import Emulator
from connected_ops.emulator.profile import load_profile
from connected_ops.machines import catalog
from connected_ops.signals.against_itself import (
    DAY_S,
    DRIFTS,
    WIDTH_S,
    AgainstItself,
    Comparison,
    compare,
)
from tests.shipped import COOLANT_DRIFT, INTAKE_DRIFT, VIBRATION_DRIFT

START = 1_800_000_000.0
COOLANT, INTAKE, VIBRATION = (DRIFTS[at] for at in (COOLANT_DRIFT, INTAKE_DRIFT, VIBRATION_DRIFT))


def days(count: float = 14, hours: float = 10, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Healthy half hours of a truck that runs `hours` a day: all signals follow load, speed and weather."""
    chance = np.random.default_rng(seed)
    at = np.arange(0, count * DAY_S, WIDTH_S)
    at = at[at % DAY_S < hours * 3600]
    load, speed = chance.uniform(35, 70, len(at)), chance.uniform(38, 62, len(at))
    air = 65 + 12 * np.sin(2 * np.pi * at / DAY_S) + 4 * np.sin(at / (3 * DAY_S))
    means = np.full((len(at), catalog.COUNT), np.nan, dtype=np.float32)
    means[:, catalog.LOAD], means[:, catalog.SPEED], means[:, catalog.AMBIENT] = load, speed, air
    means[:, catalog.COOLANT] = 180 + 0.1 * load + 0.06 * air + chance.normal(0, 0.4, len(at))
    means[:, catalog.INTAKE] = air + 20 + 0.25 * load + chance.normal(0, 1, len(at))
    means[:, catalog.VIBRATION] = 0.8 + 0.005 * speed + chance.normal(0, 0.02, len(at))
    means[:, catalog.RPM] = 1350
    return START + at, means


def grown(ts: np.ndarray, over: float, full: float) -> np.ndarray:
    """0 until `over` days before the end, then up to `full` along a line."""
    return full * np.clip(1 - (ts[-1] - ts) / (over * DAY_S), 0, 1)


def against(ts, means, drift) -> Comparison:
    found = compare(ts, means, drift)
    assert found is not None
    return found


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: drift.key)
@pytest.mark.parametrize("hours", [3, 10, 24])
def test_a_healthy_unit_stays_clearly_under_where_its_indicator_starts(drift, hours: float):
    for seed in range(8):
        found = against(*days(hours=hours, seed=seed), drift)
        assert abs(found.measure) < 0.4 * drift.start
        assert found.onset is found.said_at is found.per_day is None


@pytest.mark.parametrize(
    ("drift", "signal", "full"), [(COOLANT, catalog.COOLANT, 10.0), (INTAKE, catalog.INTAKE, 30.0)]
)
def test_a_slow_growth_is_seen_with_its_level_its_onset_and_its_rate(drift, signal: int, full: float):
    ts, means = days()
    means[:, signal] += grown(ts, 6, full)
    found = against(ts, means, drift)
    assert found.level == pytest.approx(full, rel=0.1)
    assert found.onset is not None
    assert 4.5 < (found.until - found.onset) / DAY_S < 6.2
    assert found.said_at is not None
    assert found.onset < found.said_at < found.until
    assert found.growth is not None
    low, middle, high = found.growth.rates()
    assert found.per_day == middle
    assert low < full / 6 < high


def test_onset_and_the_time_it_was_plain_come_from_what_was_known_by_then():
    ts, means = days()
    means[:, catalog.COOLANT] += grown(ts, 6, 12)
    whole = against(ts, means, COOLANT)
    for back in (10, 20, 30):
        earlier = against(ts[:-back], means[:-back], COOLANT)
        assert earlier.onset == pytest.approx(whole.onset, abs=DAY_S / 4)
        if earlier.said_at is not None:
            assert earlier.said_at == pytest.approx(whole.said_at, abs=DAY_S / 4)


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_no_unit_of_a_sound_emulated_fleet_comes_near_where_an_indicator_starts(seed: int | None):
    past = Emulator(load_profile(), seed=seed, start=START).aggregates()
    for values in past.half_hour_values:
        ran = np.isfinite(values).any(axis=1)
        for drift in DRIFTS:
            found = against(past.half_hour_start[ran], values[ran], drift)
            assert abs(found.measure) < 0.3 * drift.start
            assert found.onset is None


def test_hard_work_and_a_heat_wave_are_no_drift():
    ts, means = days()
    late = ts > ts[-1] - 3 * DAY_S
    means[late, catalog.LOAD] += 15
    means[late, catalog.AMBIENT] += 10
    means[late, catalog.COOLANT] += 0.1 * 15 + 0.06 * 10
    means[late, catalog.INTAKE] += 10 + 0.25 * 15
    for drift in DRIFTS:
        found = against(ts, means, drift)
        assert abs(found.measure) < drift.start


def test_a_single_hot_half_hour_and_cold_starts_do_not_move_the_level():
    ts, means = days()
    calm = against(ts, means, COOLANT).level
    means[-3, catalog.COOLANT] += 25
    means[::10, catalog.COOLANT] -= 60
    found = against(ts, means, COOLANT)
    assert found.level == pytest.approx(calm, abs=0.6)
    assert found.usual < 3


def test_a_repair_ends_the_drift():
    ts, means = days()
    broken = (ts > ts[-1] - 6 * DAY_S) & (ts < ts[-1] - 1.5 * DAY_S)
    means[broken, catalog.COOLANT] += 10
    found = against(ts, means, COOLANT)
    assert abs(found.level) < 1
    assert found.onset is None


def test_a_bearing_is_compared_where_it_can_be_heard():
    """Half of the half hours creep through a town: there it makes no noise."""
    ts, means = days()
    town = np.arange(len(ts)) % 2 == 0
    means[town, catalog.SPEED] = 15
    means[:, catalog.VIBRATION] += np.where(town, 0, grown(ts, 6, 0.6))
    found = against(ts, means, VIBRATION)
    assert found.level == pytest.approx(0.6, abs=0.08)
    assert np.isnan(found.above[town]).all()
    assert found.measure == pytest.approx(found.level / found.normal)


def test_a_signal_that_is_not_fitted_is_left_out_of_the_comparison():
    ts, means = days()
    means[:, [catalog.SPEED, catalog.AMBIENT]] = np.nan
    means[:, catalog.COOLANT] += grown(ts, 6, 10)
    assert against(ts, means, COOLANT).level == pytest.approx(10, rel=0.15)
    assert compare(ts, means, INTAKE) is None


def test_half_hours_in_which_it_did_not_run_are_gaps():
    ts, means = days()
    means[5:9] = np.nan
    found = against(ts, means, COOLANT)
    assert np.isnan(found.above[5:9]).all()
    assert np.isfinite(np.delete(found.above, range(5, 9))).all()


def test_a_unit_that_is_new_or_scatters_wildly_is_not_compared():
    ts, means = days(1.5)
    assert compare(ts, means, COOLANT) is None
    assert compare(ts[:0], means[:0], COOLANT) is None
    ts, means = days()
    means[:, catalog.COOLANT] += np.random.default_rng(2).normal(0, 15, len(ts))
    assert compare(ts, means, COOLANT) is None


def test_constant_signals_are_compared_too():
    ts, means = days()
    means[:, :] = 50.0
    assert against(ts, means, COOLANT).level == pytest.approx(0, abs=1e-6)


def test_the_state_is_computed_once_a_half_hour_and_the_running_one_does_not_count():
    ts, means = days()
    means[:, catalog.COOLANT] += grown(ts, 6, 10)
    itself, now = AgainstItself(2), ts[-1] + 60.0
    unit, when = np.array([0, 1]), np.array([now, now])
    assert itself.stale(unit, when).tolist() == [True, True]
    means[-1, catalog.COOLANT] = 0.0
    itself.update(0, now, ts, means)
    assert itself.stale(unit, when).tolist() == [False, True]
    assert itself.stale(unit, when + WIDTH_S).tolist() == [True, True]
    assert itself.level[0, COOLANT_DRIFT] == pytest.approx(10, rel=0.15)
    assert np.isfinite(itself.onset[0, COOLANT_DRIFT])
    assert np.isnan(itself.onset[0, INTAKE_DRIFT])
    assert np.isnan(itself.level[1]).all()
    itself.clear(0)
    assert np.isnan(itself.level[0]).all()
    assert itself.stale(unit, when).tolist() == [True, True]


def test_a_fault_that_takes_months_is_not_learned_away():
    """Two weeks are remembered: 0.3 °F a day is 4 °F within them, and 15 °F since it began."""
    ts, means = days(64)
    means[:, catalog.COOLANT] += grown(ts, 50, 15.0)
    anchor, levels = None, {}
    for day in np.arange(14.0, 64.5, 0.5):
        now = (ts >= START + (day - 14) * DAY_S) & (ts < START + day * DAY_S)
        found = compare(ts[now], means[now], COOLANT, anchor)
        assert found is not None
        anchor, levels[day] = found.anchor, found.level
    newest = ts >= START + 50 * DAY_S
    forgetful = against(ts[newest], means[newest], COOLANT)
    assert forgetful.level < 4.5
    assert levels[64.0] > 9
    assert abs(levels[14.0]) < 1


def test_an_anchor_moves_by_itself_neither_with_the_seasons_nor_after_a_repair():
    ts, means = days(64)
    means[:, catalog.AMBIENT] += (20 * np.sin((ts - START) / (20 * DAY_S))).astype(np.float32)
    means[:, catalog.COOLANT] += (0.06 * 20 * np.sin((ts - START) / (20 * DAY_S))).astype(np.float32)
    broken = (ts > START + 20 * DAY_S) & (ts < START + 34 * DAY_S)
    means[broken, catalog.COOLANT] += 8 * (ts[broken] - ts[broken][0]) / (14 * DAY_S)
    anchor, levels = None, {}
    for day in np.arange(14.0, 64.5, 0.5):
        now = (ts >= START + (day - 14) * DAY_S) & (ts < START + day * DAY_S)
        found = compare(ts[now], means[now], COOLANT, anchor)
        if found is None:  # half of its reference is of before the repair and half of after
            continue
        anchor, levels[day] = found.anchor, found.level
    assert levels[34.0] > 5
    assert abs(levels[64.0]) < 1.5
