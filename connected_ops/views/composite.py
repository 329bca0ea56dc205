"""Two labs as one fleet: what each of them says, merged when somebody looks; of what did not change nothing is made
again."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from heapq import merge
from itertools import islice
from math import floor
from typing import Any

import numpy as np

from connected_ops.engine.assessment import worst_first
from connected_ops.read_model import (
    FRESHNESS,
    EpisodeView,
    FleetSnapshot,
    FreshRow,
    JourneyView,
    LoopCounts,
    OddReadings,
    QualityView,
    Range,
    RuleCount,
    SeriesView,
    UnitRow,
    UnitView,
    ValueView,
)
from connected_ops.validation.rules import RULES
from connected_ops.views.episodes import CLOSED_SHOWN, pressing
from connected_ops.views.live import WORST, LiveReadModel
from connected_ops.views.made import Made
from connected_ops.views.odd import MOST_SHOWN
from connected_ops.views.quality import SHOWN

_SUMMED = tuple(field.name for field in fields(LoopCounts) if not field.name.startswith("leader"))
_LISTED = ("vehicle_ids", "unit_class", "reasons", "names", "sites")
_COLUMNS = (
    "source", "freshness", "score", "band", "points", "values", "last_ts", "last_arrival", "to_limit", "saved_usd",
)  # fmt: skip
_RULE_AT = {rule.id: at for at, rule in enumerate(RULES)}


class CompositeReadModel:
    """The `ReadModel` of a simulated and a real fleet: simulated units stand first, each fleet's in the order they
    first reported. Its sequence is its own, and rises with what either of them publishes."""

    def __init__(self, simulated: LiveReadModel, real: LiveReadModel) -> None:
        self._parts = (simulated, real)
        self._shots = (simulated.snapshot(), real.snapshot())
        self._sequence = max(shot.sequence for shot in self._shots)
        self._made = Made()

    @property
    def sequence(self) -> int:
        self._look()
        return self._sequence

    def swap(self, simulated: LiveReadModel) -> None:
        """Show another simulated fleet from now on."""
        self._parts = (simulated, self._parts[1])

    def snapshot(self) -> FleetSnapshot:
        self._look()
        return self._made.once("snapshot", lambda: merged_snapshot(*self._shots, self._sequence))

    def rows(self, positions: Sequence[int] | None = None) -> tuple[UnitRow, ...]:
        wanted = self.snapshot().order[:WORST].tolist() if positions is None else positions
        self._look()
        simulated, real = self._parts
        first = len(self._shots[0].vehicle_ids)
        return tuple(
            row for at in wanted for row in (simulated.rows((at,)) if at < first else real.rows((at - first,)))
        )

    def unit(self, vehicle_id: str) -> UnitView | None:
        self._look()
        for part in self._parts:
            if (view := part.unit(vehicle_id)) is not None:
                return self._made.once(("unit", view.row.vehicle_id), lambda: replace(view, sequence=self._sequence))
        return None

    def series(self, vehicle_id: str, span: Range) -> SeriesView | None:
        found = (part.series(vehicle_id, span) for part in self._parts)
        return next((view for view in found if view is not None), None)

    def episodes(self) -> tuple[EpisodeView, ...]:
        self._look()
        simulated, real = self._parts
        return self._made.once("episodes", lambda: _episodes(simulated.episodes(), real.episodes()))

    def odd(self) -> tuple[OddReadings, ...]:
        self._look()
        simulated, real = self._parts
        return self._made.once("odd", lambda: _odd(simulated.odd(), real.odd()))

    def value(self, changes: Mapping[str, float]) -> ValueView:
        self._look()
        simulated, real = self._parts
        return _value(simulated.value(changes), real.value(changes), self._sequence)

    def quality(self) -> QualityView:
        self._look()
        simulated, real = self._parts
        return self._made.once("quality", lambda: _quality(simulated.quality(), real.quality(), self.snapshot()))

    def journey(self, vehicle_id: str, ts: float) -> JourneyView | None:
        found = (part.journey(vehicle_id, ts) for part in self._parts)
        return next((view for view in found if view is not None), None)

    def _look(self) -> None:
        """Take up what was published since; an empty fleet that counts what it counted is no news."""
        now = (self._parts[0].snapshot(), self._parts[1].snapshot())
        if any(map(_is_news, self._shots, now)):
            self._shots = now
            self._sequence += 1
            self._made.clear()


def _is_news(old: FleetSnapshot, new: FleetSnapshot) -> bool:
    return new is not old and bool(old.vehicle_ids or new.vehicle_ids or old.loop != new.loop)


def merged_snapshot(one: FleetSnapshot, other: FleetSnapshot, sequence: int) -> FleetSnapshot:
    """Two fleets as one, the units of `one` first."""
    if not (one.vehicle_ids and other.vehicle_ids):
        whole = one if one.vehicle_ids else other
        return replace(whole, sequence=sequence, loop=_loop(one.loop, other.loop, whole))
    columns: dict[str, Any] = {name: np.concatenate((getattr(one, name), getattr(other, name))) for name in _COLUMNS}
    order = worst_first(columns["score"], columns["band"])
    whole = FleetSnapshot(
        sequence=sequence,
        at=max(one.at, other.at),
        loop=one.loop,
        order=order,
        **{name: getattr(one, name) + getattr(other, name) for name in _LISTED},
        **columns,
    )
    return replace(whole, loop=_loop(one.loop, other.loop, whole))


def _loop(one: LoopCounts, other: LoopCounts, whole: FleetSnapshot) -> LoopCounts:
    leader = int(whole.order[0]) if len(whole.order) else None
    return LoopCounts(
        **{name: getattr(one, name) + getattr(other, name) for name in _SUMMED},
        leader=None if leader is None else whole.vehicle_ids[leader],
        leader_score=None if leader is None else round(float(whole.score[leader])),
    )


def _episodes(one: tuple[EpisodeView, ...], other: tuple[EpisodeView, ...]) -> tuple[EpisodeView, ...]:
    both = (one, other)
    standing = merge(*([view for view in views if view.open] for views in both), key=pressing)
    closed = ([view for view in views if not view.open] for views in both)
    newest = merge(*closed, key=lambda view: -(view.closed_at or 0.0))
    return (*standing, *islice(newest, CLOSED_SHOWN))


def _odd(one: tuple[OddReadings, ...], other: tuple[OddReadings, ...]) -> tuple[OddReadings, ...]:
    return tuple(islice(merge(one, other, key=lambda each: -each.at), MOST_SHOWN))


def _value(one: ValueView, other: ValueView, sequence: int) -> ValueView:
    return replace(
        one,
        sequence=sequence,
        at=max(one.at, other.at),
        act_usd=one.act_usd + other.act_usd,
        wait_usd=one.wait_usd + other.wait_usd,
        saved_usd=one.saved_usd + other.saved_usd,
        saved_low_usd=one.saved_low_usd + other.saved_low_usd,
        saved_high_usd=one.saved_high_usd + other.saved_high_usd,
        units=one.units + other.units,
        episodes=tuple(merge(one.episodes, other.episodes, key=lambda v: -v.money.saved_usd if v.money else 0.0)),
    )


def _quality(one: QualityView, other: QualityView, whole: FleetSnapshot) -> QualityView:
    quarantine = merge(one.quarantine, other.quarantine, key=lambda row: -row.arrived)
    return QualityView(
        sequence=whole.sequence,
        at=whole.at,
        loop=whole.loop,
        rules=_rules(one.rules, other.rules),
        quarantine=tuple(islice(quarantine, SHOWN)),
        held=one.held + other.held,
        dropped=one.dropped + other.dropped,
        units=tuple(islice(merge(one.units, other.units, key=_least_fresh), SHOWN)),
    )


def _rules(one: tuple[RuleCount, ...], other: tuple[RuleCount, ...]) -> tuple[RuleCount, ...]:
    rules = {row.id: row for row in one}
    for row in other:
        rules[row.id] = replace(row, count=row.count + rules[row.id].count) if row.id in rules else row
    return tuple(sorted(rules.values(), key=lambda row: (-row.count, _RULE_AT[row.id])))


def _least_fresh(row: FreshRow) -> tuple[int, int]:
    return -FRESHNESS.index(row.freshness), -floor(row.silence_s)
