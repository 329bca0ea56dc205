"""The assumptions of the Value page: a slider for each, with its range and who says so."""

from htmltools import Tag, TagList, tags

from connected_ops.read_model import AssumptionView
from shiny_app.live.slots import Slots, Value
from shiny_app.shell.components import card, csv_link

TELLING = ("chance_cooling", "chance_vibration", "day_vehicle", "unplanned_days", "late_cooling")
"""Those that move the result most, so those that stand open; the rest is folded away by group."""

FEWEST_OPEN = 3
"""Where the model has other assumptions, its first ones stand open."""

_AFTER = {"$": "", "$/day": " a day", "$/h": " an hour", "": ""}


def said(value: float, uom: str) -> str:
    """A value with its unit as people write it: "$600 a day", "4 days", "1 day", "55 %". value.js says it alike."""
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    before, after = affixes(uom)
    return before + text + (after.removesuffix("s") if uom == "days" and value == 1 else after)


def affixes(uom: str) -> tuple[str, str]:
    """What stands before and after a number of that unit."""
    return ("$" if uom.startswith("$") else ""), _AFTER.get(uom, f" {uom}")


def assumption_fields(assumptions: tuple[AssumptionView, ...]) -> dict[str, Value]:
    """Where every slider stands, whether it was changed, and how many were."""
    fields: dict[str, Value] = {}
    for each in assumptions:
        name = f"assume.{each.key}"
        fields |= {
            name: said(each.value, each.uom),
            f"{name}.at": f"{each.value:.10g}",
            f"{name}.changed": "" if each.changed else None,
            f"{name}.was": f"default {said(each.base, each.uom)}" if each.changed else "",
        }
    changed = [each for each in assumptions if each.changed]
    fields["assume.changed"] = f"{len(changed)} changed" if changed else "all at their defaults"
    for group in folded(assumptions):
        fields[f"fold.{group}"] = fold_note(folded(assumptions)[group])
    return fields


def opened(assumptions: tuple[AssumptionView, ...]) -> tuple[AssumptionView, ...]:
    """The assumptions that stand open, in their order."""
    telling = tuple(each for each in assumptions if each.key in TELLING)
    return telling if len(telling) >= FEWEST_OPEN else assumptions[:5]


def folded(assumptions: tuple[AssumptionView, ...]) -> dict[str, list[AssumptionView]]:
    """The others, by their groups."""
    groups: dict[str, list[AssumptionView]] = {}
    shown = {each.key for each in opened(assumptions)}
    for each in assumptions:
        if each.key not in shown:
            groups.setdefault(each.group, []).append(each)
    return groups


def fold_note(group: list[AssumptionView]) -> str:
    """How many a fold holds, and how many of them were changed: a change must not hide."""
    changed = sum(each.changed for each in group)
    return f"{len(group)}" + (f", {changed} changed" if changed else "")


def assumptions_card(slots: Slots, assumptions: tuple[AssumptionView, ...]) -> Tag:
    """All the sliders."""
    folds = [
        tags.details(
            tags.summary(group, slots.text(f"fold.{group}", class_="note")),
            *(slider(slots, each) for each in held),
            class_="fold",
        )
        for group, held in folded(assumptions).items()
    ]
    return card(
        "Assumptions",
        tags.div(
            *(slider(slots, each) for each in opened(assumptions)),
            tags.div(*folds),
            tags.div(
                tags.button(
                    "Back to the defaults", type="button", class_="button", data_testid="assumptions-reset",
                    data_assumptions_reset="",
                ),
                tags.p("Set each to what your own fleet has seen. The address keeps it.", class_="note"),
                class_="back",
            ),
            class_="body sliders",
        ),
        aside=TagList(slots.text("assume.changed"), csv_link("Assumptions", slots.bind(href="assumptions.csv"))),
        class_="flush assumptions",
        id="assumptions",
    )  # fmt: skip


def slider(slots: Slots, each: AssumptionView) -> Tag:
    """One assumption. The server's value stands in data-at: the client takes it over unless a hand is on the slider."""
    name = f"assume.{each.key}"
    before, after = affixes(each.uom)
    low, value, high = ((edge - each.least) / (each.most - each.least) for edge in (each.low, each.value, each.high))
    return tags.div(
        slots.bind(data_changed=f"{name}.changed"),
        tags.label(
            TagList(each.label, " · "), tags.output(slots.get(name), id=f"said-{each.key}"),
            **{"for": f"slider-{each.key}"},
        ),
        tags.input(
            slots.bind(data_at=f"{name}.at", data_said=name),
            {"aria-describedby": f"source-{each.key}", "aria-valuetext": slots.get(name)},
            type="range", id=f"slider-{each.key}", name=each.key, min=f"{each.least:g}", max=f"{each.most:g}",
            step=f"{each.step:g}", value=slots.get(f"{name}.at"), autocomplete="off",
            data_assumption=each.key, data_base=f"{each.base:.10g}", data_before=before, data_after=after,
            data_testid=f"slider-{each.key}",
            style=f"--part:{value:.4f};--low:{low:.2%};--high:{high:.2%}",
        ),
        tags.div(
            tags.span(source_note(each), id=f"source-{each.key}"),
            slots.text(f"{name}.was", class_="was"),
            class_="note",
        ),
        class_="slider",
    )  # fmt: skip


def source_note(each: AssumptionView) -> str:
    """ "35 % to 75 %, assumption", "$448 a day to $760 a day … 2016": the range, and who says so."""
    low, high = said(each.low, each.uom), said(each.high, each.uom)
    _, after = affixes(each.uom)
    span = f"{low.removesuffix(after) if after else low} to {high}"
    dated = f", {each.year}" if each.year is not None and str(each.year) not in each.source else ""
    return f"{span} · {each.source}{dated}"
