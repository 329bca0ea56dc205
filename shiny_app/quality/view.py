"""The Data quality page: what arrived, what became of it, why rows were refused, and how fresh every unit is."""

from collections import Counter

from htmltools import Tag, TagList, tags

from connected_ops.read_model import QUARANTINE_KEPT, FreshRow, LoopCounts, QualityView, QuarantineRow, RuleCount
from shiny_app.live.slots import KEY, Slots, Value, flat
from shiny_app.shell.components import card, csv_href, csv_link, figure, nav_href, nav_link
from shiny_app.shell.format import DASH, ago, count, duration, moment, number, share_percent
from shiny_app.unit.samples import VERDICTS

_STATES = {"live": "Live", "late": "Late", "silent": "Silent"}
_PILLS = {"live": "low", "late": "medium", "silent": "silent"}


def quality_fields(view: QualityView) -> dict[str, Value]:
    """Every live value of the page."""
    return headline_fields(view.loop) | rule_fields(view) | quarantine_fields(view) | fresh_fields(view)


def headline_fields(loop: LoopCounts) -> dict[str, Value]:
    """The shares, and the sum that they are of."""
    review, rejected, duplicates = loop.needs_review, loop.rejected, loop.duplicates
    return {
        "quality.valid": share_percent(loop.valid, loop.received) if loop.received else DASH,
        "quality.valid.note": f"{loop.valid:,} of {loop.received:,} samples" if loop.received else "no sample yet",
        "quality.review": number(review),
        "quality.review.class": "medium" if review else "none",
        "quality.rejected": number(rejected),
        "quality.rejected.class": "high" if rejected else "none",
        "quality.duplicates": number(duplicates),
        "quality.refused": number(loop.refused),
        "quality.sum": f"{loop.received:,} received = {loop.valid:,} valid + {review:,} to review + "
        f"{rejected:,} rejected + {duplicates:,} duplicates",
    }


def rule_fields(view: QualityView) -> dict[str, Value]:
    """The rules that fired, most often first."""
    most = max((rule.count for rule in view.rules), default=0)
    fields: dict[str, Value] = {
        "rules": tuple(rule.id for rule in view.rules),
        "rules.note": f"{count(len(view.rules), 'rule')} fired" if view.rules else "",
        "rules.calm.hidden": "" if view.rules else None,
        "rules.hidden": None if view.rules else "",
    }
    for rule in view.rules:
        fields |= flat(f"rules/{rule.id}", one_rule(rule, most))
    return fields


def one_rule(rule: RuleCount, most: int) -> dict[str, Value]:
    """The live values of one rule's line; its bar is long against that of the rule that fired most."""
    return {
        "label": rule.label,
        "sentence": rule.sentence,
        "verdict": VERDICTS.get(rule.verdict, rule.verdict),
        "verdict.class": f"verdict {rule.verdict}",
        "count": number(rule.count),
        "bar.class": f"bar {'high' if rule.verdict == 'rejected' else 'medium'}",
        "bar.style": f"width:{100 * rule.count / most:.1f}%" if most else "width:0%",
    }


def quarantine_fields(view: QualityView) -> dict[str, Value]:
    """The refused rows, newest first, and what is not among them."""
    keys, shown = quarantine_keys(view.quarantine), len(view.quarantine)
    fields: dict[str, Value] = {
        "quarantine": tuple(keys),
        "quarantine.note": held_note(view),
        "quarantine.shown": f"{shown:,} of {view.held:,} shown, newest first" if view.held > shown else "newest first",
        "quarantine.hidden": None if keys else "",
        "quarantine.calm.hidden": "" if keys else None,
    }
    for key, row in zip(keys, view.quarantine, strict=True):
        fields |= flat(f"quarantine/{key}", one_refused(row))
    return fields


def quarantine_keys(rows: tuple[QuarantineRow, ...]) -> list[str]:
    """A key for each row that it keeps when newer ones come: counted from the oldest of those that arrived together."""
    seen: Counter[str] = Counter()
    keys: list[str] = []
    for row in reversed(rows):
        name = f"{row.arrived:.3f}"
        keys.append(f"{name}-{seen[name]}")
        seen[name] += 1
    return keys[::-1]


