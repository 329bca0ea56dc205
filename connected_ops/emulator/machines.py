"""How each class of machine works and heats up: one frozen row each. Limits and normals stay in `machines.unit_class`.

The same `Machine` also holds a whole fleet as columns (`Machine[Column]`, arrays [n, 1]), which the physics reads. All
figures are judgement, set so that the healthy ranges of the class table come out; `tests/emulator` holds them to it.
"""

from dataclasses import dataclass, fields
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Machine(Generic[T]):
    """One class's working habits. A duty cycle is an active part (a leg, a digging spell, a load step) and a rest.

    `cycle_s` its length; `active_*` the active share; `travel_share` the share of cycles spent moving, 1 for a road
    vehicle; `cruise_*` mph; `accel`, `decel` mph/s; `wiggle_mph`, `grade_pct` how far traffic and road swing; `work_*`
    load as a fraction of full when not moving; `stroke` 1 where the 20 s digging rhythm shows, else 0.
    `work_rpm`; `droop_rpm` lost at full load; `gear_first`, `gear_top` rpm per mph, `gear_steps` between them;
    `shift_rpm`; `rated_rpm`; `rated_kw`; `mass_kg`; `drag` N per (m/s)²; `rolling` coefficient; `idle_load` fraction.
    Heat, in °F/s of the coolant mass: `heat` at rated power, `heat_idle` as a fraction of it, `loss` and `cooling` per
    °F above ambient; `air_still`, `air_ram` (at 60 mph), `air_fan` the shares of the radiator's air.
    `intake_*`: °F above ambient at rest, moving, and added by full load.
    `climb_*`, the hard spell of a fault that needs one: mph on a steady grade of so many percent, or digging load.
    `road_*`, the steady spell: mph on the level, or work. `blocked`: by how much more a radiator that has been blocking
    for six days widens the coolant's span; `quick`: how much faster the engine alone heats than with its radiator;
    `stuck_open`: the opening a thermostat that failed open keeps.
    `shake_*`: shares of the healthy vibration range; `knock_rate` impacts per second at work; `rms_*` mm/s.
    `oil_rest`, `oil_per_rpm`, `oil_most`: psi of hot oil, and what the relief valve lets stand; `batteries` of 12 V, in
    a row.
    """

    cycle_s: T
    active_low: T
    active_high: T
    travel_share: T
    cruise_low: T
    cruise_high: T
    accel: T
    decel: T
    wiggle_mph: T
    grade_pct: T
    work_low: T
    work_high: T
    stroke: T
    work_rpm: T
    droop_rpm: T
    gear_first: T
    gear_top: T
    gear_steps: T
    shift_rpm: T
    rated_rpm: T
    rated_kw: T
    mass_kg: T
    drag: T
    rolling: T
    idle_load: T
    heat: T
    heat_idle: T
    loss: T
    cooling: T
    air_still: T
    air_ram: T
    air_fan: T
    intake_rest: T
    intake_moving: T
    intake_load: T
    climb_mph: T
    climb_grade: T
    climb_work: T
    road_mph: T
    road_work: T
    blocked: T
    quick: T
    stuck_open: T
    shake_rest: T
    shake_speed: T
    shake_rough: T
    shake_work: T
    knock_rate: T
    rms_rest: T
    rms_load: T
    oil_rest: T
    oil_per_rpm: T
    oil_most: T
    batteries: T


