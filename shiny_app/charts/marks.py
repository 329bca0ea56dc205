"""What happened on a chart's time, by name: episodes, and the faults that somebody put on a simulated unit. All pure.

A name stands at the top of the plot where its span begins, under another where that would touch it, and as a number
where two rows do not do; the alt text, the cursor's readout and the table name all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from connected_ops.read_model import EpisodeView, InjectedFault

MarkKind = Literal["machine", "sensor", "injected"]

CHAR_PX = 5.9
"""The width of a letter of a name, on average and with some to spare."""

ROW_PX = 15
ROWS = 2
LONGEST = 44
GAP_PX = 6.0
MOST = 12
"""Marks drawn on a chart, the newest; a fault can be pressed any number of times."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something with a name between two times (Unix seconds); `until` is None while it goes on, and `since` itself for
    a single sample. `signal` is the one that it is about; an injected fault is about the machine."""

    kind: MarkKind
    name: str
    since: float
    until: float | None
    signal: str | None = None

    @property
    def said(self) -> str:
        return f"injected: {self.name}" if self.kind == "injected" else self.name


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark on a chart's axis: `low` to `high` in its x, `begins` whether its begin lies on the chart. `text` is what
    is written (empty: there is no room), at `text_px` from the plot's left edge in the row `row` from the top."""

    kind: MarkKind
    low: float
    high: float
    begins: bool
    text: str
    text_px: float
    row: int


def marks_of(
    episodes: Iterable[EpisodeView], injected: Iterable[InjectedFault], begin: float, end: float
) -> tuple[Mark, ...]:
    """The marks that touch the time between `begin` and `end`, in the order of their begins."""
    found = [
        Mark("sensor" if each.kind == "sensor" else "machine", each.title, each.since, each.closed_at, each.signal)
        for each in episodes
    ]
    found += [Mark("injected", each.label, each.since, each.until) for each in injected]
    touching = [each for each in found if each.since <= end and (each.until is None or each.until >= begin)]
    return tuple(sorted(touching, key=lambda each: (each.since, each.name))[-MOST:])


def on_chart(marks: Iterable[Mark], key: str) -> tuple[Mark, ...]:
    """The marks that the chart of one signal shows: episodes of that signal, and every injected fault."""
    return tuple(each for each in marks if each.signal in (None, key))


def placed(marks: Sequence[Mark], begin: float, end: float, plot_px: float) -> tuple[Placed, ...]:
    """Where the marks and their names stand on a plot that is `plot_px` CSS pixels wide; x is seconds before `end`."""
    per_px = (end - begin) / plot_px
    taken = [-GAP_PX] * ROWS
    found: list[Placed] = []
    for rank, mark in enumerate(marks, 1):
        low = min(max(mark.since, begin), end)
        high = end if mark.until is None else min(max(mark.until, low), end)
        text, at, row = _written(mark, rank, (low - begin) / per_px, plot_px, taken)
        found.append(Placed(mark.kind, low - end, high - end, mark.since >= begin, text, at, row))
    return tuple(found)


def _written(mark: Mark, rank: int, from_px: float, plot_px: float, taken: list[float]) -> tuple[str, float, int]:
    """The name, else the number, in the first row with room, and notes there what it takes."""
    name = mark.said if len(mark.said) <= LONGEST else f"{mark.said[: LONGEST - 1]}…"
    for text in (name, str(rank)):
        width = CHAR_PX * len(text)
        at = max(0.0, min(from_px + 3, plot_px - width))
        for row in range(ROWS):
            if at >= taken[row] + GAP_PX and width <= plot_px:
                taken[row] = at + width
                return text, at, row
    return "", from_px, 0


def named(marks: Iterable[Mark], key: str) -> str:
    """The marks of a chart as its text alternative has them, by the numbers that stand where a name has no room:
    "1 Cooling margin shrinking; 2 injected: Pothole"."""
    shown = on_chart(marks, key)
    return "; ".join(f"{rank} {each.said}" if len(shown) > 1 else each.said for rank, each in enumerate(shown, 1))
