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

from connected_ops.machines import catalog
from connected_ops.machines.masks import every, some
from connected_ops.machines.mode import MODES, READ_A_NORMAL, Indicator
from connected_ops.machines.mode_rows import Learns
from connected_ops.machines.signal import Signal
from connected_ops.machines.unit_class import CLASSES, UnitClass
from connected_ops.signals.regime import LEARNED

GRACE_S = 120.0
MEMORY_S = 3600.0
GATE = 4.0
DT_MAX_S = 60.0
COLDER = 10.0  # °F under its class's band: an engine whose coolant rests lower has not warmed up yet


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a baseline is kept of: a signal's value, or how far it stands `over` another's (columns of the catalogue).
    `floor` is the least spread believed; `prior` the class's band; `teachable` the widest band from which the first
    normal may be learned. It teaches while `mode` has no evidence.
    `alone`: it stands in for one over another signal while that is not known."""

    key: str
    signal: int
    over: int | None
    floor: float
    prior: tuple[tuple[float, float], ...]
    teachable: tuple[tuple[float, float], ...]
    mode: int
    alone: bool = False


def _quantities() -> tuple[Quantity, ...]:
    found: dict[tuple[int, int | None], Quantity] = {}
    modes = [mode.key for mode in MODES]
    for of in MODES:
        for each in of.indicators:
            mode = modes.index(each.row.teaches_without or of.key)
            if each.row.kind in READ_A_NORMAL:
                for over in dict.fromkeys((each.over, None)):
                    found.setdefault((each.signal, over), _quantity(each, over, mode))
    return tuple(found.values())


def _quantity(of: Indicator, over: int | None, mode: int) -> Quantity:
    signal = catalog.SIGNALS[of.signal]
    floor = of.row.least_spread or FLOOR_SHARE * (signal.plausible_high - signal.plausible_low)
    if over is None and of.over is not None:  # without the other it teaches what it may, and is asked for more
        top = signal.plausible_high if of.row.learns.alone_below is None else of.row.learns.alone_below
        anything = tuple((signal.plausible_low, top) for _ in CLASSES)
        return Quantity(signal.key, of.signal, None, floor, anything, anything, mode, alone=True)
    bands = [kind.band(signal.key, above_air=over is not None) for kind in CLASSES]
    priors = tuple(band or (signal.plausible_low, signal.plausible_high) for band in bands)
    teachable = tuple(
        _teachable(of.row.learns, signal, kind, prior) for kind, prior in zip(CLASSES, priors, strict=True)
    )
    key = signal.key if over is None else f"{signal.key} over {catalog.KEYS[over]}"
    return Quantity(key, of.signal, over, floor, priors, teachable, mode)


def _teachable(learns: Learns, signal: Signal, kind: UnitClass, prior: tuple[float, float]) -> tuple[float, float]:
    low, high = signal.plausible_low, signal.plausible_high
    if learns.under is not None:
        low = prior[0] - learns.under
    if learns.times is not None:
        high = min(high, learns.times * prior[1])
    if learns.over is not None:
        high = min(high, prior[1] + learns.over)
    side = kind.side(signal.key)
    warn, critical = kind.limits(signal.key)
    if warn is None and critical is not None:
        warn = critical - side * NEAR
    if learns.short_of_warning is not None and warn is not None:
        if side > 0:
            high = min(high, warn - learns.short_of_warning)
        else:
            low = max(low, warn + learns.short_of_warning)
    return low, high


FLOOR_SHARE = 0.01  # of what is plausible of a signal: the least spread believed where nobody says one (J)
NEAR = 10.0  # of the critical limit of a class without a warning: as near as a warning would stand (J)

QUANTITIES: tuple[Quantity, ...] = _quantities()
_PLACE = {(row.signal, row.over): at for at, row in enumerate(QUANTITIES)}


def of(signal: int, over: int | None) -> int:
    """The quantity of a signal, or of how far it stands over another. Raises KeyError."""
    return _PLACE[signal, over]


def place(signal: int, over: int | None) -> int | None:
    """The same, None where no baseline of it is kept."""
    return _PLACE.get((signal, over))


COOLANT = of(catalog.COOLANT, None)
INTAKE_RISE, INTAKE = of(catalog.INTAKE, catalog.AMBIENT), of(catalog.INTAKE, None)
SIGNAL = np.array([q.signal for q in QUANTITIES])
"""[quantities] the column of the catalogue whose values teach each."""
OVER = [(at, q.over) for at, q in enumerate(QUANTITIES) if q.over is not None]
"""The quantities that stand over another signal, and its column."""
MODE = np.array([q.mode for q in QUANTITIES])
"""[quantities] the mode whose evidence keeps each from teaching."""
_FLOOR = np.array([q.floor for q in QUANTITIES])
_PRIOR = np.array([q.prior for q in QUANTITIES]).transpose(1, 0, 2)  # [classes, quantities, low/high]
_TEACHABLE = np.array([q.teachable for q in QUANTITIES]).transpose(1, 0, 2)
_TOP = np.ascontiguousarray(_PRIOR[:, :, 1])
BOTTOM = np.ascontiguousarray(_PRIOR[:, :, 0])
"""[classes, quantities] the bottom of the class's band, below which a unit without a normal of its own is low."""
_LEAST_COOLANT = _PRIOR[:, COOLANT, 0] - COLDER


