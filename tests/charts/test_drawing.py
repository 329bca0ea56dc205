from collections.abc import Callable
from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from connected_ops.read_model import UnitView
from shiny_app.charts.axes import (
    BOTTOM_PX,
    HEIGHT,
    LEFT_PX,
    RIGHT_PX,
    TOP_PX,
    FrameSpec,
    Scale,
    YAxis,
    minutes,
)
from shiny_app.charts.drawing import Frame, draw_frame, draw_image
from shiny_app.charts.palette import PALETTES, Theme
from shiny_app.charts.trace import trace

MakeView = Callable[..., UnitView]
THEMES: tuple[Theme, ...] = ("light", "dark")


def drawn(view: UnitView, key: str, theme: Theme = "light", scale: Scale = 1, width: int = 560):
    """(frame, image as [height, width, RGB] of signed numbers) of one chart."""
    moving = trace(view, key)
    frame = draw_frame(FrameSpec(width, scale, theme, moving.axis, moving.span))
    return frame, pixels(draw_image(frame, moving))


def pixels(png: bytes) -> np.ndarray:
    with Image.open(BytesIO(png)) as image:
        assert image.mode == "RGB"
        return np.asarray(image).astype(int)


def near(image: np.ndarray, colour: str, within: int = 40) -> np.ndarray:
    """Where a pixel has about that colour: [height, width] of bool."""
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return np.asarray((np.abs(image - wanted) <= within).all(axis=2))


def at(frame: Frame, ago: float, value: float) -> tuple[int, int]:
    """(row, column) of a point of the chart."""
    x, y = frame.to_pixels.transform((ago, value))
    return int(frame.pixels.shape[0] - y), int(x)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scale", [1, 2])
def test_the_line_is_where_its_value_is(make_view: MakeView, theme: Theme, scale: Scale):
    view = make_view({"coolant_temp_f": np.linspace(190, 230, 601)})
    frame, image = drawn(view, "coolant_temp_f", theme, scale)
    line = near(image, PALETTES[theme].accent)
    for ago in (-590, -450, -300, -100, -10):
        row, column = at(frame, ago, 230 + ago / 15)
        assert line[row - scale : row + scale + 1, column].any()
        assert not line[: row - 4 * scale, column].any()
        assert not line[row + 4 * scale :, column].any()


def test_the_newest_value_stands_at_the_right_edge_of_the_plot(make_view: MakeView):
    _, image = drawn(make_view({"coolant_temp_f": np.full(600, 195.0)}), "coolant_temp_f")
    columns = np.flatnonzero(near(image, PALETTES["light"].accent).any(axis=0))
    assert columns[-1] == pytest.approx(560 - RIGHT_PX, abs=2)


def test_a_gap_is_a_gap_and_a_value_alone_a_dot(make_view: MakeView):
    values = np.full(600, 195.0)
    values[200:300] = np.nan
    values[250] = 195.0
    frame, image = drawn(make_view({"coolant_temp_f": values}), "coolant_temp_f")
    line = np.atleast_1d(near(image, PALETTES["light"].accent).any(axis=0))
    column = [at(frame, ago, 195)[1] for ago in (-399, -300)]
    dot = at(frame, -349, 195)[1]
    assert not line[column[0] + 3 : dot - 3].any()
    assert line[dot - 1 : dot + 2].any()
    assert not line[dot + 3 : column[1] - 3].any()
    assert line[column[0] - 20 : column[0] - 2].all()


@pytest.mark.parametrize("theme", THEMES)
def test_limits_are_dashed_in_their_colours_and_the_band_is_pale(make_view: MakeView, theme: Theme):
    frame, image = drawn(make_view({"coolant_temp_f": np.full(600, 196.0)}), "coolant_temp_f", theme)
    colours = PALETTES[theme]
    for value, colour in ((225, colours.warn), (235, colours.bad)):
        row, _ = at(frame, -600, value)
        dashes = near(image, colour, 90)[row - 1 : row + 2, LEFT_PX : 560 - RIGHT_PX]
        share = np.any(dashes, axis=0).mean()
        assert 0.4 < share < 0.85
    inside, outside = (image[at(frame, -450, value)].astype(int) for value in (190, 210))
    assert 0 < np.abs(inside - outside).max() < 40


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("width", "scale"), [(240, 1), (560, 2), (1200, 1)])
def test_no_text_is_clipped_and_what_is_under_the_plot_is_text(width: int, scale: Scale, theme: Theme):
    frame = draw_frame(FrameSpec(width, scale, theme, YAxis(0, 10_000, 2000), minutes(live=False)))
    ink = ~near(frame.pixels[..., :3].astype(int), PALETTES[theme].card, 2)
    assert frame.pixels.shape == (HEIGHT * scale, width * scale, 4)
    border = [ink[0], ink[-1], ink[:, 0], ink[:, -1]]
    assert not any(side.any() for side in border)
    assert ink[: (HEIGHT - BOTTOM_PX) * scale, : (LEFT_PX - 4) * scale].any()
    under = np.atleast_1d(ink[(HEIGHT - BOTTOM_PX + 4) * scale :].any(axis=0))
    assert under[LEFT_PX * scale :].any()


def test_the_plot_has_the_same_rectangle_in_every_chart(make_view: MakeView):
    view = make_view({"speed_mph": np.full(9, 3.0), "engine_rpm": np.full(9, 1800.0)})
    for key in ("speed_mph", "engine_rpm"):
        frame, _ = drawn(view, key)
        axis = trace(view, key).axis
        assert frame.to_pixels.transform((-600, axis.low)) == pytest.approx((LEFT_PX, BOTTOM_PX))
        assert frame.to_pixels.transform((0, axis.high)) == pytest.approx((560 - RIGHT_PX, HEIGHT - TOP_PX))


def test_an_unchanged_view_gives_the_same_bytes(make_view: MakeView):
    moving = trace(make_view({"vibration_score": np.linspace(0.8, 3, 600)}), "vibration_score")
    spec = FrameSpec(560, 1, "light", moving.axis, moving.span)
    first, again = draw_frame(spec), draw_frame(spec)
    assert draw_image(first, moving) == draw_image(first, moving) == draw_image(again, moving)


def test_no_figure_is_left_after_many_frames_and_two_hundred_images(make_view: MakeView):
    moving = trace(make_view({"vibration_score": np.linspace(0.8, 3, 600)}), "vibration_score")
    frames = [draw_frame(FrameSpec(width, 1, "light", moving.axis, moving.span)) for width in (240, 320, 560)]
    for i in range(200):
        draw_image(frames[i % 3], moving)
    assert plt.get_fignums() == []


def test_the_right_edge_is_called_now_only_while_the_unit_is_live():
    axis = YAxis(0, 80, 20)
    live, silent = (draw_frame(FrameSpec(560, 1, "light", axis, minutes(live=live))) for live in (True, False))
    assert (live.pixels[: HEIGHT - BOTTOM_PX] == silent.pixels[: HEIGHT - BOTTOM_PX]).all()
    assert (live.pixels[HEIGHT - BOTTOM_PX :] != silent.pixels[HEIGHT - BOTTOM_PX :]).any()
