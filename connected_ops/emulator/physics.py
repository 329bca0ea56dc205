"""Heat, vibration and sensors of n units at once: `Duty` in, samples out. The only memory is what is warm.

The coolant's balance, in °F/s: heat · (idle share + power) − (loss + cooling · air · opening) · (coolant − ambient),
with a thermostat that opens over SPAN °F around the unit's own normal. Whatever takes air or adds work moves it the
way it moves a real one, a few °F while the thermostat still has room and without end when it has none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from connected_ops.emulator.chance import Floats, normal, uniform, wander
from connected_ops.emulator.duty import Duty, duty, engine_hours
from connected_ops.emulator.strain import Strain
from connected_ops.emulator.units import Units
from connected_ops.machines import catalog

SPAN = 10.0
_USUAL_OPENING = 0.3
_INTAKE_LAG_S = 120.0
_CELSIUS_STEP = 1.8
_BOILS_F = 265.0  # under its cap the coolant boils off here, and gets no hotter
_SHAKES_FROM_MPH, _SHAKES_OVER_MPH = 40.0, 5.0
_NOISE = range(200, 207)
_OIL_NOISE, _BATTERY_NOISE, _BATTERY_DRIFT = 207, 208, 216
_KNOCK, _KNOCK_SIZE, _COOLANT_DRIFT, _INTAKE_DRIFT, _HUNTING = range(210, 215)
OIL, BATTERY = catalog.INDEX["oil_pressure_psi"], catalog.INDEX["battery_v"]
_OIL_STEP, _BATTERY_STEP = 0.58, 0.05  # psi (4 kPa) and V a bit, as J1939 counts
_THICKENS_OVER_F = 130.0  # below its thermostat: so much colder oil has twice the pressure
_CHARGED_V, _RESTS_V, _EMPTY_V = 14.1, 12.4, 10.8  # of a 12 V battery: charging, giving, and all but empty
_MOST_LOAD = 97.5  # an engine at its limit still varies: a load pinned at 100 would look like a stuck sensor


@dataclass(slots=True)
class Warmth:
    """The state of n units, columns [n, 1]: coolant and intake air °F."""

    coolant: Floats
    intake: Floats


def quarter_before(tick: int) -> NDArray[np.int64]:
    """[1, 20] instants of the 15 minutes before a tick, whose duty decides how warm a unit is then."""
    return np.arange(tick - 900, tick, 45, dtype=np.int64).reshape(1, -1)


def born(units: Units, tick: int, strain: Strain) -> Warmth:
    """Units as warm as the 15 minutes before `tick` left them, strained so in its `quarter_before`; those that begin
    cold are as warm as the air."""
    before = duty(units, quarter_before(tick), strain)
    ambient = before.ambient.mean(axis=1, keepdims=True)
    gain, air = (part.mean(axis=1, keepdims=True) for part in exchange(units, before, strain))
    intake = intake_settled(units, before, strain).mean(axis=1, keepdims=True)
    limits = (part.mean(axis=1, keepdims=True) for part in (strain.widens, strain.opens_least, strain.opens_most))
    coolant = np.where(units.cold, ambient, settled(units, gain, air, ambient, *limits))
    return Warmth(coolant, np.where(units.cold, ambient, intake))


def warm(units: Units, warmth: Warmth, did: Duty, strain: Strain, step: float = 1.0) -> tuple[Floats, Floats]:
    """Coolant and intake air °F [n, m] along a duty whose m instants lie `step` seconds apart; moves `warmth` on."""
    m = did.speed.shape[1]
    goal = intake_settled(units, did, strain)
    coolant, intake = np.empty_like(did.speed), np.empty_like(did.speed)
    loss, opens = units.machine.loss[:, 0], _opens(units)[:, 0]
    t, i = warmth.coolant[:, 0], warmth.intake[:, 0]
    balance = zip(
        *(part.T for part in (*exchange(units, did, strain), did.ambient, goal)),
        *(_along(part, m) for part in (SPAN * strain.widens, strain.opens_least, strain.opens_most)),
        _along(step * strain.quick, m),
        strict=True,
    )
    for k, (gain, air, ambient, leads_to, span, least, most, pace) in enumerate(balance):
        opening = np.minimum(np.maximum((t - opens) / span, least), most)
        t = np.minimum(t + pace * (gain - (loss + air * opening) * (t - ambient)), _BOILS_F)
        i = i + (leads_to - i) * (step / _INTAKE_LAG_S)
        coolant[:, k], intake[:, k] = t, i
    warmth.coolant, warmth.intake = t[:, None], i[:, None]
    return coolant, intake


def _along(column: Floats, m: int) -> Iterable[Floats]:
    """The m instants of a column, also where one stands for all."""
    return repeat(column[:, 0], m) if column.shape[1] == 1 else column.T


def settled(
    units: Units, gain: Floats, air: Floats, ambient: Floats, widens: Floats, least: Floats, most: Floats
) -> Floats:
    """Coolant °F at which the balance rests: the root of a quadratic while the thermostat has room, else of a line.

    `widens`, `least` and `most` are those of `Strain`.
    """
    loss, opens, span = units.machine.loss, _opens(units), SPAN * widens
    slope = air / span
    b = loss - slope * (opens + ambient)
    c = slope * opens * ambient - loss * ambient - gain
    between = (-b + np.sqrt(np.maximum(b * b - 4 * slope * c, 0))) / (2 * slope)
    shut, wide = ambient + gain / (loss + air * least), ambient + gain / (loss + air * most)
    rests = np.where(shut < opens + span * least, shut, np.where(between > opens + span * most, wide, between))
    return np.minimum(rests, _BOILS_F)


def intake_settled(units: Units, did: Duty, strain: Strain) -> Floats:
    """Intake air °F [n, m] that a duty leads to: heat soak at a standstill, ram air when moving, more with load."""
    m = units.machine
    moving = did.speed / (did.speed + 12)
    above = m.intake_rest + (m.intake_moving - m.intake_rest) * moving + m.intake_load * did.power
    return did.ambient + above + strain.intake


def exchange(units: Units, did: Duty, strain: Strain) -> tuple[Floats, Floats]:
    """(heat gained °F/s, cooling by moving air 1/s), [n, m] each."""
    m = units.machine
    gain = m.heat * (m.heat_idle + did.power)
    air = m.cooling * (m.air_still + m.air_ram * did.speed / 60 + m.air_fan * strain.fan)
    return gain, air


def shake(units: Units, did: Duty, strain: Strain) -> Floats:
    """The vibration index [n, m] without noise and impacts, inside the class's healthy range but for what a worn
    driveline adds at road speed."""
    m = units.machine
    share = (
        m.shake_rest
        + units.shake_shift
        + m.shake_speed * did.speed / np.maximum(m.cruise_high, 1)
        + m.shake_rough * did.rough * np.minimum(did.speed / 20, 1)
        + m.shake_work * did.working
    )
    room = 3.5 * _shake_noise(units) + 0.005
    sound = units.shake_low + units.shake_width * np.clip(share, room, 1 - room)
    return sound * (1 + strain.shakes * np.clip((did.speed - _SHAKES_FROM_MPH) / _SHAKES_OVER_MPH, 0, 1))


def vibration_rms(units: Units, did: Duty) -> Floats:
    """Vibration velocity in mm/s [n, m]; meaningful where it is fitted."""
    return units.machine.rms_rest + units.machine.rms_load * did.load


def oil_pressure(units: Units, did: Duty, strain: Strain, coolant: Floats) -> Floats:
    """psi [n, m]: with the engine's speed, more while the oil is cold, up to what the relief valve lets stand; oil is
    about as warm as the coolant."""
    m = units.machine
    thick = 1 + np.clip((_opens(units) - coolant) / _THICKENS_OVER_F, -0.2, 1.2)
    sound = np.minimum((m.oil_rest + m.oil_per_rpm * did.rpm) * thick, m.oil_most)
    return sound * (1 - strain.oil_lost)


def battery(units: Units, did: Duty, strain: Strain) -> Floats:
    """V [n, m] at the battery of an engine that runs: what the alternator keeps up, else what the battery still has."""
    gone = np.minimum(strain.uncharged, 1)
    charging = _CHARGED_V - 0.1 * did.working
    left = _RESTS_V - (_RESTS_V - _EMPTY_V) * np.clip(strain.uncharged - 1, 0, 1)
    return units.machine.batteries * (charging + (left - charging) * gone)


def load_pct(did: Duty) -> Floats:
    """Engine load in % [n, m]."""
    return np.minimum(100 * did.load, _MOST_LOAD)


def sense(units: Units, tick: NDArray[np.int64], did: Duty, strain: Strain, coolant: Floats, intake: Floats) -> Floats:
    """What the sensors send, [n, m, signals] in catalogue order: noise, slow drift and each sensor's own steps."""
    key = units.key
    n1, n2, n3, n4, n5, n6, n7 = (normal(key, tick, channel) for channel in _NOISE)
    values = np.full((*did.speed.shape, catalog.COUNT), np.nan)
    drift = 0.4 * wander(key, tick, _COOLANT_DRIFT, 7200) + 0.9 * wander(key, tick, _HUNTING, 150)
    values[..., catalog.COOLANT] = _steps_c(coolant + drift + 0.3 * n1)
    values[..., catalog.INTAKE] = _steps_c(intake + 0.5 * wander(key, tick, _INTAKE_DRIFT, 5400) + 0.4 * n2)
    values[..., catalog.AMBIENT] = _steps_c(did.ambient + 0.15 * n3)
    hunting = 0.0015 * did.rpm + 4.0 * (units.machine.gear_first > 0)
    values[..., catalog.RPM] = np.round((did.rpm + hunting * n4) * 4) / 4
    speed = np.clip(did.speed + 0.12 * n5 * (did.speed > 0.5), 0, strain.top * units.max_mph)
    values[..., catalog.SPEED] = np.round(speed, 1)
    values[..., catalog.LOAD] = np.round(np.clip(load_pct(did) + 0.8 * n6, 0, 100))
    steady = shake(units, did, strain) + units.shake_width * _shake_noise(units) * n7
    values[..., catalog.VIBRATION] = steady + _knocks(units, tick, did, steady)
    values[..., catalog.HOURS] = np.floor(engine_hours(units, tick) * 20 + 1e-6) / 20
    values[..., catalog.VIBRATION_RMS] = vibration_rms(units, did) + 0.04 * n7
    oil = oil_pressure(units, did, strain, coolant) + 0.4 * normal(key, tick, _OIL_NOISE)
    values[..., OIL] = _steps(np.maximum(oil, 0), _OIL_STEP)
    ripple = 0.06 * wander(key, tick, _BATTERY_DRIFT, 90) + 0.02 * normal(key, tick, _BATTERY_NOISE)
    values[..., BATTERY] = _steps(battery(units, did, strain) + units.machine.batteries * ripple, _BATTERY_STEP)
    values[np.broadcast_to(~units.fitted[:, None, :], values.shape)] = np.nan
    return values


def _knocks(units: Units, tick: NDArray[np.int64], did: Duty, steady: Floats) -> Floats:
    """What potholes and hard digging add, rarely and for one second."""
    at_it = np.where(units.machine.stroke > 0, did.working > 0.6, did.speed > 10)
    hit = (uniform(units.key, tick, _KNOCK) < units.machine.knock_rate) & at_it
    return hit * (0.4 + 0.58 * uniform(units.key, tick, _KNOCK_SIZE)) * np.maximum(units.shake_impact - steady, 0)


def _opens(units: Units) -> Floats:
    return units.coolant_normal - _USUAL_OPENING * SPAN


def _shake_noise(units: Units) -> Floats:
    """Deviation as a share of the healthy range: never under the 0.01 the index is sent in, or it would look stuck."""
    return np.maximum(0.018, 0.007 / units.shake_width)


def _steps_c(fahrenheit: Floats) -> Floats:
    """A sensor that counts whole °C."""
    return _steps(fahrenheit - 32, _CELSIUS_STEP) + 32


def _steps(values: Floats, step: float) -> Floats:
    return np.round(values / step) * step
