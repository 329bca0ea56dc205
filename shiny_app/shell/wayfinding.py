"""Finding one's way: the buttons of the top bar, and the dialogs of the keys, search and tour."""

from htmltools import Tag, TagChild, TagList, svg, tags

from shiny_app.live.slots import Slots
from shiny_app.shell.visiting import sign_in_state

_ICONS = {
    "find": "M11 11l3.5 3.5M12.5 7.25a5.25 5.25 0 1 1-10.5 0 5.25 5.25 0 0 1 10.5 0z",
    "pause": "M5.25 3v10M10.75 3v10",
    "theme": "M8 1.75a6.25 6.25 0 1 0 0 12.5zM8 1.75a6.25 6.25 0 0 1 0 12.5",
}


def icon(name: str) -> Tag:
    """A drawing of 16 pixels in the colour of the text beside it."""
    return svg.svg(svg.path(d=_ICONS[name]), class_=f"icon {name}", viewBox="0 0 16 16", aria_hidden="true")


def tools(slots: Slots) -> Tag:
    """The buttons of the top bar. Icons carry their words, which a phone hides from the eye alone."""
    return tags.div(
        tags.button(
            icon("find"), tags.span("Find a unit", class_="words"), tags.kbd("/", aria_hidden="true"),
            type="button", class_="button find", data_testid="find", data_find="", title="Find a unit (/)",
            aria_haspopup="dialog",
        ),
        tags.button(
            slots.bind(data_units="units.data", data_beside="units.beside", aria_label="units.label"),
            slots.text("units.now"), type="button", class_="button measures",
            data_testid="units", data_units_switch="", title="Switch between °F · mph and °C · km/h (m)",
        ),
        tags.button(
            slots.bind(aria_pressed="pause.pressed"), icon("pause"), tags.span("Pause", class_="words"),
            type="button", class_="button", data_testid="pause", data_pause="switch",
            title="Let this page stand still (p)",
        ),
        tags.button(
            icon("theme"), tags.span("Theme", class_="words"), type="button", class_="button",
            data_testid="theme", data_theme_switch="", title="Switch between light and dark (t)",
        ),
        tags.button(
            tags.span("?", aria_hidden="true"), tags.span("Keys and tour", class_="unseen"), type="button",
            class_="button keys", data_testid="keys", data_keys="", title="Keys and tour (?)", aria_haspopup="dialog",
        ),
        class_="tools",
    )  # fmt: skip


def dialogs() -> TagList:
    """The dialogs of the keys and of the search, both shut, and the tour. The keys' list is filled by keys.js."""
    keys = dialog(
        "keys-dialog", "Keys",
        tags.div(data_key_list="", class_="key-list"),
        tags.label(
            tags.input(type="checkbox", checked="", data_keys_on="", data_testid="keys-on"),
            " Single keys act", class_="keys-on",
        ),
        tags.button("Show the tour", type="button", class_="button primary", data_tour="", data_testid="tour-start"),
    )  # fmt: skip
    find = dialog(
        "find-dialog", "Find a unit",
        tags.input(
            type="text", id="find-box", class_="find-box", data_testid="find-box", role="combobox",
            aria_label="A part of the unit's id", aria_controls="find-list", aria_expanded="true",
            aria_autocomplete="list", autocomplete="off", autocapitalize="off", spellcheck="false",
            maxlength="64", placeholder="A part of its id, such as truck",
        ),
        tags.ul(id="find-list", class_="find-list", role="listbox", aria_label="Units", data_testid="find-list"),
        tags.p(id="find-said", class_="note", role="status", data_testid="find-said"),
    )  # fmt: skip
    return TagList(keys, find, tour())


def dialog(id_: str, title: str, *body: TagChild) -> Tag:
    """A native dialog: the browser keeps the focus in it, shuts it on Escape and gives the focus back."""
    return tags.dialog(
        tags.form(
            tags.h2(title, id=f"{id_}-title"),
            tags.button("Close", type="submit", class_="button", value="close"),
            method="dialog",
            class_="dialog-head",
        ),
        *body,
        id=id_,
        class_="dialog",
        aria_labelledby=f"{id_}-title",
        data_testid=id_,
    )


STEPS = (
    (".loop", "One sentence, live",
     "Every sample walks these six stages, from telemetry to business value. Each shows its newest figure and leads to "
     "its detail."),
    (".units-card", "The fleet, worst first",
     "Each unit with its risk, why the engine says so, how long it has, and what acting now saves. A row opens "
     "its unit."),
    (".side > .card", "Make something fail",
     "Pick a truck and press a fault, such as “Blocked radiator, 6 days old”. In a moment it stands on top, with "
     "the reason and the dollars. Other faults take a minute or two. Reset puts all right."),
    (".standing-row", "Why, and what it is worth",
     "A unit's page shows its score, what to do and the price of acting now against waiting, and the reasons that add "
     "up to the score: open one to see its evidence."),
)  # fmt: skip
"""Where each step of the tour points, its heading and its sentences. The last is on the unit page."""


def tour() -> Tag:
    """The tour's card, shut until the first visit opens it. Nothing behind it is blocked."""
    return tags.section(
        *(
            tags.div(
                tags.p(f"{at} of {len(STEPS)}", class_="label"), tags.h2(heading, tabindex="-1", id=f"tour-{at}"),
                tags.p(text), data_step=str(at), data_target=target, hidden="",
            )
            for at, (target, heading, text) in enumerate(STEPS, start=1)
        ),
        tags.div(
            tags.button("Skip the tour", type="button", class_="button", data_tour_skip="", data_testid="tour-skip"),
            tags.button("Next", type="button", class_="button primary", data_tour_next="", data_testid="tour-next"),
            class_="tour-buttons",
        ),
        id="tour", class_="card tour", role="dialog", aria_modal="false", aria_label="Tour", hidden="",
        data_testid="tour",
    )  # fmt: skip


def foot(slots: Slots) -> Tag:
    """What closes every page: whose time it shows, where the keys are, and the way into a sign-in and out of it."""
    return tags.footer(
        tags.p(slots.text("badge.zone"), " ", tags.span(data_zones="", hidden="", data_testid="zones")),
        tags.p("Press ", tags.kbd("?"), " for the keys, ", tags.kbd("/"), " to find a unit."),
        *sign_in_state(slots),
        class_="foot",
    )


def linking() -> Tag:
    """What is said while the first paint stands and the connection does not yet: it comes late, and goes with it."""
    return tags.p(
        "Connecting. What you see is complete and moves as soon as the connection stands.",
        id="linking", class_="linking", data_testid="linking",
    )  # fmt: skip
