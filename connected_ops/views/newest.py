"""The newest samples over fleets: what a client reads back, and what the debug page lists."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.engine.intake import Intake
from connected_ops.history.window import Samples, Window


@dataclass(frozen=True, slots=True)
class Kept:
    """What one lab keeps of n units: its door, its window brought up to date, and the units' places."""

    intake: Intake
    window: Window
    places: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Newest:
    """m samples, oldest first: whose each is, with that unit's class and owner (indices)."""

    vehicle_ids: tuple[str, ...]
    unit_class: NDArray[np.int16]
    owner: NDArray[np.int8]
    samples: Samples


def kept(intakes: Sequence[Intake], vehicle_id: str | None = None) -> list[Kept]:
    """What there is of all units, or of one; to be asked on the event loop, which writes it."""
    found = [Kept(intake, intake.pipeline.history.window, intake.register.places()) for intake in intakes]
    if vehicle_id is None:
        return found
    return [
        Kept(each.intake, each.window, np.array([place]))
        for each in found
        if (place := each.intake.register.place_of(vehicle_id)) is not None
    ]


def newest(fleets: Sequence[Kept], limit: int) -> Newest:
    """The newest `limit` samples over at least one fleet; of equal times the first fleet's first."""
    parts = [_newest(fleet, limit) for fleet in fleets]
    pick = np.argsort(np.concatenate([part.samples.ts for part in parts]), kind="stable")[-limit:]
    ids = [vehicle_id for part in parts for vehicle_id in part.vehicle_ids]
    unit_class, owner = (
        np.concatenate([getattr(part, name) for part in parts])[pick] for name in ("unit_class", "owner")
    )
    columns = (
        np.concatenate([getattr(part.samples, name) for part in parts])[pick]
        for name in ("ts", "values", "verdict", "fired")
    )
    return Newest(tuple(ids[at] for at in pick.tolist()), unit_class, owner, Samples(*columns))


def _newest(fleet: Kept, limit: int) -> Newest:
    intake, register, places = fleet.intake, fleet.intake.register, fleet.places
    last = np.argsort(intake.pipeline.known.newest[places], kind="stable")[-limit:]
    places = places[np.sort(last)]  # no other unit can have one of the newest `limit`, and each costs a copy
    whose, samples = fleet.window.newest(places, limit)
    ids = tuple(register.vehicle_id[place] for place in whose.tolist())
    return Newest(ids, register.unit_class[whose], register.owner[whose], samples)
