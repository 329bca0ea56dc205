"""Whatever a unit's sensors did before, a real anomaly after it is told: at most 20 s of data that carries the signal,
or four own cadences, later than without it."""

from collections.abc import Callable, Iterator
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


def feed(sample, first: str, gap: int, anomaly: Row, every: int) -> Iterator[tuple[float, Row]]:
    """A car's rows every so many seconds, the fault, the gap, and the anomaly; times since the anomaly began."""
    fault_s, gap_s = FAULT_S * every, gap
    at = -float(LEAD_IN_S * every + fault_s + gap_s)
    begin = -at
    while at < ANOMALY_S * every:
        odd = FIRST[first](round(at + gap_s + fault_s) // every) if -fault_s - gap_s <= at < -gap_s else {}
        if at >= 0:
            odd = {**odd, **{key: value + (at % 3) / 2 for key, value in anomaly.items()}}
        row = {
            "unit_class": "passenger_car", "engine_load_pct": 35.0 + at % 7, "ambient_temp_f": 70.0,
            "coolant_temp_f": 192.0 + at % 2, "engine_rpm": 1900.0 + at % 11, "speed_mph": 45.0 + at % 5,
            "vibration_score": 0.9 + at % 3 / 50,
        } | odd  # fmt: skip
        yield at, sample(begin + at, "car", **row)
        at += every


def told_after(new_bench, sample, first: str, gap: int, mode: str, anomaly: Row, every: int) -> float:
    """Seconds from the begin of the anomaly until its machine episode opens; inf where none does."""
    bench = new_bench()
    for at, row in feed(sample, first, gap, anomaly, every):
        bench.take([row])
        if at >= 0:
            open_now = bench.lab.pipeline.episodes.open.values()
            if any(each.kind == "machine" and MODES[each.mode].key == mode for each in open_now):
                return at
    return float("inf")


@pytest.mark.parametrize("gap", [0, 2, 6, 30, 60, 180])
@pytest.mark.parametrize("first", [name for name in FIRST if name != "nothing"])
def test_an_anomaly_is_told_in_time_whatever_its_sensors_did_before(new_bench, sample, first: str, gap: int):
    mode, anomaly = ANOMALIES["coolant"]
    plain = told_after(new_bench, sample, "nothing", 0, mode, anomaly, 1)
    assert told_after(new_bench, sample, first, gap, mode, anomaly, 1) <= plain + 20
