"""The Insights page: every episode that is open, with what to do about it, and those that are over."""

from collections import Counter
from collections.abc import Sequence
from math import isfinite

from htmltools import Tag, TagList, svg, tags

from connected_ops.read_model import EpisodeView, FleetSnapshot, Money
from shiny_app.insights.acts import act_fields, acts_bar, log_line
from shiny_app.insights.feed import sentence, tone
from shiny_app.insights.lists import closed_card, closed_fields, lists_bar, show_fields, shown_of
from shiny_app.live.location import Show
from shiny_app.live.slots import KEY, Slots, Value, flat
from shiny_app.shell.components import figure, nav_href, nav_link
from shiny_app.shell.format import count, dollars, number, quantity, span, when

SHOWN_OPEN, SHOWN_CLOSED = 100, 50
"""The most episodes that are shown; the most pressing and the newest come first."""

NO_COST = "Costs nothing to wait: risk unchanged."

ICONS = {
    "machine": "M8 4.9a3.1 3.1 0 1 0 0 6.2 3.1 3.1 0 0 0 0-6.2M8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.5 1.5M11.5 11.5 13 13"
    "M13 3l-1.5 1.5M4.5 11.5 3 13",
    "sensor": "M8 9.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4M5 11a4.2 4.2 0 0 1 0-6M11 5a4.2 4.2 0 0 1 0 6"
    "M2.8 13.2a7.4 7.4 0 0 1 0-10.4M13.2 2.8a7.4 7.4 0 0 1 0 10.4",
}
"""A gear and a sensor's waves, as paths of a 16 x 16 box."""

_DECIMALS = {"°F": 0, "°C": 0, "rpm": 0, "mph": 0, "km/h": 0, "%": 0}


def insights_fields(snapshot: FleetSnapshot, episodes: Sequence[EpisodeView], show: Show = "all") -> dict[str, Value]:
    """Every live value of the page that lists those of one state, or all."""
    loop = snapshot.loop
    states = Counter(each.state for each in episodes)
    speaking = [each for each in episodes if each.state in ("open", "acknowledged")]
    opened = [each for each in episodes if each.open and show in ("all", each.state)]
    closed = [each for each in episodes if not each.open and show in ("all", "closed")]
    machines = sum(each.kind == "machine" for each in speaking)
    calm = not (speaking or states["silenced"]) and show in ("all", "open")
    fields: dict[str, Value] = {
        "insights.open": number(loop.insights_open),
        "insights.open.note": open_words(machines, len(speaking) - machines, states["silenced"]),
        "insights.spoken": number(loop.spoken),
        "insights.spoken.note": f"{'time' if loop.spoken == 1 else 'times'} about a machine{rate(loop.spoken_per_h)}",
        "insights.fixed": number(loop.fixed_alarms),
        "insights.fixed.note": f"alarms on the same data{rate(loop.fixed_alarms_per_h)}",
        "insights.told": compared(loop.fixed_alarms, loop.spoken),
        "insights.calm.hidden": None if calm else "",
        "insights.none": f"No insight is {show}.",
        "insights.none.hidden": None if show != "all" and not (opened or closed or calm) else "",
        "insights.shown": f"{SHOWN_OPEN:,} of {len(opened):,} shown." if len(opened) > SHOWN_OPEN else "",
        "insights": tuple(each.id for each in opened[:SHOWN_OPEN]),
        "closed": tuple(each.id for each in closed[:SHOWN_CLOSED]),
        "closed.note": shown_of(len(closed), SHOWN_CLOSED),
        "closed.none.hidden": "" if closed else None,
        "closed.hidden": None if show == "all" or (show == "closed" and closed) else "",
    } | show_fields(states, show)
    for each in opened[:SHOWN_OPEN]:
        fields |= flat(f"insights/{each.id}", open_fields(each, snapshot.at))
    for each in closed[:SHOWN_CLOSED]:
        fields |= flat(f"closed/{each.id}", closed_fields(each, snapshot.at))
    return fields


def open_words(machines: int, sensors: int, silenced: int) -> str:
    """ "2 machines, 1 sensor", and how many beside them are silenced."""
    told = f"{count(machines, 'machine')}, {count(sensors, 'sensor')}" if machines + sensors else ""
    quiet = f"{silenced:,} silenced" if silenced else ""
    return "; ".join(filter(None, (told, quiet))) or "Nothing unusual"


def compared(fixed: int, spoken: int) -> str:
    """ "Fixed limits: 247 alarms, we spoke 3 times"."""
    return f"Fixed limits: {count(fixed, 'alarm')}, we spoke {count(spoken, 'time')}."


def rate(per_h: float | None) -> str:
    """ ", 0.13 per unit-hour", with two significant digits; empty before anything was heard."""
    if per_h is None:
        return ""
    return f", {per_h:.0f} per unit-hour" if per_h >= 10 else f", {per_h:.2g} per unit-hour"


