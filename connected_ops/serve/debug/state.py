"""What the debug page shows, as small pieces of HTML: written here once, for the first paint and for every update."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from math import isfinite

from connected_ops.api.wire import iso
from connected_ops.labs import Labs
from connected_ops.machines import catalog
from connected_ops.read_model import SOURCES
from connected_ops.telemetry.units import SOURCE_OF_OWNER
from connected_ops.validation.rules import REJECTED, RULES, VERDICT_NAMES, fired_rules
from connected_ops.views.newest import kept, newest

NEWEST = 20
MOST_RULES = 12

Figure = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One of the newest samples, kept or refused. `said` is the rules that fired, `values` by signal key."""

    ts: float
    vehicle_id: str
    source: str
    verdict: str
    said: tuple[str, ...]
    values: tuple[tuple[str, float], ...]


def parts(labs: Labs, pages: int, lag_s: float) -> dict[str, str]:
    """The page's live parts: element id to inner HTML."""
    shot, refused = labs.read_model.snapshot(), [lab.intake.quarantine for lab in labs.both]
    loop = shot.loop
    return {
        "sequence": f"{shot.sequence}",
        "at": _clock(shot.at),
        "work": _figures(
            ("Samples a second", f"{loop.rate_per_s:,.1f}"),
            ("Assessment", f"{1e3 * labs.assess_s:,.1f} ms"),
            ("Event-loop lag", f"{1e3 * max(0.0, lag_s):,.1f} ms"),
            *((f"Waiting: {name}", f"{count:,}") for name, count in labs.queues().items()),
            ("Debug pages open", f"{pages}"),
            ("Quarantine held", f"{sum(len(each.rows) for each in refused):,}"),
            ("Quarantine dropped", f"{sum(each.dropped for each in refused):,}"),
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
        "rules": _figures(*_rules(labs)) or "<p>No rule has fired.</p>",
        "samples": "".join(map(_line, lines(labs))) or "<p>No sample has arrived.</p>",
    }


def lines(labs: Labs) -> list[Line]:
    """The newest samples over both fleets, newest first: those kept, and among them those refused."""
    found = newest(kept([lab.intake for lab in labs.both]), NEWEST)
    samples = found.samples
    taken = [
        Line(
            ts=ts,
            vehicle_id=vehicle_id,
            source=SOURCES[SOURCE_OF_OWNER[owner]],
            verdict=VERDICT_NAMES[verdict],
            said=tuple(rule.id for rule in fired_rules(fired)),
            values=_present(zip(catalog.KEYS, values, strict=True)),
        )
        for vehicle_id, owner, ts, verdict, fired, values in zip(
            found.vehicle_ids, found.owner.tolist(), samples.ts.tolist(), samples.verdict.tolist(),
            samples.fired, samples.values.tolist(), strict=True,
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
        for row in labs.quarantined(NEWEST)
    ]
    return sorted(taken + refused, key=lambda line: line.ts, reverse=True)[:NEWEST]


def _rules(labs: Labs) -> list[Figure]:
    counts = zip(labs.fired.tolist(), RULES, strict=True)
    fired = sorted(((count, rule.id) for count, rule in counts if count), reverse=True)
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
