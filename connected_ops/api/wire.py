"""What the reads answer with: one frozen row each, in the order of the wire. Field names are kept; new ones may come.

Times are RFC 3339 in UTC; null stands where there is nothing to say.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite

from pydantic_core import to_json

from connected_ops.read_model import (
    Band,
    EpisodeKind,
    EpisodeState,
    EpisodeView,
    Freshness,
    LoopCounts,
    Money,
    Source,
    Span,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the fleet: `score` 0..100, `contributions` in points that add up to it, the newest `values`;
    `name` and `site` as your file of machines has them."""

    vehicle_id: str
    unit_class: str
    source: Source
    freshness: Freshness
    score: float
    band: Band
    contributions: dict[str, float]
    reason: str
    time_to_limit_s: float | None
    saved_usd: float
    last_ts: str
    values: dict[str, float | None]
    name: str | None
    site: str | None


@dataclass(frozen=True, slots=True)
class Fleet:
    """Every unit, and the figures of the loop strip. `sequence` is higher for every newer picture."""

    sequence: int
    at: str
    loop: LoopCounts
    units: list[Unit]


@dataclass(frozen=True, slots=True)
class Interval:
    """Seconds from now: the middle and the edges of an 80 % interval."""

    low_s: float
    middle_s: float
    high_s: float


@dataclass(frozen=True, slots=True)
class EpisodeMoney:
    """Acting now against waiting: saved = wait - act, from low to high by the assumptions. `counted` is false where
    another episode of the unit is counted already; acting pays from the chance `break_even` (null: never)."""

    act_usd: float
    wait_usd: float
    saved_usd: float
    low_usd: float
    high_usd: float
    break_even: float | None
    counted: bool


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote about an episode; `who` null where no name was given."""

    at: str
    who: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Episode:
    """A machine that needs somebody, or a sensor that cannot be trusted: what it is, why, since when, what to do.

    `silenced_until` is null of a silence that lasts until it is over, and where `state` is not silenced."""

    id: str
    vehicle_id: str
    mode: str
    kind: EpisodeKind
    opened_at: str
    closed_at: str | None
    value: float | None
    limit: float | None
    reason: str
    advice: str
    state: EpisodeState
    title: str
    cause: str
    check: str
    urgency: str
    source: Source
    since: str
    acknowledged_at: str | None
    signal: str
    time_to_limit: Interval | None
    money: EpisodeMoney | None
    acknowledged_by: str | None
    silenced_until: str | None
    silenced_by: str | None
    notes: list[Note]


@dataclass(frozen=True, slots=True)
class Insights:
    """The episodes, open ones first, of `total` that are kept. `spoken` is every machine episode ever opened,
    `fixed_alarms` what plain fixed limits would have raised on the same data."""

    episodes: list[Episode]
    total: int
    spoken: int
    fixed_alarms: int


@dataclass(frozen=True, slots=True)
class UnitIndicator:
    """One condition indicator: its evidence 0 (nothing) to 1 (plainly), null where it cannot be read."""

    key: str
    label: str
    evidence: float | None


@dataclass(frozen=True, slots=True)
class JudgedSample:
    """One sample with what validation said of it."""

    ts: str
    verdict: str
    sentences: list[str]
    values: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class AgainstItself:
    """How far a unit stands above its own normal at the same load, speed and weather, and since when (null: it has
    not left it)."""

    key: str
    label: str
    uom: str
    level: float | None
    since: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class UnitDetail(Unit):
    """What the fleet says of a unit, its indicators, forecast, episodes, newest samples, and it against itself."""

    indicators: list[UnitIndicator]
    forecast: Interval | None
    episodes: list[Episode]
    samples: list[JudgedSample]
    against_itself: AgainstItself | None


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """One refused row: when it arrived, whose it says it is, the rule, the field (empty: the whole row) and why."""

    arrived: str
    source: Source
    vehicle_id: str
    ts: str | None
    rule: str
    field: str
    reason: str
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Refused rows, newest first, of `held`; `dropped` fell out because the quarantine is bounded."""

    held: int
    dropped: int
    rows: list[QuarantinedRow]


@dataclass(frozen=True, slots=True)
class FleetEvent:
    """There is a new snapshot."""

    sequence: int
    at: str
    loop: LoopCounts


@dataclass(frozen=True, slots=True)
class EpisodeEvent:
    """An episode changed: it opened, was acknowledged, silenced or closed, or was forgotten by a reset."""

    change: str
    episode: Episode


def iso(ts: float) -> str:
    """Unix seconds as RFC 3339 in UTC, to the millisecond."""
    return datetime.fromtimestamp(ts, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def json_bytes(answer: object) -> bytes:
    """An answer as JSON; what is not a finite number is null."""
    return to_json(answer, inf_nan_mode="null")


def interval(span: Span | None) -> Interval | None:
    """A span of seconds, or None where there is none."""
    return None if span is None or not all(map(isfinite, span)) else Interval(*span)


def episode(view: EpisodeView) -> Episode:
    """An episode as it is sent."""
    return Episode(
        id=view.id,
        vehicle_id=view.vehicle_id,
        mode=view.mode,
        kind=view.kind,
        opened_at=iso(view.opened_at),
        closed_at=_time(view.closed_at),
        value=view.value,
        limit=view.limit,
        reason=view.reason,
        advice=view.advice,
        state=view.state,
        title=view.title,
        cause=view.cause,
        check=view.check,
        urgency=view.urgency,
        source=view.source,
        since=iso(view.since),
        acknowledged_at=_time(view.acknowledged_at),
        signal=view.signal,
        time_to_limit=interval(view.to_limit_s),
        money=_money(view.money),
        acknowledged_by=view.acknowledged_by or None,
        silenced_until=_time(view.silenced_until),
        silenced_by=view.silenced_by or None,
        notes=[Note(iso(act.at), act.who or None, act.note) for act in view.acts if act.note],
    )


def _money(money: Money | None) -> EpisodeMoney | None:
    if money is None:
        return None
    return EpisodeMoney(
        act_usd=money.act_usd,
        wait_usd=money.wait_usd,
        saved_usd=money.saved_usd,
        low_usd=money.saved_low_usd,
        high_usd=money.saved_high_usd,
        break_even=money.break_even,
        counted=money.counted,
    )


def _time(ts: float | None) -> str | None:
    return None if ts is None else iso(ts)
