"""Units of measurement as loggers write them, and how a value in them becomes one in the payload's unit. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from connected_ops.machines.catalog import BY_KEY as SIGNALS

Line = tuple[float, float]
"""value · factor + offset."""

INTO: Mapping[str, Mapping[str, Line]] = {
    "temperature": {"°F": (1.0, 0.0), "°C": (1.8, 32.0), "K": (1.8, -459.67)},
    "speed": {"mph": (1.0, 0.0), "km/h": (0.621371, 0.0), "m/s": (2.236936, 0.0), "kn": (1.150779, 0.0)},
    "rotation": {"rpm": (1.0, 0.0), "1000 rpm": (1000.0, 0.0), "rad/s": (9.549297, 0.0)},
    "run_time": {"h": (1.0, 0.0), "min": (1 / 60, 0.0), "s": (1 / 3600, 0.0)},
    "ratio": {"%": (1.0, 0.0), "of 1": (100.0, 0.0)},
    "index": {"": (1.0, 0.0)},
    "vibration_velocity": {"mm/s": (1.0, 0.0), "in/s": (25.4, 0.0), "m/s": (1000.0, 0.0)},
    "acceleration": {"g": (1.0, 0.0), "m/s²": (1 / 9.80665, 0.0)},
    "pressure": {
        "psi": (1.0, 0.0), "kPa": (0.1450377, 0.0), "bar": (14.50377, 0.0), "mbar": (0.01450377, 0.0),
        "MPa": (145.0377, 0.0), "inHg": (0.4911542, 0.0),
    },
    "absolute_pressure": {
        "kPa": (1.0, 0.0), "psi": (6.894757, 0.0), "bar": (100.0, 0.0), "mbar": (0.1, 0.0), "MPa": (1000.0, 0.0),
        "inHg": (3.386389, 0.0),
    },
    "voltage": {"V": (1.0, 0.0), "mV": (0.001, 0.0)},
    "current": {"A": (1.0, 0.0), "mA": (0.001, 0.0)},
    "power": {"kW": (1.0, 0.0), "W": (0.001, 0.0), "hp": (0.7456999, 0.0), "PS": (0.7354988, 0.0)},
    "mass_flow": {"g/s": (1.0, 0.0), "kg/h": (1 / 3.6, 0.0), "lb/min": (7.559873, 0.0)},
    "volume_flow": {"gal/min": (1.0, 0.0), "l/min": (0.2641721, 0.0), "l/s": (15.85032, 0.0), "m³/h": (4.402868, 0.0)},
}  # fmt: skip
"""By quantity the units that are known, and how each becomes the payload's own."""

