"""The Backtest page: what somebody's own recording would have said."""

from dataclasses import replace

import pytest

from connected_ops.read_model import BacktestRun, BacktestView, LabelScore, Plotted
from shiny_app.backtest.view import SHOWN_EPISODES, backtest_fields, backtest_page, verdict


@pytest.fixture
def view(recorded: BacktestView) -> BacktestView:
    return recorded


def done(view: BacktestView) -> BacktestRun:
    return BacktestRun("k", "van.csv", "done", view=view, report="all of it")


def test_without_a_file_the_page_shows_neither_result_nor_refusal():
    fields = backtest_fields(None)
    assert [fields[f"backtest.{part}.hidden"] for part in ("running", "refused", "result")] == ["", "", ""]
    html = str(backtest_page(fields))
    assert 'data-testid="backtest-file"' in html
    assert 'data-testid="backtest-result"' in html


@pytest.mark.parametrize(("state", "shown"), [("running", "running"), ("refused", "refused"), ("done", "result")])
def test_each_state_shows_its_part_and_no_other(view, state, shown):
    run = BacktestRun("k", "van.csv", state, "It is broken.", view if state == "done" else None)
    fields = backtest_fields(run)
    parts = ("running", "refused", "result")
    assert [part for part in parts if fields[f"backtest.{part}.hidden"] is None] == [shown]
    assert fields["backtest.name"] == "van.csv"


def test_a_result_says_its_counts_times_reasons_and_the_fixed_limits(view):
    fields = backtest_fields(done(view))
    assert fields["backtest.verdict"] == "Yes: 1 time about the machine"
    assert fields["backtest.hours"] == "1.50 h"
    assert fields["backtest.hours.note"] == "5,400 samples, 10 not simply valid"
    assert fields["backtest.spoken.note"] == "1 of the machine, 0 of sensors"
    assert (fields["backtest.fixed"], fields["backtest.fixed.note"]) == ("4", "most: Coolant 220 °F or more")
    assert fields["backtest.episodes"] == ("1",)
    told = fields["backtest.episodes/1/told"]
    assert told == " · Machine, cooling, until 5 min 30 s · Coolant 255 °F."
    assert str(fields["backtest.episodes/1/time"]).endswith(", 1 min in")
    assert fields["backtest.recordings"] == ("1", "2")
    assert fields["backtest.report"] == "backtests/k.txt"
    assert 'data-testid="backtest-episode-1"' in str(backtest_page(fields))


def test_sentences_follow_the_units_of_the_page(view):
    assert "124 °C" in str(backtest_fields(done(view), metric=True)["backtest.episodes/1/told"])


def test_a_recording_without_a_date_has_no_time_of_day(view):
    undated = replace(view, recordings=(replace(view.recordings[0], dated=False),))
    assert backtest_fields(done(undated))["backtest.episodes/1/time"] == "1 min in"


def test_a_chart_can_be_kept_as_the_page_shows_it_and_only_where_there_is_one(view):
    plotted = replace(view, plotted=(Plotted("engine_rpm", "Engine speed", "rpm", (0.0,), (900.0,)),))
    fields = backtest_fields(done(plotted), metric=True)
    assert fields["backtest.png"] == "charts/-/k.save.png?units=c"
    assert fields["backtest.svg"] == "charts/-/k.svg?units=c"
    assert fields["backtest.unplotted"] is None
    assert backtest_fields(done(view))["backtest.unplotted"] == ""


def test_labels_are_told_only_where_the_file_has_some(view):
    assert backtest_fields(done(view))["backtest.labels.hidden"] == ""
    labelled = replace(view.recordings[0], labels=LabelScore(2, 1, (60.0,), 3))
    fields = backtest_fields(done(replace(view, recordings=(labelled, view.recordings[1]))))
    assert fields["backtest.labels.hidden"] is None
    assert fields["backtest.labels"] == (
        "Against the labels in the file: 1 of 2 events found, after 1 min; 3.00 false episodes an hour."
    )


def test_a_sensor_alone_is_no_yes_and_nothing_is_a_plain_no(view):
    lead = view.recordings[0]
    sensor = replace(lead, episodes=(replace(lead.episodes[0], kind="sensor"),))
    assert verdict(replace(view, recordings=(sensor,))) == "Not about the machine; 1 time about a sensor"
    assert verdict(replace(view, recordings=(view.recordings[1],))) == "No: nothing unusual"


def test_a_long_list_is_cut_and_says_so(view):
    lead = view.recordings[0]
    many = replace(view, recordings=(replace(lead, episodes=lead.episodes * (SHOWN_EPISODES + 5)),))
    fields = backtest_fields(done(many))
    assert fields["backtest.episodes"] == tuple(str(at) for at in range(1, SHOWN_EPISODES + 1))
    assert fields["backtest.episodes.note"] == f"{SHOWN_EPISODES} of {SHOWN_EPISODES + 5} shown, the report has all"


def test_a_run_is_seen_by_the_session_that_sent_it_and_by_no_other(fleet, view, visit):
    mine, other = visit("?page=backtest"), visit("?page=backtest")
    for viewer in (mine, other):
        viewer.message()
    fleet.runs["k"] = BacktestRun("k", "van.csv", "running")
    assert mine.try_out({"key": "k"})
    assert mine.message()["set"]["backtest.running.hidden"] is None
    fleet.runs["k"] = done(view)
    fleet.step()
    assert mine.message()["set"]["backtest.verdict"] == "Yes: 1 time about the machine"
    assert "backtest.verdict" not in other.message()["set"]


@pytest.mark.parametrize("asked", [None, {}, {"key": 5}, {"key": ""}, {"key": "x" * 65}, ["k"]])
def test_what_is_no_key_is_refused(visit, asked):
    viewer = visit()
    assert not viewer.try_out(asked)
    assert viewer.read(viewer.backtest) is None
