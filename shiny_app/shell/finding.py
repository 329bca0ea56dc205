"""Finding a unit by a part of its id, and the units beside it in the order of risk: what a browser asks."""

from collections.abc import Mapping
from typing import TypedDict

from shiny import Inputs, Session, reactive

from connected_ops.read_model import BANDS, CLASS_LABELS, FRESHNESS, FleetSnapshot, ReadModel
from shiny_app.fleet.query import LONGEST_SEARCH
from shiny_app.shell.components import nav_href, silent_for
from shiny_app.shell.format import count, number

MOST_FOUND = 12


class Line(TypedDict):
    """One unit of the list; `level` is the style of its pill."""

    id: str
    href: str
    about: str
    pill: str
    level: str


class Found(TypedDict):
    """The answer to a search: what was searched, a sentence, and the units to show."""

    search: str
    said: str
    units: list[Line]


def found(snapshot: FleetSnapshot, search: str) -> Found:
    """The units whose id, name or site has `search` in it, in any case: ids that begin with it first, then by risk. At
    most MOST_FOUND of them, and the sentence that says how many there are."""
    wanted = search.strip().lower()
    ids, names, sites = snapshot.vehicle_ids, snapshot.names, snapshot.sites
    begin, within = [], []
    for at in snapshot.order.tolist():
        place = ids[at].lower().find(wanted)
        if place == 0:
            begin.append(at)
        elif place > 0 or wanted in (names[at] or "").lower() or wanted in (sites[at] or "").lower():
            within.append(at)
    shown = (begin + within)[:MOST_FOUND]
    return {
        "search": search,
        "said": _said(len(begin) + len(within), len(shown), wanted),
        "units": [_line(snapshot, at) for at in shown],
    }


def _said(amount: int, shown: int, wanted: str) -> str:
    if not amount:
        return f"No unit has “{wanted}” in its id, name or site." if wanted else "No unit has reported yet."
    told = count(amount, "unit")
    return f"{told}, worst first" if amount == shown else f"{told}, the first {number(shown)} shown"


def _line(snapshot: FleetSnapshot, at: int) -> Line:
    """One unit of the list: its id, what it is called, its class in plain words, and how it stands."""
    silent = silent_for(FRESHNESS[snapshot.freshness[at]], snapshot.at - float(snapshot.last_arrival[at]))
    label = " · ".join(filter(None, (snapshot.names[at], snapshot.sites[at], CLASS_LABELS[snapshot.unit_class[at]])))
    band = BANDS[snapshot.band[at]]
    return {
        "id": snapshot.vehicle_ids[at],
        "href": nav_href("unit", snapshot.vehicle_ids[at]),
        "about": f"{label}, {silent}" if silent else label,
        "pill": f"{band} {number(float(snapshot.score[at]))}",
        "level": f"{band.lower()} stale" if silent else band.lower(),
    }


def beside(snapshot: FleetSnapshot, unit: str, step: int) -> dict[str, str]:
    """The address of the unit before (-1) or after (1) one in the order of risk, or the sentence why there is none."""
    ids, order = snapshot.vehicle_ids, snapshot.order.tolist()
    if unit not in ids:
        return {"sentence": f"{unit} has not reported, so nothing stands beside it."}
    place = order.index(ids.index(unit)) + step
    if not 0 <= place < len(order):
        return {"sentence": f"{unit} is the {'first' if step < 0 else 'last'} in the order of risk."}
    return {"href": nav_href("unit", ids[order[place]])}


def answer_searches(input: Inputs, session: Session, read_model: ReadModel) -> None:
    """Answer what a session's search box and its keys for the next unit ask. What an input holds is whatever came."""

    @reactive.effect
    @reactive.event(input.find)
    async def find() -> None:
        search = _word(input.find(), "search")
        if search is not None:
            await session.send_custom_message("found", {**found(read_model.snapshot(), search)})

    @reactive.effect
    @reactive.event(input.beside)
    async def step() -> None:
        asked = input.beside()
        unit = _word(asked, "unit")
        if unit and isinstance(asked, Mapping):
            way = -1 if asked.get("step") == -1 else 1
            await session.send_custom_message("beside", {**beside(read_model.snapshot(), unit, way)})


def _word(asked: object, name: str) -> str | None:
    word = asked.get(name) if isinstance(asked, Mapping) else None
    return word if isinstance(word, str) and len(word) <= LONGEST_SEARCH else None
