"""Small charts: bins that rest between, one scale for all that is drawn, gaps that stay gaps."""

from math import nan

import numpy as np
import pytest

from shiny_app.charts.small import BINS, HEIGHT, WIDTH, binned, course, small_chart

TEN_MIN, DAYS = 600.0, 14 * 86_400.0


def test_bins_are_means_on_a_grid_without_the_running_one() -> None:
    ts = np.arange(0.0, 605.0)
    line = binned(ts, ts, 605.0, TEN_MIN)
    assert len(line) == BINS
    assert line[-1] == pytest.approx(594.5)
    assert line[0] == pytest.approx(4.5)
    assert np.array_equal(line, binned(ts, ts, 609.9, TEN_MIN), equal_nan=True), "a drawing rests between its steps"


def test_what_was_not_heard_is_unknown() -> None:
    ts = np.array([5.0, 585.0])
    line = binned(ts, np.array([nan, 7.0]), 600.0, TEN_MIN)
    assert np.flatnonzero(np.isfinite(line)).tolist() == [58]


def test_days_show_the_bin_that_runs() -> None:
    ts = np.arange(0.0, DAYS + 1, 1_800.0)
    assert np.isfinite(binned(ts, ts, float(ts[-1]), DAYS)[-1])


def test_the_course_of_a_silent_unit_ends_at_its_newest_sample() -> None:
    ts = np.arange(0.0, 600.0)
    assert np.isfinite(course(ts, ts, 50_000.0, TEN_MIN)[-1])
    assert not np.isfinite(course(np.empty(0), np.empty(0), 1.0, TEN_MIN)).any()


def test_band_limit_and_line_stand_on_one_scale() -> None:
    drawn = small_chart([np.full(3, 5.0)], (0.0, 5.0), 10.0, TEN_MIN)
    assert drawn.band is not None
    assert drawn.limit is not None
    assert 0 < drawn.limit < drawn.band[0] < drawn.band[0] + drawn.band[1] < HEIGHT
    assert drawn.paths[0].startswith(f"M0.0 {drawn.band[0]:g}")
    assert drawn.paths[0].endswith(f"{WIDTH:.1f} {drawn.band[0]:g}")


def test_a_limit_far_off_does_not_flatten_the_line() -> None:
    assert small_chart([np.array([1.0, 2.0])], None, 50.0, TEN_MIN).limit is None


def test_two_lines_share_their_scale() -> None:
    one, two = small_chart([np.array([0.0, 0.0]), np.array([10.0, 10.0])], None, None, TEN_MIN).paths
    assert float(one.split(" ")[1].split("L")[0]) > float(two.split(" ")[1].split("L")[0])


def test_a_short_pause_is_bridged_and_a_long_one_breaks_the_line() -> None:
    line = np.full(BINS, nan)
    line[[0, 8, 30]] = 1.0
    path = small_chart([line], None, None, TEN_MIN).paths[0]
    assert (path.count("M"), path.count("L"), path.count("h0")) == (2, 1, 1)


def test_nothing_known_draws_nothing() -> None:
    assert small_chart([np.full(3, nan)], None, 4.0, TEN_MIN).paths == ("",)
