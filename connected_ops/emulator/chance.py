"""Randomness as a function: a draw is a hash of (unit key, index, channel), so nothing is consumed and nothing is
shared.

A unit's key comes from the seed and its own id alone. Adding a unit therefore leaves all others as they were, and any
instant can be computed without the ones before it. The mixer is splitmix64 (Steele, Lea, Flood 2014).
"""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bits = NDArray[np.uint64]

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MASK = (1 << 64) - 1
_TO_UNIT = 1.0 / (1 << 53)
_SQRT_3 = 1.7320508075688772


def unit_keys(seed: int, vehicle_ids: tuple[str, ...]) -> Bits:
    """The [n, 1] stream keys of units under a seed."""
    salt = int.from_bytes(blake2b(str(seed).encode(), digest_size=8).digest(), "big")
    named = (int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big") for name in vehicle_ids)
    return np.array([salt ^ name for name in named], dtype=np.uint64).reshape(-1, 1)


def bits(key: Bits, index: NDArray[np.int64], channel: int) -> Bits:
    """64 random bits for each (unit, index) of a channel; `key` [n, 1] and `index` [n or 1, m] broadcast."""
    x = (key ^ np.uint64(channel * 0xD1342543DE82EF95 & _MASK)) + index.astype(np.uint64) * _GAMMA
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x


def uniform(key: Bits, index: NDArray[np.int64], channel: int) -> Floats:
    """Draws in [0, 1)."""
    return (bits(key, index, channel) >> np.uint64(11)).astype(np.float64) * _TO_UNIT


def normal(key: Bits, index: NDArray[np.int64], channel: int) -> Floats:
    """Draws with mean 0 and deviation 1, never beyond ±3.5: four 16-bit uniforms of one hash, added up.

    Bounded on purpose (noise alone cannot leave a healthy range) and free of log and cos, whose last digit differs
    between machines.
    """
    x = bits(key, index, channel)
    low = np.uint64(0xFFFF)
    total = (x & low) + ((x >> np.uint64(16)) & low) + ((x >> np.uint64(32)) & low) + (x >> np.uint64(48))
    return (total.astype(np.float64) / 65535.0 - 2.0) * _SQRT_3


def wander(key: Bits, tick: NDArray[np.int64], channel: int, period: int) -> Floats:
    """A smooth random course in [-1, 1]: a new level every `period` ticks, eased from one to the next."""
    knot = tick // period
    place = (tick - knot * period) / period
    ease = place * place * (3.0 - 2.0 * place)
    before, after = uniform(key, knot, channel), uniform(key, knot + 1, channel)
    return 2.0 * (before + (after - before) * ease) - 1.0
