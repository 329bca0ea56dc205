"""What asks for attention on every page: how many insights nobody has seen yet, and the newest, for a notification."""

from collections.abc import Sequence

from htmltools import Tag, tags

from connected_ops.read_model import EpisodeView, LoopCounts
from shiny_app.live.slots import Slots, Value
from shiny_app.shell.format import count

NEWEST = 50


def attention_fields(loop: LoopCounts, episodes: Sequence[EpisodeView]) -> dict[str, Value]:
    """`unseen` are the open insights that are neither acknowledged nor silenced; `newest` the newest open ones of
    machines, a line each of id, unit and title; `news` what a screen reader is told."""
    machines = [each for each in episodes if each.open and each.kind == "machine"]
    newest = sorted(machines, key=lambda each: -each.opened_at)[:NEWEST]
    unseen = loop.insights_unseen
    return {
        "unseen": f"{unseen:,}" if unseen else "",
        "unseen.told": f" {unseen:,} not acknowledged" if unseen else "",
        "news": news(loop),
        "newest": "\n".join(f"{each.id}\t{each.vehicle_id}\t{each.title}" for each in newest),
    }


def news(loop: LoopCounts) -> str:
    """What a screen reader is told when it changes: bands, no scores, so that it stays quiet while nothing happens."""
    if not loop.high:
        return f"No unit is High. {loop.medium:,} Medium." if loop.units else ""
    return f"{count(loop.high, 'unit is', 'units are')} High, {loop.leader} leads. {loop.medium:,} Medium."


def tab_title(title: str, unseen: Value) -> str:
    """ "(2) Fleet · Connected Ops Lab"."""
    return f"({unseen}) {title}" if unseen else title


def unseen_badge(slots: Slots) -> tuple[Tag, Tag]:
    """The count beside the link to the insights, and what a screen reader is told of it."""
    return (
        slots.text("unseen", class_="unseen-count", aria_hidden="true"),
        slots.text("unseen.told", class_="unseen"),
    )


def newest_lines(slots: Slots) -> Tag:
    """What the browser looks at for something new; nobody sees it."""
    return slots.text("newest", make=tags.div, id="newest", hidden="")
