"""Two labs behind one address and one read model: real machines in one, everything simulated in the other, each with a
door of its own. So whatever is done to the simulated fleet, the real one is assessed all the while."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from heapq import merge
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from connected_ops.engine.assessment import DEFAULTS
from connected_ops.engine.intake import Intake
from connected_ops.lab import Lab
from connected_ops.machines.unit_class import UNITS
from connected_ops.read_model import Answer, Work
from connected_ops.telemetry.units import SIMULATED_OWNERS, Owner
from connected_ops.validation.quarantine import Quarantined
from connected_ops.value.assumptions import Assumptions
from connected_ops.views.composite import CompositeReadModel

COOL_DOWN_S = 1.0  # between two simulated labs: whoever presses Reset all day leaves the rest of the server its time


class Labs:
    """A `real` lab of live and replayed units and a `simulated` one of the emulator's and of whoever else simulates.

    A vehicle_id belongs to the source that used it first, whichever lab that is in, and `units` is the most of both
    together. `clock` gives Unix seconds to both; `assumptions` price the decisions.
    """

    def __init__(
        self,
        *,
        units: int,
        window: int = 600,
        clock: Callable[[], float] = time.time,
        assumptions: Assumptions = DEFAULTS,
    ) -> None:
        self._new = partial(Lab, units=units, window=window, clock=clock, assumptions=assumptions)
        self._reserved: list[str] = []
        self._made = 0
        self._one_at_a_time = asyncio.Lock()
        self._rested = -COOL_DOWN_S
        self._building: Lab | None = None
        self.real = self._new(said=UNITS)
        self.simulated = self._make_simulated()
        self.real.register.beside = self.simulated.register
        self.read_model = CompositeReadModel(self.simulated.read_model, self.real.read_model)

    @property
    def both(self) -> tuple[Lab, Lab]:
        """The simulated lab and the real one, in the order in which their units are shown."""
        return self.simulated, self.real

    @property
    def assess_s(self) -> float:
        """How long the longer of the two newest assessments took."""
        return max(lab.assess_s for lab in self.both)

    def intake(self, owner: Owner) -> Intake:
        """The door for samples of that owner. While a simulated lab is built, what this process's own emulator sends is
        its past."""
        if owner not in SIMULATED_OWNERS:
            return self.real.intake
        if owner is Owner.EMULATOR and self._building is not None:
            return self._building.intake
        return self.simulated.intake

    def lab_of(self, vehicle_id: str) -> Lab:
        """The lab that a unit is in, the real one where nobody knows it."""
        return self.real if self.simulated.register.place_of(vehicle_id) is None else self.simulated

    def reserve(self, vehicle_ids: list[str]) -> None:
        """Keep these ids, and a place for each, for this process's own emulator."""
        self._reserved = vehicle_ids
        self.simulated.register.reserve(vehicle_ids, Owner.EMULATOR)

    def work(self, episode_id: str, asked: Work) -> Answer:
        """Acknowledge, silence or note an episode of either lab, or take that back."""
        known = (lab for lab in self.both if lab.pipeline.episodes.has(episode_id))
        return next(known, self.real).work(episode_id, asked)

    @property
    def totals(self) -> NDArray[np.int64]:
        """[verdicts] samples that came to each, in both."""
        return np.sum([lab.intake.counts.totals for lab in self.both], axis=0)

    @property
    def fired(self) -> NDArray[np.int64]:
        """[rules] how often each fired, in both."""
        return np.sum([lab.intake.counts.fired.sum(axis=0) for lab in self.both], axis=0)

    def quarantined(self, limit: int) -> list[Quarantined]:
        """The last `limit` rows that were refused, newest first."""
        rows = (lab.intake.quarantine.newest(limit) for lab in self.both)
        return list(islice(merge(*rows, key=lambda row: -row.arrived), limit))

    def queues(self) -> Mapping[str, int]:
        """How much waits where, by a name for people."""
        waiting: Counter[str] = Counter()
        for lab in self.both:
            waiting.update(lab.queues())
        return waiting

    def assess(self) -> None:
        """One assessment of both, here and now."""
        for lab in self.both:
            lab.assess()

    def behind_s(self) -> float:
        """How long ago the older of the two newest pictures was made, in seconds; that of a lab that is being replaced
        is old for good reason."""
        shown = self.both if self._building is None else (self.real,)
        return max(lab.clock() - lab.read_model.snapshot().at for lab in shown)

    async def run_simulated(self) -> None:
        """Assess the simulated lab, whichever it is."""
        while True:
            await self.simulated.turn()

    @asynccontextmanager
    async def renewed(self) -> AsyncIterator[Lab]:
        """Around what fills a new simulated lab. It is built aside and takes the old one's place when it stands, with
        all that was simulated before; until then the old one keeps its last picture, and for good where this fails.
        One in which nothing was simulated yet is new enough."""
        async with self._one_at_a_time:
            await asyncio.sleep(max(0.0, self._rested + COOL_DOWN_S - time.monotonic()))
            async with self.simulated.still:
                fresh = not len(self.simulated.register)
                self._building = lab = self.simulated if fresh else await asyncio.to_thread(self._make_simulated)
                try:
                    yield lab
                    lab.intake.counts.forget_arrivals()  # ten minutes in one second are no rate
                    await lab.look()
                    if lab is not self.simulated:
                        self._swap(lab)
                finally:
                    self._building = None
                    self._rested = time.monotonic()

    def _make_simulated(self) -> Lab:
        self._made += 1
        lab = self._new(episodes=f"s{self._made}e")  # an id that was told once is no other episode's after a reset
        lab.register.beside = self.real.register
        lab.register.reserve(self._reserved, Owner.EMULATOR)
        return lab

    def _swap(self, lab: Lab) -> None:
        self.simulated.register.beside = None  # what is still on its way to it makes nobody leave
        self.real.register.beside = lab.register
        self.simulated = lab
        self.read_model.swap(lab.read_model)
