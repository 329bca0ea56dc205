"""The Backtest page of a look: what came of the session's own recording, or what to send one for."""

from htmltools import TagChild

from shiny_app.backtest.view import backtest_fields, backtest_page
from shiny_app.live.page import Look, Page
from shiny_app.live.slots import Value
from shiny_app.shell.components import nav_href


def make(look: Look) -> Page:
    """The page; of a run that is kept no more that of none."""
    return Page(("backtest",), "backtest", nav_href("backtest"), _fields(look))


def draw(page: Page, _: str) -> TagChild:
    """Its elements."""
    return backtest_page(page.fields)


def _fields(look: Look) -> dict[str, Value]:
    if look.backtest is None:
        return backtest_fields(None)
    run = look.shared.backtests.find(look.backtest)
    key = ("backtest", look.backtest, run and run.state, look.metric)
    return look.shared.once(key, lambda: backtest_fields(run, look.metric))
