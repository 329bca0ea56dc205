"""Which column is which signal in which unit: as a person says, as the file says, else by what is plausible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

import numpy as np

from connected_ops.machines.catalog import BY_KEY, FAR
from connected_ops.recordings import units
from connected_ops.recordings.account import listed
from connected_ops.recordings.cells import Mark, decimal_mark, is_missing, number, unit_in
from connected_ops.recordings.hints import TIME, UNIT, Hints
from connected_ops.recordings.recording import Floats
from connected_ops.recordings.table import Column, Table
from connected_ops.recordings.text import CannotRead
from connected_ops.recordings.titles import Match, matches, named
from connected_ops.recordings.units import IMPERIAL, METRIC, Told

SAMPLE = 60
SURELY_C, SURELY_F = 55.0, 135.0  # °: a running engine's coolant is above the one in °C, and above the other in °F only
BRITISH_C = 75.0  # the same beside miles
KELVIN = (250.0, 400.0)


@dataclass(slots=True)
class Taken:
    """A column as a signal: `values` of the rows `at`, still in the file's unit, which `told` names. The cells of
    the rows `bad` are no number, those of `absent` say that there is none."""

    column: Column
    signal: str
    at: list[int]
    values: Floats
    told: Told | None
    own: bool = False
    bad: list[int] = field(default_factory=list)
    absent: list[tuple[int, str]] = field(default_factory=list)

    @property
    def converted(self) -> Floats:
        """The values in the payload's unit."""
        line = None if self.told is None else units.into(self.signal, self.told.unit)
        return self.values if line is None else self.values * line[0] + line[1]


def taken(table: Table, given: Mapping[str, str], hints: Hints, apart: Sequence[Column]) -> list[Taken]:
    """The signals of a table, each of one column; `given` are units by quantity that its format does not write, `apart`
    columns that are none. Raises CannotRead where a column that somebody named is not there."""
    mark = _mark(table)
    found: dict[str, tuple[float, Taken]] = {}
    for column in table.columns:
        if column in apart or not column.cells:
            continue
        for match in _wished(column, hints) or matches(column.name)[:1]:
            if (wish := hints.of(match.signal)) is not None and not wish.names(column.title, column.name):
                continue
            one = _read(table, column, match, mark)
            rank = match.rank + len(one.values) / (len(table.places) + 1) / 4
            if len(one.values) and (match.signal not in found or rank > found[match.signal][0]):
                found[match.signal] = (rank, one)
    _check(table, hints)
    chosen = [one for _, one in found.values()]
    system = _system(chosen)
    for one in chosen:
        wish = hints.of(one.signal)
        if wish is not None and wish.unit:
            one.told = Told(wish.unit, "--map says so")
        elif one.told is None and (unit := given.get(BY_KEY[one.signal].quantity)) is not None:
            one.told = Told(unit, "such files write it so")
    for one in sorted(chosen, key=lambda each: BY_KEY[each.signal].role != "coolant"):
        if one.told is None:
            one.told = plausible(one.signal, one.values, system)
            system = system or _system([one])
    order = {key: at for at, key in enumerate(BY_KEY)}
    chosen = [one for one in chosen if one.own or hints.of(one.signal) is not None or _can_be(table, one)]
    return sorted(chosen, key=lambda each: order[each.signal])


def _wished(column: Column, hints: Hints) -> list[Match]:
    return [
        Match(wish.signal, 1e6) for wish in hints.wishes
        if wish.names(column.title, column.name) and wish.signal not in (TIME, UNIT)
    ]  # fmt: skip


def _check(table: Table, hints: Hints) -> None:
    names = list(dict.fromkeys(name for column in table.columns for name in (column.title, column.name)))
    for wish in hints.wishes:
        if wish.title and not wish.names(*names):
            close = get_close_matches(wish.title, names, n=3, cutoff=0.4) or [name for name in names if name][:8]
            raise CannotRead(
                f"{table.account.file} has no column {wish.title!r} (--map {wish}); it has {listed(close)}."
            )


def _mark(table: Table) -> Mark:
    """What stands before the decimals in most of a table; between semicolons a comma is no delimiter."""
    some = [cell for column in table.columns for cell in column.some(40)]
    return decimal_mark(some, "," if table.delimiter == ";" else ".")


