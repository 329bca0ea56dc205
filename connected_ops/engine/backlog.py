"""What arrives after newer values is judged too: by a copy of what its unit has learned, with nothing else remembered,
in event time. It teaches nothing and moves nothing live; what it finds carries its own time and is said to be found
late."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from connected_ops.engine.latecomers import Late
from connected_ops.insight.episodes import Episodes

if TYPE_CHECKING:
    from connected_ops.engine.pipeline import Pipeline

UNITS = 64  # judged at once; the one that waited longest makes room, and begins anew if more of it comes
WINDOW = 4
RESTARTS_S = 60.0  # behind what was judged before: another backlog


class Backlog:
    """Judges late messages beside `live`; `aside` is a pipeline of UNITS places of its own."""

    def __init__(self, live: "Pipeline", aside: "Pipeline") -> None:
        self._live = live
        self._aside = aside
        self._place: dict[int, int] = {}  # of a unit, the one that waited longest first
        self._told: dict[str, str] = {}  # an episode found aside, and as what it stands among the live ones

    def clear(self, unit: int) -> None:
        """Forget a unit."""
        place = self._place.pop(unit, None)
        if place is not None:
            self._forget(place)

    def take(self, late: Iterable[Late], now: float) -> None:
        """Judge late messages, which may come in any order."""
        rows = sorted(late, key=lambda row: (row.unit, row.ts))
        units = {row.unit for row in rows}
        while units:  # never more at once than there are places
            some = set(sorted(units)[:UNITS])
            units -= some
            self._judge([row for row in rows if row.unit in some], now)

    def _judge(self, rows: list[Late], now: float) -> None:
        first: dict[int, float] = {}
        for row in rows:
            first.setdefault(row.unit, row.ts)
        place = {unit: self._place_of(unit, ts, first) for unit, ts in first.items()}
        self._aside.take(
            np.array([place[row.unit] for row in rows]),
            np.array([row.unit_class for row in rows], dtype=np.int16),
            np.array([row.ts for row in rows]),
            np.array([row.x for row in rows]),
            now,
        )
        for unit, at in place.items():
            self._tell(unit, at)

    def _place_of(self, unit: int, ts: float, wanted: dict[int, float]) -> int:
        """The place where a unit's backlog is judged, made ready where it begins."""
        place = self._place.pop(unit, None)
        begins = place is None or ts < self._aside.known.newest[place] - RESTARTS_S
        if place is None:
            place = len(self._place)
            if place >= UNITS:
                oldest = next(each for each in self._place if each not in wanted)
                place = self._place.pop(oldest)
            else:
                place = next(at for at in range(UNITS) if at not in self._place.values())
        self._place[unit] = place
        if begins:
            self._forget(place)
            self._aside.baselines.copy(self._live.baselines, unit, place)
            self._aside.envelopes.copy(self._live.envelopes, unit, place)
            self._aside.itself.copy(self._live.itself, unit, place)
        return place

    def _forget(self, place: int) -> None:
        for episode in self._aside.episodes.of(place):
            self._told.pop(episode.id, None)
        self._aside.clear(place)

    def _tell(self, unit: int, place: int) -> None:
        """Put what was found among the unit's episodes, over as of the last late message that was judged."""
        live: Episodes = self._live.episodes
        until = float(self._aside.known.newest[place])
        for episode in reversed(self._aside.episodes.of(place)):
            self._told[episode.id] = live.add_late(self._told.get(episode.id), episode, unit, until)
