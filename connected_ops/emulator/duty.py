"""What each unit does at an instant: speed, gear, load, road and weather, without noise of sensors and without memory.

All of it is a function of (unit, tick), so any stretch of time is computed at once, and the 14 days before cost no
simulation. Arrays are [n, m]: n units at m ticks (seconds from the start, negative before it).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.emulator.chance import Floats, uniform, wander
from connected_ops.emulator.strain import Strain
from connected_ops.emulator.units import Units

_MPS = 0.44704
_KW_PER_NEWTON_MPH = _MPS / 1000 / 0.9  # driveline efficiency 0.9
_DAY = 86_400
_AFTERNOON = 10_000.0  # ticks from the start to the warmest hour of the day
_SHIFT_S = 16_200.0  # the present shift began 4.5 h before the start, and does not end

# One digging stroke of 20 s: dig, swing, dump, return, as shares of the spell's load.
_STROKE = np.array([1.0] * 6 + [0.62] * 5 + [0.38] * 3 + [0.5] * 6)

_SHARE, _LEVEL, _TRAVELS, _WIGGLE, _GRADE, _ROUGH, _WEATHER = range(101, 108)


@dataclass(frozen=True, slots=True)
class Duty:
    """[n, m] each: mph, rpm, load and power as fractions of full, ambient °F, `rough` road -1..1, `working` 0..1."""

    speed: Floats
    rpm: Floats
    load: Floats
    power: Floats
    ambient: Floats
    rough: Floats
    working: Floats


def duty(units: Units, tick: NDArray[np.int64], strain: Strain) -> Duty:
    """What the units do at `tick` ([1, m] or [n, m])."""
    m, key, climb = units.machine, units.key, strain.climb
    along = tick + units.offset
    cycle = along // units.cycle
    place = (along - cycle * units.cycle).astype(np.float64)
    active = units.cycle * _between(m.active_low, m.active_high, uniform(key, cycle, _SHARE))
    level = uniform(key, cycle, _LEVEL)
    travels = uniform(key, cycle, _TRAVELS) < m.travel_share
    wiggle = m.wiggle_mph * wander(key, along, _WIGGLE, 40)
    grade = m.grade_pct * wander(key, along, _GRADE, 240) * (1 - climb) + strain.grade * climb

    # Speed: up, along with the traffic, down, stand; heavy vehicles lose some on a grade.
    cruise = _between(m.cruise_low, m.cruise_high, level) + wiggle - m.mass_kg / 12_000 * np.maximum(grade - 1.5, 0)
    rising, falling = m.accel * place, m.decel * (active - place)
    on_road = travels * np.clip(np.minimum(np.minimum(rising, falling), cruise), 0, None)
    speed = on_road * (1 - climb) + (strain.mph + 0.3 * wiggle) * strain.power * climb
    speed = np.clip(speed, 0, 0.98 * strain.top * units.max_mph)
    pull = np.where(on_road <= 0, 0.0, m.accel * (rising < cruise) - m.decel * (falling < cruise)) * (1 - climb)

    # Work at a standstill: spells of digging in strokes, or steps of electrical load.
    spell = np.clip(np.minimum(place, active - place) / 3.0, 0, 1)
    spell = np.where(m.active_low < 1, spell, 1.0)
    working = spell + (1 - spell) * climb
    stroke = 1 + m.stroke * (_STROKE[along % len(_STROKE)] - 1)
    digs = (1 - travels) * _between(m.work_low, m.work_high, level) * stroke
    work = spell * digs * (1 - climb) + strain.work * climb * strain.power

    # Force on the road -> demand -> gear -> rpm -> load.
    force = m.mass_kg * (_MPS * pull + 9.81 * (m.rolling + grade / 100)) + m.drag * (_MPS * speed) ** 2
    demand = np.clip(force * speed * _KW_PER_NEWTON_MPH / m.rated_kw, 0, 1)
    rpm = np.maximum(units.idle_rpm + (m.work_rpm - units.idle_rpm) * working, speed * gear(units, speed, demand))
    rpm = rpm - m.droop_rpm * work
    turning = np.minimum(rpm / m.rated_rpm, 1)
    load = np.clip(m.idle_load + work + demand / turning, 0, 1) * strain.power
    return Duty(
        speed=speed,
        rpm=rpm,
        load=load,
        power=load * turning,
        ambient=weather(units, tick) + strain.ambient,
        rough=wander(key, along, _ROUGH, 25),
        working=np.where(m.work_high > 0, work, 0.0),
    )


def gear(units: Units, speed: Floats, demand: Floats) -> Floats:
    """rpm per mph of the gear a unit is in: the first that keeps the engine under its shift point."""
    m = units.machine
    steps = np.maximum(m.gear_steps, 1)
    step = (np.maximum(m.gear_first, 1) / np.maximum(m.gear_top, 1)) ** (1 / steps)
    wanted = speed * m.gear_first / (m.shift_rpm * (1 + 0.5 * np.maximum(demand - 0.25, 0)))
    shifts = np.ceil(np.log(np.maximum(wanted, 1)) / np.log(np.maximum(step, 1.01)))
    return m.gear_first / step ** np.minimum(shifts, m.gear_steps)


def weather(units: Units, tick: NDArray[np.int64]) -> Floats:
    """Ambient °F: a day's swing of ±7 with its warmest hour after the start, and slow weather of ±2."""
    day = np.cos((tick - _AFTERNOON) * (2 * np.pi / _DAY))
    return units.ambient + 7 * (day - 0.75) + 2 * wander(units.key, tick, _WEATHER, 10_800)


def at_work(units: Units, tick: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a unit's engine runs: always since the shift the start lies in, before that its class's hours a day."""
    age = np.maximum(-tick, 0)
    return (age <= _SHIFT_S) | (age % _DAY < units.hours_per_day * 3600)


def engine_hours(units: Units, tick: NDArray[np.int64]) -> Floats:
    """Hours on the meter: running time before and since the start, never under zero."""
    age = np.maximum(-tick, 0).astype(np.float64)
    shift = units.hours_per_day * 3600
    today = np.minimum(age, np.maximum(shift, _SHIFT_S))
    days = age // _DAY
    before = np.maximum(shift, _SHIFT_S) + (days - 1) * shift + np.minimum(age % _DAY, shift)
    ran = np.where(age < _DAY, today, before)
    return np.maximum(units.hours + (np.maximum(tick, 0) - ran) / 3600, 0)


def _between(low: Floats, high: Floats, share: Floats) -> Floats:
    return low + (high - low) * share
