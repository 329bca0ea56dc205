"""One unit: its page, itself over days, and the journey of one of its samples."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from connected_ops.read_model.episodes import EpisodeView
from connected_ops.read_model.fleet import ServiceDue, UnitRow
from connected_ops.read_model.odd import OddReadings
from connected_ops.read_model.terms import Band, Range, Source


@dataclass(frozen=True, slots=True)
class Contribution:
    """A failure mode's share of a unit's score, in points of 100; the shares add up to the score."""

    mode: str
    label: str
    points: float
    sentence: str


@dataclass(frozen=True, slots=True)
class SignalView:
    """One signal of one unit: its newest value that is believed, its own learned normal (None in the grace period), its
    class's limits.

    `own_normal` falls back to the class's band, or to one that is `set_for_it` alone, while `learned` is False.
    `fitted` is False where the unit never sent it. `age_s` is how much older the value is than the unit's newest
    sample, 0 while it stands for the present by the signal's own cadence. `refused` is a newer value that was sent and
    is not believed, `why` the sentence of the rule that speaks against it, or says that none came.
    """

    key: str
    label: str
    uom: str
    decimals: int
    fitted: bool
    value: float | None
    own_normal: tuple[float, float] | None
    learned: bool
    warn: float | None
    critical: float | None
    age_s: float = 0.0
    refused: float | None = None
    why: str = ""
    set_for_it: bool = False


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One sample for the table of newest samples: values by signal key, verdict, the sentences of the rules that
    fired, and the keys of the values that are `refused`: not believed."""

    ts: float
    verdict: str
    sentences: tuple[str, ...]
    values: tuple[tuple[str, float | None], ...]
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndicatorView:
    """One condition indicator of a unit: its evidence 0 (nothing) to 1 (plainly), None where it cannot be read.

    The rest is known of a unit that is looked at. `modes` are the failure modes it speaks for, `about` what it
    measures, `sentence` what it says now (empty while quiet). `value`, the unit's own `normal` in its present regime
    (its class's band while not `learned`, or one that is `set_for_it` alone) and the `limit` (`limit_label` names it)
    are of one quantity in `uom`, or all `difference`s of it. `since` is when it began to speak (Unix s). `course` is
    what `value` was: [m] Unix s rising and [m] figures with NaN for gaps, over `course_s` seconds.
    """

    key: str
    label: str
    evidence: float | None
    modes: tuple[str, ...] = ()
    about: str = ""
    sentence: str = ""
    uom: str = ""
    decimals: int = 0
    difference: bool = False
    value: float | None = None
    normal: tuple[float, float] | None = None
    learned: bool = True
    limit: float | None = None
    limit_label: str = ""
    since: float | None = None
    course: tuple[NDArray[np.float64], NDArray[np.float64]] | None = field(default=None, compare=False, repr=False)
    course_s: float = 0.0
    set_for_it: bool = False


@dataclass(frozen=True, slots=True)
class SampleQuality:
    """What is known of a unit's samples over time, all Unix seconds: the starts of the half minutes [m] of four hours
    and of the half hours [k] of fourteen days that a sample was kept in, the newest samples that `need_review`, and
    those `rejected` that still stand in quarantine."""

    half_minutes: NDArray[np.float64]
    half_hours: NDArray[np.float64]
    need_review: tuple[float, ...] = ()
    rejected: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where a slow drift leads: [k] seconds after now, and there the middle and the edges of an 80 % interval."""

    ahead_s: NDArray[np.float64]
    middle: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DriftView:
    """A unit against itself over days: how far one quantity lies above this unit's own normal at the same load, speed
    and weather, by half hours.

    `ts` [m] Unix seconds rising, `above` [m] in `uom` (a difference; for vibration in index points) with NaN where the
    unit did not run; `usual` is the half-width of its own scatter, `margin` the distance from its normal at hard work
    to the warning limit (None: no such limit), `level` where it stands now, `onset` since when it has left its normal
    (None: it has not), `sentence` what that means in words.
    """

    key: str
    label: str
    uom: str
    decimals: int
    ts: NDArray[np.float64]
    above: NDArray[np.float64]
    usual: float
    margin: float | None
    level: float
    onset: float | None
    sentence: str
    forecast: Forecast | None = None


@dataclass(frozen=True, slots=True)
class SeriesView:
    """A unit's signals over one range: its newest samples, or means over buckets of `width_s` seconds (0: samples).

    `ts` [m] are Unix seconds rising, of a bucket its middle; `values` [m, signals] in the order of `UnitView.signals`,
    NaN where nothing was heard that is believed; `verdicts` [m] what validation said of each sample, empty for means.
    """

    range: Range
    width_s: float
    ts: NDArray[np.float64]
    values: NDArray[np.float64]
    verdicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitView:
    """Everything the unit page shows, made on request and shared by all sessions that look at the same sequence.

    `ts` [m] are Unix seconds in event time, oldest first; `values` [m, signals] with NaN where absent or withheld;
    `newest` are the latest samples, newest first; `episodes` the unit's open ones, the most pressing first, then the
    newest closed ones; `drift` is the unit against itself, None until it has days of history; `regime` says in a word
    what the machine was doing in its newest sample; `service` is the row's, with its log; `odd` are readings
    that were not believed, a line each signal.
    """

    sequence: int
    at: float
    row: UnitRow
    run_hours: float | None
    learning_s: float
    contributions: tuple[Contribution, ...]
    signals: tuple[SignalView, ...]
    ts: NDArray[np.float64]
    values: NDArray[np.float64]
    newest: tuple[SampleRow, ...]
    indicators: tuple[IndicatorView, ...] = ()
    episodes: tuple[EpisodeView, ...] = ()
    drift: DriftView | None = None
    regime: str = ""
    service: ServiceDue | None = None
    quality: SampleQuality | None = None
    odd: tuple[OddReadings, ...] = ()

    def signal(self, key: str) -> SignalView:
        """The signal of that catalogue key; KeyError where there is none."""
        for signal in self.signals:
            if signal.key == key:
                return signal
        raise KeyError(key)

    def series(self, key: str) -> NDArray[np.float64]:
        """The [m] values of one signal."""
        return self.values[:, [signal.key for signal in self.signals].index(key)]


@dataclass(frozen=True, slots=True)
class JourneyView:
    """One sample from the wire to the dollar: its values, what validation said, what each indicator saw in it, the
    points each mode had after it, the unit's episode then, and the money of it. `contributions` add up to `score`."""

    vehicle_id: str
    ts: float
    arrived: float
    source: Source
    verdict: str
    sentences: tuple[str, ...]
    values: tuple[tuple[str, float | None], ...]
    regime: str
    indicators: tuple[IndicatorView, ...]
    score: float
    band: Band
    contributions: tuple[Contribution, ...]
    episodes: tuple[EpisodeView, ...]
