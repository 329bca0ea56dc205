"""The assessment: a fleet's state read as one immutable snapshot.

`gather` copies the columns an assessment reads (on the event loop), `assess` is pure and may run in a thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from connected_ops.engine.figures import figures
from connected_ops.engine.outlook import Outlook
from connected_ops.engine.pipeline import Pipeline
from connected_ops.engine.pricing import Case, price, price_of, saved, to_limit
from connected_ops.insight import sensors
from connected_ops.insight.advice import in_short
from connected_ops.insight.episode import Episode
from connected_ops.machines import catalog
from connected_ops.machines.unit_class import CLASSES, Unit
from connected_ops.read_model import BANDS, FRESHNESS, FleetSnapshot, LoopCounts
from connected_ops.risk import failure_modes, reasons, scoring, service
from connected_ops.risk.service import SERVICE_EVERY, ServiceLog
from connected_ops.telemetry.units import SOURCE_OF_OWNER, UnitRegister
from connected_ops.validation.counts import Counts
from connected_ops.validation.rules import WIDTH, fired_rules, sentence
from connected_ops.value.assumptions import Assumptions
from connected_ops.value.model import Total

LATE_AFTER_S, LATE_INTERVALS = 10.0, 3.0
SILENT_AFTER_S, SILENT_INTERVALS = 60.0, 6.0
LIVE, LATE, SILENT = range(len(FRESHNESS))
DEFAULTS = Assumptions()
_INSTEAD = [reasons.NOTHING_KNOWN, reasons.NOT_JUDGED, reasons.NOTHING_THEN]
_CLASS_KEYS = [row.key for row in CLASSES]
_SOURCE_OF_OWNER = np.array(SOURCE_OF_OWNER, dtype=np.int8)


@dataclass(frozen=True, slots=True)
class Columns:
    """A copy of the state an assessment reads: n units, one row each, in `place` order. `known` [n, signals] are the
    newest trusted values, however old; `refused` [n, signals] where a rule keeps the newest value sent from being
    believed, `sent` and `fired` [n, signals] that value and the bits of its rules; `service_left` [n] the hours until
    the next service, below 0 where it is overdue, NaN where nobody knows; `standing` the open episodes by row;
    `acknowledged` and `silent_until` [episodes] of those that are not over, Unix s, -inf where it is not silenced and
    inf until it is over; `said` what a file says of each unit."""

    place: NDArray[np.int64]
    vehicle_ids: tuple[str, ...]
    unit_class: NDArray[np.int16]
    owner: NDArray[np.int8]
    evidence: NDArray[np.float64]
    confirmed: NDArray[np.float64]
    indicator: NDArray[np.float64]
    readable: NDArray[np.bool_]
    values: NDArray[np.float64]
    known: NDArray[np.float64]
    doubtful: NDArray[np.bool_]
    refused: NDArray[np.bool_]
    sent: NDArray[np.float64]
    fired: NDArray[np.uint16]
    slope: NDArray[np.float64]
    normal: NDArray[np.float64]
    learned: NDArray[np.bool_]
    drift: NDArray[np.float64]
    onset: NDArray[np.float64]
    hours: NDArray[np.float64]
    serviced: NDArray[np.float64]
    service_left: NDArray[np.float64]
    last_ts: NDArray[np.float64]
    arrived: NDArray[np.float64]
    interval: NDArray[np.float64]
    cases: tuple[Case, ...]
    standing: Mapping[int, tuple[Episode, ...]]
    acknowledged: NDArray[np.bool_]
    silent_until: NDArray[np.float64]
    spoken: int
    fixed_alarms: int
    heard_h: float
    said: tuple[Unit | None, ...]


def gather(pipeline: Pipeline, register: UnitRegister, outlook: Outlook, log: ServiceLog) -> Columns:
    """Copy what an assessment needs, of units that a sample was kept of; a few milliseconds at 10,000 units."""
    place = register.places()
    place = place[np.isfinite(pipeline.known.newest[place])]
    kind = register.unit_class[place]
    normal = pipeline.envelopes.show(place, pipeline.baselines.normal(place, kind, pipeline.regime[place]))
    rows = np.zeros(int(place.max(initial=0)) + 1, dtype=np.int64)  # by place
    rows[place] = np.arange(len(place))
    standing = pipeline.episodes.open.values()
    present, newest = pipeline.present, pipeline.known.newest[place]
    sent, fired = present.sent[place], present.fired[place]
    vehicle_ids = tuple(map(register.vehicle_id.__getitem__, place.tolist()))
    hours, serviced = pipeline.known.value[place, catalog.HOURS], log.last(vehicle_ids)
    return Columns(
        place=place,
        vehicle_ids=vehicle_ids,
        unit_class=kind,
        owner=register.owner[place],
        evidence=pipeline.confirmation.evidence[place],
        confirmed=pipeline.confirmation.confirmed[place],
        indicator=pipeline.confirmation.indicator[place],
        readable=pipeline.confirmation.readable[place],
        values=present.values(place, newest),
        known=present.known[place],
        doubtful=present.doubtful[place],
        refused=present.withheld[place] & np.isfinite(sent) & (fired != 0),
        sent=sent,
        fired=fired,
        slope=pipeline.slope[place],
        normal=normal.mean,
        learned=normal.learned,
        drift=pipeline.itself.level[place],
        onset=pipeline.itself.onset[place],
        hours=hours,
        serviced=serviced,
        service_left=service.left(hours, SERVICE_EVERY[kind], serviced),
        last_ts=newest,
        arrived=pipeline.arrived[place],
        interval=pipeline.interval[place],
        cases=_cases(pipeline, register, outlook, rows),
        standing=_standing(pipeline, rows),
        acknowledged=np.array([each.acknowledgement is not None for each in standing], dtype=bool),
        silent_until=np.array([each.silent_until for each in standing], dtype=np.float64),
        spoken=pipeline.episodes.spoken,
        fixed_alarms=int(pipeline.fixed_limits.by_limit[place].sum()),
        heard_h=float(pipeline.heard[place].sum()) / 3600.0,
        said=register.said_of(vehicle_ids),
    )


def _standing(pipeline: Pipeline, rows: NDArray[np.int64]) -> dict[int, tuple[Episode, ...]]:
    """The open episodes by row; `rows` by place."""
    found: dict[int, tuple[Episode, ...]] = {}
    for episode in pipeline.episodes.open.values():
        row = int(rows[episode.unit])
        found[row] = (*found.get(row, ()), episode)
    return found


def _cases(pipeline: Pipeline, register: UnitRegister, outlook: Outlook, rows: NDArray[np.int64]) -> tuple[Case, ...]:
    machine = [episode for episode in pipeline.episodes.open.values() if episode.kind == "machine"]
    if not machine:
        return ()
    return tuple(
        Case(
            episode.id, int(rows[episode.unit]), register.vehicle_id[episode.unit],
            int(register.unit_class[episode.unit]), episode.mode, price_of(episode), episode.p,
            outlook.to_limit(episode.unit, episode.mode),
        )
        for episode in machine
    )  # fmt: skip


def assess(
    columns: Columns, counts: Counts, now: float, sequence: int, assumptions: Assumptions = DEFAULTS
) -> FleetSnapshot:
    """The fleet as it stands at `now`. Pure: it reads and changes nothing."""
    c = columns
    p = scoring.probability(c.evidence, c.confirmed)
    p[:, failure_modes.WEAR] = scoring.wear(c.service_left, SERVICE_EVERY[c.unit_class])
    score, points = scoring.score(p)
    band = scoring.band(score)
    fresh = freshness(now - c.arrived, c.interval)
    order = worst_first(score, band)
    said = _reasons(c, points, fresh)
    priced = price(c.cases, assumptions)
    return FleetSnapshot(
        sequence=sequence,
        at=now,
        loop=_loop(c, counts, now, score, band, fresh, order, priced),
        vehicle_ids=c.vehicle_ids,
        unit_class=tuple(map(_CLASS_KEYS.__getitem__, c.unit_class.tolist())),
        source=_SOURCE_OF_OWNER[c.owner],
        freshness=fresh,
        score=score,
        band=band,
        points=points,
        reasons=said,
        values=c.values,
        last_ts=c.last_ts,
        last_arrival=c.arrived,
        order=order,
        to_limit=to_limit(c.cases, len(score)),
        saved_usd=saved(c.cases, priced, len(score)),
        names=tuple([each and each.name for each in c.said]),
        sites=tuple([each and each.site for each in c.said]),
    )


def worst_first(score: NDArray[np.float64], band: NDArray[np.int8]) -> NDArray[np.int64]:
    """[n] positions, the worst unit first, silent or not; of equals the first to report."""
    return np.lexsort((-np.round(score), -band))


def freshness(silence: NDArray[np.float64], interval: NDArray[np.float64]) -> NDArray[np.int8]:
    """[n] live, late or silent, by the seconds since the last arrival and each unit's usual spacing."""
    usual = np.nan_to_num(interval, nan=1.0)
    late = silence > np.maximum(LATE_AFTER_S, LATE_INTERVALS * usual)
    silent = silence > np.maximum(SILENT_AFTER_S, SILENT_INTERVALS * usual)
    return (late.astype(np.int8) + silent).astype(np.int8)


