"""Real healthy driving, KIT and carOBD: how often it is alarmed at, and what is still seen of a fault added to it.

The recordings carry no label and are taken as healthy. The four faults are synthetic and fixed; each begins in the
middle of a drive, is seen where an alarm comes within 300 s, and gains nothing where the untouched drive had one too.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from connected_ops.benchmark.contender import Contender, New, stream
from connected_ops.benchmark.recordings import Trip
from connected_ops.benchmark.scoring import episodes

Floats = NDArray[np.float64]

FIT_TRIPS, MOST_TRIPS, LEAST_ROWS = 8, 20, 240
SEEN_WITHIN_S = 300.0

SIGNALS: dict[str, tuple[str, ...]] = {
    "kit_obd": ("coolant_c", "map_kpa", "rpm", "speed_kmh", "intake_air_c", "maf_gps", "throttle_pct", "pedal_d_pct"),
    "carobd": (
        "coolant_temperature", "intake_manifold_pressure", "engine_rpm", "vehicle_speed", "intake_air_temp",
        "engine_load", "throttle", "timing_advance", "long_term_fuel_trim_bank_1", "control_module_voltage",
    ),
}  # fmt: skip
"""The signals judged, by the folder of the recording."""


@dataclass(frozen=True, slots=True)
class AddedFault:
    """`change(values, seconds since its onset)` of the first signal whose name holds one of `parts`."""

    label: str
    parts: tuple[str, ...]
    change: Callable[[Floats, Floats], Floats]


ADDED: tuple[AddedFault, ...] = (
    AddedFault("coolant falls 15 °C in 120 s", ("coolant",), lambda v, s: v - 15 * np.minimum(s / 120, 1)),
    AddedFault("intake air +25 °C", ("intake_air",), lambda v, s: v + 25),
    AddedFault("manifold pressure +15 %", ("map_kpa", "manifold"), lambda v, s: v * 1.15),
    AddedFault("air flow or load -20 %", ("maf", "engine_load"), lambda v, s: v * 0.8),
)


@dataclass(frozen=True, slots=True)
class DriveScore:
    """Alarms in % of the rows and false episodes on untouched drives; `gains` -1..1 by added fault; `moved_h` hours and
    `moved_false` episodes of the drives in which the vehicle moved."""

    trips: int
    hours: float
    far: float
    false_episodes: int
    moved_h: float
    moved_false: int
    gains: tuple[float, ...]

    @property
    def per_hour(self) -> float:
        """False episodes an hour."""
        return self.false_episodes / self.hours

    @property
    def gain(self) -> float:
        """Mean over the added faults."""
        return mean(self.gains)


def score(new: New, trips: Sequence[Trip], signals: Sequence[str]) -> DriveScore:
    """Fit on the first eight drives; each later one, twenty at most, starts from that state."""
    fitted = new()
    fitted.fit(np.concatenate([trip.x for trip in trips[:FIT_TRIPS]]), tuple(signals))
    speed = next(at for at, name in enumerate(signals) if "speed" in name)
    rows = alarms = false = moved_false = 0
    seconds = moved_s = 0.0
    seen: list[list[int]] = [[] for _ in ADDED]
    judged = trips[FIT_TRIPS : FIT_TRIPS + MOST_TRIPS]
    for trip in judged:
        half = len(trip.ts) // 2
        until = int(np.searchsorted(trip.ts, trip.ts[half] + SEEN_WITHIN_S))
        contender = copy.deepcopy(fitted)
        first = stream(contender, trip.x[:half])[1]
        for fault, hits in zip(ADDED, seen, strict=True):
            hits.append(int(_added(fault, copy.deepcopy(contender), trip, signals, half, until).any()))
        alarm = np.r_[first, stream(contender, trip.x[half:])[1]]
        untouched = int(alarm[half:until].any())
        for hits in seen:
            hits[-1] -= untouched
        told = episodes(np.zeros(len(alarm), dtype=bool), alarm, trip.ts)
        rows, alarms = rows + len(alarm), alarms + int(alarm.sum())
        false, seconds = false + told.false, seconds + told.healthy_s
        if trip.x[:, speed].any():
            moved_false, moved_s = moved_false + told.false, moved_s + told.healthy_s
    gains = tuple(float(mean(hits)) for hits in seen)
    return DriveScore(len(judged), seconds / 3600, 100 * alarms / rows, false, moved_s / 3600, moved_false, gains)


def _added(
    fault: AddedFault, contender: Contender, trip: Trip, signals: Sequence[str], half: int, until: int
) -> NDArray[np.bool_]:
    """The alarms from the onset on."""
    column = next(at for at, name in enumerate(signals) if any(part in name for part in fault.parts))
    x = trip.x[half:until].copy()
    x[:, column] = fault.change(x[:, column], trip.ts[half:until] - trip.ts[half])
    return stream(contender, x)[1]