def held_note(view: QualityView) -> str:
    """ "Held 12", or how many fell out beside them."""
    kept = f"{QUARANTINE_KEPT:,} are kept of real units and {QUARANTINE_KEPT:,} of simulated ones"
    return f"Held {view.held:,}" + (f", {view.dropped:,} dropped: {kept}" if view.dropped else "")


def one_refused(row: QuarantineRow) -> dict[str, Value]:
    """The live values of one refused row."""
    return {
        "arrived": moment(row.arrived),
        "sent": DASH if row.ts is None else f"sent {moment(row.ts)}",
        "unit": row.vehicle_id or DASH,
        "source": row.source.capitalize(),
        "rule": row.rule,
        "field": row.field,
        "reason": row.reason,
        "values": ", ".join(f"{key} {value:g}" for key, value in row.values) or DASH,
    }


def fresh_fields(view: QualityView) -> dict[str, Value]:
    """How fresh each unit is, the least fresh first."""
    loop, shown, units = view.loop, len(view.units), view.loop.units
    fields: dict[str, Value] = {
        "fresh": tuple(row.vehicle_id for row in view.units),
        "fresh.note": f"{shown:,} of {units:,} shown, least fresh first" if units > shown else "least fresh first",
        "fresh.counts": f"{loop.live:,} live, {loop.late:,} late, {loop.silent:,} silent",
        "fresh.hidden": None if shown else "",
        "fresh.calm.hidden": "" if shown else None,
    }
    for row in view.units:
        fields |= flat(f"fresh/{row.vehicle_id}", one_unit(row))
    return fields


def one_unit(row: FreshRow) -> dict[str, Value]:
    """The live values of one unit's line."""
    return {
        "id": row.vehicle_id,
        "href": nav_href("unit", row.vehicle_id),
        "about": f"{row.class_label} · {row.source}",
        "state": _STATES[row.freshness],
        "state.class": f"pill {_PILLS[row.freshness]}",
        "heard": ago(row.silence_s),
        "usual": "not known yet" if row.interval_s is None else f"every {interval(row.interval_s)}",
    }


def interval(seconds: float) -> str:
    """ "1 s", "0.5 s", "1 min"."""
    return f"{seconds:.1f} s" if seconds < 0.95 else duration(round(seconds))


def quality_page(fields: dict[str, Value]) -> TagList:
    """The page's body."""
    slots = Slots(fields)
    return TagList(headline(slots), rules_card(slots), quarantine_card(slots), fresh_card(slots))


_FIGURES = (
    ("Valid", "valid", None),
    ("To review", "review", "plausible, but odd"),
    ("Rejected", "rejected", "cannot be, so not used"),
    ("Duplicates", "duplicates", "came again, not used"),
    ("Refused bodies", "refused", "not readable as samples"),
)
"""Label, name, and the note below, None where it is a live one."""

_COLOURED = ("review", "rejected")


def headline(slots: Slots) -> Tag:
    """The valid share first, then what was not valid, then the sum."""

    def shown(label: str, name: str, note: str | None) -> Tag:
        at = f"quality.{name}"
        style = slots.bind(class_=f"{at}.class") if name in _COLOURED else {}
        value = slots.text(at, style, data_testid=f"quality-{name}")
        return figure(label, value, note or slots.text(f"{at}.note"))

    return tags.section(
        tags.h1("Data quality", class_="unseen", tabindex="-1"),
        tags.div(*(shown(*each) for each in _FIGURES), class_="figures"),
        slots.text("quality.sum", make=tags.p, class_="note sum", data_testid="quality-sum"),
        class_="card quality",
    )


def table(slots: Slots, name: str, caption: str, columns: tuple[tuple[str, str], ...], body: list[Tag]) -> list[Tag]:
    """A live list as a table that is hidden while it is empty. Roles are written out: a phone shows it as blocks."""
    head = tags.tr(
        *(tags.th(each, class_=kind, scope="col", role="columnheader") for each, kind in columns), role="row"
    )
    rows, *skeleton = body
    drawn = tags.table(
        tags.caption(caption, class_="unseen"), tags.thead(head, role="rowgroup"), rows, class_=name, role="table"
    )
    return [
        tags.div(
            slots.bind(hidden=f"{name}.hidden"), drawn, class_="scroll", role="region", aria_label=caption, tabindex="0"
        ),
        *skeleton,
    ]