MACHINES: dict[str, Machine[float]] = {
    "passenger_car": Machine(
        cycle_s=300, active_low=0.84, active_high=0.93, travel_share=1,
        cruise_low=28, cruise_high=68, accel=3, decel=4,
        wiggle_mph=4, grade_pct=2, work_low=0, work_high=0, stroke=0,
        work_rpm=770, droop_rpm=0, gear_first=130, gear_top=30, gear_steps=5, shift_rpm=2000, rated_rpm=5200,
        rated_kw=95, mass_kg=1450, drag=0.42, rolling=0.011, idle_load=0.2,
        heat=0.8, heat_idle=0.09, loss=0.0005, cooling=0.0092, air_still=0.1, air_ram=0.5, air_fan=0.6,
        intake_rest=27, intake_moving=6, intake_load=10, climb_mph=55, climb_grade=6, climb_work=0,
        road_mph=62, road_work=0, blocked=3.5, quick=0.9, stuck_open=0.3,
        shake_rest=0.14, shake_speed=0.38, shake_rough=0.14, shake_work=0, knock_rate=1 / 400, rms_rest=0, rms_load=0,
        oil_rest=12, oil_per_rpm=0.018, oil_most=70, batteries=1,
    ),
    "delivery_van": Machine(
        cycle_s=165, active_low=0.5, active_high=0.7, travel_share=1,
        cruise_low=18, cruise_high=41, accel=2.5, decel=4,
        wiggle_mph=3, grade_pct=2, work_low=0, work_high=0, stroke=0,
        work_rpm=700, droop_rpm=0, gear_first=140, gear_top=44, gear_steps=5, shift_rpm=1950, rated_rpm=3500,
        rated_kw=105, mass_kg=3500, drag=1.92, rolling=0.011, idle_load=0.22,
        heat=0.165, heat_idle=0.12, loss=0.00008, cooling=0.0025, air_still=0, air_ram=0.25, air_fan=0.65,
        intake_rest=36, intake_moving=17, intake_load=12, climb_mph=40, climb_grade=6, climb_work=0,
        road_mph=52, road_work=0, blocked=7.2, quick=2.1, stuck_open=0.7,
        shake_rest=0.15, shake_speed=0.32, shake_rough=0.18, shake_work=0, knock_rate=1 / 240, rms_rest=0, rms_load=0,
        oil_rest=12, oil_per_rpm=0.022, oil_most=75, batteries=1,
    ),
    "class_8_truck": Machine(
        cycle_s=3600, active_low=0.85, active_high=0.93, travel_share=1,
        cruise_low=59, cruise_high=63, accel=0.5, decel=1.5,
        wiggle_mph=1.6, grade_pct=2.6, work_low=0, work_high=0, stroke=0,
        work_rpm=650, droop_rpm=0, gear_first=240, gear_top=21, gear_steps=9, shift_rpm=1450, rated_rpm=1650,
        rated_kw=340, mass_kg=34000, drag=3.9, rolling=0.0055, idle_load=0.12,
        heat=0.115, heat_idle=0.1, loss=0.00008, cooling=0.00152, air_still=0, air_ram=0.6, air_fan=0.65,
        intake_rest=28, intake_moving=16, intake_load=26, climb_mph=29, climb_grade=6, climb_work=0,
        road_mph=62, road_work=0, blocked=4.6, quick=2.7, stuck_open=0.7,
        shake_rest=0.14, shake_speed=0.34, shake_rough=0.2, shake_work=0, knock_rate=1 / 300, rms_rest=0, rms_load=0,
        oil_rest=16, oil_per_rpm=0.0235, oil_most=80, batteries=1,
    ),
    "excavator": Machine(
        cycle_s=240, active_low=0.67, active_high=0.85, travel_share=0.07,
        cruise_low=1.8, cruise_high=2.9, accel=0.5,
        decel=1, wiggle_mph=0.2, grade_pct=0, work_low=0.75, work_high=0.95, stroke=1,
        work_rpm=1665, droop_rpm=30, gear_first=0, gear_top=0, gear_steps=0, shift_rpm=1, rated_rpm=1700,
        rated_kw=118, mass_kg=22000, drag=0, rolling=0.06, idle_load=0.12,
        heat=0.115, heat_idle=0.1, loss=0.00008, cooling=0.0013, air_still=0.25, air_ram=0, air_fan=0.7,
        intake_rest=22, intake_moving=22, intake_load=12, climb_mph=0, climb_grade=0, climb_work=0.9,
        road_mph=0, road_work=0.68, blocked=3.3, quick=2.1, stuck_open=0.9,
        shake_rest=0.12, shake_speed=0.1, shake_rough=0, shake_work=0.62, knock_rate=1 / 180, rms_rest=0, rms_load=0,
        oil_rest=14, oil_per_rpm=0.025, oil_most=76, batteries=2,
    ),
    "genset": Machine(
        cycle_s=420, active_low=1, active_high=1, travel_share=0,
        cruise_low=0, cruise_high=0, accel=1, decel=1,
        wiggle_mph=0, grade_pct=0, work_low=0.28, work_high=0.78, stroke=0,
        work_rpm=1806, droop_rpm=11, gear_first=0, gear_top=0, gear_steps=0, shift_rpm=1, rated_rpm=1800,
        rated_kw=200, mass_kg=0, drag=0, rolling=0, idle_load=0.02,
        heat=0.1, heat_idle=0.12, loss=0.00008, cooling=0.0013, air_still=0.1, air_ram=0, air_fan=0.9,
        intake_rest=14, intake_moving=14, intake_load=15, climb_mph=0, climb_grade=0, climb_work=0.78,
        road_mph=0, road_work=0.6, blocked=3.4, quick=3.0, stuck_open=0.85,
        shake_rest=0.35, shake_speed=0, shake_rough=0, shake_work=0.3, knock_rate=0, rms_rest=2.6, rms_load=1.6,
        oil_rest=14, oil_per_rpm=0.025, oil_most=76, batteries=2,
    ),
}  # fmt: skip


def as_columns(rows: list[Machine[float]]) -> Machine[Column]:
    """The rows of n units as one machine of [n, 1] columns."""
    names = [field.name for field in fields(Machine)]
    return Machine(**{name: np.array([[getattr(row, name)] for row in rows], dtype=np.float64) for name in names})
