"""The 14 days before the start as means, not samples: the same duty, read at a few instants of every bucket.

Half hours take the coolant where the mean heat of the bucket settles it; half minutes run the heat balance itself in
3 s steps. Sensor noise averages out and is left away. A bucket in which a unit did not run is NaN.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.emulator.chance import Floats, uniform
from connected_ops.emulator.courses import Courses, part, strained
from connected_ops.emulator.duty import Duty, at_work, duty, engine_hours
from connected_ops.emulator.physics import (
    BATTERY,
    OIL,
    battery,
    born,
    exchange,
    intake_settled,
    load_pct,
    oil_pressure,
    quarter_before,
    settled,
    shake,
    vibration_rms,
    warm,
)
from connected_ops.emulator.strain import Strain
from connected_ops.emulator.units import Units
from connected_ops.machines import catalog

HALF_HOURS, HALF_MINUTES = 672, 480
_INSTANTS_A_HALF_HOUR, _INSTANTS_A_HALF_MINUTE = 24, 10
_UNITS_AT_ONCE = 12  # bounds the working memory to some tens of MB
_HOURS_STEP = 0.05
_INSTANT = 300

Means = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Aggregates:
    """Means per unit: `*_start` [buckets] Unix seconds, multiples of 1,800 or 30, oldest first; `*_values`
    [n, buckets, signals] in catalogue order, NaN where a signal is not fitted or the unit did not run."""

    half_hour_start: NDArray[np.int64]
    half_hour_values: Means
    half_minute_start: NDArray[np.int64]
    half_minute_values: Means


def aggregates(units: Units, start: int, before: int, courses: Courses) -> Aggregates:
    """The tiers of units that start at Unix second `start`, up to the bucket that ends by `start - before`, with what
    faults of machines did in that time; those of sensors leave no trace in means."""
    half_hours = _starts(start - before, 1800, HALF_HOURS)
    half_minutes = _starts(start - before, 30, HALF_MINUTES)
    parts = [
        (units.part(i, i + _UNITS_AT_ONCE), part(courses, i, i + _UNITS_AT_ONCE))
        for i in range(0, len(units), _UNITS_AT_ONCE)
    ]
    return Aggregates(
        half_hours,
        np.concatenate([_half_hours(*some, half_hours - start) for some in parts]),
        half_minutes,
        np.concatenate([_half_minutes(*some, half_minutes - start) for some in parts]),
    )


def _starts(until: int, width: int, count: int) -> NDArray[np.int64]:
    end = until // width * width
    return np.arange(end - count * width, end, width, dtype=np.int64)


def _half_hours(units: Units, courses: Courses, starts: NDArray[np.int64]) -> Means:
    """One instant drawn from each 24th of a bucket: evenly spread, and out of step with any duty cycle."""
    every = 1800 // _INSTANTS_A_HALF_HOUR
    slots = (starts[:, None] + np.arange(0, 1800, every)).reshape(1, -1)
    tick = slots + (uniform(units.key, slots, _INSTANT) * every).astype(np.int64)
    strain = strained(units, tick, courses)
    did = duty(units, tick, strain)
    runs = at_work(units, tick)

    def mean(values: Floats) -> Floats:
        return _bucket_means(values, runs, _INSTANTS_A_HALF_HOUR)

    def limit(column: Floats) -> Floats:
        return column if column.shape[1] == 1 else mean(column)

    gain, air = exchange(units, did, strain)
    limits = (limit(column) for column in (strain.widens, strain.opens_least, strain.opens_most))
    coolant = settled(units, mean(gain), mean(air), mean(did.ambient), *limits)
    intake = mean(intake_settled(units, did, strain))
    return _table(units, tick, did, strain, runs, instants=_INSTANTS_A_HALF_HOUR, coolant=coolant, intake=intake)


def _half_minutes(units: Units, courses: Courses, starts: NDArray[np.int64]) -> Means:
    step = 30 // _INSTANTS_A_HALF_MINUTE
    tick = (starts[:, None] + np.arange(step // 2, 30, step)).reshape(1, -1)
    begin = int(tick[0, 0])
    strain = strained(units, tick, courses)
    did = duty(units, tick, strain)
    warmth = born(units, begin, strained(units, quarter_before(begin), courses))
    runs = at_work(units, tick)
    coolant, intake = (
        _bucket_means(values, runs, _INSTANTS_A_HALF_MINUTE) for values in warm(units, warmth, did, strain, step)
    )
    return _table(units, tick, did, strain, runs, instants=_INSTANTS_A_HALF_MINUTE, coolant=coolant, intake=intake)


def _table(
    units: Units,
    tick: NDArray[np.int64],
    did: Duty,
    strain: Strain,
    runs: NDArray[np.bool_],
    *,
    instants: int,
    coolant: Floats,
    intake: Floats,
) -> Means:
    means = np.full((*coolant.shape, catalog.COUNT), np.nan, dtype=np.float32)
    means[..., catalog.COOLANT] = coolant
    means[..., catalog.INTAKE] = intake
    for signal, values in {
        catalog.RPM: did.rpm,
        catalog.SPEED: did.speed,
        catalog.VIBRATION: shake(units, did, strain),
        catalog.HOURS: engine_hours(units, tick) - _HOURS_STEP / 2,
        catalog.LOAD: load_pct(did),
        catalog.AMBIENT: did.ambient,
        catalog.VIBRATION_RMS: vibration_rms(units, did),
        OIL: oil_pressure(units, did, strain, np.repeat(coolant, instants, axis=1)),
        BATTERY: battery(units, did, strain),
    }.items():
        means[..., signal] = _bucket_means(values, runs, instants)
    means[np.broadcast_to(~units.fitted[:, None, :], means.shape)] = np.nan
    return means


def _bucket_means(values: Floats, runs: NDArray[np.bool_], instants: int) -> Floats:
    """Means [n, buckets] of [n, buckets · instants] over the instants at which the unit ran, NaN where it never did."""
    shape = (len(values), -1, instants)
    ran = np.broadcast_to(runs, values.shape).reshape(shape)
    total = (values.reshape(shape) * ran).sum(axis=-1)
    count = ran.sum(axis=-1)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
