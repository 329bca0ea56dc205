"""One unit to put faults on, and its hour with each of them."""

from collections.abc import Callable

import numpy as np
import pytest

from connected_ops.emulator.chance import Floats
from connected_ops.emulator.fleet import Emulator
from connected_ops.emulator.profile import load_profile

START = 1_800_000_000.0


@pytest.fixture(scope="session")
def hour() -> Callable[[str, str], Floats]:
    """`hour(kind, unit)`: the unit's hour [3600, signals] after that fault was put on it; kind "" is its sound hour.

    The unit lives alone: its stream is its own, so its values are those it has in the fleet.
    """
    kept: dict[tuple[str, str], Floats] = {}

    def of(kind: str, vehicle_id: str) -> Floats:
        if (kind, vehicle_id) not in kept:
            fleet = alone(vehicle_id)
            if kind:
                fleet.inject(kind, vehicle_id, None, START)
            kept[kind, vehicle_id] = np.concatenate([fleet._advance(10)[0] for _ in range(360)])  # ten ticks at once
        return kept[kind, vehicle_id]

    return of


def alone(vehicle_id: str) -> Emulator:
    profile = load_profile()
    only = tuple(unit for unit in profile.units if unit.vehicle_id == vehicle_id)
    fleet = Emulator(profile.model_copy(update={"units": only}), start=START)
    for _ in fleet.backfill():
        pass
    return fleet


@pytest.fixture(scope="session")
def one_unit() -> Callable[[str], Emulator]:
    """`one_unit(id)`: a fleet of that unit alone, ten minutes old."""
    return alone
