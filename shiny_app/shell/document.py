"""What stands around every page: top bar, loop strip, and the document that holds them and the page."""

from dataclasses import dataclass

from htmltools import HTML, Tag, TagChild, tags
from shiny import ui

from shiny_app.insights.acts import who_bar
from shiny_app.live.slots import Slots
from shiny_app.pages import PAGES
from shiny_app.shell.around import PRODUCT
from shiny_app.shell.assets import scripts, styles
from shiny_app.shell.attention import newest_lines, unseen_badge
from shiny_app.shell.badge import badge
from shiny_app.shell.components import nav_href, nav_link
from shiny_app.shell.loop import loop_strip
from shiny_app.shell.side_panel import side_panel
from shiny_app.shell.wayfinding import dialogs, foot, linking, tools

KEYS = tuple(row.key for row in PAGES)


def top_bar(slots: Slots) -> Tag:
    """Name, pages, where the data comes from, and what the page itself can be asked."""
    return tags.header(
        tags.a("Skip to the page", href="#page", class_="skip"),
        tags.div(
            nav_link(
                tags.span(class_="logo", aria_hidden="true"), tags.span(PRODUCT), href=nav_href("fleet"), class_="brand"
            ),
            tags.nav(
                *(
                    nav_link(
                        row.label,
                        *(unseen_badge(slots) if row.key == "insights" else ()),
                        slots.bind(aria_current=f"nav.{row.key}"),
                        href=nav_href(row.key),
                        data_testid=f"nav-{row.key}",
                        data_shortcut=row.shortcut,
                        data_label=row.label.lower(),
                    )
                    for row in PAGES
                ),
                aria_label="Pages",
            ),
            badge(slots),
            tools(slots),
            class_="bar",
        ),
        class_="top",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frame:
    """What a document needs beside its values: where the static files are, and the theme where the URL names one."""

    assets: str
    origin: str
    href: str
    key: str
    theme: str | None
    emulator: bool


def document(frame: Frame, slots: Slots, body: TagChild) -> str:
    """The whole page as HTML, full at its first paint. Shiny puts its own dependencies where the placeholder stands."""
    head = tags.head(
        tags.meta(charset="utf-8"),
        tags.meta(name="viewport", content="width=device-width, initial-scale=1"),
        tags.meta(name="description", content="Watch raw machine data become a decision with a price."),
        tags.meta(name="color-scheme", content="light dark"),
        slots.text("title", make=tags.title),
        tags.link(rel="icon", href=f"{frame.assets}/shell/icon.svg", type="image/svg+xml"),
        tags.link(
            rel="preload", href=f"{frame.assets}/shell/fonts/inter-latin-wght.woff2", **{"as": "font"},
            type="font/woff2", crossorigin="",
        ),
        tags.script(src=f"{frame.assets}/shell/storage.js"),
        tags.script(src=f"{frame.assets}/shell/theme.js"),
        HTML('<meta name="shiny-dependency-placeholder" content="">'),
        ui.busy_indicators.use(spinners=False, pulse=False),
        *(tags.link(rel="stylesheet", href=f"{frame.assets}/{name}") for name in styles(KEYS)),
        *(tags.script(src=f"{frame.assets}/{name}", type="module") for name in scripts(KEYS)),
    )  # fmt: skip
    page = tags.body(
        top_bar(slots),
        loop_strip(slots),
        slots.text("notice", slots.bind(hidden="notice.hidden"), make=tags.p, class_="notice", role="status"),
        tags.div(
            slots.text("pause.said", role="status", data_testid="paused"),
            tags.button(
                "Resume",
                slots.bind(hidden="pause.hidden"),
                type="button",
                class_="button",
                data_pause="resume",
                data_testid="resume",
            ),
            class_="paused",
        ),
        tags.div(
            side_panel(slots, frame.emulator, frame.origin),
            tags.main(body, id="page", tabindex="-1", data_structure=frame.key, data_href=frame.href),
            class_="layout",
        ),
        foot(slots),
        dialogs(),
        linking(),
        who_bar(),
        tags.div(id="toast", role="status", aria_live="polite", class_="toast"),
        tags.div("Connection lost. Trying again…", id="lost", role="alert", class_="lost", hidden=""),
        slots.text("news", make=tags.div, hidden="", id="news"),
        newest_lines(slots),
        tags.div(id="live", class_="lab-live", aria_live="off", hidden=""),
    )
    return "<!DOCTYPE html>\n" + str(tags.html(head, page, lang="en", data_theme=frame.theme))
