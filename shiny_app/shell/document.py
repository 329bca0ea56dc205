"""What stands around every page: top bar, loop strip, and the document that holds them and the page."""

from dataclasses import dataclass

import numpy as np
from htmltools import HTML, Tag, TagChild, TagList, tags
from shiny import ui

from connected_ops.read_model import SOURCES, FleetSnapshot, LoopCounts
from shiny_app.insights.acts import who_bar
from shiny_app.live.slots import Slots, Value
from shiny_app.shell.assets import STYLES
from shiny_app.shell.attention import newest_lines, unseen_badge
from shiny_app.shell.components import WAIT, nav_href, nav_link
from shiny_app.shell.format import DASH, clock, count, dollars, moment, number, offset_min, share_percent, zone
from shiny_app.shell.side_panel import side_panel
from shiny_app.shell.wayfinding import badge, dialogs, foot, linking, tools

PRODUCT = "Connected Ops Lab"
PAGES = {
    "fleet": "Fleet",
    "unit": "Unit",
    "insights": "Insights",
    "value": "Value",
    "quality": "Data quality",
    "backtest": "Backtest",
}
"""The pages by the name that their address has, and what their link says."""

_SOURCE_WORDS = {"live": "live", "replay": "replayed", "simulated": "simulated"}


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the loop strip: the page that has its detail, and where on that page."""

    key: str
    label: str
    page: str
    anchor: str = ""


STAGES: tuple[Stage, ...] = (
    Stage("telemetry", "Telemetry", "fleet"),
    Stage("validation", "Validation", "quality"),
    Stage("signal", "Signal", "unit", "charts"),
    Stage("risk", "Risk", "unit"),
    Stage("insight", "Insight", "insights"),
    Stage("value", "Business value", "value"),
)


def shell_fields(snapshot: FleetSnapshot) -> dict[str, Value]:
    """The live values of the top bar and the loop strip, the same on every page."""
    loop = snapshot.loop
    leader = loop.leader
    rate = number(loop.rate_per_s, 0 if loop.rate_per_s >= 9.95 or loop.rate_per_s == 0 else 1)
    figures: dict[str, tuple[str, str]] = {
        "telemetry": (f"{rate} /s", count(loop.units, "unit") + (f", {loop.silent:,} silent" if loop.silent else "")),
        "validation": (
            f"{share_percent(loop.valid, loop.received)} valid" if loop.received else DASH,
            f"{loop.needs_review:,} to review, {loop.rejected:,} rejected",
        ),
        "signal": (f"{loop.abnormal:,} abnormal", f"of {count(loop.indicators, 'condition indicator')}"),
        "risk": (
            risk_words(loop.high, loop.medium) if loop.units else DASH,
            f"{leader} leads at {loop.leader_score}" if loop.high or loop.medium else "no unit above Low",
        ),
        "insight": (open_words(loop), f"fixed limits: {count(loop.fixed_alarms, 'alarm')}"),
    }
    fields: dict[str, Value] = {
        "badge": f"{source_words(snapshot)} · {moment(snapshot.at)}",
        "badge.class": f"badge {badge_style(snapshot)}",
        "badge.about": about_data(snapshot),
        "badge.short": f"{source_words(snapshot)} · {clock(snapshot.at)}",
        "badge.clock": clock(snapshot.at),
        "badge.zone": f"Times are the server's, {zone(snapshot.at)}.",
        "badge.offset": str(offset_min(snapshot.at)),
        "zone": zone(snapshot.at),
        "news": news(snapshot),
    }
    for stage in STAGES:
        unit = leader if stage.page == "unit" else None
        fields[f"loop.{stage.key}.href"] = nav_href(stage.page, unit, stage.anchor)
    for key, (value, note) in figures.items():
        fields[f"loop.{key}"], fields[f"loop.{key}.note"] = value, note
    return fields | saved_fields(loop.deciding, loop.acting, loop.saved_usd)


def saved_fields(deciding: int, acting: int, saved_usd: float, *, own: bool = False) -> dict[str, Value]:
    """The loop strip's last figure: of `deciding` units acting pays on `acting`; `own` where it stands on a session's
    own assumptions."""
    units = count(acting, "unit")
    note = f"by acting now on {units}" if acting else WAIT if deciding else "no unit needs a decision"
    return {
        "loop.value": f"{dollars(saved_usd)} saved",
        "loop.value.note": f"{units}, by your assumptions" if own else note,
    }


def around_fields(units: str, sentences: tuple[str, ...]) -> dict[str, Value]:
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


def open_words(loop: LoopCounts) -> str:
    """ "2 open", "2 open, 1 silenced"."""
    silenced = f", {loop.insights_silenced:,} silenced" if loop.insights_silenced else ""
    return f"{loop.insights_open:,} open{silenced}"


def pause_fields(paused_at: float | None) -> dict[str, Value]:
    """Whether this page stands still, and since when."""
    paused = paused_at is not None
    return {
        "pause.pressed": "true" if paused else "false",
        "pause.hidden": None if paused else "",
        "pause.said": f"Paused at {clock(paused_at)}. This page stands still; the fleet goes on." if paused else "",
    }


def risk_words(high: int, medium: int) -> str:
    """ "1 High, 1 Medium", "1 High", "All Low"."""
    words = [f"{amount:,} {band}" for amount, band in ((high, "High"), (medium, "Medium")) if amount]
    return ", ".join(words) or "All Low"


def sources(snapshot: FleetSnapshot) -> list[str]:
    """The sources that the fleet's units come from, simulated first."""
    held = np.bincount(snapshot.source, minlength=len(SOURCES))
    return [name for name in reversed(SOURCES) if held[SOURCES.index(name)]]


