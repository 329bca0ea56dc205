"""When a fault takes a unit off its own duty, and to what: pure functions of the seconds since it was injected.

A spell that stays begins at the injection. One that comes and goes has its first leg there, then one every few
minutes, and had its legs in the days before, so that the past shows them too.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from connected_ops.emulator.chance import Floats

RAMP_S = 30.0  # a unit comes on a spell, and leaves it, in half a minute

Where = Literal["hill", "road", "speeding"]


@dataclass(frozen=True, slots=True)
class Legs:
    """`live_s` seconds of every `live_every_s` since the injection, `past_s` of every `past_every_s` before it."""

    live_s: float
    live_every_s: float
    past_s: float
    past_every_s: float


@dataclass(frozen=True, slots=True)
class Spell:
    """Where a unit is sent: its class's hill, a level road (steady work for a machine that stands), or a road above
    its class's maximum. `legs` None: without a break."""

    where: Where
    legs: Legs | None = None

    def share(self, age: NDArray[np.int64]) -> Floats:
        """0..1 how far on the spell, by seconds since the injection."""
        if self.legs is None:
            return np.clip((age + 1) / RAMP_S, 0, 1)
        live, past = self.legs, self.legs
        into = age % live.live_every_s
        now = np.minimum(into + 1, live.live_s - into)
        into = age % past.past_every_s - past.past_every_s / 2  # in the middle, so that no leg touches the injection
        before = np.minimum(into + 1, past.past_s - into)
        return np.clip(np.where(age >= 0, now, before) / RAMP_S, 0, 1)

    def leg(self, age: NDArray[np.int64]) -> NDArray[np.int64]:
        """The number of the leg, negative before the injection."""
        if self.legs is None:
            return np.zeros_like(age)
        return np.where(age >= 0, age // self.legs.live_every_s, age // self.legs.past_every_s).astype(np.int64)


HILL = Spell("hill")
STEADY = Spell("road")
ROAD_LEGS = Spell("road", Legs(live_s=300, live_every_s=600, past_s=900, past_every_s=3600))
SPEEDING = Spell("speeding", Legs(live_s=180, live_every_s=480, past_s=240, past_every_s=5400))
