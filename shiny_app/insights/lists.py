"""Which insights are listed, by what became of them; and the list of those that are over."""

from collections.abc import Mapping

from htmltools import Tag, tags

from connected_ops.read_model import EpisodeView
from shiny_app.insights.acts import acts_bar, log_line, over_fields
from shiny_app.insights.feed import sentence, status
from shiny_app.live.location import SHOWS, Show
from shiny_app.live.slots import KEY, Slots, Value
from shiny_app.shell.components import card, csv_link, nav_href, nav_link
from shiny_app.shell.format import count, when


def show_fields(states: Mapping[str, int], show: Show) -> dict[str, Value]:
    """How many there are of each state, and which are listed."""
    held = {**states, "all": sum(states.values())}
    fields: dict[str, Value] = {}
    for word in SHOWS:
        fields[f"show.{word}"] = f"{held.get(word, 0):,}"
        fields[f"show.{word}.pressed"] = "true" if word == show else "false"
    return fields


def shown_of(held: int, most: int) -> str:
    """ "11 insights", "50 of 120 shown"."""
    return f"{most:,} of {held:,} shown" if held > most else count(held, "insight")


def closed_fields(episode: EpisodeView, now: float) -> dict[str, Value]:
    """The live values of one line of those that are over."""
    ended = episode.closed_at if episode.closed_at is not None else episode.opened_at
    return {
        "title": episode.title,
        "href": nav_href("unit", episode.vehicle_id),
        "time": when(ended, now),
        "unit": episode.vehicle_id,
        "told": f" · {status(episode)} · {sentence(episode.reason)}",
    } | over_fields(episode, now)


def lists_bar(slots: Slots) -> Tag:
    """Which insights are listed; beside it under which name this browser acts, and whether it tells of new ones."""
    shows = (
        tags.button(
            slots.bind(aria_pressed=f"show.{word}.pressed"), f"{word.capitalize()} ", slots.text(f"show.{word}"),
            type="button", data_show=word, data_testid=f"insights-show-{word}",
        )
        for word in SHOWS
    )  # fmt: skip
    return tags.div(
        tags.div(*shows, class_="shows", role="group", aria_label="Which insights are listed"),
        tags.div(
            tags.button(
                "Your name", type="button", class_="button small", data_who_change="", data_testid="who-change",
            ),
            tags.button(
                "Tell me in this browser when a new insight opens", type="button", class_="button small", hidden="",
                data_notify="", data_testid="notify",
            ),
            tags.span("", class_="note", data_notify_told="", data_testid="notify-told", role="status"),
            csv_link("All insights, open and closed,", slots.bind(href="insights.csv")),
            class_="buttons",
        ),
        class_="lists-bar",
    )  # fmt: skip


def closed_card(slots: Slots) -> Tag:
    """Those that are over, newest first."""

    def line(item: Slots) -> Tag:
        return tags.li(
            tags.div(
                tags.span(class_="dot silent", aria_hidden="true"),
                nav_link(item.bind(href="href"), item.text("title"), class_="unit-link"),
                item.text("time", class_="time"),
                class_="line",
            ),
            tags.p(item.text("unit", make=tags.strong), item.text("told"), class_="note"),
            log_line(item),
            acts_bar(item, small=True),
            data_testid=f"episode-{KEY}",
        )

    listed, skeleton = slots.each("closed", tags.ul(class_="feed"), line)
    return card(
        "Closed",
        listed,
        skeleton,
        tags.p(slots.bind(hidden="closed.none.hidden"), "None yet.", class_="body calm"),
        slots.bind(hidden="closed.hidden"),
        aside=slots.text("closed.note"),
        class_="flush feed-card",
    )
