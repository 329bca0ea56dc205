"""Samples of a healthy machine for the benchmarks to send: every one valid, no two alike."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from math import sin
from typing import Any

ROWS = 1000
BUILT = 1_620_000_000  # Unix seconds, in 2021: engine hours count from there, so that they never fall from run to run
JSON = {"Content-Type": "application/json"}


def sample(vehicle_id: str, ts: float, nth: int) -> dict[str, Any]:
    """The `nth` second of a machine at work; `ts` in Unix seconds. Waves, so that nothing jumps or stands still."""
    return {
        "ts": datetime.fromtimestamp(ts, UTC).isoformat(timespec="milliseconds"),
        "vehicle_id": vehicle_id,
        "coolant_temp_f": round(190 + 4 * sin(nth / 30), 2),
        "intake_air_temp_f": round(90 + 3 * sin(nth / 50), 2),
        "engine_rpm": round(1500 + 200 * sin(nth / 11), 1),
        "speed_mph": round(50 + 8 * sin(nth / 17), 2),
        "vibration_score": round(1 + 0.2 * sin(nth / 3), 3),
        "engine_hours": round((ts - BUILT) / 3600, 4),
    }


def batches(units: Sequence[str], start: float, count: int) -> Iterator[bytes]:
    """`count` JSON arrays of 1,000 rows, shared evenly by `units`, each unit at 1 Hz from `start` in Unix seconds."""
    seconds = ROWS // len(units)
    for batch in range(count):
        span = range(batch * seconds, (batch + 1) * seconds)
        yield json.dumps([sample(unit, start + second, second) for second in span for unit in units]).encode()
