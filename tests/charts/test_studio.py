import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from connected_ops.read_model import UnitView
from shiny_app.charts import drawing
from shiny_app.charts.axes import FrameSpec
from shiny_app.charts.drawing import Frame
from shiny_app.charts.ranges import Asked, newest
from shiny_app.charts.studio import ChartStudio
from shiny_app.charts.trace import Trace
from shiny_app.live.memo import Memo

MakeView = Callable[..., UnitView]


@pytest.fixture
async def studio() -> AsyncIterator[ChartStudio]:
    studio = ChartStudio()
    yield studio
    studio.close()


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the worker draws, in order: "frame <width>" and "image <width>"."""
    done: list[str] = []
    frame_of, image_of = drawing.draw_frame, drawing.draw_image

    def draw_frame(spec: FrameSpec) -> Frame:
        done.append(f"frame {spec.width}")
        return frame_of(spec)

    def draw_image(frame: Frame, moving: Trace) -> bytes:
        done.append(f"image {frame.spec.width}")
        return image_of(frame, moving)

    monkeypatch.setattr(drawing, "draw_frame", draw_frame)
    monkeypatch.setattr(drawing, "draw_image", draw_image)
    return done


@pytest.fixture
def view(make_view: MakeView) -> UnitView:
    return make_view({"coolant_temp_f": np.linspace(190, 200, 600)})


async def test_sessions_that_ask_for_the_same_image_share_it(studio: ChartStudio, view: UnitView, work: list[str]):
    asked = [studio.image(view, "coolant_temp_f", width, 1, "light") for width in (560, 575, 600, 639)]
    images = await asyncio.gather(*asked)
    assert len(set(images)) == 1
    assert await studio.image(view, "coolant_temp_f", 560, 1, "light") is images[0]
    assert work == ["frame 560", "image 560"]


async def test_a_new_sample_costs_an_image_and_no_frame(studio: ChartStudio, make_view: MakeView, work: list[str]):
    for sequence in range(3):
        moving = make_view({"coolant_temp_f": np.linspace(190, 200 + sequence, 600)}, sequence=sequence)
        await studio.image(moving, "coolant_temp_f", 560, 1, "light")
    assert work == ["frame 560", "image 560", "image 560", "image 560"]


async def test_a_unit_that_sent_nothing_new_is_not_drawn_again(
    studio: ChartStudio, make_view: MakeView, work: list[str]
):
    values = {"coolant_temp_f": np.linspace(190, 200, 600)}
    images = {
        await studio.image(make_view(values, sequence=sequence), "coolant_temp_f", 560, 1, "light")
        for sequence in range(5)
    }
    assert len(images) == 1
    assert work == ["frame 560", "image 560"]


async def test_images_on_known_frames_pass_before_new_frames(
    studio: ChartStudio, make_view: MakeView, view: UnitView, work: list[str]
):
    await studio.image(view, "coolant_temp_f", 560, 1, "light")
    work.clear()
    gate = threading.Event()
    held = asyncio.get_running_loop().run_in_executor(studio._worker, gate.wait, 30)
    new = [asyncio.create_task(studio.image(view, "coolant_temp_f", width, 1, "light")) for width in (240, 320, 400)]
    await asyncio.sleep(0)
    newer = make_view({"coolant_temp_f": np.linspace(191, 200, 600)}, sequence=2)
    known = asyncio.create_task(studio.image(newer, "coolant_temp_f", 560, 1, "light"))
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(held, known, *new)
    assert work.index("image 560") <= 1


async def test_however_many_zooms_wait_a_new_frame_of_the_newest_minutes_passes_them(
    studio: ChartStudio, view: UnitView, work: list[str]
):
    end = float(view.ts[-1])
    zooms = [Asked("10m", (end - 100.0 - at, end)) for at in range(4)]
    parts = [replace(newest(view), asked=each, begin=end - 100.0 - at) for at, each in enumerate(zooms)]
    gate = threading.Event()
    held = asyncio.get_running_loop().run_in_executor(studio._worker, gate.wait, 30)
    waiting = [asyncio.create_task(studio.image(view, "coolant_temp_f", 560, 1, "light", stretch=p)) for p in parts]
    await asyncio.sleep(0)
    usual = asyncio.create_task(studio.image(view, "coolant_temp_f", 240, 1, "light"))
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(held, usual, *waiting)
    assert work.index("frame 240") <= 1
    assert work.count("frame 560") == len(zooms)


async def test_a_session_that_leaves_does_not_take_the_image_from_the_others(studio: ChartStudio, view: UnitView):
    leaving = asyncio.create_task(studio.image(view, "coolant_temp_f", 560, 1, "light"))
    staying = asyncio.create_task(studio.image(view, "coolant_temp_f", 560, 1, "light"))
    await asyncio.sleep(0)
    leaving.cancel()
    with suppress(asyncio.CancelledError):
        await leaving
    assert leaving.cancelled()
    assert (await staying).startswith(b"\x89PNG")


async def test_a_failed_drawing_is_tried_again(
    studio: ChartStudio, view: UnitView, monkeypatch: pytest.MonkeyPatch, work: list[str]
):
    with monkeypatch.context() as broken:
        broken.setattr(drawing, "draw_image", lambda *_: (_ for _ in ()).throw(MemoryError("no room")))
        with pytest.raises(MemoryError):
            await studio.image(view, "coolant_temp_f", 560, 1, "light")
    assert (await studio.image(view, "coolant_temp_f", 560, 1, "light")).startswith(b"\x89PNG")


async def test_a_chart_the_unit_does_not_have_is_a_key_error(studio: ChartStudio, view: UnitView):
    for key in ("speed_mph", "engine_hours", "nonsense"):
        with pytest.raises(KeyError):
            await studio.image(view, key, 560, 1, "light")


async def test_warming_draws_the_frames_that_a_page_needs_first(studio: ChartStudio, view: UnitView, work: list[str]):
    studio.warm([view])
    assert studio._warming is not None
    await studio._warming
    work.clear()
    for theme in ("light", "dark"):
        await studio.image(view, "coolant_temp_f", 560, 1, theme)
    assert work == ["image 560", "image 560"]


async def test_closing_while_warming_ends_at_once(view: UnitView):
    studio = ChartStudio()
    studio.warm([view])
    await asyncio.sleep(0)
    studio.close()
    assert studio._warming is not None
    await asyncio.wait([studio._warming], timeout=5)
    assert studio._warming.cancelled()


def test_what_was_used_last_is_kept_within_the_room():
    kept: Memo[str, int] = Memo(10, lambda weight: weight)
    for key, weight in (("a", 4), ("b", 4), ("c", 2)):
        kept.put(key, weight)
    assert kept.get("a") == 4
    kept.put("d", 3)
    assert kept.get("b") is None
    assert [kept.get(key) for key in "acd"] == [4, 2, 3]
    kept.put("huge", 99)
    assert len(kept) == 1
    assert kept.get("huge") == 99


def test_the_start_does_not_wait_for_plotnine():
    code = (
        "import sys, shiny_app.charts.routes as _; sys.exit('matplotlib' in sys.modules or 'plotnine' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
