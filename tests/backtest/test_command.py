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
    (["ts,vehicle_id", "noon,a"], [], "{path}, line 2: ts is not a time"),
    (car(2), ["--chart", "{path}/no/such.png"], "--chart {path}/no/such.png cannot be written: Not a directory."),
    (None, [], "{path} cannot be read: No such file or directory."),
])  # fmt: skip
def test_what_cannot_be_is_one_sentence_and_exit_2(write: Write, tmp_path, lines, options, sentence):
    path = tmp_path / "none.csv" if lines is None else write("a.csv", *lines)
    result = CliRunner().invoke(app, ["backtest", str(path), *(option.format(path=path) for option in options)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(sentence.format(path=path))
    assert result.stderr.count("\n") == 1


def test_the_docs_name_every_format_with_its_columns_time_and_signals():
    rows = re.findall(r"^\| (\w[^|]*) \| ([^|]*) \| `(\w+)` \| ([^|]*) \|$", DOCS.read_text(), re.MULTILINE)
    assert rows == [
        (
            each.label,
            ", ".join(f"`{name}`" for name in sorted(each.needs)),
            each.time,
            ", ".join(f"`{column.signal}`" for column in each.columns),
        )
        for each in FORMATS
    ]
