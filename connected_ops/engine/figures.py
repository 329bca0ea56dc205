"""What sentences may quote of one unit, out of the arrays of its fleet."""

from math import isfinite

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.machines.unit_class import CLASSES
from connected_ops.risk.reasons import Figures
from connected_ops.signals import against_itself
from connected_ops.signals.baseline import QUANTITIES
from connected_ops.signals.trend import RISING

RISING_KEYS = tuple(catalog.KEYS[at] for at in RISING)


def figures(
    unit_class: int,
    known: NDArray[np.float64],
    normal: NDArray[np.float64],
    learned: NDArray[np.bool_],
    slope: NDArray[np.float64],
    drift: NDArray[np.float64],
    onset: NDArray[np.float64],
    doubtful: NDArray[np.bool_],
) -> Figures:
    """What sentences may quote of one unit: `known` [signals] newest trusted values, `normal` and `learned`
    [quantities], `slope` [rising] a minute, `drift` and `onset` [drifts] of the unit against itself, `doubtful`
    [signals] values that are a doubted sensor's."""
    quantities = [quantity.key for quantity in QUANTITIES]
    return Figures(
        unit_class=CLASSES[unit_class],
        values=_finite(catalog.KEYS[: len(known)], known),
        normals=dict(zip(quantities, normal.tolist(), strict=True)),
        learned=dict(zip(quantities, learned.tolist(), strict=True)),
        slopes=dict(zip(RISING_KEYS, slope.tolist(), strict=True)),
        drift=_finite(against_itself.KEYS, drift),
        since=_finite(against_itself.KEYS, onset),
        doubted=frozenset(key for key, doubted in zip(catalog.KEYS, doubtful.tolist(), strict=True) if doubted),
    )


def _finite(keys: tuple[str, ...], values: NDArray[np.float64]) -> dict[str, float]:
    return {key: value for key, value in zip(keys, values.tolist(), strict=True) if isfinite(value)}
