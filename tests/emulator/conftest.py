"""One unit to put faults on, and the units' hour with each fault."""

from collections.abc import Callable
from copy import deepcopy
from functools import cache

import numpy as np
import pytest

from connected_ops.emulator.chance import Floats
from connected_ops.emulator.faults import BY_KIND
from connected_ops.emulator.fleet import Emulator
from connected_ops.emulator.profile import load_profile

START = 1_800_000_000.0
HOUR_S, AT_ONCE_S = 3600, 30


@cache
def _born(*vehicle_ids: str) -> Emulator:
    """These units of the profile, ten minutes old; a test gets a copy."""
    profile = load_profile()
    chosen = tuple(unit for unit in profile.units if unit.vehicle_id in vehicle_ids)
    fleet = Emulator(profile.model_copy(update={"units": chosen}), start=START)
    for _ in fleet.backfill():
        pass
    return fleet


@cache
def _hours(kind: str) -> dict[str, Floats]:
    """The hour of each unit, all of them with that fault where their class has it."""
    fleet = deepcopy(_born(*(unit.vehicle_id for unit in load_profile().units)))
    for vehicle_id in fleet.vehicle_ids if kind else ():
        if fleet.class_of(vehicle_id).key in BY_KIND[kind].classes:
            fleet.inject(kind, vehicle_id, None, START)
    values = np.concatenate([fleet._advance(AT_ONCE_S) for _ in range(HOUR_S // AT_ONCE_S)], axis=1)
    return dict(zip(fleet.vehicle_ids, values, strict=True))


@pytest.fixture(scope="session")
def hour() -> Callable[[str, str], Floats]:
    """`hour(kind, unit)`: the unit's hour [3600, signals] after that fault was put on it; kind "" is its sound hour.

    All units live it at once: each has a stream of its own, so its values are those it has alone.
    """
    return lambda kind, vehicle_id: _hours(kind)[vehicle_id]


@pytest.fixture(scope="session")
def one_unit() -> Callable[[str], Emulator]:
    """`one_unit(id)`: a fleet of that unit alone, ten minutes old."""
    return lambda vehicle_id: deepcopy(_born(vehicle_id))


@pytest.fixture(scope="session")
def fleet_of() -> Callable[..., Emulator]:
    """`fleet_of(*ids)`: a fleet of these units, ten minutes old."""
    return lambda *vehicle_ids: deepcopy(_born(*vehicle_ids))
