"""The Value page of a look: everybody's, or by the session's own assumptions."""

from htmltools import TagChild

from connected_ops.read_model import ValueView
from shiny_app.live.page import Look, Page
from shiny_app.live.shared import Shared
from shiny_app.shell.components import nav_href
from shiny_app.value.view import structure, value_fields, value_page


def make(look: Look) -> Page:
    """The page. Only that of unchanged assumptions is kept: others are a session's."""
    if look.own is not None:
        return _page(look.own, look.metric)
    return look.shared.once(("value", look.metric), lambda: _page(_valued(look.shared), look.metric))


def draw(page: Page, _: str) -> TagChild:
    """Its elements."""
    return value_page(page.view, page.fields)


def _page(view: ValueView, metric: bool) -> Page:
    return Page(("value", structure(view)), "value", nav_href("value"), value_fields(view, metric), view)


def _valued(shared: Shared) -> ValueView:
    return shared.once(("valued",), lambda: shared.read_model.value({}))
