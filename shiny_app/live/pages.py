"""The pages: what each holds and how it is drawn, worked out once a snapshot for all sessions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar
from urllib.parse import quote

from htmltools import TagChild

from connected_ops.read_model import Backtests, Controls, JourneyView, ReadModel, UnitView, ValueView
from shiny_app.backtest.view import backtest_fields, backtest_page
from shiny_app.charts.held import Held
from shiny_app.charts.ranges import Asked
from shiny_app.charts.reading import reading_of
from shiny_app.fleet.query import FleetQuery
from shiny_app.fleet.selection import Selection, select
from shiny_app.fleet.tools import tools_fields
from shiny_app.fleet.view import fleet_fields, fleet_page
from shiny_app.insights.view import insights_fields, insights_page
from shiny_app.live.location import Changes, Location, Range, Show
from shiny_app.live.slots import Value
from shiny_app.quality.view import quality_fields, quality_page
from shiny_app.shell import in_metric
from shiny_app.shell.attention import attention_fields
from shiny_app.shell.components import csv_href, nav_href, sentence_page
from shiny_app.shell.document import PAGES, PRODUCT, shell_fields
from shiny_app.shell.format import moment
from shiny_app.shell.side_panel import panel_fields
from shiny_app.unit.compare import compare_fields, compared
from shiny_app.unit.signal_charts import chart_fields
from shiny_app.unit.story_card import timeline_fields
from shiny_app.unit.view import structure, unit_fields, unit_page
from shiny_app.value.view import structure as value_structure
from shiny_app.value.view import value_fields, value_page

T = TypeVar("T")

MOST_MADE = 128
"""What is kept of one snapshot: pages, selections, lists. Beyond that the oldest is made again if asked for."""

MOST_PICKABLE = 200
"""The most units a picker offers: a longer list is none to pick from, and the fleet page and the URL reach the rest."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page at one snapshot. `key` names its structure: while it stays, only `fields` differ between snapshots.

    `draw` makes the body of the fields and the server's own address.
    """

    key: tuple[str, ...]
    name: str
    href: str
    fields: dict[str, Value]
    draw: Callable[[dict[str, Value], str], TagChild]
    heading: str = ""

    @property
    def title(self) -> str:
        """What the browser's tab says."""
        heading = self.heading or PAGES.get(self.name)
        return f"{heading} · {PRODUCT}" if heading else PRODUCT

    def body(self, origin: str) -> TagChild:
        """The page's elements, filled."""
        return self.draw(self.fields, origin)


