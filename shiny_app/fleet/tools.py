"""What stands above and below the fleet's table: search, filters and order, the strip of the whole fleet, and pages."""

from collections.abc import Mapping

import numpy as np
from htmltools import Tag, TagList, tags

from connected_ops.read_model import BANDS, CLASS_LABELS, FleetSnapshot
from shiny_app.fleet.query import ANY, LONGEST_SEARCH, SORTS, FleetQuery
from shiny_app.fleet.selection import PAGE_ROWS, Selection
from shiny_app.live.slots import Slots, Value
from shiny_app.shell.components import csv_href, nav_link
from shiny_app.shell.format import count

SORTED: Mapping[str, str] = {
    "worst": "worst first", "-worst": "best first",
    "unit": "by id, A to Z", "-unit": "by id, Z to A",
    "class": "by class, A to Z", "-class": "by class, Z to A",
    "risk": "highest risk first", "-risk": "lowest risk first",
    "limit": "soonest limit first", "-limit": "latest limit first",
    "saved": "largest saving first", "-saved": "smallest saving first",
    "heard": "longest unheard first", "-heard": "newest heard first",
}  # fmt: skip
"""What each order of an address is called."""

_FALLS = ("risk", "saved")
"""Orders that start with the largest; their reverse rises."""

_FILTERS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "class": ("Any class", CLASS_LABELS),
    "band": ("Any risk", {band.lower(): band for band in reversed(BANDS)}),
    "source": ("Any source", {"live": "Live", "replay": "Replayed", "simulated": "Simulated"}),
    "fresh": ("Any freshness", {"live": "Live", "late": "Late", "silent": "Silent"}),
}
_LABELS = {"class": "Class", "band": "Risk", "source": "Source", "fresh": "Freshness"}
_STATES = "LMH"
"""How the strip writes what a pill says: Low, Medium, High; in small letters where a filter leaves it out."""


def tools_fields(snapshot: FleetSnapshot, query: FleetQuery, selection: Selection, metric: bool) -> dict[str, Value]:
    """The live values of search, filters, order, strip and pages."""
    fleet, found = len(snapshot.vehicle_ids), selection.count
    page, pages = selection.page_of(query.page), selection.pages
    first = (page - 1) * PAGE_ROWS
    units = count(fleet, "unit")
    set_ = sum(each != ANY for each in (query.unit_class, query.band, query.source, query.fresh))
    past = f"There is no page {query.page:,} of these units; this is the last, page {page:,}."
    fields: dict[str, Value] = {
        "fleet.title": f"Units, {SORTED[query.sort]}",
        "fleet.q": query.search,
        "fleet.class": query.unit_class,
        "fleet.band": query.band,
        "fleet.source": query.source,
        "fleet.fresh": query.fresh,
        "fleet.sort": query.sort,
        "fleet.filters": f"Filters, {set_} set" if set_ else "Filters",
        "fleet.count": f"{found:,} of {units}" if query.filtered else units,
        "fleet.clear.hidden": None if query.filtered else "",
        "fleet.none": "" if found else none_words(query, units),
        "fleet.none.hidden": "" if found else None,
        "fleet.table.hidden": None if found else "",
        "fleet.past": past if query.page > pages else "",
        "fleet.past.hidden": None if query.page > pages else "",
        "fleet.range": f"{first + 1:,}–{min(first + PAGE_ROWS, found):,} of {found:,}",
        "fleet.at": str(page),
        "fleet.pages": str(pages),
        "fleet.pager.hidden": None if pages > 1 else "",
        "fleet.first": None if page > 1 else "true",
        "fleet.last": None if page < pages else "true",
        "fleet.csv": csv_href("fleet", words(query), metric=metric),
    }
    return fields | direction_fields(query.sort) | strip_fields(snapshot, selection)


