"""The fleet at one instant, and its lines."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.read_model.terms import OTHER_SIGNALS, SIGNAL_KEYS, Band, Freshness, Source, Span
from connected_ops.risk.reasons import NOTHING


@dataclass(frozen=True, slots=True)
class LoopCounts:
    """The figures of the loop strip, one group a stage. `rate_per_s` is arrivals a second over the last 10 s.

    received = valid + needs_review + rejected + duplicates, always. `insights_open` counts open and acknowledged
    episodes, of machines and of sensors, `insights_unseen` those of them that nobody has acknowledged, and
    `insights_silenced` those beside them that are silenced; `spoken` every machine episode ever opened; `fixed_alarms`
    what plain fixed limits would have raised on the same data, both in `heard_h` unit-hours that were heard. `deciding`
    are the units with an open machine episode, silenced or not, `acting` those of them on which acting pays, and the
    dollars are theirs: act + saved = wait, each unit's stop counted once.
    """

    received: int = 0
    valid: int = 0
    needs_review: int = 0
    rejected: int = 0
    duplicates: int = 0
    refused: int = 0
    rate_per_s: float = 0.0
    units: int = 0
    live: int = 0
    late: int = 0
    silent: int = 0
    indicators: int = 0
    abnormal: int = 0
    low: int = 0
    medium: int = 0
    high: int = 0
    leader: str | None = None
    leader_score: int | None = None
    insights_open: int = 0
    insights_unseen: int = 0
    insights_silenced: int = 0
    spoken: int = 0
    fixed_alarms: int = 0
    heard_h: float = 0.0
    deciding: int = 0
    acting: int = 0
    act_usd: float = 0.0
    wait_usd: float = 0.0
    saved_usd: float = 0.0

    @property
    def spoken_per_h(self) -> float | None:
        """Machine episodes an hour of one unit; None before anything was heard."""
        return self.spoken / self.heard_h if self.heard_h > 0 else None

    @property
    def fixed_alarms_per_h(self) -> float | None:
        """Alarms of fixed limits an hour of one unit; None before anything was heard."""
        return self.fixed_alarms / self.heard_h if self.heard_h > 0 else None


@dataclass(frozen=True, slots=True)
class FleetSnapshot:
    """The whole fleet at one instant, as columns of length n = number of units: simulated ones first, each kind in the
    order they first reported.

    `score` 0..100; `band` and `freshness` and `source` are indices into BANDS, FRESHNESS, SOURCES; `points` is [n,
    modes] and its rows add up to `score`; `values` is [n, signals] with NaN for absent; `last_ts` and `last_arrival`
    are Unix seconds; `order` lists unit positions worst first, silent or not. `to_limit` [n, 3] is the time
    to the limit in seconds (low, middle, high of 80 %), NaN where nothing warrants one; `saved_usd` [n] what acting now
    saves, NaN without an open machine episode. `names` and `sites` [n] are what a file calls a unit and its place.
    """

    sequence: int
    at: float
    loop: LoopCounts
    vehicle_ids: tuple[str, ...]
    unit_class: tuple[str, ...]
    source: NDArray[np.int8]
    freshness: NDArray[np.int8]
    score: NDArray[np.float64]
    band: NDArray[np.int8]
    points: NDArray[np.float64]
    reasons: tuple[str, ...]
    values: NDArray[np.float64]
    last_ts: NDArray[np.float64]
    last_arrival: NDArray[np.float64]
    order: NDArray[np.int64]
    to_limit: NDArray[np.float64]
    saved_usd: NDArray[np.float64]
    names: tuple[str | None, ...]
    sites: tuple[str | None, ...]

    def sent(self) -> tuple[str, ...]:
        """The signals that a table of the fleet has columns for: all that play a role, and of the others those that
        some unit has sent."""
        sent: list[bool] = np.isfinite(self.values).any(axis=0).tolist()  # pyright: ignore[reportAssignmentType]
        return tuple(key for key, some in zip(SIGNAL_KEYS, sent, strict=True) if some or key not in OTHER_SIGNALS)


@dataclass(frozen=True, slots=True)
class ServiceDue:
    """When a unit's next service is due: in `left_h` engine hours (below 0: overdue) of an interval of `every_h`, at
    its class's usual hours a day `days` from now; `log` are those that were logged, (Unix seconds, engine hours),
    newest first. Without any, intervals are assumed to have been kept from 0."""

    left_h: float
    every_h: float
    days: float
    log: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One line of the fleet table. `spark` is the newest 120 samples at most of the signal that matters, oldest first.

    `silence_s` is the time since anything arrived from the unit; `service` None where its class has no interval or it
    sends no engine hours, and without the log. `name` and `site` are what a file calls it and its place.
    """

    vehicle_id: str
    unit_class: str
    class_label: str
    source: Source
    freshness: Freshness
    silence_s: float
    score: int
    band: Band
    reason: str
    spark_label: str
    spark: tuple[float, ...]
    to_limit_s: Span | None = None
    saved_usd: float | None = None
    service: ServiceDue | None = None
    name: str | None = None
    site: str | None = None

    @property
    def calm(self) -> bool:
        """Whether it is heard and nothing about it is unusual: no episode is open and every value is believed."""
        return self.reason == NOTHING
