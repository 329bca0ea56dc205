"""The part of a chart that stays: a plotnine plot without data layers, for one size, theme and pair of axes."""

from functools import cache
from pathlib import Path

from matplotlib import font_manager
from plotnine import ggplot, scale_x_continuous, scale_y_continuous, theme, theme_void
from plotnine.themes.elements import element_line, element_rect, element_text

from shiny_app.charts.axes import FrameSpec
from shiny_app.charts.palette import PALETTES

INTER = Path(__file__).parent.parent / "shell" / "fonts" / "Inter.ttf"
DPI = 72
"""A point is a CSS pixel at this resolution, so sizes below read as the style sheet's."""

TEXT_PX = 12
HAIRLINE_PX = 1.0


@cache
def font() -> str:
    """The family of the page's font where its TTF is shipped (matplotlib reads no woff2), else matplotlib's own."""
    if not INTER.is_file():
        return "DejaVu Sans"
    font_manager.fontManager.addfont(INTER)
    return font_manager.FontProperties(fname=INTER).get_name()


def frame(spec: FrameSpec, family: str) -> ggplot:
    """The frame as a plot: hairlines across, muted axis texts, card background, nothing else."""
    colours = PALETTES[spec.theme]
    return (
        ggplot()
        + scale_x_continuous(
            limits=(spec.x.low, spec.x.high),
            breaks=[at for at, _ in spec.x.ticks],
            labels=[said for _, said in spec.x.ticks],
            expand=(0, 0),
        )
        + scale_y_continuous(
            limits=(spec.axis.low, spec.axis.high), breaks=spec.axis.ticks(), labels=spec.axis.labels(), expand=(0, 0)
        )
        + theme_void(base_family=family)
        + theme(
            figure_size=(spec.width / DPI, spec.height / DPI),
            dpi=DPI * spec.scale,
            plot_background=element_rect(fill=colours.card),
            panel_grid_major_y=element_line(color=colours.line, size=HAIRLINE_PX),
            axis_text=element_text(color=colours.muted, size=TEXT_PX),
        )
    )
