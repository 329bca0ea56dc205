"""The unit page's "Story": one timeline with a lane for each kind of thing that happened, and the same as a list."""

from collections.abc import Sequence

from htmltools import Tag, tags

from connected_ops.read_model import InjectedFault, UnitView
from shiny_app.live.location import Range
from shiny_app.live.slots import Slots, Value, flat
from shiny_app.shell.components import card
from shiny_app.shell.format import when
from shiny_app.unit.decision import headline
from shiny_app.unit.story import (
    Axis,
    Mark,
    Placed,
    act_marks,
    axis_of,
    episode_marks,
    fault_marks,
    forecast_marks,
    laid_out,
    odd_marks,
    quality_marks,
    sample_words,
    service_marks,
    ticks,
)

LANES = {
    "faults": "Injected",
    "episodes": "Episodes",
    "odd": "Odd",
    "acts": "People",
    "services": "Service",
    "forecast": "Ahead",
}
"""The lanes under the samples, with what each is called."""

ROW_PX = 26
NOTHING = "No episode in this time."
BEYOND = "further ahead than this range"


def timeline_fields(view: UnitView, asked: Range, faults: Sequence[InjectedFault]) -> dict[str, Value]:
    """The live values of the card, for the range of the page."""
    axis = axis_of(view, asked, faults)
    lanes = {
        "faults": fault_marks(faults, axis),
        "episodes": episode_marks(view, axis),
        "odd": odd_marks(view, axis),
        "acts": act_marks(view, axis),
        "services": service_marks(view, axis),
        "forecast": forecast_marks(view, axis),
    }
    fields: dict[str, Value] = {
        "story.said": axis.said,
        "story.now": f"--at:{axis.place(axis.now):.2f}",
        "story.none": NOTHING,
        "story.none.hidden": "" if lanes["episodes"] else None,
        "story.beyond": beyond(view, lanes["forecast"]),
        "story.samples": sample_words(view),
        "story.ticks": tuple(f"{at:.0f}" for at, _ in ticks(axis)),
    }
    for at, text in ticks(axis):
        fields |= flat(f"story.ticks/{at:.0f}", {"text": text, "style": f"left:{axis.place(at):.2f}%"})
    quality = [Placed(each, axis.place(each.start), axis.place(each.end) - axis.place(each.start), 0, False)
               for each in quality_marks(view, axis)]  # fmt: skip
    fields |= band_fields("quality", quality)
    for name, marks in lanes.items():
        placed, rows = laid_out(marks, axis)
        fields |= lane_fields(name, placed)
        said = name == "episodes" or (name == "forecast" and fields["story.beyond"])
        fields[f"story.{name}.hidden"] = None if placed or said else ""
        fields[f"story.{name}.style"] = f"height:{max(rows, 1) * ROW_PX}px"
    return fields | list_fields(lanes, axis)


def beyond(view: UnitView, shown: Sequence[Mark]) -> str:
    """What lies ahead of the axis: "3 to 9 days to the maker's 225 °F warning, further ahead than this range."."""
    lead = headline(view)
    return "" if lead is None or shown else f"{lead[0]} {lead[1]}, {BEYOND}."


def lane_fields(name: str, placed: Sequence[Placed]) -> dict[str, Value]:
    """The marks of one lane, as a live list."""
    fields: dict[str, Value] = {}
    for each in placed:
        mark = each.mark
        fields |= flat(
            f"story.{name}/{mark.key}",
            {
                "name": mark.name,
                "item": f"{name}:{mark.key}",
                "middle": middle(mark),
                "middle.hidden": None if mark.middle is not None else "",
            },
        )
    return fields | band_fields(name, placed)


def band_fields(name: str, placed: Sequence[Placed]) -> dict[str, Value]:
    """Where the marks of one lane stand, and what is said of them."""
    fields: dict[str, Value] = {f"story.{name}": tuple(each.mark.key for each in placed)}
    for each in placed:
        mark = each.mark
        place = f"right:{100 - each.left - each.width:.2f}%;" if each.backward else f"left:{each.left:.2f}%;"
        width = f"--wide:{each.width:.2f}%;width:{each.width:.2f}%;top:{each.row * ROW_PX}px"
        fields |= flat(
            f"story.{name}/{mark.key}",
            {
                "title": f"{mark.name}. {mark.about}",
                "style": place + width,
                "class": f"mark is-{mark.style}{' backward' if each.backward else ''}"
                f"{'' if mark.end > mark.start else ' moment'}",
            },
        )
    return fields


