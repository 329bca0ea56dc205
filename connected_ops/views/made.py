"""What is made of a snapshot when somebody looks, each once."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Made:
    """What was made of the newest snapshot, by a key of its own."""

    def __init__(self) -> None:
        self._made: dict[object, object] = {}

    def once(self, key: object, make: Callable[[], T]) -> T:
        """What `make` gives, kept until `clear`."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]  # pyright: ignore[reportReturnType]  # a key is only ever made by one kind of maker

    def clear(self) -> None:
        """There is a newer snapshot."""
        self._made = {}
