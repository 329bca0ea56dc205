"""What happened to one unit, on one axis of time: episodes, acts of people, services, injected faults, what lies ahead,
and how its samples were. All pure: a view goes in, marks with their places come out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, isfinite

import numpy as np

from connected_ops.read_model import EpisodeView, InjectedFault, UnitView
from shiny_app.charts.ranges import SPANS_S
from shiny_app.charts.times import HOUR_S, day, midnights
from shiny_app.live.location import Range
from shiny_app.shell.format import clock, count, duration, number, when
from shiny_app.unit.decision import headline

SAID = {"4h": "4 hours", "14d": "14 days"}
STEPS = {"4h": 60.0, "14d": HOUR_S / 2}
"""The axis moves on in such steps, so that marks rest between."""

HORIZONS = {"4h": (0.5, 1.0, 2.0, 4.0), "14d": (24.0, 48.0, 72.0, 120.0, 168.0)}
"""Hours that the axis reaches past now, where a forecast lies ahead."""

ROOM_AHEAD = 0.02
PLOT_PX, LETTER_PX, AROUND_PX = 780.0, 6.6, 26.0
"""What the names of marks are laid out for; a narrower lane cuts them off."""

ACTS = {"acknowledged": "Acknowledged", "silenced": "Silenced", "unsilenced": "Silence ended", "broken": "Got worse",
        "noted": "Note"}  # fmt: skip
"""What each kind of act is called."""

MOST_ROWS = 3
MOST_SEGMENTS = 120
MOST_ACTS = 60
PAUSE_S = 90.0
"""A unit may report at 60 s: only a longer pause is one."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of time that shows `name` ("4h" or "14d") before `now`, and what lies ahead; all Unix seconds."""

    name: Range
    low: float
    high: float
    now: float

    def place(self, at: float) -> float:
        """Where a moment stands, in percent of the axis, kept to it."""
        return min(max(100.0 * (at - self.low) / (self.high - self.low), 0.0), 100.0)

    def holds(self, start: float, end: float) -> bool:
        """Whether any of it is on the axis."""
        return end >= self.low and start <= self.high

    @property
    def said(self) -> str:
        """ "Last 14 days, 3 days ahead"."""
        ahead = self.high - self.now
        return f"Last {SAID[self.name]}" + (
            f", {duration(round(ahead / STEPS[self.name]) * STEPS[self.name])} ahead"
            if ahead > 0.1 * SPANS_S[self.name] / 4
            else ""
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on a lane, from `start` to `end` (Unix seconds, equal for a moment): its `name`, the sentence `about`
    it, and the style it is drawn in. `middle` is a forecast's likeliest moment."""

    key: str
    start: float
    end: float
    name: str
    about: str
    style: str
    middle: float | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark in percent of the axis and on a row of its lane; `backward` where its name stands before it, for want of
    room."""

    mark: Mark
    left: float
    width: float
    row: int
    backward: bool


def axis_of(view: UnitView, asked: Range, faults: Sequence[InjectedFault]) -> Axis:
    """The axis of the range that was asked for, never less than four hours; with ten minutes, which nobody needs to
    have chosen, fourteen days where something that began before four hours lies on them."""
    name = asked
    if asked == "10m":
        began = [each.since for each in view.episodes] + [each.since for each in faults]
        began += [at for at, _ in view.service.log] if view.service else []
        older = any(SPANS_S["4h"] < view.at - at <= SPANS_S["14d"] for at in began)
        name = "14d" if older or _ahead(view) > SPANS_S["4h"] else "4h"
    step, span = STEPS[name], SPANS_S[name]
    ahead = _ahead(view)
    hours = next((each for each in HORIZONS[name] if ahead <= each * HOUR_S), HORIZONS[name][-1])
    reach = hours * HOUR_S if 0 < _nearest(view) <= HORIZONS[name][-1] * HOUR_S else ROOM_AHEAD * span
    low, high = floor((view.at - span) / step) * step, ceil((view.at + reach) / step) * step
    return Axis(name, low, high, view.at)


def _ahead(view: UnitView) -> float:
    """Seconds to the far end of what lies ahead, to what is known of one that is open; 0 where nothing does."""
    return max((each for each in view.row.to_limit_s or () if isfinite(each)), default=0.0)


def _nearest(view: UnitView) -> float:
    """Seconds until it may come at the earliest, at least one; 0 where nothing lies ahead."""
    return 0.0 if view.row.to_limit_s is None else max(view.row.to_limit_s[0], 1.0)


def ticks(axis: Axis) -> list[tuple[float, str]]:
    """Moments under the axis and what is written there: every second midnight, or every hour."""
    if axis.name == "14d":
        return [(at, day(at)) for at in midnights(axis.low, axis.high, 2)]
    first = ceil(axis.low / HOUR_S)
    hours = [hour * HOUR_S for hour in range(first, floor(axis.high / HOUR_S) + 1)]
    return [(at, clock(at)[:5]) for at in hours]


def episode_marks(view: UnitView, axis: Axis) -> list[Mark]:
    """The unit's episodes, the open ones up to now."""
    marks: list[Mark] = []
    for each in view.episodes:
        end = view.at if each.closed_at is None else each.closed_at
        if axis.holds(each.since, end):
            kind = "sensor" if each.kind == "sensor" else "machine"
            style = kind if each.open else "closed"
            marks.append(Mark(each.id, each.since, end, each.title, episode_about(each, view.at), style))
    return marks


def episode_about(episode: EpisodeView, now: float) -> str:
    """ "Since 19 Nov 06:40, said 19 Nov 15:00, open: 9 °F hotter than its own normal."."""
    since, said = when(episode.since, now), when(episode.opened_at, now)
    ended = "open" if episode.closed_at is None else f"closed {when(episode.closed_at, now)}"
    state = "acknowledged" if episode.state == "acknowledged" else ended
    return f"Since {since}, said {said}, {state}. {episode.reason}"


def odd_marks(view: UnitView, axis: Axis) -> list[Mark]:
    """Readings that were not believed, a mark each signal."""
    return [
        Mark(f"odd.{each.signal}", each.since, each.at, f"{each.label}: {each.said}", each.why, "odd")
        for each in view.odd
        if axis.holds(each.since, each.at)
    ]


def act_marks(view: UnitView, axis: Axis) -> list[Mark]:
    """What people did about the unit's episodes, oldest first; the newest of it, for anybody may do anything often."""
    found = [mark for each in view.episodes for mark in acts_of(each, axis.now) if axis.holds(mark.start, mark.end)]
    return sorted(found, key=lambda mark: mark.start)[-MOST_ACTS:]


def acts_of(episode: EpisodeView, now: float) -> list[Mark]:
    """What people did about one episode, oldest first."""
    marks: list[Mark] = []
    for at, act in enumerate(episode.acts):
        name = ACTS[act.kind] + (f" by {act.who}" if act.who else "")
        lasts = f" until {when(act.until, now)}" if act.until is not None else ""
        text = f" “{act.note}”" if act.note else ""
        back = "" if act.undone_at is None else f" Taken back {when(act.undone_at, now)}."
        about = f"{ACTS[act.kind]}{lasts}: {episode.title}.{text}{back}"
        marks.append(Mark(f"{episode.id}.{at}", act.at, act.at, name, about, "act" if not back else "closed"))
    return marks


def service_marks(view: UnitView, axis: Axis) -> list[Mark]:
    """The services that were logged."""
    log = view.service.log if view.service else ()
    return [
        Mark(f"service.{at:.0f}", at, at, "Service", f"Service done at {number(hours, 1)} engine hours.", "service")
        for at, hours in log
        if axis.holds(at, at)
    ]


def fault_marks(faults: Sequence[InjectedFault], axis: Axis) -> list[Mark]:
    """The faults that the demo put on a simulated unit, as they really were; they run up to now at most."""
    marks: list[Mark] = []
    for each in faults:
        end = axis.now if each.until is None else max(each.since, min(each.until, axis.now))
        if not axis.holds(each.since, end):
            continue
        lasts = "until a reset" if each.until is None else f"until {when(each.until, axis.now)}"
        about = f"Injected in the demo: it really began {when(each.since, axis.now)}, {lasts}."
        marks.append(Mark(f"{each.kind}.{each.since}", each.since, end, each.label, about, "fault"))
    return marks


def forecast_marks(view: UnitView, axis: Axis) -> list[Mark]:
    """When the limit is likely to be reached, if that is on the axis."""
    lead = headline(view)
    if lead is None or view.row.to_limit_s is None:
        return []
    low, middle, high = view.row.to_limit_s
    start, end = view.at + low, view.at + high if isfinite(high) else axis.high
    if not axis.holds(start, max(end, start)):
        return []
    amount, limit = lead
    about = f"8 in 10 that {limit.removeprefix('to ')} comes in this time, if nobody acts."
    return [Mark("forecast", start, min(end, axis.high), f"Limit in {amount}", about, "forecast", view.at + middle)]


def quality_marks(view: UnitView, axis: Axis) -> list[Mark]:
    """When samples were kept and when there were none, and those to review or rejected; what is not known any more is
    left out."""
    quality = view.quality
    if quality is None:
        return []
    width, starts = (30.0, quality.half_minutes) if axis.name == "4h" else (HOUR_S / 2, quality.half_hours)
    starts = starts[starts + width >= axis.low]
    marks: list[Mark] = []
    if starts.size:
        apart = np.flatnonzero(np.diff(starts) > max(width, PAUSE_S)) + 1
        runs = [(float(run[0]), min(float(run[-1]) + width, axis.now)) for run in np.split(starts, apart)]
        gaps = [(before[1], after[0]) for before, after in pairwise(runs)]
        if axis.now - runs[-1][1] > max(width, PAUSE_S):
            gaps.append((runs[-1][1], axis.now))
        for name, style, stretches in (("Samples", "heard", runs), ("No samples", "gap", gaps)):
            marks += [
                Mark(f"{style}.{start:.0f}", start, end, name, f"{name} {stretch(start, end, axis.now)}.", style)
                for start, end in stretches[-MOST_SEGMENTS // 2 :]
            ]
    for name, style, times in (
        ("to review", "review", quality.need_review),
        ("rejected", "rejected", quality.rejected),
    ):
        marks += moments(name, style, [at for at in times if axis.holds(at, at)], axis)
    return marks


def stretch(start: float, end: float, now: float) -> str:
    return f"{when(start, now)} to {when(end, now)}"


def moments(name: str, style: str, times: Sequence[float], axis: Axis) -> list[Mark]:
    """Samples of a kind as marks of a least width: those nearer to each other than that are one."""
    least = (axis.high - axis.low) / 250.0
    groups: list[list[float]] = []
    for at in sorted(times):
        if groups and at - groups[-1][0] < least:
            groups[-1].append(at)
        else:
            groups.append([at])
    return [
        Mark(f"{style}.{group[0]:.0f}", group[0], group[-1], f"{number(len(group))} {name}",
             f"{count(len(group), 'sample')} {name}, {when(group[0], axis.now)}.", style)
        for group in groups[-MOST_SEGMENTS // 4 :]
    ]  # fmt: skip


def laid_out(marks: Sequence[Mark], axis: Axis) -> tuple[list[Placed], int]:
    """Marks on as few rows as keep their names apart, the earliest first, and how many rows that takes; those for which
    there is no row share the last."""
    ends: list[list[tuple[float, float]]] = []
    placed: list[Placed] = []
    for mark in sorted(marks, key=lambda each: (each.start, each.key)):
        left, right = axis.place(mark.start), axis.place(mark.end)
        named = 100.0 * (LETTER_PX * len(mark.name) + AROUND_PX) / PLOT_PX
        backward = left + named > 100.0 and right - left < named
        taken = (max(left - named, 0.0) if backward else left, right if backward else max(right, left + named))
        row = next((at for at, row in enumerate(ends) if all(_apart(taken, each) for each in row)), len(ends))
        row = min(row, MOST_ROWS - 1)
        if row == len(ends):
            ends.append([])
        ends[row].append(taken)
        placed.append(Placed(mark, left, right - left, row, backward))
    return placed, len(ends)


def _apart(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return a[1] <= b[0] or b[1] <= a[0]


def sample_words(view: UnitView) -> str:
    """How the newest samples were: "3 of the newest 600 samples need review, 2 rejected in quarantine."."""
    quality, newest = view.quality, len(view.ts)
    if quality is None or not newest:
        return ""
    review = len(quality.need_review)
    if newest == 1:
        said = "The one sample so far needs review" if review else "The one sample so far needs no review"
    else:
        of = f"of the newest {number(newest)} samples"
        said = f"{number(review)} {of} need review" if review else f"None {of} needs review"
    held = f", {number(len(quality.rejected))} rejected in quarantine" if quality.rejected else ""
    return f"{said}{held}."
