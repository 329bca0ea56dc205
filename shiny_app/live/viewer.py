"""What keeps a page fresh: what a session has not been sent yet of its page, and the one output that carries it."""

from dataclasses import dataclass, field, replace

from shiny.render.renderer import Jsonifiable, Renderer

from connected_ops.read_model import Anyone, JourneyView, ValueView, Visitor
from shiny_app.fleet.view import money_fields
from shiny_app.live.location import UNITS, Location, Units, changes_of
from shiny_app.live.pages import Page, Pages, gone_page
from shiny_app.live.slots import Value, Values
from shiny_app.shell import in_metric
from shiny_app.shell.attention import tab_title
from shiny_app.shell.document import PAGES, around_fields, pause_fields, saved_fields
from shiny_app.shell.visiting import sign_in_fields
from shiny_app.unit.signal_charts import held_fields
from shiny_app.unit.view import journey_fields

Message = dict[str, Jsonifiable]

_LONGEST_WORD = 64


def nav_fields(page: Page) -> dict[str, Value]:
    """Which link of the top bar is the page's own."""
    return {f"nav.{name}": "page" if name == page.name else None for name in PAGES}


def deciding(value: ValueView) -> int:
    """How many units have an episode with a price."""
    return len({episode.vehicle_id for episode in value.episodes})


def changes(sent: Values, now: Values) -> dict[str, Jsonifiable]:
    """What of `now` differs from what was sent. A field that is gone went with its row, and comes back whole."""
    return {name: value for name, value in now.items() if name not in sent or sent[name] != value}


