"""The validation stage as its page sees it: counts, rules that fired, what was refused, and how fresh each unit is."""

import re
from math import isfinite

import numpy as np

from connected_ops.engine.assessment import Columns
from connected_ops.engine.intake import Intake
from connected_ops.machines.catalog import SIGNALS
from connected_ops.machines.unit_class import CLASSES
from connected_ops.read_model import FRESHNESS, SOURCES, FleetSnapshot, FreshRow, QualityView, QuarantineRow, RuleCount
from connected_ops.telemetry.units import SOURCE_OF_OWNER
from connected_ops.validation.rules import RULES, VERDICT_NAMES, Rule, sentence

SHOWN = 200
OPEN_CIRCUIT_F = -40.0
_UOMS = "|".join(sorted({re.escape(each.uom) for each in SIGNALS if each.uom}, key=len, reverse=True))
_NO_FIGURE = re.compile(f" nan( (?:{_UOMS}))?")


def quality_view(intake: Intake, columns: Columns, snapshot: FleetSnapshot) -> QualityView:
    """The page's view at one snapshot."""
    refused = intake.quarantine.newest(SHOWN)
    return QualityView(
        sequence=snapshot.sequence,
        at=snapshot.at,
        loop=snapshot.loop,
        rules=_rules(intake),
        quarantine=tuple(
            QuarantineRow(
                row.arrived, row.vehicle_id, SOURCES[SOURCE_OF_OWNER[row.owner]], row.ts, row.rule, row.field,
                row.reason, row.values,
            )
            for row in refused
        ),
        held=len(intake.quarantine.rows),
        dropped=intake.quarantine.dropped,
        units=_units(columns, snapshot),
    )  # fmt: skip


def _rules(intake: Intake) -> tuple[RuleCount, ...]:
    fired = intake.counts.fired.sum(axis=0)
    rows = [
        RuleCount(
            id=rule.id,
            label="Sample" if rule.signal is None else SIGNALS[rule.signal].label,
            verdict=VERDICT_NAMES[rule.verdict],
            sentence=general(rule),
            count=int(fired[at]),
        )
        for at, rule in enumerate(RULES)
        if fired[at]
    ]
    return tuple(sorted(rows, key=lambda row: -row.count))


def general(rule: Rule) -> str:
    """A rule's sentence without the figures of a sample, but for an open circuit's, which is always the same."""
    value = OPEN_CIRCUIT_F if rule.kind == "open_circuit" else np.nan
    return _NO_FIGURE.sub("", sentence(rule, np.full(len(SIGNALS), value)))


def _units(columns: Columns, snapshot: FleetSnapshot) -> tuple[FreshRow, ...]:
    silence = snapshot.at - snapshot.last_arrival
    least_fresh = np.lexsort((-np.floor(silence), -snapshot.freshness))[:SHOWN].tolist()
    return tuple(
        FreshRow(
            vehicle_id=snapshot.vehicle_ids[row],
            class_label=CLASSES[columns.unit_class[row]].label,
            source=SOURCES[snapshot.source[row]],
            freshness=FRESHNESS[snapshot.freshness[row]],
            silence_s=max(0.0, float(silence[row])),
            interval_s=float(columns.interval[row]) if isfinite(columns.interval[row]) else None,
        )
        for row in least_fresh
    )
