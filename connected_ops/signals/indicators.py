"""Condition indicators: how much each signal speaks for a fault, 0 (nothing) to 1 (plainly), for n samples at once.

Every indicator is a ramp from `start` to `full` of one measure. Levels are held against the class's limits, residuals
against the unit's own normal, drifts against its own days. All figures are judgement (J) until measured otherwise.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.machines.masks import every, some
from connected_ops.machines.unit_class import CLASSES
from connected_ops.signals import against_itself, baseline
from connected_ops.signals.against_itself import DRIFTS
from connected_ops.signals.baseline import Normal
from connected_ops.signals.envelope import LIMIT, Usual
from connected_ops.signals.limits import LIMITED, Limited
from connected_ops.signals.regime import CRUISE, OFF, WORK

Column = NDArray[np.float64]


def _row(values: list[float | None]) -> Column:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


_CRITICAL = _row([c.coolant_critical for c in CLASSES])
_WORKING = _row([c.coolant_normal[0] for c in CLASSES])
_VIBRATION_TOP = _row([None if c.key == "unknown" else c.vibration_healthy[1] for c in CLASSES])
_INTAKE_TOP = _row([None if c.key == "unknown" else c.intake_above_ambient[1] for c in CLASSES])
_MAX_MPH = _row([c.max_mph for c in CLASSES])
_MAX_RPM = _row([c.max_rpm for c in CLASSES])
_ROOM_LEAST = 12.0  # °F
_SPEAKS_ABOVE = 7.0  # °F: less is no evidence, whatever the room
_MARGIN = 8.0  # °F over its own normal, within which a unit that is not known better may be
_COMES_FROM_COLD_S = 90.0  # in which the coolant behind an opening thermostat stops rising
_AHEAD_MIN = 2.0  # how far a rise is followed
_AHEAD_MIN_STEADY = 4.0  # where neither a hill explains it nor a fan that has yet to start
_FASTEST = 20.0  # °F/min: no fault heats an engine faster, the coolant behind an opening thermostat does
_STILL = np.array([c.still for c in CLASSES])


@dataclass(frozen=True)
class Reading:
    """What indicators read: `x` [n, signals] trusted values, `q` [n, quantities], `unit_class` [n], `normal`,
    `usual`, `slope` [n] coolant °F/min, `regime` [n], `drift` [n, drifts] levels of the unit against itself (NaN
    unknown) and `cold` [n] whether its coolant should be warm by now and is not."""

    x: NDArray[np.float64]
    q: NDArray[np.float64]
    unit_class: NDArray[np.int8]
    normal: Normal
    usual: Usual
    slope: Column
    regime: NDArray[np.int8]
    drift: NDArray[np.float64]
    cold: NDArray[np.bool_]

    def residual(self, quantity: int) -> Column:
        """[n] distance above the unit's own normal."""
        return self.q[:, quantity] - self.normal.mean[:, quantity]

    @cached_property
    def above(self) -> Column:
        """[n] °F of coolant above where it should be."""
        return self.q[:, baseline.COOLANT] - self.usual.coolant


@dataclass(frozen=True, slots=True)
class Indicator:
    """One condition indicator: `measure` gives [n] figures (NaN where it cannot be read), evidence ramps from start
    to full. It is read anew where a value of its `signal` (a column of the catalogue) comes; a `lasting` one, which
    says the same of a machine that stands as of one that runs, at any message."""

    key: str
    label: str
    signal: int
    measure: Callable[[Reading], Column]
    start: float
    full: float
    lasting: bool = False


def _coolant_level(r: Reading) -> Column:
    """0 at the warning, 1 at the critical limit; without a warning it speaks from 16 °F below the latter."""
    warn, critical = LIMIT[r.unit_class], _CRITICAL[r.unit_class]
    return (r.x[:, catalog.COOLANT] - warn) / (critical - warn)


def _coolant_residual(r: Reading) -> Column:
    """0 at 8 and 1 at 38 °F above the unit's own normal, or where it has used up all the room to the warning; but only
    as far as it has left what the unit healthily does: 0 at 3 and 1 at 23 °F from there, or at 15 and 80 % of the way
    from there to the warning. What the last minute has risen by is the trend's to judge: it may be over in another."""
    if not some(r.above > _SPEAKS_ABOVE):  # most machines are well
        return np.minimum(r.above, 0.0)
    rose = np.minimum(np.maximum(r.slope, 0.0), _FASTEST)
    above, limit = r.above - rose, LIMIT[r.unit_class]
    room = np.maximum(limit - r.usual.coolant, _ROOM_LEAST)
    top = np.maximum(r.usual.top, r.usual.coolant + np.minimum(_MARGIN, 0.25 * room))
    beyond = r.usual.coolant + above - top
    share = beyond / np.maximum(limit - top, 6.0)
    left = np.maximum((beyond - 3.0) / 20.0, (share - 0.15) / 0.65)
    return np.minimum(np.maximum((above - 8.0) / 30.0, (above / room - 0.62) / 0.38), left)


def _coolant_trend(r: Reading) -> Column:
    """The share of the way from what it healthily does to the warning that is used up in two minutes if it rises on; in
    four where the load is known not to be hard and the air does not depend on the road: at speed, and of a machine that
    works in one place. Coolant that comes from the cold may overshoot."""
    beyond = r.q[:, baseline.COOLANT] - r.usual.top
    unusual = (beyond > 0.0) & (r.above > 4.0) & (r.usual.settled_s >= _COMES_FROM_COLD_S)
    if not some(unusual):
        return 0.0 * beyond
    steady = (r.regime == CRUISE) | ((r.regime == WORK) & _STILL[r.unit_class])
    ahead = np.where(steady & np.isfinite(r.x[:, catalog.LOAD]), _AHEAD_MIN_STEADY, _AHEAD_MIN)
    left = LIMIT[r.unit_class] - r.usual.top
    rises = unusual & (r.slope > 1.0) & (r.slope < _FASTEST)
    return (beyond + ahead * r.slope) / np.maximum(left, _ROOM_LEAST) * rises


