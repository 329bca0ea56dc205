"""The CSV files of OBD loggers that can be read: one frozen row each. All pure; the payload's own names are read as
`connected-ops send` reads them.

Sources: carOBD (github eron93br/carOBD) and the KIT "Automotive OBD-II Dataset" (DOI 10.35097/1130), as recorded and as
tidied into trips.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from connected_ops.machines import catalog

CELSIUS = (1.8, 32.0)
KMH = (0.621371, 0.0)
SAME = (1.0, 0.0)

LABELS = ("label", "anomaly")
"""Columns whose 1 calls a sample abnormal and whose 0 calls it healthy."""

_UNIT = re.compile(r"\s*[\[(][^\[(]*[\])]\s*$")
_TIME = re.compile(r"(\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file and the signal it becomes: value · `into[0]` + `into[1]`, in the payload's unit."""

    name: str
    signal: str
    into: tuple[float, float] = SAME

    @property
    def at(self) -> int:
        """The signal's column in the catalogue."""
        return catalog.INDEX[self.signal]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file, recognised by having all columns of `needs`.

    `time` is the column of the time, which `seconds` reads (ValueError where it is none); it may run against midnight
    or start again with the engine. `trip` is the column that names a recording of its own. `often` where a second has
    several rows.
    """

    label: str
    needs: frozenset[str]
    time: str
    seconds: Callable[[str], float]
    columns: tuple[Column, ...]
    trip: str | None = None
    often: bool = False


def of_day(text: str) -> float:
    """Seconds since midnight of "08:19:47.605". Raises ValueError."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3])


FORMATS: tuple[Format, ...] = (
    Format(
        "carOBD, as recorded", frozenset({"engine_run_tine", "coolant_temperature"}), "engine_run_tine", float,
        (
            Column("coolant_temperature", "coolant_temp_f", CELSIUS),
            Column("intake_air_temp", "intake_air_temp_f", CELSIUS),
            Column("engine_rpm", "engine_rpm"),
            Column("vehicle_speed", "speed_mph", KMH),
            Column("engine_load", "engine_load_pct"),
        ),
        often=True,
    ),
    Format(
        "carOBD, tidied", frozenset({"trip", "t_s", "coolant_temperature"}), "t_s", float,
        (
            Column("coolant_temperature", "coolant_temp_f", CELSIUS),
            Column("intake_air_temp", "intake_air_temp_f", CELSIUS),
            Column("engine_rpm", "engine_rpm"),
            Column("vehicle_speed", "speed_mph", KMH),
            Column("engine_load", "engine_load_pct"),
        ),
        trip="trip",
    ),
    Format(
        "KIT, as recorded", frozenset({"time", "engine coolant temperature"}), "time", of_day,
        (
            Column("engine coolant temperature", "coolant_temp_f", CELSIUS),
            Column("intake air temperature", "intake_air_temp_f", CELSIUS),
            Column("engine rpm", "engine_rpm"),
            Column("vehicle speed sensor", "speed_mph", KMH),
            Column("ambient air temperature", "ambient_temp_f", CELSIUS),
        ),
        often=True,
    ),
    Format(
        "KIT, tidied", frozenset({"trip", "t_s", "coolant_c"}), "t_s", float,
        (
            Column("coolant_c", "coolant_temp_f", CELSIUS),
            Column("intake_air_c", "intake_air_temp_f", CELSIUS),
            Column("rpm", "engine_rpm"),
            Column("speed_kmh", "speed_mph", KMH),
            Column("ambient_c", "ambient_temp_f", CELSIUS),
        ),
        trip="trip",
    ),
)  # fmt: skip


def plain(name: str) -> str:
    """A column's name without its unit: "Engine RPM [RPM]" -> "engine rpm"."""
    return _UNIT.sub("", name).strip().lower()


def recognised(header: list[str]) -> Format | None:
    """The format of a file with these columns, or None."""
    names = {plain(name) for name in header}
    return next((each for each in FORMATS if each.needs <= names), None)
