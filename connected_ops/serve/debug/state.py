"""What the debug page shows, as small pieces of HTML: written here once, for the first paint and for every update."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from math import isfinite
from typing import Protocol

from connected_ops.api.telemetry import newest
from connected_ops.api.wire import iso
from connected_ops.engine.intake import Intake
from connected_ops.read_model import SOURCES, ReadModel
from connected_ops.telemetry import catalog
from connected_ops.telemetry.units import SOURCE_OF_OWNER
from connected_ops.validation.rules import REJECTED, RULES, VERDICT_NAMES, fired_rules

NEWEST = 20
MOST_RULES = 12

Figure = tuple[str, str]


class DebugLab(Protocol):
    """What the page needs of a lab. `assess_s` is the length of the last assessment, `queues` how much waits where."""

    @property
    def intake(self) -> Intake: ...

    @property
    def read_model(self) -> ReadModel: ...

    @property
    def assess_s(self) -> float: ...

    def queues(self) -> Mapping[str, int]: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One of the newest samples, kept or refused. `said` is the rules that fired, `values` by signal key."""

    ts: float
    vehicle_id: str
    source: str
    verdict: str
    said: tuple[str, ...]
    values: tuple[tuple[str, float], ...]


def parts(lab: DebugLab, pages: int, lag_s: float) -> dict[str, str]:
    """The page's live parts: element id to inner HTML."""
    shot = lab.read_model.snapshot()
    loop, kept = shot.loop, lab.intake.quarantine
    return {
        "sequence": f"{shot.sequence}",
        "at": _clock(shot.at),
        "work": _figures(
            ("Samples a second", f"{loop.rate_per_s:,.1f}"),
            ("Assessment", f"{1e3 * lab.assess_s:,.1f} ms"),
            ("Event-loop lag", f"{1e3 * max(0.0, lag_s):,.1f} ms"),
            *((f"Waiting: {name}", f"{count:,}") for name, count in lab.queues().items()),
            ("Debug pages open", f"{pages}"),
            ("Quarantine held", f"{len(kept.rows):,}"),
            ("Quarantine dropped", f"{kept.dropped:,}"),
        ),
        "verdicts": _figures(
            ("Received", f"{loop.received:,}"),
            ("Valid", f"{loop.valid:,}"),
            ("Needs review", f"{loop.needs_review:,}"),
            ("Rejected", f"{loop.rejected:,}"),
            ("Duplicates", f"{loop.duplicates:,}"),
            ("Bodies refused", f"{loop.refused:,}"),
        ),
        "units": _figures(
            ("Units", f"{loop.units:,}"),
            ("Live", f"{loop.live:,}"),
            ("Late", f"{loop.late:,}"),
            ("Silent", f"{loop.silent:,}"),
            ("High", f"{loop.high:,}"),
            ("Medium", f"{loop.medium:,}"),
            ("Low", f"{loop.low:,}"),
        ),
        "rules": _figures(*_rules(lab.intake)) or "<p>No rule has fired.</p>",
        "samples": "".join(map(_line, lines(lab.intake))) or "<p>No sample has arrived.</p>",
    }


def lines(intake: Intake) -> list[Line]:
    """The newest samples over the fleet, newest first: those kept, and among them those refused."""
    register = intake.register
    whose, samples = newest(intake, intake.pipeline.history.window, register.places(), NEWEST)
    kept = [
        Line(
            ts=ts,
            vehicle_id=register.vehicle_id[place],
            source=SOURCES[SOURCE_OF_OWNER[register.owner[place]]],
            verdict=VERDICT_NAMES[verdict],
            said=tuple(rule.id for rule in fired_rules(fired)),
            values=_present(zip(catalog.KEYS, values, strict=True)),
        )
        for place, ts, verdict, fired, values in zip(
            whose.tolist(), samples.ts.tolist(), samples.verdict.tolist(), samples.fired.tolist(),
            samples.values.tolist(), strict=True,
        )
    ]  # fmt: skip
    refused = [
        Line(
            ts=row.arrived if row.ts is None else min(row.ts, row.arrived),  # a time to come would stay on top
            vehicle_id=row.vehicle_id or "unreadable",
            source=SOURCES[SOURCE_OF_OWNER[row.owner]],
            verdict=VERDICT_NAMES[REJECTED],
            said=(f"{row.rule}:{row.field}" if row.field else row.rule,),
            values=_present(row.values),
        )
        for row in intake.quarantine.newest(NEWEST)
    ]
    return sorted(kept + refused, key=lambda line: line.ts, reverse=True)[:NEWEST]


def _rules(intake: Intake) -> list[Figure]:
    counts = intake.counts.fired.sum(axis=0).tolist()
    fired = sorted(((count, rule.id) for count, rule in zip(counts, RULES, strict=True) if count), reverse=True)
    return [(name, f"{count:,}") for count, name in fired[:MOST_RULES]]


def _present(values: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    return tuple((key, value) for key, value in values if isfinite(value))


def _figures(*figures: Figure) -> str:
    return "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in figures)


def _line(line: Line) -> str:
    values = " · ".join(f"{key}&nbsp;{value:.7g}" for key, value in line.values)
    said = f" ({', '.join(line.said)})" if line.said else ""
    judged = f"{line.verdict.replace('_', ' ')}{said}"
    return (
        f'<li class="{line.verdict}"><time>{_clock(line.ts)}</time> <b>{escape(line.vehicle_id)}</b> '
        f"<i>{line.source}</i> <em>{escape(judged)}</em> <span>{values}</span></li>"
    )


def _clock(ts: float) -> str:
    return f"{iso(ts)[11:-1]} UTC"
