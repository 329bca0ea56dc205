"""The Fleet page of a look: one of its pages of units, and money by the session's own assumptions where it has some."""

from dataclasses import replace

from htmltools import TagChild

from shiny_app.fleet.query import FleetQuery
from shiny_app.fleet.selection import Selection, select
from shiny_app.fleet.tools import tools_fields
from shiny_app.fleet.view import fleet_fields, fleet_page, money_fields
from shiny_app.live.page import Look, Page
from shiny_app.live.shared import Shared
from shiny_app.live.slots import Value
from shiny_app.shell import in_units
from shiny_app.shell.components import nav_href
from shiny_app.shell.loop import deciding


def make(look: Look) -> Page:
    """The page; without a unit it has another structure."""
    shared, query, own = look.shared, look.location.fleet, look.own_money
    fields = shared.once(("fleet", look.metric, query), lambda: _fields(shared, query, look.metric))
    if own is not None:
        fields = fields | money_fields(deciding(own), own.act_usd, own.wait_usd, own.saved_usd, own=True)
    key = ("fleet",) if shared.read_model.snapshot().vehicle_ids else ("fleet", "empty")
    return Page(key, "fleet", nav_href("fleet"), fields)


def draw(page: Page, origin: str) -> TagChild:
    """Its elements."""
    return fleet_page(page.fields, origin)


def _fields(shared: Shared, query: FleetQuery, metric: bool) -> dict[str, Value]:
    snapshot, selection = shared.read_model.snapshot(), _selected(shared, query)
    shown = selection.on_page(selection.page_of(query.page))
    rows, episodes, odd = shared.read_model.rows(shown), shared.read_model.episodes(), shared.read_model.odd()
    rows, episodes = [in_units.row(row, metric) for row in rows], [in_units.episode(each, metric) for each in episodes]
    odd = [in_units.odd(each, metric) for each in odd]
    return fleet_fields(snapshot, rows, episodes, odd) | tools_fields(snapshot, query, selection, metric)


def _selected(shared: Shared, query: FleetQuery) -> Selection:
    """The units that a query lets through, on all of its pages."""
    whole = replace(query, page=1)
    return shared.once(("selected", whole), lambda: select(shared.read_model.snapshot(), whole))