SPELLED: Mapping[str, tuple[str, ...]] = {
    "°F": ("°f", "f", "degf", "fahrenheit", "gradfahrenheit", "degreef", "degreesf", "degreesfahrenheit"),
    "°C": (
        "°c", "c", "degc", "celsius", "centigrade", "gradcelsius", "gradc", "degreec", "degreesc", "degreescelsius",
        ".c", "âc", "º c", "grad", "cel", "?c", "\ufffdc",
    ),
    "K": ("k", "kelvin"),
    "mph": ("mph", "mi/h", "miles/h", "miles/hour", "milesperhour", "mile/h"),
    "km/h": (
        "km/h", "kmh", "kph", "kmph", "kmhr", "km/hr", "km/std", "kmperhour", "kilometersperhour", "kmh-1",
        "kilometers/hour", "km/ora",
    ),
    "m/s": ("m/s", "mps", "ms-1", "meters/second", "metres/second", "meterspersecond", "metrespersecond"),
    "kn": ("kn", "kt", "kts", "knot", "knots"),
    "rpm": (
        "rpm", "1/min", "min-1", "u/min", "upm", "umin", "tr/min", "trmin", "r/min", "rev/min", "revs/min", "/min",
        "umdr/min", "giri/min", "ot/min", "obr/min", "o/min", "1/minute", "revolutionsperminute", "rotations/min",
    ),
    "1000 rpm": ("x1000rpm", "1000rpm", "krpm", "rpmx1000", "x1000/min", "rpm*1000"),
    "rad/s": ("rad/s",),
    "h": ("h", "hr", "hrs", "hour", "hours", "std", "stunden", "heures", "horas"),
    "min": ("min", "mins", "minutes", "minuten"),
    "s": ("s", "sec", "secs", "second", "seconds", "sekunden", "secondes", "segundos"),
    "%": ("%", "pct", "percent", "prozent", "pourcent"),
    "mm/s": ("mm/s", "mms", "mm/sec", "mm/srms"),
    "in/s": ("in/s", "ips"),
    "g": ("g",),
    "m/s²": ("m/s2", "m/s²", "m/s^2", "mss", "ms2"),
    "psi": ("psi", "psig", "psia", "lb/in2", "lbf/in2"),
    "kPa": ("kpa", "kpaa", "kilopascal", "kilopascals"),
    "bar": ("bar", "bars"),
    "mbar": ("mbar", "mb", "hpa"),
    "MPa": ("mpa",),
    "inHg": ("inhg", "hg", "in.hg"),
    "V": ("v", "volt", "volts", "vdc"),
    "mV": ("mv", "millivolt", "millivolts"),
    "A": ("a", "amp", "amps", "ampere"),
    "mA": ("ma",),
    "kW": ("kw",),
    "W": ("w", "watt"),
    "hp": ("hp", "bhp"),
    "PS": ("ps", "cv", "ch"),
    "g/s": ("g/s", "gs", "gps", "g/sec", "grams/sec", "gramspersecond", "gm/s"),
    "kg/h": ("kg/h", "kgh", "kg/hr", "kg/hour"),
    "lb/min": ("lb/min", "lbm/min", "lbs/min"),
    "gal/min": ("gal/min", "gpm"),
    "l/min": ("l/min", "lpm"),
    "l/s": ("l/s", "lps"),
    "m³/h": ("m³/h", "m3/h", "m^3/h"),
}  # fmt: skip
"""How each unit is written, in small letters and without spaces."""

_KNOWN = {spelled: unit for unit, ways in SPELLED.items() for spelled in ways}
_TIDY = re.compile(r"[\s_]+")
METRIC, IMPERIAL = frozenset({"°C", "km/h", "m/s", "kPa", "bar"}), frozenset({"°F", "mph", "psi", "inHg"})


@dataclass(frozen=True, slots=True)
class Told:
    """The unit that a column's values are in, and why we think so."""

    unit: str
    why: str
    guessed: bool = False


def known(text: str) -> str | None:
    """The unit that is meant by a text, None where it is none.

    >>> known("°C"), known(" Km/h "), known("U/min"), known("[℃]"), known("Â°C"), known("furlongs")
    ('°C', 'km/h', 'rpm', '°C', '°C', None)
    """
    plain = unicodedata.normalize("NFKC", text.replace("Â", "").replace("º", "°").replace("˚", "°"))
    plain = _TIDY.sub("", plain.casefold()).strip("[](){}\"'").removeprefix("in").removesuffix(".") or text
    plain = plain.replace("deg.", "deg").replace("°deg", "°").replace("·", "")
    if plain in ("hg", "/s"):
        plain = "in" + plain
    return _KNOWN.get(plain) or _KNOWN.get(plain.replace("°", ""))


def into(signal: str, unit: str) -> Line | None:
    """How a value in this unit becomes one in the signal's own; None where the unit measures something else."""
    return INTO[SIGNALS[signal].quantity].get(unit)


def fits(signal: str, text: str) -> str | None:
    """The unit that a text names, if it is one of this signal's quantity."""
    unit = known(text)
    if unit is None and not text.strip() and "" in INTO[SIGNALS[signal].quantity]:
        return ""
    if unit == "g" and SIGNALS[signal].quantity == "mass_flow":
        return None
    return unit if unit is not None and into(signal, unit) is not None else None
