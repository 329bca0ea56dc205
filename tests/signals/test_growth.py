"""Shapes of growth: a line stays a line, what doubles is foreseen, and the interval says how little is known."""

import numpy as np
import pytest

from connected_ops.signals.growth import Growth, growth


def seen(rate: float, doubles: float | None, span: float = 6.0, noise: float = 0.5, seed: int = 1) -> Growth:
    """A drift that has reached a rate a day today, along a line or doubling every so many days."""
    days = np.arange(-span, 0.0, 1 / 20)
    k = 0.0 if doubles is None else np.log(2) / doubles
    level = 10 + rate * (np.expm1(k * days) / k if k else days)
    return growth(days, level + np.random.default_rng(seed).normal(0, noise, len(days)), 0.5)


def true_days(rate: float, doubles: float | None, rise: float) -> float:
    if doubles is None:
        return rise / rate
    k = np.log(2) / doubles
    return float(np.log1p(k * rise / rate) / k)


@pytest.mark.parametrize("doubles", [None, 8.0, 4.0, 2.5])
def test_most_intervals_hold_the_true_time_whatever_the_shape(doubles: float | None):
    truth = true_days(2.5, doubles, 15.0)
    spans = [seen(2.5, doubles, seed=seed).days_to(25.0, 0.5) for seed in range(40)]
    assert all(low <= middle <= high for low, middle, high in spans)
    assert sum(low <= truth <= high for low, _, high in spans) >= 30


def test_the_longer_it_was_seen_the_narrower_the_interval():
    short, long = (seen(2.0, 4.0, span).days_to(25.0, 0.0) for span in (2.0, 10.0))
    assert long[2] - long[0] < 0.6 * (short[2] - short[0])


def test_weights_add_up_and_the_shape_that_fits_weighs_most():
    line, doubling = seen(2.0, None, 12.0, 0.2), seen(4.0, 2.8, 12.0, 0.2)
    for found in (line, doubling):
        assert found.weight.sum() == pytest.approx(1.0)
    assert line.weight[line.speeds_up == 0.0].sum() > 0.5
    assert doubling.weight[doubling.speeds_up >= 0.16].sum() > 0.9


def test_what_does_not_rise_for_sure_may_never_arrive():
    found = seen(0.05, None, 3.0)
    assert found.rates()[0] < 0.0
    assert found.days_to(25.0, 0.0)[2] == np.inf


def test_levels_ahead_begin_where_it_stands_and_widen():
    low, middle, high = seen(2.0, 4.0).levels(np.array([0.0, 2.0, 6.0]))
    assert middle[0] == pytest.approx(10.0, abs=0.5)
    assert (np.diff(middle) > 0).all()
    assert (np.diff(high - low) > 0).all()
