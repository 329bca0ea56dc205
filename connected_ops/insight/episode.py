"""One episode, from its first sign to its end, and what it remembers of a sample. Neither changes once made."""

from dataclasses import dataclass
from math import inf, isfinite
from typing import Literal

from connected_ops.errors import ConnectedOpsError
from connected_ops.insight.acts import Act
from connected_ops.insight.leading import leading
from connected_ops.machines import catalog
from connected_ops.risk.failure_modes import WEAR
from connected_ops.risk.reasons import Figures

MACHINE = WEAR  # the channels before it, in the order of failure_modes.MODES; wear is no episode
SENSORS = catalog.COUNT  # then one channel a signal, in the order of the catalogue


class UnknownEpisode(ConnectedOpsError):
    """No episode of that id is kept."""


class EpisodeOver(ConnectedOpsError):
    """The episode has closed: nobody needs to acknowledge it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an episode remembers of a sample.

    `values` newest trusted ones by signal (NaN: none yet), `indicators` evidence by indicator (0..1), `figures` for
    its sentence; of a drift its onset `since` and `said_at`, when a listener would have been told (Unix s).
    """

    values: tuple[float, ...]
    indicators: tuple[float, ...]
    figures: Figures
    since: float | None = None
    said_at: float | None = None


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode. Times are Unix seconds of event time, since <= opened_at <= closed_at.

    `unit` is a place of the register, `mode` an index of failure_modes.MODES (of a sensor: the mode its signal feeds),
    `signal` a column of the catalogue. `p` is the highest a machine's p has been (0 for a sensor), `worst` the worst
    sample of a machine, `rule` the kind of validation rule that told of a sensor. `value` is the signal's at its worst
    (None: absent). `merged` counts how often it came back within its cool-down; `found_late`: its samples arrived after
    newer ones.

    `acts` are the newest things that people did with it, oldest first; `acts_dropped` fell out. `acknowledgement` and
    `silence` are the acts that stand, and stay among them: the silence until it runs out.
    """

    id: str
    unit: int
    channel: int
    mode: int
    signal: int
    since: float
    opened_at: float
    value: float | None
    p: float = 0.0
    worst: Seen | None = None
    rule: str | None = None
    closed_at: float | None = None
    merged: int = 0
    found_late: bool = False
    acknowledgement: Act | None = None
    silence: Act | None = None
    acts: tuple[Act, ...] = ()
    acts_dropped: int = 0

    @property
    def kind(self) -> Literal["machine", "sensor"]:
        """machine or sensor."""
        return "sensor" if self.worst is None else "machine"

    @property
    def silent_until(self) -> float:
        """When its silence ends (Unix s): inf with the episode itself, -inf where it has none."""
        if self.silence is None or self.closed_at is not None:
            return -inf
        return inf if self.silence.until is None else self.silence.until

    def silenced(self, now: float) -> bool:
        """Whether it is silenced at `now` (Unix s)."""
        return now < self.silent_until

    def state(self, now: float) -> Literal["open", "acknowledged", "silenced", "closed"]:
        """What it is at `now` (Unix s): a silence that has run out is none."""
        if self.closed_at is not None:
            return "closed"
        if self.silenced(now):
            return "silenced"
        return "open" if self.acknowledgement is None else "acknowledged"

    @property
    def lead(self) -> str:
        """The indicator that leads a machine's episode, the kind of rule of a sensor's: the key of its words."""
        return self.rule or "" if self.worst is None else leading(self.mode, self.worst.indicators)[0].indicator


def worse(mode: int, old: Seen, new: Seen) -> Seen:
    """The worse of two samples: the stronger evidence, then the drift or the value further on the bad side; of equals
    the old."""
    return new if _severity(mode, new) > _severity(mode, old) else old


def _severity(mode: int, seen: Seen) -> tuple[float, float]:
    lead, strength = leading(mode, seen.indicators)
    value = seen.figures.drift.get(lead.indicator, seen.values[lead.signal])
    return round(strength, 2), lead.worse * value if isfinite(value) else -inf


def finite(value: float) -> float | None:
    """The value, or None where it is no number."""
    return value if isfinite(value) else None
