import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_ops.read_model import SignalView
from shiny_app.charts.axes import BY_KEY, CHARTS, MOST_STEPS, WIDTHS, Chart, stepped, stepped_width, y_axis

COOLANT = BY_KEY["coolant_temp_f"]


def coolant(normal: tuple[float, float] | None = (183, 203), warn: float | None = 225, critical: float | None = 235):
    return SignalView("coolant_temp_f", "Coolant", "°F", 0, True, None, normal, True, warn, critical)


@settings(deadline=None)  # hundreds of labels take their time on a busy machine
@given(
    st.sampled_from(CHARTS),
    st.floats(-500, 20_000, allow_nan=False),
    st.floats(0, 20_000, allow_nan=False),
)
def test_an_axis_holds_its_data_in_few_nice_steps(chart: Chart, low: float, span: float):
    axis = stepped(chart, low, low + span)
    assert axis.low <= low + 1e-5
    assert axis.high >= low + span - 1e-5
    assert axis.high - axis.low >= chart.least_span - 1e-5
    assert axis.step in chart.steps
    assert axis.step == chart.steps[-1] or axis.high - axis.low <= MOST_STEPS * axis.step + 1e-6
    assert low < 0 or axis.low >= 0
    assert len(axis.labels()) == len(axis.ticks()) >= 1
    assert len(set(axis.labels())) == len(axis.labels())


def test_the_axis_stays_while_the_data_moves_within_it_and_steps_when_it_leaves():
    within = {y_axis(COOLANT, np.array([190.0, top]), coolant()) for top in np.arange(196, 240, 0.9)}
    assert len(within) == 1
    (before,) = within
    after = y_axis(COOLANT, np.array([190.0, before.high + 0.5]), coolant())
    assert after.low == before.low
    assert after.high > before.high


def test_a_cold_start_is_not_flattened_by_limits_out_of_reach():
    assert y_axis(COOLANT, np.array([60.0, 100.0]), coolant(normal=None)).high <= 110
    assert y_axis(COOLANT, np.array([60.0, 100.0]), coolant()).high < 235
    assert y_axis(COOLANT, np.array([190.0, 196.0]), coolant()).high >= 235


def test_a_chart_without_values_shows_the_band_or_rests():
    assert y_axis(COOLANT, np.array([np.nan]), coolant()).low <= 183
    axis = y_axis(COOLANT, np.array([]), coolant(normal=None))
    assert (axis.low, axis.high) == COOLANT.resting


def test_amplitudes_start_at_zero():
    assert stepped(BY_KEY["vibration_score"], 0.9, 1.4).low == 0
    assert stepped(BY_KEY["speed_mph"], 55, 62).low == 0


def test_labels_are_written_for_people():
    assert stepped(BY_KEY["engine_rpm"], 600, 2300).labels() == ["500", "1,000", "1,500", "2,000", "2,500"]
    assert stepped(BY_KEY["vibration_score"], 0, 1.9).labels() == ["0.0", "0.5", "1.0", "1.5", "2.0"]


@pytest.mark.parametrize(("wanted", "width"), [(1, 240), (240, 240), (319, 240), (320, 320), (575, 560), (9999, 1920)])
def test_widths_go_in_steps_that_fit(wanted: int, width: int):
    assert stepped_width(wanted) == width
    assert width in WIDTHS
