"""The faults that can be put on a unit: one frozen row each. Adding a fault is adding a row.

Two kinds: a `change` rewrites what the sensors send (the first Lab's anomalies, scaled to the unit's class, and
sensors that fail); all others work on the machine itself, and the symptoms follow from its physics. A row with
`onset_days` began that long before it was injected: the unit is then born anew with that past.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from connected_ops.emulator.chance import Bits, Floats, uniform
from connected_ops.emulator.spells import HILL, ROAD_LEGS, SPEEDING, STEADY, Spell
from connected_ops.machines import catalog
from connected_ops.machines.unit_class import UnitClass
from connected_ops.read_model import FaultGroup

_SEED_SPEED_MPH, _SEED_RPM = 83.0, 3200.0
_SEED_VIBRATION_STEP, _SEED_VIBRATION = 2.0, 3.5
_CAR_SHAKE_WIDTH = 0.7
_OPEN_CIRCUIT_F = -40.0
_SPIKE_LEAST_F, _SPIKE_MORE_F, _SPIKE_EVERY_S = 62.0, 27.0, 7
_HIT_EVERY_S, _HIT = 10, 1.1
_GAP_CYCLE_S, _GAP_LEAST_S, _GAP_MOST_S, _GAP = 180, 10, 120, 402
_CELSIUS_STEP = 1.8


@dataclass(frozen=True, slots=True)
class Moment:
    """What a change may look at: the unit's class, a draw `jitter` 0..1, seconds since the injection (0 for the sample
    sent at once), the unit's newest sample [signals] before it, and its random stream."""

    kind: UnitClass
    jitter: float
    age: int
    before: Floats
    key: Bits


Change = Callable[[Floats, Moment], None]


def _at_once(days: Floats) -> Floats:
    return np.ones_like(days)


def _linear(over: float) -> Callable[[Floats], Floats]:
    """1 after `over` days, and on at that pace to twice that."""
    return lambda days: np.minimum(days / over, 2.0)


def _faster(over: float, doubles: float) -> Callable[[Floats], Floats]:
    """From 0 to 1 in `over` days, the growth doubling every `doubles` days; it ends at 4."""
    return lambda days: np.minimum(np.expm1(days * math.log(2) / doubles) / math.expm1(over * math.log(2) / doubles), 4)


def _then_on(over_h: float) -> Callable[[Floats], Floats]:
    """1 at once, and slowly on to 2 in `over_h` hours."""
    return lambda days: 1 + np.minimum(24 * days / over_h, 1)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: its id, its name for a person, the classes it is offered for, and how long a button holds it.

    `default_hold_s` None: until a reset. Without a hold `momentary` ones are one sample; all others last for
    `default_hold_s`. `change(values [signals], Moment)` rewrites a sample in place. `spell` takes the unit off its own
    duty. `onset_days` before the injection it began; `grows(days since)` is its severity, 1 as the row describes it;
    `eases_s` it takes to come and go. At severity 1: `fan` the part of the fan that still turns, `blocks` the share of
    the class's blocked radiator, `thermostat` how it is stuck, `adds` what it adds to columns of `Strain`.
    """

    kind: str
    label: str
    classes: tuple[str, ...]
    default_hold_s: float | None = None
    group: FaultGroup = "machine"
    momentary: bool = False
    change: Change | None = None
    spell: Spell | None = None
    onset_days: float = 0.0
    grows: Callable[[Floats], Floats] = _at_once
    eases_s: float = 0.0
    fan: float = 1.0
    blocks: float = 0.0
    thermostat: Literal["closed", "open"] | None = None
    adds: Mapping[str, float] = field(default_factory=dict)

    def lasts(self, hold_s: float | None) -> float:
        """Seconds of ticks that an injection with this hold stays in; 0 for one sample, inf until a reset."""
        if hold_s is not None:
            return max(hold_s, 0.0)
        if self.momentary:
            return 0.0
        return math.inf if self.default_hold_s is None else self.default_hold_s


def _overheat(values: Floats, moment: Moment) -> None:
    """At least 10 °F over critical (250 °F in a car, as the first Lab had it), and a slightly rougher engine."""
    hot = (moment.kind.coolant_critical or 240.0) + 10
    values[catalog.COOLANT] = max(values[catalog.COOLANT], hot + _CELSIUS_STEP * round(moment.jitter))
    low, high = moment.kind.vibration_healthy
    values[catalog.VIBRATION] += 0.2 * (high - low) / _CAR_SHAKE_WIDTH


def _shake(values: Floats, moment: Moment) -> None:
    """1.5 times the healthy top; in a car at least the first Lab's +2.0 and 3.5."""
    before = values[catalog.VIBRATION]
    goal = 1.5 * moment.kind.vibration_healthy[1]
    if moment.kind.key == "passenger_car":
        goal = max(goal, before + _SEED_VIBRATION_STEP, _SEED_VIBRATION)
    values[catalog.VIBRATION] = max(before, goal) * (1 + 0.03 * moment.jitter)
    values[catalog.VIBRATION_RMS] *= values[catalog.VIBRATION] / before


def _race(values: Floats, moment: Moment) -> None:
    """15 % over the class's top speed, engine at its top; in a car at least the first Lab's 83 mph and 3,200 rpm."""
    speed, rpm = 1.15 * (moment.kind.max_mph or 0.0), moment.kind.max_rpm or 0.0
    if moment.kind.key == "passenger_car":
        speed, rpm = max(speed, _SEED_SPEED_MPH), max(rpm, _SEED_RPM)
    values[catalog.SPEED] = max(values[catalog.SPEED], speed + 0.1) + 0.6 * moment.jitter
    values[catalog.RPM] = max(values[catalog.RPM], rpm) + 12 * moment.jitter