def rules_card(slots: Slots) -> Tag:
    """The rules that fired."""
    columns = (("Rule", "rule"), ("Verdict", "judged"), ("Fired", "fired"))
    body = slots.each("rules", tags.tbody(role="rowgroup"), rule_row)
    return card(
        "Rules that fired",
        *table(slots, "rules", "Rules that fired, most often first", columns, body),
        tags.p(slots.bind(hidden="rules.calm.hidden"), "No rule has fired: every sample was plausible.", class_="body"),
        aside=TagList(slots.text("rules.note"), csv_link("Rules that fired", slots.bind(href="rules.csv"))),
        class_="flush",
    )


def rule_row(slots: Slots) -> Tag:
    """One rule's line."""
    return tags.tr(
        tags.td(
            slots.text("label", class_="name"), slots.text("sentence", make=tags.div, class_="note"), class_="rule",
            role="cell",
        ),
        tags.td(slots.text("verdict", slots.bind(class_="verdict.class")), class_="judged", role="cell"),
        tags.td(
            slots.text("count", class_="points"),
            tags.span(tags.span(slots.bind(class_="bar.class", style="bar.style")), class_="track", aria_hidden="true"),
            class_="fired", role="cell",
        ),
        data_testid=f"rule-{KEY}",
        role="row",
    )  # fmt: skip


_REFUSED = ("Arrived", "Unit", "Rule and field", "Reason", "Values")


def quarantine_card(slots: Slots) -> Tag:
    """The refused rows with their reasons."""
    columns = tuple(zip(_REFUSED, ("when", "unit", "which", "reason-cell", "values"), strict=True))
    body = slots.each("quarantine", tags.tbody(role="rowgroup"), refused_row)
    return card(
        "Quarantine",
        tags.div(
            slots.text("quarantine.note", data_testid="quarantine-note"), " · ", slots.text("quarantine.shown"),
            slots.bind(hidden="quarantine.hidden"), class_="note under",
        ),
        *table(slots, "quarantine", "Rows in quarantine, newest first", columns, body),
        tags.p(slots.bind(hidden="quarantine.calm.hidden"), "Nothing was refused.", class_="body"),
        aside=csv_link("Quarantine", href="api/quarantine.csv"),
        class_="flush",
        id="quarantine",
    )  # fmt: skip


def refused_row(slots: Slots) -> Tag:
    """One refused row's line."""
    return tags.tr(
        tags.td(slots.text("arrived"), slots.text("sent", make=tags.div, class_="note"), class_="when", role="cell"),
        tags.td(
            slots.text("unit", class_="name"), slots.text("source", make=tags.div, class_="note"), class_="unit",
            role="cell",
        ),
        tags.td(slots.text("rule"), slots.text("field", make=tags.div, class_="note"), class_="which", role="cell"),
        tags.td(slots.text("reason"), class_="reason-cell", role="cell"),
        tags.td(slots.text("values"), class_="values note", role="cell"),
        data_testid="quarantine-row",
        role="row",
    )  # fmt: skip


def fresh_card(slots: Slots) -> Tag:
    """Every unit's freshness."""
    columns = (("Unit", "unit"), ("State", "state"), ("Last heard", "heard"), ("Usually reports", "usual"))
    body = slots.each("fresh", tags.tbody(role="rowgroup"), fresh_row)
    return card(
        "Freshness",
        tags.div(
            slots.text("fresh.counts"), " · ", slots.text("fresh.note", data_testid="fresh-note"),
            slots.bind(hidden="fresh.hidden"), class_="note under",
        ),
        *table(slots, "fresh", "Units, least fresh first", columns, body),
        tags.p(slots.bind(hidden="fresh.calm.hidden"), "No unit has reported yet.", class_="body"),
        aside=csv_link("Freshness", href=csv_href("quality-freshness")),
        class_="flush",
        id="freshness",
    )  # fmt: skip


def fresh_row(slots: Slots) -> Tag:
    """One unit's line."""
    return tags.tr(
        tags.td(
            nav_link(slots.bind(href="href"), slots.text("id"), class_="unit-link"),
            slots.text("about", make=tags.div, class_="note"), class_="unit", role="cell",
        ),
        tags.td(slots.text("state", slots.bind(class_="state.class")), class_="state", role="cell"),
        tags.td(slots.text("heard"), class_="heard-cell", role="cell"),
        tags.td(slots.text("usual"), class_="usual note", role="cell"),
        data_testid=f"freshness-{KEY}",
        role="row",
    )  # fmt: skip
