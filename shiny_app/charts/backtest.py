"""Draws a recording that went through the engine: a plot for each signal, its episodes shaded, with plotnine.

Not thread-safe: one thread owns it (studio.py).
"""

from io import BytesIO

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image
from plotnine import (
    aes,
    element_blank,
    element_line,
    element_rect,
    element_text,
    facet_wrap,
    geom_hline,
    geom_line,
    geom_rect,
    ggplot,
    labs,
    scale_fill_manual,
    scale_x_continuous,
    theme,
    theme_void,
)
from plotnine.themes.elements import margin

from connected_ops.read_model import BacktestView
from shiny_app.charts.axes import Scale
from shiny_app.charts.captions import Caption
from shiny_app.charts.drawing import HINTING
from shiny_app.charts.export import TEXTS_PX, WIDTH, Kind, captioned, file_of
from shiny_app.charts.frames import DPI, HAIRLINE_PX, TEXT_PX, font
from shiny_app.charts.palette import PALETTES, Theme
from shiny_app.shell import in_units
from shiny_app.shell.format import duration

mpl.use("agg")

PANEL_PX, REST_PX = 130, 40
"""The height of one signal's plot with its name, and of the axis below all."""

MOST_TICKS = 6
STEPS_S = (10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400, 172_800, 604_800)


def height(view: BacktestView) -> int:
    """The chart's height in CSS pixels."""
    return PANEL_PX * len(view.plotted) + REST_PX


def chart(view: BacktestView, width: int, scale: Scale, colour: Theme, metric: bool, family: str) -> ggplot:
    """The leading recording: its signals under each other over the time since its begin."""
    colours, lead = PALETTES[colour], view.recordings[0]
    lines, limits, spans = tables(view, metric)
    length = max(lead.end - lead.begin, 1.0)
    step = next((each for each in STEPS_S if length / each <= MOST_TICKS), STEPS_S[-1])
    ticks = [at * step for at in range(int(length // step) + 1)]
    drawn = (
        ggplot(lines, aes("x", "y"))
        + facet_wrap("signal", ncol=1, scales="free_y")
        + scale_x_continuous(
            breaks=ticks,
            labels=["begin" if not at else duration(at) for at in ticks],
            expand=(0, 0),
            limits=(0, length),
        )
        + labs(x="", y="")
        + theme_void(base_family=family)
        + theme(
            figure_size=(width / DPI, height(view) / DPI),
            dpi=DPI * scale,
            legend_position="none",
            plot_background=element_rect(fill=colours.card),
            panel_grid_major_y=element_line(color=colours.line, size=HAIRLINE_PX),
            panel_spacing_y=0.02,
            axis_text=element_text(color=colours.muted, size=TEXT_PX),
            axis_text_x=element_text(margin=margin(t=6)),
            axis_text_y=element_text(margin=margin(r=6)),
            axis_title=element_blank(),
            strip_text=element_text(color=colours.muted, size=TEXT_PX, ha="left", margin=margin(b=3)),
            plot_margin=0.01,
        )
    )
    if len(spans):
        drawn += geom_rect(
            aes(xmin="start", xmax="end", ymin=float("-inf"), ymax=float("inf"), fill="kind"), spans, inherit_aes=False,
            alpha=3 * colours.episode,
        )  # fmt: skip
        drawn += scale_fill_manual(values={"machine": colours.bad, "sensor": colours.muted})
    if len(limits):
        drawn += geom_hline(aes(yintercept="y"), limits, color=colours.warn, linetype="dashed", size=0.5)
    return drawn + geom_line(color=colours.accent, size=0.6)


def tables(view: BacktestView, metric: bool) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """(lines, limits, spans) of the leading recording by `signal`, its name with its unit: x, start and end in seconds
    since the begin, y in the unit shown; limits only where the signal comes near."""
    lead = view.recordings[0]
    named = {each.signal: f"{each.label}{f', {_uom(each.uom, metric)}' if each.uom else ''}" for each in view.plotted}
    lines = [
        {"signal": named[each.signal], "x": x, "y": _value(y, each.uom, metric)}
        for each in view.plotted
        for x, y in zip(each.x, each.y, strict=True)
    ]
    limits = [
        {"signal": named[each.signal], "y": _value(each.limit, each.uom, metric)}
        for each in view.plotted
        if each.limit is not None and max((y for y in each.y if y is not None), default=0.0) > 0.8 * each.limit
    ]
    spans = [
        {
            "signal": named[each.signal],
            "start": each.opened_at - lead.begin,
            "end": (lead.end if each.closed_at is None else each.closed_at) - lead.begin,
            "kind": each.kind,
        }
        for each in lead.episodes
        if each.signal in named
    ]
    made = pd.DataFrame(lines), pd.DataFrame(limits), pd.DataFrame(spans)
    for table in made:
        if len(table):
            table["signal"] = pd.Categorical(table["signal"], categories=list(named.values()))
    return made


def _uom(uom: str, metric: bool) -> str:
    return in_units.uom(uom, metric)


def _value(value: float | None, uom: str, metric: bool) -> float | None:
    return in_units.value(value, uom, metric)


def backtest_png(view: BacktestView, width: int, scale: Scale, colour: Theme, metric: bool = False) -> bytes:
    """The chart as a PNG, `width` in CSS pixels; a second or less."""
    figure = chart(view, width, scale, colour, metric, font()).draw(show=False)
    canvas = FigureCanvasAgg(figure)
    with mpl.rc_context({"text.hinting": HINTING}):
        canvas.draw()
    png = BytesIO()
    Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB").save(png, "PNG", compress_level=6)
    return png.getvalue()


def backtest_file(view: BacktestView, said: Caption, kind: Kind, colour: Theme, metric: bool) -> bytes:
    """The chart to be kept; a second or less."""
    plot = chart(view, WIDTH, 2, colour, metric, font())
    return file_of(captioned(plot, said, colour, height(view) + TEXTS_PX), kind)
