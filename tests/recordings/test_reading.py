"""Recordings as people have them: the payload's names, and what OBD loggers write."""

import doctest
import gzip
import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from connected_ops.machines import catalog
from connected_ops.recordings.reading import read, reading
from connected_ops.recordings.text import CannotRead
from tests.conftest import Write
from tests.recordings_as_written import CAROBD, KIT, car

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def test_the_payload_is_read_alike_from_ndjson_json_csv_and_gz(write: Write, tmp_path):
    lines = car(5)
    names = lines[0].split(",")
    rows = [dict(zip(names, line.split(","), strict=True)) for line in lines[1:]]
    samples = [row | {key: float(row[key]) for key in names[3:]} for row in rows]
    packed = tmp_path / "d.csv.gz"
    packed.write_bytes(gzip.compress("\n".join(lines).encode()))
    files = [
        write("a.csv", *lines),
        write("b.json", json.dumps(samples)),
        write("c.ndjson", *map(json.dumps, reversed(samples))),
        packed,
    ]
    found = [read(file) for file in files]
    assert [len(each) for each in found] == [1, 1, 1, 1]
    for (each,) in found:
        assert (each.unit, each.unit_class, each.dated, each.label) == ("car", "passenger_car", True, None)
        assert np.array_equal(each.ts, found[0][0].ts)
        assert np.array_equal(each.values, found[0][0].values, equal_nan=True)


def test_a_carobd_file_gives_one_row_a_second_in_the_payloads_units(write: Write):
    (found,) = read(
        write(
            "live6.csv", CAROBD,
            "0, 0, 0, 17.6, 27, 33, 60,",  # a trailing comma
            "0, 800, 0, 20, NaN, 33, 60,",
            "2, 850, 100, 25.5, 90, 40",
            "nan, 850, 100, 25.5, 90, 40, 60,",  # no time
            ", , , , , , ,",  # nothing at all
            "4, 860",  # cut short
        )
    )  # fmt: skip
    assert (found.unit, found.dated, found.skipped) == ("live6", False, 1)
    assert found.ts.tolist() == [0.0, 2.0, 4.0]
    assert found.values[:, catalog.RPM].tolist() == [800.0, 850.0, 860.0]
    assert found.values[:, catalog.COOLANT] == pytest.approx([80.6, 194.0, np.nan], nan_ok=True)
    assert found.values[:, catalog.SPEED] == pytest.approx([0.0, 62.14, np.nan], abs=0.01, nan_ok=True)
    assert found.values[:, catalog.LOAD] == pytest.approx([20.0, 25.5, np.nan], nan_ok=True)
    assert np.isnan(found.values[:, catalog.HOURS]).all()


def test_a_round_robin_log_of_kit_keeps_the_last_answer_of_each_second_and_runs_past_midnight(write: Write):
    (found,) = read(
        write(
            "2017-07-14_Seat_Leon.csv", KIT,
            "23:59:58.605,22,,,",
            "23:59:58.785,22,0.0,,",
            "23:59:58.900,23,,10,",
            "23:59:59.100,,900.0,,20",
            "00:01:12.000,24,910,20,21",
        )
    )  # fmt: skip
    assert found.dated
    assert np.diff(found.ts).tolist() == [1.0, 73.0]
    assert found.values[:, catalog.COOLANT] == pytest.approx([73.4, np.nan, 75.2], nan_ok=True)
    assert found.values[:, catalog.RPM].tolist() == [0.0, 900.0, 910.0]
    assert found.values[:, catalog.INTAKE] == pytest.approx([np.nan, 68.0, 69.8], nan_ok=True)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("trip,t_s,coolant_c,rpm,speed_kmh", "{trip},{t},88,900,0"),
        ("trip,t_s,coolant_temperature,engine_rpm", "{trip},{t},88,900"),
    ],
)
def test_each_trip_of_a_tidied_file_is_a_recording_of_its_own(write: Write, header, row):
    found = read(write("trips.csv", header, *(row.format(trip=trip, t=t) for trip in ("a", "b") for t in range(3))))
    assert [(each.unit, each.ts.tolist()) for each in found] == [("a", [0.0, 1.0, 2.0]), ("b", [0.0, 1.0, 2.0])]
    assert all(each.values[0, catalog.COOLANT] == pytest.approx(190.4) for each in found)


