"""What all sessions share: where the fleet is read and acted on, and what was worked out of its newest snapshot."""

from collections.abc import Callable
from typing import Any, TypeVar

from connected_ops.read_model import Backtests, Controls, ReadModel, ValueView
from shiny_app.charts.held import Held
from shiny_app.live.location import Changes
from shiny_app.live.memo import Memo

T = TypeVar("T")

MOST_MADE = 128
"""What is kept of one snapshot: pages, selections, lists. Beyond that what was used longest ago is made again."""


class Shared:
    """One read model with its controls, and what pages are made of, each part worked out once a snapshot; `held` keeps
    what charts draw for paused pages."""

    def __init__(
        self,
        read_model: ReadModel,
        controls: Controls,
        backtests: Backtests,
        held: Held | None = None,
    ) -> None:
        self.read_model, self.controls, self.backtests = read_model, controls, backtests
        self._held = held or Held()
        self._sequence: int | None = None
        self._made: Memo[tuple[object, ...], Any] = Memo(MOST_MADE)

    @property
    def at(self) -> float:
        """When the newest snapshot was made, in Unix seconds."""
        return self.read_model.snapshot().at

    def once(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """What `make` gives, kept until the next snapshot. A key is only ever made by one kind of maker."""
        sequence = self.read_model.sequence
        if self._sequence != sequence:
            self._sequence = sequence
            self._made.clear()
        return self._made.once((sequence, *key), make)  # a snapshot may come while it is made, of the one before

    def simulated(self) -> tuple[str, ...]:
        """The units that faults can be put on; none without an emulator."""
        return self.once(("simulated",), lambda: tuple(self.controls.simulated_units()))

    def leader(self) -> str | None:
        """The unit that a page without one shows: the worst, else the first."""
        snapshot = self.read_model.snapshot()
        if snapshot.loop.leader is not None:
            return snapshot.loop.leader
        return snapshot.vehicle_ids[int(snapshot.order[0])] if snapshot.vehicle_ids else None

    def own_value(self, changes: Changes) -> ValueView | None:
        """The value stage under changed assumptions, a session's own; None where nothing is changed."""
        return self.read_model.value(dict(changes)) if changes else None

    def hold(self, unit: str) -> int | None:
        """Keep what the charts of a unit are made of as it is now; the number that their addresses name it by."""
        return self._held.keep(self.read_model, self.controls.injected, unit)
