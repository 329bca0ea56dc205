"""Draws charts whole, to be taken along: as PNG or SVG, with what they show written on them.

Not thread-safe: one thread owns it (studio.py).
"""

from collections.abc import Callable
from io import BytesIO
from typing import Literal

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from plotnine import (
    aes,
    annotate,
    coord_cartesian,
    geom_hline,
    geom_line,
    geom_point,
    geom_ribbon,
    geom_vline,
    ggplot,
    labs,
    scale_x_continuous,
    scale_y_continuous,
    theme,
    theme_void,
)
from plotnine.themes.elements import element_line, element_rect, element_text, margin

from shiny_app.charts.captions import Caption
from shiny_app.charts.drawing import LIMIT_PX
from shiny_app.charts.frames import DPI, HAIRLINE_PX, TEXT_PX, font
from shiny_app.charts.mark_drawing import mark_colour
from shiny_app.charts.palette import PALETTES, Palette, Theme
from shiny_app.charts.trace import Trace

mpl.use("agg")

Kind = Literal["png", "svg"]

WIDTH, HEIGHT = 1000, 440
"""CSS pixels; a PNG has two of its own for each."""

LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 18, 22, 28, 24
"""Margins in CSS pixels, outside of all texts."""

TEXTS_PX = 140
"""About what title, subtitle and source take of the height, with the margins."""

PLOT_PX = 930.0
"""About the width between the axes: the marks' names are placed by it."""

MARK_PX, ROW_PX = 11.0, 17.0
TEXT: dict[Theme, str] = {"light": "#1c2733", "dark": "#e6edf5"}
PER_SIZE = float(np.sqrt(np.pi))
"""plotnine draws a line of a layer this many times as wide as its size."""


def exported(trace: Trace, said: Caption, kind: Kind, colour: Theme = "light") -> bytes:
    """The chart as a file; half a second."""
    return file_of(captioned(whole(trace, colour, font()), said, colour), kind)


def file_of(plot: ggplot, kind: Kind, finish: Callable[[Figure], None] | None = None) -> bytes:
    """A plot as a file; `finish` does to its figure what plotnine has no word for."""
    figure = plot.draw(show=False)
    if finish is not None:
        finish(figure)
    file = BytesIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "chart"}):  # text stays text, the same bytes each time
        figure.savefig(file, format=kind, dpi=2 * DPI, metadata={"Date": None} if kind == "svg" else None)
    return file.getvalue()


def captioned(plot: ggplot, said: Caption, colour: Theme, height: float = HEIGHT, right: float = RIGHT_PX) -> ggplot:
    """A plot with its texts around it, `height` high and with a margin of `right` at that side, in CSS pixels."""
    muted = PALETTES[colour].muted
    return (
        plot
        + labs(title=_literal(said.title), subtitle=_literal(said.under), caption=_literal(said.source))
        + theme(
            figure_size=(WIDTH / DPI, height / DPI),
            dpi=2 * DPI,
            plot_title=element_text(color=TEXT[colour], size=17, ha="left", margin=margin(b=5, unit="pt")),
            plot_subtitle=element_text(color=muted, size=12.5, ha="left", margin=margin(b=16, unit="pt")),
            plot_caption=element_text(color=muted, size=11, ha="left", margin=margin(t=10, unit="pt")),
            axis_text_x=element_text(margin=margin(t=8, unit="pt")),
            axis_text_y=element_text(margin=margin(r=6, unit="pt")),
            plot_margin_left=LEFT_PX / WIDTH, plot_margin_right=right / WIDTH,
            plot_margin_top=TOP_PX / WIDTH, plot_margin_bottom=BOTTOM_PX / WIDTH,
        )
    )  # fmt: skip


def _literal(text: str) -> str:
    """A text as matplotlib draws it: what stands between two dollar signs would be a formula."""
    return text.replace("$", r"\$")


