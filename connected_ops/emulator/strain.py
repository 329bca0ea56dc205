"""What faults do to machines, as columns that broadcast over units and ticks: [n or 1, m or 1] each."""

from dataclasses import dataclass

import numpy as np

from connected_ops.emulator.chance import Floats


@dataclass(frozen=True, slots=True)
class Strain:
    """How units are strained at an instant; `NONE` is a sound machine on its own duty.

    `climb` 0..1 how far a unit is on a spell that is not its own duty, of `mph`, `grade` % and `work` as a fraction of
    full load, there allowed `top` times the class's speed. `fan` the part of the fan that still turns, `power` what
    the engine's own protection leaves. `widens` >= 1: how much more the coolant must rise for the same cooling.
    `opens_least` and `opens_most` the bounds of the thermostat's opening, `quick` how much faster the engine heats.
    `intake` and `ambient` °F added, `shakes` the share of vibration added at road speed. `oil_lost` the share of the
    oil pressure that is gone. `uncharged` 0 where the alternator charges, 1 where the voltage is that of a full
    battery, 2 where that is all but empty.
    """

    climb: Floats
    mph: Floats
    grade: Floats
    work: Floats
    top: Floats
    fan: Floats
    power: Floats
    widens: Floats
    opens_least: Floats
    opens_most: Floats
    quick: Floats
    intake: Floats
    ambient: Floats
    shakes: Floats
    oil_lost: Floats
    uncharged: Floats


def _one(value: float) -> Floats:
    return np.full((1, 1), value)


NONE = Strain(
    climb=_one(0), mph=_one(0), grade=_one(0), work=_one(0), top=_one(1), fan=_one(1), power=_one(1), widens=_one(1),
    opens_least=_one(0), opens_most=_one(1), quick=_one(1), intake=_one(0), ambient=_one(0), shakes=_one(0),
    oil_lost=_one(0), uncharged=_one(0),
)  # fmt: skip
