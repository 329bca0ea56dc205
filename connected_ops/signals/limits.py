"""Signals that no mode reads, held against the limits of their class: one row each where a class sets any.

What a machine's file says is critical is plain evidence, what it warns of is some; between the two it grows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines.catalog import SIGNALS
from connected_ops.machines.mode import INDICATORS
from connected_ops.machines.unit_class import CLASSES

AT_WARNING = 0.45  # evidence at the warning, and past one that has no critical limit behind it (J)


@dataclass(frozen=True, slots=True, eq=False)
class Limited:
    """A signal (a column of the catalogue) and its limits by class, [classes] each: `side` +1 where they are above the
    normal and -1 where they are below, `warn` and `critical`, NaN where a class sets none."""

    key: str
    label: str
    signal: int
    side: NDArray[np.float64]
    warn: NDArray[np.float64]
    critical: NDArray[np.float64]

    @property
    def worse(self) -> int:
        """The side of the classes that set a limit."""
        return int(self.side[np.isfinite(self.warn) | np.isfinite(self.critical)][0])

    def evidence(self, x: NDArray[np.float64], unit_class: NDArray[np.int16]) -> NDArray[np.float64]:
        """[n] evidence 0..1 of values `x` [n]; NaN where there is no value or no limit."""
        side, warn, critical = (each[unit_class] for each in (self.side, self.warn, self.critical))
        y, near, far = side * x, side * warn, side * critical
        grown = np.where(far > near, (y - near) / (far - near), 0.0)
        found = np.where(y >= near, AT_WARNING + (1.0 - AT_WARNING) * np.minimum(grown, 1.0), 0.0)
        found = np.where(y >= far, 1.0, found)
        return np.where(np.isfinite(y) & (np.isfinite(warn) | np.isfinite(critical)), found, np.nan)


def _column(values: list[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


_READ = {row.signal for row in INDICATORS}

LIMITED: tuple[Limited, ...] = tuple(
    Limited(
        f"{row.key}_limit",
        row.label,
        at,
        np.array([float(kind.side(row.key)) for kind in CLASSES]),
        _column([kind.limits(row.key)[0] for kind in CLASSES]),
        _column([kind.limits(row.key)[1] for kind in CLASSES]),
    )
    for at, row in enumerate(SIGNALS)
    if row.role is None
    and at not in _READ
    and any(limit is not None for kind in CLASSES for limit in kind.limits(row.key))
)
