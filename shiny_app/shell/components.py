"""The page's building bricks: cards, figures, pills, links."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from htmltools import Tag, TagAttrs, TagAttrValue, TagChild, tags

from connected_ops.read_model import EXAMPLE, Freshness, UnitRow
from shiny_app.live.slots import KEY, Slots, Value, flat
from shiny_app.shell.format import duration

WAIT = "waiting is cheaper so far"
"""Said of open episodes that acting on would cost more than it saves."""


def card(
    title: TagChild, *body: TagChild | TagAttrs, aside: TagChild = None, class_: str = "", **attrs: TagAttrValue
) -> Tag:
    """A card with its title, what stands at the right of it, and a body."""
    return tags.section(
        tags.header(tags.h2(title), tags.div(aside, class_="aside") if aside is not None else None),
        *body,
        class_=f"card {class_}".strip(),
        **attrs,
    )


def figure(label: TagChild, value: TagChild, note: TagChild, **attrs: TagAttrValue) -> Tag:
    """One large number with what it is above and what stands behind it below."""
    return tags.div(
        tags.div(label, class_="label"), tags.div(value, class_="number"), tags.div(note, class_="note"),
        class_="figure", **attrs,
    )  # fmt: skip


def pill_class(row: UnitRow) -> str:
    """The style of a unit's pill: its band, and whether that is as of when it was last heard. Never alone: words stand
    with it."""
    return f"pill {row.band.lower()}{' stale' if row.freshness == 'silent' else ''}"


def pill_text(row: UnitRow) -> str:
    """ "High 71"."""
    return f"{row.band} {row.score}"


def stood(row: UnitRow) -> str:
    """How a unit stands in words: "High 71", "High 97, silent for 2 min"."""
    return ", ".join(filter(None, (pill_text(row), silent_for(row.freshness, row.silence_s))))


def silent_for(freshness: Freshness, silence_s: float) -> str:
    """ "silent for 2 min", in whole minutes so that it does not tick; nothing while it is heard."""
    if freshness != "silent":
        return ""
    return f"silent for {duration(silence_s if silence_s >= 3600 else silence_s - silence_s % 60)}"


def nav_href(page: str, unit: str | None = None, anchor: str = "") -> str:
    """The address of a page, relative to wherever the dashboard is mounted."""
    query = f"?page={page}" + (f"&unit={quote(unit, safe='')}" if unit is not None else "")
    return query + (f"#{anchor}" if anchor else "")


def nav_link(*content: TagChild | TagAttrs, **attrs: TagAttrValue) -> Tag:
    """A link that the client follows without a reload, and any browser by itself."""
    return tags.a({"data-nav": ""}, *content, **attrs)


def picker_of(slots: Slots, name: str, select: Tag) -> list[Tag]:
    """A select whose options are the live list `name` of ids; a reload forgets what was picked."""
    select.attrs.update({"autocomplete": "off"})
    return slots.each(
        name, select, lambda option: option.text("id", option.bind(selected="selected"), make=tags.option, value=KEY)
    )


MOST_PICKABLE = 200
"""The most units a picker offers: a longer list is none to pick from, and the fleet page and the URL reach the rest."""


def with_chosen(offered: tuple[str, ...], unit: str) -> tuple[str, ...]:
    """What a picker offers, with the unit that is chosen among it."""
    return offered if unit in offered else (unit, *offered)


def options(name: str, units: tuple[str, ...], chosen: str) -> dict[str, Value]:
    """The live values of a picker's options."""
    fields: dict[str, Value] = {name: units}
    for unit in units:
        fields |= flat(f"{name}/{unit}", {"id": unit, "selected": "" if unit == chosen else None})
    return fields


def sentence_page(title: str, sentence: str) -> Tag:
    """A page that has nothing to show but why, and the way back."""
    return tags.section(
        tags.h1(title, tabindex="-1"),
        tags.p(sentence),
        tags.p(nav_link("Back to the fleet", href=nav_href("fleet"), class_="button primary")),
        class_="card message",
    )


def send_example(origin: str) -> Tag:
    """How to send a sample from a shell; `origin` is this server's own address."""
    values = ", ".join(f'\\"{key}\\": {value:g}' for key, value in EXAMPLE.items())
    return tags.pre(
        tags.code(
            f"curl {origin}/api/telemetry \\\n"
            "  -H 'Content-Type: application/json' \\\n"
            '  -d "{\\"vehicle_id\\": \\"my_unit\\", \\"ts\\": \\"$(date -u +%FT%TZ)\\",\n'
            f'       {values}}}"'
        ),
        class_="example",
        tabindex="0",
    )


FILES = {"png": "save.png", "svg": "svg", "csv": "csv"}
"""What a chart can be kept as, and how the address of it ends."""


def save_links(key: str, label: str, hrefs: Mapping[str, TagAttrs]) -> Tag:
    """A chart as files of some kinds, each with the attribute of its address."""
    links = (
        tags.a(
            kind.upper(), href, download="", data_testid=f"save-{key}-{kind}",
            aria_label=f"Save {label.lower()} as {kind.upper()}",
        )
        for kind, href in hrefs.items()
    )  # fmt: skip
    return tags.div(tags.span("Save"), *links, class_="save")


def csv_href(table: str, words: Mapping[str, str] | None = None, *, metric: bool = False) -> str:
    """The address of a table as CSV, relative to wherever the dashboard is mounted, with what the page's own asks."""
    asked = {**(words or {}), **({"units": "c"} if metric else {})}
    return f"tables/{table}.csv" + (f"?{urlencode(asked)}" if asked else "")


def csv_link(label: str, *attrs: TagAttrs, text: str = "CSV", **named: TagAttrValue) -> Tag:
    """A table's download, which works without scripts; `href` is among the attributes. `label` names the table."""
    marks: dict[str, TagAttrValue] = {"download": "", "class": "csv", "title": f"{label} as CSV"}
    return tags.a(marks, *attrs, text, aria_label=f"{label} as CSV", **named)
