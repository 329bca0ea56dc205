"""What the machines' files say, in words: a list of all, and one of them whole."""

from collections.abc import Iterable, Iterator

from connected_ops.machines.catalog import BY_KEY as SIGNALS
from connected_ops.machines.catalog import KEYS as CATALOG
from connected_ops.machines.mode import MODES as ALL_MODES
from connected_ops.machines.mode import Mode
from connected_ops.machines.signal import Signal
from connected_ops.machines.unit_class import BY_KEY as CLASSES
from connected_ops.machines.unit_class import CLASSES as OF_PLACE
from connected_ops.machines.unit_class import UNITS, Unit, UnitClass

MODES: dict[str, Mode] = {row.key: row for row in ALL_MODES}


def listing() -> str:
    """Every signal, class, failure mode and unit that a file names, a line each."""
    return "\n".join(
        [
            f"Signals, {len(SIGNALS)}:",
            *(f"  {row.key:<24} {row.label}{f', {row.uom}' if row.uom else ''}" for row in SIGNALS.values()),
            f"Classes, {len(CLASSES)}:",
            *(f"  {row.key:<24} {row.label}" for row in CLASSES.values()),
            f"Failure modes, {len(MODES)}:",
            *(f"  {row.key:<24} {row.row.label}" for row in MODES.values()),
            *([f"Units, {len(UNITS)}:"] if UNITS else []),
            *(f"  {key:<24} {_about(unit)}".rstrip() for key, unit in UNITS.items()),
        ]
    )


def _about(unit: Unit) -> str:
    kind = None if unit.unit_class is None else OF_PLACE[unit.unit_class].label
    return ", ".join(filter(None, (unit.name, unit.site, kind)))


def shown(key: str) -> str | None:
    """A signal, a class, a failure mode or a unit whole, a line each of what is said of it; None where there is none of
    that name."""
    if key in SIGNALS:
        return "\n".join(_of_signal(SIGNALS[key]))
    if key in CLASSES:
        return "\n".join(_of_class(CLASSES[key]))
    if key in MODES:
        return "\n".join(_of_mode(MODES[key]))
    return "\n".join(_of_unit(key, UNITS[key])) if key in UNITS else None


def _of_mode(mode: Mode) -> Iterator[str]:
    yield f"{mode.key}: {mode.row.label}, of {', '.join(mode.classes or ('any class',))}"
    for each in mode.indicators:
        row = each.row
        over = "" if each.over is None else f" over {CATALOG[each.over]}"
        yield f"  {each.key}: {row.label}"
        ramp = f"from {row.start:g} to {row.full:g}, weight {row.weight:g}"
        yield f"    {row.kind} of {CATALOG[each.signal]}{over}, {ramp}"
        codes = f"; {', '.join(row.codes)}" if row.codes else ""
        yield f"    “{row.words.title}”, priced as {each.price}{codes}"
    for key, price in mode.row.prices.items():
        parts = ((name, getattr(price, name)) for name in ("chance", "early", "late", "holds"))
        told = (f"{name} {row.range[0]:g}–{row.range[1]:g}–{row.range[2]:g}" for name, row in parts)
        yield f"  price {key}: {', '.join(told)}"


def _of_signal(row: Signal) -> Iterator[str]:
    yield f"{row.key}: {row.label}, {row.quantity}{f' in {row.uom}' if row.uom else ''}"
    yield f"  sensor {row.figure(row.sensor_low)} to {row.figure(row.sensor_high)}"
    yield f"  plausible {row.figure(row.plausible_low)} to {row.figure(row.plausible_high)}"
    if row.max_rate < float("inf"):
        yield f"  fastest change {row.figure(row.max_rate)} a second"
    for low, high in row.absent:
        yield f"  not available from {low:g} to {high:g}"
    if row.role is not None:
        yield f"  role {row.role}"
    for standard, name in (("OBD-II", row.obd), ("J1939", row.j1939), ("VSS", row.vss)):
        if name != "none":
            yield f"  {standard} {name}"


def _of_class(row: UnitClass) -> Iterator[str]:
    yield f"{row.key}: {row.label}"
    if row.hours_per_day:
        yield f"  {row.hours_per_day:g} hours a day"
    if row.service_every_h is not None:
        yield f"  service every {row.service_every_h:g} h"
    yield f"  its day costs the assumption {row.day}, help on the spot {' or '.join(row.help)}"
    yield from _limits(row, row.signals)
    if row.absent:
        yield f"  not fitted: {', '.join(row.absent)}"


def _of_unit(key: str, unit: Unit) -> Iterator[str]:
    yield f"{key}: {_about(unit) or 'a unit'}"
    if unit.unit_class is not None:
        row = OF_PLACE[unit.unit_class]
        yield f"  class {row.key}"
        yield from _limits(row, row.own)


def _limits(row: UnitClass, keys: Iterable[str]) -> Iterator[str]:
    for key in keys:
        signal, (warn, critical) = SIGNALS[key], row.limits(key)
        said = [f"normal {' to '.join(map(signal.figure, normal))}" for normal in (row.normal(key),) if normal]
        said += [
            f"{what} {signal.figure(limit)}" for what, limit in (("warns at", warn), ("critical at", critical)) if limit
        ]
        yield f"  {key}: {', '.join(said) or 'no limit'}"
