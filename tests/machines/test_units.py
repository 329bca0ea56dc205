"""The files of single units: what they say goes over their class, and a mistake is told with its place."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.machines import files, mode, unit_class
from connected_ops.machines.catalog import KEYS
from connected_ops.machines.files import MachinesError
from connected_ops.machines.unit_class import Unit, UnitClass

TRUCK = """\
[truck_12]
class = "class_8_truck"
name = "Volvo, Süd"
site = "Depot Graz"
[truck_12.coolant_temp_f]
warn = 215
normal = [178, 200]
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Writes a person's own file of units, and reads them over the classes."""

    def read(text: str) -> tuple[tuple[UnitClass, ...], dict[str, Unit]]:
        (tmp_path / "units").mkdir(exist_ok=True)
        (tmp_path / "units" / "own.toml").write_text(text, encoding="utf-8")
        monkeypatch.setattr(files._own, "folder", tmp_path)
        return unit_class._units(unit_class._read())

    return read


def test_a_unit_with_limits_of_its_own_has_them_over_those_of_its_class(own):
    (variant,), units = own(TRUCK)
    assert units["truck_12"] == Unit("Volvo, Süd", "Depot Graz", len(unit_class._read()))
    kind = unit_class.BY_KEY["class_8_truck"]
    assert (variant.key, variant.label, variant.day) == (kind.key, kind.label, kind.day)
    assert (variant.coolant_warn, variant.coolant_critical) == (215, kind.coolant_critical)
    assert variant.normal("coolant_temp_f") == (178, 200)
    assert variant.limits("engine_rpm") == kind.limits("engine_rpm")
    assert variant.sets("coolant_temp_f", "warn")
    assert not variant.sets("coolant_temp_f", "critical")
    assert not kind.sets("coolant_temp_f", "warn")


def test_a_class_alone_and_a_name_alone_need_no_row_of_their_own(own):
    variants, units = own("[a]\nclass = 'genset'\n['Depot/7 Süd.2']\nname = 'B'\n")
    assert variants == ()
    assert units == {
        "a": Unit(None, None, unit_class.INDEX["genset"]),
        "Depot/7 Süd.2": Unit("B", None, None),
    }


def test_nothing_is_said_of_units_where_there_is_no_folder():
    assert unit_class.UNITS == {}
    assert tuple(row.key for row in unit_class.CLASSES) == unit_class.KEYS


@pytest.mark.parametrize(("text", "said"), [
    ("truck = 3", "line 1, field truck, is wrong: it is a table"),
    ("[a]\nname = 'A'\nclass = 'tank'", "line 3, field a.class, is wrong: there is no class 'tank'; known are"),
    ("[a]\nclass = 3", "line 2, field a.class, is wrong: input should be a valid string"),
    ("[a]\nclass = 'genset'\n[a.flow]\nwarn = 3", "line 3, field a.flow, is wrong: there is no signal 'flow'"),
    ("[a]\nclass = 'genset'\ncolour = 3", "line 3, field a.colour, is wrong: input should be"),
    ("[a]\nname = \"x\\ty\"\n", "line 2, field a.name, is wrong: it is a line of text"),
    ("[a]\nsite = ''\n", "line 2, field a.site, is wrong: it is a line of text"),
    (f"[a]\nsite = '{'s' * 61}'\n", "line 2, field a.site, is wrong: string should have at most 60 characters"),
    ("['']\nname = 'x'\n", "line 1, field , is wrong: a unit's id is a line of text"),
    ("['truck.1 2/ä'.coolant_temp_f]\n\nwarn = 'x'",
     "line 3, field truck.1 2/ä.coolant_temp_f.warn, is wrong: input should be a valid number"),
    ("[\"b c\"]\nclass = 'genset'\n[\"b c\".coolant_temp_f]\nwarn = 220\ncritical = 400",
     "line 5, field b c.coolant_temp_f.critical, is wrong: no value would reach it"),
    ("[a.coolant_temp_f]\nwarn = 220", "line 1, field a, is wrong: its limits stand in place of its class's"),
    ("[a]\nclass = 'unknown'\n[a.coolant_temp_f]\nwarn = 220", "line 1, field a, is wrong: its limits stand in place"),
    ("[a]\nclass = 'genset'\n[a.coolant_temp_f]\nwarn = 250\n",
     "line 3, field a.coolant_temp_f, is wrong: warn 250 and critical"),
    ("[a]\nclass = 'genset'\n[a.coolant_temp_f]\nnormal = [200, 178]\n",
     "line 4, field a.coolant_temp_f.normal, is wrong: it is [low, high]"),
    ("[a]\nclass = 'genset'\n[a.engine_rpm]\ncritical = 1000\n", "field a.engine_rpm, is wrong: warn"),
])  # fmt: skip
def test_a_mistake_is_told_with_file_line_and_field(own, text: str, said: str):
    with pytest.raises(MachinesError) as told:
        own(text)
    assert "own.toml, " in str(told.value)
    assert said in str(told.value)
    assert "\n" not in str(told.value)


_VALUES = st.one_of(
    st.sampled_from(["220", "[178, 200]", "[200]", "'class_8_truck'", "'tank'", "true", "nan", "{ warn = 1 }", "'ü'"]),
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)
_FIELDS = st.sampled_from(["class", "name", "site", "warn", "critical", "normal", "work", "unit_class", "'a b'"])
_HEADERS = st.tuples(
    st.sampled_from(["truck_12", "'truck 1.2/ä'", '"b\\tc"', "''", "a.b"]), st.sampled_from(["", *KEYS[:4], "nix"])
).map(lambda steps: f"[{'.'.join(filter(None, steps))}]")


@given(lines=st.lists(st.one_of(_HEADERS, st.tuples(_FIELDS, _VALUES).map(" = ".join)), max_size=12))
def test_whatever_is_said_of_units_it_is_read_or_refused_in_a_sentence(tmp_path_factory, lines: list[str]):
    folder = tmp_path_factory.mktemp("machines") / "units"
    folder.mkdir()
    (folder / "own.toml").write_text("\n".join(lines), encoding="utf-8")
    was, files._own.folder = files._own.folder, folder.parent
    try:
        with suppress(MachinesError):
            unit_class._units(unit_class._read())
    finally:
        files._own.folder = was


def run(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    code = "from connected_ops.cli import main; main()"
    asked = [sys.executable, "-c", code, "machines", *words, "--machines", str(tmp_path)]
    return subprocess.run(asked, capture_output=True, text=True, check=False)


def test_the_command_counts_lists_and_shows_units(tmp_path: Path):
    (tmp_path / "units").mkdir()
    (tmp_path / "units" / "own.toml").write_text(TRUCK, encoding="utf-8")
    assert (
        run(tmp_path, "check")
        .stdout.rstrip()
        .endswith(f"{len(unit_class.KEYS)} classes, {len(mode.MODES)} failure modes, 1 unit.")
    )
    assert "truck_12                 Volvo, Süd, Depot Graz, Class 8 truck" in run(tmp_path, "list").stdout
    shown = run(tmp_path, "show", "truck_12").stdout
    assert "class class_8_truck" in shown
    assert "coolant_temp_f: normal 178 °F to 200 °F, warns at 215 °F, critical at " in shown


def test_a_mistake_in_a_unit_ends_the_command_in_one_sentence(tmp_path: Path):
    (tmp_path / "units").mkdir()
    (tmp_path / "units" / "own.toml").write_text("[a]\nname = 1\n")
    ended = run(tmp_path, "check")
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert "own.toml, line 2, field a.name, is wrong: input should be a valid string" in ended.stderr
