"""The pages: a row each. The links of the top bar and their keys, what an address means, the first paint, and which
style and script come along follow from it, so a page more is a folder and a row.
"""

from htmltools import TagChild

from shiny_app.backtest import page as backtest
from shiny_app.fleet import page as fleet
from shiny_app.insights import page as insights
from shiny_app.live.page import Look, Page, PageRow
from shiny_app.quality import page as quality
from shiny_app.shell.components import nav_href, sentence_page
from shiny_app.unit import page as unit
from shiny_app.value import page as value

PAGES: tuple[PageRow, ...] = (
    PageRow("fleet", "Fleet", "f", fleet.make, fleet.draw),
    PageRow("unit", "Unit", "u", unit.make, unit.draw),
    PageRow("insights", "Insights", "i", insights.make, insights.draw),
    PageRow("value", "Value", "v", value.make, value.draw),
    PageRow("quality", "Data quality", "q", quality.make, quality.draw),
    PageRow("backtest", "Backtest", "b", backtest.make, backtest.draw),
)
"""The pages in the order of their links."""

BY_KEY = {row.key: row for row in PAGES}


def page_of(look: Look) -> Page:
    """The page that a session should see; one that has nothing to show says so in a sentence."""
    row = BY_KEY.get(look.location.page)
    return _no_such_page(look.location.page) if row is None else row.make(look)


def body(page: Page, origin: str) -> TagChild:
    """The page's elements, filled; `origin` is the server's own address."""
    return sentence_page(*page.instead) if page.instead else BY_KEY[page.name].draw(page, origin)


def heading(page: Page) -> str:
    """What the browser's tab calls it; nothing where it is no page."""
    return page.unit or (BY_KEY[page.name].label if page.name else "")


def _no_such_page(name: str) -> Page:
    *labels, last = (row.label for row in PAGES)
    said = f"There is no page called “{name}”. The pages are {', '.join(labels)} and {last}."
    return Page(("unknown", name), "", nav_href("fleet"), {}, instead=("No such page", said))
