"""`connected-ops backtest`, and the docs of it."""

import json
import re
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from connected_ops.cli import app
from connected_ops.recordings.formats import FORMATS
from tests.conftest import Write
from tests.recordings_as_written import car

LOG = ["ts,rpm", "1935817689,900"]
DOCS = Path(__file__).parents[2] / "docs" / "backtest.md"


def test_a_folder_is_reported_with_its_chart(write: Write, tmp_path):
    write("trips/hot.csv", *car(300, hot_from=120))
    write("trips/calm.csv", *car(60))
    chart = tmp_path / "chart.png"
    result = CliRunner().invoke(app, ["backtest", str(tmp_path / "trips"), "--chart", str(chart)])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("car (hot.csv), passenger car\n  0.08 h, 300 samples: ")
    assert result.stdout.splitlines()[-1].startswith("2 recordings, 0.10 h: 1 episode of machines, 0 of sensors;")
    with Image.open(chart) as drawn:
        assert drawn.width == 960
        assert drawn.getcolors(maxcolors=3) is None  # more than a background and a line


def test_json_is_the_same_in_columns(write: Write):
    result = CliRunner().invoke(app, ["backtest", str(write("hot.csv", *car(300, hot_from=120))), "--json"])
    (recording,) = json.loads(result.stdout)["recordings"]
    assert (recording["samples"], recording["episodes"][0]["mode"]) == (300, "cooling")


@pytest.mark.parametrize(("lines", "options", "sentence"), [
    (["ts,engine_rpm", "noon,900"], [], "{path}: what its 'ts' holds is no time that can be read, such as 'noon'."),
    (LOG, ["--timezone", "Nowhere"], "--timezone Nowhere is no zone such as Europe/Berlin"),
    (LOG, ["--map", "engine_rpm=RPMs"], "a.csv has no column 'RPMs' (--map engine_rpm=RPMs); it has ts, rpm"),
    (LOG, ["--map", "coolant=rpm"], "--map coolant=rpm: there is no signal 'coolant'; near it: coolant_temp_f"),
    (LOG, ["--map", "coolant_temp_f=t:bar"], "--map coolant_temp_f=t:bar: 'bar' is no unit of coolant_temp_f"),
    (LOG, ["--map", "{path}/none.map"], "--map {path}/none.map: neither signal=TITLE:UNIT nor a file"),
    (LOG, ["--save-map", "{path}/no/such"], "--save-map {path}/no/such cannot be written"),
    (car(2), ["--chart", "{path}/no/such.png"], "--chart {path}/no/such.png cannot be written: Not a directory."),
    (None, [], "{path} cannot be read: No such file or directory."),
])  # fmt: skip
def test_what_cannot_be_is_one_sentence_and_exit_2(write: Write, tmp_path, lines, options, sentence):
    path = tmp_path / "none.csv" if lines is None else write("a.csv", *lines)
    result = CliRunner().invoke(app, ["backtest", str(path), *(option.format(path=path) for option in options)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(sentence.format(path=path))
    assert result.stderr.count("\n") == 1


GERMAN = [
    "Zeit;Kühlmittel;Drehzahl",
    *(f"06.05.2031 07:0{at // 60}:{at % 60:02};{at % 7 + 85},5;1.5{at % 60:02}" for at in range(300)),
]


def test_a_guess_is_told_can_be_saved_and_corrected(write: Write, tmp_path):
    path, saved = write("trip.csv", *GERMAN), tmp_path / "trip.map"
    result = CliRunner().invoke(app, ["backtest", str(path), "--save-map", str(saved), "--timezone", "Europe/Berlin"])
    assert result.exit_code == 0
    told = result.stdout.split("How it was read:\n")[1].splitlines()
    assert told == [
        "  trip.csv: dates with dots have their day first.",
        "  trip.csv: 'Zeit' names no zone; read in Europe/Berlin (--timezone).",
        "  trip.csv: coolant_temp_f is 'Kühlmittel' in °C (a guess: 91.5 is an engine's coolant in °C).",
        "  trip.csv: engine_rpm is 'Drehzahl' in rpm (the usual one).",
    ]
    lines = saved.read_text().splitlines()
    assert lines[1:] == ["coolant_temp_f=Kühlmittel:°C", "engine_rpm=Drehzahl:rpm"]
    again = CliRunner().invoke(app, ["backtest", str(path), "--map", str(saved), "--json"])
    assert "coolant_temp_f is 'Kühlmittel' in °C (--map says so)." in again.stderr
    other = CliRunner().invoke(
        app, ["backtest", str(path), "--map", "ambient_temp_f=Kühlmittel:°F", "--map", "engine_rpm=", "--json"]
    )
    (told_,) = [line for line in other.stderr.splitlines() if "_temp_f" in line]
    assert told_ == "trip.csv: ambient_temp_f is 'Kühlmittel' in °F (--map says so)."
    assert json.loads(other.stdout)["read"] == other.stderr.splitlines()


def test_the_docs_name_every_format_and_how_it_is_known():
    rows = re.findall(r"^\| (\w[^|]*) \| ([^|]*) \| ([^|]*) \|$", DOCS.read_text(), re.MULTILINE)
    known = [
        (each.label, ", ".join(f"`{name}`" for name in each.needs) or f"first lines: `{each.opens}`", each.note)
        for each in FORMATS
        if each.label != "Freematics"
    ]
    assert [row for row in known if row not in rows] == []
