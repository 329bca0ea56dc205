from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.read_model import UnitView
from shiny_app.charts.axes import YAxis
from shiny_app.charts.trace import alone, broken, free_below, trace

MakeView = Callable[..., UnitView]


def test_a_pause_breaks_the_line_and_ordinary_jitter_does_not(make_view: MakeView):
    ago = np.array([-100.0, -99, -97.5, -96, -60, -59, -58, -44, -43, 0])
    shown = trace(make_view({"coolant_temp_f": np.full(10, 195.0)}, ago=ago), "coolant_temp_f")
    breaks = shown.x[np.isnan(shown.y)]
    assert breaks.tolist() == [-96, -43]


def test_a_unit_that_reports_each_minute_has_an_unbroken_line(make_view: MakeView):
    shown = trace(make_view({"coolant_temp_f": np.full(30, 195.0)}, spacing=60), "coolant_temp_f")
    assert np.isfinite(shown.y).all()


def test_a_withheld_value_is_a_gap(make_view: MakeView):
    shown = trace(make_view({"coolant_temp_f": [195, np.nan, 196, 196]}), "coolant_temp_f")
    assert np.isnan(shown.y).tolist() == [False, True, False, False]
    assert shown.dots.tolist() == [True, False, False, False]


def test_the_newest_sample_is_now_and_the_line_comes_from_before_the_left_edge(make_view: MakeView):
    shown = trace(make_view({"speed_mph": np.arange(700.0)}), "speed_mph")
    assert shown.x[-1] == 0
    assert shown.x[0] == -601
    assert shown.axis.high < 800


def test_what_lies_before_the_left_edge_does_not_move_the_axis(make_view: MakeView):
    steady, spiked = np.full(700, 195.0), np.full(700, 195.0)
    spiked[:99] = 400
    axes = [trace(make_view({"coolant_temp_f": values}), "coolant_temp_f").axis for values in (steady, spiked)]
    assert axes[0] == axes[1]


def test_a_unit_without_samples_has_an_empty_trace(make_view: MakeView):
    shown = trace(make_view({"coolant_temp_f": []}), "coolant_temp_f")
    assert shown.x.size == shown.y.size == 0


@given(st.lists(st.floats(0, 3600), max_size=60).map(sorted))
def test_breaking_a_line_loses_no_sample(seconds: list[float]):
    x = np.array(seconds)
    y = np.arange(x.size, dtype=float)
    broken_x, broken_y = broken(x, y)
    assert broken_y[np.isfinite(broken_y)].tolist() == y.tolist()
    assert (np.diff(broken_x) >= 0).all()
    drawn = np.isfinite(broken_y)
    assert (alone(broken_y) <= drawn).all()


def test_names_stand_where_they_hide_least_of_the_line_and_cross_no_limit():
    axis = YAxis(0, 100, 20)
    high, low, middle = np.full(20, 95.0), np.full(20, 5.0), np.full(20, 50.0)
    assert free_below(high, axis, [])
    assert not free_below(low, axis, [])
    assert not free_below(low, axis, [98.0])  # half of the line is worth a limit, all of it is not
    assert free_below(middle, axis, [90.0])
    assert not free_below(middle, axis, [10.0])
    assert free_below(middle, axis, [150.0])
    assert free_below(np.array([np.nan]), axis, [])
