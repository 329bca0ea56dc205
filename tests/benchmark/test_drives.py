"""Folders of drives as they may lie, through a real lab; and the bound of a count."""

from pathlib import Path

import numpy as np
import pytest

from connected_ops.benchmark.drives import PAUSE_S, Drives, NoRecordings, as_lives, at_most, tasks
from connected_ops.recordings.reading import read
from tests.conftest import Write
from tests.recordings_as_written import car

TIDY = "trip,t_s,coolant_c,intake_air_c,rpm,speed_kmh"


def drives(*hot: bool, seconds: int = 300) -> list[str]:
    """A logger's file: warm drives of a car; a hot one boils from its 200th second on."""
    rows = [
        f"drive{trip},{at},{125 if boils and at > 200 else 90},30,{1800 + at % 7},{60 + at % 3}"
        for trip, boils in enumerate(hot)
        for at in range(seconds)
    ]
    return [TIDY, *rows]


def judged(root: Path) -> dict[str, Drives]:
    return {each.folder: each for each in (task() for task in tasks(root))}


def test_a_folder_that_is_not_there_and_one_without_recordings_are_told(tmp_path):
    with pytest.raises(NoRecordings, match="there is no folder"):
        tasks(tmp_path / "nothing")
    with pytest.raises(NoRecordings, match="holds no recording"):
        tasks(tmp_path)


def test_what_the_engine_says_of_healthy_drives_is_counted_by_folder_in_recorded_hours(write: Write, tmp_path):
    write("calm/a.csv", *drives(False, False))
    write("hot/b.csv", *drives(False, True))
    found = judged(tmp_path)
    assert found.keys() == {"calm", "hot"}
    assert found["calm"].hours == found["hot"].hours == pytest.approx(2 * 299 / 3600)
    assert (found["calm"].lives, found["calm"].machine, found["calm"].sensor) == (1, 0, 0)
    assert (found["hot"].lives, found["hot"].machine) == (1, 1)


def test_over_speeding_is_counted_apart(write: Write, tmp_path):
    fast = [line if at == 0 else line.replace(f",{45 + (at - 1) % 3}", ",120") for at, line in enumerate(car(120))]
    write("motorway/a.csv", *fast)
    found = judged(tmp_path)["motorway"]
    assert (found.machine, found.speeding) == (0, 1)


def test_a_file_of_something_else_is_counted_with_its_reason_and_the_rest_is_judged(write: Write, tmp_path):
    write("mixed/a.csv", *drives(False))
    write("mixed/b.csv", "timestamp,value", "1,2")
    write("mixed/c.csv", "timestamp,value", "1,2")
    found = judged(tmp_path)["mixed"]
    assert (found.lives, found.unread) == (1, 2)
    assert "b.csv: none of its columns is a signal" in found.why


def test_a_loggers_drives_are_one_vehicles_life_with_an_hour_between(write: Write):
    recordings = read(write("a.csv", *drives(False, False, seconds=10)))
    (life,) = as_lives(recordings)
    assert np.diff(life.ts).tolist() == [1.0] * 9 + [PAUSE_S] + [1.0] * 9
    assert len(life.values) == 20


def test_machines_with_a_date_stay_apart(write: Write):
    rows = [*car(5, unit="one"), *car(5, unit="two")[1:]]
    recordings = read(write("a.csv", *rows))
    assert as_lives(recordings) == recordings


def test_a_bound_is_the_rate_under_which_so_few_are_seen_once_in_twenty_times():
    assert at_most(0) == pytest.approx(-np.log(0.05))
    rng = np.random.default_rng(3)
    for events in (1, 4, 60):
        seen = rng.poisson(at_most(events), 100_000)
        assert np.mean(seen <= events) == pytest.approx(0.05, abs=0.003)
