"""The files of loggers that are known: one frozen row each, recognised by their titles or by how they open. Pure.

A file of no row is read too, as any table: what a row adds is its name, the units that the file does not write, and
columns that no title explains. Sources: the loggers' own files in public repositories, carOBD (github eron93br/carOBD)
and the KIT "Automotive OBD-II Dataset" (DOI 10.35097/1130), as recorded and as tidied into trips.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from connected_ops.recordings.table import Column, Table
from connected_ops.recordings.titles import named

METRIC: Mapping[str, str] = {"temperature": "°C", "speed": "km/h", "pressure": "kPa", "run_time": "h"}
"""What OBD-II itself counts in."""


@dataclass(frozen=True, slots=True)
class Long:
    """The columns of a file that has a row for each value: which signal, its value, its unit."""

    name: str
    value: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file. `needs` are titles that it has, `opens` what its first lines say; `time` the column of
    its time where its title does not say so, `units` by quantity what it does not write."""

    label: str
    needs: tuple[str, ...] = ()
    opens: str = ""
    time: str = ""
    units: Mapping[str, str] = field(default_factory=lambda: METRIC)
    long: Long | None = None
    note: str = ""


FORMATS: tuple[Format, ...] = (
    Format("Freematics", ("freematics",), note="a line a value: milliseconds, number of the PID, value"),
    Format("Torque", ("gps time", "device time"), note="a time of the GPS with its zone and one of the phone"),
    Format(
        "Car Scanner", ("seconds", "pid", "value", "units"), long=Long("pid", "value", "units"),
        note="a row a value; seconds of the day, whose date is in the file's name",
    ),
    Format("OBDLink, OBD Fusion", opens=r"^#?\s*StartTime\s*=", note="its begin in a line above the titles"),
    Format("BlueDriver", opens=r"\bData Log\b", note="its begin in the second line"),
    Format("OpenXC", ("timestamp", "name", "value"), long=Long("name", "value"), note="a JSON object a value"),
    Format(
        "RaceChrono", opens=r"This file is created using RaceChrono", units=METRIC | {"speed": "m/s"},
        note="lines above the titles, units and sources under them",
    ),
    Format(
        "Android OBD Reader", ("time", "latitude", "longitude", "altitude", "engine rpm"),
        note="units in the cells",
    ),
    Format(
        "AndrOBD and alike", ("time", "engine rpm", "vehicle speed", "engine coolant temperature"),
        note="a delimiter more at the end of each line",
    ),
    Format("asammdf, CANedge", ("timestamps",), note="seconds from the begin, or epoch"),
    Format("HP Tuners", opens=r"^HP Tuners CSV Log File", note="sections above the titles"),
    Format(
        "carOBD, as recorded", ("engine run tine", "coolant temperature"), time="engine run tine",
        note="seconds since the engine started",
    ),
    Format(
        "carOBD, tidied", ("trip", "t_s", "coolant temperature"), time="t_s", note="each trip is a recording",
    ),
    Format(
        "KIT, as recorded", ("time", "engine coolant temperature", "vehicle speed sensor"),
        note="times of day, whose date is in the file's name",
    ),
    Format("KIT, tidied", ("trip", "t_s", "coolant"), time="t_s", note="each trip is a recording"),
)  # fmt: skip

LONGS = (
    *(Long(name, "value", "unit") for name in (
        "name", "signal", "key", "path", "parameter", "metric", "channel", "sensor", "variable",
    )),
    Long("pid", "value", "units"), Long("messgroesse", "wert", "einheit"), Long("name", "wert", "einheit"),
    Long("parametre", "valeur", "unite"), Long("parametro", "valor", "unidad"), Long("parametro", "valor", "unidade"),
)  # fmt: skip
"""The same of files without a row."""


def recognised(table: Table) -> Format | None:
    """The format of a table, or None."""
    plain = {column.plain for column in table.columns}
    above = [*table.about[:10], *(table.titles[:1])]
    for each in FORMATS:
        if each.needs and plain >= {named(title).plain for title in each.needs}:
            return each
        if each.opens and any(re.search(each.opens, line, re.IGNORECASE) for line in above):
            return each
    return None


def widened(table: Table, long: Long | None) -> Table:
    """A table with a row for each value as one with a column for each signal; another one as it is."""
    choices = LONGS if long is None else (long,)
    for each in choices:
        name, value = table.find(each.name), table.find(each.value)
        if name is not None and value is not None and _is_long(table, name, value):
            return _widened(table, name, value, table.find(each.unit) if each.unit else None)
    return table


def _is_long(table: Table, name: Column, value: Column) -> bool:
    """Whether few names come again and again; a table of one value a row has other columns beside."""
    return (
        len(name.cells) * 2 >= len(table.places)
        and all(isinstance(cell, str) for cell in name.cells[:50])
        and bool(value.cells)
    )


def _widened(table: Table, name: Column, value: Column, unit: Column | None) -> Table:
    names = dict(zip(name.at, name.cells, strict=True))
    of = {} if unit is None else dict(zip(unit.at, unit.cells, strict=True))
    made: dict[tuple[str, str], Column] = {}
    for row, cell in zip(value.at, value.cells, strict=True):
        key = str(names.get(row, "")), str(of.get(row, ""))
        if not key[0]:
            continue
        column = made.get(key)
        if column is None:
            column = made[key] = Column(key[0], key[1])
        column.add(row, cell)
    rest = [column for column in table.columns if column is not name and column is not value and column is not unit]
    return Table([*rest, *made.values()], table.places, table.account, table.word, table.about, table.delimiter)
