"""The Value page: what waiting costs, what acting now saves, when it pays, and every assumption behind it."""

from collections.abc import Mapping
from urllib.parse import urlencode
from zlib import crc32

from htmltools import Tag, TagAttrValue, TagList, tags

from connected_ops.read_model import EpisodeView, Money, ValueView, percent
from shiny_app.charts.breakeven_figures import figures_query
from shiny_app.live.slots import KEY, Slots, Value, flat
from shiny_app.shell import in_units
from shiny_app.shell.components import FILES, card, csv_href, csv_link, figure, nav_href, nav_link, save_links
from shiny_app.shell.format import DASH, count, dollars
from shiny_app.value.assumptions import assumption_fields, assumptions_card

SHOWN = 50
"""The most episodes in the table and the picker; those that save most come first."""

CALM = "No unit needs a decision now. Nothing is at stake, so waiting costs nothing and there is nothing to save."

AGAINST = (
    TagList(
        "Predictive maintenance does not always pay. In a plant survey the average ROI was ",
        tags.span("1.13 : 1", class_="whole"),
        ", and 50.8 % of the plants did not recover what it cost them. ",
        tags.span("Plant survey, “Intro to Predictive Maintenance”, p. 65.", class_="note"),
    ),
    "No published probability of failure was found for any of these signals. Every chance on this page is an "
    "assumption: set it to what your own workshop has seen.",
    "The score that the chance is built on can be wrong. An early repair that was not needed costs all of “act now”, "
    "and saves nothing.",
)


def value_fields(view: ValueView, metric: bool) -> dict[str, Value]:
    """Every live value of the page; `metric` is about the words of the episodes."""
    shown = [in_units.episode(each, metric) for each in view.episodes[:SHOWN]]
    fields: dict[str, Value] = {
        "value.wait": dollars(view.wait_usd),
        "value.wait.note": wait_note(view),
        "value.saved": dollars(view.saved_usd),
        "value.saved.class": "ok" if view.saved_usd > 0 else "none",
        "value.saved.note": f"low {dollars(view.saved_low_usd)} · high {dollars(view.saved_high_usd)}",
        "value.shown": f"{len(shown)} of {len(view.episodes):,} shown, the largest saving first"
        if len(view.episodes) > len(shown)
        else count(len(shown), "open insight"),
        "value.open.hidden": None if shown else "",
        **{f"{table}.csv": csv_href(f"value-{table}", changes_asked(view)) for table in ("cases", "assumptions")},
        "value.calm.hidden": "" if shown else None,
        "value.said": "\n".join(view.sentences),
        "value.said.hidden": None if view.sentences else "",
        "cases": tuple(episode.id for episode in shown),
        "priced": tuple(episode.id for episode in shown),
    }
    for episode in shown:
        if episode.money is not None:
            case = case_fields(episode, episode.money) | file_fields(episode, changes_asked(view))
            fields |= flat(f"cases/{episode.id}", case)
            fields |= flat(f"priced/{episode.id}", row_fields(episode, episode.money))
            if episode is shown[0]:
                fields |= {f"first.{name}": case[name] for name in PICKED}
    fields.update({f"first.{name}": word for name, word in PICKED.items() if f"first.{name}" not in fields})
    return fields | assumption_fields(view.assumptions)


def changes_asked(view: ValueView) -> dict[str, str]:
    """The changed assumptions as an address has them."""
    return {key: f"{value:.15g}" for key, value in view.changes}


def wait_note(view: ValueView) -> str:
    """What the sum is over."""
    if view.units:
        return f"on {count(view.units, 'unit')}; acting now costs {dollars(view.act_usd)}"
    return "waiting is the cheaper choice" if view.episodes else "no unit needs a decision"


PICKED: dict[str, str] = {
    "title": "Act now or wait",
    "when": "Pays off when the chance is above",
    "even": DASH,
    "note": "no open insight",
    "figures": "",
    "png": "",
    "svg": "",
    "alt": "",
    "formula": "",
    "legend": "",
}
"""What the page shows of the episode that is picked, and what stands there while there is none."""

SAVED = ("png", "svg")
"""What its chart can be kept as."""