def _coolant_low(r: Reading) -> Column:
    return (_WORKING[r.unit_class] - r.x[:, catalog.COOLANT]) * r.cold


def _drift(at: int) -> Callable[[Reading], Column]:
    return lambda r: r.drift[:, at]


def _drifting(at: int) -> Indicator:
    row = DRIFTS[at]
    return Indicator(row.key, row.label, catalog.INDEX[row.signal], _drift(at), row.start, row.full, lasting=True)


def _vibration_level(r: Reading) -> Column:
    return r.x[:, catalog.VIBRATION] / _VIBRATION_TOP[r.unit_class]


def _vibration_residual(r: Reading) -> Column:
    mean, spread = r.normal.mean[:, baseline.VIBRATION], r.normal.spread[:, baseline.VIBRATION]
    return r.residual(baseline.VIBRATION) / np.maximum(4.0 * spread, 0.5 * mean)


def _intake_rise(r: Reading) -> Column:
    rise = r.q[:, baseline.INTAKE_RISE] - _INTAKE_TOP[r.unit_class]
    return rise - r.usual.soak


def _intake_residual(r: Reading) -> Column:
    """Its distance over the air outside above what is usual, or how much faster than usual it rose in minutes: that
    needs no air outside, and nobody can blame the weather for it."""
    rose = 20.0 + 2.0 * (r.usual.rise - r.usual.rise_top)
    return np.fmax(r.residual(baseline.INTAKE_RISE) - r.usual.soak, rose)


def _road_speed(r: Reading) -> Column:
    return r.x[:, catalog.SPEED] / _MAX_MPH[r.unit_class]


def _engine_speed(r: Reading) -> Column:
    return r.x[:, catalog.RPM] / _MAX_RPM[r.unit_class]


def _against_limits(row: Limited) -> Indicator:
    return Indicator(
        row.key, f"{row.label} against its limits", row.signal,
        lambda r: row.evidence(r.x[:, row.signal], r.unit_class), 0.0, 1.0,
    )  # fmt: skip


INDICATORS: tuple[Indicator, ...] = (
    Indicator("coolant_level", "Coolant against its limits", catalog.COOLANT, _coolant_level, -0.6, 1.0),
    Indicator("coolant_residual", "Coolant against its own normal", catalog.COOLANT, _coolant_residual, 0.0, 1.0),
    Indicator("coolant_trend", "Coolant rising", catalog.COOLANT, _coolant_trend, 0.8, 1.05),
    _drifting(against_itself.COOLANT_DRIFT),
    Indicator("coolant_low", "Coolant below its working temperature", catalog.COOLANT, _coolant_low, 5.0, 25.0),
    Indicator("vibration_level", "Vibration against its class", catalog.VIBRATION, _vibration_level, 1.1, 1.45),
    Indicator(
        "vibration_residual", "Vibration against its own normal", catalog.VIBRATION, _vibration_residual, 1.2, 4.0
    ),
    _drifting(against_itself.VIBRATION_DRIFT),
    Indicator("intake_rise", "Intake air above the air outside", catalog.INTAKE, _intake_rise, 20.0, 60.0),
    Indicator("intake_residual", "Intake air against its own normal", catalog.INTAKE, _intake_residual, 25.0, 75.0),
    _drifting(against_itself.INTAKE_DRIFT),
    Indicator("road_speed", "Vehicle speed against its maximum", catalog.SPEED, _road_speed, 1.02, 1.12),
    Indicator("engine_speed", "Engine speed against its maximum", catalog.RPM, _engine_speed, 1.03, 1.10),
    *(_against_limits(row) for row in LIMITED),
)
KEYS: tuple[str, ...] = tuple(row.key for row in INDICATORS)
_START = np.array([row.start for row in INDICATORS])
_SPAN = np.array([row.full - row.start for row in INDICATORS])
_PASSING = np.array([not row.lasting for row in INDICATORS])
_LASTING = ~_PASSING
SIGNAL = np.array([row.signal for row in INDICATORS])
"""[indicators] the column of the catalogue that each is read from."""


def evidence(reading: Reading, came: NDArray[np.bool_]) -> NDArray[np.float64]:
    """[n, indicators] evidence in 0..1, NaN where an indicator cannot be read, or is not because no value of its signal
    `came` [n, signals]; nothing but what lasts speaks while the engine is off."""
    measures = np.empty((len(reading.x), len(INDICATORS)))
    for at, row in enumerate(INDICATORS):
        measures[:, at] = row.measure(reading)
    found = np.minimum(np.maximum((measures - _START) / _SPAN, 0.0), 1.0)
    off = (reading.regime >= OFF)[:, None]
    read = came[:, SIGNAL] | _LASTING | off
    if not every(read):
        found = np.where(read, found, np.nan)
    if some(off):
        found[off & _PASSING & np.isfinite(found)] = 0.0
    return found


def quantities(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """[n, quantities] what baselines are kept of."""
    q = x.take(baseline.SIGNAL, axis=1)
    q[:, baseline.INTAKE_RISE] -= x[:, catalog.AMBIENT]
    return q