def _loop(c: Columns, counts: Counts, now: float, score, band, fresh, order, priced: Total) -> LoopCounts:
    valid, review, rejected, duplicates = counts.totals.tolist()
    bands = np.bincount(band, minlength=len(BANDS))
    leader = int(order[0]) if len(order) else None
    silenced = now < c.silent_until
    return LoopCounts(
        received=valid + review + rejected + duplicates,
        valid=valid,
        needs_review=review,
        rejected=rejected,
        duplicates=duplicates,
        refused=counts.refused,
        rate_per_s=counts.rate(now),
        units=len(score),
        live=int((fresh == LIVE).sum()),
        late=int((fresh == LATE).sum()),
        silent=int((fresh == SILENT).sum()),
        indicators=int(c.readable.sum()),
        abnormal=int((c.indicator > 0.0).sum()),
        low=int(bands[0]),
        medium=int(bands[1]),
        high=int(bands[2]),
        leader=None if leader is None else c.vehicle_ids[leader],
        leader_score=None if leader is None else round(float(score[leader])),
        insights_open=int((~silenced).sum()),
        insights_unseen=int((~silenced & ~c.acknowledged).sum()),
        insights_silenced=int(silenced.sum()),
        spoken=c.spoken,
        fixed_alarms=c.fixed_alarms,
        heard_h=c.heard_h,
        deciding=len({case.vehicle_id for case in c.cases}),
        acting=priced.units,
        act_usd=priced.act_usd,
        wait_usd=priced.wait_usd,
        saved_usd=priced.saved_usd,
    )


