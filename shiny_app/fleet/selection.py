"""Which units a query of the fleet table lets through, and in which order: pure, over the columns of a snapshot."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from connected_ops.read_model import BANDS, CLASS_LABELS, FRESHNESS, SOURCES, UNIT_CLASSES, FleetSnapshot
from shiny_app.fleet.query import ANY, FleetQuery

PAGE_ROWS = 100
"""Units on one page of the table."""

LIVE = FRESHNESS.index("live")

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

_DIGITS = re.compile(r"([0-9]+)")
_BY_LABEL = np.argsort(np.argsort([*CLASS_LABELS.values()]))


@dataclass(frozen=True, slots=True)
class Selection:
    """The units that a query lets through: their `positions` in the snapshot, in the order asked for; `passed` [n] is
    the same as a mask over the whole fleet."""

    positions: Positions
    passed: Bools

    @property
    def count(self) -> int:
        return len(self.positions)

    @property
    def pages(self) -> int:
        """Pages of the table, one at least."""
        return max(1, -(-self.count // PAGE_ROWS))

    def page_of(self, asked: int) -> int:
        """The page that is shown where `asked`, counted from 1, may be past the last."""
        return min(asked, self.pages)

    def on_page(self, page: int) -> list[int]:
        """The positions that page `page` shows."""
        return self.positions[(page - 1) * PAGE_ROWS : page * PAGE_ROWS].tolist()


def select(snapshot: FleetSnapshot, query: FleetQuery) -> Selection:
    """Filter and order the fleet. What the order says nothing about (a time to no limit) comes last either way; equals
    stand worst first."""
    passed = _passed(snapshot, query)
    name = query.sort.removeprefix("-")
    ordered = snapshot.order[passed[snapshot.order]]
    if name == "worst":
        return Selection(ordered[::-1] if query.sort.startswith("-") else ordered, passed)
    keys = _KEYS[name](snapshot)[ordered]
    if query.sort.startswith("-"):
        keys = -keys
    return Selection(ordered[np.argsort(keys, kind="stable")], passed)  # NaN sorts last


def _passed(snapshot: FleetSnapshot, query: FleetQuery) -> Bools:
    passed = np.ones(len(snapshot.vehicle_ids), np.bool_)
    if query.search != ANY:
        passed &= _found(snapshot.vehicle_ids, snapshot.names, snapshot.sites, query.search.casefold())
    if query.unit_class != ANY:
        passed &= _classes(snapshot.unit_class) == UNIT_CLASSES.index(query.unit_class)  # pyright: ignore[reportArgumentType]  # fleet_query has checked it
    if query.band != ANY:
        passed &= snapshot.band == [band.lower() for band in BANDS].index(query.band)
    if query.source != ANY:
        passed &= snapshot.source == SOURCES.index(query.source)  # pyright: ignore[reportArgumentType]
    if query.fresh != ANY:
        passed &= snapshot.freshness == FRESHNESS.index(query.fresh)  # pyright: ignore[reportArgumentType]
    return passed


_KEYS: Mapping[str, Callable[[FleetSnapshot], Floats]] = {
    "unit": lambda shot: _ranks(shot.vehicle_ids),
    "class": lambda shot: _BY_LABEL[_classes(shot.unit_class)].astype(np.float64),
    "risk": lambda shot: -np.round(shot.score),
    "limit": lambda shot: shot.to_limit[:, 1],
    "saved": lambda shot: -np.round(shot.saved_usd),
    "heard": lambda shot: np.where(shot.freshness == LIVE, np.inf, np.floor(shot.last_arrival)),
}
"""What each order goes by, rising: ids and classes from A, the highest risk, the soonest limit, the largest saving and
the longest unheard first. Whole points, dollars and seconds, and live units alike, so that noise shuffles no rows."""


# Ids and classes hardly ever change from one snapshot to the next, and reading 10,000 of them takes milliseconds.
@lru_cache(maxsize=2)
def _classes(names: tuple[str, ...]) -> NDArray[np.int64]:
    """[n] index into UNIT_CLASSES."""
    index = {name: at for at, name in enumerate(UNIT_CLASSES)}
    return np.fromiter((index[name] for name in names), np.int64, len(names))  # pyright: ignore[reportArgumentType]


@lru_cache(maxsize=2)
def _folded(ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each.casefold() for each in ids)


@lru_cache(maxsize=2)
def _ranks(ids: tuple[str, ...]) -> Floats:
    """[n] where each id stands from A to Z, in any case, numbers in them by their size: truck_2 before truck_10."""

    natural = [[int(part) if part.isdecimal() else part for part in _DIGITS.split(each)] for each in _folded(ids)]
    ranks = np.empty(len(ids))
    ranks[sorted(range(len(ids)), key=lambda at: (natural[at], ids[at]))] = np.arange(len(ids))
    return ranks


@lru_cache(maxsize=2)
def _called(ids: tuple[str, ...], *words: tuple[str | None, ...]) -> tuple[str, ...]:
    """What each unit is found by: its id, its name and its site, a line each."""
    if not any(map(any, words)):
        return _folded(ids)
    return tuple("\n".join(filter(None, each)).casefold() for each in zip(ids, *words, strict=True))


@lru_cache(maxsize=32)
def _found(ids: tuple[str, ...], names: tuple[str | None, ...], sites: tuple[str | None, ...], needle: str) -> Bools:
    found = np.fromiter((needle in each for each in _called(ids, names, sites)), np.bool_, len(ids))
    found.flags.writeable = False
    return found