def middle(mark: Mark) -> str:
    """Where in a forecast its likeliest moment lies."""
    if mark.middle is None or mark.end <= mark.start:
        return "left:0"
    return f"left:{min(max(100 * (mark.middle - mark.start) / (mark.end - mark.start), 0), 100):.1f}%"


def list_fields(lanes: dict[str, list[Mark]], axis: Axis) -> dict[str, Value]:
    """All marks as lines of time, what and more, the newest first."""
    lines = sorted(
        ((name, mark) for name, marks in lanes.items() for mark in marks), key=lambda each: -each[1].start
    )  # fmt: skip
    fields: dict[str, Value] = {
        "story.list": tuple(f"{name}:{mark.key}" for name, mark in lines),
        "story.list.hidden": None if lines else "",
    }
    for name, mark in lines:
        fields |= flat(
            f"story.list/{name}:{mark.key}",
            {
                "at": spoken_time(mark, axis.now),
                "lane": LANES[name],
                "name": mark.name,
                "about": mark.about,
                "id": f"story-{name}:{mark.key}",
            },
        )
    return fields


def spoken_time(mark: Mark, now: float) -> str:
    """ "19 Nov 06:40", or from when to when."""
    start = when(mark.start, now)
    return start if mark.end - mark.start < 60 or mark.end == now else f"{start} to {when(mark.end, now)}"


def timeline_card(slots: Slots) -> Tag:
    """The card: a lane for the samples, one for each kind of mark, their time, and the list behind."""
    listed, skeleton = slots.each("story.list", tags.ol(class_="story-lines"), line)
    marked, tick_skeleton = slots.each(
        "story.ticks",
        tags.ol(class_="story-ticks"),
        lambda tick: tick.text("text", tick.bind(style="style"), make=tags.li),
    )
    return card(
        "Story",
        tags.div(
            samples_lane(slots),
            *(lane(slots, name, label) for name, label in LANES.items()),
            tags.div(tags.div(class_="lane-label"), marked, tick_skeleton, class_="lane ticks", aria_hidden="true"),
            tags.div(slots.bind(style="story.now"), tags.span("now"), class_="story-now", aria_hidden="true"),
            class_="story-plot",
        ),
        tags.details(
            slots.bind(hidden="story.list.hidden"),
            tags.summary("As a list"),
            listed,
            skeleton,
            class_="story-list",
            data_testid="timeline-list",
        ),
        aside=slots.text("story.said"),
        class_="story-card",
        id="story",
        data_testid="unit-timeline",
    )


def samples_lane(slots: Slots) -> Tag:
    """How the samples were, as a thin band."""
    listed, skeleton = slots.each(
        "story.quality",
        tags.ol(class_="lane-track thin"),
        lambda mark: tags.li(
            mark.bind(class_="class", style="style", title="title"), mark.text("title", class_="unseen")
        ),
    )
    return tags.div(
        tags.h3("Samples", class_="lane-label"),
        tags.div(listed, skeleton, slots.text("story.samples", make=tags.p, class_="note"), class_="lane-body"),
        class_="lane",
    )


def lane(slots: Slots, name: str, label: str) -> Tag:
    """One kind of mark; a press on one leads to its line in the list."""
    listed, skeleton = slots.each(
        f"story.{name}", tags.ol(slots.bind(style=f"story.{name}.style"), class_="lane-track"), mark
    )
    none = slots.text("story.none", slots.bind(hidden="story.none.hidden"), make=tags.p, class_="note none")
    further = slots.text("story.beyond", make=tags.p, class_="note none")
    said = {"episodes": none, "forecast": further}
    return tags.div(
        slots.bind(hidden=f"story.{name}.hidden"),
        tags.h3(label, class_="lane-label"),
        tags.div(listed, skeleton, said.get(name), class_="lane-body"),
        class_="lane",
        data_testid=f"timeline-{name}",
    )


def mark(slots: Slots) -> Tag:
    """A mark with its name."""
    return tags.li(
        slots.bind(class_="class", style="style"),
        tags.button(
            slots.bind(title="title", data_story_item="item"),
            tags.span(slots.bind(style="middle", hidden="middle.hidden"), class_="middle"),
            slots.text("name", class_="name"),
            type="button",
        ),
    )


def line(slots: Slots) -> Tag:
    """A line of the list: when, what, and the sentence about it."""
    return tags.li(
        slots.bind(id="id"),
        slots.text("at", class_="note"),
        tags.div(
            slots.text("name", class_="mode"),
            " ",
            slots.text("lane", class_="note"),
            slots.text("about", make=tags.p, class_="note"),
        ),
        tabindex="-1",
    )