def words(query: FleetQuery) -> dict[str, str]:
    """The words of an address that ask for the same units in the same order."""
    asked = {
        "q": query.search, "class": query.unit_class, "band": query.band, "source": query.source, "fresh": query.fresh,
        "sort": "" if query.sort == SORTS[0] else query.sort,
    }  # fmt: skip
    return {name: word for name, word in asked.items() if word}


def none_words(query: FleetQuery, units: str) -> str:
    """ "None of 12 units is High and has “xyz” in its id, name or site." """
    asked = {"class": query.unit_class, "band": query.band, "source": query.source, "fresh": query.fresh}
    said = [f"{_LABELS[name].lower()} {_FILTERS[name][1][word]}" for name, word in asked.items() if word != ANY]
    if query.search != ANY:
        said.insert(0, f"“{query.search}” in its id, name or site")
    return f"None of {units} has {', '.join(said)}." if said else ""


_UNDER_UNIT = ("unit", "class", "heard")
"""The orders that the head of the first column offers; each other one has a column of its own."""


def direction_fields(sort: str) -> dict[str, Value]:
    """Which column the table goes by, and whether its values rise."""
    name = sort.removeprefix("-")
    rises = sort.startswith("-") == (name in _FALLS)
    direction = "ascending" if rises else "descending"
    fields: dict[str, Value] = {f"sort.{each}": direction if each == name else None for each in SORTS[1:]}
    under_unit = next((fields[f"sort.{each}"] for each in _UNDER_UNIT if fields[f"sort.{each}"]), None)
    own = {f"sorted.{each}": fields[f"sort.{each}"] for each in SORTS[1:] if each not in _UNDER_UNIT}
    return fields | {"sorted.unit": under_unit} | own


def strip_fields(snapshot: FleetSnapshot, selection: Selection) -> dict[str, Value]:
    """The whole fleet worst first, a letter a unit, as runs: "1H1M1S9L" is 12 units."""
    states = snapshot.band[snapshot.order].astype(np.int64)
    passed = selection.passed[snapshot.order]
    kinds = states * 2 + passed
    starts = np.flatnonzero(np.diff(kinds, prepend=-1))
    lengths = np.diff(starts, append=len(kinds))
    letters = "".join(f"{letter.lower()}{letter}" for letter in _STATES)
    runs = zip(lengths.tolist(), kinds[starts].tolist(), strict=True)
    counts = np.bincount(states, minlength=len(_STATES)).tolist()
    named = [f"{amount:,} {name}" for amount, name in zip(counts[::-1], reversed(BANDS), strict=True) if amount]
    silent = [f"{snapshot.loop.silent:,} silent"] if snapshot.loop.silent else []
    return {
        "strip": "".join(f"{length}{letters[kind]}" for length, kind in runs),
        "strip.most": str(max(1, len(kinds))),
        "strip.legend": " · ".join([*named, *silent]),
    }


def tools(slots: Slots) -> Tag:
    """Search and filters; on a phone they fold away behind a button. A form, so that it works without scripts."""
    return tags.form(
        tags.input(
            slots.bind(data_asked="fleet.q"), type="search", name="q", value=slots.get("fleet.q"),
            placeholder="Search units", aria_label="Search units by a part of their id, name or site",
            maxlength=LONGEST_SEARCH, autocomplete="off", autocapitalize="off", spellcheck="false", data_search="",
            data_testid="fleet-search",
        ),
        tags.button(
            slots.text("fleet.filters"), type="button", class_="button fold", data_fold="", aria_expanded="false",
            aria_controls="fleet-filters",
        ),
        tags.div(
            *(
                choice(slots, name, {ANY: any_, **labels}, _LABELS[name], data_testid=f"fleet-{name}")
                for name, (any_, labels) in _FILTERS.items()
            ),
            choice(slots, "sort", {each: SORTED[each].capitalize() for each in SORTED}, "Order", class_="order"),
            id="fleet-filters",
            class_="filters",
        ),
        tags.span(
            slots.text("fleet.count", data_testid="fleet-count"),
            tags.button(
                "Clear", slots.bind(hidden="fleet.clear.hidden"), type="button", class_="button quiet",
                aria_label="Clear filters", title="Clear filters", data_clear="", data_testid="fleet-clear",
            ),
            class_="found",
        ),
        class_="fleet-tools",
        role="search",
        aria_label="Units",
        action="./",
        method="get",
        data_fleet_tools="",
    )  # fmt: skip