def _read(table: Table, column: Column, match: Match, mark: Mark) -> Taken:
    """A column's cells as numbers; a cell that is none is counted and left out."""
    mark = decimal_mark(column.some(), mark)
    at: list[int] = []
    values: list[float] = []
    bad: list[int] = []
    absent: list[tuple[int, str]] = []
    for row, cell in zip(column.at, column.cells, strict=True):
        try:
            value = number(cell, mark)
        except ValueError:
            bad.append(row)
            continue
        if abs(value) < FAR:  # NaN is not
            at.append(row)
            values.append(value)
        elif isinstance(cell, str):
            absent.append((row, cell.strip()))
    one = Taken(
        column, match.signal, at, np.array(values, dtype=np.float64), _told(column, match), match.own, bad, absent
    )
    return one


def lose(table: Table, chosen: Sequence[Taken]) -> None:
    """Count the cells that were left out of the columns that were taken."""
    for one in chosen:
        for row in one.bad:
            table.account.lose(f"cells of {one.column.name!r} that are no number", table.place(row))
        for row, cell in one.absent:
            table.account.lose(f"cells that say {cell!r}", table.place(row))


def _told(column: Column, match: Match) -> Told | None:
    """The unit that the file itself names: the payload's own name, else the cells, the title, the row under it."""
    signal = match.signal
    if match.own:
        return Told(BY_KEY[signal].uom, "the payload's own name")
    some = [unit_in(cell) for cell in column.some(SAMPLE) if not is_missing(cell)]
    said = [unit for text in some if text and (unit := units.fits(signal, text)) is not None]
    if said and len(said) * 2 >= len(some):
        return Told(max(set(said), key=said.count), "its cells say so")
    for unit in (named(column.title).unit, match.unit):
        if unit and units.into(signal, unit) is not None:
            return Told(unit, "its title says so")
    if column.unit and (unit := units.fits(signal, column.unit)) is not None:
        return Told(unit, "the file says so beside it")
    return None


def _can_be(table: Table, one: Taken) -> bool:
    """Whether a column that was recognised by its title alone holds what such a sensor can report."""
    row, middle = BY_KEY[one.signal], float(np.median(one.converted))
    if row.sensor_low <= middle <= row.sensor_high or any(low <= middle <= high for low, high in row.absent):
        return True
    table.account.say(
        f"{one.column.name!r} is not taken as {one.signal}: its middle, {middle:.6g} {row.uom}, cannot be."
    )
    return False


def _system(chosen: Sequence[Taken]) -> str:
    """ "metric" or "imperial" by the units that are told, "" where none tells."""
    told = [one.told.unit for one in chosen if one.told is not None]
    metric, imperial = sum(unit in METRIC for unit in told), sum(unit in IMPERIAL for unit in told)
    return "" if metric == imperial else "metric" if metric > imperial else "imperial"


def plausible(signal: str, values: Floats, system: str) -> Told:
    """The unit that values without one are most likely in.

    >>> plausible("coolant_temp_f", np.array([20.0, 88.0, 92.0]), "").unit
    '°C'
    """
    row = BY_KEY[signal]
    high, middle = float(np.percentile(values, 95)), float(np.median(values))
    match row.quantity:
        case "temperature":
            return _temperature(row.role == "coolant", high, middle, float(np.min(values)), system)
        case "speed":
            unit = "mph" if system == "imperial" else "km/h"
            return Told(unit, f"nothing says it; the other columns are {system}" if system else "nothing says it", True)
        case "ratio" if high <= 1.0 and bool(np.any(values % 1.0)):
            return Told("of 1", "no value is above 1", True)
        case "pressure":
            unit = "bar" if high <= 10 else "psi" if high <= 130 else "kPa"
            return Told(unit, f"up to {high:g} is plausible in {unit}", True)
        case "absolute_pressure" if high <= 5:
            return Told("bar", f"up to {high:g} is plausible in bar", True)
        case "voltage" if middle > 1_000:
            return Told("mV", f"{middle:g} is plausible in mV", True)
        case "rotation" if 0 < high <= 12 and bool(np.any(values % 1.0)):
            return Told("1000 rpm", f"up to {high:g} is plausible in thousands", True)
    return Told(row.uom, "the usual one")


def _temperature(coolant: bool, high: float, middle: float, low: float, system: str) -> Told:
    if low >= KELVIN[0] and high <= KELVIN[1] and middle > 265:
        return Told("K", f"{middle:g} is plausible in K only", True)
    if coolant and (SURELY_C if system != "imperial" else BRITISH_C) < high < SURELY_F:
        return Told("°C", f"{high:g} is an engine's coolant in °C", True)
    if high >= SURELY_F:
        return Told("°F", f"{high:g} is plausible in °F", True)
    if system:
        return Told("°C" if system == "metric" else "°F", f"the other columns are {system}", True)
    return Told("°C", "nothing says it, and OBD-II counts in °C", True)