def _reasons(c: Columns, points: NDArray[np.float64], fresh: NDArray[np.int8]) -> tuple[str, ...]:
    machine = points[:, : failure_modes.WEAR]
    strongest = machine.argmax(axis=1)
    unknown, unread = ~np.isfinite(c.known).any(axis=1), ~c.readable.any(axis=1)
    said = np.select([unknown, unread, fresh == SILENT], _INSTEAD, reasons.NOTHING).tolist()
    for row in (*np.flatnonzero(c.refused.any(axis=1)).tolist(), *c.standing):
        said[row] = _not_nothing(c, row)
    for row in np.flatnonzero(machine.max(axis=1, initial=0.0) >= reasons.SPEAKS_FROM).tolist():
        text = mode_sentence(c, row, int(strongest[row]))
        waits = fresh[row] != LIVE and text.endswith(reasons.CONFIRMING)
        said[row] = text.removesuffix(reasons.CONFIRMING) + ", waiting for data" if waits else text
    return tuple(said)


def _not_nothing(c: Columns, row: int) -> str:
    """What a unit's line says while its score is low: its open episode, a machine's before a sensor's, or the rule that
    keeps a value from being believed."""
    for episode in sorted(c.standing.get(row, ()), key=lambda each: each.kind):
        return in_short(episode, CLASSES[c.unit_class[row]])
    said = next(refusal(c, row, int(signal)) for signal in np.flatnonzero(c.refused[row]))
    told = said.removesuffix(".")
    return told if "not believed" in told else "Not believed: " + told


def refusal(c: Columns, row: int, signal: int) -> str:
    """The sentence of the rule that says most against a unit's newest value of a signal; empty where none fired."""
    columns = np.zeros(WIDTH, dtype=np.uint16)
    columns[signal] = c.fired[row, signal]
    return next((sentence(rule, c.sent[row]) for rule in fired_rules(columns)), "")


def doubt_kinds(c: Columns, row: int) -> dict[str, str]:
    """Of a unit's signals that are in doubt, by key: the kind of rule that says most against them, where it is
    known."""
    open_now = {each.signal: each.lead for each in c.standing.get(row, ()) if each.kind == "sensor"}
    found: dict[str, str] = {}
    for signal in np.flatnonzero(c.doubtful[row]).tolist():
        spoke = int(c.fired[row, signal] & sensors.SPEAKS)
        kind = open_now.get(signal) or (sensors.kind_of(spoke, signal) if spoke else "")
        found[catalog.KEYS[signal]] = kind
    return found


def mode_sentence(c: Columns, row: int, mode: int) -> str:
    """Why a mode of one unit has its points."""
    if mode == failure_modes.WEAR:
        left = float(c.service_left[row])
        return reasons.service(left if isfinite(left) else None, CLASSES[c.unit_class[row]].service_every_h)
    known = figures(
        int(c.unit_class[row]), c.known[row], c.normal[row], c.learned[row], c.slope[row], c.drift[row],
        c.onset[row], c.doubtful[row],
    )  # fmt: skip
    return reasons.sentence(
        mode, c.indicator[row].tolist(), float(c.evidence[row, mode]), float(c.confirmed[row, mode]), known,
        doubt_kinds(c, row),
    )  # fmt: skip
