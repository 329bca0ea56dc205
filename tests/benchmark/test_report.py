"""The table and the JSON of a result made by hand."""

import json
from math import nan
from pathlib import Path

import pytest

from connected_ops.benchmark import report
from connected_ops.benchmark.drives import Drives
from connected_ops.benchmark.expected import VIBRATION
from connected_ops.benchmark.ground_truth import summary
from connected_ops.benchmark.measures import BY_KEY, MEASURES, Line
from connected_ops.benchmark.report import Report, as_json, drive_lines, emulator_lines, table, unread
from connected_ops.benchmark.runs import Run

LINES = (
    Line(BY_KEY["recall"], 0.985, "Fan lost", "20 runs"),
    Line(BY_KEY["coverage"], 90.0),
    Line(BY_KEY["forecast_error"], nan),
)
MADE = Report(LINES, ("Nothing of drives.",))
LEON = Drives("kit", lives=1, hours=32.0, machine=4, speeding=13, sensor=52, unread=0, why="")
STRANGE = Drives("nab", lives=0, hours=0.0, machine=0, speeding=0, sensor=0, unread=2, why="a.csv: no known file.")


def test_the_table_stands_each_value_beside_its_aim():
    head, rule, recall, coverage, error, empty, *beside = table(MADE).splitlines()
    assert [cell.strip() for cell in head.strip("|").split("|")][3:6] == ["result", "aim", "reached"]
    assert set(rule) <= set("|- ")
    assert [cell.strip() for cell in recall.strip("|").split("|")][3:] == ["0.985", "≥ 0.980", "yes", "20 runs"]
    assert [cell.strip() for cell in coverage.strip("|").split("|")][3:6] == ["90 %", "75 % to 85 %", "no"]
    assert [cell.strip() for cell in error.strip("|").split("|")][3:6] == ["none", "", ""]
    assert empty == ""
    assert beside == ["Nothing of drives."]


def test_the_columns_of_the_table_are_in_line():
    assert len({len(row) for row in table(MADE).splitlines()[:5]}) == 1


def test_the_json_says_the_same_and_null_where_there_is_no_figure():
    said = json.loads(json.dumps(as_json(MADE), allow_nan=False))
    assert [line["value"] for line in said["lines"]] == [0.985, 90.0, None]
    assert [line["reached"] for line in said["lines"]] == [True, False, None]
    assert (said["lines"][0]["of"], said["lines"][0]["counted_from"]) == ("Fan lost", "20 runs")
    assert said["missing"] == ["Nothing of drives."]


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.key)
def test_an_aim_is_reached_at_itself_and_not_by_no_figure(measure):
    aims = [aim for aim in (measure.least, measure.most) if aim is not None]
    assert bool(aims) is bool(measure.aim)
    assert measure.met(nan) is (False if aims else None)
    for aim in aims:
        assert measure.met(aim) is True


def test_a_fault_has_a_line_of_its_own_and_a_calm_one_has_none():
    run = Run("fan_lost", "excavator", 300.0, 500.0, (VIBRATION,), (), 0, 0.7)
    calm = Run("pothole", "excavator", None, None, (), (), 0, 0.7)
    lines = [(line.measure.key, line.of, line.value, line.detail) for line in emulator_lines(summary([run, calm]))]
    assert lines[-2:] == [
        ("fault_recall", "Fan lost on a grade", 1.0, "1 of 1, told after 5 min, 1 of another kind beside it"),
        ("fault_lead", "Fan lost on a grade", 40.0, "3 min 20 s of 8 min 20 s"),
    ]


def test_real_drives_are_told_an_hour_with_their_bound_and_over_speeding_apart():
    machine, sensor = drive_lines([LEON, STRANGE])
    assert (machine.of, machine.value, sensor.value) == ("kit", 0.125, 1.625)
    assert machine.detail == "4 in 32.0 h, 1 life; at most 0.29 an hour at 95 %; 13 of over-speeding"
    assert sensor.detail == "52 in 32.0 h, 1 life"


def test_files_that_hold_no_drive_are_named_by_their_folder():
    assert unread([LEON, STRANGE]) == ["nab: 2 files were not read; the first: a.csv: no known file."]


def test_a_report_is_the_emulator_and_the_speed_and_the_drives_that_are_named(monkeypatch):
    monkeypatch.setattr(report.ground_truth, "run", lambda **options: summary([]))
    monkeypatch.setattr(report.speed, "measure", lambda: report.Speed(2e5, 20.0))
    made = report.benchmark(None, processes=1)
    assert {line.measure.work for line in made.lines} == {"Emulator", "Speed"}
    assert made.missing == (report.NO_DATA,)
    monkeypatch.setattr(report.drives, "tasks", lambda root: [lambda: LEON, lambda: STRANGE])
    made = report.benchmark(Path("some"), processes=1)
    assert {line.measure.work for line in made.lines} == {"Emulator", "Real drives", "Speed"}
    assert made.missing == ("nab: 2 files were not read; the first: a.csv: no known file.",)


def test_speed_is_measured():
    measured = report.speed.measure(scale=0.002)
    assert measured.pipeline_rows > 0
    assert measured.assess_ms > 0
