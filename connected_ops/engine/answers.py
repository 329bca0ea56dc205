"""What the door says of what it took: a verdict with its reasons, or a receipt of many rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from connected_ops.engine.pipeline import Taken
from connected_ops.machines import catalog
from connected_ops.telemetry.block import SampleBlock
from connected_ops.telemetry.codec import RowError
from connected_ops.validation.rules import REJECTED, VERDICT_NAMES, Fired, Rule, Verdict, fired_rules, sentence

FIRST_REJECTIONS = 20


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a sample is not simply valid: the rule, the field it speaks of (a signal, `ts`, `vehicle_id`, or empty for
    the row) and a sentence."""

    rule: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one sample: its verdict's name, and a reason for each rule that fired."""

    verdict: str
    reasons: tuple[Reason, ...] = ()


PLAIN = tuple(Told(name) for name in VERDICT_NAMES)


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was not taken: its position in the body, the rule, the field (empty for the whole row) and the
    reason."""

    index: int
    rule: str
    field: str
    reason: str


@dataclass(slots=True)
class Receipt:
    """What became of a body: accepted + needs_review + rejected + duplicates = its rows. `ignored` are names in its
    first row that mean nothing here."""

    accepted: int = 0
    needs_review: int = 0
    rejected: int = 0
    duplicates: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    ignored: Sequence[str] = ()

    def add(self, block: SampleBlock, taken: Taken) -> None:
        """Count what became of a part of the body."""
        valid, review, rejected, duplicate = np.bincount(taken.verdict, minlength=len(VERDICT_NAMES)).tolist()
        self.accepted += valid
        self.needs_review += review
        self.rejected += rejected
        self.duplicates += duplicate
        refused = np.flatnonzero(taken.verdict == REJECTED)
        for row in refused[np.argsort(block.row[refused])][:FIRST_REJECTIONS]:
            rule = rejecting(taken.fired[row])
            reason = sentence(rule, block.values[row])
            self.rejections.append(Rejection(int(block.row[row]), rule.kind, field_of(rule), reason))

    def add_unreadable(self, errors: list[RowError]) -> None:
        """Count rows that are no samples."""
        self.rejected += len(errors)
        self.rejections += (Rejection(each.index, "malformed", each.field, each.reason) for each in errors)

    def close(self) -> None:
        """Keep the first rejections, in the order of the body."""
        self.rejections.sort(key=lambda rejection: rejection.index)
        del self.rejections[FIRST_REJECTIONS:]


def reasons(fired: Fired, values: NDArray[np.float64]) -> tuple[Reason, ...]:
    """The reasons that [signals + 1] bits stand for, of a sample with these `values` [signals]."""
    return tuple(Reason(rule.kind, field_of(rule), sentence(rule, values)) for rule in fired_rules(fired))


def rejecting(fired: Fired) -> Rule:
    """The first rule that rejected."""
    return next(rule for rule in fired_rules(fired) if rule.verdict is Verdict.REJECTED)


def field_of(rule: Rule) -> str:
    """The field of a sample that a rule speaks of, empty for the row as a whole."""
    return _FIELDS[rule.kind] if rule.signal is None else catalog.KEYS[rule.signal]


_FIELDS = {
    **dict.fromkeys(("future", "too_old", "clock_back", "late", "duplicate"), "ts"),
    **dict.fromkeys(("source_conflict", "fleet_full"), "vehicle_id"),
    **dict.fromkeys(("no_signal", "malformed"), ""),
}
