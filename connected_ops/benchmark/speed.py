"""How fast it is on one core: rows through the pipeline, and one assessment of 10,000 units."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np

from connected_ops.benchmark.door import PRESENT, Door, written
from connected_ops.emulator.life import born_with, live
from connected_ops.emulator.machines import MACHINES
from connected_ops.emulator.profile import Profile, UnitProfile
from connected_ops.emulator.units import assemble
from connected_ops.machines import catalog
from connected_ops.machines.unit_class import BY_KEY

PIPELINE_UNITS, PIPELINE_S = 1000, 60
FLEET, OPENS_S, ASSESSMENTS = 10_000, 15, 5
_CLASSES = [kind for kind in BY_KEY.values() if kind.key in MACHINES]
_WORKING = {
    catalog.COOLANT: 195.0, catalog.INTAKE: 90.0, catalog.RPM: 1500.0, catalog.SPEED: 30.0,
    catalog.VIBRATION: 1.0, catalog.HOURS: 1000.0, catalog.LOAD: 50.0, catalog.AMBIENT: 70.0,
}  # fmt: skip
_SAMPLE = np.array([_WORKING.get(at, np.nan) for at in range(catalog.COUNT)])
_HOT_F = 250.0


@dataclass(frozen=True, slots=True)
class Speed:
    """Rows a second, and the median milliseconds of an assessment."""

    pipeline_rows: float
    assess_ms: float


def measure(scale: float = 1.0) -> Speed:
    """The figures; a `scale` below 1 takes that part of the units, for tests."""
    return Speed(pipeline(round(scale * PIPELINE_UNITS)), assessment(round(scale * FLEET)))


def pipeline(units: int) -> float:
    """Rows a second of a fleet at 1 Hz, a second of it at once, from the door on."""
    kinds = [_CLASSES[at % len(_CLASSES)] for at in range(units)]
    profiles = tuple(UnitProfile(vehicle_id=f"u{at}", unit_class=kind.key) for at, kind in enumerate(kinds))  # pyright: ignore[reportArgumentType] - unknown is left out
    fleet = assemble(Profile(seed=1, units=profiles), 1)
    ticks = np.arange(PIPELINE_S, dtype=np.int64).reshape(1, -1)
    values = written(live(fleet, born_with(fleet, 0, {}), ticks, {}))
    door = Door(kinds)

    def feed() -> None:
        for second in range(PIPELINE_S):
            door.take(float(PRESENT + second), values[:, second])

    return units * PIPELINE_S / _seconds(feed)


def assessment(units: int) -> float:
    """Milliseconds of one assessment, the median of five, of a fleet in which one unit in a hundred overheats."""
    door = Door([_CLASSES[at % len(_CLASSES)] for at in range(units)])
    values = np.tile(_SAMPLE, (units, 1))
    values[:, catalog.COOLANT] += np.random.default_rng(1).normal(0, 3, units)
    values[::100, catalog.COOLANT] = _HOT_F
    for second in range(OPENS_S):
        door.take(float(PRESENT + second), values)
    return 1000 * median(_seconds(door.lab.assess) for _ in range(ASSESSMENTS))


def _seconds(work: Callable[[], None]) -> float:
    """Of the processor, so that other programs count less."""
    began = time.process_time()
    work()
    return max(time.process_time() - began, 1e-9)