def test_a_folder_is_all_its_files_and_each_keeps_its_name(write: Write, tmp_path):
    write("monday.csv", *car(3))
    write("week/tuesday.csv", *car(3))
    write("notes.txt", "no recording")
    assert [(each.file, each.unit) for each in read(tmp_path)] == [("monday.csv", "car"), ("tuesday.csv", "car")]


def test_a_class_is_given_only_to_what_names_none(write: Write, tmp_path):
    write("a.csv", *car(2))
    write("b.csv", "trip,t_s,coolant_c", "t,0,88")
    assert [each.unit_class for each in read(tmp_path, "excavator")] == ["passenger_car", "excavator"]


@pytest.mark.parametrize(("column", "cells"), [("label", "011"), ("anomaly", "011")])
def test_labels_are_read_from_either_column(write: Write, column, cells):
    lines = (f"2026-03-05T00:00:0{at}Z,car,800,{cell}" for at, cell in enumerate(cells))
    (found,) = read(write("a.csv", f"ts,vehicle_id,engine_rpm,{column}", *lines))
    assert found.label is not None
    assert found.label.tolist() == [False, True, True]


def test_a_folder_leaves_out_what_is_no_recording_and_says_so(write: Write, tmp_path):
    write("a/monday.csv", *car(3))
    write("a/broken.csv", "ts,vehicle_id,engine_rpm", "noon,a,fast")
    write("a/tuesday.log", "Zeit;Drehzahl", "2031-05-06 07:08:09;800")
    write("a/wednesday.log", "Zeit;Drehzahl", "2031-05-07 07:08:09;800")
    found = reading(tmp_path / "a")
    assert [each.file for each in found.recordings] == ["monday.csv", "tuesday.log", "wednesday.log"]
    assert found.said[0] == "tuesday.log, wednesday.log: 'Zeit' names no zone; read as UTC (--timezone says another)."
    assert found.said[-1].startswith(f"Left out: {tmp_path}/a/broken.csv: none of")


def test_labels_that_are_none_are_counted(write: Write):
    told = reading(write("a.csv", "ts,engine_rpm,label", "1935817689,800,2", "1935817690,800,1"))
    assert "a.csv: left out 1 × cells of 'label' that are neither 0 nor 1 (line 2)." in told.said
    assert told.recordings[0].label is None


def test_a_packed_file_is_never_unpacked_beyond_its_bound(tmp_path):
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(b"0" * 3_000_000))
    with pytest.raises(CannotRead, match="holds more than 2 MB of text"):
        read(bomb, most=2_000_000)


def test_a_folder_without_recordings_says_so(tmp_path):
    with pytest.raises(CannotRead, match="holds no recording"):
        read(tmp_path)


@pytest.mark.parametrize("name", ["none.ndjson"])
def test_a_file_that_is_not_there_is_one_sentence(tmp_path, name):
    with pytest.raises(CannotRead, match="cannot be read: "):
        read(tmp_path / name)


def test_a_line_separator_inside_of_a_text_does_not_end_the_line(write: Write):
    (found,) = read(write("a.ndjson", '{"ts": "2025-01-01T00:00:00Z", "note": "a\u2028b", "engine_rpm": 800}'))
    assert found.values[0, catalog.RPM] == 800.0


@pytest.mark.parametrize(
    "module",
    ["backtest.scoring", "backtest.runner"]
    + [
        f"recordings.{name}"
        for name in (
            "assembly",
            "cells",
            "dates",
            "delimited",
            "hints",
            "mapping",
            "records",
            "recording",
            "roles",
            "text",
            "titles",
            "units",
            "zones",
        )
    ],
)
def test_the_examples_of_the_docstrings_run(module):
    ran = doctest.testmod(import_module(f"connected_ops.{module}"))
    assert ran.attempted > 0
    assert ran.failed == 0


@pytest.mark.parametrize(("folder", "recordings"), [("obd_raw", 5), ("payload", 2)])
def test_the_recorded_drives_are_read_whole(folder, recordings):
    if not (DATA / folder).is_dir():
        pytest.skip(f"the recorded drives are not beside the repository (../shared/data/{folder})")
    found = read(DATA / folder)
    assert len(found) == recordings
    for each in found:
        assert (np.diff(each.ts) > 0).all()
        coolant = each.values[:, catalog.COOLANT]
        assert 70 <= np.nanmin(coolant) <= np.nanmax(coolant) <= 240
