"""The columns that are no signal: time, unit, class, trip, label, fault codes; by their titles, in the languages that
loggers write. Pure."""

from connected_ops.recordings import dates
from connected_ops.recordings.titles import NOISE, matches, named

_TIME = """
    ts timestamp timestamps time datetime date zeit uhrzeit datum zeitstempel heure horodatage temps hora tiempo fecha
    tempo data ora tijd cas seconds second secs sec s sekunden secondes segundos ms millis milliseconds msec us elapsed
    offset utc t clock when epoch unixtime czas zeitpunkt instant recorded moment min minutes
"""
TIME = frozenset(_TIME.split())
"""Words of titles that name a time."""

_BESIDE_TIME = """
    gps device local day unix stamp logger log system event start rel relative absolute in z of gmt obd sample begin
    created session tag phone server
"""
BESIDE_TIME = frozenset(_BESIDE_TIME.split())
"""Words that may stand beside those."""

UNIT = frozenset({
    "vehicle id", "vehicleid", "vehicle", "unit id", "unitid", "unit", "device id", "deviceid", "device name", "imei",
    "vin", "machine", "machine id", "asset", "asset id", "assetid", "truck", "truck id", "car", "car id", "fahrzeug",
    "fahrzeug id", "kennzeichen", "maschine", "vehicule", "vehiculo", "veiculo", "id vehicule", "equipment",
    "equipment id", "serial number", "plate", "license plate", "matricula", "immatriculation", "vehicle name",
})  # fmt: skip
CLASS = frozenset({"unit class", "class", "vehicle class", "unitclass"})
TRIP = frozenset({"trip", "trip id", "tripid", "drive", "drive id", "session id", "run id", "fahrt", "trajet", "viaje"})
LABEL = ("label", "anomaly")
"""Columns whose 1 calls a sample abnormal and whose 0 calls it healthy."""
CODES = frozenset({"fault codes", "fault code", "dtcs", "dtc", "trouble codes"})

_CODED = ("10C", "10D", "105")


def is_coded(title: str) -> bool:
    """Whether a title is a number that names a signal, such as 10C."""
    return title.strip().upper() in _CODED


def is_time(cell: str) -> bool:
    """Whether a cell holds a date or a time of day."""
    try:
        dates.read(cell)
    except ValueError:
        return False
    return True


def names_time(title: str) -> float:
    """How surely a title names the time of a row: 0 where it does not.

    >>> names_time("Device Time") > names_time("Trip time (s)"), names_time("GPS Speed"), names_time("t_s") > 0
    (True, 0.0, True)
    """
    words = named(title).words or (title.strip().lower(),)
    some = [word for word in words if word in TIME]
    if not some:
        return 0.0
    others = [word for word in words if word not in TIME and word not in BESIDE_TIME and word not in NOISE]
    return 1.0 / (1 + 2 * len(others)) if len(others) <= 2 else 0.0


def plain(title: str) -> str:
    """A title's words, for the sets above."""
    return named(title).plain


def is_known(title: str) -> bool:
    """Whether a title is one that we know, of a signal or of another column."""
    words = plain(title)
    if not words or len(title) > 80:
        return False
    return (
        names_time(title) == 1.0
        or words in UNIT
        or words in CLASS
        or words in TRIP
        or words in LABEL
        or bool(matches(title))
    )
