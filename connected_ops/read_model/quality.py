"""What arrived and what became of it."""

from dataclasses import dataclass

from connected_ops.read_model.fleet import LoopCounts
from connected_ops.read_model.terms import Freshness, Source


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often a validation rule fired since the start, with its sentence in general words."""

    id: str
    label: str
    verdict: str
    sentence: str
    count: int


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """One refused row: `arrived` and `ts` Unix seconds (None: it could not be read), the rule, the field and why."""

    arrived: float
    vehicle_id: str
    source: Source
    ts: float | None
    rule: str
    field: str
    reason: str
    values: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class FreshRow:
    """How fresh one unit is: the time since it was last heard, and how often it usually reports (None: not known)."""

    vehicle_id: str
    class_label: str
    source: Source
    freshness: Freshness
    silence_s: float
    interval_s: float | None


@dataclass(frozen=True, slots=True)
class QualityView:
    """What arrived and what became of it. `rules` those that fired, most often first; `quarantine` newest first, at
    most 200 of `held`; `dropped` fell out because it is bounded; `units` the least fresh first, at most 200."""

    sequence: int
    at: float
    loop: LoopCounts
    rules: tuple[RuleCount, ...]
    quarantine: tuple[QuarantineRow, ...]
    held: int
    dropped: int
    units: tuple[FreshRow, ...]
