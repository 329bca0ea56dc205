"""Draws the marks of a chart: shaded spans, the lines at their begins, and their names. Not thread-safe, as drawing.py.

Names are paths: a text needs a figure to measure itself by, which a tick does not have.
"""

from collections.abc import Iterator
from functools import lru_cache

from matplotlib.artist import Artist
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, PathPatch, Rectangle
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from shiny_app.charts.axes import BOTTOM_PX, LEFT_PX, TOP_PX, YAxis
from shiny_app.charts.frames import font
from shiny_app.charts.marks import ROW_PX, MarkKind, Placed
from shiny_app.charts.palette import Palette
from shiny_app.charts.trace import Trace

NAME_PX = 11.0
LINE_PX = 1.2
DASHES = (1.5, 2.0)
PAD_PX = 2.0
STRIP, STRIP_ALPHA = 0.03, 0.45
"""How much of the plot's height the strip of an injected fault has, and how much of its colour."""

BACK = 0.82
"""How much of the line a name hides: enough to be read, little enough to see that the line goes on."""

TEXTS = 256


def mark_colour(kind: MarkKind, colours: Palette) -> str:
    """Episodes of machines are red, those of sensors amber; what was injected is grey: it is the emulator's, not what
    the engine says."""
    return {"machine": colours.bad, "sensor": colours.warn, "injected": colours.muted}[kind]


def spans(marks: tuple[Placed, ...], axis: YAxis, colours: Palette) -> Iterator[Artist]:
    """The spans, and a line where each begins, in data coordinates. An injected fault has a strip along the foot and a
    dotted line: it touches every chart, and shading all of each would hide what the engine says."""
    for mark in marks:
        colour = mark_colour(mark.kind, colours)
        injected = mark.kind == "injected"
        tall, alpha = (STRIP, STRIP_ALPHA) if injected else (1.0, colours.episode)
        if mark.high > mark.low:
            height = tall * (axis.high - axis.low)
            yield Rectangle(
                (mark.low, axis.low), mark.high - mark.low, height, facecolor=colour, alpha=alpha, linewidth=0
            )
        if mark.begins:
            line = Line2D([mark.low, mark.low], [axis.low, axis.high], color=colour, linewidth=LINE_PX)
            if injected:
                line.set_linestyle((0, DASHES))
            yield line


def names(trace: Trace, colours: Palette, height: int, scale: int) -> Iterator[Artist]:
    """The names on pieces of the card's colour, in pixels of the image, whose height is `height` CSS pixels."""
    for mark in trace.marks:
        if not mark.text:
            continue
        text, wide = _path(mark.text)
        left = LEFT_PX + mark.text_px
        inward = 2 + (mark.row + 0.5) * ROW_PX
        middle = BOTTOM_PX + inward if trace.named_low else height - TOP_PX - inward
        place = Affine2D().translate(left, middle - NAME_PX * 0.36).scale(scale)
        back = FancyBboxPatch(
            (left, middle - NAME_PX / 2), wide, NAME_PX, boxstyle=f"round,pad={PAD_PX},rounding_size=3",
            facecolor=colours.card, alpha=BACK, linewidth=0,
        )  # fmt: skip
        back.set_transform(Affine2D().scale(scale))
        yield back
        name = PathPatch(text, facecolor=mark_colour(mark.kind, colours), linewidth=0)
        name.set_transform(place)
        yield name


@lru_cache(TEXTS)
def _path(text: str) -> tuple[TextPath, float]:
    """A name as a path, and its width; measuring it takes ten times as long as drawing it."""
    path = TextPath((0, 0), text, size=NAME_PX, prop=FontProperties(family=font()))
    return path, float(path.get_extents().x1)
