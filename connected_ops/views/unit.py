"""One unit as pages see it: its line in the fleet, its page, and the journey of one of its samples."""

from math import isfinite

import numpy as np

from connected_ops.engine.assessment import Columns, doubt_kinds, mode_sentence, refusal
from connected_ops.engine.figures import figures
from connected_ops.engine.outlook import Outlook
from connected_ops.engine.pipeline import Pipeline
from connected_ops.history.window import Samples
from connected_ops.machines import catalog
from connected_ops.machines.catalog import SIGNALS
from connected_ops.machines.unit_class import CLASSES
from connected_ops.read_model import (
    BANDS,
    FRESHNESS,
    OTHER_SIGNALS,
    SOURCES,
    Contribution,
    EpisodeView,
    FleetSnapshot,
    JourneyView,
    SampleQuality,
    SampleRow,
    ServiceDue,
    SignalView,
    UnitRow,
    UnitView,
)
from connected_ops.risk import failure_modes, reasons, scoring, service
from connected_ops.risk.failure_modes import MODES
from connected_ops.risk.readings import KEPT, SampleReading
from connected_ops.risk.service import HOURS_PER_DAY, SERVICE_EVERY, Service
from connected_ops.signals import baseline
from connected_ops.signals.baseline import GRACE_S, QUANTITIES
from connected_ops.signals.regime import WORDS
from connected_ops.validation.rules import NEEDS_REVIEW, VERDICT_NAMES, fired_rules, sentence
from connected_ops.views.indicators import bare_indicators, indicator_views
from connected_ops.views.odd import odd_readings

SPARK_SAMPLES, SPARK_POINTS = 120, 60
NEWEST = KEPT


def unit_row(pipeline: Pipeline, c: Columns, shot: FleetSnapshot, row: int) -> UnitRow:
    """A line of the fleet table; `row` is the unit's in the columns and the snapshot."""
    kind = CLASSES[c.unit_class[row]]
    signal = MODES[int(shot.points[row, : failure_modes.WEAR].argmax())].signal
    label, spark = _spark(pipeline, int(c.place[row]), signal)
    low, middle, high = shot.to_limit[row].tolist()
    saved = float(shot.saved_usd[row])
    return UnitRow(
        vehicle_id=shot.vehicle_ids[row],
        unit_class=kind.key,
        class_label=kind.label,
        source=SOURCES[shot.source[row]],
        freshness=FRESHNESS[shot.freshness[row]],
        silence_s=max(0.0, shot.at - float(shot.last_arrival[row])),
        score=round(float(shot.score[row])),
        band=BANDS[shot.band[row]],
        reason=shot.reasons[row],
        spark_label=label,
        spark=spark,
        to_limit_s=(low, middle, high) if isfinite(middle) else None,
        saved_usd=saved if isfinite(saved) else None,
        service=service_due(c, row),
        name=shot.names[row],
        site=shot.sites[row],
    )


def service_due(c: Columns, row: int, log: tuple[Service, ...] = ()) -> ServiceDue | None:
    """When a unit's next service is due, and the log of those before."""
    left, kind = float(c.service_left[row]), int(c.unit_class[row])
    if not isfinite(left):
        return None
    days = max(left, 0.0) / float(HOURS_PER_DAY[kind])
    return ServiceDue(left, float(SERVICE_EVERY[kind]), days, tuple((each.at, each.hours) for each in log))


