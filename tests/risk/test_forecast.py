"""Forecasts: their intervals hold what they promise, and nothing is said where nothing is warranted."""

import numpy as np
import pytest

from connected_ops.risk import forecast
from connected_ops.signals.against_itself import DAY_S, DRIFTS, Comparison
from connected_ops.signals.anchor import Anchor
from connected_ops.signals.growth import growth
from connected_ops.signals.reference import fit
from tests.shipped import COOLANT_DRIFT

LIMIT = 225.0
START = 1_800_000_000.0


def readings(chance, room: float, rate: float, lasted: float, spacing: float) -> tuple[np.ndarray, np.ndarray]:
    """A ramp of `rate` °F/min that has lasted so many seconds and is `room` °F under the limit, as a sensor shows it:
    a hunting thermostat, noise, and whole °C."""
    t = np.arange(-700.0, 0.5, spacing)
    t -= t[-1]
    true = LIMIT - room + np.maximum(t, -lasted) * rate / 60
    keeps = np.exp(-spacing / 60)
    hunting = np.zeros(len(t))
    for k in range(1, len(t)):
        hunting[k] = keeps * hunting[k - 1] + np.sqrt(1 - keeps**2) * 0.5 * chance.normal()
    shown = true + hunting + 0.3 * chance.normal(size=len(t))
    return START + t, np.round((shown - 32) / 1.8) * 1.8 + 32


@pytest.mark.parametrize("spacing", [1.0, 10.0, 60.0])
@pytest.mark.parametrize("rate", [2.0, 4.0, 10.0])
def test_eighty_of_a_hundred_intervals_hold_the_true_time(rate: float, spacing: float):
    chance = np.random.default_rng(7)
    held = said = 0
    for _ in range(120):
        room, lasted = chance.uniform(5, 25), chance.uniform(120, 900)
        span = forecast.ramp(*readings(chance, room, rate, lasted, spacing), LIMIT)
        if span is not None:
            said += 1
            held += span[0] <= 60 * room / rate <= span[2]
            assert 0 <= span[0] <= span[1] <= span[2]
    assert said > 60
    assert 0.70 <= held / said <= 0.97


def test_a_flat_noisy_signal_is_not_forecast():
    chance = np.random.default_rng(3)
    assert not any(forecast.ramp(*readings(chance, 30, 0.0, 900, 1.0), LIMIT) for _ in range(60))


@pytest.mark.parametrize("spacing", [1.0, 20.0, 60.0])
def test_nothing_is_said_of_a_signal_that_falls_is_over_its_limit_or_has_few_samples(spacing: float):
    ts, values = readings(np.random.default_rng(1), 10, 4, 600, spacing)
    assert forecast.ramp(ts, values, LIMIT) is not None
    assert forecast.ramp(ts, values[::-1], LIMIT) is None
    assert forecast.ramp(ts, values, float(values[-1]) - 5) is None
    assert forecast.ramp(ts[-3:], values[-3:], LIMIT) is None
    assert forecast.ramp(ts[:0], values[:0], LIMIT) is None
    assert forecast.ramp(ts, np.full(len(ts), np.nan), LIMIT) is None


def test_a_ramp_is_followed_no_further_than_twice_as_long_as_it_was_seen():
    t = np.arange(0.0, 121.0)
    assert forecast.ramp(START + t, 190 + t * 4 / 60, LIMIT) is None
    assert forecast.ramp(START + t, 215 + t * 4 / 60, LIMIT) is not None


@pytest.mark.parametrize("samples", [8, 30, 59])
def test_a_step_is_no_ramp_wherever_it_stands(samples: int):
    ts = 10.0 * np.arange(samples)
    for at in range(1, samples):
        for last in (192.0, 252.0):
            values = np.where(np.arange(samples) < at, 192.0, 252.0)
            values[-1] = last
            assert forecast.ramp(ts, values, 270.0) is None or last == 252.0


def test_a_missing_or_odd_reading_does_not_change_a_forecast_much():
    ts, values = readings(np.random.default_rng(1), 15, 6, 600, 1.0)
    plain = forecast.ramp(ts, values, LIMIT)
    values = values.copy()
    values[-60], values[-30:-20] = 280.0, np.nan
    odd = forecast.ramp(ts, values, LIMIT)
    assert plain is not None
    assert odd is not None
    assert odd[1] == pytest.approx(plain[1], rel=0.1)


def comparison(
    level: float = 10.0, per_day: float | None = 2.0, seen_days: float = 5.0, hot: float = 193.0
) -> Comparison:
    until = START + 14 * DAY_S
    ts = np.arange(START, until, 1800.0)
    onset = grows = None
    if per_day is not None:
        onset, days = until - seen_days * DAY_S, np.arange(-seen_days, 0, 1 / 48)
        grows = growth(days, level + per_day * days + np.random.default_rng(3).normal(0, 0.5, len(days)), 0.5)
    anchor = Anchor(fit(np.zeros((9, 1)), np.zeros(9), 1.0), 0.0, until)
    return Comparison(
        DRIFTS[COOLANT_DRIFT], ts, np.zeros(len(ts)), 1.5, level, 191.0, hot, onset, onset,
        grows and grows.rates()[1], grows, until, anchor,
    )  # fmt: skip


def test_a_drift_reaches_the_limit_after_its_room_over_its_rate_or_sooner_if_it_speeds_up():
    span = forecast.drift(comparison(), 215.0)
    assert span is not None
    assert span[0] < 6 * DAY_S < 1.05 * span[2]
    assert 4 * DAY_S < span[1] < 6.5 * DAY_S
    assert span[2] < 7.5 * DAY_S


@pytest.mark.parametrize(
    "unwarranted",
    [comparison(per_day=None), comparison(level=30.0), comparison(level=2.0, per_day=1.0, seen_days=2.0, hot=180.0)],
    ids=["no trend", "over already", "too far ahead"],
)
def test_of_a_drift_without_a_warranted_time_nothing_is_said(unwarranted: Comparison):
    assert forecast.drift(unwarranted, 215.0) is None


def test_the_path_of_a_drift_leads_to_the_limit_and_widens():
    path = forecast.path(comparison(), 215.0)
    assert path is not None
    ahead, middle, low, high = path
    assert middle[0] == pytest.approx(10.0, abs=0.3)
    assert middle[-1] == pytest.approx(215 - 193, rel=0.05)
    assert 4 * DAY_S < ahead[-1] < 6.5 * DAY_S
    assert (high - low)[-1] > 3 * (high - low)[0]
    assert ((low <= middle) & (middle <= high)).all()


def test_without_a_limit_a_path_ends_after_a_week_and_without_a_trend_there_is_none():
    path = forecast.path(comparison())
    assert path is not None
    assert path[0][-1] == 7 * DAY_S
    assert forecast.path(comparison(per_day=None)) is None
