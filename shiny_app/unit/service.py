"""Service by engine hours: when it is due, the log, and whether one visit serves an open insight too."""

from collections.abc import Sequence

from htmltools import Tag, tags

from connected_ops.read_model import EpisodeView, ServiceDue, UnitView
from shiny_app.live.slots import Slots, Value
from shiny_app.shell.format import DASH, day, number, when

DAY_S = 86_400.0
WEEK_DAYS = 7.0
SHOWN = 3
SOON = ("Now", "Today")
"""The urgencies that wait for no service."""


def due_words(service: ServiceDue, at: float) -> str:
    """ "due in 38 h, about Thursday"."""
    if service.left_h < 0:
        return f"overdue by {number(-service.left_h)} h"
    return f"due in {number(service.left_h)} h, about {day(at + service.days * DAY_S, at)}"


def one_visit(service: ServiceDue | None, episodes: Sequence[EpisodeView], at: float) -> str:
    """ "Service is due in 38 h, about Thursday: do both on one visit.", where that is within a week and so is what an
    open episode of the machine needs; else nothing."""
    waiting = [each for each in episodes if each.open and each.kind == "machine" and _within_a_week(each)]
    if service is None or service.days > WEEK_DAYS or not waiting:
        return ""
    due_s = service.days * DAY_S
    sooner = any(each.urgency.startswith(SOON) or (each.to_limit_s and each.to_limit_s[0] < due_s) for each in waiting)
    both = "bring it forward and do both on one visit" if sooner and service.left_h > 0 else "do both on one visit"
    return f"Service is {due_words(service, at)}: {both}."


def visit_in_short(service: ServiceDue | None, episodes: Sequence[EpisodeView], at: float) -> str:
    """ "Service in 38 h: one visit", where `one_visit` has something to say."""
    if service is None or not one_visit(service, episodes, at):
        return ""
    return f"Service {f'in {number(service.left_h)} h' if service.left_h >= 0 else 'overdue'}: one visit"


def _within_a_week(episode: EpisodeView) -> bool:
    return episode.to_limit_s is None or episode.to_limit_s[0] <= WEEK_DAYS * DAY_S


def service_fields(view: UnitView) -> dict[str, Value]:
    """The live values of the part; hidden where nothing says when service is due."""
    service = view.service
    if service is None:
        return {"service.hidden": "", "service.visit.hidden": "", "service.log.hidden": ""}
    visit = one_visit(service, view.episodes, view.at)
    log = [f"{when(at, view.at)} at {number(hours, 1)} h" for at, hours in service.log[:SHOWN]]
    counted = "counted from the last one" if log else "counted from 0 as if every one was kept (assumption)"
    return {
        "service.hidden": None,
        "service.unit": view.row.vehicle_id,
        "service.due": f"Service {due_words(service, view.at)}",
        "service.about": f"Every {number(service.every_h)} h, {counted}; the day by its class's usual hours a day.",
        "service.visit": visit,
        "service.visit.hidden": None if visit else "",
        "service.log": f"Done {'; '.join(log)}" if log else DASH,
        "service.log.hidden": None if log else "",
    }


def one_visit_line(slots: Slots) -> Tag:
    """The foot of the unit's "What to do", where one visit serves both."""
    return slots.text(
        "service.visit", slots.bind(hidden="service.visit.hidden"), make=tags.p, class_="also visit",
        data_testid="service-visit",
    )  # fmt: skip


def service_part(slots: Slots) -> Tag:
    """The part of the unit's own card: when service is due, the log, and its buttons."""
    return tags.div(
        slots.bind(hidden="service.hidden"),
        slots.text("service.due", make=tags.p, data_testid="service-due"),
        slots.text("service.about", make=tags.p, class_="note"),
        slots.text("service.log", slots.bind(hidden="service.log.hidden"), make=tags.p, class_="note",
                   data_testid="service-log"),
        tags.div(
            tags.button(slots.bind(data_service_done="service.unit"), "Service done", type="button",
                        class_="button small", data_testid="service-done"),
            tags.button(slots.bind(data_undo_service="service.unit", hidden="service.log.hidden"), "Undo",
                        type="button", class_="button small", data_testid="service-undo",
                        aria_label="Take the last service back"),
            class_="acts",
        ),
        class_="service",
    )  # fmt: skip