def _open_circuit(values: Floats, moment: Moment) -> None:
    """The end of the scale, for good."""
    values[catalog.INTAKE] = _OPEN_CIRCUIT_F


def _stuck(values: Floats, moment: Moment) -> None:
    """The same to the last digit."""
    values[catalog.RPM] = moment.before[catalog.RPM]


def _dropout(values: Floats, moment: Moment) -> None:
    """A gap of 10..120 s at the beginning of every three minutes."""
    cycle = np.array([[moment.age // _GAP_CYCLE_S]], dtype=np.int64)
    gap = _GAP_LEAST_S + (_GAP_MOST_S - _GAP_LEAST_S) * uniform(moment.key, cycle, _GAP)[0, 0]
    if moment.age % _GAP_CYCLE_S < gap:
        values[catalog.COOLANT] = np.nan


def _spike(values: Floats, moment: Moment) -> None:
    """One sample +60..90 °F, in the sensor's own steps."""
    if moment.age % _SPIKE_EVERY_S == 0:
        jump = _SPIKE_LEAST_F + _SPIKE_MORE_F * moment.jitter
        values[catalog.COOLANT] += _CELSIUS_STEP * round(jump / _CELSIUS_STEP)


def _counter_reset(values: Floats, moment: Moment) -> None:
    """As if the meter had been new when it began."""
    values[catalog.HOURS] = max(values[catalog.HOURS] - moment.before[catalog.HOURS], 0.0)


def _hit(values: Floats, moment: Moment) -> None:
    """A blow somewhat harder than the class's usual impacts, for one sample."""
    if moment.age % _HIT_EVERY_S == 0:
        blow = _HIT * moment.kind.vibration_impact * (1 + 0.08 * moment.jitter)
        values[catalog.VIBRATION] = max(values[catalog.VIBRATION], blow)


_ROAD = ("passenger_car", "delivery_van", "class_8_truck")
_HEAVY = ("delivery_van", "class_8_truck", "excavator")
_MOVING = (*_ROAD, "excavator")
_ALL = (*_MOVING, "genset")
_SENDS_OIL = ("class_8_truck", "excavator", "genset")  # and its battery's voltage

FAULTS: tuple[Fault, ...] = (
    Fault("coolant_overheat", "Coolant overheat", _ALL, 30, momentary=True, change=_overheat),
    Fault("vibration_spike", "Vibration spike", _ALL, 30, momentary=True, change=_shake),
    Fault("speed_anomaly", "Speed anomaly", _MOVING, 30, momentary=True, change=_race),
    Fault("fan_lost", "Fan lost on a grade", _HEAVY, spell=HILL, fan=0.0),
    Fault("radiator_blocked", "Blocked radiator, 6 days old", (*_HEAVY, "genset"),
          onset_days=6, grows=_faster(6, 4), blocks=1.0),
    Fault("charge_air_cooler_blocked", "Blocked charge-air cooler, 6 days old", (*_HEAVY, "genset"),
          onset_days=6, grows=_linear(6), blocks=0.25, adds={"intake": 30.0}),
    Fault("thermostat_stuck_closed", "Thermostat stuck closed", _ALL, spell=STEADY, thermostat="closed"),
    Fault("thermostat_stuck_open", "Thermostat stuck open", _ALL, thermostat="open"),
    Fault("driveline_bearing", "Worn driveline bearing, 14 days old", _ROAD,
          spell=ROAD_LEGS, onset_days=14, grows=_faster(14, 5), adds={"shakes": 0.65}),
    Fault("oil_pump_worn", "Worn oil pump", _SENDS_OIL, grows=_linear(1 / 240), adds={"oil_lost": 0.42}),
    Fault("alternator_failed", "Alternator failed", _SENDS_OIL, grows=_then_on(0.5), adds={"uncharged": 1.0}),
    Fault("overspeeding_driver", "Overspeeding driver, for 3 days", _ROAD, spell=SPEEDING, onset_days=3),
    Fault("sensor_open_circuit", "Intake sensor: open circuit", _ALL, group="sensor", change=_open_circuit),
    # Only where a road moves the engine: a governed one rightly keeps its speed to the digit.
    Fault("sensor_stuck", "Engine speed sensor stuck", _ROAD, group="sensor", change=_stuck),
    Fault("sensor_dropout", "Coolant sensor drops out", _ALL, group="sensor", change=_dropout),
    Fault("sensor_spike", "Coolant sensor spikes", _ALL, 30, group="sensor", momentary=True, change=_spike),
    Fault("counter_reset", "Hour meter starts anew", _ALL, group="sensor", change=_counter_reset),
    Fault("pothole", "Pothole (no fault)", _MOVING, 30, group="calm", momentary=True, change=_hit),
    # The air conditioning runs at full before a sound radiator, so the coolant must rise more for the same cooling.
    Fault("hot_climb", "Hot climb (no fault)", _HEAVY, 600, group="calm",
          spell=HILL, eases_s=150, adds={"ambient": 18.0, "widens": 1.2}),
)  # fmt: skip

BY_KIND: dict[str, Fault] = {fault.kind: fault for fault in FAULTS}
