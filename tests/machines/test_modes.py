"""The files of failure modes: what ships says all it must, a person's own is one file, and a mistake is told with its
place."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.machines import files, mode
from connected_ops.machines.files import MachinesError
from connected_ops.machines.mode import INDICATORS, MODES, Mode
from connected_ops.machines.mode_rows import KINDS, SLOTS
from connected_ops.machines.toml_file import TomlFile
from connected_ops.signals import kinds
from connected_ops.signals.engine_kinds import ENGINE_KINDS

OIL = """\
[gear_cooling]
label = "Oil cooling"
signal = "transmission_temp_f"
first = 0.1

[gear_cooling.prices.gear_cooling]
chance = { label = "Chance of tripping, oil", range = [30, 50, 70], most = 100, step = 1 }
early = { label = "Early repair, oil", range = [150, 300, 600], most = 20000, step = 50 }
late = { label = "Late repair, oil", range = [2000, 5000, 9000], most = 50000, step = 100 }
holds = { label = "Waiting, oil", range = [50, 100, 300], most = 10000, step = 10 }

[gear_cooling.indicators.gear_level]
label = "Oil against its limits"
kind = "level"
of = "transmission_temp_f"
start = -0.6
reason = "Oil {value}{against}"
about = "Speaks near the warning."
[gear_cooling.indicators.gear_level.words]
title = "Oil too hot"
cause = "A dirty cooler."
check = "Its face."
advice = "Clean it before {temperature:230}."
urgency = "today"
"""

PRESS = """\
[press]
label = "Press"
[press.transmission_temp_f]
normal = [120, 180]
warn = 200
critical = 220
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], tuple[Mode, ...]]:
    """Writes a person's own file, and reads all failure modes with it."""

    def read(text: str) -> tuple[Mode, ...]:
        (tmp_path / "modes").mkdir(exist_ok=True)
        (tmp_path / "modes" / "own.toml").write_text(text, encoding="utf-8")
        monkeypatch.setattr(files._own, "folder", tmp_path)
        return mode._read()

    return read


def test_every_kind_that_a_file_may_name_has_its_code_and_its_slots():
    assert set(KINDS) == set(SLOTS) == set(kinds.KINDS | ENGINE_KINDS)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda row: row.key)
def test_an_indicator_that_ships_has_its_words_and_its_price(indicator: mode.Indicator):
    words = indicator.row.words
    assert all(text and text.endswith(".") for text in (words.cause, words.check, words.advice))
    of = next(row for row in MODES if row.key == indicator.mode)
    assert indicator.price in of.row.prices


def test_a_mode_of_ones_own_comes_after_those_that_ship(own):
    found = own(OIL)
    assert [row.key for row in found] == [*(row.key for row in MODES), "gear_cooling"]
    (indicator,) = found[-1].indicators
    assert (indicator.key, indicator.price, found[-1].row.first) == ("gear_level", "gear_cooling", 0.1)


def test_one_word_of_a_mode_that_ships_may_be_set_alone(own):
    found = own("[cooling.indicators.coolant_level.words]\ntitle = 'Zu heiß'\n")
    row = found[0].indicators[0].row
    assert (row.words.title, row.words.urgency, row.start) == ("Zu heiß", "now", -0.6)


@pytest.mark.parametrize(("old", "new", "said"), [
    ('kind = "level"', 'kind = "louder"', "line 14, field gear_cooling.indicators.gear_level.kind, is wrong: input"),
    ('of = "transmission_temp_f"', 'of = "oil"', "gear_cooling.indicators.gear_level.of, is wrong: there is no role"),
    ('reason = "Oil {value}{against}"', 'reason = "Oil {times}"',
     "line 17, field gear_cooling.indicators.gear_level.reason, is wrong: of the kind level a sentence may quote"),
    ("range = [30, 50, 70]", "range = [50, 30, 70]",
     "line 7, field gear_cooling.prices.gear_cooling.chance, is wrong: range is"),
    ('title = "Oil too hot"\n', "", "gear_level, is wrong: words lack title"),
    ("{temperature:230}", "{heat:230}", "words, is wrong: 'heat' is no quantity"),
    ("start = -0.6", "spreads = 3", "gear_level, is wrong: the kind level does not read spreads"),
    ("[gear_cooling.prices.gear_cooling]", "[gear_cooling.prices.oil]", "gear_cooling.prices, is wrong: a price named"),
    ("first = 0.1", 'classes = ["barge"]', "line 4, field gear_cooling.classes, is wrong: there is no class 'barge'"),
    ("[gear_cooling.indicators.gear_level]", "[gear_cooling.indicators.coolant_low]", "cooling has an indicator"),
    ("first = 0.1", "first = 2", "line 4, field gear_cooling.first, is wrong: input should be less than or equal"),
])  # fmt: skip
def test_a_mistake_is_told_with_file_line_and_field(own, old: str, new: str, said: str):
    assert old in OIL
    changed = OIL.replace(old, new)
    if "coolant_low" in new:
        changed = changed.replace("indicators.gear_level.words", "indicators.coolant_low.words")
    with pytest.raises(MachinesError) as told:
        own(changed)
    assert "own.toml, line " in str(told.value)
    assert said in str(told.value)