def source_words(snapshot: FleetSnapshot) -> str:
    """ "Simulated", "Simulated and live", "No data yet"."""
    words = [_SOURCE_WORDS[name] for name in sources(snapshot)]
    said = " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"
    return said.capitalize() or "No data yet"


def badge_style(snapshot: FleetSnapshot) -> str:
    """Simulated data is marked wherever it is among the rest."""
    held = sources(snapshot)
    return "simulated" if "simulated" in held else "live" if held else "none"


_SOURCE_SENTENCES = {
    "simulated": "Simulated: an emulator in this server makes this data, no real machine does.",
    "replay": "Replayed: recorded drives, sent again as if they happened now.",
    "live": "Live: real machines, or whoever posts in their name, send this data.",
}


def about_data(snapshot: FleetSnapshot) -> str:
    """What the words of the badge mean, a sentence for each source there is."""
    said = " ".join(_SOURCE_SENTENCES[name] for name in sources(snapshot))
    return said or "No unit has reported yet; the page fills by itself when one does."


def news(snapshot: FleetSnapshot) -> str:
    """What a screen reader is told when it changes: bands, no scores, so that it stays quiet while nothing happens."""
    loop = snapshot.loop
    if not loop.high:
        return f"No unit is High. {loop.medium:,} Medium." if loop.units else ""
    return f"{count(loop.high, 'unit is', 'units are')} High, {loop.leader} leads. {loop.medium:,} Medium."


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
                        label,
                        *(unseen_badge(slots) if name == "insights" else ()),
                        slots.bind(aria_current=f"nav.{name}"),
                        href=nav_href(name),
                        data_testid=f"nav-{name}",
                    )
                    for name, label in PAGES.items()
                ),
                aria_label="Pages",
            ),
            badge(slots),
            tools(slots),
            class_="bar",
        ),
        class_="top",
    )  # fmt: skip


def loop_strip(slots: Slots) -> Tag:
    """The product's sentence with its live figures: six stages, each with a link to its detail."""

    def stage(each: Stage) -> Tag:
        name = f"loop.{each.key}"
        content = TagList(
            tags.span(each.label, class_="label"),
            slots.text(name, class_="value"),
            slots.text(f"{name}.note", class_="note"),
        )
        marks = {"class": "stage", "data-testid": f"loop-{each.key}"}
        return tags.li(nav_link(slots.bind(href=f"{name}.href"), content, **marks))

    return tags.nav(tags.ol(*(stage(each) for each in STAGES)), class_="loop", aria_label="From telemetry to value")


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
        *(tags.link(rel="stylesheet", href=f"{frame.assets}/{name}.css") for name in STYLES),
        tags.script(src=f"{frame.assets}/shell/app.js", type="module"),
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
