"""What keeps a page fresh: what a session looks at, what it has not been sent yet, and the output that carries it."""

from dataclasses import replace

from shiny import reactive
from shiny.render.renderer import Jsonifiable, Renderer

from connected_ops.read_model import Anyone, JourneyView, ValueView, Visitor
from shiny_app.live.location import UNITS, Location, Units, changes_of
from shiny_app.live.page import Look, Page
from shiny_app.live.shared import Shared
from shiny_app.live.slots import Value, Values
from shiny_app.pages import body, page_of
from shiny_app.shell.around import values

Message = dict[str, Jsonifiable]

_LONGEST_WORD = 64


def changes(sent: Values, now: Values) -> dict[str, Jsonifiable]:
    """What of `now` differs from what was sent. A field that is gone went with its row, and comes back whole."""
    return {name: value for name, value in now.items() if name not in sent or sent[name] != value}


class Viewer:
    """One session. What it has chosen, and which snapshot it sees, are reactive values: what is made of one is made
    again when that changes, and nothing else is. What it was sent is no such value, it only follows.

    Values and calculations are read in a reactive context; methods that choose may be called anywhere.
    """

    def __init__(self, shared: Shared, origin: str, visitor: Visitor | None = None) -> None:
        self.shared, self.origin, self.visitor = shared, origin, visitor or Anyone()
        self.sequence = reactive.value(shared.read_model.sequence, name="sequence")
        self.answers = reactive.value(0, name="answers")
        self.asked = reactive.value(Location(), name="asked")
        self.unit = reactive.value[str | None](None, name="unit")
        self.picked = reactive.value[str | None](None, name="picked")
        self.units = reactive.value[Units]("f", name="units")
        self.changes = reactive.value[tuple[tuple[str, float], ...]]((), name="changes")
        self.journey = reactive.value[JourneyView | None](None, name="journey")
        self.backtest = reactive.value[str | None](None, name="backtest")
        self.paused_at = reactive.value[float | None](None, name="paused_at")
        self.redraws = reactive.value(0, name="redraws")
        self.location = reactive.calc(self._location)
        self.own = reactive.calc(self._own)
        self.look = reactive.calc(self._look)
        self.page = reactive.calc(self._page)
        self.values = reactive.calc(self._values)
        self._shown: tuple[str, ...] | None = None
        self._sent: dict[str, Value] = {}
        self._met: tuple[str, float] | None = None

    def _location(self) -> Location:
        """The address with what this session keeps beside it: its units, the unit it keeps to, its assumptions."""
        asked = self.asked()
        unit = self.unit() if asked.page == "unit" else asked.unit
        return replace(asked, unit=unit, units=self.units(), changes=self.changes())

    def _own(self) -> ValueView | None:
        self.sequence()
        return self.shared.own_value(self.changes())

    def _look(self) -> Look:
        self.sequence()
        self.answers()
        return Look(
            self.shared,
            self.location(),
            self.picked(),
            self.own(),
            self.journey(),
            self.backtest(),
            self.paused_at(),
            self._met,
            self.visitor,
        )

    def _page(self) -> Page:
        return page_of(self.look())

    def _values(self) -> dict[str, Value]:
        return values(self.look(), self.page())

    def go(self, location: Location) -> None:
        """Look at another location; a unit page without a unit is that of the last one, else of the worst."""
        self.measure(location.units)
        self.changes.set(location.changes)
        self.asked.set(location)
        if location.page == "unit":
            with reactive.isolate():
                last = self.unit()
            self.keep_to(location.unit or last or self.shared.leader())

    def keep_to(self, unit: str | None) -> None:
        """Show a unit from now on; the side panel follows to a simulated one."""
        self.unit.set(unit)
        self.pick(unit)

    def pick(self, unit: object) -> None:
        """Pick a unit in the side panel; what is none of its units changes nothing."""
        if isinstance(unit, str) and unit in self.shared.simulated():
            self.picked.set(unit)

    def measure(self, asked: object) -> None:
        """Show °F and mph (f) or °C and km/h (c); any other word changes nothing."""
        if isinstance(asked, str) and asked in UNITS:
            self.units.set(UNITS[asked])

    def assume(self, asked: object) -> bool:
        """Change assumptions as a page's sliders stand; False, and nothing is changed, where it cannot be read."""
        found = changes_of(asked)
        if found is None:
            return False
        self.changes.set(found)
        return True

    def follow(self, asked: object) -> bool:
        """Follow one of a unit's newest samples; anything without a unit closes it. False where that sample is gone."""
        self.journey.set(None)
        if not isinstance(asked, dict) or asked.get("unit") is None:
            return True
        unit, ts, found = asked.get("unit"), asked.get("ts"), None
        if isinstance(unit, str) and len(unit) <= _LONGEST_WORD and isinstance(ts, int | float) and 0 <= ts < 1e11:
            found = self.shared.read_model.journey(unit, float(ts))
        self.journey.set(found)
        return found is not None

    def try_out(self, asked: object) -> bool:
        """Show what comes of the recording that was sent under a key. False where that is none."""
        key = asked.get("key") if isinstance(asked, dict) else None
        if not isinstance(key, str) or not 0 < len(key) <= _LONGEST_WORD:
            return False
        self.backtest.set(key)
        return True

    def pause(self, asked: object) -> None:
        """Stand still from now on, or go on; anything that says neither changes nothing."""
        paused = asked.get("paused") if isinstance(asked, dict) else None
        with reactive.isolate():
            since = self.paused_at()
        if paused is True and since is None:
            self.paused_at.set(self.shared.at)
        elif paused is False:
            self.paused_at.set(None)

    def see_answer(self) -> None:
        """An act was answered, and shows before the next snapshot: but for a page that stands still."""
        with reactive.isolate():
            if self.paused_at() is None:
                self.answers.set(self.answers() + 1)

    def draw_again(self) -> None:
        """The browser shows a body of another structure than this session started from: send it the right one."""
        self._shown = ()
        with reactive.isolate():
            self.redraws.set(self.redraws() + 1)

    def message(self) -> Message:
        """What the browser page has not been sent yet: values, and the whole body where its structure is another."""
        self.redraws()
        page, now = self.page(), self.values()
        message: Message = {"key": page.structure}
        if self._shown not in (None, page.key):
            message["page"] = {"href": page.href, "html": str(body(page, self.origin))}
            self._sent |= page.fields  # the body came filled
        self._shown = page.key
        if page.unit is not None:
            self._met = (page.unit, self.shared.at)
        message["set"] = changes(self._sent, now)
        self._sent = now
        return message


class LiveFields(Renderer[Message]):
    """The page's one ticking output: a dict of what changed, which the client's binding fills in."""

    async def transform(self, value: Message) -> Jsonifiable:
        return value
