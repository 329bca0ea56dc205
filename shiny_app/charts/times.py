"""The time axes of charts, in words people use: hours ago, dates, and times of day. All pure."""

from datetime import UTC, date, datetime, time
from math import ceil, floor

from shiny_app.charts.axes import XAxis
from shiny_app.shell.format import clock, moment

HOUR_S, HALF_HOUR_S, DAY_S = 3_600.0, 1_800.0, 86_400.0

HORIZONS = (1, 2, 3, 5, 7)
"""Days that the axis reaches past now; a forecast that goes on is cut there."""

DATE_STEPS = (1, 2, 3, 4, 7, 14)
DATE_PX = 80.0
AHEAD_PX = 56.0
"""The least room for a date, and for "+3 d", from the middle of one to that of its neighbour."""

CLOCK_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200)
CLOCK_PX = 84.0
"""The least room for a time of day, from middle to middle."""


def hours(live: bool, plot_px: float) -> XAxis:
    """The axis of the newest four hours."""
    now = "now" if live else "last sample"
    step = 1 if plot_px >= 4 * DATE_PX else 2
    further = tuple((-at * HOUR_S, f"{at} h") for at in range(4 - step, 0, -step))
    return XAxis(-4 * HOUR_S, 0.0, ((-4 * HOUR_S, "4 h ago"), *further, (0.0, now)))


def times(begin: float, end: float, plot_px: float) -> XAxis:
    """The axis of a part of the time (Unix seconds) that stands still: times of day, or dates where it is days long."""
    px = plot_px / (end - begin)
    if CLOCK_STEPS_S[-1] * px < CLOCK_PX:
        step = next((days for days in DATE_STEPS if days * DAY_S * px >= DATE_PX), DATE_STEPS[-1])
        ticks = [(at, day(at)) for at in midnights(begin, end, step)]
    else:
        step = next(each for each in CLOCK_STEPS_S if each * px >= CLOCK_PX)
        first = midnight(datetime.fromtimestamp(begin, tz=UTC).astimezone().date())
        rounds = range(ceil((begin - first) / step), floor((end - first) / step) + 1)
        ticks = [(at, clock(at) if step < 60 else clock(at)[:5]) for at in (first + each * step for each in rounds)]
    edge = CLOCK_PX / 3
    kept = tuple((at - end, said) for at, said in ticks if (at - begin) * px >= edge and (end - at) * px >= edge)
    return XAxis(begin - end, 0.0, kept)


def span_words(begin: float, end: float, now: float) -> str:
    """A part of the time in words: "14:20:05 to 14:22:10", with the day where that is not today."""
    if day(begin) == day(end):
        return f"{clock(begin)} to {clock(end)}" + ("" if day(begin) == day(now) else f" on {day(begin)}")
    return f"{moment(begin)[:-3]} to {moment(end)[:-3]}"


def dates(low: float, high: float, now: float, plot_px: float, *, live: bool) -> XAxis:
    """Days at their midnights in the server's zone, now, and days ahead, as many as there is room for.

    The ticks stand to the half hour, so that a frame holds that long.
    """
    now = round(now / HALF_HOUR_S) * HALF_HOUR_S
    px = plot_px / (high - low)
    step = next((days for days in DATE_STEPS if days * DAY_S * px >= DATE_PX), DATE_STEPS[-1])
    past = [
        (at - now, day(at))
        for at in midnights(now + low, now, step)
        if (at - now - low) * px >= AHEAD_PX / 3 and (now - at) * px >= DATE_PX * (0.7 if high else 1)
    ]
    further = next((days for days in HORIZONS if days * DAY_S * px >= AHEAD_PX), HORIZONS[-1])
    ahead = [(days * DAY_S, f"+{days} d") for days in range(further, int(high // DAY_S) + 1, further)]
    return XAxis(low, high, (*past, (0.0, "now" if live else "last sample"), *ahead))


def day(unix_s: float) -> str:
    """A day of the server's zone: "19 Nov"."""
    return moment(unix_s).rsplit(" ", 1)[0]


def midnights(start: float, end: float, step: int) -> list[float]:
    """The midnights of every `step`-th day between two Unix times, in the server's zone."""
    first = datetime.fromtimestamp(start, tz=UTC).astimezone().date()
    last = datetime.fromtimestamp(end, tz=UTC).astimezone().date()
    days = (date.fromordinal(at) for at in range(first.toordinal(), last.toordinal() + 1) if at % step == 0)
    return [at for at in map(midnight, days) if start <= at <= end]


def midnight(of: date) -> float:
    """When a day begins in the server's zone, in Unix seconds."""
    return datetime.combine(of, time()).astimezone().timestamp()
