"""Folders of recordings as they may lie: whole, half empty, broken."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from connected_ops.benchmark import driving, public
from connected_ops.benchmark.public import Part
from connected_ops.benchmark.recordings import NoRecordings


def skab_file(folder: Path, name: str = "0.csv", rows: int = 460, fault: bool = True, rate: float = 1.0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(rows)
    lines = ["datetime;Pressure;Current" + (";anomaly;changepoint" if fault else "")]
    for row in range(rows):
        marks = f";{float(row >= 430)};{float(row == 430)}" if fault else ""
        time = f"2020-03-09 10:{row // 60:02}:{row % 60:02}"
        lines.append(f"{time};{rng.normal() * rate};{rng.normal() + 20 * (row >= 430)}{marks}")
    (folder / name).write_text("\n".join(lines))


def nab_file(root: Path, rows: int = 100) -> None:
    name = "realTraffic/speed.csv"
    (root / "nab" / "realTraffic").mkdir(parents=True)
    times = [f"2015-07-10 {row // 60:02}:{row % 60:02}:00" for row in range(rows)]
    values = "\n".join(f"{time},{row % 7}" for row, time in enumerate(times))
    (root / "nab" / name).write_text(f"timestamp,value\n{values}\n")
    windows = {name: [[f"{times[50]}.000000", f"{times[60]}.000000"]], "gone.csv": []}
    (root / "nab" / "combined_windows.json").write_text(json.dumps(windows))


def drives_file(root: Path, folder: str = "kit_obd", count: int = 9, rows: int = 250) -> None:
    (root / folder).mkdir(exist_ok=True)
    signals = driving.SIGNALS[folder]
    rng = np.random.default_rng(count)
    with gzip.open(root / folder / "trips.csv.gz", "wt") as out:
        print("trip", "t_s", *signals, sep=",", file=out)
        for trip in range(count):
            for row in range(rows):
                print(trip, row, *(50 + rng.normal(size=len(signals))).round(2), sep=",", file=out)


def engines_file(root: Path, name: str = "train_FD001.txt", engines: int = 10, cycles: int = 40) -> None:
    (root / "cmapss").mkdir(exist_ok=True)
    rng = np.random.default_rng(engines)
    rows = [
        [engine + 1, cycle + 1, *rng.normal(size=24).round(3) + cycle / cycles]
        for engine in range(engines)
        for cycle in range(cycles + engine)
    ]
    (root / "cmapss" / name).write_text("\n".join(" ".join(map(str, row)) for row in rows))


def scored(root: Path) -> tuple[Part, list[str]]:
    tasks, missing = public.tasks(root)
    parts = [task() for task in tasks]
    lines = tuple(line for part in parts for line in part.lines)
    return Part(
        lines, tuple(each for part in parts for each in part.broken), sum(part.hours for part in parts)
    ), missing


@pytest.fixture
def root(tmp_path: Path) -> Path:
    skab_file(tmp_path / "skab" / "valve1")
    return tmp_path


def test_a_folder_that_is_not_there_is_told_with_what_to_name(tmp_path):
    with pytest.raises(NoRecordings, match=r"there is no folder .*nothing; name a folder laid out like"):
        public.tasks(tmp_path / "nothing")


def test_a_folder_without_recordings_is_told(tmp_path):
    with pytest.raises(NoRecordings, match="holds no recording that can be scored"):
        public.tasks(tmp_path)


def test_every_kind_of_recording_is_scored_and_the_labels_of_its_group_are_kept(root):
    skab_file(root / "skab" / "valve2")
    skab_file(root / "skab" / "other", fault=True)
    skab_file(root / "skab" / "anomaly-free", fault=False)
    nab_file(root)
    drives_file(root)
    engines_file(root)
    part, missing = scored(root)
    assert missing == []
    assert part.broken == ()
    assert part.hours == pytest.approx(249 / 3600)
    found = {(line.measure.key, line.of) for line in part.lines}
    assert {("skab_f1", "valve1+valve2"), ("skab_f1", "other"), ("skab_healthy_far", "anomaly-free")} <= found
    assert {("nab_fixed", ""), ("drive_gain", "kit_obd trips"), ("life_rmse", "5 folds")} <= found
    assert all(line.controls for line in part.lines)


def test_the_test_set_is_scored_where_it_is_there(root):
    engines_file(root)
    engines_file(root, "test_FD001.txt", engines=3)
    (root / "cmapss" / "RUL_FD001.txt").write_text("10\n20\n30\n")
    part, _ = scored(root)
    assert {line.of for line in part.lines if line.measure.key == "life_rmse"} == {"5 folds", "test set"}
    (root / "cmapss" / "RUL_FD001.txt").write_text("10\n20\n")
    part, _ = scored(root)
    assert [each.why for each in part.broken] == ["it holds 2 engines, the test set 3"]


def test_too_few_engines_are_named(root):
    engines_file(root, engines=3)
    part, _ = scored(root)
    assert [each.file for each in part.broken] == ["cmapss/train_FD001"]
    assert "at least 5 machines" in part.broken[0].why


def test_what_is_missing_is_said_a_sentence_each(root):
    _, missing = scored(root)
    assert [sentence.split(" no ")[1].split(",")[0] for sentence in missing] == [
        "nab/combined_windows.json", "carobd/*.csv.gz and kit_obd/*.csv.gz", "cmapss/train_FD001.txt",
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "why"), [
    ("skab/valve1/1.csv", b"", "index"),
    ("skab/valve1/1.csv", b"a;b\n1;2\n", "no SKAB recording"),
    ("skab/valve1/1.csv", b"datetime;x\n2020-03-09 10:00:00;1\n", "it has 1 rows"),
    ("skab/valve1/1.csv", b"datetime;x\nyesterday;1\n", "yesterday"),
    ("skab/valve1/1.csv", b"datetime;x\n2020-03-09 10:00:00;nan\n", "no number"),
    ("skab/valve1/1.csv", b"\xff\xfe", "decode"),
    ("nab/combined_windows.json", b"[]", "no object"),
    ("nab/combined_windows.json", b"{", "property name"),
    ("carobd/live.csv.gz", b"no gzip", "gzip"),
    ("carobd/live.csv.gz", gzip.compress(b"trip,t_s\n1,2\n"), "it has no column"),
    ("carobd/live.csv.gz", gzip.compress(b"trip,t_s\n1,2\n")[:-6], ""),
    ("cmapss/train_FD001.txt", b"1 2 3\n", "it has 3 columns"),
])  # fmt: skip
def test_a_broken_file_is_named_with_what_is_wrong_and_the_rest_is_scored(root, name, content, why):
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(content)
    part, _ = scored(root)
    assert [each.file for each in part.broken] == [name]
    assert why in part.broken[0].why
    assert "skab_f1" in {line.measure.key for line in part.lines}


def test_a_series_too_short_to_learn_from_is_named(root):
    nab_file(root, rows=70)
    part, _ = scored(root)
    assert [each.why for each in part.broken] == ["it has 70 rows, too few to learn from"]


def test_too_few_drives_are_named(root):
    drives_file(root, count=8)
    part, _ = scored(root)
    assert [each.why for each in part.broken] == ["it has 8 long drives, and the first 8 are for the fit"]
