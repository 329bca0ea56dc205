"""Faults in time: which runs on which unit since when, what that does to the machines and to what the sensors send.

All of it is a function of the tick, so a unit's past can be computed with the faults it has now.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from connected_ops.emulator.chance import Floats, uniform
from connected_ops.emulator.faults import Fault, Moment
from connected_ops.emulator.spells import RAMP_S, Spell
from connected_ops.emulator.strain import NONE, Strain
from connected_ops.emulator.units import Units

_JITTER, _OVER = 400, 401
_SPEEDING_LEAST, _SPEEDING_MOST, _SPEEDING_TOP = 1.12, 1.18, 1.3
_SPEEDING_WEIGHT = 20.0  # beside another spell, the driver wins


@dataclass(frozen=True, slots=True)
class Course:
    """A fault on a unit: its onset `since`, its injection `at` and its end `until` (inf: a reset), in ticks; `before`
    [signals] is the unit's newest sample then."""

    fault: Fault
    since: int
    at: int
    until: float
    before: Floats

    @property
    def ends(self) -> bool:
        """Before a reset."""
        return math.isfinite(self.until)

    @property
    def over(self) -> float:
        """The tick from which nothing of it is left: a spell takes half a minute to leave."""
        return self.until + (RAMP_S if self.fault.spell else 0)

    def severity(self, tick: NDArray[np.int64]) -> Floats:
        """0 before and after, 1 the fault as its row describes it."""
        age = tick - self.since
        grown = self.fault.grows(np.maximum(age, 0) / 86_400)
        if self.fault.eases_s:
            grown = grown * np.clip(np.minimum(age + 1, self.until - tick) / self.fault.eases_s, 0, 1)
        return grown * ((age >= 0) & (tick < self.until))


Courses = Mapping[tuple[int, str], Course]
"""By (position of the unit, kind of fault)."""


def part(courses: Courses, start: int, stop: int) -> Courses:
    """Those of the units at start..stop-1, counted from there."""
    return {(unit - start, kind): course for (unit, kind), course in courses.items() if start <= unit < stop}


def strained(units: Units, tick: NDArray[np.int64], courses: Courses, power: Floats | None = None) -> Strain:
    """What the faults do to the machines at `tick` [n or 1, m]; `power` [n, 1] is what engine protection leaves."""
    power = NONE.power if power is None else power
    if not courses:
        return replace(NONE, power=power)
    columns = _Columns(units, tick)
    for (unit, _), course in courses.items():
        columns.add(unit, course)
    return replace(NONE, power=power, **columns.done())


def disturb(units: Units, tick: NDArray[np.int64], values: Floats, courses: Courses) -> None:
    """Let the faults of sensors rewrite what is sent: `values` [n, m, signals] in place, `tick` [1, m]."""
    for (unit, _), course in courses.items():
        change = course.fault.change
        if change is None:
            continue
        key = units.key[unit : unit + 1]
        jitter = uniform(key, tick, _JITTER)[0]
        for k in np.flatnonzero((tick[0] >= course.at) & (tick[0] < course.until)):
            age = int(tick[0, k]) - course.at + 1
            change(values[unit, k], Moment(units.classes[unit], float(jitter[k]), age, course.before, key))


class _Columns:
    """Columns of a `Strain` in the making; only those that a fault touches become arrays."""

    def __init__(self, units: Units, tick: NDArray[np.int64]) -> None:
        self._units = units
        self._tick = tick
        self._made: dict[str, Floats] = {}
        self._weight: dict[int, Floats] = {}

    def add(self, unit: int, course: Course) -> None:
        fault, machine = course.fault, self._units.machine
        tick = self._tick[unit if len(self._tick) > 1 else 0]
        severity = course.severity(tick)
        for name, effect in fault.adds.items():
            self._of(name)[unit] += effect * severity
        if fault.blocks:
            self._of("widens")[unit] += fault.blocks * machine.blocked[unit] * severity
        if fault.fan < 1:
            fan = self._of("fan")
            fan[unit] = np.minimum(fan[unit], 1 - (1 - fault.fan) * severity)
        if fault.thermostat is not None:
            shut, on = fault.thermostat == "closed", severity > 0
            for name in ("opens_least", "opens_most"):
                self._of(name)[unit, on] = 0.0 if shut else machine.stuck_open[unit]
            self._of("quick")[unit, on] = machine.quick[unit] if shut else 1.0
        if fault.spell:
            self._spell(unit, fault.spell, tick, course)

    def done(self) -> dict[str, Floats]:
        for unit, weight in self._weight.items():
            for name in ("mph", "grade", "work"):
                self._made[name][unit] /= np.maximum(weight, 1e-9)
        return self._made

    def _spell(self, unit: int, spell: Spell, tick: NDArray[np.int64], course: Course) -> None:
        """Two spells at once are averaged by how far the unit is on each, so that nothing jumps."""
        m, age = self._units.machine, tick - course.at
        share = spell.share(age) * np.clip(1 - (tick + 1 - course.until) / RAMP_S, 0, 1) * (tick >= course.since)
        climb = self._of("climb")
        climb[unit] = np.maximum(climb[unit], share)
        weight = share
        if spell.where == "hill":
            mph, grade, work = m.climb_mph[unit], m.climb_grade[unit], m.climb_work[unit]
        else:
            mph, grade, work = m.road_mph[unit], np.zeros(1), m.road_work[unit]
        if spell.where == "speeding":
            drawn = uniform(self._units.key[unit : unit + 1], spell.leg(age)[None], _OVER)[0]
            over = _SPEEDING_LEAST + (_SPEEDING_MOST - _SPEEDING_LEAST) * drawn
            mph = over * self._units.max_mph[unit]
            weight = share * _SPEEDING_WEIGHT
            self._of("top")[unit] = np.where(share > 0, _SPEEDING_TOP, 1.0)
        for name, value in (("mph", mph), ("grade", grade), ("work", work)):
            self._of(name)[unit] += weight * value
        self._weight[unit] = self._weight.get(unit, np.zeros(len(tick))) + weight

    def _of(self, name: str) -> Floats:
        if name not in self._made:
            healthy = float(getattr(NONE, name)[0, 0])
            self._made[name] = np.full((len(self._units), self._tick.shape[1]), healthy)
        return self._made[name]
