"""The files of machines: what ships can be used, a person's own goes on top, and a mistake is told with its place."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.machines import files, signal, unit_class
from connected_ops.machines.catalog import KEYS, ROLES
from connected_ops.machines.files import MachinesError

PRESSURE = """\
[discharge_bar]
label = "Discharge pressure"
quantity = "absolute_pressure"
sensor = [0, 1600]
plausible = [0, 1200]
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Writes a person's own file, and reads all signals with it."""

    def read(text: str, kind: str = "signals") -> tuple[signal.Signal, ...]:
        folder = tmp_path / kind
        folder.mkdir(exist_ok=True)
        (folder / "own.toml").write_text(text, encoding="utf-8")
        monkeypatch.setattr(files._own, "folder", tmp_path)
        return signal.read()

    return read


def test_a_signal_of_ones_own_comes_after_those_that_ship(own):
    found = own(PRESSURE)
    assert tuple(row.key for row in found) == (*KEYS, "discharge_bar")
    assert (found[-1].uom, found[-1].plausible_high, found[-1].role) == ("kPa", 1200, None)


def test_a_table_of_ones_own_replaces_what_it_names_and_keeps_the_rest(own):
    before = {row.key: row for row in signal.read()}["coolant_temp_f"]
    after = {row.key: row for row in own("[coolant_temp_f]\nplausible = [-40, 280]\n")}["coolant_temp_f"]
    assert (after.plausible_high, after.sensor_high, after.role) == (280, before.sensor_high, "coolant")


def test_one_limit_of_a_class_may_be_set_alone(own):
    own("[passenger_car.coolant_temp_f]\nwarn = 220\n", "classes")
    (car,) = (row for row in unit_class._read() if row.key == "passenger_car")
    assert (car.coolant_warn, car.coolant_critical, car.label) == (220, 240, "Passenger car")


@pytest.mark.parametrize(("text", "said"), [
    ("label = 3", "line 1, field label, is wrong: it is a table"),
    ("[a_b]\nlabel = 'A'\n\nquantity = 'heat'\nsensor = [0, 1]", "field a_b, is wrong: there is no quantity 'heat'"),
    ("[a_b]\nlabel = 'A'\nquantity = 'ratio'", "line 1, field a_b.sensor, is wrong: field required"),
    ("[a_b]\nlabel = 'A'\nquantity = 'ratio'\nsensor = [1, 0]", "line 1, field a_b, is wrong: sensor and plausible"),
    ("[a_b]\nlabel = 'A'\nquantity = 'ratio'\nsensor = [0, 1]\nlimit = 3", "line 5, field a_b.limit, is wrong: extra"),
    ("[a_b]\nlabel = 'A'\nquantity = 'ratio'\nsensor = ['x', 1]", "line 4, field a_b.sensor.0, is wrong: input should"),
    ("[A-B]\nlabel = 'A'\nquantity = 'ratio'\nsensor = [0, 1]", "line 1, field A-B, is wrong: a signal's name is"),
    ("[ts]\nlabel = 'A'\nquantity = 'ratio'\nsensor = [0, 1]", "line 1, field ts, is wrong: a signal's name is"),
    ("[a_b]\nlabel = 'A'\nquantity = 'ratio'\nsensor = [0, 1]\nrole = 'load'",
     "line 5, field a_b.role, is wrong: another signal has the role load already"),
    ("[a_b\n", "line 1, is not valid TOML"),
])  # fmt: skip
def test_a_mistake_is_told_with_file_line_and_field(own, text: str, said: str):
    with pytest.raises(MachinesError) as told:
        own(text)
    assert "own.toml, " in str(told.value)
    assert said in str(told.value)


def test_a_class_that_names_an_unknown_signal_is_refused(own):
    own("[pump]\nlabel = 'Pump'\n[pump.flow]\nwarn = 3\n", "classes")
    with pytest.raises(MachinesError, match=r"own.toml, line 3, field pump.flow, is wrong: there is no signal 'flow'"):
        unit_class._read()


def test_a_limit_that_no_plausible_value_reaches_is_refused(own):
    own("[passenger_car.coolant_temp_f]\ncritical = 400\n", "classes")
    with pytest.raises(MachinesError, match=r"line 2, field passenger_car\.coolant_temp_f\.critical, is wrong: no"):
        unit_class._read()


def test_a_limit_that_a_healthy_unit_passes_is_refused(own):
    own("[passenger_car.coolant_temp_f]\nwarn = 190\n", "classes")
    with pytest.raises(MachinesError, match=r"line 2, field passenger_car\.coolant_temp_f\.warn, is wrong: a healthy"):
        unit_class._read()


@given(text=st.text(max_size=200) | st.binary(max_size=200))
def test_whatever_a_file_holds_it_is_read_or_refused_in_a_sentence(tmp_path_factory, text: str | bytes):
    folder = tmp_path_factory.mktemp("machines") / "signals"
    folder.mkdir()
    (folder / "own.toml").write_bytes(text.encode(errors="surrogatepass") if isinstance(text, str) else text)
    was, files._own.folder = files._own.folder, folder.parent
    try:
        with suppress(MachinesError):
            signal.read()
    finally:
        files._own.folder = was


def test_every_role_is_played_and_those_who_play_none_come_last():
    assert set(ROLES) == set(signal.Role.__args__)
    assert max(ROLES.values()) == len(ROLES) - 1


def test_the_folder_is_named_before_anything_is_read(tmp_path: Path):
    with pytest.raises(RuntimeError):
        files.use(tmp_path)


def test_the_command_line_reads_no_machine_before_it_knows_their_folder():
    code = "import sys, connected_ops.cli; sys.exit('connected_ops.machines.catalog' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_folder_with_a_mistake_ends_the_command_in_one_sentence(tmp_path: Path):
    (tmp_path / "signals").mkdir()
    (tmp_path / "signals" / "own.toml").write_text("[a]\nlabel = 1\n")
    code = "from connected_ops.cli import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", code, "check", "--machines", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1
    assert "own.toml, line 2, field a.label, is wrong: input should be a valid string" in ended.stderr
