"""The Data quality page of a look, the same for all."""

from htmltools import TagChild

from shiny_app.live.page import Look, Page
from shiny_app.live.shared import Shared
from shiny_app.live.slots import Value
from shiny_app.quality.view import quality_fields, quality_page
from shiny_app.shell import in_units
from shiny_app.shell.components import csv_href, nav_href


def make(look: Look) -> Page:
    """The page."""
    fields = look.shared.once(("quality", look.metric), lambda: _fields(look.shared, look.metric))
    return Page(("quality",), "quality", nav_href("quality"), fields)


def draw(page: Page, _: str) -> TagChild:
    """Its elements."""
    return quality_page(page.fields)


def _fields(shared: Shared, metric: bool) -> dict[str, Value]:
    view = shared.read_model.quality()
    fields = quality_fields(in_units.quality(view, metric))
    return fields | {"rules.csv": csv_href("quality-rules", metric=metric)}
