"""How episodes are told: the words and colours of a status, and the card of the newest ones."""

from collections.abc import Sequence

from htmltools import Tag, tags

from connected_ops.read_model import EpisodeView
from shiny_app.live.slots import Slots, Value, flat
from shiny_app.shell.components import card, nav_href, nav_link
from shiny_app.shell.format import when

NEWEST = 5

_LONGEST_ADVICE = 90
_LIKELY = 0.5


def tone(episode: EpisodeView) -> str:
    """The colour of an episode's dot. Never alone: `status` stands with it."""
    if episode.kind == "sensor" or not episode.open:
        return "silent"
    return "high" if episode.p > _LIKELY else "medium"


def status(episode: EpisodeView) -> str:
    """ "Open", "Acknowledged", "Closed", and for a sensor that it is one."""
    word = episode.state.capitalize()
    return f"Sensor, {episode.state}" if episode.kind == "sensor" else word


def in_short(text: str) -> str:
    """The first sentence of an advice, as far as it is short."""
    first = text.split(". ", 1)[0].rstrip(".")
    return f"{first}." if 0 < len(first) <= _LONGEST_ADVICE else ""


def feed_fields(episodes: Sequence[EpisodeView], now: float) -> dict[str, Value]:
    """The live values of the card."""
    newest = sorted(episodes, key=lambda each: -each.opened_at)[:NEWEST]
    fields: dict[str, Value] = {
        "feed": tuple(each.id for each in newest),
        "feed.all": f"All {len(episodes):,}",
        "feed.none.hidden": "" if newest else None,
    }
    for each in newest:
        advice = in_short(each.advice) if each.open else ""
        fields |= flat(
            f"feed/{each.id}",
            {
                "tone": f"dot {tone(each)}",
                "title": each.title,
                "href": nav_href("unit", each.vehicle_id),
                "time": when(each.opened_at, now),
                "unit": each.vehicle_id,
                "told": f" · {status(each)} · {sentence(each.reason)} {advice}".rstrip(),
            },
        )
    return fields


def sentence(text: str) -> str:
    """The text with its full stop."""
    return text if text.endswith((".", "!", "?")) or not text else f"{text}."


def feed_card(slots: Slots) -> Tag:
    """What happened, newest first, with the way to all of it."""
    listed, skeleton = slots.each("feed", tags.ul(class_="feed"), feed_item)
    return card(
        "What happened",
        listed,
        skeleton,
        tags.p(slots.bind(hidden="feed.none.hidden"), "Nothing unusual so far.", class_="body calm"),
        aside=nav_link(slots.text("feed.all"), href=nav_href("insights"), class_="all", data_testid="all-insights"),
        class_="flush feed-card",
    )


def feed_item(slots: Slots) -> Tag:
    """One episode; its link covers the whole item."""
    return tags.li(
        tags.div(
            tags.span(slots.bind(class_="tone"), aria_hidden="true"),
            nav_link(slots.bind(href="href"), slots.text("title"), class_="unit-link"),
            slots.text("time", class_="time"),
            class_="line",
        ),
        tags.p(slots.text("unit", make=tags.strong), slots.text("told"), class_="note"),
    )
