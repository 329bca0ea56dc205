"""Units as they were when a page that shows them was paused: its charts, in whatever size and theme, its figures and
its files are made of that until it goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connected_ops.read_model import RANGES, InjectedFault, Range, SeriesView, UnitView
from shiny_app.charts.reading import Injected, UnitReader
from shiny_app.live.memo import Memo

MOST_HELD = 32
"""Units of paused pages, some 10 MB; of one that is let go the charts are drawn as of now."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """One unit at one moment; reads like the read model."""

    view: UnitView
    ranges: Mapping[Range, SeriesView]
    faults: Sequence[InjectedFault]

    def unit(self, vehicle_id: str) -> UnitView | None:
        return self.view if vehicle_id == self.view.row.vehicle_id else None

    def series(self, vehicle_id: str, span: Range) -> SeriesView | None:
        return self.ranges.get(span)

    def injected(self, vehicle_id: str) -> Sequence[InjectedFault]:
        return self.faults


class Held:
    """The units that are held, each by its id and the sequence of its snapshot; those that were asked for last stay."""

    def __init__(self) -> None:
        self._kept: Memo[tuple[str, int], Frozen] = Memo(MOST_HELD)

    def keep(self, reader: UnitReader, injected: Injected, vehicle_id: str) -> int | None:
        """Hold a unit as it is now: the number that it is found by, None where nobody knows the unit."""
        view = reader.unit(vehicle_id)
        if view is None:
            return None
        if self._kept.get((vehicle_id, view.sequence)) is None:
            known = (reader.series(vehicle_id, span) for span in RANGES)
            ranges: dict[Range, SeriesView] = {series.range: series for series in known if series is not None}
            self._kept.put((vehicle_id, view.sequence), Frozen(view, ranges, tuple(injected(vehicle_id))))
        return view.sequence

    def reader(
        self, number: int | None, vehicle_id: str, now: UnitReader, injected: Injected
    ) -> tuple[UnitReader, Injected]:
        """Where a unit is to be read: as it was held under a number, else `now`."""
        frozen = None if number is None else self._kept.get((vehicle_id, number))
        return (now, injected) if frozen is None else (frozen, frozen.injected)


NONE_HELD = Held()
"""Where no page can be paused."""
