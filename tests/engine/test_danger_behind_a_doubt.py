"""Whatever a unit's sensors did before, a real anomaly after it is told: at most 20 s of data that carries the signal,
or four own cadences, later than without it."""

from collections.abc import Callable
from typing import Any

import pytest

from connected_ops.risk.failure_modes import MODES

Row = dict[str, Any]

LEAD_IN_S, FAULT_S, ANOMALY_S = 240, 30, 90
FIRST: dict[str, Callable[[int], Row]] = {
    "nothing": lambda s: {},
    "one spike": lambda s: {"coolant_temp_f": 251.0} if s == 0 else {},
    "spikes": lambda s: {"coolant_temp_f": 243.0 if s % 4 == 0 else 191.0},
    "one cold spike": lambda s: {"coolant_temp_f": 60.0} if s == 0 else {},
    "dropout": lambda s: {"coolant_temp_f": None},
    "open circuit": lambda s: {"coolant_temp_f": -40.0},
    "one open circuit": lambda s: {"coolant_temp_f": -40.0} if s == 0 else {},
    "out of range": lambda s: {"coolant_temp_f": 900.0},
    "not available": lambda s: {"ambient_temp_f": 3226.9, "engine_load_pct": 255.0},
    "jump": lambda s: {"coolant_temp_f": 222.0},
    "hour meter": lambda s: {"engine_hours": 3.0},
    "one hour meter": lambda s: {"engine_hours": 3.0} if s == 0 else {},
    "stuck speed": lambda s: {"speed_mph": 45.0, "engine_rpm": 1200.0 + 40 * s},
}
ANOMALIES: dict[str, tuple[str, Row]] = {
    "coolant": ("cooling", {"coolant_temp_f": 250.0}),
    "speed": ("overspeed", {"speed_mph": 99.0}),
    "vibration": ("vibration", {"vibration_score": 5.5}),
}


GAPS_S = (0, 2, 6, 30, 60, 180)
LONGEST_S = LEAD_IN_S + FAULT_S + max(GAPS_S)
SLOWER_S = 20


def row_at(at: int, first: str, gap: int, anomaly: Row) -> Row | None:
    """What a car sends so many seconds after its anomaly began: before that come a fault and a gap, before those it is
    well. None before it was first heard."""
    if at < -LEAD_IN_S - FAULT_S - gap:
        return None
    odd = FIRST[first](at + gap + FAULT_S) if -FAULT_S - gap <= at < -gap else {}
    if at >= 0:
        odd = odd | {key: value + (at % 3) / 2 for key, value in anomaly.items()}
    return {
        "unit_class": "passenger_car", "engine_load_pct": 35.0 + at % 7, "ambient_temp_f": 70.0,
        "coolant_temp_f": 192.0 + at % 2, "engine_rpm": 1900.0 + at % 11, "speed_mph": 45.0 + at % 5,
        "vibration_score": 0.9 + at % 3 / 50,
    } | odd  # fmt: skip


@pytest.fixture(scope="module")
def told(new_bench, sample) -> dict[tuple[str, str, int], int]:
    """Seconds from the begin of each anomaly, behind each first fault and gap, until its machine episode opened; all of
    them are lived by one fleet, a car for each."""
    cars = {
        f"{anomaly}.{first}.{gap}".replace(" ", "_"): (anomaly, first, gap)
        for anomaly in ANOMALIES
        for first in FIRST
        for gap in GAPS_S
    }
    bench, told = new_bench(units=len(cars)), {}
    for at in range(-LONGEST_S, ANOMALY_S):
        rows = {car: row_at(at, first, gap, ANOMALIES[which][1]) for car, (which, first, gap) in cars.items()}
        bench.take([sample(LONGEST_S + at, car, **row) for car, row in rows.items() if row is not None])
        for each in bench.lab.pipeline.episodes.open.values() if at >= 0 else ():
            which = cars[bench.lab.register.vehicle_id[each.unit]]
            if each.kind == "machine" and MODES[each.mode].key == ANOMALIES[which[0]][0]:
                told.setdefault(which, at)
    return told


@pytest.mark.parametrize("gap", GAPS_S)
@pytest.mark.parametrize("first", [name for name in FIRST if name != "nothing"])
@pytest.mark.parametrize("anomaly", ANOMALIES)
def test_an_anomaly_is_told_in_time_whatever_its_sensors_did_before(told, anomaly: str, first: str, gap: int):
    assert told[anomaly, first, gap] <= told[anomaly, "nothing", 0] + SLOWER_S
