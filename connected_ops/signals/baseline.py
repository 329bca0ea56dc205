"""Each unit's own normal: a robust running mean and spread per quantity and regime.

For a quantity q at weight W (seconds of teaching so far, at most MEMORY_S) a sample that stands for dt seconds moves

    a = dt / (W + dt);   mean += a (q - mean);   var += a ((q - mean)^2 - var)

so it is a plain mean at first and an exponential one later. It is gated: after the grace period a value further than
GATE spreads away does not teach (coolant within its class's band does), nor does one that its caller calls evidence of
a fault. Before, the class's band stands in.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.signals.regime import LEARNED
from connected_ops.telemetry.unit_class import CLASSES

GRACE_S = 120.0
MEMORY_S = 3600.0
GATE = 4.0
DT_MAX_S = 60.0
COLDER = 10.0  # °F under its class's band: an engine whose coolant rests lower has not warmed up yet


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a baseline is kept of. `floor` is the least spread believed; `prior` the class's band; `teachable` the
    widest band
    from which the first normal may be learned."""

    key: str
    signal: str
    floor: float
    prior: tuple[tuple[float, float], ...]
    teachable: tuple[tuple[float, float], ...]


QUANTITIES: tuple[Quantity, ...] = (
    Quantity(
        "coolant", "coolant_temp_f", 2.0,
        tuple(c.coolant_normal for c in CLASSES),
        tuple((c.coolant_normal[0] - COLDER, (c.coolant_warn or 230) - 5) for c in CLASSES),
    ),
    Quantity(
        "vibration", "vibration_score", 0.08,
        tuple(c.vibration_healthy for c in CLASSES),
        tuple((0.0, 1.3 * c.vibration_healthy[1]) for c in CLASSES),
    ),
    Quantity(
        "intake_rise", "intake_air_temp_f", 4.0,
        tuple(c.intake_above_ambient for c in CLASSES),
        tuple((-40.0, c.intake_above_ambient[1] + 30) for c in CLASSES),
    ),
    Quantity(
        "intake", "intake_air_temp_f", 4.0,
        tuple((-40.0, 150.0) for _ in CLASSES),
        tuple((-40.0, 150.0) for _ in CLASSES),
    ),
)  # fmt: skip

COOLANT, VIBRATION, INTAKE_RISE, INTAKE = range(len(QUANTITIES))
_ALL = np.arange(len(QUANTITIES))
_FLOOR = np.array([q.floor for q in QUANTITIES])
_PRIOR = np.array([q.prior for q in QUANTITIES]).transpose(1, 0, 2)  # [classes, quantities, low/high]
_TEACHABLE = np.array([q.teachable for q in QUANTITIES]).transpose(1, 0, 2)


@dataclass(frozen=True, slots=True)
class Normal:
    """For n units in their present regime, [n, quantities] each: `mean`, `spread` and whether they are the unit's own
    (`learned`) or, in the grace period, the top of its class's band and a spread of the floor."""

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    learned: NDArray[np.bool_]


class Baselines:
    """The baselines of a fleet: [units, quantities, regimes]."""

    def __init__(self, units: int) -> None:
        shape = (units, len(QUANTITIES), LEARNED)
        self.mean = np.zeros(shape)
        self.variance = np.zeros(shape)
        self.weight = np.zeros(shape)

    def clear(self, units: NDArray[np.int64] | int) -> None:
        """Forget these units' normals."""
        for array in (self.mean, self.variance, self.weight):
            array[units] = 0.0

    def normal(self, unit: NDArray[np.int64], unit_class: NDArray[np.int8], regime: NDArray[np.int8]) -> Normal:
        """What is normal now for these n units; OFF borrows the idle row and is not judged anyway."""
        row = np.repeat(np.minimum(regime, LEARNED - 1)[:, None], len(QUANTITIES), axis=1)
        row[:, COOLANT] = self._coolant_row(unit, row[:, COOLANT])
        at = unit[:, None], _ALL, row
        learned = self.weight[at] >= GRACE_S
        spread = np.maximum(np.sqrt(self.variance[at]), _FLOOR)
        mean = np.where(learned, self.mean[at], _PRIOR[unit_class, :, 1])
        mean[:, COOLANT] = np.maximum(mean[:, COOLANT], _PRIOR[unit_class, COOLANT, 0] - COLDER)
        return Normal(mean, np.where(learned, spread, _FLOOR), learned)

    def _coolant_row(self, unit: NDArray[np.int64], regime: NDArray[np.int8]) -> NDArray[np.int8]:
        """[n] regimes to take coolant's normal from: a thermostat holds it in all of them, so one that is new to the
        unit borrows from the one it knows best."""
        weight = self.weight[unit, COOLANT]
        known = weight[np.arange(len(unit)), regime] >= GRACE_S
        return np.where(known, regime, weight.argmax(axis=1)).astype(np.int8)

    def learn(
        self,
        unit: NDArray[np.int64],
        unit_class: NDArray[np.int8],
        regime: NDArray[np.int8],
        q: NDArray[np.float64],
        dt: NDArray[np.float64],
        teaches: NDArray[np.bool_],
        normal: Normal,
    ) -> None:
        """Let n samples teach: `q` [n, quantities] (NaN teaches nothing), `dt` [n] seconds each stands for,
        `teaches` [n, quantities] what the caller allows, `normal` what was normal before them."""
        row = np.minimum(regime, LEARNED - 1)
        mean, variance, weight = self.mean[unit, :, row], self.variance[unit, :, row], self.weight[unit, :, row]
        band = _TEACHABLE[unit_class]
        off = q - mean
        gate = np.abs(q - normal.mean) <= GATE * normal.spread
        home = _PRIOR[unit_class, COOLANT]  # a long warm-up may have taught too low a normal
        gate[:, COOLANT] |= (q[:, COOLANT] >= home[:, 0]) & (q[:, COOLANT] <= home[:, 1])
        near = np.where(normal.learned, gate, (q >= band[:, :, 0]) & (q <= band[:, :, 1]))
        step = np.minimum(dt, DT_MAX_S)[:, None]
        take = teaches & near & np.isfinite(q) & (step > 0)
        if not take.any():
            return
        share = np.divide(step, weight + step, out=np.zeros_like(weight), where=take)
        off = np.where(take, off, 0.0)
        self.mean[unit, :, row] = mean + share * off
        self.variance[unit, :, row] = variance + share * (np.where(weight > 0, off, 0.0) ** 2 - variance)
        self.weight[unit, :, row] = np.minimum(weight + np.where(take, step, 0.0), MEMORY_S)

    def taught_s(self, units: NDArray[np.int64]) -> NDArray[np.float64]:
        """[n] seconds that the best-known quantity of each unit has been learned for."""
        return self.weight[units].max(axis=(1, 2))
