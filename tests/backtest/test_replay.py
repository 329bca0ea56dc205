"""Would this have fired? The same engine, on a recording."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from connected_ops.backtest.plotted import plotted
from connected_ops.backtest.replay import backtest
from connected_ops.backtest.report import report
from connected_ops.backtest.wire import from_json, handed_over, to_json
from connected_ops.machines import unit_class
from connected_ops.machines.unit_class import Unit
from connected_ops.recordings.reading import read
from connected_ops.recordings.recording import heard_s
from tests.conftest import Write
from tests.recordings_as_written import car

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture
def hot(write: Write):
    """A car that overheats in its fifth minute, labelled."""
    return read(write("hot.csv", *car(400, hot_from=240, labelled=True)))


def test_an_overheating_car_would_have_fired_and_is_told_with_time_reason_and_end(hot):
    view = backtest("hot.csv", hot)
    (car_,) = view.recordings
    (episode,) = car_.episodes
    assert (episode.kind, episode.mode, episode.vehicle_id) == ("machine", "cooling", "car")
    assert 240 <= episode.opened_at - car_.begin <= 260
    assert episode.closed_at is not None
    assert "255 °F" in episode.reason
    assert car_.valid + car_.needs_review + car_.rejected + car_.duplicates == car_.samples == 400
    assert dict(car_.fixed)["Coolant 220 °F or more"] == 1


def test_labels_give_what_was_found_how_late_and_what_was_false(hot):
    (car_,) = backtest("hot.csv", hot).recordings
    assert car_.labels is not None
    assert (car_.labels.events, car_.labels.found, car_.labels.false) == (1, 1, 0)
    assert car_.labels.delays_s[0] == car_.episodes[0].opened_at - (car_.begin + 240)
    calm = replace(hot[0], label=np.zeros(400, dtype=bool))
    view = backtest("hot.csv", [calm])
    assert view.recordings[0].labels is not None
    assert (view.recordings[0].labels.events, view.recordings[0].labels.false) == (0, 1)
    assert view.false_per_hour == pytest.approx(3600 / 399)


def test_recordings_side_by_side_say_what_each_says_alone(write: Write, hot):
    calm, other = read(write("calm.csv", *car(120))), read(write("other.csv", *car(300, hot_from=100)))
    (alone,) = backtest("hot.csv", hot).recordings
    together = backtest("all", [*calm, *hot, *other])
    by_file = {each.file: each for each in together.recordings}
    assert [each.machine for each in together.recordings] == [1, 1, 0]
    assert by_file["calm.csv"].episodes == ()
    ours = by_file["hot.csv"]
    assert [replace(each, id="") for each in ours.episodes] == [replace(each, id="") for each in alone.episodes]
    assert replace(ours, episodes=()) == replace(alone, episodes=())


def test_the_clock_follows_the_recording_and_never_calls_it_the_future(write: Write):
    (recording,) = read(write("a.csv", *car(60)))
    ahead = replace(recording, ts=recording.ts + 4e9)
    assert backtest("a", [ahead]).recordings[0].valid == 60


def test_a_report_says_each_number_and_json_carries_the_same_view(hot):
    view = backtest("hot.csv", hot)
    text = report(view)
    assert "400 samples" in text
    assert "1 of the machine, 0 of sensors" in text
    assert "2026-03-05 00:04:" in text
    assert "1 of 1 event found, each after 0:00:" in text
    assert text.endswith("1 of 1 labelled event found; 0.00 false episodes an hour.")
    assert from_json(handed_over(view).encode()) == view
    assert json.loads(to_json(view))["name"] == view.name


def test_a_recording_without_a_date_counts_from_its_begin(write: Write):
    rows = [f"drive1,{at},{255 if at > 200 else 190},900" for at in range(300)]
    view = backtest("a", read(write("a.csv", "trip,t_s,coolant_c,rpm", *rows), "passenger_car"))
    assert "1970" not in report(view)


def test_hours_leave_out_what_nobody_recorded():
    assert heard_s(np.array([])) == heard_s(np.array([5.0])) == heard_s(np.array([5.0, 5.0])) == 0.0
    assert heard_s(np.arange(0.0, 3600.0, 60.0)) == 59 * 60.0
    assert heard_s(np.array([0.0, 1.0, 2.0, 50_000.0])) == 22.0


def test_a_chart_keeps_the_peak_of_a_long_recording(write: Write):
    (recording,) = read(write("a.csv", *car(3000)))
    recording.values[1234, 0] = 219.0
    (first, *_) = plotted(recording, ())
    assert first.signal == "coolant_temp_f"
    assert len(first.x) <= 1000
    assert 219.0 in first.y
    assert first.x[first.y.index(219.0)] == 1234.0


@pytest.mark.soak
def test_real_trips_open_no_episode_of_a_machine():
    folders = [DATA / name for name in ("payload", "obd_raw")]
    if not all(folder.is_dir() for folder in folders):
        pytest.skip("the recorded trips are not beside the repository (../shared/data)")
    view = backtest("trips", [each for folder in folders for each in read(folder)])
    assert len(view.recordings) == 7
    assert view.hours == pytest.approx(3.55, abs=0.1)
    assert [each.title for one in view.recordings for each in one.episodes if each.kind == "machine"] == []


def test_a_recording_of_a_unit_that_a_file_names_is_held_against_what_that_says(hot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(unit_class.UNITS, "car", Unit(None, None, unit_class.INDEX["genset"]))
    monkeypatch.setitem(unit_class.UNITS, "0", Unit(None, None, unit_class.INDEX["excavator"]))
    (car_,) = backtest("hot.csv", hot).recordings
    assert (car_.class_label, car_.episodes[0].class_label) == ("Stationary genset", "Stationary genset")
