"""Who reports: the unit register gives each vehicle id a place (a row of every fleet array), its class and its
owner."""

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from connected_ops.errors import FleetFull
from connected_ops.telemetry import unit_class


class Owner(IntEnum):
    """Where a unit's samples come from. A unit belongs to the owner that used its id first.

    EMULATOR is this process's own emulator: shown as simulated, but nobody outside can post as it.
    """

    LIVE = 0
    REPLAY = 1
    SIMULATED = 2
    EMULATOR = 3


SOURCE_OF_OWNER = (0, 1, 2, 2)
"""An owner's source: live, replay or simulated."""
SIMULATED_OWNERS = (Owner.SIMULATED, Owner.EMULATOR)
MAKES_ROOM_AFTER_S = 86_400.0


@dataclass(slots=True)
class UnitRegister:
    """Places 0..capacity-1 for units. A unit that sent nothing for a day makes room when a new one needs it."""

    capacity: int
    index: dict[str, int] = field(default_factory=dict)
    vehicle_id: list[str] = field(init=False)
    unit_class: np.ndarray = field(init=False)
    owner: np.ndarray = field(init=False)
    last_arrival: np.ndarray = field(init=False)
    reserved: dict[str, Owner] = field(default_factory=dict)
    generation: int = 0
    _free: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.vehicle_id = [""] * self.capacity
        self.unit_class = np.full(self.capacity, unit_class.UNKNOWN, dtype=np.int8)
        self.owner = np.zeros(self.capacity, dtype=np.int8)
        self.last_arrival = np.full(self.capacity, -np.inf)
        self._free = list(range(self.capacity - 1, -1, -1))

    def __len__(self) -> int:
        return len(self.index)

    def reserve(self, vehicle_ids: list[str], owner: Owner) -> None:
        """Keep these ids for one owner, whether they have reported yet or not."""
        self.reserved.update(dict.fromkeys(vehicle_ids, owner))

    def owner_of(self, vehicle_id: str) -> Owner | None:
        """Who owns an id; None while nobody does."""
        place = self.index.get(vehicle_id)
        return self.reserved.get(vehicle_id) if place is None else Owner(int(self.owner[place]))

    def add(self, vehicle_id: str, unit_class_index: int, owner: Owner, now: float) -> tuple[int, int | None]:
        """A new unit's place, and the place that was emptied for it, if any. Raises FleetFull."""
        evicted = None
        if not self._free:
            oldest = int(self.last_arrival.argmin())
            if now - self.last_arrival[oldest] < MAKES_ROOM_AFTER_S:
                raise FleetFull(
                    f"The fleet is full: {self.capacity:,} units are live. Wait until one has been silent for a day."
                )
            self.remove(oldest)
            evicted = oldest
        place = self._free.pop()
        self.index[vehicle_id] = place
        self.vehicle_id[place] = vehicle_id
        self.unit_class[place] = unit_class_index
        self.owner[place] = owner
        self.last_arrival[place] = now
        self.generation += 1
        return place, evicted

    def remove(self, place: int) -> None:
        """Empty a place."""
        del self.index[self.vehicle_id[place]]
        self.vehicle_id[place] = ""
        self.last_arrival[place] = -np.inf
        self._free.append(place)
        self.generation += 1

    def places(self) -> np.ndarray:
        """[n] places in use, in the order the units first reported."""
        return np.fromiter(self.index.values(), dtype=np.int64, count=len(self.index))
