"""From a frame and a trace to a PNG: all that touches matplotlib. Not thread-safe: one thread owns it (studio.py)."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.transforms import Affine2D, Bbox, TransformedBbox
from numpy.typing import NDArray
from PIL import Image

from shiny_app.charts.axes import BOTTOM_PX, LEFT_PX, RIGHT_PX, TOP_PX, FrameSpec
from shiny_app.charts.frames import DPI, HAIRLINE_PX, font, frame
from shiny_app.charts.mark_drawing import names, spans
from shiny_app.charts.palette import PALETTES, Palette
from shiny_app.charts.trace import LINE_PX, Ahead, Trace

mpl.use("agg")

X_GAP_PX, Y_GAP_PX = 8, 5
HINTING = "no_autohint"
"""The font's own advances: the automatic hinter spreads small Inter by a tenth."""

DOT_PX = 3.0
LIMIT_PX = 1.2
DASHES = (4, 2.5)
DOTS = (0.1, 1.9)
EDGE_PX = LINE_PX
"""How far the line may leave the plot: a value on the edge of the axis keeps its full width."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawn frame: its pixels [height, width, RGBA], the way from data to pixels, and where the line may be drawn.

    The matplotlib figure is not kept: pixels and coordinates are all that a tick needs, 0.4 MB instead of 1.2.
    """

    spec: FrameSpec
    pixels: NDArray[np.uint8]
    to_pixels: Affine2D
    clip: Bbox


def draw_frame(spec: FrameSpec) -> Frame:
    """Draw the frame once. Some 50 ms; plotnine closes the figure, and it is let go."""
    figure = frame(spec, font()).draw(show=False)
    figure.set_layout_engine("none")
    axes = figure.axes[0]
    place(axes, spec)
    canvas = FigureCanvasAgg(figure)
    with mpl.rc_context({"text.hinting": HINTING}):
        canvas.draw()
    to_pixels = Affine2D(axes.transData.get_matrix())
    return Frame(spec, np.array(canvas.buffer_rgba()), to_pixels, axes.bbox.frozen().padded(EDGE_PX * spec.scale))


def place(axes: Axes, spec: FrameSpec) -> None:
    """Fix the plot's rectangle, keep the times at its edges inside it, and the hairlines on its edges whole."""
    inner = Bbox.from_extents(LEFT_PX, BOTTOM_PX, spec.width - RIGHT_PX, spec.height - TOP_PX)
    axes.set_position(TransformedBbox(inner, Affine2D().scale(1 / spec.width, 1 / spec.height)).frozen())
    axes.tick_params("x", length=0, pad=X_GAP_PX)
    axes.tick_params("y", length=0, pad=Y_GAP_PX)
    for hairline in axes.get_ygridlines():
        hairline.set_clip_on(False)
    for time, (at, _) in zip(axes.get_xticklabels(), spec.x.ticks, strict=True):
        time.set_horizontalalignment("left" if at == spec.x.low else "right" if at == spec.x.high else "center")


def draw_image(frame: Frame, trace: Trace) -> bytes:
    """The frame with the trace on it, as a PNG."""
    height, width, _ = frame.pixels.shape
    renderer = RendererAgg(width, height, DPI * frame.spec.scale)
    canvas = np.asarray(renderer.buffer_rgba())
    canvas[:] = frame.pixels
    for artist in artists(trace, PALETTES[frame.spec.theme]):
        artist.set_transform(frame.to_pixels)
        artist.set_clip_box(frame.clip)
        artist.draw(renderer)
    for artist in names(trace, PALETTES[frame.spec.theme], frame.spec.height, frame.spec.scale):
        artist.draw(renderer)
    png = BytesIO()
    Image.fromarray(canvas).convert("RGB").save(png, "PNG", compress_level=1)
    return png.getvalue()


def artists(trace: Trace, colours: Palette) -> list[Artist]:
    """What moves, back to front, in data coordinates."""
    left, right = trace.span.low, trace.span.high
    moving: list[Artist] = []
    if trace.band is not None:
        moving.append(_area(left, right, *trace.band, colours.accent, colours.band))
    if trace.since is not None:
        moving.append(_area(trace.since, 0.0, trace.axis.low, trace.axis.high, colours.bad, colours.episode))
    moving += spans(trace.marks, trace.axis, colours)
    for limit, colour in ((trace.warn, colours.warn), (trace.critical, colours.bad)):
        if limit is not None:
            moving.append(Line2D([left, right], [limit, limit], color=colour, linewidth=LIMIT_PX, dashes=DASHES))
    moving += [*_newest(trace, colours)] if trace.ahead is None else [*_forecast(trace, trace.ahead, colours)]
    return moving


def _newest(trace: Trace, colours: Palette) -> Iterator[Artist]:
    """The line, and the values that stand alone."""
    yield Line2D(
        trace.x, trace.y, color=colours.accent, linewidth=trace.line_px, solid_joinstyle="round", solid_capstyle="round"
    )
    if trace.dots.any():
        x, y = trace.x[trace.dots], trace.y[trace.dots]
        yield Line2D(x, y, linestyle="none", marker="o", markersize=DOT_PX, markeredgewidth=0, color=colours.accent)


def _forecast(trace: Trace, ahead: Ahead, colours: Palette) -> Iterator[Artist]:
    """The interval, the line up to now, a hairline there, and the middle as dots."""
    x, y = np.concatenate([ahead.x, ahead.x[::-1]]), np.concatenate([ahead.low, ahead.high[::-1]])
    yield Polygon(np.column_stack([x, y]), facecolor=colours.bad, alpha=colours.interval, linewidth=0)
    yield Line2D([0, 0], [trace.axis.low, trace.axis.high], color=colours.muted, linewidth=HAIRLINE_PX, alpha=0.5)
    yield from _newest(trace, colours)
    yield Line2D(ahead.x, ahead.middle, color=colours.bad, linewidth=LINE_PX, dashes=DOTS, dash_capstyle="round")


def _area(left: float, right: float, low: float, high: float, colour: str, alpha: float) -> Rectangle:
    return Rectangle((left, low), right - left, high - low, facecolor=colour, alpha=alpha, linewidth=0)
