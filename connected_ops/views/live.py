"""The `ReadModel` of a running lab: views made on request from the newest assessment, each once a sequence."""

from collections.abc import Mapping, Sequence
from functools import partial

from connected_ops.engine.assessment import Columns, assess, gather
from connected_ops.engine.intake import Intake
from connected_ops.engine.outlook import Outlook
from connected_ops.engine.pricing import price
from connected_ops.read_model import (
    FRESHNESS,
    RANGES,
    EpisodeView,
    FleetSnapshot,
    JourneyView,
    OddReadings,
    QualityView,
    Range,
    SeriesView,
    UnitRow,
    UnitView,
    ValueView,
)
from connected_ops.value.assumptions import Assumptions
from connected_ops.views.episodes import beside, closed_views, episode_view, pressing
from connected_ops.views.made import Made
from connected_ops.views.odd import newest_odd
from connected_ops.views.quality import quality_view
from connected_ops.views.series import series_view
from connected_ops.views.unit import journey_view, unit_row, unit_view
from connected_ops.views.value import value_view

MOST_VALUES = 64  # sets of changed assumptions worked out for one snapshot
CLOSED_OF_A_UNIT = 10
WORST = 100
SEQUENCES_PER_S = 10
"""Sequences begin at so many times the clock, more than ever come in a second: browsers keep images by them for ever,
and those of a server that ran here before must not be taken for this one's."""


class LiveReadModel:
    """The views of one lab; `publish` replaces its picture, readers of the old one keep it."""

    def __init__(self, intake: Intake, outlook: Outlook, assumptions: Assumptions, now: float) -> None:
        self._intake = intake
        self._pipeline = intake.pipeline
        self._register = intake.register
        self._outlook = outlook
        self._assumptions = assumptions
        self._columns = gather(self._pipeline, self._register, outlook, intake.service)
        self._snapshot = assess(self._columns, intake.counts, now, int(now * SEQUENCES_PER_S), assumptions)
        self._made = Made()
        self._values: dict[tuple[tuple[str, float], ...], ValueView] = {}

    @property
    def sequence(self) -> int:
        return self._snapshot.sequence

    def snapshot(self) -> FleetSnapshot:
        return self._snapshot

    def publish(self, columns: Columns, snapshot: FleetSnapshot) -> None:
        """Show a newer assessment."""
        self._columns, self._snapshot = columns, snapshot
        self._made.clear()
        self._values = {}

    def rows(self, positions: Sequence[int] | None = None) -> tuple[UnitRow, ...]:
        wanted = self._snapshot.order[:WORST].tolist() if positions is None else positions
        return tuple(self._made.once(("row", row), partial(self._row, row)) for row in wanted)

    def _row(self, row: int) -> UnitRow:
        return unit_row(self._pipeline, self._columns, self._snapshot, row)

    def unit(self, vehicle_id: str) -> UnitView | None:
        row = self._row_of(vehicle_id)
        return None if row is None else self._made.once(("unit", row), lambda: self._unit(row))

    def keep(self, vehicle_id: str) -> None:
        """Make what is shown of a unit before it is made anew: until the next assessment that stays."""
        row = self._row_of(vehicle_id)
        if row is not None:
            self.rows((row,))
            self.unit(vehicle_id)
            for span in RANGES:
                self.series(vehicle_id, span)

    def series(self, vehicle_id: str, span: Range) -> SeriesView | None:
        row = self._row_of(vehicle_id)
        if row is None:
            return None
        live = FRESHNESS[self._snapshot.freshness[row]] == "live"
        place = int(self._columns.place[row])
        return self._made.once(("series", row, span), lambda: series_view(self._pipeline, place, span, live=live))

    def episodes(self) -> tuple[EpisodeView, ...]:
        return self._made.once(
            "episodes",
            lambda: (*self._open().values(), *closed_views(self._pipeline.episodes, self._register, self._snapshot.at)),
        )

    def odd(self) -> tuple[OddReadings, ...]:
        return self._made.once("odd", self._odd)

    def _odd(self) -> tuple[OddReadings, ...]:
        shown = dict(zip(self._columns.place.tolist(), self._snapshot.vehicle_ids, strict=True))
        return newest_odd(self._pipeline, shown)

    def value(self, changes: Mapping[str, float]) -> ValueView:
        key = tuple(sorted(changes.items()))
        if key not in self._values:
            if len(self._values) >= MOST_VALUES:
                del self._values[next(iter(self._values))]
            self._values[key] = value_view(
                self._snapshot, self._columns.cases, self._open(), self._assumptions, changes
            )
        return self._values[key]

    def quality(self) -> QualityView:
        return self._made.once("quality", lambda: quality_view(self._intake, self._columns, self._snapshot))

    def journey(self, vehicle_id: str, ts: float) -> JourneyView | None:
        row = self._row_of(vehicle_id)
        if row is None:
            return None
        return journey_view(self._pipeline, self._columns, self._snapshot, row, ts, self._of(row))

    def _row_of(self, vehicle_id: str) -> int | None:
        """A unit's row in the columns; None where the newest assessment does not know it, or its place is not its own
        any more."""
        vehicle_id = self._register.spelling(vehicle_id)
        if vehicle_id not in self._snapshot.vehicle_ids:
            return None
        row = self._snapshot.vehicle_ids.index(vehicle_id)
        return row if self._register.index.get(vehicle_id) == self._columns.place[row] else None

    def _unit(self, row: int) -> UnitView:
        log = self._intake.service.of(self._snapshot.vehicle_ids[row])
        rejected = self._rejected(self._snapshot.vehicle_ids[row])
        return unit_view(
            self._pipeline, self._outlook, self._columns, self._snapshot, row, self._of(row), log, rejected
        )

    def _rejected(self, vehicle_id: str) -> tuple[float, ...]:
        """The times of a unit's samples that stand in quarantine, oldest first."""
        held = self._made.once("rejected", self._rejected_by_unit)
        return held.get(vehicle_id, ())

    def _rejected_by_unit(self) -> dict[str, tuple[float, ...]]:
        held: dict[str, list[float]] = {}
        for row in self._intake.quarantine.rows:
            if row.ts is not None:
                held.setdefault(row.vehicle_id, []).append(row.ts)
        return {vehicle_id: tuple(sorted(times)) for vehicle_id, times in held.items()}

    def _open(self) -> dict[str, EpisodeView]:
        """The open episodes, the most pressing first."""
        return self._made.once("open", self._make_open)

    def _make_open(self) -> dict[str, EpisodeView]:
        cases = self._columns.cases
        priced = price(cases, self._assumptions).decisions
        money = {case.episode_id: made for case, made in zip(cases, priced, strict=True)}
        limit = {case.episode_id: case.to_limit for case in cases}
        episodes, at = self._pipeline.episodes, self._snapshot.at
        views = [
            episode_view(each, self._register, at, money.get(each.id), limit.get(each.id), beside(each, whole))
            for each in episodes.open.values()
            for whole in (episodes.of(each.unit),)
        ]
        return {view.id: view for view in sorted(views, key=pressing)}

    def _of(self, row: int) -> tuple[EpisodeView, ...]:
        """A unit's open episodes, the most pressing first, then the newest closed ones."""
        vehicle_id = self._snapshot.vehicle_ids[row]
        mine = [view for view in self._open().values() if view.vehicle_id == vehicle_id]
        kept = self._pipeline.episodes.of(int(self._columns.place[row]))
        closed = [each for each in kept if each.closed_at is not None][:CLOSED_OF_A_UNIT]
        at = self._snapshot.at
        return (*mine, *(episode_view(each, self._register, at, beside=beside(each, kept)) for each in closed))