def case_fields(episode: EpisodeView, money: Money) -> dict[str, Value]:
    """What an option of the picker carries: the client puts that of the picked one in its places."""
    name = f"{episode.vehicle_id}, {episode.mode_label.lower()}"
    even = break_even(money)
    return {
        "label": name,
        "title": f"{episode.vehicle_id}: act now or wait, by the chance of failing",
        "when": pays_when(money),
        "even": even,
        "note": name,
        "figures": figures_query(money),
        "alt": f"Costs by the chance of failing: acting now {dollars(money.act_usd)} at any; waiting "
        f"{dollars(money.holds_usd)} at 0 % to {dollars(money.fails_usd)} at 100 %, {dollars(money.wait_usd)} at the "
        f"assumed {percent(money.chance)}. Break-even: {even}.",
        "formula": "\n".join(money.formula),
        "legend": f"Shaded: the range assumed, {percent(money.chance_low)} to {percent(money.chance_high)}.",
    }


def file_fields(episode: EpisodeView, changes: Mapping[str, str]) -> dict[str, Value]:
    """Where the chart of an episode is fetched to be kept."""
    asked = urlencode({"episode": episode.id, **changes})
    return {kind: f"charts/value/break-even.{FILES[kind]}?{asked}" for kind in SAVED}


def row_fields(episode: EpisodeView, money: Money) -> dict[str, Value]:
    """One line of the table."""
    return {
        "id": episode.vehicle_id,
        "href": nav_href("unit", episode.vehicle_id),
        "mode": episode.mode_label,
        "title": episode.title,
        "urgency": episode.urgency,
        "act": dollars(money.act_usd),
        "wait": dollars(money.wait_usd),
        "saved": dollars(money.saved_usd),
        "saved.class": "saved ok" if money.saved_usd > 0 else "saved",
        "even": break_even(money),
        "chance": f"assumed {percent(money.chance)}",
        "counted": counted(money),
    }


def counted(money: Money) -> str:
    """Whether the sums above hold this episode, or why not."""
    if money.counted:
        return "Counted"
    return "One stop serves both" if money.saved_usd > 0 else "Waiting is cheaper"


def break_even(money: Money) -> str:
    """ "17.1 %", or whether acting pays at every chance or at none."""
    if money.break_even is not None:
        return percent(money.break_even)
    return "any chance" if min(money.fails_usd, money.holds_usd) >= money.act_usd else "no chance"


def pays_when(money: Money) -> str:
    """What `break_even` is read after."""
    if money.break_even is None:
        return "Acting now pays off at"
    return f"Pays off when the chance is {'above' if money.fails_usd > money.holds_usd else 'below'}"


def structure(view: ValueView) -> str:
    """What the body's elements depend on beside its values: the sliders there are and how far they go."""
    sliders = [(each.key, each.group, each.least, each.most, each.step, each.base) for each in view.assumptions]
    return f"{crc32(repr(sliders).encode()):08x}"


def value_page(view: ValueView, fields: dict[str, Value]) -> TagList:
    """The page's body."""
    slots = Slots(fields)
    return TagList(
        tags.h1("Value", class_="unseen", tabindex="-1"),
        tags.div(
            slots.text("value.said", slots.bind(hidden="value.said.hidden"), make=tags.p, class_="said"),
            role="status", data_testid="value-said",
        ),
        headline(slots),
        tags.div(tags.div(decision_card(slots), against_card(), class_="stack"),
                 assumptions_card(slots, view.assumptions), class_="decide"),
        priced_card(slots),
    )  # fmt: skip


def headline(slots: Slots) -> Tag:
    """The three figures; the last is that of the picked episode."""
    return tags.div(
        figure(
            "Waiting costs, expected", slots.text("value.wait", data_testid="value-wait"), slots.text("value.wait.note")
        ),
        figure(
            "Saved by acting now",
            slots.text("value.saved", slots.bind(class_="value.saved.class"), data_testid="value-saved"),
            slots.text("value.saved.note"),
        ),
        figure(
            picked(slots, "when"), picked(slots, "even", data_testid="value-break-even"), picked(slots, "note")
        ),
        class_="headline",
    )  # fmt: skip


