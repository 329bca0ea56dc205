"""Samples to request bodies: JSON arrays of at most 1,000 samples, numbers in each signal's own decimals,
null where a sensor is silent.

One text template a chunk of units and one `%` a tick: half again as fast as dicts through a JSON encoder at 10,000
units, and the rounding is the format's.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from connected_ops.emulator.chance import Floats
from connected_ops.emulator.units import Units
from connected_ops.machines import catalog

MOST_SAMPLES = 1000

_TIME = "@time@"  # an id cannot hold an @
_NOT_ONE = {
    "engine_rpm": 2, "vibration_score": 2, "engine_hours": 2, "engine_load_pct": 0, "vibration_rms_mm_s": 2,
    "battery_v": 2,
}  # fmt: skip
DECIMALS: tuple[int, ...] = tuple(_NOT_ONE.get(key, 1) for key in catalog.KEYS)
"""With how many decimals each signal is sent, in catalogue order."""


class BodyWriter:
    """Writes the samples of a fleet; `values` is [n, signals] in catalogue order, only fitted signals are written."""

    def __init__(self, units: Units) -> None:
        self._fitted = units.fitted
        self._rows = [
            _template(vehicle_id, kind.key, fitted)
            for vehicle_id, kind, fitted in zip(units.vehicle_ids, units.classes, units.fitted, strict=True)
        ]
        starts = range(0, len(units), MOST_SAMPLES)
        self._chunks = [(i, ",".join(self._rows[i : i + MOST_SAMPLES])) for i in starts]

    def arrays(self, times: Sequence[float], values: Floats) -> Iterator[bytes]:
        """Bodies of consecutive instants, oldest first; `values` is [n, len(times), signals]."""
        together = max(1, MOST_SAMPLES // len(self._rows))
        for first in range(0, len(times), together):
            instants = range(first, min(first + together, len(times)))
            for chunk in range(len(self._chunks)):
                texts = (self._text(chunk, times[k], values[:, k]) for k in instants)
                yield f"[{','.join(texts)}]".encode()

    def single(self, unit: int, ts: float, values: Floats) -> bytes:
        """One sample of the unit at that position as an object; `values` is [signals]."""
        written = values[self._fitted[unit]]
        return _filled(self._rows[unit], ts, written).encode()

    def _text(self, chunk: int, ts: float, values: Floats) -> str:
        start, template = self._chunks[chunk]
        part = slice(start, start + MOST_SAMPLES)
        written: Floats = values[part][self._fitted[part]]
        return _filled(template, ts, written)


def _filled(template: str, ts: float, values: Floats) -> str:
    text = template.replace(_TIME, _written_time(ts)) % tuple(values.tolist())
    return text.replace(":nan", ":null") if np.isnan(values).any() else text


def _template(vehicle_id: str, kind: str, fitted: NDArray[np.bool_]) -> str:
    each = zip(catalog.KEYS, DECIMALS, fitted, strict=True)
    signals = (f'"{key}":%.{decimals}f' for key, decimals, sent in each if sent)
    return f'{{"ts":"{_TIME}","vehicle_id":"{vehicle_id}","unit_class":"{kind}",{",".join(signals)}}}'


def _written_time(ts: float) -> str:
    """RFC 3339 in UTC, with microseconds only where there are some."""
    return datetime.fromtimestamp(ts, UTC).replace(tzinfo=None).isoformat() + "Z"
