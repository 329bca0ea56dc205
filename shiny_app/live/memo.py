"""What was worked out and is kept for whoever asks next."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memo(Generic[K, V]):
    """What was used last, up to a total weight; the longest unused goes first, the newest always stays."""

    def __init__(self, room: int, weigh: Callable[[V], int] = lambda _: 1) -> None:
        self._room, self._weigh, self._weight = room, weigh, 0
        self._held: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: K) -> V | None:
        if key in self._held:
            self._held.move_to_end(key)
        return self._held.get(key)

    def put(self, key: K, value: V) -> None:
        self.drop(key)
        self._held[key] = value
        self._weight += self._weigh(value)
        while self._weight > self._room and len(self._held) > 1:
            self.drop(next(iter(self._held)))

    def once(self, key: K, make: Callable[[], V]) -> V:
        """What is kept under a key, else what `make` gives, kept from now on."""
        if key not in self._held:
            self.put(key, make())
        self._held.move_to_end(key)
        return self._held[key]

    def values(self) -> list[V]:
        return list(self._held.values())

    def drop(self, key: K) -> None:
        if key in self._held:
            self._weight -= self._weigh(self._held.pop(key))

    def clear(self) -> None:
        self._held.clear()
        self._weight = 0
