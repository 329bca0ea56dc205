"""A live field and its element are found by a name in two places: none of the two may be without the other."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from htmltools import tags

from connected_ops.read_model import BacktestRun, OddReadings, ServiceDue, UnitView, Work
from shiny_app.live.location import parse
from shiny_app.live.page import Look, arrival
from shiny_app.live.shared import Shared
from shiny_app.live.slots import Slots, Values
from shiny_app.pages import PAGES, body, page_of
from shiny_app.shell.around import values
from shiny_app.shell.document import Frame, document

VOID = {"img", "input", "link", "meta"}
QUERIES = (
    *(f"?page={row.key}" for row in PAGES),
    "?page=fleet&units=c&chance_cooling=80", "?page=fleet&q=nothing", "?page=unit&unit=genset_1&units=c&range=4h",
    "?page=unit&unit=truck_07&from=1763908100&to=1763908200", "?page=unit&unit=van_05", "?page=unit&unit=corolla_2021",
    "?page=unit&unit=van_03&with=van_04", "?page=unit&unit=van_03&with=truck_07", "?page=unit&unit=nobody",
    "?page=insights&show=closed", "?page=insights&show=silenced", "?page=value&chance_cooling=80&nonsense=1",
    "?page=nothing&theme=pink",
)  # fmt: skip


class Elements(HTMLParser):
    """The names of the live fields that the elements of a document have. `here` are those of what stands there, rows
    with their keys; `ever` those that rows to come have too, with a * for their key."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.here: set[str] = set()
        self.ever: set[str] = set()
        self._open: list[tuple[str, str, str, bool]] = [("", "", "", False)]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        _, row, of, to_come = self._open[-1]
        if tag == "template":
            of, to_come = has["data-template"] or "", True
        if of and "data-key" in has:
            row = f"{of}/{'*' if to_come else has['data-key']}/"
        bound = [pair.partition(":")[2] for pair in (has.get("data-bind") or "").split()]
        names = [row + name for name in (has.get("data-live"), *bound) if name]
        if listed := has.get("data-live-list"):
            names, of = [*names, listed], listed
        self.ever.update(names)
        if not to_come:
            self.here.update(names)
        if tag not in VOID:
            self._open.append((tag, row, of, to_come))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            while self._open.pop()[0] != tag:
                pass


def drawn(look: Look) -> tuple[Values, Elements]:
    page = page_of(look)
    fields = values(look, page)
    frame = Frame("www", "", page.href, page.structure, None, bool(look.shared.simulated()))
    return fields, Elements(document(frame, Slots(fields), body(page, "")))


def unseen(fields: Values, elements: Elements) -> set[str]:
    """The fields that no element shows."""
    return fields.keys() - elements.here


def general(names: set[str], fields: Values) -> set[str]:
    """Names with a * for the key of a row, and for its place in a row that has several of a kind."""
    lists = sorted((name for name, value in fields.items() if isinstance(value, tuple)), key=len, reverse=True)
    found: set[str] = set()
    for name in names:
        of = next((each for each in lists if name.startswith(f"{each}/")), None)
        key = next((key for key in fields[of] or () if name.startswith(f"{of}/{key}/")), None) if of else None
        found.add(name if key is None else f"{of}/*/{name.removeprefix(f'{of}/{key}/')}")
    return found


def placeless(names: set[str]) -> set[str]:
    return {re.sub(r"/\d+\.", "/n.", name) for name in names}


@pytest.fixture
async def rich(fleet: Any, shared: Shared, recorded: Any, monkeypatch: pytest.MonkeyPatch) -> Shared:
    """A fleet in which all there is to show is shown somewhere."""
    unit, rows = fleet.unit, fleet.rows
    due = ServiceDue(38.0, 600.0, 3.8, log=((fleet.at - 9e5, 8000.0),))
    odd = (
        OddReadings("truck_07", "coolant_temp_f", "Coolant", 1, fleet.at - 60, fleet.at - 60, "one of 250 °F", "It."),
    )
    monkeypatch.setattr(fleet, "odd", lambda: odd)

    def seen(at: str) -> UnitView | None:
        view = unit(at)
        if view is None:
            return None
        first, *others = view.signals
        struck = replace(first, refused=250.0, why="It jumped.", age_s=40.0)
        row = replace(view.row, service=due)
        return replace(view, service=due, row=row, odd=odd, signals=(struck, *others))

    monkeypatch.setattr(fleet, "unit", seen)
    monkeypatch.setattr(fleet, "rows", lambda *at: [replace(row, service=due) for row in rows(*at)])
    fleet.said.append(replace(fleet.said[1], id="truck_07.vibration.9", vehicle_id="truck_07"))
    fleet.active["truck_07", "coolant_overheat"] = fleet.at + 60
    fleet.runs["done"] = BacktestRun("done", "van.csv", "done", view=recorded, report="all of it")
    fleet.runs["refused"] = BacktestRun("refused", "van.csv", "refused", "It is broken.")
    for asked in (Work("acknowledge", "Kim"), Work("silence", "Kim", silence="1h"), Work("note", "Kim", note="Seen.")):
        assert (await fleet.work("truck_07.cooling.1", asked)).ok
    return shared


def looks(shared: Shared, fleet: Any) -> Iterator[tuple[str, Look]]:
    for query in QUERIES:
        yield query, arrival(shared, parse(query))
    truck = arrival(shared, parse("?page=unit&unit=truck_07"))
    yield "paused", replace(truck, paused_at=fleet.at)
    sample = fleet.unit("truck_07").newest[0]
    yield "a followed sample", replace(truck, journey=fleet.journey("truck_07", sample.ts))
    yield "a unit that left", replace(arrival(shared, parse("?page=unit&unit=gone")), met=("gone", fleet.at))
    for run in ("done", "refused", "forgotten"):
        yield f"a run that is {run}", replace(arrival(shared, parse("?page=backtest")), backtest=run)


async def test_every_field_has_an_element_that_shows_it_and_every_element_is_filled_on_some_page(
    fleet: Any, rich: Shared
) -> None:
    without: dict[str, set[str]] = {}
    filled: set[str] = set()
    waiting: set[str] = set()
    for name, look in looks(rich, fleet):
        fields, elements = drawn(look)
        without[name] = unseen(fields, elements)
        filled |= placeless(general(set(fields), fields))
        waiting |= placeless(general(elements.ever, fields))
    assert {name: fields for name, fields in without.items() if fields} == {}
    assert sorted(waiting - filled) == []


async def test_a_field_that_no_element_has_and_an_element_without_a_field_are_found(rich: Shared) -> None:
    fields, elements = drawn(arrival(rich, parse("?page=fleet")))
    misspelt = {**fields, "fleet.savd": "$1", "units/truck_07/wyh": "Coolant"}
    assert unseen(misspelt, elements) == {"fleet.savd", "units/truck_07/wyh"}
    short = {name: value for name, value in fields.items() if not name.endswith("/why")}
    assert "units/*/why" in general(elements.ever, short) - general(set(short), short)


def test_rows_are_told_from_what_rows_are_made_of() -> None:
    slots = Slots({"units": ("a",), "units/a/name": "A"})
    rows = slots.each("units", tags.ul(), lambda item: tags.li(item.text("name")))
    elements = Elements("".join(map(str, rows)))
    assert elements.here == {"units", "units/a/name"}
    assert elements.ever == {"units", "units/a/name", "units/*/name"}
