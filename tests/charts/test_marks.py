from collections.abc import Callable
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from connected_ops.read_model import InjectedFault, UnitView
from shiny_app.charts.axes import FrameSpec, plot_width
from shiny_app.charts.drawing import draw_frame, draw_image
from shiny_app.charts.marks import CHAR_PX, MOST, Mark, marks_of, named, on_chart, placed
from shiny_app.charts.palette import PALETTES, Theme
from shiny_app.charts.ranges import newest
from shiny_app.charts.trace import stretch_trace

NOW = 1_700_000_000.0
BEGIN = NOW - 600
PLOT_PX = 500.0
COOLING = Mark("machine", "Cooling margin shrinking", NOW - 9_000, None, "coolant_temp_f")
OVERHEAT = Mark("injected", "Coolant overheat", NOW - 300, NOW - 200)
POTHOLE = Mark("injected", "Pothole", NOW - 290, NOW - 290)

marks = st.builds(
    Mark, st.sampled_from(["machine", "sensor", "injected"]), st.text("abcdefgh ", min_size=1, max_size=60),
    st.floats(BEGIN - 900, NOW), st.one_of(st.none(), st.floats(NOW - 100, NOW + 900)),
)  # fmt: skip


def test_only_what_touches_the_time_is_marked_and_the_newest_of_many():
    faults = [InjectedFault("pothole", f"Pothole {at}", NOW - 5_000 + at, NOW - 5_000 + at) for at in range(40)]
    assert marks_of((), faults, BEGIN, NOW) == ()
    held = InjectedFault("fan_lost", "Fan lost", NOW - 9_000, None)
    assert [each.said for each in marks_of((), [*faults, held], BEGIN, NOW)] == ["injected: Fan lost"]
    assert len(marks_of((), faults, NOW - 9_000, NOW)) == MOST


def test_an_episode_is_marked_on_the_chart_of_its_signal_and_an_injected_fault_on_all():
    assert on_chart([COOLING, OVERHEAT], "coolant_temp_f") == (COOLING, OVERHEAT)
    assert on_chart([COOLING, OVERHEAT], "speed_mph") == (OVERHEAT,)
    assert named([COOLING, OVERHEAT], "coolant_temp_f") == "1 Cooling margin shrinking; 2 injected: Coolant overheat"
    assert named([COOLING, OVERHEAT], "speed_mph") == "injected: Coolant overheat"


def test_a_mark_that_began_before_the_chart_is_a_span_without_a_line():
    cooling, overheat = placed([COOLING, OVERHEAT], BEGIN, NOW, PLOT_PX)
    assert (cooling.low, cooling.high, cooling.begins) == (-600, 0, False)
    assert (overheat.low, overheat.high, overheat.begins) == (-300, -200, True)


def test_names_that_would_touch_stand_under_each_other_and_then_become_numbers():
    crowd = [OVERHEAT, POTHOLE, Mark("injected", "Fan lost", NOW - 280, None)]
    first, second, third = placed(crowd, BEGIN, NOW, PLOT_PX)
    assert (first.text, first.row) == ("injected: Coolant overheat", 0)
    assert (second.text, second.row) == ("injected: Pothole", 1)
    assert third.text in ("3", "")


@given(st.lists(marks, max_size=MOST), st.floats(150, 1_300))
def test_no_name_overlaps_another_or_leaves_the_plot(given_marks: list[Mark], plot_px: float):
    shown = placed(sorted(given_marks, key=lambda each: each.since), BEGIN, NOW, plot_px)
    for row in (0, 1):
        spans = sorted(
            (each.text_px, each.text_px + CHAR_PX * len(each.text)) for each in shown if each.text and each.row == row
        )
        assert all(left >= 0 and right <= plot_px + 1e-6 for left, right in spans)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_injected_fault_is_a_dotted_grey_line_and_an_episode_a_whole_red_one(
    make_view: Callable[..., UnitView], theme: Theme
):
    view = make_view({"coolant_temp_f": np.full(700, 195.0)})
    opened = Mark("machine", "Cooling", NOW - 150, None, "coolant_temp_f")
    trace = stretch_trace(newest(view), "coolant_temp_f", plot_width(560), (OVERHEAT, opened))
    frame = draw_frame(FrameSpec(560, 1, theme, trace.axis, trace.span))
    with Image.open(BytesIO(draw_image(frame, trace))) as image:
        pixels = np.asarray(image).astype(int)

    def along(ago: float, colour: str) -> int:
        """How many pixels of the column at that time have about that colour."""
        column = round(float(frame.to_pixels.transform((ago, 200.0))[0]))
        wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        near = np.asarray((np.abs(pixels[:, column - 1 : column + 2] - wanted) <= 60).all(axis=2))
        return int(near.any(axis=1).sum())

    assert along(-150, PALETTES[theme].bad) > 120
    assert 15 < along(-300, PALETTES[theme].muted) < 120
