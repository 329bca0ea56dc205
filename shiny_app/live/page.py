"""What a page is: a row of the table of pages makes it of what a session looks at, and draws it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from htmltools import TagChild

from connected_ops.read_model import Anyone, JourneyView, ValueView, Visitor
from shiny_app.live.location import Location
from shiny_app.live.shared import Shared
from shiny_app.live.slots import Value


@dataclass(frozen=True, slots=True)
class Look:
    """What one session looks at, at one moment of the fleet: all that its page is made of.

    `location` has its unit and its units filled in; `picked` is the unit of the side panel. `own` is the value stage by
    the session's own assumptions, None where it changes none; `journey` the sample it follows, `backtest` the key of
    its own recording, `paused_at` since when it stands still (Unix seconds). `met` is the unit it saw last, and when;
    `visitor` who looks.
    """

    shared: Shared
    location: Location
    picked: str | None = None
    own: ValueView | None = None
    journey: JourneyView | None = None
    backtest: str | None = None
    paused_at: float | None = None
    met: tuple[str, float] | None = None
    visitor: Visitor = field(default_factory=Anyone)

    @property
    def metric(self) -> bool:
        """Whether it is in °C and km/h."""
        return self.location.units == "c"

    @property
    def own_money(self) -> ValueView | None:
        """Its own value stage where that differs from everybody's."""
        return self.own if self.own is not None and self.own.changes else None


def arrival(shared: Shared, location: Location, visitor: Visitor | None = None) -> Look:
    """What somebody looks at who comes by an address: on a unit page without a unit the worst, in °F and mph where none
    are asked for."""
    unit = location.unit
    if location.page == "unit":
        unit = unit or shared.leader()
    picked = unit if location.page == "unit" and unit in shared.simulated() else None
    at = replace(location, unit=unit, units=location.units or "f")
    return Look(shared, at, picked, shared.own_value(location.changes), visitor=visitor or Anyone())


@dataclass(frozen=True, slots=True)
class Page:
    """A page as one session sees it. `key` names its structure: while it stays, only `fields` differ between moments.

    `name` is that of its row, empty for an address of no page; `href` its own address; `view` what its elements are
    made of beside the fields. `unit` is the unit that it shows. `instead` are the heading and the sentence of a page
    that has nothing to show.
    """

    key: tuple[str, ...]
    name: str
    href: str
    fields: dict[str, Value]
    view: Any = None
    unit: str | None = None
    instead: tuple[str, str] | None = None

    @property
    def structure(self) -> str:
        """The key as the browser keeps it, to tell a body drawn of another one than its session started from."""
        return " ".join(self.key)


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page as the table has it: the word of its address and the name of its folder, what its link says, the key that
    leads there after `g`; what makes it of a look, and what draws it for a server at its own address."""

    key: str
    label: str
    shortcut: str
    make: Callable[[Look], Page]
    draw: Callable[[Page, str], TagChild]
