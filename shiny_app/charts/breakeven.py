"""Draws the break-even chart with plotnine. Not thread-safe: one thread owns it (studio.py)."""

from dataclasses import dataclass
from io import BytesIO

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D, Bbox, TransformedBbox
from PIL import Image
from plotnine import (
    aes,
    annotate,
    coord_cartesian,
    geom_label,
    geom_point,
    geom_segment,
    geom_text,
    ggplot,
    scale_x_continuous,
    scale_y_continuous,
    theme,
    theme_void,
)
from plotnine.themes.elements import element_line, element_rect, element_text

from connected_ops.read_model import percent
from shiny_app.charts.breakeven_figures import HEIGHT, BreakEven, dollar_ticks, top_of
from shiny_app.charts.captions import Caption
from shiny_app.charts.drawing import HINTING, LINE_PX, X_GAP_PX, Y_GAP_PX
from shiny_app.charts.export import PER_SIZE, TEXT, TEXTS_PX, Kind, captioned, file_of
from shiny_app.charts.frames import DPI, HAIRLINE_PX, TEXT_PX, font
from shiny_app.charts.palette import PALETTES

mpl.use("agg")

RIGHT_PX, TOP_PX, BOTTOM_PX = 58, 26, 26
"""Margins in CSS pixels: the lines' names stand at the right, what the crossing means above."""

LEFT_PX, DIGIT_PX = 22, 7.2
"""The margin at the left grows with the longest dollar label."""

GAP_PX = 8
APART_PX = 16
"""The least distance of two names that stand under each other."""

NARROW_PX = 400
"""Below this width the axis names half the chances."""


@dataclass(frozen=True, slots=True)
class Room:
    """The plot's place: its left edge, its size in CSS pixels, and dollars for each pixel of its height."""

    left: float
    width: float
    height: float
    per_px: float


def room_of(figures: BreakEven) -> Room:
    top = top_of(figures)
    left = LEFT_PX + DIGIT_PX * len(f"{dollar_ticks(top)[-2]:,.0f}")
    height = HEIGHT - TOP_PX - BOTTOM_PX
    return Room(left, figures.width - left - RIGHT_PX, height, top / height)


def breakeven(figures: BreakEven, family: str) -> ggplot:
    """The chart: the line of waiting, the line of acting, where they cross, the assumed range, and where one stands."""
    colours = PALETTES[figures.theme]
    top = top_of(figures)
    ticks = [tick for tick in dollar_ticks(top) if tick <= top]
    chances = [0, 0.5, 1] if figures.width < NARROW_PX else [0, 0.25, 0.5, 0.75, 1]
    chart = (
        ggplot()
        + scale_x_continuous(breaks=chances, labels=[percent(chance) for chance in chances], expand=(0, 0))
        + scale_y_continuous(breaks=ticks, labels=[f"${tick:,.0f}" for tick in ticks], expand=(0, 0))
        + coord_cartesian(xlim=(0, 1), ylim=(0, top), expand=False)
        + theme_void(base_family=family)
        + theme(
            figure_size=(figures.width / DPI, HEIGHT / DPI),
            dpi=DPI * figures.scale,
            plot_background=element_rect(fill=colours.card),
            panel_grid_major_y=element_line(color=colours.line, size=HAIRLINE_PX),
            axis_text=element_text(color=colours.muted, size=TEXT_PX),
        )
    )
    if figures.assumed is not None:
        low, high = figures.assumed
        chart += annotate("rect", xmin=low, xmax=high, ymin=0, ymax=top, fill=colours.accent, alpha=colours.band)
    for layer in (lines(figures), names(figures, family), *standing(figures, family), *crossing(figures, family)):
        chart += layer
    return chart


def lines(figures: BreakEven) -> geom_segment:
    """Acting costs the same whatever the chance; waiting costs more the likelier it fails."""
    colours = PALETTES[figures.theme]
    ends = pd.DataFrame({"y": [figures.act, figures.holds], "yend": [figures.act, figures.fails]})
    return geom_segment(
        aes(y="y", yend="yend"), ends, x=0, xend=1, color=[colours.accent, colours.bad], size=LINE_PX / PER_SIZE
    )


