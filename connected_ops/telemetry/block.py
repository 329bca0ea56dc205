"""Samples as columns: past the door everything is a block."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog, unit_class
from connected_ops.telemetry.sample import Sample, WireSample

_signals = attrgetter(*catalog.KEYS)
_KNOWN = frozenset(WireSample.model_fields) - {"ts", "vehicle_id", "unit_class"}


@dataclass(frozen=True, slots=True)
class SampleBlock:
    """n samples as columns.

    `vehicle_ids` n ids; `unit_class` [n] index into `unit_class.CLASSES`, -1 where the sample names none of them;
    `ts` [n] Unix seconds; `values` [n, signals] in payload units, NaN where absent; `row` [n] the position in the body
    they came in; `bare` [n] rows in which no known field was named.
    """

    vehicle_ids: list[str]
    unit_class: NDArray[np.int16]
    ts: NDArray[np.float64]
    values: NDArray[np.float64]
    row: NDArray[np.int64]
    bare: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.vehicle_ids)

    def rows(self, which: NDArray[np.int64]) -> "SampleBlock":
        """Those rows, in that order."""
        return SampleBlock(
            vehicle_ids=[self.vehicle_ids[at] for at in which.tolist()],
            unit_class=self.unit_class[which],
            ts=self.ts[which],
            values=self.values[which],
            row=self.row[which],
            bare=None if self.bare is None else self.bare[which],
        )


def joined(blocks: Sequence[SampleBlock]) -> SampleBlock:
    """The rows of all of them, one block after the other."""
    if len(blocks) == 1:
        return blocks[0]
    return SampleBlock(
        vehicle_ids=[vehicle_id for block in blocks for vehicle_id in block.vehicle_ids],
        unit_class=np.concatenate([block.unit_class for block in blocks]),
        ts=np.concatenate([block.ts for block in blocks]),
        values=np.concatenate([block.values for block in blocks]),
        row=np.concatenate([block.row for block in blocks]),
        bare=np.concatenate([_bare(block) for block in blocks]),
    )


def _bare(block: SampleBlock) -> NDArray[np.bool_]:
    return np.zeros(len(block), dtype=bool) if block.bare is None else block.bare


def from_samples(samples: Sequence[Sample], rows: Sequence[int] | None = None) -> SampleBlock:
    """Columns of these samples; `rows` are their positions in the body (0, 1, 2, … when left out)."""
    classes = unit_class.INDEX
    return SampleBlock(
        vehicle_ids=[sample.vehicle_id for sample in samples],
        unit_class=np.array([classes.get(sample.unit_class or "", -1) for sample in samples], dtype=np.int16),
        ts=np.array([sample.ts.timestamp() for sample in samples], dtype=np.float64),
        values=np.array([_signals(sample) for sample in samples], dtype=np.float64).reshape(-1, catalog.COUNT),
        row=np.arange(len(samples)) if rows is None else np.asarray(rows, dtype=np.int64),
        bare=np.array([_KNOWN.isdisjoint(sample.model_fields_set) for sample in samples], dtype=bool),
    )
