"""Draws the live charts off the reactive graph: one worker thread, frames kept, images shared by all sessions.

A frame (axes, texts, hairlines) costs some 50 ms and holds for minutes, an image on it 3 ms (9 at scale 2). plotnine
and matplotlib keep global state, so one thread owns them. All else here runs on the event loop and needs no lock.
"""

import asyncio
from collections.abc import Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from connected_ops.read_model import UnitView
from shiny_app.charts.against_itself import AGAINST_ITSELF, TALL, drift_trace, drift_version
from shiny_app.charts.axes import (
    CHARTS,
    HEIGHT,
    WARM_WIDTHS,
    FrameSpec,
    Scale,
    drawable,
    minutes,
    plot_width,
    stepped,
    stepped_width,
)
from shiny_app.charts.marks import Mark
from shiny_app.charts.palette import PALETTES, Theme
from shiny_app.charts.ranges import Asked, Stretch, newest
from shiny_app.charts.trace import Trace, stretch_trace, trace
from shiny_app.live.memo import Memo

if TYPE_CHECKING:
    from shiny_app.charts.drawing import Frame

FRAMES_BYTES = 48 * 2**20
"""Room for frames: 124 of 560 × 180 at scale 1, 31 at scale 2."""

ZOOM_FRAMES_BYTES = 8 * 2**20
"""Room for the frames of zooms, apart from the others, and waiting apart from them: each is one person's, and must not
cost all others theirs."""

