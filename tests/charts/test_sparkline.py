import re
from math import inf, isfinite, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shiny_app.charts.sparkline import sparkline_path

POINT = re.compile(r"([ML])(\d+\.\d) (\d+\.\d)")
VALUES = st.lists(st.floats(-1e6, 1e6) | st.just(nan) | st.just(inf), max_size=120)


def test_a_path_starts_with_a_move_and_has_the_largest_on_top():
    assert sparkline_path([1, 3, 2], 100, 20) == "M0.0 20.0L50.0 0.0L100.0 10.0"


def test_a_constant_series_is_a_line_in_the_middle():
    assert sparkline_path([5, 5], 100, 20) == "M0.0 10.0L100.0 10.0"


def test_a_gap_is_a_move():
    assert sparkline_path([0, 1, nan, 1, 0], 80, 10) == "M0.0 10.0L20.0 0.0M60.0 0.0L80.0 10.0"


@pytest.mark.parametrize("values", [[], [nan], [nan, inf, -inf]])
def test_nothing_to_draw_is_an_empty_path(values: list[float]):
    assert sparkline_path(values, 100, 20) == ""


def test_a_value_alone_is_a_dot():
    assert sparkline_path([nan, 5, nan], 100, 20) == "M50.0 10.0h0"


@given(VALUES, st.floats(1, 500), st.floats(1, 100))
def test_every_value_is_one_point_inside_the_box(values: list[float], width: float, height: float):
    path = sparkline_path(values, width, height)
    points = POINT.findall(path)
    assert len(points) == sum(map(isfinite, values))
    assert POINT.sub("", path).replace("h0", "") == ""
    assert all(0 <= float(x) <= width + 0.06 and 0 <= float(y) <= height + 0.06 for _, x, y in points)
    starts = sum(isfinite(v) and (i == 0 or not isfinite(values[i - 1])) for i, v in enumerate(values))
    assert path.count("M") == starts
