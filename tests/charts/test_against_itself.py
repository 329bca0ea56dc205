from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from math import inf, nan
from time import tzset

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from connected_ops.read_model import DriftView, Forecast, UnitRow, UnitView
from shiny_app.charts.against_itself import TALL, drift_trace
from shiny_app.charts.axes import MOST_STEPS, FrameSpec, plot_width
from shiny_app.charts.drawing import draw_frame, draw_image
from shiny_app.charts.palette import PALETTES
from shiny_app.charts.studio import ChartStudio, shown
from shiny_app.charts.times import DAY_S, HORIZONS, dates, midnights
from shiny_app.shell import in_units

NOW = 1_700_000_000.0
PLOT_PX = 1_060.0

MakeView = Callable[..., UnitView]

ROW = UnitRow("truck_07", "class_8_truck", "Class 8 truck", "simulated", "live", 0.0, 12, "Low", "", "", ())
UNIT = UnitView(1, NOW, ROW, 1.0, 0.0, (), (), np.array([NOW]), np.empty((1, 0)), ())
"""A unit without signals: hypothesis cannot use a fixture of each test."""


def forecast(days: float, a_day: float = 2.0, start: float = 9.0) -> Forecast:
    ahead = np.linspace(0, days * DAY_S, 20)
    middle = start + a_day * ahead / DAY_S
    return Forecast(ahead, middle, middle - ahead / DAY_S, middle + ahead / DAY_S)


def drift(
    above: np.ndarray | None = None, *, margin: float | None = 15.0, onset: float | None = None,
    ahead: Forecast | None = None, usual: float = 2.0,
) -> DriftView:  # fmt: skip
    above = np.sin(np.arange(672.0)) if above is None else above
    ts = NOW - 1_800.0 * np.arange(above.size, dtype=np.float64)[::-1]
    return DriftView("coolant_drift", "Coolant above its own normal", "°F", 0, ts, above, usual, margin,
                     float(above[-1]) if above.size else 0.0, onset, "As ever.", ahead)  # fmt: skip


