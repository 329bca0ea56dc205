"""A unit's story on one axis of time: what is on it, where, and in which words."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from connected_ops.insight.acts import Act
from connected_ops.read_model import InjectedFault, ServiceDue, UnitView
from shiny_app.live.location import Range
from shiny_app.unit.story import (
    MOST_ACTS,
    MOST_ROWS,
    Axis,
    Mark,
    act_marks,
    axis_of,
    episode_marks,
    fault_marks,
    forecast_marks,
    laid_out,
    quality_marks,
    sample_words,
    service_marks,
    ticks,
)
from shiny_app.unit.story_card import timeline_fields

HOUR, DAY = 3_600.0, 86_400.0

Serve = Callable[..., Any]


@pytest.fixture
def truck(fleet: Any) -> UnitView:
    return fleet.unit("truck_07")


@pytest.fixture
def calm(fleet: Any) -> UnitView:
    return replace(fleet.unit("truck_02"), episodes=())


def days(view: UnitView) -> Axis:
    return axis_of(view, "14d", ())


@pytest.mark.parametrize(("asked", "name"), [("10m", "4h"), ("4h", "4h"), ("14d", "14d")])
def test_the_axis_is_the_range_of_the_page_and_never_less_than_four_hours(
    calm: UnitView, asked: Range, name: str
) -> None:
    axis = axis_of(calm, asked, ())
    span = {"4h": 4 * HOUR, "14d": 14 * DAY}[name]
    assert axis.name == name
    assert span <= calm.at - axis.low < span + 1_800
    assert axis.now == calm.at < axis.high


def test_a_range_that_nobody_chose_is_wide_enough_for_what_began_days_ago(truck: UnitView, calm: UnitView) -> None:
    assert axis_of(truck, "10m", ()).name == "14d"
    assert axis_of(truck, "4h", ()).name == "4h"
    grown = InjectedFault("radiator_blocked", "Blocked radiator", calm.at - 6 * DAY, None)
    assert axis_of(calm, "10m", (grown,)).name == "14d"


def test_the_axis_reaches_as_far_ahead_as_the_forecast(truck: UnitView) -> None:
    axis = days(truck)
    assert axis.said == "Last 14 days, 7 d ahead"
    assert 7 * DAY <= axis.high - truck.at < 7 * DAY + 1_800
    soon = replace(truck, row=replace(truck.row, to_limit_s=(600.0, 1_200.0, 2_400.0)))
    assert axis_of(soon, "4h", ()).said == "Last 4 hours, 1 h ahead"
    assert axis_of(truck, "4h", ()).said == "Last 4 hours", "what lies days ahead has no place on hours"


def test_marks_stand_where_they_happened(truck: UnitView) -> None:
    axis = Axis("14d", truck.at - 10 * DAY, truck.at + 10 * DAY, truck.at)
    assert (axis.place(truck.at), axis.place(truck.at - 5 * DAY), axis.place(0.0)) == (50.0, 25.0, 0.0)
    (mark,) = episode_marks(truck, axis)
    assert (mark.name, mark.style, mark.end) == ("Cooling margin shrinking", "machine", truck.at)
    assert axis.place(mark.start) == pytest.approx(50 - 4.3 * 5)
    assert mark.about.startswith("Since 19 Nov ")
    assert ", open. Same hill" in mark.about


def test_an_episode_that_was_over_before_is_left_out(truck: UnitView) -> None:
    closed = replace(truck.episodes[0], state="closed", closed_at=truck.at - 3 * DAY)
    shown = replace(truck, episodes=(closed,))
    assert episode_marks(shown, axis_of(shown, "4h", ())) == []
    (mark,) = episode_marks(shown, days(shown))
    assert (mark.style, mark.end) == ("closed", truck.at - 3 * DAY)


def test_what_people_did_is_marked_with_their_names(truck: UnitView) -> None:
    acts = (Act("acknowledged", "Kim", truck.at - 60), Act("noted", "", truck.at - 30, "Part is ordered."),
            Act("silenced", "Lee", truck.at - 20, until=truck.at + HOUR, undone_at=truck.at - 10))  # fmt: skip
    shown = replace(truck, episodes=(replace(truck.episodes[0], acts=acts),))
    marks = act_marks(shown, days(shown))
    assert [mark.name for mark in marks] == ["Acknowledged by Kim", "Note", "Silenced by Lee"]
    assert marks[1].about == "Note: Cooling margin shrinking. “Part is ordered.”"
    assert " Taken back " in marks[2].about
    assert all(mark.start == mark.end for mark in marks)


def test_of_many_acts_and_presses_each_has_a_key_of_its_own_and_the_newest_are_marked(truck: UnitView) -> None:
    acts = tuple(Act("noted", "Kim", truck.at - at, f"Note {at}.") for at in range(50, 0, -1))
    shown = replace(truck, episodes=tuple(replace(truck.episodes[0], id=name, acts=acts) for name in ("e1", "e2")))
    marks = act_marks(shown, days(shown))
    assert (len(marks), marks[-1].start) == (MOST_ACTS, truck.at - 1)
    faults = [InjectedFault("spike", "Spike", truck.at - 50 + at / 10, truck.at) for at in range(5)]
    assert len({mark.key for mark in fault_marks(faults, days(truck))}) == 5


def test_services_are_marked_with_their_hours(truck: UnitView) -> None:
    due = ServiceDue(38, 600, 4, ((truck.at - DAY, 14_400.0), (truck.at - 90 * DAY, 13_800.0)))
    (mark,) = service_marks(replace(truck, service=due), days(truck))
    assert mark.about == "Service done at 14,400.0 engine hours."


def test_an_injected_fault_is_the_emulators_truth_and_ends_with_now(truck: UnitView) -> None:
    axis = days(truck)
    faults = (
        InjectedFault("a", "Blocked radiator", truck.at - 6 * DAY, None),
        InjectedFault("b", "Fan lost", truck.at - 100, truck.at + 200),
        InjectedFault("c", "Spike", truck.at - 50, truck.at - 50),
        InjectedFault("d", "Long over", truck.at - 40 * DAY, truck.at - 39 * DAY),
    )
    marks = fault_marks(faults, axis)
    assert [(mark.name, mark.end) for mark in marks] == [
        ("Blocked radiator", truck.at), ("Fan lost", truck.at), ("Spike", truck.at - 50),
    ]  # fmt: skip
    assert marks[0].about.endswith(", until a reset.")


def test_the_forecast_is_a_span_with_its_middle(truck: UnitView) -> None:
    axis = days(truck)
    (mark,) = forecast_marks(truck, axis)
    assert mark.name == "Limit in 2 to 5 days"
    assert mark.about == "8 in 10 that the maker's 225 °F warning comes in this time, if nobody acts."
    assert (mark.start, mark.middle, mark.end) == tuple(truck.at + each * DAY for each in (2.1, 3.2, 5.4))
    unbound = replace(truck, row=replace(truck.row, to_limit_s=(2 * DAY, 4 * DAY, inf)))
    (open_mark,) = forecast_marks(unbound, days(unbound))
    assert (open_mark.middle, open_mark.end) == (truck.at + 4 * DAY, days(unbound).high)


def test_a_forecast_beyond_the_axis_is_said_in_words(truck: UnitView) -> None:
    fields = timeline_fields(truck, "4h", ())
    assert fields["story.forecast"] == ()
    assert fields["story.forecast.hidden"] is None
    assert fields["story.beyond"] == "2 to 5 days to the maker's 225 °F warning, further ahead than this range."


def test_samples_pauses_and_doubts_stand_at_their_times(truck: UnitView) -> None:
    marks = quality_marks(truck, days(truck))
    assert [mark.name for mark in marks] == ["Samples", "Samples", "No samples", "2 to review", "1 rejected"]
    (pause,) = (mark for mark in marks if mark.style == "gap")
    assert pause.end - pause.start == pytest.approx(DAY, abs=3_601)
    assert sample_words(truck) == "2 of the newest 600 samples need review, 1 rejected in quarantine."


def test_the_first_sample_is_not_called_a_number_of_samples(truck: UnitView) -> None:
    assert truck.quality is not None
    fine = replace(truck.quality, need_review=truck.quality.need_review[:0], rejected=truck.quality.rejected[:0])
    assert sample_words(replace(truck, ts=truck.ts[:1], quality=fine)) == "The one sample so far needs no review."


def test_a_silence_that_lasts_is_a_pause_up_to_now(truck: UnitView) -> None:
    silent = replace(truck, at=truck.at + 2 * HOUR)
    gap = quality_marks(silent, axis_of(silent, "4h", ()))[-4]
    assert (gap.name, gap.end) == ("No samples", silent.at)


def test_what_is_not_known_of_samples_is_not_made_up(truck: UnitView) -> None:
    blank = replace(truck, quality=None)
    assert (quality_marks(blank, days(blank)), sample_words(blank)) == ([], "")


def mark(start: float, name: str, end: float | None = None) -> Mark:
    return Mark(name, start, start if end is None else end, name, "", "act")


AXIS = Axis("4h", 0.0, 14_400.0, 14_000.0)


def rows(marks: Sequence[Mark]) -> list[int]:
    return [each.row for each in laid_out(marks, AXIS)[0]]


def test_names_that_would_meet_stand_under_each_other() -> None:
    assert rows([mark(0, "Acknowledged"), mark(100, "Note"), mark(9_000, "Note")]) == [0, 1, 0]
    assert laid_out([mark(100 * k, f"Note {k}") for k in range(9)], AXIS)[1] == MOST_ROWS
    assert laid_out([], AXIS) == ([], 0)


def test_a_name_without_room_to_the_right_stands_before_its_mark() -> None:
    (placed,), _ = laid_out([mark(14_000, "Acknowledged by somebody")], AXIS)
    assert placed.backward
    (wide,), _ = laid_out([mark(2_000, "Acknowledged by somebody", 14_000)], AXIS)
    assert not wide.backward


def test_the_times_under_the_axis_are_hours_or_days(truck: UnitView) -> None:
    assert all(re.fullmatch(r"\d\d:00", text) for _, text in ticks(axis_of(truck, "4h", ())))
    shown = ticks(days(truck))
    assert 9 <= len(shown) <= 11
    assert shown[0][1].endswith(" Nov")


def test_every_mark_stands_in_the_list_with_the_newest_first(truck: UnitView) -> None:
    fault = InjectedFault("radiator_blocked", "Blocked radiator", truck.at - 6 * DAY, None)
    fields = timeline_fields(truck, "14d", (fault,))
    names = [fields[f"story.list/{key}/name"] for key in fields["story.list"] or ()]
    assert names == ["Limit in 2 to 5 days", "Cooling margin shrinking", "Blocked radiator"]
    for key in fields["story.list"] or ():
        lane, _, of = key.partition(":")
        assert fields[f"story.{lane}/{of}/item"] == key


def test_between_two_seconds_only_what_reaches_now_moves(truck: UnitView) -> None:
    before = timeline_fields(truck, "14d", ())
    after = timeline_fields(replace(truck, at=truck.at + 1), "14d", ())
    moved = {name for name in after if after[name] != before[name]}
    assert not {name for name in moved if "forecast" not in name and "list" not in name}


@pytest.mark.e2e
def test_the_story_names_an_episode_and_an_injected_fault_and_leads_to_their_lines(
    page: Page, fleet: Any, serve: Serve
) -> None:
    page.goto(serve(fleet).url + "?page=unit&unit=truck_07")
    story = page.get_by_test_id("unit-timeline")
    episode = page.get_by_test_id("timeline-episodes").get_by_role("button")
    expect(story).to_contain_text("Last 14 days")
    expect(episode).to_have_text("Cooling margin shrinking")
    expect(page.get_by_test_id("timeline-faults")).to_be_hidden()
    page.get_by_test_id("fault-radiator_blocked").click()
    expect(page.locator("#toast")).to_contain_text("radiator_blocked is on truck_07")
    fleet.step()
    expect(page.get_by_test_id("timeline-faults").get_by_role("button")).to_have_text("Radiator blocked")
    episode.click()
    expect(page.get_by_test_id("timeline-list").locator("li:focus")).to_contain_text("Cooling margin shrinking")
    page.get_by_test_id("acknowledge").click()
    expect(page.get_by_test_id("timeline-acts").get_by_role("button")).to_contain_text("Acknowledged")
    expect(page.get_by_test_id("timeline-list")).to_contain_text("Acknowledged")


@pytest.mark.e2e
def test_the_story_keeps_to_a_phone(page: Page, fleet: Any, serve: Serve) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(serve(fleet).url + "?page=unit&unit=truck_07&with=truck_02")
    expect(page.get_by_test_id("unit-timeline")).to_contain_text("Cooling margin shrinking")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