@dataclass(frozen=True, slots=True)
class Normal:
    """For n units in their present regime, [n, quantities] each: `mean`, `spread` and whether they are the unit's own
    (`learned`) or, in the grace period, the top of its class's band and a spread of the floor; `strange` whether it
    has none of this regime, though coolant's is borrowed from another then."""

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    learned: NDArray[np.bool_]
    strange: NDArray[np.bool_]


class Baselines:
    """The baselines of a fleet: [units, quantities, regimes]."""

    def __init__(self, units: int) -> None:
        self._state = np.zeros((units, LEARNED, len(QUANTITIES), 3))  # one gather and one write a step

    @property
    def mean(self) -> NDArray[np.float64]:
        """[units, quantities, regimes]."""
        return self._state[..., 0].swapaxes(1, 2)

    @property
    def variance(self) -> NDArray[np.float64]:
        """[units, quantities, regimes]."""
        return self._state[..., 1].swapaxes(1, 2)

    @property
    def weight(self) -> NDArray[np.float64]:
        """[units, quantities, regimes] seconds of teaching, at most MEMORY_S."""
        return self._state[..., 2].swapaxes(1, 2)

    def copy(self, other: "Baselines", unit: int, place: int) -> None:
        """Know of `place` what `other` knows of `unit`."""
        self._state[place] = other._state[unit]

    def clear(self, units: NDArray[np.int64] | int) -> None:
        """Forget these units' normals."""
        self._state[units] = 0.0

    def normal(self, unit: NDArray[np.int64], unit_class: NDArray[np.int16], regime: NDArray[np.int8]) -> Normal:
        """What is normal now for these n units; an engine that does not run borrows a row and is not judged anyway.

        A thermostat holds coolant in all regimes, so one that is new to the unit borrows from the one it knows best.
        """
        state = self._state[unit, np.minimum(regime, LEARNED - 1)]
        strange = state[:, :, 2] < GRACE_S
        borrowed = strange[:, COOLANT]
        if some(borrowed):
            best = self._state[unit[borrowed], :, COOLANT, :]
            state[borrowed, COOLANT] = best[np.arange(len(best)), best[:, :, 2].argmax(axis=1)]
        learned = state[:, :, 2] >= GRACE_S
        spread = np.maximum(np.sqrt(state[:, :, 1]), _FLOOR)
        mean = state[:, :, 0]
        if not every(learned):
            spread[~learned] = np.broadcast_to(_FLOOR, spread.shape)[~learned]
            mean = np.where(learned, mean, _TOP[unit_class])
        mean[:, COOLANT] = np.maximum(mean[:, COOLANT], _LEAST_COOLANT[unit_class])
        return Normal(mean, spread, learned, strange)

    def learn(
        self,
        unit: NDArray[np.int64],
        unit_class: NDArray[np.int16],
        regime: NDArray[np.int8],
        q: NDArray[np.float64],
        dt: NDArray[np.float64],
        teaches: NDArray[np.bool_],
        normal: Normal,
    ) -> None:
        """Let n samples teach: `q` [n, quantities] (NaN teaches nothing), `dt` [n, quantities] seconds each stands for,
        `teaches` [n, quantities] what the caller allows, `normal` what was normal before them."""
        row = np.minimum(regime, LEARNED - 1)
        near = np.abs(q - normal.mean) <= GATE * normal.spread
        home = _PRIOR[unit_class, COOLANT]  # a long warm-up may have taught too low a normal
        near[:, COOLANT] |= (q[:, COOLANT] >= home[:, 0]) & (q[:, COOLANT] <= home[:, 1])
        if not every(normal.learned):
            band = _TEACHABLE[unit_class]
            near = np.where(normal.learned, near, (q >= band[:, :, 0]) & (q <= band[:, :, 1]))
        step = np.minimum(dt, DT_MAX_S) * (teaches & near)  # an absent value is near nothing
        if not some(step):
            return
        state = self._state[unit, row]
        mean, variance, weight = state[:, :, 0], state[:, :, 1], state[:, :, 2]
        share = step / np.maximum(weight + step, 1e-9)
        off = np.where(step > 0, q - mean, 0.0)
        variance += share * (np.where(weight > 0, off, 0.0) ** 2 - variance)
        mean += share * off
        np.minimum(weight + step, MEMORY_S, out=weight)
        self._state[unit, row] = state

    def taught_s(self, units: NDArray[np.int64]) -> NDArray[np.float64]:
        """[n] seconds that the best-known quantity of each unit has been learned for."""
        return self.weight[units].max(axis=(1, 2))
