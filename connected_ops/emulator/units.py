"""A fleet as columns: what each unit is, taken from its profile, its class and its own random stream."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connected_ops.emulator.chance import Bits, uniform, unit_keys
from connected_ops.emulator.machines import MACHINES, Column, Machine, as_columns
from connected_ops.emulator.profile import Profile, UnitProfile
from connected_ops.machines import catalog
from connected_ops.machines.unit_class import BY_KEY, UnitClass

_BIRTH = 900  # channels of draws made once for a unit
_HEAVY = {"class_8_truck", "excavator", "genset"}
# What only some classes send: mm/s zones exist for stationary machines only; a car has a lamp for its oil pressure.
_SOME = {"vibration_rms_mm_s": {"genset"}, "oil_pressure_psi": _HEAVY, "battery_v": _HEAVY}


@dataclass(frozen=True, slots=True)
class Units:
    """n units; every array is a column [n, 1] but `fitted` [n, signals]. Temperatures in °F, speeds in mph.

    `offset` is ticks along the duty cycle, `cycle` its length in ticks; `cold` marks those that begin with a cold
    engine; `hours` is the meter at tick 0; `shake_*` is the class's vibration range, its impacts and the unit's own
    shift in it.
    """

    vehicle_ids: tuple[str, ...]
    classes: tuple[UnitClass, ...]
    key: Bits
    machine: Machine[Column]
    offset: NDArray[np.int64]
    cycle: NDArray[np.int64]
    cold: NDArray[np.bool_]
    coolant_normal: Column
    coolant_critical: Column
    ambient: Column
    hours: Column
    hours_per_day: Column
    idle_rpm: Column
    max_mph: Column
    shake_low: Column
    shake_width: Column
    shake_impact: Column
    shake_shift: Column
    fitted: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.vehicle_ids)

    def part(self, start: int, stop: int) -> "Units":
        """The units of positions start..stop-1."""
        return _cut(self, slice(start, stop))


def _cut(columns: Any, where: slice) -> Any:
    cut = {field.name: getattr(columns, field.name) for field in fields(columns)}
    return replace(columns, **{k: _cut(v, where) if isinstance(v, Machine) else v[where] for k, v in cut.items()})


def assemble(profile: Profile, seed: int) -> Units:
    """The columns of a profile's units; what a unit's profile leaves open is drawn from the seed and its id."""
    units = profile.units
    ids = tuple(unit.vehicle_id for unit in units)
    classes = tuple(BY_KEY[unit.unit_class] for unit in units)
    key = unit_keys(seed, ids)

    def drawn(channel: int, low: float, high: float) -> Column:
        return low + (high - low) * uniform(key, np.zeros((1, 1), np.int64), _BIRTH + channel)

    machine = _machines(units)
    width = _column(c.vibration_healthy[1] - c.vibration_healthy[0] for c in classes)
    low = _column(c.vibration_healthy[0] for c in classes)
    usual_shake = machine.shake_rest + 0.6 * (machine.shake_speed + machine.shake_work + machine.shake_rough)
    shift = (_given(units, "vibration_normal") - low) / width - usual_shake
    middle = _column(sum(c.coolant_normal) / 2 for c in classes)
    cycle = np.maximum(1, machine.cycle_s * drawn(0, 0.92, 1.08)).astype(np.int64)
    return Units(
        vehicle_ids=ids,
        classes=classes,
        key=key,
        machine=machine,
        offset=_or(_given(units, "duty_offset_s"), drawn(1, 0, 86_400)).astype(np.int64),
        cycle=cycle,
        cold=np.array([[unit.cold_start] for unit in units]),
        coolant_normal=_or(_given(units, "coolant_normal_f"), middle + drawn(2, -2.5, 2.5)),
        coolant_critical=_column(c.coolant_critical or np.inf for c in classes),
        ambient=_or(_given(units, "ambient_f"), drawn(3, 62, 82)),
        hours=_or(_given(units, "engine_hours"), drawn(4, 600, 9_000)),
        hours_per_day=_column(c.hours_per_day for c in classes),
        idle_rpm=_column(c.idle_rpm for c in classes),
        max_mph=_column(c.max_mph or 0.0 for c in classes),
        shake_low=low,
        shake_width=width,
        shake_impact=_column(c.vibration_impact for c in classes),
        shake_shift=_or(shift, drawn(5, -0.05, 0.05)),
        fitted=np.array([[_is_fitted(kind, signal) for signal in catalog.KEYS] for kind in classes]),
    )


def _machines(units: tuple[UnitProfile, ...]) -> Machine[Column]:
    """The class rows as columns, with the units' own working points on the road."""
    machine = as_columns([MACHINES[unit.unit_class] for unit in units])
    mph, rpm = _given(units, "cruise_mph"), _given(units, "cruise_rpm")
    low, high = _or(mph - 2, machine.cruise_low), _or(mph + 2, machine.cruise_high)
    top = _or(rpm / ((low + high) / 2), machine.gear_top)
    return replace(machine, cruise_low=low, cruise_high=high, gear_top=np.where(machine.gear_top > 0, top, 0.0))


def _is_fitted(kind: UnitClass, signal: str) -> bool:
    if signal in _SOME:
        return kind.key in _SOME[signal]
    return signal not in kind.absent and catalog.BY_KEY[signal].role is not None  # the physics here are of engines


def _column(values: Iterable[float]) -> Column:
    return np.array(list(values), dtype=np.float64).reshape(-1, 1)


def _given(units: tuple[UnitProfile, ...], field: str) -> Column:
    """What the profile says for a field, NaN where it says nothing."""
    return _column(np.nan if getattr(unit, field) is None else getattr(unit, field) for unit in units)


def _or(given: Column, otherwise: Column) -> Column:
    return np.where(np.isnan(given), otherwise, given)
