"""The emulated fleet as a file: a seed and one entry a unit, or the first Lab's flat profile of a single car.

Every mistake in a file becomes one sentence that names file, line and field.
"""

import json
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connected_ops.emulator.json_places import line_of
from connected_ops.errors import ProfileError
from connected_ops.machines.unit_class import BY_KEY
from connected_ops.telemetry.ids import same_unit

FILE_NAME = "telemetry_emulator.json"
MOST_UNITS = 10_000

_Location = tuple[str | int, ...]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


class UnitProfile(_Strict):
    """One emulated unit. What is not given is drawn from the class, the seed and the unit's own id.

    `coolant_normal_f` is where its thermostat keeps it, °F; `ambient_f` its weather's mean; `engine_hours` at the
    start; `cruise_mph` and `cruise_rpm` its working point on the road; `vibration_normal` its usual index;
    `duty_offset_s` moves it along its duty cycle; `cold_start` lets it begin with a cold engine instead of a warm one.
    """

    vehicle_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}\z")]
    unit_class: Literal["passenger_car", "delivery_van", "class_8_truck", "excavator", "genset"]
    coolant_normal_f: float | None = None
    ambient_f: Annotated[float, Field(ge=-40, le=125)] | None = None
    engine_hours: Annotated[float, Field(ge=0, le=150_000)] | None = None
    cruise_mph: Annotated[float, Field(ge=5)] | None = None
    cruise_rpm: float | None = None
    vibration_normal: float | None = None
    duty_offset_s: Annotated[int, Field(ge=0, le=86_400)] | None = None
    cold_start: bool = False


class Profile(_Strict):
    """A fleet: `seed` of all its randomness, and 1 to 10,000 units in the order they report."""

    seed: Annotated[int, Field(ge=0, lt=2**63)]
    units: Annotated[tuple[UnitProfile, ...], Field(strict=False, min_length=1, max_length=MOST_UNITS)]

    def enlarged(self, count: int) -> Self:
        """A fleet of `count` units for load tests: these first, then copies of them under numbered ids."""
        more = (
            unit.model_copy(update={"vehicle_id": f"{unit.vehicle_id[:56]}.{number:05}"})
            for number in range(len(self.units), count)
            for unit in (self.units[number % len(self.units)],)
        )
        return self.model_copy(update={"units": (*self.units, *more)[:count]})


class _FlatProfile(_Strict):
    """The first Lab's profile: the working point of one Corolla, in the names of the payload."""

    coolant_temp_f: float
    intake_air_temp_f: Annotated[float, Field(ge=-25, le=135)]
    engine_rpm: float
    speed_mph: Annotated[float, Field(ge=5)]
    vibration_score: float
    engine_hours: Annotated[float, Field(ge=0, le=150_000)]

    def fleet(self) -> Profile:
        usual = BY_KEY["passenger_car"].intake_above_ambient
        unit = UnitProfile(
            vehicle_id="corolla_2019",
            unit_class="passenger_car",
            coolant_normal_f=self.coolant_temp_f,
            ambient_f=self.intake_air_temp_f - sum(usual) / 2,
            engine_hours=self.engine_hours,
            cruise_mph=self.speed_mph,
            cruise_rpm=self.engine_rpm,
            vibration_normal=self.vibration_score,
        )
        return Profile(seed=2019, units=(unit,))


_FLAT_FIELDS = _FlatProfile.model_fields.keys()
_FLAT_NAMES = {
    "coolant_normal_f": "coolant_temp_f",
    "cruise_mph": "speed_mph",
    "cruise_rpm": "engine_rpm",
    "vibration_normal": "vibration_score",
}


def load_profile(path: Path | None = None) -> Profile:
    """The profile in a file; None = the one that ships. Raises ProfileError naming file, line and field."""
    path = shipped_path() if path is None else path
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ProfileError(
            f"The profile {path} cannot be read ({error.strerror}); name a JSON file that exists."
        ) from None
    except UnicodeDecodeError:
        raise ProfileError(f"The profile {path}, line 1, is not UTF-8 text; save it as UTF-8.") from None
    except ValueError:
        raise ProfileError("The profile's name is not a usable file name; name a JSON file that exists.") from None
    return parse_profile(text, str(path))


def shipped_path() -> Path:
    """The profile beside this module in an installed wheel, else at the top of the repository."""
    packaged = Path(__file__).with_name(FILE_NAME)
    return packaged if packaged.is_file() else Path(__file__).resolve().parents[2] / FILE_NAME


def parse_profile(text: str, name: str) -> Profile:
    """The profile in a text; `name` stands for the file in the sentence of a ProfileError."""
    try:
        return _parsed(text, name)
    except RecursionError:
        raise ProfileError(f"The profile {name}, line 1, is nested too deep to be a profile.") from None


def _parsed(text: str, name: str) -> Profile:
    try:
        content: object = json.loads(text)
        flat = isinstance(content, dict) and "units" not in content and not content.keys().isdisjoint(_FLAT_FIELDS)
        profile = _FlatProfile.model_validate(content).fleet() if flat else Profile.model_validate(content)
        for location, what in _complaints(profile):
            raise _refusal(name, text, (_FLAT_NAMES[str(location[-1])],) if flat else location, what)
    except json.JSONDecodeError as error:
        what = _lower(error.msg)
        raise ProfileError(f"The profile {name}, line {error.lineno}, is not valid JSON: {what}.") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise _refusal(name, text, first["loc"], _lower(first["msg"])) from None
    except ValueError:
        raise ProfileError(f"The profile {name} holds a number with too many digits; shorten it.") from None
    return profile


def _refusal(name: str, text: str, location: _Location, what: str) -> ProfileError:
    field = f", field {_dotted(location)}," if location else ","
    return ProfileError(f"The profile {name}, line {line_of(text, location)}{field} is wrong: {what}.")


def _complaints(profile: Profile) -> list[tuple[_Location, str]]:
    """What a field's own type cannot tell: ids used twice, and working points outside what the class can do."""
    found: list[tuple[_Location, str]] = []
    seen: set[str] = set()
    for index, unit in enumerate(profile.units):
        if same_unit(unit.vehicle_id) in seen:
            found.append((("units", index, "vehicle_id"), f"{unit.vehicle_id} is already used by another unit"))
        seen.add(same_unit(unit.vehicle_id))
        for field, (low, high) in _working_ranges(unit).items():
            value = getattr(unit, field)
            if value is not None and not low <= value <= high:
                reason = (
                    f"{value:g} is outside {low:g} to {high:g} for a {BY_KEY[unit.unit_class].label.lower()}"
                    if low < high
                    else f"a {BY_KEY[unit.unit_class].label.lower()} has no such working point"
                )
                found.append((("units", index, field), reason))
    return found


def _working_ranges(unit: UnitProfile) -> dict[str, tuple[float, float]]:
    kind = BY_KEY[unit.unit_class]
    warn, top, most_rpm = kind.coolant_warn or 215.0, kind.max_mph or 0.0, kind.max_rpm or 2000.0
    on_road = top > 10
    return {
        "coolant_normal_f": (kind.coolant_normal[0] - 10, warn - 20),
        "vibration_normal": kind.vibration_healthy,
        "cruise_mph": (5, top - 8) if on_road else (0, 0),
        "cruise_rpm": (kind.idle_rpm, 0.75 * most_rpm) if on_road else (0, 0),
    }


def _dotted(location: _Location) -> str:
    """("units", 3, "ambient_f") as units[3].ambient_f."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location).lstrip(".")


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")
