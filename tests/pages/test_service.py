"""Service on the pages: when it is due, and whether one visit serves an open insight too."""

from dataclasses import replace
from typing import Any

import pytest

from connected_ops.read_model import EpisodeView, ServiceDue
from shiny_app.fleet.view import fleet_fields
from shiny_app.shell.format import day
from shiny_app.unit.service import due_words, one_visit, service_fields

NOW = 1_763_908_312.0  # a Sunday
DUE = ServiceDue(38.0, 600.0, 3.8)
DAY_S = 86_400.0


@pytest.fixture
def episode(fleet: Any) -> EpisodeView:
    found = next(each for each in fleet.said if each.kind == "machine" and each.open)
    return replace(found, urgency="Within days", to_limit_s=(5 * DAY_S, 6 * DAY_S, 9 * DAY_S))


def test_a_due_day_is_named_within_a_week(monkeypatch):
    assert day(NOW, NOW) == "today"
    assert day(NOW + DAY_S, NOW) == "tomorrow"
    assert day(NOW + 3 * DAY_S, NOW) == "Wednesday"
    assert day(NOW + 14 * DAY_S, NOW) == "7 Dec"


def test_a_service_says_hours_and_day_or_by_how_much_it_is_overdue():
    assert due_words(ServiceDue(38.0, 600.0, 3.0), NOW) == "due in 38 h, about Wednesday"
    assert due_words(ServiceDue(-12.4, 600.0, 0.0), NOW) == "overdue by 12 h"


def test_both_are_done_on_one_visit_where_both_fall_within_a_week(episode):
    said = one_visit(ServiceDue(38.0, 600.0, 3.0), [episode], NOW)
    assert said == "Service is due in 38 h, about Wednesday: do both on one visit."
    unwarranted = replace(episode, to_limit_s=None)
    assert one_visit(DUE, [unwarranted], NOW).endswith(": do both on one visit.")


@pytest.mark.parametrize(
    "sooner", [{"urgency": "Today"}, {"urgency": "Now: stop safely"}, {"to_limit_s": (DAY_S, 2 * DAY_S, 3 * DAY_S)}]
)
def test_what_cannot_wait_for_the_service_brings_it_forward(episode, sooner):
    assert "bring it forward and do both on one visit." in one_visit(DUE, [replace(episode, **sooner)], NOW)
    overdue = ServiceDue(-2.0, 600.0, 0.0)
    assert one_visit(overdue, [replace(episode, **sooner)], NOW) == ("Service is overdue by 2 h: do both on one visit.")


def test_nothing_is_merged_that_is_apart(episode):
    assert one_visit(None, [episode], NOW) == ""
    assert one_visit(ServiceDue(390.0, 600.0, 39.0), [episode], NOW) == ""
    assert one_visit(DUE, [], NOW) == ""
    assert one_visit(DUE, [replace(episode, kind="sensor")], NOW) == ""
    assert one_visit(DUE, [replace(episode, state="closed")], NOW) == ""
    assert one_visit(DUE, [replace(episode, to_limit_s=(20 * DAY_S, 30 * DAY_S, 40 * DAY_S))], NOW) == ""


def test_the_unit_page_says_what_is_assumed_until_a_service_is_logged(fleet):
    view = replace(fleet.unit("truck_07"), service=DUE)
    fields = service_fields(view)
    assert "as if every one was kept (assumption)" in str(fields["service.about"])
    assert fields["service.log.hidden"] == ""
    logged = service_fields(replace(view, service=replace(DUE, log=((view.at, 14_610.0),))))
    assert "counted from the last one" in str(logged["service.about"])
    assert str(logged["service.log"]).endswith("at 14,610.0 h")
    assert logged["service.log.hidden"] is None
    assert service_fields(replace(view, service=None))["service.hidden"] == ""


def test_the_fleet_says_it_in_the_units_line(fleet, episode):
    rows = [replace(row, service=DUE) for row in fleet.rows()]
    fields = fleet_fields(fleet.snapshot(), rows, [episode])
    told = {row.vehicle_id: fields[f"units/{row.vehicle_id}/visit"] for row in rows}
    assert told.pop(episode.vehicle_id) == "Service in 38 h: one visit"
    assert set(told.values()) == {""}