@pytest.fixture
def view(make_view: MakeView) -> UnitView:
    return make_view({"coolant_temp_f": np.full(600, 195.0)})


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def change(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        tzset()

    yield change
    monkeypatch.undo()
    tzset()


def test_the_newest_half_hour_is_now_and_a_night_is_a_gap(view: UnitView):
    above = np.ones(672)
    above[100:116] = nan
    moving = drift_trace(view, drift(above), PLOT_PX)
    assert moving.x[-1] == 0
    assert np.isnan(moving.y).sum() == 16
    assert (moving.span.low, moving.span.high) == (-14 * DAY_S, 0)


def test_half_hours_that_are_left_out_break_the_line_too(view: UnitView):
    whole = drift(np.ones(96))
    part = np.r_[0:40, 60:96]
    moving = drift_trace(view, replace(whole, ts=whole.ts[part], above=whole.above[part]), PLOT_PX)
    assert np.isnan(moving.y).sum() == 1


def test_a_young_history_is_drawn_over_its_own_days(view: UnitView):
    assert drift_trace(view, drift(np.ones(150)), PLOT_PX).span.low == -4 * DAY_S
    assert drift_trace(view, drift(np.ones(10)), PLOT_PX).span.low == -2 * DAY_S


def test_what_it_left_its_normal_for_is_shaded_up_to_now(view: UnitView):
    assert drift_trace(view, drift(), PLOT_PX).since is None
    assert drift_trace(view, drift(onset=NOW - 4 * DAY_S), PLOT_PX).since == -4 * DAY_S
    assert drift_trace(view, drift(onset=NOW - 40 * DAY_S), PLOT_PX).since == -14 * DAY_S
    assert drift_trace(view, drift(onset=NOW + 60), PLOT_PX).since == 0


@pytest.mark.parametrize(("days", "horizon"), [(0.4, 1), (2.5, 3), (5, 5), (6, 7), (30, 7)])
def test_the_axis_reaches_past_now_in_steps(view: UnitView, days: float, horizon: int):
    assert drift_trace(view, drift(ahead=forecast(days)), PLOT_PX).span.high == horizon * DAY_S


def test_the_axis_holds_the_margin_unless_it_is_far(view: UnitView):
    assert drift_trace(view, drift(), PLOT_PX).axis.high >= 15
    assert drift_trace(view, drift(margin=80.0), PLOT_PX).axis.high <= 10
    assert drift_trace(view, drift(margin=None), PLOT_PX).axis.high <= 10


def test_a_steep_forecast_leaves_the_axis_a_little_past_the_margin(view: UnitView):
    moving = drift_trace(view, drift(np.linspace(0, 9, 672), ahead=forecast(7, a_day=40)), PLOT_PX)
    assert 15 < moving.axis.high <= 20


def test_differences_say_their_direction(view: UnitView):
    axis = drift_trace(view, drift(np.linspace(-6, 9, 672)), PLOT_PX).axis
    assert axis.labels() == ["−5", "0", "+5", "+10", "+15"]


def test_in_celsius_it_is_the_same_picture_in_smaller_figures(view: UnitView):
    fahrenheit = drift(np.linspace(0, 9, 672), ahead=forecast(3))
    celsius = drift_trace(view, in_units.drift(fahrenheit, True), PLOT_PX)
    assert celsius.warn == pytest.approx(15 / 1.8)
    assert celsius.axis.high == 10
    assert celsius.band == pytest.approx((-2 / 1.8, 2 / 1.8))


@pytest.mark.parametrize("name", ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata"])
def test_days_begin_at_midnight_in_the_servers_zone(zone: Callable[[str], None], name: str):
    zone(name)
    for days in (1, 3):
        found = midnights(NOW - 14 * DAY_S, NOW, days)
        assert len(found) in (14 // days, 14 // days + 1)
        axis = dates(-14 * DAY_S, 0, NOW, PLOT_PX, live=True)
        assert axis.ticks[-1] == (0, "now")
    spacing = np.diff(midnights(NOW - 14 * DAY_S, NOW, 1)) / 3600
    assert set(spacing) <= {23, 24, 25}


def test_a_date_stays_under_its_day_while_time_goes_on():
    ticks = dates(-14 * DAY_S, 3 * DAY_S, NOW, PLOT_PX, live=True).ticks
    later = dates(-14 * DAY_S, 3 * DAY_S, NOW + 7_200, PLOT_PX, live=True).ticks
    placed = dict(ticks)
    assert {said for at, said in ticks if at < 0} & {said for at, said in later if at < 0}
    for at, said in later:
        if at < 0 and said in placed.values():
            before = next(x for x, label in ticks if label == said)
            assert before - at == pytest.approx(7_200, abs=1_800)


@given(st.integers(2, 14), st.sampled_from((0, *HORIZONS)), st.integers(240, 1920), st.floats(1e9, 2e9))
def test_dates_never_run_into_each_other(past: int, ahead: int, width: int, now: float):
    axis = dates(-past * DAY_S, ahead * DAY_S, now, plot_width(width), live=True)
    px = plot_width(width) / (axis.high - axis.low)
    assert [at for at, _ in axis.ticks] == sorted(at for at, _ in axis.ticks)
    assert all(axis.low <= at <= axis.high for at, _ in axis.ticks)
    assert all((b - a) * px > 45 for (a, _), (b, _) in pairwise(axis.ticks))


@given(
    st.lists(st.one_of(st.just(nan), st.floats(-200, 200)), max_size=60),
    st.floats(0.01, 50),
    st.one_of(st.none(), st.floats(0.1, 500)),
    st.one_of(st.none(), st.floats(-50, 50)),
)
def test_any_drift_has_axes(above: list[float], usual: float, margin: float | None, a_day: float | None):
    told = DriftView(
        "x", "x", "°F", 0, NOW - 1_800.0 * np.arange(len(above), dtype=float)[::-1], np.array(above, float), usual,
        margin, 0.0, None, "", None if a_day is None else forecast(4, a_day),
    )  # fmt: skip
    moving = drift_trace(UNIT, told, PLOT_PX)
    finite = moving.y[np.isfinite(moving.y)]
    assert moving.axis.low <= min(finite.min(initial=0), -usual) + 1e-5
    assert moving.axis.high >= finite.max(initial=0) - 1e-5
    assert moving.axis.high < inf
    assert moving.axis.step == 200 or moving.axis.high - moving.axis.low <= MOST_STEPS * moving.axis.step + 1e-6


def test_the_line_the_margin_and_the_forecast_are_where_their_values_are(view: UnitView):
    above = np.concatenate([np.zeros(480), np.linspace(0, 9, 192)])
    told = replace(view, drift=drift(above, onset=NOW - 4 * DAY_S, ahead=forecast(6, 1.0)))
    moving, height = shown(told, "against_itself", 1120)
    frame = draw_frame(FrameSpec(1120, 1, "light", moving.axis, moving.span, height))
    with Image.open(BytesIO(draw_image(frame, moving))) as drawn:
        assert drawn.size == (1120, TALL)
        image = np.asarray(drawn).astype(int)

    def at(days: float, value: float) -> tuple[int, int]:
        x, y = frame.to_pixels.transform((days * DAY_S, value))
        return round(TALL - y), round(x)

    def near(colour: str, row: int, column: int, within: int = 60) -> bool:
        wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        around = image[row - 3 : row + 4, column - 4 : column + 5]
        return bool((np.abs(around - wanted) <= within).all(axis=2).any())

    colours = PALETTES["light"]
    assert near(colours.accent, *at(-10, 0))
    assert near(colours.accent, *at(-2, 4.5))
    assert near(colours.bad, *at(3, 12))
    assert near(colours.warn, *at(-12, 15))
    calm, shaded, fan = (image[at(*point)] for point in ((-8, 12.5), (-2, 12.5), (5, 11)))
    assert calm.tolist() == [255, 255, 255]
    assert shaded[0] > shaded[1]
    assert fan[1] < shaded[1]


async def test_the_studio_draws_it_high_and_in_both_units(view: UnitView):
    told = replace(view, drift=drift(ahead=forecast(3)))
    studio = ChartStudio()
    images = [await studio.image(each, "against_itself", 1150, 2, "dark") for each in (told, in_units.unit(told, True))]
    assert images[0] != images[1]
    with Image.open(BytesIO(images[0])) as drawn:
        assert drawn.size == (2240, 2 * TALL)
    with pytest.raises(KeyError):
        await studio.image(view, "against_itself", 560, 1, "light")
    studio.close()
