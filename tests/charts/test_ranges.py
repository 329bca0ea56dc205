from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from connected_ops.read_model import SeriesView, UnitView
from shiny_app.charts.ranges import NOT_HELD, TOO_LONG, Asked, stretch
from shiny_app.charts.times import DAY_S, hours, span_words, times
from shiny_app.charts.trace import stretch_trace

NOW = 1_700_000_000.0
PLOT_PX = 500.0


def labels(fleet: Any, asked: Asked) -> list[str]:
    return [said for _, said in stretch(fleet, fleet.view, asked).axis(PLOT_PX).ticks]


def test_ten_minutes_are_the_samples_of_the_view_and_move_with_each_snapshot(one_unit: Any):
    shown = stretch(one_unit, one_unit.view, Asked())
    assert (shown.begin, shown.end, shown.width_s, shown.version) == (NOW - 600, NOW, 0, 41)
    assert shown.words == "over the last 10 minutes"


@pytest.mark.parametrize(("span", "width", "seconds"), [("4h", 30, 14_400), ("14d", 1_800, 14 * DAY_S)])
def test_a_longer_range_is_the_means_of_its_tier_up_to_the_end_of_the_newest(
    one_unit: Any, span: Any, width: float, seconds: float
):
    shown, held = stretch(one_unit, one_unit.view, Asked(span)), one_unit.series("truck_07", span)
    assert shown.view.ts.tolist() == held.ts.tolist()
    assert shown.view.series("coolant_temp_f").tolist() == held.values[:, 0].tolist()
    assert shown.end == held.ts[-1] + width / 2
    assert shown.end - shown.begin == seconds
    trace = stretch_trace(shown, "coolant_temp_f", PLOT_PX)
    assert trace.x[-1] == -width / 2


def test_a_longer_range_keeps_its_version_until_there_is_something_else_to_show(one_unit: Any):
    before = stretch(one_unit, one_unit.view, Asked("4h")).version
    one_unit.view = replace(one_unit.view, sequence=99)
    assert stretch(one_unit, one_unit.view, Asked("4h")).version == before
    held = one_unit.series("truck_07", "4h")
    one_unit.series = lambda *_: replace(held, values=held.values + 1)
    assert stretch(one_unit, one_unit.view, Asked("4h")).version != before


def test_axes_say_time_in_words(one_unit: Any):
    assert labels(one_unit, Asked("4h")) == ["4 h ago", "3 h", "2 h", "1 h", "now"]
    assert [said for _, said in hours(False, 280.0).ticks] == ["4 h ago", "2 h", "last sample"]
    days = labels(one_unit, Asked("14d"))
    assert days[-1] == "now"
    assert all(said.endswith((" Oct", " Nov")) for said in days[:-1])


@pytest.mark.parametrize(
    ("begin", "end", "width"),
    [(NOW - 100, NOW - 50, 0), (NOW - 1_300, NOW, 30), (NOW - 3_600, NOW - 1_800, 30), (NOW - 5 * DAY_S, NOW, 1_800)],
)
def test_a_zoom_shows_the_finest_memory_that_reaches_back_to_its_begin(
    one_unit: Any, begin: float, end: float, width: float
):
    shown = stretch(one_unit, one_unit.view, Asked("14d", (begin, end)))
    assert (shown.begin, shown.end, shown.width_s) == (begin, end, width)
    assert shown.inside.sum() >= min(width and (end - begin) / width, 40) - 1


def test_a_zoom_of_a_young_unit_shows_its_samples_though_it_begins_before_them(make_view: Callable[..., UnitView]):
    class Young:
        view = make_view({"coolant_temp_f": np.full(100, 195.0)})

        def series(self, vehicle_id: str, span: Any) -> Any:
            width = {"10m": 0.0, "4h": 30.0, "14d": 1_800.0}[span]
            if not width:
                return SeriesView(span, 0.0, self.view.ts, self.view.values)
            return SeriesView(span, width, np.array([NOW - 50.0]), self.view.values[:1])

    young = Young()
    assert stretch(young, young.view, Asked("10m", (NOW - 500, NOW))).width_s == 0


def test_a_zoom_stands_still_while_samples_come(one_unit: Any, make_view: Callable[..., UnitView]):
    asked = Asked("10m", (NOW - 100, NOW - 50))
    before = stretch(one_unit, one_unit.view, asked)
    one_unit.view = make_view({"coolant_temp_f": np.linspace(190, 200, 1_200)}, sequence=42)
    assert stretch(one_unit, one_unit.view, asked).version == before.version
    assert before.axis(PLOT_PX) == stretch(one_unit, one_unit.view, asked).axis(PLOT_PX)


@pytest.mark.parametrize(
    ("zoom", "sentence"),
    [((1.0, 2.0), NOT_HELD), ((NOW + 500, NOW + 600), NOT_HELD), ((0.0, 1e11), TOO_LONG)],
)
def test_a_zoom_of_nothing_shows_the_whole_range_and_says_so(one_unit: Any, zoom: tuple[float, float], sentence: str):
    shown = stretch(one_unit, one_unit.view, Asked("4h", zoom))
    assert shown.asked == Asked("4h")
    assert shown.sentence == sentence


def test_a_zoom_has_real_times_on_its_axis():
    seconds = [said for _, said in times(NOW - 120, NOW, PLOT_PX).ticks]
    assert seconds
    assert all(len(said) == 8 and said.endswith(("00", "30")) for said in seconds)
    assert all(len(said) == 5 for _, said in times(NOW - 7_200, NOW, PLOT_PX).ticks)
    assert all(" Nov" in said for _, said in times(NOW - 6 * DAY_S, NOW, PLOT_PX).ticks)
    assert times(NOW - 2, NOW, 60.0).low == -2


def test_a_zoom_is_said_with_its_day_where_that_is_not_today():
    today = span_words(NOW - 120, NOW, NOW)
    assert today.count(":") == 4
    assert span_words(NOW - 120, NOW, NOW + 9 * DAY_S).startswith(f"{today} on ")
    assert " to " in span_words(NOW - 3 * DAY_S, NOW, NOW)