def test_the_modes_that_code_makes_are_nobodys(own):
    with pytest.raises(MachinesError, match="none that code makes"):
        own(OIL.replace("gear_cooling", "wear"))


class Given(TomlFile):
    """A file of these tables, which need no text."""

    def __init__(self, tables: dict[str, Any]) -> None:
        self.path, self.tables = Path("own.toml"), tables
        self._what, self._holds, self._error, self._text = "The machines", "machines", MachinesError, ""


SOME = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10**9) | st.floats(allow_nan=True) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_whatever_stands_at_any_place_of_a_mode_it_is_read_or_refused_in_a_sentence(data: st.DataObject):
    tables: dict[str, Any] = deepcopy(tomllib.loads(OIL))
    at: Any = tables
    for _ in range(data.draw(st.integers(1, 5))):
        key = data.draw(st.sampled_from(sorted(at))) if at else "x"
        if not isinstance(at.get(key), dict) or data.draw(st.booleans()):
            at[key] = data.draw(SOME)
            break
        at = at[key]
    was, files._files = files._files, lambda kind: iter([*was(kind), Given(tables)])
    try:
        with suppress(MachinesError):
            mode._read()
    finally:
        files._files = was


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from connected_ops.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a mode of one's own, and a recording in which its signal leaves the limit of its class."""
    own = tmp_path_factory.mktemp("own")
    for kind, text in (
        ("modes", OIL),
        ("classes", PRESS),
    ):  # fmt: skip
        (own / kind).mkdir()
        (own / kind / "own.toml").write_text(text, encoding="utf-8")
    begin = datetime(2026, 11, 20, 8, tzinfo=UTC)
    rows = (
        {"ts": (begin + timedelta(seconds=5 * k)).isoformat(), "vehicle_id": "press_1", "unit_class": "press",
         "transmission_temp_f": 160 + max(0, k - 100) * 0.4}
        for k in range(300)
    )  # fmt: skip
    (own / "rec.ndjson").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return own


def test_a_mode_is_tried_on_a_recording_before_it_speaks(folder: Path):
    tried = run("machines", "try", "gear_cooling", "--on", str(folder / "rec.ndjson"), "--machines", str(folder))
    assert tried.returncode == 0, tried.stderr
    assert "press_1 (Press): 0.4 h, 300 samples." in tried.stdout
    assert "gear_cooling would have spoken once:" in tried.stdout
    assert "Oil too hot. Oil" in tried.stdout
    other = run("machines", "try", "cooling", "--on", str(folder / "rec.ndjson"), "--machines", str(folder))
    assert "cooling could not be judged: the recording holds no coolant_temp_f." in other.stdout


def test_a_folder_that_takes_a_normal_from_the_engine_is_refused_in_a_sentence(tmp_path: Path):
    (tmp_path / "modes").mkdir()
    text = "[air_intake.indicators.intake_residual]\nkind = 'above_normal'\nof = 'coolant'\nover = 'ambient'\n"
    (tmp_path / "modes" / "own.toml").write_text(text)
    ended = run("machines", "check", "--machines", str(tmp_path))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("No failure mode of the machines holds intake_air_temp_f against a normal")


def test_the_commands_know_modes_too(folder: Path):
    assert "failure modes" in run("machines", "check", "--machines", str(folder)).stdout
    assert "Oil against its limits" in run("machines", "show", "gear_cooling", "--machines", str(folder)).stdout
    wrong = run("machines", "try", "oil", "--on", str(folder / "rec.ndjson"))
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("There is no failure mode 'oil'; known are cooling, ")