def open_fields(episode: EpisodeView, now: float) -> dict[str, Value]:
    """The live values of one card; a line that has nothing to say is hidden."""
    began, opened = when(episode.since, now), when(episode.opened_at, now)
    lines = {
        "since": began if began == opened else f"{began}, said {opened}",
        "measured": measured(episode),
        "cause": episode.cause,
        "check": episode.check,
        "urgency": episode.urgency,
        "codes": " · ".join(episode.codes),
        "limit": "" if episode.to_limit_s is None else f"in {span(episode.to_limit_s)}, 8 times of 10",
    }
    fields: dict[str, Value] = {
        "kind": episode.kind.capitalize(),
        "kind.class": f"kind {episode.kind}",
        "icon": ICONS[episode.kind],
        "tone": f"dot {tone(episode)}",
        "title": episode.title,
        "unit": episode.vehicle_id,
        "href": nav_href("unit", episode.vehicle_id),
        "class": f"{episode.class_label} · {episode.source}",
        "reason": sentence(episode.reason),
        "advice": episode.advice,
        "money": money_words(episode),
        "saved": dollars(episode.money.saved_usd) if episode.money else "$0",
        "saved.note": "saved by acting now" if episode.money else "at stake",
        "card.class": f"card episode {episode.state}",
    } | act_fields(episode, now)
    for name, said in lines.items():
        fields |= {name: said, f"{name}.hidden": None if said else ""}
    return fields


def measured(episode: EpisodeView) -> str:
    """ "216 °F, limit 225 °F": the worst value and what it is held against."""
    if episode.value is None or not isfinite(episode.value):
        return ""
    decimals = _DECIMALS.get(episode.uom, 2)
    worst = quantity(episode.value, episode.uom, decimals)
    return worst if episode.limit is None else f"{worst}, limit {quantity(episode.limit, episode.uom, decimals)}"


def money_words(episode: EpisodeView) -> str:
    """What acting now and what waiting costs; a sensor costs nothing."""
    if episode.money is None:
        return NO_COST if episode.kind == "sensor" and not episode.rests_on_it else ""
    money: Money = episode.money
    paid = round(money.wait_usd) - round(money.saved_usd)  # shown figures add up
    told = f"Acting now {dollars(paid)}, waiting {dollars(money.wait_usd)} expected"
    return f"{told}." if money.counted else f"{told}; counted with another insight of this unit, one stop serves both."


def insights_page(fields: dict[str, Value]) -> TagList:
    """The page's body."""
    slots = Slots(fields)
    listed, skeleton = slots.each("insights", tags.div(class_="episodes"), episode_card)
    return TagList(
        headline(slots),
        lists_bar(slots),
        tags.section(
            slots.bind(hidden="insights.calm.hidden"),
            tags.h2("Nothing unusual"),
            tags.p("No machine and no sensor needs anybody."),
            class_="card message",
        ),
        tags.p(slots.bind(hidden="insights.none.hidden"), slots.text("insights.none"), class_="card message calm"),
        listed,
        skeleton,
        slots.text("insights.shown", make=tags.p, class_="note"),
        closed_card(slots),
    )


def headline(slots: Slots) -> Tag:
    """How many are open, and how often was spoken where fixed limits would have shouted."""
    return tags.section(
        tags.h1("Insights", class_="unseen", tabindex="-1"),
        figure("Open now", slots.text("insights.open", data_testid="insights-open"), slots.text("insights.open.note")),
        figure("We spoke", slots.text("insights.spoken"), slots.text("insights.spoken.note")),
        figure(
            "Fixed limits would have raised",
            slots.text("insights.fixed", data_testid="fixed-alarms"),
            slots.text("insights.fixed.note"),
        ),
        tags.p(
            slots.text("insights.told", make=tags.strong),
            " A fixed limit shouts at every crossing; an insight is said once, when the evidence has lasted, and stays "
            "one until it is over.",
            class_="note wide",
        ),
        class_="card summary",
    )


_LINES = (
    ("What it may be", "cause"),
    ("What to check", "check"),
    ("How soon", "urgency"),
    ("To the limit", "limit"),
    ("Measured", "measured"),
    ("Since", "since"),
    ("A maker's tool says", "codes"),
)


def episode_card(slots: Slots) -> Tag:
    """One open episode."""
    icon = svg.svg(svg.path(slots.bind(d="icon")), viewBox="0 0 16 16", class_="icon", aria_hidden="true")
    return tags.article(
        tags.header(
            tags.div(
                tags.span(slots.bind(class_="tone"), aria_hidden="true"),
                slots.text("title", make=tags.h2),
                tags.span(slots.bind(class_="kind.class"), icon, slots.text("kind")),
                class_="line",
            ),
            tags.p(
                nav_link(slots.bind(href="href"), slots.text("unit"), class_="to-unit"),
                " · ",
                slots.text("class"),
                class_="note",
            ),
        ),
        tags.div(
            slots.text("reason", make=tags.p, class_="reason"),
            slots.text("advice", make=tags.p),
            tags.dl(*(detail(slots, label, name) for label, name in _LINES)),
            log_line(slots),
            class_="told",
        ),
        tags.div(
            tags.div(slots.text("saved", class_="number"), " ", slots.text("saved.note", class_="note")),
            slots.text("money", make=tags.p, class_="note"),
            acts_bar(slots, testid=f"acknowledge-{KEY}"),
            class_="worth",
        ),
        slots.bind(class_="card.class"),
        id=f"episode-{KEY}",
        data_testid=f"episode-{KEY}",
    )


def detail(slots: Slots, label: str, name: str) -> Tag:
    """One line of what is known."""
    return tags.div(slots.bind(hidden=f"{name}.hidden"), tags.dt(label), slots.text(name, make=tags.dd))
