"""Samples as columns: past the door everything is a block."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from connected_ops.telemetry import catalog, unit_class
from connected_ops.telemetry.sample import Sample

_signals = attrgetter(*catalog.KEYS)
_WHOSE = {"ts", "vehicle_id", "unit_class"}


@dataclass(frozen=True, slots=True)
class SampleBlock:
    """n samples as columns.

    `vehicle_ids` n ids; `unit_class` [n] index into `unit_class.CLASSES`, -1 where the sample names none; `ts` [n] Unix
    seconds; `values` [n, signals] in payload units, NaN where absent; `row` [n] the position in the body they came in;
    `bare` [n] rows in which no known field was named.
    """

    vehicle_ids: list[str]
    unit_class: NDArray[np.int8]
    ts: NDArray[np.float64]
    values: NDArray[np.float64]
    row: NDArray[np.int64]
    bare: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.vehicle_ids)


def from_samples(samples: Sequence[Sample], rows: Sequence[int] | None = None) -> SampleBlock:
    """Columns of these samples; `rows` are their positions in the body (0, 1, 2, … when left out)."""
    classes = unit_class.INDEX
    return SampleBlock(
        vehicle_ids=[sample.vehicle_id for sample in samples],
        unit_class=np.array([-1 if s.unit_class is None else classes[s.unit_class] for s in samples], dtype=np.int8),
        ts=np.array([sample.ts.timestamp() for sample in samples], dtype=np.float64),
        values=np.array([_signals(sample) for sample in samples], dtype=np.float64).reshape(-1, catalog.COUNT),
        row=np.arange(len(samples)) if rows is None else np.asarray(rows, dtype=np.int64),
        bare=np.array([sample.model_fields_set <= _WHOSE for sample in samples], dtype=bool),
    )
