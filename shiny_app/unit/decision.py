"""The unit page's "What to do": the most pressing open episode with its advice and its money, and the others."""

from htmltools import Tag, tags

from connected_ops.read_model import EpisodeView, Money, UnitView
from shiny_app.insights.acts import act_fields, acts_bar, log_line
from shiny_app.live.slots import Slots, Value, flat
from shiny_app.shell.components import card, nav_href, nav_link
from shiny_app.shell.format import DASH, dollars, quantity, span, when
from shiny_app.unit.service import one_visit_line, service_fields

NOTHING_LOST = "Sensor fault, not an engine fault: risk unchanged, nothing to save."
SEE_MACHINE = "What it reads has lasted, so the machine's own insight has the price."
UNPRICED = "No price yet: what waiting would cost is not known."
SAME_STOP = "One stop in the yard serves this and the unit's other episode, so it is counted once."

_UNITS_IN_WORDS = {"d": "days"}


def decision_fields(view: UnitView) -> dict[str, Value]:
    """The card's live values."""
    pressing, others = by_urgency(view)
    fields: dict[str, Value] = {
        "todo.hidden": None if pressing else "",
        "todo.calm.hidden": "" if pressing else None,
        "todo.calm": calm(view),
        "todo.last": last_closed(view),
        "todo.acts": () if pressing is None else (pressing.id,),
        "todo.more": tuple(each.id for each in others),
        "todo.more.hidden": None if others else "",
    }
    fields |= service_fields(view)
    for each in others:
        fields |= flat(f"todo.more/{each.id}", other_fields(each) | act_fields(each, view.at))
    if pressing is not None:
        fields |= {f"todo.{name}": value for name, value in pressing_fields(pressing, view.at).items()}
        fields |= flat(f"todo.acts/{pressing.id}", act_fields(pressing, view.at))
    return fields


def by_urgency(view: UnitView) -> tuple[EpisodeView | None, tuple[EpisodeView, ...]]:
    """The most pressing open episode, and the other open ones."""
    opened = tuple(each for each in view.episodes if each.open)
    return (opened[0], opened[1:]) if opened else (None, ())


def calm(view: UnitView) -> str:
    """What is said while no episode is open: nothing is unusual, or what is has not lasted yet."""
    return "Nothing to do. Nothing unusual." if view.row.calm else "Nothing to do yet: no episode is open."


def last_closed(view: UnitView) -> str:
    """ "Last: Vibration above its normal, closed 21 Nov 12:00", or nothing."""
    closed = next((each for each in view.episodes if not each.open and each.closed_at is not None), None)
    if closed is None or closed.closed_at is None:
        return ""
    return f"Last: {closed.title}, closed {when(closed.closed_at, view.at)}."


def pressing_fields(episode: EpisodeView, at: float) -> dict[str, Value]:
    """What the most pressing episode says."""
    before, saved, after = money_words(episode)
    return {
        "title": episode.title,
        "advice": episode.advice,
        "urgency": episode.urgency,
        "cause": episode.cause,
        "check": episode.check,
        "money": before,
        "saved": saved,
        "saved.after": after,
        "since": f"Since {when(episode.since, at)}, said {when(episode.opened_at, at)}",
    }


def other_fields(episode: EpisodeView) -> dict[str, Value]:
    """What one of the others says."""
    _, saved, _ = money_words(episode)
    return {
        "title": episode.title,
        "kind": "Sensor" if episode.kind == "sensor" else episode.mode_label,
        "advice": episode.advice,
        "worth": f"Saves {saved}." if episode.money is not None and episode.money.saved_usd > 0 else "",
    }


def money_words(episode: EpisodeView) -> tuple[str, str, str]:
    """The sentence of an episode's money, in three parts: the middle one is the saving, and empty where none is."""
    money = episode.money
    if episode.kind == "sensor":
        return SEE_MACHINE if episode.rests_on_it else NOTHING_LOST, "", ""
    if money is None:
        return UNPRICED, "", ""
    return weighed(money), dollars(abs(money.saved_usd)), "." if money.counted else f". {SAME_STOP}"


