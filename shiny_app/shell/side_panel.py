"""The side panel: the faults that can be put on simulated units, in groups; without any, how to send data instead."""

from collections.abc import Sequence
from math import ceil

from htmltools import Tag, TagList, tags

from connected_ops.read_model import FaultOffer
from shiny_app.live.page import Look
from shiny_app.live.slots import KEY, Slots, Value, flat
from shiny_app.shell.components import MOST_PICKABLE, card, options, picker_of, send_example, with_chosen
from shiny_app.shell.format import duration

GROUPS = {
    "machine": "A machine fails",
    "sensor": "A sensor fails",
    "calm": "Must not alert",
}
"""The groups of faults by their name, in order, with their heading."""


def panel_of(look: Look) -> dict[str, Value]:
    """The live values of a session's side panel, with the unit that it picked or the first; none without an emulator.
    Not kept: a button changes them between two snapshots."""
    shared, simulated = look.shared, look.shared.simulated()
    unit = look.picked or next(iter(simulated), None)
    if unit is None:
        return {}
    pickable = with_chosen(simulated[:MOST_PICKABLE], unit)
    return panel_fields(unit, pickable, shared.controls.offers(unit), shared.at)


def panel_fields(unit: str, units: tuple[str, ...], offers: Sequence[FaultOffer], at: float) -> dict[str, Value]:
    """The live values of the side panel: the units to pick from, and the faults offered for the one that is picked."""
    active = [offer_state(offer, at).removeprefix("active, ") for offer in offers if offer.active]
    fields: dict[str, Value] = options("panel.units", units, unit) | {
        "panel.unit": unit,
        "panel.active": f"{len(active)} active" if len(active) > 1 else "".join(active),
        "panel.none.hidden": "" if offers else None,
    }
    for group in GROUPS:
        own = [offer for offer in offers if offer.group == group]
        name = f"offers.{group}"
        fields |= {name: tuple(offer.kind for offer in own), f"{name}.hidden": None if own else ""}
        for offer in own:
            fields |= flat(
                f"{name}/{offer.kind}",
                {
                    "label": offer.label,
                    "state": offer_state(offer, at),
                    "class": "fault active" if offer.active else "fault",
                },
            )
    return fields


def offer_state(offer: FaultOffer, at: float) -> str:
    """ "active, 12 s left", "active until reset", or nothing."""
    if not offer.active:
        return ""
    return "active until reset" if offer.until is None else f"active, {duration(max(0, ceil(offer.until - at)))} left"


def side_panel(slots: Slots, emulator: bool, origin: str) -> Tag:
    """The panel; `emulator` where there are simulated units to put a fault on."""
    return tags.aside(
        *((faults_card(slots), send_card(origin)) if emulator else (send_instead(origin),)),
        class_="side",
        aria_label="Controls",
    )


def send_instead(origin: str) -> Tag:
    """What stands where there is nothing to press."""
    told = tags.p("No emulator runs here. Post samples, and their units appear by themselves:")
    return card("Send data", tags.div(told, send_example(origin), class_="body"))


def send_card(origin: str) -> Tag:
    """How to send own data beside the simulated."""
    return tags.details(tags.summary("Send your own data"), send_example(origin), class_="card own-data")


def faults_card(slots: Slots) -> Tag:
    """The unit, its faults by groups, and the way back."""
    select = tags.select(slots.bind(value="panel.unit"), id="fault-unit", data_testid="fault-unit", data_fault_unit="")
    return card(
        "Inject a fault",
        tags.div(
            tags.div(
                tags.label("Unit", **{"for": "fault-unit"}),
                *picker_of(slots, "panel.units", select),
                class_="unit-of-fault",
            ),
            tags.div(*(fault_group(slots, group, heading) for group, heading in GROUPS.items()), class_="fault-groups"),
            tags.p(slots.bind(hidden="panel.none.hidden"), "No fault is offered for this unit.", class_="note"),
            class_="body",
        ),
        tags.div(
            tags.button("Reset", type="button", class_="button", data_testid="reset", data_reset=""),
            tags.p("Simulated units start afresh; live ones stay.", class_="note"),
            class_="body reset",
        ),
        aside=slots.text("panel.active", class_="active-faults"),
    )


def fault_group(slots: Slots, group: str, heading: str) -> Tag:
    """The buttons of one group under its heading."""
    name = f"offers.{group}"
    buttons = slots.each(name, tags.div(class_="faults", role="group", aria_label=heading), fault_button)
    return tags.div(
        slots.bind(hidden=f"{name}.hidden"),
        TagList(tags.div(heading, class_="label"), *buttons),
        class_="fault-group",
    )


def fault_button(slots: Slots) -> Tag:
    """One fault's button. How long it lasts is seen in the card's head, where a changing text moves nothing."""
    return tags.button(
        slots.bind(class_="class"),
        slots.text("label"),
        " ",
        slots.text("state", class_="unseen"),
        type="button",
        data_testid=f"fault-{KEY}",
        data_inject=KEY,
    )
