"""The values of what stands around every page, and of the page in it."""

from shiny_app.live.page import Look, Page
from shiny_app.live.shared import Shared
from shiny_app.live.slots import Value
from shiny_app.pages import PAGES, heading
from shiny_app.shell.attention import attention_fields, tab_title
from shiny_app.shell.badge import badge_fields
from shiny_app.shell.format import clock
from shiny_app.shell.loop import deciding, loop_fields, saved_fields
from shiny_app.shell.side_panel import panel_of
from shiny_app.shell.visiting import sign_in_fields

PRODUCT = "Connected Ops Lab"


def values(look: Look, page: Page) -> dict[str, Value]:
    """All the values that stand on a session's page; those of the page itself come last."""
    shell = shell_fields(look.shared)
    around = session_fields(look.location.units or "f", look.location.sentences) | pause_fields(look.paused_at)
    around["title"] = tab_title(f"{named} · {PRODUCT}" if (named := heading(page)) else PRODUCT, shell["unseen"])
    around |= sign_in_fields(look.visitor)
    return {**shell, **own_fields(look), **around, **nav_fields(page), **panel_of(look), **page.fields}


def shell_fields(shared: Shared) -> dict[str, Value]:
    """The values of the top bar and the loop strip that are the same for all."""

    def make() -> dict[str, Value]:
        snapshot = shared.read_model.snapshot()
        attention = attention_fields(snapshot.loop, shared.read_model.episodes())
        return loop_fields(snapshot.loop) | badge_fields(snapshot) | attention

    return shared.once(("shell",), make)


def nav_fields(page: Page) -> dict[str, Value]:
    """Which link of the top bar is the page's own."""
    return {f"nav.{row.key}": "page" if row.key == page.name else None for row in PAGES}


def own_fields(look: Look) -> dict[str, Value]:
    """The loop strip's money by the session's own assumptions."""
    own = look.own_money
    return {} if own is None else saved_fields(deciding(own), own.units, own.saved_usd, own=True)


def session_fields(units: str, sentences: tuple[str, ...]) -> dict[str, Value]:
    """What one session alone has around its page: its units, and what of its address could not be read."""
    said = " ".join(sentences)
    now, other = ("°C · km/h", "°F · mph") if units == "c" else ("°F · mph", "°C · km/h")
    return {
        "units.now": now[:2],
        "units.beside": now[2:],
        "units.label": f"{now}, switch to {other}",
        "units.data": units,
        "notice": said,
        "notice.hidden": None if said else "",
    }


def pause_fields(paused_at: float | None) -> dict[str, Value]:
    """Whether this page stands still, and since when."""
    paused = paused_at is not None
    return {
        "pause.pressed": "true" if paused else "false",
        "pause.hidden": None if paused else "",
        "pause.said": f"Paused at {clock(paused_at)}. This page stands still; the fleet goes on." if paused else "",
    }
