"""The Insights page of a look: the list that it asks for."""

from htmltools import TagChild

from shiny_app.insights.view import insights_fields, insights_page
from shiny_app.live.location import Show
from shiny_app.live.page import Look, Page
from shiny_app.live.shared import Shared
from shiny_app.live.slots import Value
from shiny_app.shell import in_units
from shiny_app.shell.components import csv_href, nav_href


def make(look: Look) -> Page:
    """The page, the same for all who look at the same list."""
    shared, metric, show = look.shared, look.metric, look.location.show
    fields = shared.once(("insights", metric, show), lambda: _fields(shared, metric, show))
    return Page(("insights",), "insights", nav_href("insights"), fields)


def draw(page: Page, _: str) -> TagChild:
    """Its elements."""
    return insights_page(page.fields)


def _fields(shared: Shared, metric: bool, show: Show) -> dict[str, Value]:
    episodes = [in_units.episode(each, metric) for each in shared.read_model.episodes()]
    fields = insights_fields(shared.read_model.snapshot(), episodes, show)
    return fields | {"insights.csv": csv_href("insights", metric=metric)}