@dataclass(slots=True)
class Viewer:
    """One session: who looks, where it is, which unit its side panel has picked, which sample it follows, the key
    of its own backtest, since when it stands still if it does, and what it was sent."""

    pages: Pages
    origin: str
    visitor: Visitor = field(default_factory=Anyone)
    location: Location = field(default_factory=Location)
    unit: str | None = None
    picked: str | None = None
    units: Units = "f"
    journey: JourneyView | None = None
    backtest: str | None = None
    shown: tuple[str, ...] | None = None
    sent: dict[str, Value] = field(default_factory=dict)
    paused_at: float | None = None
    _looked: tuple[object, ...] | None = None
    _met: tuple[str, float] | None = None
    _valued: tuple[int, Location, ValueView] | None = None

    def go(self, location: Location) -> None:
        """Look at another location; a unit page without a unit is that of the last one, and later of the worst."""
        self.measure(location.units)
        self.location = replace(location, units=self.units)
        if location.page == "unit":
            self._look_at(location.unit or self.unit or self.pages.leader())

    def _look_at(self, unit: str | None) -> None:
        """Keep to a unit from now on; the side panel follows to a simulated one."""
        self.unit = unit
        self.location = replace(self.location, unit=unit)
        self.pick(unit)

    def pick(self, unit: object) -> None:
        """Pick a unit in the side panel; what is none of its units changes nothing."""
        if isinstance(unit, str) and unit in self.pages.simulated():
            self.picked = unit

    def measure(self, asked: object) -> None:
        """Show °F and mph (f) or °C and km/h (c); any other word changes nothing."""
        if isinstance(asked, str) and asked in UNITS:
            self.units = UNITS[asked]
            self.location = replace(self.location, units=self.units)

    def assume(self, asked: object) -> bool:
        """Change assumptions as a page's sliders stand; False, and nothing is changed, where it cannot be read."""
        found = changes_of(asked)
        if found is None:
            return False
        self.location = replace(self.location, changes=found)
        return True

    def follow(self, asked: object) -> bool:
        """Follow one of a unit's newest samples; anything without a unit closes it. False where that sample is gone."""
        self.journey = None
        if not isinstance(asked, dict) or asked.get("unit") is None:
            return True
        unit, ts = asked.get("unit"), asked.get("ts")
        if isinstance(unit, str) and len(unit) <= _LONGEST_WORD and isinstance(ts, int | float) and 0 <= ts < 1e11:
            self.journey = self.pages.journey(unit, float(ts))
        return self.journey is not None

    def try_out(self, asked: object) -> bool:
        """Show what comes of the recording that was sent under a key. False where that is none."""
        key = asked.get("key") if isinstance(asked, dict) else None
        if not isinstance(key, str) or not 0 < len(key) <= _LONGEST_WORD:
            return False
        self.backtest = key
        return True

    def pause(self, asked: object) -> None:
        """Stand still from now on, or go on; anything that says neither changes nothing."""
        paused = asked.get("paused") if isinstance(asked, dict) else None
        if paused is True and self.paused_at is None:
            self.paused_at, self._looked = self.pages.at, None  # what it shows is brought up to this moment once more
        elif paused is False:
            self.paused_at = None

    def draw_again(self) -> None:
        """The browser shows a body of another structure than this session started from: send it the right one."""
        self.shown = ()

    def own_value(self) -> ValueView | None:
        """The value stage by this session's assumptions; None where it changes none that exists."""
        if not self.location.changes:
            return None
        if self._valued is None or self._valued[:2] != (self.pages.sequence, self.location):
            view = self.pages.value(self.location.changes)
            self._valued = (self.pages.sequence, self.location, view)
        return self._valued[2]

    def page(self) -> Page:
        """The page that this session should see now."""
        if self.location.page == "unit" and self.unit is None:
            self._look_at(self.pages.leader())
        own = self.own_value()
        page = self._or_gone(self.pages.page(self.location, own))
        added = self._added(page, own)
        return replace(page, fields=page.fields | added) if added else page

    def _or_gone(self, page: Page) -> Page:
        """A page without its unit in the words for one that was there, where this session has seen it."""
        if page.key[0] == "unit" and self.location.unit is not None:
            self._met = (self.location.unit, self.pages.at)
        elif page.key[0] == "missing" and self._met is not None and self._met[0] == self.location.unit:
            return gone_page(*self._met)
        return page

    def _added(self, page: Page, own: ValueView | None) -> dict[str, Value]:
        """What this session alone sees on a page that is shared: charts that stand still, its followed sample, and
        money by its assumptions."""
        if page.key[0] == "unit":
            here = self.journey if self.journey and self.journey.vehicle_id == self.location.unit else None
            held = None if self.paused_at is None or self.unit is None else self.pages.hold(self.unit)
            still = {} if held is None else held_fields(page.fields, held)
            return still | journey_fields(in_metric.journey(here) if here and self.units == "c" else here)
        if page.name == "backtest" and self.backtest is not None:
            return self.pages.backtest(self.backtest, self.units == "c")
        if page.name == "fleet" and own and own.changes:
            return money_fields(deciding(own), own.act_usd, own.wait_usd, own.saved_usd, own=True)
        return {}

    def values(self, page: Page) -> dict[str, Value]:
        """All the values that stand on it."""
        picked = self.picked or next(iter(self.pages.simulated()), None)
        panel = self.pages.panel(picked) if picked is not None else {}
        own = self.own_value()
        value = saved_fields(deciding(own), own.units, own.saved_usd, own=True) if own and own.changes else {}
        around = around_fields(self.units, self.location.sentences) | pause_fields(self.paused_at)
        around |= sign_in_fields(self.visitor)
        shell = self.pages.shell()
        around["title"] = tab_title(page.title, shell["unseen"])
        return {**shell, **value, **around, **nav_fields(page), **panel, **page.fields}

    def message(self) -> Message:
        """What the browser page has not been sent yet: values, and the whole body where its structure is another. While
        it stands still nothing but that it does, unless it looks at something else."""
        looks = (self.location, self.picked, self.journey, self.backtest)
        if self.paused_at is not None and self.shown and looks == self._looked:
            said = pause_fields(self.paused_at)
            fresh = changes(self.sent, said)
            self.sent |= said
            return {"key": " ".join(self.shown), "set": fresh}
        self._looked = looks
        page = self.page()
        now = self.values(page)
        message: Message = {"key": structure_key(page)}
        if self.shown not in (None, page.key):
            message["page"] = {"href": page.href, "html": str(page.body(self.origin))}
            self.sent |= page.fields  # the body came filled
        self.shown = page.key
        message["set"] = changes(self.sent, now)
        self.sent = now
        return message


def structure_key(page: Page) -> str:
    """The key as the browser keeps it, to tell a body drawn by another snapshot than the session started from."""
    return " ".join(page.key)


class LiveFields(Renderer[Message]):
    """The page's one ticking output: a dict of what changed, which the client's binding fills in."""

    async def transform(self, value: Message) -> Jsonifiable:
        return value
