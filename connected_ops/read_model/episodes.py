"""Episodes in words, with their money."""

from dataclasses import dataclass

from connected_ops.insight.acts import Act
from connected_ops.read_model.terms import EpisodeKind, EpisodeState, Source, Span
from connected_ops.value.model import Money


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """One episode: a machine that needs somebody, or a sensor that cannot be trusted.

    `title` names it ("Cooling margin shrinking"), `reason` says why with figures, `cause`, `check` and `advice` what it
    may be, what to look at and what to do, `urgency` how soon, in words. `since` is when it began, `opened_at` when it
    was said (both Unix seconds of event time, since <= opened_at <= closed_at). `value` and `limit` are of `signal`, at
    its worst. `p` is 0..0.99. `money` is None for a sensor's episode (it costs nothing to wait: risk is unchanged) and
    for a closed one. `codes` are what a maker's tool calls it (OBD-II, J1939), where a public name fits.

    `acts` are what people did with it, oldest first; `acts_dropped` older ones fell out. `acknowledged_by` and
    `silenced_by` are names that were typed, empty where none was. `silenced_until` is None of a silence that lasts
    until the episode is over, and where it is not silenced. `undo_by` are the names that have something to take back.
    `rests_on_it`, of a sensor's: an open one of the machine rests on what the sensor reads.
    """

    id: str
    vehicle_id: str
    class_label: str
    source: Source
    kind: EpisodeKind
    mode: str
    mode_label: str
    signal: str
    uom: str
    state: EpisodeState
    title: str
    reason: str
    cause: str
    check: str
    advice: str
    urgency: str
    since: float
    opened_at: float
    closed_at: float | None
    acknowledged_at: float | None
    value: float | None
    limit: float | None
    p: float
    to_limit_s: Span | None = None
    money: Money | None = None
    codes: tuple[str, ...] = ()
    acknowledged_by: str = ""
    silenced_until: float | None = None
    silenced_by: str = ""
    acts: tuple[Act, ...] = ()
    acts_dropped: int = 0
    undo_by: tuple[str, ...] = ()
    rests_on_it: bool = False

    @property
    def open(self) -> bool:
        return self.state != "closed"

    @property
    def story(self) -> str:
        """What happened, why it matters and what to do, in one paragraph."""
        return f"{self.reason.rstrip('.')}. {self.cause} {self.advice}"