def whole(trace: Trace, colour: Theme, family: str) -> ggplot:
    """The chart: band, limits, marks, line, and the forecast where there is one."""
    colours = PALETTES[colour]
    low, high = trace.axis.low, trace.axis.high
    plot = (
        ggplot()
        + scale_x_continuous(breaks=[at for at, _ in trace.span.ticks], labels=[text for _, text in trace.span.ticks])
        + scale_y_continuous(breaks=trace.axis.ticks(), labels=trace.axis.labels())
        + coord_cartesian(xlim=(trace.span.low, trace.span.high), ylim=(low, high), expand=False)
        + theme_void(base_family=family)
        + theme(
            plot_background=element_rect(fill=colours.card),
            panel_grid_major_y=element_line(color=colours.line, size=HAIRLINE_PX),
            axis_text=element_text(color=colours.muted, size=TEXT_PX),
        )
    )
    for layer in (*_grounds(trace, colours), *_lines(trace, colours), *_names(trace, colours, family)):
        plot += layer
    return plot


def _grounds(trace: Trace, colours: Palette) -> list[annotate | geom_hline | geom_vline]:
    """What lies behind the line: the normal band, spans, limits."""
    low, high = trace.axis.low, trace.axis.high
    found: list[annotate | geom_hline | geom_vline] = []
    if trace.band is not None:
        found.append(_area(trace.span.low, trace.span.high, *trace.band, colours.accent, colours.band))
    if trace.since is not None:
        found.append(_area(trace.since, 0.0, low, high, colours.bad, colours.episode))
    for mark in trace.marks:
        found.append(_area(mark.low, mark.high, low, high, mark_colour(mark.kind, colours), colours.episode))
        if mark.begins:
            how = "dotted" if mark.kind == "injected" else "solid"
            found.append(
                geom_vline(xintercept=mark.low, color=mark_colour(mark.kind, colours), linetype=how, size=1 / PER_SIZE)
            )
    for limit, colour in ((trace.warn, colours.warn), (trace.critical, colours.bad)):
        if limit is not None and low <= limit <= high:
            found.append(geom_hline(yintercept=limit, color=colour, linetype="dashed", size=LIMIT_PX / PER_SIZE))
    return found


def _lines(trace: Trace, colours: Palette) -> list[geom_line | geom_point | geom_ribbon]:
    """The line piece by piece, the values that stand alone, and what is ahead."""
    found: list[geom_line | geom_point | geom_ribbon] = []
    ahead = trace.ahead
    if ahead is not None:
        table = pd.DataFrame({"x": ahead.x, "y": ahead.middle, "low": ahead.low, "high": ahead.high})
        found.append(geom_ribbon(aes("x", ymin="low", ymax="high"), table, fill=colours.bad, alpha=colours.interval))
        found.append(geom_line(aes("x", "y"), table, color=colours.bad, linetype="dotted", size=2 / PER_SIZE))
    known = np.isfinite(trace.y)
    held = known & ~trace.dots
    table = pd.DataFrame({"x": trace.x[held], "y": trace.y[held], "piece": np.cumsum(~known)[held]})
    if len(table):
        line = geom_line(
            aes("x", "y", group="piece"), table, color=colours.accent, size=trace.line_px / PER_SIZE,
            lineend="round",
        )  # fmt: skip
        found.append(line)
    if trace.dots.any():
        dots = pd.DataFrame({"x": trace.x[trace.dots], "y": trace.y[trace.dots]})
        found.append(geom_point(aes("x", "y"), dots, color=colours.accent, size=3 / PER_SIZE, stroke=0))
    return found


def _names(trace: Trace, colours: Palette, family: str) -> list[annotate]:
    """The marks' names at the top of the plot."""
    per_px = (trace.span.high - trace.span.low) / PLOT_PX
    down = (trace.axis.high - trace.axis.low) / (HEIGHT * 0.68)
    edge, inward, side = (trace.axis.low, down, "bottom") if trace.named_low else (trace.axis.high, -down, "top")
    return [
        annotate(
            "label", x=trace.span.low + mark.text_px * per_px, y=edge + (4 + mark.row * ROW_PX) * inward,
            label=mark.text, color=mark_colour(mark.kind, colours), fill=colours.card, size=MARK_PX, ha="left",
            va=side, family=family, label_size=0, label_padding=0.1, alpha=0.85,
        )
        for mark in trace.marks
        if mark.text
    ]  # fmt: skip


def _area(left: float, right: float, low: float, high: float, colour: str, alpha: float) -> annotate:
    return annotate("rect", xmin=left, xmax=right, ymin=low, ymax=high, fill=colour, alpha=alpha)