def choice(slots: Slots, name: str, labels: Mapping[str, str], label: str, **attrs: str) -> Tag:
    """A select of the address's word `name`."""
    chosen = slots.get(f"fleet.{name}")
    return tags.select(
        slots.bind(value=f"fleet.{name}"),
        *(tags.option(text, value=word, selected="" if word == chosen else None) for word, text in labels.items()),
        name=name, aria_label=label, autocomplete="off", data_word=name, **attrs,
    )  # fmt: skip


def strip(slots: Slots) -> Tag:
    """The whole fleet, one cell a unit; strip.js draws it and says what a cell is."""
    return tags.div(
        tags.div(
            slots.bind(data_cells="strip", aria_valuemax="strip.most"),
            tags.canvas(),
            class_="strip", role="slider", tabindex="0", aria_label="The whole fleet, worst first",
            aria_valuemin="1", aria_valuenow="1", aria_valuetext="The worst unit", aria_describedby="strip-help",
            data_strip="", data_testid="fleet-strip",
        ),
        tags.p(
            slots.text("strip.legend", data_strip_legend="", data_testid="fleet-strip-legend"),
            nav_link(data_strip_said="", data_testid="fleet-strip-said", tabindex="-1", hidden=""),
            class_="note strip-said",
        ),
        tags.span("Arrow keys go from unit to unit, Enter opens it.", id="strip-help", hidden=""),
        class_="strip-line",
    )  # fmt: skip


def sort_head(slots: Slots, column: str, sorts: Mapping[str, str]) -> TagList:
    """The buttons of a column's head: the orders it offers, by the name that each button shows."""
    return TagList(
        *(
            tags.button(
                text, slots.bind(data_direction=f"sort.{name}"), type="button", class_="sort", data_sort=name,
                data_testid=f"sort-{name}",
            )
            for name, text in sorts.items()
        )
    )  # fmt: skip


def pager(slots: Slots) -> Tag:
    """Which part of the units is shown, and the ways to the others; it stays in sight while the table scrolls."""

    def step(text: str, label: str, to: str, ended: str, **attrs: str) -> Tag:
        return tags.button(
            text, slots.bind(aria_disabled=ended), type="button", class_="button", aria_label=label, title=label,
            data_page=to, **attrs,
        )  # fmt: skip

    return tags.footer(
        slots.text("fleet.past", slots.bind(hidden="fleet.past.hidden"), make=tags.p, class_="past", role="status"),
        tags.nav(
            slots.bind(hidden="fleet.pager.hidden", data_at="fleet.at", data_pages="fleet.pages"),
            step("«", "First page", "first", "fleet.first"),
            step("‹ Previous", "Previous page", "previous", "fleet.first", data_testid="fleet-previous"),
            slots.text("fleet.range", class_="range", data_testid="fleet-range"),
            step("Next ›", "Next page", "next", "fleet.last", data_testid="fleet-next"),
            step("»", "Last page", "last", "fleet.last"),
            aria_label="Pages of the table",
            class_="pager",
        ),
        class_="fleet-foot",
    )


def none_found(slots: Slots) -> Tag:
    """What stands where the filters let no unit through, with the way back."""
    return tags.div(
        slots.bind(hidden="fleet.none.hidden"),
        slots.text("fleet.none", make=tags.p, role="status"),
        tags.button("Show the whole fleet", type="button", class_="button primary", data_clear=""),
        class_="body none-found",
    )
