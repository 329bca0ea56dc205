import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_ops.signals.trend import GAP_S, RISING, Trend

NOBODY = np.array([0])


def update(trend: Trend, units: np.ndarray, t: float, values: np.ndarray) -> np.ndarray:
    """[n] slopes of all rising signals alike, of which the first is shown."""
    return trend.update(units, np.full(len(units), t), np.repeat(values[:, None], len(RISING), axis=1))[:, 0]


def slopes(times: list[float], values: list[float]) -> list[float]:
    trend = Trend(1)
    return [float(update(trend, NOBODY, t, np.array([v]))[0]) for t, v in zip(times, values, strict=True)]


@pytest.mark.parametrize("spacing", [0.1, 1, 2, 10, 60])
def test_a_ramps_slope_is_found_at_any_spacing(spacing: float):
    times = np.arange(0, 900, spacing).tolist()
    assert slopes(times, [190 + 3 * t / 60 for t in times])[-1] == pytest.approx(3.0, rel=0.01)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.2, 90), min_size=60, max_size=80), st.floats(-20, 20))
def test_a_ramps_slope_is_found_at_irregular_spacing(gaps, slope: float):
    times = (np.cumsum(gaps) + 1.8e9).tolist()
    times = [*times, *(times[-1] + 10.0 * k for k in range(1, 40))]
    found = slopes(times, [slope * (t - times[0]) / 60 for t in times])
    assert found[-1] == pytest.approx(slope, rel=0.02, abs=0.01)


def test_all_spacings_agree_while_the_slope_is_still_being_found():
    ramp = [
        slopes(list(range(0, 121, spacing)), [5 * t / 60 for t in range(0, 121, spacing)])[-1]
        for spacing in (1, 2, 10, 60)
    ]
    assert ramp == pytest.approx([ramp[0]] * 4, rel=1e-6)


def test_a_level_has_no_slope_and_a_first_value_none_either():
    assert slopes([0.0, 1.0, 50.0], [190.0] * 3) == [0.0] * 3


def test_an_absent_value_keeps_the_slope_and_the_next_one_goes_on_from_there():
    times = [float(t) for t in range(300)]
    whole = [190 + t / 60 for t in times]
    holes = [np.nan if t % 3 else value for t, value in enumerate(whole)]
    found = slopes(times, holes)
    assert found[-2] == found[-3]
    assert found[-3] == pytest.approx(slopes(times, whole)[-3], rel=1e-6)


def test_after_a_long_pause_the_trend_starts_anew():
    times = [float(t) for t in range(300)]
    assert slopes([*times, 300 + GAP_S], [*times, 0.0])[-1] == 0.0


def test_clearing_forgets_and_units_do_not_touch_each_other():
    trend = Trend(2)
    both = np.array([0, 1])
    found = np.zeros(2)
    for t in range(100):
        found = update(trend, both, float(t), np.array([t / 60.0, 0.0]))
    assert found[0] > 0.5
    assert found[1] == 0.0
    trend.clear(0)
    assert update(trend, both, 100.0, np.zeros(2)).tolist() == [0.0, 0.0]
