"""Emulated units behind a real lab's door: what it says of them, second by second, on a clock of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from connected_ops.benchmark.expected import Told
from connected_ops.emulator.aggregates import Aggregates
from connected_ops.emulator.bodies import DECIMALS
from connected_ops.emulator.chance import Floats
from connected_ops.lab import Lab
from connected_ops.machines import catalog
from connected_ops.machines.unit_class import UnitClass
from connected_ops.risk.failure_modes import MODES
from connected_ops.risk.forecast import Span
from connected_ops.telemetry.block import SampleBlock
from connected_ops.telemetry.units import Owner

PRESENT = 1_799_998_200  # Unix seconds, a whole half hour: where every run's story begins


@dataclass(frozen=True, slots=True)
class Opening:
    """An episode at the moment it was opened, whatever it claims of the time before: `unit` a position."""

    unit: int
    told: Told


class Door:
    """A lab of n units of known classes. Time is the newest sample's."""

    def __init__(self, classes: Sequence[UnitClass]) -> None:
        self._ids = [f"u{at}" for at in range(len(classes))]
        self._classes = tuple(classes)
        self._now = float(PRESENT)
        self._none = np.full(len(classes), -1, dtype=np.int16)
        self._row = np.arange(len(classes))
        self._known: set[str] = set()
        self.lab = Lab(units=len(classes), clock=lambda: self._now)

    def adopt(self, unit: int, past: Aggregates, row: int = 0) -> None:
        """Give a unit its 14 days; each unit once, in the order of their positions."""
        pasts = (
            (past.half_minute_start, past.half_minute_values[row]),
            (past.half_hour_start, past.half_hour_values[row]),
        )
        self.lab.intake.adopt(self._ids[unit], self._classes[unit].key, Owner.EMULATOR, pasts)

    def take(self, ts: float, values: Floats) -> list[Opening]:
        """One sample of each unit, `values` [n, signals] as they are written on the wire; returns what opened."""
        self._now = ts
        block = SampleBlock(self._ids, self._none, np.full(len(values), ts), values, self._row)
        self.lab.intake.take(block, Owner.EMULATOR)
        episodes = self.lab.pipeline.episodes.open
        new = episodes.keys() - self._known
        self._known |= new
        return [
            Opening(
                episode.unit,
                (episode.kind, MODES[episode.mode].key if episode.kind == "machine" else catalog.KEYS[episode.signal]),
            )
            for episode in (episodes[key] for key in sorted(new))
        ]  # fmt: skip

    def forecasts(self) -> Iterator[tuple[int, int, Span | None]]:
        """(unit, mode, seconds to its limit) of each open episode of a machine."""
        for episode in self.lab.pipeline.episodes.open.values():
            if episode.kind == "machine":
                yield episode.unit, episode.mode, self.lab.outlook.to_limit(episode.unit, episode.mode)


def written(values: Floats) -> Floats:
    """Samples [n, m, signals] as they arrive: in each signal's own decimals."""
    for signal, digits in enumerate(DECIMALS):
        values[..., signal] = np.round(values[..., signal], digits)
    return values