IMAGES = 256
"""Images kept for the sessions that ask for the same one: 12 units' charts in five ticks, some 4 MB."""


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames of one kind. `turn` is held by the one new frame of the kind that waits in the worker's queue: images
    on known frames and frames of another kind pass between two of them."""

    kept: Memo[FrameSpec, "Frame"]
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, slots=True)
class ImageKey:
    """What two requests must have in common to get the same bytes."""

    vehicle_id: str
    chart: str
    uom: str
    width: int
    scale: Scale
    theme: Theme
    asked: Asked
    version: int
    marks: tuple[Mark, ...]


class StudioClosed(Exception):
    """The server stops: no chart is drawn any more."""


class ChartStudio:
    """Chart images on request. Belongs to one event loop; `close` it when the loop ends."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="charts")
        self._frames = Frames(Memo(FRAMES_BYTES, lambda frame: frame.pixels.nbytes))
        self._zoom_frames = Frames(Memo(ZOOM_FRAMES_BYTES, lambda frame: frame.pixels.nbytes))
        self._images: Memo[ImageKey, asyncio.Task[bytes]] = Memo(IMAGES)
        self._drawn: Memo[tuple[object, ...], bytes] = Memo(IMAGES)
        self._warming: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def worker(self) -> Executor:
        """The one thread that owns matplotlib, for charts that are drawn whole."""
        return self._worker

    async def image(
        self,
        view: UnitView,
        chart_key: str,
        width: int,
        scale: Scale,
        theme: Theme,
        *,
        stretch: Stretch | None = None,
        marks: tuple[Mark, ...] = (),
    ) -> bytes:
        """The PNG of one chart; `width` in CSS pixels is stepped down. `stretch` is the part of the unit's time that is
        shown, the newest ten minutes where none is given, `marks` what happened in it. KeyError where the unit has no
        such chart, StudioClosed when the server stops."""
        if self._closed:
            raise StudioClosed
        uom = uom_of(view, chart_key)
        if uom is None:
            raise KeyError(chart_key)
        part = newest(view) if stretch is None else stretch
        look = (stepped_width(width), scale, theme)
        key = ImageKey(view.row.vehicle_id, chart_key, uom, *look, part.asked, version_of(part, chart_key), marks)
        drawing = self._images.get(key)
        if drawing is None:
            drawing = asyncio.create_task(self._draw(view, part, key))
            drawing.add_done_callback(partial(self._forget_failed, key))
            self._images.put(key, drawing)
        try:
            return await asyncio.shield(drawing)  # one session that leaves must not take the image from the others
        except asyncio.CancelledError:
            if self._closed and drawing.cancelled():
                raise StudioClosed from None
            raise

    def warm(self, views: Iterable[UnitView] = ()) -> None:
        """In the background, load plotnine (2 s) and draw the usual sizes' frames, those of `views` first."""
        axes = [trace(view, chart.key).axis for view in views for chart in CHARTS if drawable(view, chart.key)]
        axes += [stepped(chart, *chart.resting) for chart in CHARTS]
        specs = [
            FrameSpec(width, 1, theme, axis, minutes(live=True))
            for width in WARM_WIDTHS
            for theme in PALETTES
            for axis in axes
        ]
        self._warming = asyncio.create_task(self._draw_frames(specs))

    def close(self) -> None:
        """Drop what is waiting, whose askers get StudioClosed; what is being drawn ends by itself."""
        self._closed = True
        if self._warming is not None:
            self._warming.cancel()
        for drawing in self._images.values():
            drawing.cancel()
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def _draw(self, view: UnitView, part: Stretch, key: ImageKey) -> bytes:
        """A sequence rises with any unit's samples: a chart that did not change with it is not drawn again."""
        moving, height = shown(view, key.chart, key.width, part, key.marks)
        spec = FrameSpec(key.width, key.scale, key.theme, moving.axis, moving.span, height)
        content = (spec, *moving.content())
        png = self._drawn.get(content)
        if png is None:
            frame = await self._frame(spec, self._frames if key.asked.zoom is None else self._zoom_frames)
            png = await asyncio.get_running_loop().run_in_executor(self._worker, _draw_image, frame, moving)
            self._drawn.put(content, png)
        return png

    async def _frame(self, spec: FrameSpec, frames: Frames) -> "Frame":
        """The kept frame, or a new one."""
        frame = frames.kept.get(spec)
        if frame is not None:
            return frame
        async with frames.turn:
            frame = frames.kept.get(spec)
            if frame is None:
                frame = await asyncio.get_running_loop().run_in_executor(self._worker, _draw_frame, spec)
                frames.kept.put(spec, frame)
            return frame

    async def _draw_frames(self, specs: list[FrameSpec]) -> None:
        for spec in specs:
            await self._frame(spec, self._frames)

    def _forget_failed(self, key: ImageKey, drawing: "asyncio.Task[bytes]") -> None:
        if drawing.cancelled() or drawing.exception() is not None:
            self._images.drop(key)


def uom_of(view: UnitView, chart_key: str) -> str | None:
    """The unit of measurement in which a view shows a chart; None where the unit has no such chart."""
    if chart_key == AGAINST_ITSELF:
        return None if view.drift is None else view.drift.uom
    return view.signal(chart_key).uom if drawable(view, chart_key) else None


def version_of(part: Stretch, chart_key: str) -> int:
    """What changes with a chart's picture."""
    drift = part.view.drift
    return drift_version(drift) if chart_key == AGAINST_ITSELF and drift is not None else part.version


def shown(
    view: UnitView, chart_key: str, width: int, part: Stretch | None = None, marks: tuple[Mark, ...] = ()
) -> tuple[Trace, int]:
    """What a chart shows, and how high it is."""
    if chart_key == AGAINST_ITSELF and view.drift is not None:
        return drift_trace(view, view.drift, plot_width(width)), TALL
    return stretch_trace(newest(view) if part is None else part, chart_key, plot_width(width), marks), HEIGHT


def _draw_frame(spec: FrameSpec) -> "Frame":
    from shiny_app.charts.drawing import draw_frame  # noqa: PLC0415 - plotnine loads in 2 s: the worker's, not the start's

    return draw_frame(spec)


def _draw_image(frame: "Frame", moving: Trace) -> bytes:
    from shiny_app.charts.drawing import draw_image  # noqa: PLC0415 - as above

    return draw_image(frame, moving)
