"""Where pages read, and what their buttons reach."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from connected_ops.insight.acts import Work
from connected_ops.read_model.backtest import BacktestRun
from connected_ops.read_model.episodes import EpisodeView
from connected_ops.read_model.fleet import FleetSnapshot, UnitRow
from connected_ops.read_model.odd import OddReadings
from connected_ops.read_model.quality import QualityView
from connected_ops.read_model.terms import FaultGroup, Range
from connected_ops.read_model.units import JourneyView, SeriesView, UnitView
from connected_ops.read_model.value import ValueView


@dataclass(frozen=True, slots=True)
class FaultOffer:
    """A fault that can be put on a unit now. `until` is when an active one ends (Unix seconds), None where it is not
    active or stays until a reset; `group` is a machine's fault, a sensor's, or what must not alert."""

    kind: str
    label: str
    active: bool
    until: float | None = None
    group: FaultGroup = "machine"


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """A fault that somebody put on a simulated unit, as it really was: `since` when it began (for one that grew, days
    before the press), `until` when it ended or ends, None while it stays until a reset; both Unix seconds, equal for a
    single sample."""

    kind: str
    label: str
    since: float
    until: float | None


class ReadModel(Protocol):
    """Where pages read. Every call is cheap and safe on the event loop."""

    @property
    def sequence(self) -> int:
        """Higher for every newer snapshot, by one for all that came since it was asked last: poll this, then read."""
        ...

    def snapshot(self) -> FleetSnapshot: ...

    def rows(self, positions: Sequence[int] | None = None) -> Sequence[UnitRow]:
        """The lines of the units at those positions of the snapshot, in that order, a page's worth at a time; of the
        worst 100 where none are named."""
        ...

    def unit(self, vehicle_id: str) -> UnitView | None: ...

    def series(self, vehicle_id: str, span: Range) -> SeriesView | None:
        """A unit's signals over a range; None where nobody knows the unit."""
        ...

    def episodes(self) -> Sequence[EpisodeView]:
        """All that are kept: the open ones first, the most pressing leading, then the closed ones, newest first."""
        ...

    def odd(self) -> Sequence[OddReadings]:
        """The newest readings of the fleet that were not believed and belong to no episode, newest first."""
        ...

    def value(self, changes: Mapping[str, float]) -> ValueView:
        """The value stage with some assumptions changed; what is out of range is clamped, and said."""
        ...

    def quality(self) -> QualityView: ...

    def journey(self, vehicle_id: str, ts: float) -> JourneyView | None:
        """The journey of one of a unit's newest samples (those in `UnitView.newest`); None where it is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a button: done or refused, and the sentence that says so to a person."""

    ok: bool
    sentence: str


class Controls(Protocol):
    """What a page's buttons may do; they never raise for what a person did wrong, the answer's sentence says it."""

    def simulated_units(self) -> Sequence[str]:
        """The emulator's units, in its order; empty when it is off."""
        ...

    def offers(self, vehicle_id: str) -> Sequence[FaultOffer]:
        """The faults offered for a unit's class; empty for live units."""
        ...

    def injected(self, vehicle_id: str) -> Sequence[InjectedFault]:
        """The faults put on a unit since the last reset, the newest 40, oldest first; empty for live units."""
        ...

    async def inject(self, kind: str, vehicle_id: str | None = None, hold_s: float | None = None) -> Answer: ...

    async def reset(self) -> Answer: ...

    async def work(self, episode_id: str, asked: Work) -> Answer:
        """Acknowledge, silence or note an episode of any unit, or take that back."""
        ...

    async def service_done(self, vehicle_id: str) -> Answer:
        """Somebody has serviced a unit: the next interval counts from its engine hours now."""
        ...

    async def undo_service(self, vehicle_id: str) -> Answer:
        """Take a unit's newest logged service back."""
        ...


class Backtests(Protocol):
    """Where a page's recordings go through an engine of their own, one at a time."""

    async def begin(self, name: str, chunks: AsyncIterator[bytes]) -> str:
        """Take a file called `name` and begin; the key under which its run is found. Never raises for what a person
        did wrong: a refused run's sentence says it."""
        ...

    def find(self, key: str) -> BacktestRun | None:
        """The run of that key; None where it is kept no more."""
        ...


ActsOn = Literal["simulation", "records"]
"""What a page's act is upon: the simulated fleet, or what stays with machines and people."""


class Visitor(Protocol):
    """Whoever looks at a page, as far as they may act there. Asked anew at each act: a sign-in runs out."""

    @property
    def asks(self) -> bool:
        """Whether a sign-in makes a difference to them."""
        ...

    @property
    def signed_in(self) -> bool: ...

    def refusal(self, acts_on: ActsOn) -> str | None:
        """Why they may not do that, as a sentence that says what to do; None where they may."""
        ...


class Anyone:
    """A visitor of a page that nobody guards: may do all."""

    asks = False
    signed_in = False

    def refusal(self, acts_on: ActsOn) -> str | None:
        return None
