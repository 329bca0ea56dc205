import json
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.emulator.machines import MACHINES
from connected_ops.emulator.profile import load_profile, parse_profile
from connected_ops.errors import ProfileError
from connected_ops.machines.unit_class import CLASSES

FLAT = {
    "coolant_temp_f": 190.0,
    "intake_air_temp_f": 70.0,
    "engine_rpm": 2400.0,
    "speed_mph": 70.0,
    "vibration_score": 0.8,
    "engine_hours": 0.0,
}


def test_the_shipped_profile_has_twelve_units_in_all_five_classes():
    units = {unit.vehicle_id: unit.unit_class for unit in load_profile().units}
    assert len(units) == 12
    assert units["corolla_2019"] == "passenger_car"
    assert set(units.values()) == MACHINES.keys() < {kind.key for kind in CLASSES}


def test_the_first_labs_flat_profile_is_one_corolla_at_its_working_point():
    (unit,) = parse_profile(json.dumps(FLAT), "flat.json").units
    assert (unit.vehicle_id, unit.unit_class) == ("corolla_2019", "passenger_car")
    assert (unit.coolant_normal_f, unit.cruise_mph, unit.cruise_rpm) == (190, 70, 2400)
    assert (unit.vibration_normal, unit.engine_hours) == (0.8, 0)


PROFILE = """{
  "seed": 7,
  "units": [
    {"vehicle_id": "a", "unit_class": "genset"},
    {
      "vehicle_id": %s,
      "unit_class": %s,
      "ambient_f": %s,
      "coolant_normal_f": %s
    }
  ]
}"""
GOOD = ('"b"', '"passenger_car"', "70", "190")


@pytest.mark.parametrize(
    ("place", "value", "line", "field"),
    [
        (0, '"b c"', 6, "units[1].vehicle_id"),
        (0, r'"b\n"', 6, "units[1].vehicle_id"),
        (0, r'"\ud800"', 6, "units[1].vehicle_id"),
        (0, '"a"', 6, "units[1].vehicle_id"),
        (0, '"A"', 6, "units[1].vehicle_id"),
        (0, "5", 6, "units[1].vehicle_id"),
        (1, '"tractor"', 7, "units[1].unit_class"),
        (1, '"genset", "cruise_mph": 60', 7, "units[1].cruise_mph"),
        (1, '"genset", "colour": {"units": [1, 2]}', 7, "units[1].colour"),
        (2, '"70"', 8, "units[1].ambient_f"),
        (2, "true", 8, "units[1].ambient_f"),
        (2, "NaN", 8, "units[1].ambient_f"),
        (2, "1e999", 8, "units[1].ambient_f"),
        (3, "300", 9, "units[1].coolant_normal_f"),
    ],
)
def test_a_wrong_field_is_named_with_its_file_and_line(tmp_path: Path, place: int, value: str, line: int, field: str):
    values = [*GOOD[:place], value, *GOOD[place + 1 :]]
    path = tmp_path / "fleet.json"
    path.write_text(PROFILE % tuple(values), encoding="utf-8")
    with pytest.raises(ProfileError, match=r"^[^\n]*\.$") as refused:
        load_profile(path)
    assert f"fleet.json, line {line}, field {field}," in str(refused.value)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{\n  "seed": 7,\n  "units": [}\n', "line 3, is not valid JSON"),
        ("", "line 1, is not valid JSON"),
        ('{"units": []}', "line 1, field seed,"),
        ('{"seed": 1,\n "units": []}', "line 2, field units,"),
        ('{"seed": -1, "units": []}', "line 1, field seed,"),
        ("[]", "line 1, is wrong"),
        ("[" * 100_000, "nested too deep"),
        ('{"seed": ' + "1" * 5000 + "}", "too many digits"),
        (json.dumps({**FLAT, "speed_mph": "fast"}, indent=1), "line 5, field speed_mph,"),
        (json.dumps({**FLAT, "vibration_score": 9}, indent=1), "line 6, field vibration_score,"),
        (json.dumps({**FLAT, "coolant_temp_f": 20}, indent=1), "line 2, field coolant_temp_f,"),
    ],
)
def test_a_broken_file_is_named_in_one_sentence(text: str, named: str):
    with pytest.raises(ProfileError, match=r"^[^\n]*\.$") as refused:
        parse_profile(text, "fleet.json")
    assert named in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(ProfileError, match=r"none\.json cannot be read"):
        load_profile(tmp_path / "none.json")
    with pytest.raises(ProfileError, match="cannot be read"):
        load_profile(tmp_path)


def test_a_file_that_is_not_text_is_named(tmp_path: Path):
    path = tmp_path / "fleet.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProfileError, match=r"fleet\.json, line 1, is not UTF-8"):
        load_profile(path)


def refusal(text: str, accepted: str) -> str:
    """The sentence with which a profile is refused, or `accepted`."""
    try:
        parse_profile(text, "fleet.json")
    except ProfileError as error:
        return str(error)
    return accepted


_scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
_names = st.sampled_from(["seed", "units", "vehicle_id", "unit_class", "ambient_f", *FLAT]) | st.text(max_size=4)
_json = st.recursive(_scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=6))


@given(st.text() | st.text(string.printable) | _json.map(json.dumps) | _json.map(lambda v: json.dumps(v, indent=2)))
def test_nonsense_is_refused_with_a_profile_error_and_nothing_else(text: str):
    assert "fleet.json" in refusal(text, "fleet.json")


@given(
    st.sampled_from(["seed", "units", "vehicle_id", "unit_class", "ambient_f", "coolant_normal_f", "cruise_mph"]), _json
)
def test_a_wrong_value_in_a_good_profile_is_refused_with_a_profile_error_and_nothing_else(field: str, value: object):
    unit: dict[str, object] = {"vehicle_id": "a", "unit_class": "passenger_car"}
    profile: dict[str, object] = {"seed": 1, "units": [unit]}
    (profile if field in profile else unit)[field] = value
    assert field in refusal(json.dumps(profile), field)
