"""What a chart, its figures and its copies are made of: a part of a unit's time, and the marks in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from zlib import crc32

from connected_ops.read_model import InjectedFault, Range, SeriesView, UnitView
from shiny_app.charts.marks import Mark, marks_of
from shiny_app.charts.ranges import NEWEST, Asked, Stretch, stretch
from shiny_app.shell import in_units

Injected = Callable[[str], Sequence[InjectedFault]]
"""The faults that somebody put on a unit, by its id."""


class UnitReader(Protocol):
    """All that a chart needs of the read model."""

    def unit(self, vehicle_id: str) -> UnitView | None: ...

    def series(self, vehicle_id: str, span: Range) -> SeriesView | None: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A part of a unit's time with what happened in it; `whole` is the unit's view as its page has it."""

    whole: UnitView
    stretch: Stretch
    marks: tuple[Mark, ...]

    @property
    def version(self) -> int:
        """A whole number that changes with what is shown, marks too; that of the newest minutes is the snapshot's."""
        if self.stretch.asked == NEWEST:
            return self.stretch.version
        return crc32(repr(self.marks).encode(), self.stretch.version)


def read(reader: UnitReader, injected: Injected, vehicle_id: str, asked: Asked, *, metric: bool) -> Reading | None:
    """What is to be shown of a unit; None where nobody knows it."""
    view = reader.unit(vehicle_id)
    return None if view is None else reading_of(reader, injected, view, asked, metric=metric)


def reading_of(
    reader: UnitReader,
    injected: Injected,
    view: UnitView,
    asked: Asked,
    *,
    metric: bool,
    whole: UnitView | None = None,
) -> Reading:
    """What is to be shown of the unit of a view in °F and mph; `whole` is the same view in the units asked for, where
    it is at hand."""
    part = stretch(reader, view, asked)
    if whole is None:
        whole = in_units.unit(view, metric)
    part = replace(part, view=whole if part.view is view else in_units.unit(part.view, metric))
    now = part.end if part.asked.zoom is not None else max(part.end, view.at)  # what began while a bucket fills
    return Reading(whole, part, marks_of(whole.episodes, injected(view.row.vehicle_id), part.begin, now))


def none_injected(vehicle_id: str) -> Sequence[InjectedFault]:
    """Where there is no emulator."""
    return ()