def picked(slots: Slots, name: str, **attrs: TagAttrValue) -> Tag:
    """A text of the episode that is picked: the server draws that of the first, the client keeps to its own."""
    return slots.text(f"first.{name}", {"data-picked": name}, make=tags.div, **attrs)


def decision_card(slots: Slots) -> Tag:
    """The chart of one episode and its formula; a sentence while there is none."""
    listed = slots.each("cases", tags.select(id="value-episode", data_episode="", autocomplete="off"), case_option)
    chart = tags.img(
        slots.bind(data_figures="first.figures", alt="first.alt"), class_="chart", data_break_even="", height="260",
        decoding="async",
    )  # fmt: skip
    return card(
        slots.text("first.title", {"data-picked": "title"}),
        tags.div(
            slots.bind(hidden="value.open.hidden"),
            tags.div(chart, class_="plot"),
            tags.footer(
                picked(slots, "legend", class_="note legend"),
                save_links(
                    "break-even",
                    "the break-even chart",
                    {kind: {**slots.bind(href=f"first.{kind}"), "data-picked-href": kind} for kind in SAVED},
                ),
                class_="drift-foot",
            ),
            tags.div(tags.label("Insight", **{"for": "value-episode"}), *listed, class_="pick"),
            tags.details(
                tags.summary("The formula with its numbers"),
                picked(slots, "formula", class_="formula", data_testid="value-formula"),
                open="",
            ),
        ),
        tags.p(slots.bind(hidden="value.calm.hidden"), CALM, class_="body calm", data_testid="value-calm"),
        class_="flush chart-card decision",
    )


def case_option(slots: Slots) -> Tag:
    """An option that carries what the page shows of its episode."""
    carried = {f"data_{name}": name for name in PICKED}
    return slots.text("label", slots.bind(**carried), make=tags.option, value=KEY)


def against_card() -> Tag:
    """What speaks against it, beside what speaks for it."""
    return card(
        "The case against", tags.ul(*(tags.li(each) for each in AGAINST), class_="body against"), class_="flush"
    )


_COLUMNS = (
    ("Unit", "unit"), ("Insight", "what"), ("Act now", "money"), ("Wait", "money"), ("Saved", "money"),
    ("Pays off above", "money even"), ("In the sum", "counted"),
)  # fmt: skip


def priced_card(slots: Slots) -> Tag:
    """All open episodes with their money."""
    head = tags.tr(
        *(tags.th(name, class_=kind, scope="col", role="columnheader") for name, kind in _COLUMNS), role="row"
    )
    body, skeleton = slots.each("priced", tags.tbody(role="rowgroup"), priced_row)
    return card(
        "Every open insight, the largest saving first",
        tags.table(
            slots.bind(hidden="value.open.hidden"),
            tags.caption("Act now against wait, for every open insight", class_="unseen"),
            tags.thead(head, role="rowgroup"), body, class_="priced", role="table",
        ),
        skeleton,
        tags.p(slots.bind(hidden="value.calm.hidden"), "No insight is open.", class_="body calm"),
        aside=TagList(slots.text("value.shown"), csv_link("Open insights", slots.bind(href="cases.csv"))),
        class_="flush",
    )  # fmt: skip


def priced_row(slots: Slots) -> Tag:
    """One episode's line."""

    def money(label: str, *content: Tag, class_: str = "money") -> Tag:
        return tags.td(*content, class_=class_, role="cell", data_label=label)

    return tags.tr(
        tags.td(
            nav_link(slots.bind(href="href"), slots.text("id"), class_="unit-link"),
            slots.text("mode", make=tags.div, class_="note"), class_="unit", role="cell",
        ),
        tags.td(
            slots.text("title"), slots.text("urgency", make=tags.div, class_="note"), class_="what", role="cell"
        ),
        money("Act now", slots.text("act")),
        money("Wait", slots.text("wait")),
        money("Saved", slots.text("saved", slots.bind(class_="saved.class"))),
        money("Pays off above", slots.text("even"), slots.text("chance", make=tags.div, class_="note"),
              class_="money even"),
        tags.td(slots.text("counted"), class_="counted", role="cell"),
        data_testid=f"value-row-{KEY}",
        role="row",
    )  # fmt: skip