def names(figures: BreakEven, family: str) -> geom_text:
    """The names of the lines beside their ends, moved apart where the lines end close together."""
    colours = PALETTES[figures.theme]
    room = room_of(figures)
    apart = APART_PX * room.per_px
    middle = max((figures.act + figures.fails) / 2, apart / 2)
    half = max(abs(figures.fails - figures.act), apart) / 2
    act, wait = (middle - half, middle + half) if figures.fails >= figures.act else (middle + half, middle - half)
    table = pd.DataFrame({"y": [act, wait], "name": ["Act now", "Wait"]})
    return geom_text(
        aes(y="y", label="name"), table, x=1 + GAP_PX / room.width, color=[colours.accent, colours.bad], size=TEXT_PX,
        family=family, ha="left", va="center",
    )  # fmt: skip


def standing(figures: BreakEven, family: str) -> list[geom_point | geom_label]:
    """The dot at the chance assumed, and what waiting costs there on the side that the line leaves free."""
    colours = PALETTES[figures.theme]
    room = room_of(figures)
    cost = figures.wait(figures.chance)
    said = f"{percent(figures.chance)}: ${cost:,.0f}"
    before = figures.chance * room.width > DIGIT_PX * len(said) + 2 * GAP_PX
    rise = 12 if before else -6
    y = min(max(cost / room.per_px + rise, 12), room.height - 10) * room.per_px
    dot = pd.DataFrame({"x": [figures.chance], "y": [cost], "said": [said]})
    return [
        geom_label(
            aes("x", label="said"), dot, y=y, nudge_x=(-1 if before else 1) * GAP_PX / room.width,
            color=TEXT[figures.theme], fill=colours.card, alpha=0.85, size=TEXT_PX, family=family, label_size=0,
            label_padding=0.12, ha="right" if before else "left", va="center",
        ),
        geom_point(aes("x", "y"), dot, color=colours.bad, size=9 / PER_SIZE, stroke=0),
    ]  # fmt: skip


def crossing(figures: BreakEven, family: str) -> list[annotate]:
    """Where the lines cross, and above the plot what that means; nothing where they do not."""
    at = figures.crossing
    if at is None:
        return []
    colours = PALETTES[figures.theme]
    room, top = room_of(figures), top_of(figures)
    said = f"pays off {'above' if figures.fails > figures.holds else 'below'} {percent(at)}"
    half = DIGIT_PX * len(said) / 2
    middle = min(max(at * room.width, half - room.left), room.width + RIGHT_PX - half)
    return [
        annotate(
            "segment", x=at, xend=at, y=0, yend=top, color=colours.muted, linetype="dotted", size=1.2 / PER_SIZE
        ),
        annotate(
            "text", x=middle / room.width, y=top + 14 * room.per_px, label=said, color=colours.muted, size=TEXT_PX,
            family=family, va="center",
        ),
    ]  # fmt: skip


def place(axes: Axes, figures: BreakEven) -> None:
    """Fix the plot's rectangle, and keep the outer texts inside."""
    room = room_of(figures)
    inner = Bbox.from_extents(room.left, BOTTOM_PX, room.left + room.width, HEIGHT - TOP_PX)
    axes.set_position(TransformedBbox(inner, Affine2D().scale(1 / figures.width, 1 / HEIGHT)).frozen())
    axes.tick_params("x", length=0, pad=X_GAP_PX)
    axes.tick_params("y", length=0, pad=Y_GAP_PX)
    unclip(axes)
    axes.get_xticklabels()[0].set_horizontalalignment("left")


def unclip(axes: Axes) -> None:
    """Let names and dots stand beyond the plot's edges, and the hairlines on them be whole."""
    for artist in (*axes.get_ygridlines(), *axes.texts, *axes.collections):
        artist.set_clip_on(False)


def breakeven_file(figures: BreakEven, said: Caption, kind: Kind) -> bytes:
    """The chart to be kept; half a second."""
    plot = captioned(breakeven(figures, font()), said, figures.theme, HEIGHT + TEXTS_PX, RIGHT_PX)

    def finish(figure: Figure) -> None:
        unclip(figure.axes[0])

    return file_of(plot, kind, finish)


def breakeven_png(figures: BreakEven) -> bytes:
    """The chart as a PNG; some 150 ms."""
    figure = breakeven(figures, font()).draw(show=False)
    figure.set_layout_engine("none")
    place(figure.axes[0], figures)
    canvas = FigureCanvasAgg(figure)
    with mpl.rc_context({"text.hinting": HINTING}):
        canvas.draw()
    png = BytesIO()
    Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB").save(png, "PNG", compress_level=6)
    return png.getvalue()
