"""What the engine would have said of recordings, had it been there."""

from dataclasses import dataclass
from typing import Literal

from connected_ops.read_model.episodes import EpisodeView


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How the episodes stand to a recording's labels; an event is a run of samples labelled 1.

    `found` of `events` had an episode open in them; `delays_s` says for each of those how long after the event's
    first sample (0 where one was open already). `false` episodes opened outside of every event.
    """

    events: int
    found: int
    delays_s: tuple[float, ...]
    false: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """One machine's recording, gone through the engine.

    `begin` and `end` are Unix seconds (from 0 where `dated` is False); `hours` leaves out what nobody recorded. The
    four verdicts add up to `samples`; `skipped` rows had no time. `fixed` are the alarms of plain fixed limits by the
    limit's label, without those that stayed silent.
    """

    name: str
    file: str
    class_label: str
    dated: bool
    begin: float
    end: float
    hours: float
    samples: int
    valid: int
    needs_review: int
    rejected: int
    duplicates: int
    skipped: int
    fixed: tuple[tuple[str, int], ...]
    episodes: tuple[EpisodeView, ...]
    labels: LabelScore | None = None

    @property
    def fixed_alarms(self) -> int:
        """All alarms of fixed limits."""
        return sum(alarms for _, alarms in self.fixed)

    @property
    def machine(self) -> int:
        """How many episodes are of the machine itself, and of no sensor."""
        return sum(each.kind == "machine" for each in self.episodes)


@dataclass(frozen=True, slots=True)
class Plotted:
    """One signal of a recording for a chart: `x` seconds after its begin, rising, and `y`, None where the line breaks;
    `limit` is its class's own, None where there is none."""

    signal: str
    label: str
    uom: str
    x: tuple[float, ...]
    y: tuple[float | None, ...]
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class BacktestView:
    """Recordings that went through the engine side by side, those with the most to say first; `plotted` are the
    signals of the first, the one that leads. `read` says how their files were understood, and what was left out."""

    name: str
    recordings: tuple[Replayed, ...]
    plotted: tuple[Plotted, ...]
    read: tuple[str, ...] = ()

    @property
    def hours(self) -> float:
        """Recorded hours."""
        return sum(each.hours for each in self.recordings)

    @property
    def episodes(self) -> int:
        """Episodes of machines and of sensors."""
        return sum(len(each.episodes) for each in self.recordings)

    @property
    def machine(self) -> int:
        """Episodes of machines."""
        return sum(each.machine for each in self.recordings)

    @property
    def fixed_alarms(self) -> int:
        """What plain fixed limits would have raised."""
        return sum(each.fixed_alarms for each in self.recordings)

    @property
    def false_per_hour(self) -> float | None:
        """False episodes an hour of the labelled recordings; None where nobody labelled any."""
        labelled = [each for each in self.recordings if each.labels is not None]
        hours = sum(each.hours for each in labelled)
        false = sum(each.labels.false for each in labelled if each.labels is not None)
        return false / hours if hours > 0 else None


@dataclass(frozen=True, slots=True)
class BacktestRun:
    """An uploaded recording on its way: `name` is the file's. `sentence` says why it was refused, `view` and `report`
    (the same in words, to be kept) what came of it when it is done."""

    key: str
    name: str
    state: Literal["running", "done", "refused"]
    sentence: str = ""
    view: BacktestView | None = None
    report: str = ""
