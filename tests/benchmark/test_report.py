"""The table and the JSON of a result made by hand."""

import json
from math import nan

import pytest

from connected_ops.benchmark import report
from connected_ops.benchmark.expected import VIBRATION
from connected_ops.benchmark.ground_truth import summary
from connected_ops.benchmark.measures import BY_KEY, MEASURES, Line
from connected_ops.benchmark.recordings import Broken
from connected_ops.benchmark.report import Driven, Report, as_json, duration, emulator_lines, from_json, table
from connected_ops.benchmark.runs import Run

LINES = (
    Line(BY_KEY["skab_f1"], 0.915, "valve1", {"clock": 0.976}, "20 files"),
    Line(BY_KEY["coverage"], 90.0),
    Line(BY_KEY["forecast_error"], nan),
)
MADE = Report(LINES, ("Nothing of NAB.",), (Broken("skab/1.csv", "it is empty"),), Driven(23.6, 4))


def test_the_table_stands_each_value_beside_its_aim_and_its_controls():
    head, rule, f1, coverage, error, empty, *beside = table(MADE).splitlines()
    assert [cell.strip() for cell in head.strip("|").split("|")][3:7] == ["result", "aim", "reached", "controls"]
    assert set(rule) <= set("|- ")
    assert [cell.strip() for cell in f1.strip("|").split("|")][3:7] == ["0.915", "≥ 0.900", "yes", "clock 0.976"]
    assert [cell.strip() for cell in coverage.strip("|").split("|")][3:6] == ["90 %", "75 % to 85 %", "no"]
    assert [cell.strip() for cell in error.strip("|").split("|")][3:6] == ["none", "", ""]
    assert empty == ""
    assert beside == [
        "Nothing of NAB.", "skab/1.csv could not be scored: it is empty.",
        "On 24 hours of real driving: 4 false episodes.",
    ]  # fmt: skip


def test_the_columns_of_the_table_are_in_line():
    assert len({len(row) for row in table(MADE).splitlines()[:5]}) == 1


def test_the_json_says_the_same_and_null_where_there_is_no_figure():
    said = json.loads(json.dumps(as_json(MADE), allow_nan=False))
    assert [line["value"] for line in said["lines"]] == [0.915, 90.0, None]
    assert [line["reached"] for line in said["lines"]] == [True, False, None]
    assert said["lines"][0]["controls"] == {"clock": 0.976}
    assert said["missing"] == ["Nothing of NAB."]
    assert said["broken"] == [{"file": "skab/1.csv", "why": "it is empty"}]
    assert said["driven"] == {"hours": 23.6, "false_episodes": 4}


def test_a_report_is_read_back_from_its_json_as_it_was():
    read = from_json(as_json(MADE))
    assert table(read) == table(MADE)
    assert read.lines[:2] == MADE.lines[:2]
    assert (read.missing, read.broken, read.driven) == (MADE.missing, MADE.broken, MADE.driven)


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
        ("fault_recall", "Fan lost on a grade", 1.0, "1 of 1, told after 5.0 min, 1 of another kind beside it"),
        ("fault_lead", "Fan lost on a grade", 40.0, "3.3 min of 8.3 min"),
    ]


@pytest.mark.parametrize(("episodes", "said"), [(0, "0 false episodes."), (1, "1 false episode.")])
def test_real_driving_is_told_in_one_line(episodes, said):
    assert Driven(24.6, episodes).sentence == f"On 25 hours of real driving: {said}"


@pytest.mark.parametrize(("seconds", "said"), [
    (9, "9 s"), (119, "119 s"), (120, "2.0 min"), (9000, "2.5 h"), (864_000, "10.0 days"),
])  # fmt: skip
def test_a_duration_is_told_in_the_unit_of_a_person(seconds, said):
    assert duration(seconds) == said


def test_a_report_is_the_emulator_the_recordings_and_the_speed(monkeypatch):
    monkeypatch.setattr(report.ground_truth, "run", lambda **options: summary([]))
    monkeypatch.setattr(report.speed, "measure", lambda: report.Speed(2e5, 3e6, 20.0))
    made = report.benchmark(None, processes=1)
    assert {line.measure.work for line in made.lines} == {"Emulator", "Speed"}
    assert made.missing == (report.NO_DATA,)
    assert made.driven is None


def test_speed_is_measured():
    measured = report.speed.measure(scale=0.002)
    assert measured.pipeline_rows > 0
    assert measured.committee_rows > 0
    assert measured.assess_ms > 0
