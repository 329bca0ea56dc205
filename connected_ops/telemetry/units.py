"""Who reports: the unit register gives each vehicle id a place (a row of every fleet array), its class and its
owner."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from connected_ops.errors import FleetFull
from connected_ops.machines.unit_class import UNKNOWN, Unit
from connected_ops.telemetry.ids import same_unit


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
    """Places 0..capacity-1 for units. A unit that sent nothing for a day makes room when a new one needs it.

    Spellings of an id that differ by case are one unit, under the first of them. `emptied` is told of each place that a
    unit has left. `beside` is another lab's register: no id belongs to both, and `capacity` is that of both together.
    `said` is what a file says of single units, by `same_unit` of their ids: the class that it names stays, whatever
    class a unit sends; `class_stands` [capacity] where it names one.
    """

    capacity: int
    emptied: Callable[[int], None] = lambda place: None
    beside: "UnitRegister | None" = field(default=None, repr=False, compare=False)
    said: Mapping[str, Unit] = field(default_factory=dict, repr=False)
    index: dict[str, int] = field(default_factory=dict)
    vehicle_id: list[str] = field(init=False)
    unit_class: np.ndarray = field(init=False)
    class_stands: np.ndarray = field(init=False)
    owner: np.ndarray = field(init=False)
    last_arrival: np.ndarray = field(init=False)
    reserved: dict[str, Owner] = field(default_factory=dict)
    generation: int = 0
    _spelled: dict[str, str] = field(default_factory=dict)
    _free: list[int] = field(init=False)
    _awaited: int = 0

    def __post_init__(self) -> None:
        self.vehicle_id = [""] * self.capacity
        self.unit_class = np.full(self.capacity, UNKNOWN, dtype=np.int16)
        self.class_stands = np.zeros(self.capacity, dtype=bool)
        self.owner = np.zeros(self.capacity, dtype=np.int8)
        self.last_arrival = np.full(self.capacity, np.inf)  # of a place without a unit: it makes no room
        self._free = list(range(self.capacity - 1, -1, -1))

    def __len__(self) -> int:
        return len(self.index)

    def reserve(self, vehicle_ids: list[str], owner: Owner) -> None:
        """Keep these ids, and a place for each, for one owner, whether they have reported yet or not."""
        self.reserved.update(dict.fromkeys(vehicle_ids, owner))
        self._spelled.update((same_unit(each), each) for each in vehicle_ids)
        self._awaited = sum(each not in self.index for each in self.reserved)

    def spelling(self, vehicle_id: str) -> str:
        """How the unit of that id is called here: as it was first spelled, or as given where nobody knows it."""
        return vehicle_id if vehicle_id in self.index else self._spelled.get(same_unit(vehicle_id), vehicle_id)

    def said_of(self, vehicle_ids: Sequence[str]) -> tuple[Unit | None, ...]:
        """What a file says of each of these units."""
        if not self.said:
            return (None,) * len(vehicle_ids)
        return tuple(self.said.get(same_unit(each)) for each in vehicle_ids)

    def place_of(self, vehicle_id: str) -> int | None:
        """A unit's place, however its id is spelled; None where it has none."""
        return self.index.get(self.spelling(vehicle_id))

    def owner_of(self, vehicle_id: str) -> Owner | None:
        """Who owns an id, here or beside; None while nobody does."""
        own = self._own(vehicle_id)
        return own if own is not None or self.beside is None else self.beside._own(vehicle_id)

    def add(self, vehicle_id: str, unit_class_index: int, owner: Owner, now: float) -> int:
        """A new unit's place. Raises FleetFull where no unit, here or beside, makes room."""
        beside = 0 if self.beside is None else self.beside._taken
        awaited = vehicle_id in self.reserved
        if self._taken - awaited + beside >= self.capacity:
            self._make_room(now)
        self._awaited -= awaited
        place = self._free.pop()
        self.index[vehicle_id] = place
        self._spelled.setdefault(same_unit(vehicle_id), vehicle_id)
        self.vehicle_id[place] = vehicle_id
        named = None if (said := self.said.get(same_unit(vehicle_id))) is None else said.unit_class
        self.unit_class[place] = unit_class_index if named is None else named
        self.class_stands[place] = named is not None
        self.owner[place] = owner
        self.last_arrival[place] = now
        self.generation += 1
        return place

    def remove(self, place: int) -> None:
        """Empty a place."""
        vehicle_id = self.vehicle_id[place]
        del self.index[vehicle_id]
        if vehicle_id in self.reserved:
            self._awaited += 1
        else:
            self._spelled.pop(same_unit(vehicle_id), None)
        self.vehicle_id[place] = ""
        self.last_arrival[place] = np.inf
        self._free.append(place)
        self.generation += 1
        self.emptied(place)

    def places(self) -> np.ndarray:
        """[n] places in use, in the order the units first reported."""
        return np.fromiter(self.index.values(), dtype=np.int64, count=len(self.index))

    @property
    def _taken(self) -> int:
        """Places that are in use, or kept for who has not reported yet."""
        return len(self.index) + self._awaited

    def _own(self, vehicle_id: str) -> Owner | None:
        vehicle_id = self.spelling(vehicle_id)
        place = self.index.get(vehicle_id)
        return self.reserved.get(vehicle_id) if place is None else Owner(int(self.owner[place]))

    def _make_room(self, now: float) -> None:
        """Remove the unit that has been silent longest, here or beside. Raises FleetFull where that is under a day."""
        registers = (self,) if self.beside is None else (self, self.beside)
        whose = min(registers, key=lambda each: each.last_arrival.min())
        oldest = int(whose.last_arrival.argmin())
        if now - whose.last_arrival[oldest] < MAKES_ROOM_AFTER_S:
            raise FleetFull(
                f"The fleet is full: {self.capacity:,} units are live. Wait until one has been silent for a day."
            )
        whose.remove(oldest)