def weighed(money: Money) -> str:
    """ "Acting now $1,340, waiting $3,887 expected: saves ", to be followed by the amount."""
    verb = "saves" if money.saved_usd >= 0 else "waiting is cheaper by"
    return f"Acting now {dollars(money.act_usd)}, waiting {dollars(money.wait_usd)} expected: {verb} "


def headline(view: UnitView) -> tuple[str, str] | None:
    """The time to the limit and which limit that is: ("2 to 5 days", "to the maker's 225 °F warning")."""
    left = span(view.row.to_limit_s)
    if left == DASH:
        return None
    amount, _, unit = left.rpartition(" ")
    leading = next((each for each in view.episodes if each.open and each.to_limit_s and each.limit is not None), None)
    if leading is None or leading.limit is None:
        limit = "to the warning limit"
    elif leading.uom:
        limit = f"to the maker's {quantity(leading.limit, leading.uom)} warning"
    else:
        limit = f"to the warning limit of {quantity(leading.limit, '', 2)}"
    return f"{amount} {_UNITS_IN_WORDS.get(unit, unit)}", limit


def decision_card(slots: Slots) -> Tag:
    """What to do about this unit."""
    calm = tags.div(
        slots.bind(hidden="todo.calm.hidden"),
        slots.text("todo.calm", make=tags.p),
        slots.text("todo.last", make=tags.p, class_="note"),
        class_="nothing-to-do",
    )
    acts, pattern = slots.each("todo.acts", tags.div(), pressing_acts)
    more, skeleton = slots.each("todo.more", tags.ul(class_="more-episodes"), other_episode)
    others = tags.div(
        slots.bind(hidden="todo.more.hidden"), tags.h3("Also open", class_="label"), more, skeleton, class_="also"
    )
    return card(
        "What to do",
        tags.div(
            calm,
            tags.div(slots.bind(hidden="todo.hidden"), *pressing(slots)),
            acts,
            pattern,
            others,
            one_visit_line(slots),
            class_="body",
        ),
        class_="todo-card",
        data_testid="what-to-do",
    )


def pressing(slots: Slots) -> list[Tag]:
    """The most pressing episode."""
    return [
        slots.text("todo.title", make=tags.h3, class_="episode-title", data_testid="episode-title"),
        slots.text("todo.urgency", make=tags.p, class_="urgency"),
        slots.text("todo.advice", make=tags.p),
        tags.dl(
            tags.dt("Likely cause"),
            slots.text("todo.cause", make=tags.dd),
            tags.dt("Check"),
            slots.text("todo.check", make=tags.dd),
            class_="facts",
        ),
        tags.p(
            slots.text("todo.money"),
            slots.text("todo.saved", make=tags.strong, data_testid="episode-saved"),
            slots.text("todo.saved.after"),
            class_="weighed",
        ),
        slots.text("todo.since", make=tags.p, class_="note"),
    ]


def pressing_acts(slots: Slots) -> Tag:
    """What can be done about the most pressing one, and what was. A row of its own: while a note is written it stays,
    whatever becomes the most pressing meanwhile."""
    worth = nav_link("What it is worth", href=nav_href("value"), class_="button")
    return tags.div(log_line(slots), acts_bar(slots, testid="acknowledge", extra=worth))


def other_episode(slots: Slots) -> Tag:
    """One of the other open episodes, in two lines."""
    return tags.li(
        tags.div(slots.text("title", class_="mode"), " ", slots.text("kind", class_="note"), class_="named"),
        tags.p(slots.text("advice"), " ", slots.text("worth"), class_="note"),
        log_line(slots),
        acts_bar(slots, testid="acknowledge-more", small=True),
    )