class Pages:
    """The pages of one read model, each worked out once a snapshot and shared by all sessions that look at it."""

    def __init__(
        self, read_model: ReadModel, controls: Controls, backtests: Backtests, held: Held | None = None
    ) -> None:
        self._read_model, self._controls, self._backtests = read_model, controls, backtests
        self._held = held or Held()
        self._sequence: int | None = None
        self._made: dict[tuple[object, ...], object] = {}

    @property
    def sequence(self) -> int:
        return self._read_model.sequence

    @property
    def at(self) -> float:
        """When the newest snapshot was made, in Unix seconds."""
        return self._read_model.snapshot().at

    def _once(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """What `make` gives, kept until the next snapshot."""
        if self._sequence != self._read_model.sequence:
            self._sequence = self._read_model.sequence
            self._made.clear()
        if key not in self._made:
            made = make()
            while len(self._made) >= MOST_MADE:
                del self._made[next(iter(self._made))]
            self._made[key] = made
        return self._made[key]  # pyright: ignore[reportReturnType]  # a key is only ever made by one kind of maker

    def shell(self) -> dict[str, Value]:
        """The values of the top bar and the loop strip."""

        def make() -> dict[str, Value]:
            snapshot = self._read_model.snapshot()
            return shell_fields(snapshot) | attention_fields(snapshot.loop, self._read_model.episodes())

        return self._once(("shell",), make)

    def simulated(self) -> tuple[str, ...]:
        """The units that faults can be put on; none without an emulator."""
        return self._once(("simulated",), lambda: tuple(self._controls.simulated_units()))

    def panel(self, unit: str) -> dict[str, Value]:
        """The values of the side panel with `unit` picked. Not kept: a button changes them between two snapshots."""
        pickable = with_chosen(self.simulated()[:MOST_PICKABLE], unit)
        return panel_fields(unit, pickable, self._controls.offers(unit), self._read_model.snapshot().at)

    def value(self, changes: Changes) -> ValueView:
        """The value stage under some changes of its assumptions. Only that of none is kept: others are a session's."""
        if not changes:
            return self._once(("valued",), lambda: self._read_model.value({}))
        return self._read_model.value(dict(changes))

    def backtest(self, key: str, metric: bool) -> dict[str, Value]:
        """The values of a run of the Backtest page; of one that is kept no more those of none."""
        run = self._backtests.find(key)
        return self._once(("backtest", key, run and run.state, metric), lambda: backtest_fields(run, metric))

    def hold(self, unit: str) -> int | None:
        """Keep what the charts of a unit are made of as it is now; the number that their addresses name it by."""
        return self._held.keep(self._read_model, self._controls.injected, unit)

    def journey(self, unit: str, ts: float) -> JourneyView | None:
        """The journey of one of a unit's newest samples."""
        return self._read_model.journey(unit, ts)

    def page(self, location: Location, value: ValueView | None = None) -> Page:
        """The page of a location, the value page of `value` where a session has one of its own; one that has nothing
        to show says so in a sentence."""
        metric = location.units == "c"
        if location.page == "unit":
            return self._unit(location.unit if location.unit is not None else self.leader(), location)
        if location.page == "value" and value is not None:
            return _value(value, metric)
        made: Mapping[str, Callable[[], Page]] = {
            "fleet": lambda: self._fleet(location.fleet, metric),
            "insights": lambda: self._insights(metric, location.show),
            "value": lambda: _value(self.value(()), metric),
            "quality": lambda: self._quality(metric),
            "backtest": _backtest,
        }
        make = made.get(location.page)
        listed = {"insights": location.show, "fleet": location.fleet}.get(location.page)
        return _unknown_page(location.page) if make is None else self._once((location.page, metric, listed), make)

    def leader(self) -> str | None:
        """The unit that a page without one shows: the worst, else the first."""
        snapshot = self._read_model.snapshot()
        if snapshot.loop.leader is not None:
            return snapshot.loop.leader
        return snapshot.vehicle_ids[int(snapshot.order[0])] if snapshot.vehicle_ids else None

    def _selected(self, query: FleetQuery) -> Selection:
        """The units that a query lets through, on all of its pages."""
        whole = replace(query, page=1)
        return self._once(("selected", whole), lambda: select(self._read_model.snapshot(), whole))

    def _fleet(self, query: FleetQuery, metric: bool) -> Page:
        snapshot, selection = self._read_model.snapshot(), self._selected(query)
        shown = selection.on_page(selection.page_of(query.page))
        rows, episodes, odd = self._read_model.rows(shown), self._read_model.episodes(), self._read_model.odd()
        if metric:
            rows, episodes = [in_metric.row(row) for row in rows], [in_metric.episode(each) for each in episodes]
            odd = [in_metric.odd(each) for each in odd]
        fields = fleet_fields(snapshot, rows, episodes, odd) | tools_fields(snapshot, query, selection, metric)
        key = ("fleet",) if snapshot.vehicle_ids else ("fleet", "empty")
        return Page(key, "fleet", nav_href("fleet"), fields, fleet_page)

    def _insights(self, metric: bool, show: Show) -> Page:
        episodes = self._read_model.episodes()
        if metric:
            episodes = [in_metric.episode(each) for each in episodes]
        fields = insights_fields(self._read_model.snapshot(), episodes, show)
        fields["insights.csv"] = csv_href("insights", metric=metric)
        return Page(("insights",), "insights", nav_href("insights"), fields, lambda filled, _: insights_page(filled))

    def _quality(self, metric: bool) -> Page:
        view = self._read_model.quality()
        fields = quality_fields(in_metric.quality(view) if metric else view)
        fields["rules.csv"] = csv_href("quality-rules", metric=metric)
        return Page(("quality",), "quality", nav_href("quality"), fields, lambda filled, _: quality_page(filled))

    def _unit(self, unit: str | None, location: Location) -> Page:
        view = self._read_model.unit(unit) if unit is not None else None
        if view is None:
            return _missing_unit(unit)
        metric, asked, other = location.units == "c", location.range, location.compared
        key, drawn = ("unit", view.row.vehicle_id, metric), Asked(asked, location.zoom)
        shown = self._once((*key, "shown"), lambda: in_metric.unit(view) if metric else view)
        page = self._once(key, lambda: self._shown(shown, metric))
        charts = self._once((*key, "charts", drawn), lambda: self._charts(view, shown, drawn))
        story = self._once((*key, "story", asked), lambda: self._story(shown, asked))
        beside = self._once((*key, "beside", other), lambda: self._beside(shown, other, metric))
        return replace(page, fields=page.fields | charts | story | beside)

    def _charts(self, view: UnitView, shown: UnitView, asked: Asked) -> dict[str, Value]:
        """What the charts show of a unit: `view` is in °F and mph, `shown` in the units of the page."""
        injected, metric = self._controls.injected, shown is not view
        return chart_fields(shown, reading_of(self._read_model, injected, view, asked, metric=metric, whole=shown))

    def _shown(self, shown: UnitView, metric: bool) -> Page:
        unit = shown.row.vehicle_id
        fields = unit_fields(shown, self._pickable(unit))
        for table in ("samples", "indicators"):
            fields[f"{table}.csv"] = csv_href(f"units/{quote(unit, safe='')}/{table}", metric=metric)
        key = ("unit", unit, "c" if metric else "f", structure(shown))
        return Page(key, "unit", nav_href("unit", unit), fields, lambda filled, _: unit_page(shown, filled), unit)

    def _story(self, shown: UnitView, asked: Range) -> dict[str, Value]:
        return timeline_fields(shown, asked, self._controls.injected(shown.row.vehicle_id))

    def _beside(self, shown: UnitView, asked: str | None, metric: bool) -> dict[str, Value]:
        """The comparison with the unit that an address asks for."""
        other = self._read_model.unit(asked) if asked else None
        other = in_metric.unit(other) if other is not None and metric else other
        return compare_fields(shown, compared(shown, asked, other), self._alike(shown.row.unit_class))

    def _alike(self, unit_class: str) -> tuple[str, ...]:
        """The ids of units of a class, sorted, as many as a picker offers."""

        def make() -> tuple[str, ...]:
            snapshot = self._read_model.snapshot()
            alike = (
                unit for unit, of in zip(snapshot.vehicle_ids, snapshot.unit_class, strict=True) if of == unit_class
            )
            return tuple(sorted(islice(alike, MOST_PICKABLE)))

        return self._once(("alike", unit_class), make)

    def _pickable(self, unit: str) -> tuple[str, ...]:
        """The ids that the picker offers, sorted; `unit` is always among them."""

        def make() -> tuple[str, ...]:
            return tuple(sorted(self._read_model.snapshot().vehicle_ids[:MOST_PICKABLE]))

        return with_chosen(self._once(("pickable",), make), unit)


def with_chosen(offered: tuple[str, ...], unit: str) -> tuple[str, ...]:
    """What a picker offers, with the unit that is chosen among it."""
    return offered if unit in offered else (unit, *offered)


def _backtest() -> Page:
    fields = backtest_fields(None)
    return Page(("backtest",), "backtest", nav_href("backtest"), fields, lambda filled, _: backtest_page(filled))


def _value(view: ValueView, metric: bool) -> Page:
    fields = value_fields(view, metric)
    key = ("value", value_structure(view))
    return Page(key, "value", nav_href("value"), fields, lambda filled, _: value_page(view, filled))


def _missing_unit(unit: str | None) -> Page:
    if unit is None:
        said = "No unit has reported yet. This page fills by itself when the first one does."
    else:
        said = f"No unit called “{unit}” has reported yet. This page fills by itself when it does."
    key = ("missing", unit or "")
    return Page(key, "unit", nav_href("unit", unit), {}, lambda *_: sentence_page("No such unit yet", said))


def gone_page(unit: str, seen_at: float) -> Page:
    """A unit that was shown until `seen_at` (Unix seconds) and is not there any more."""
    said = (
        f"“{unit}” was here until {moment(seen_at)} and has left the fleet: it was reset, or sent nothing for so long "
        "that it made room for others. This page fills by itself when it reports again."
    )
    return Page(("gone", unit), "unit", nav_href("unit", unit), {}, lambda *_: sentence_page("This unit is gone", said))


def _unknown_page(name: str) -> Page:
    *labels, last = PAGES.values()
    said = f"There is no page called “{name}”. The pages are {', '.join(labels)} and {last}."
    return Page(("unknown", name), "", nav_href("fleet"), {}, lambda *_: sentence_page("No such page", said))
