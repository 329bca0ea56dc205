"""How episodes are told: the words and colours of a status, and the card of the newest ones."""

from collections.abc import Sequence

from htmltools import Tag, tags

from connected_ops.read_model import EpisodeView, OddReadings
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


def feed_fields(episodes: Sequence[EpisodeView], now: float, odd: Sequence[OddReadings] = ()) -> dict[str, Value]:
    """The live values of the card: the newest episodes and odd readings."""
    lines = [(each.opened_at, each.id, episode_line(each, now)) for each in episodes]
    lines += [(each.at, f"odd.{each.vehicle_id}.{each.signal}", odd_line(each, now)) for each in odd]
    newest = sorted(lines, key=lambda line: -line[0])[:NEWEST]
    fields: dict[str, Value] = {
        "feed": tuple(key for _, key, _ in newest),
        "feed.all": f"All {len(episodes):,}",
        "feed.none.hidden": "" if newest else None,
    }
    for _, key, line in newest:
        fields |= flat(f"feed/{key}", line)
    return fields


def episode_line(episode: EpisodeView, now: float) -> dict[str, Value]:
    """An episode among what happened."""
    advice = in_short(episode.advice) if episode.open else ""
    return {
        "tone": f"dot {tone(episode)}",
        "title": episode.title,
        "href": nav_href("unit", episode.vehicle_id),
        "time": when(episode.opened_at, now),
        "unit": episode.vehicle_id,
        "told": f" · {status(episode)} · {sentence(episode.reason)} {advice}".rstrip(),
    }


def odd_line(odd: OddReadings, now: float) -> dict[str, Value]:
    """Readings that were not believed, among what happened."""
    return {
        "tone": "dot silent",
        "title": f"{odd.label}: {odd.said}",
        "href": nav_href("unit", odd.vehicle_id),
        "time": when(odd.at, now),
        "unit": odd.vehicle_id,
        "told": f" · {odd.why}",
    }


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
    """One of them; its link covers the whole item."""
    return tags.li(
        tags.div(
            tags.span(slots.bind(class_="tone"), aria_hidden="true"),
            nav_link(slots.bind(href="href"), slots.text("title"), class_="unit-link"),
            slots.text("time", class_="time"),
            class_="line",
        ),
        tags.p(slots.text("unit", make=tags.strong), slots.text("told"), class_="note"),
    )