def _spark(pipeline: Pipeline, place: int, signal: str) -> tuple[str, tuple[float, ...]]:
    """The newest of the signal that matters, or of the first one the unit has."""
    recent = pipeline.history.window.samples(place, SPARK_SAMPLES).believed
    fitted = np.any(np.isfinite(recent), axis=0)
    column = catalog.INDEX[signal]
    if not fitted[column]:
        column = int(fitted.argmax())
    series = recent[:, column]
    step = max(1, -(-len(series) // SPARK_POINTS))
    return SIGNALS[column].label, tuple(series[::-step][::-1].tolist())


def unit_view(
    pipeline: Pipeline,
    outlook: Outlook,
    c: Columns,
    shot: FleetSnapshot,
    row: int,
    episodes: tuple[EpisodeView, ...],
    log: tuple[Service, ...],
    rejected: tuple[float, ...] = (),
) -> UnitView:
    """The unit page; `episodes` are the unit's own, `log` its services, `rejected` the times (Unix s) of its samples in
    quarantine."""
    place = int(c.place[row])
    samples = pipeline.history.window.samples(place)
    hours = float(c.hours[row])
    points = shot.points[row]
    modes = sorted(range(len(MODES)), key=lambda mode: -points[mode])
    return UnitView(
        sequence=shot.sequence,
        at=shot.at,
        row=unit_row(pipeline, c, shot, row),
        run_hours=hours if isfinite(hours) else None,
        learning_s=max(0.0, GRACE_S - float(pipeline.baselines.taught_s(np.array([place]))[0])),
        contributions=tuple(
            Contribution(MODES[m].key, MODES[m].label, float(points[m]), mode_sentence(c, row, m)) for m in modes
        ),
        signals=tuple(_signal(pipeline, c, row, index) for index in range(catalog.COUNT)),
        ts=samples.ts,
        values=samples.believed,
        newest=_newest(samples),
        indicators=indicator_views(pipeline, outlook, c, row, samples),
        episodes=episodes,
        drift=outlook.drift_view(place),
        regime=WORDS[pipeline.regime[place]],
        service=service_due(c, row, log),
        quality=_quality(pipeline, place, samples, rejected),
        odd=odd_readings(pipeline, place, shot.vehicle_ids[row]),
    )


def _quality(pipeline: Pipeline, place: int, samples: Samples, rejected: tuple[float, ...]) -> SampleQuality:
    half_minutes, half_hours = (tier.series(place)[0] for tier in pipeline.history.tiers)
    need_review = samples.ts[samples.verdict == NEEDS_REVIEW]
    return SampleQuality(half_minutes, half_hours, tuple(need_review.tolist()), rejected)


def _signal(pipeline: Pipeline, c: Columns, row: int, index: int) -> SignalView:
    signal, kind, place = SIGNALS[index], CLASSES[c.unit_class[row]], int(c.place[row])
    value, refused = float(c.known[row, index]), bool(c.refused[row, index])
    came = refused or isfinite(value) or isfinite(float(pipeline.known.value[place, index]))
    stands = isfinite(float(c.values[row, index])) or not isfinite(value)
    warn, critical = kind.limits(signal.key)
    own, learned = _own_normal(pipeline, place, signal.key)
    return SignalView(
        key=signal.key,
        label=signal.label,
        uom=signal.uom,
        decimals=signal.decimals,
        fitted=came,
        value=value if isfinite(value) else None,
        own_normal=own if learned else kind.normal(signal.key),
        learned=learned,
        set_for_it=not learned and kind.sets(signal.key, "normal", "idle", "work"),
        warn=warn,
        critical=critical,
        age_s=0.0 if stands else float(c.last_ts[row] - pipeline.present.known_at[place, index]),
        refused=float(c.sent[row, index]) if refused else None,
        why="" if stands and not refused else refusal(c, row, index),
    )


def _own_normal(pipeline: Pipeline, place: int, signal: str) -> tuple[tuple[float, float] | None, bool]:
    """The band learned over all regimes of a quantity that is the signal itself: mean and two spreads, whole steps."""
    column = baseline.place(catalog.INDEX[signal], None)
    if column is None or QUANTITIES[column].alone:
        return None, False
    lines = pipeline.baselines
    known = np.flatnonzero(lines.weight[place, column] >= GRACE_S)
    if not len(known):
        return None, False
    mean = lines.mean[place, column, known]
    spread = 2.0 * np.maximum(np.sqrt(lines.variance[place, column, known]), QUANTITIES[column].floor)
    digits = 0 if column == baseline.COOLANT else 1
    return (round(float((mean - spread).min()), digits), round(float((mean + spread).max()), digits)), True


def _newest(samples: Samples) -> tuple[SampleRow, ...]:
    last = len(samples.ts) - 1
    return tuple(sample_row(samples, at) for at in range(last, max(-1, last - NEWEST), -1))


def sample_row(samples: Samples, at: int) -> SampleRow:
    """One sample with its verdict, the sentences of the rules that fired, and what of it is not believed."""
    values = samples.values[at]
    odd = samples.refused[at]
    return SampleRow(
        ts=float(samples.ts[at]),
        verdict=VERDICT_NAMES[samples.verdict[at]],
        sentences=tuple(sentence(rule, values) for rule in fired_rules(samples.fired[at])),
        values=tuple(
            (key, value if isfinite(value) else None)
            for key, value in zip(catalog.KEYS, values.tolist(), strict=True)
            if isfinite(value) or key not in OTHER_SIGNALS
        ),
        refused=tuple(key for key, withheld in zip(catalog.KEYS, odd.tolist(), strict=True) if withheld),
    )


def journey_view(
    pipeline: Pipeline, c: Columns, shot: FleetSnapshot, row: int, ts: float, episodes: tuple[EpisodeView, ...]
) -> JourneyView | None:
    """How one of a unit's newest samples was read; None where it is kept no more. `episodes` are all of the unit."""
    place, kind = int(c.place[row]), int(c.unit_class[row])
    reading = pipeline.readings.at(place, ts)
    samples = pipeline.history.window.samples(place, NEWEST)
    at = np.flatnonzero(samples.ts == ts)
    if reading is None or not len(at):
        return None
    sample = sample_row(samples, int(at[0]))
    p = reading.p.copy()
    every = SERVICE_EVERY[[kind]]
    left = service.left(np.array([reading.hours]), every, c.serviced[[row]])
    p[failure_modes.WEAR] = scoring.wear(left, every)[0]
    score, points = scoring.score(p[None])
    return JourneyView(
        vehicle_id=shot.vehicle_ids[row],
        ts=ts,
        arrived=reading.arrived,
        source=SOURCES[shot.source[row]],
        verdict=sample.verdict,
        sentences=sample.sentences,
        values=sample.values,
        regime=WORDS[reading.regime],
        indicators=bare_indicators(reading.indicator),
        score=float(score[0]),
        band=BANDS[int(scoring.band(score)[0])],
        contributions=_journey_points(reading, c, row, dict(sample.values), points[0].tolist(), float(left[0])),
        episodes=tuple(
            each for each in episodes if each.opened_at <= ts and (each.closed_at is None or ts <= each.closed_at)
        ),
    )


def _journey_points(
    reading: SampleReading, c: Columns, row: int, values: dict[str, float | None], points: list[float], left: float
) -> tuple[Contribution, ...]:
    known = np.array([np.nan if (value := values.get(key)) is None else value for key in catalog.KEYS])
    kind, normal, learned = int(c.unit_class[row]), reading.normal, reading.learned
    said = figures(kind, known, normal, learned, reading.slope, c.drift[row], c.onset[row], c.doubtful[row])
    found = np.nan_to_num(reading.indicator).tolist()
    evidence, confirmed = reading.evidence.tolist(), reading.confirmed.tolist()
    doubts = doubt_kinds(c, row)
    sentences = [reasons.sentence(m, found, evidence[m], confirmed[m], said, doubts) for m in range(len(MODES))]
    every = CLASSES[kind].service_every_h
    sentences[failure_modes.WEAR] = reasons.service(left if isfinite(left) else None, every)
    modes = sorted(range(len(MODES)), key=lambda mode: -points[mode])
    return tuple(Contribution(MODES[m].key, MODES[m].label, points[m], sentences[m]) for m in modes)
