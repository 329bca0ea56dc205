"""What plain fixed limits would have raised on the same data: the same limits for every machine, an alarm each time
one is crossed, as the first Connected Ops Lab or a simple product sets them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.machines.masks import some


@dataclass(frozen=True, slots=True)
class FixedLimit:
    """One limit of the product. `signal` is a column of the catalogue; `side` +1: an alarm at `limit` and above, -1:
    below it. `running`: only while the engine turns."""

    label: str
    signal: int
    side: int
    limit: float
    running: bool = False


FIXED_LIMITS: tuple[FixedLimit, ...] = (
    # The low end of the generic heavy-duty amber lamp, 220 to 230 °F; a genset's own warning stands at 215 (J).
    FixedLimit("Coolant 220 °F or more", catalog.COOLANT, +1, 220.0),
    # A thermostat that never closes (P0128). The first Lab had it so, and every cold start breaks it.
    FixedLimit("Coolant under 150 °F with the engine running", catalog.COOLANT, -1, 150.0, running=True),
    # What suits a car at 0.5 to 1.2; normal digging with an excavator breaks it.
    FixedLimit("Vibration index 2.8 or more", catalog.VIBRATION, +1, 2.8),
    # The first Lab's anomaly went to 83 mph; a limit between the motorway and that.
    FixedLimit("Speed 75 mph or more", catalog.SPEED, +1, 75.0),
    # The first Lab's anomaly went to 3,200 rpm; a car overtaking breaks it, a truck at its 2,100 never does.
    FixedLimit("Engine speed 3,000 rpm or more", catalog.RPM, +1, 3000.0),
    # Heat soak of a machine that stands on a hot day reaches it.
    FixedLimit("Intake air 140 °F or more", catalog.INTAKE, +1, 140.0),
)
_SIGNAL = np.array([row.signal for row in FIXED_LIMITS])
_SIDE = np.array([float(row.side) for row in FIXED_LIMITS])
# "Below" excludes the limit itself: a hair more on the other side.
_LIMIT = np.array([row.limit if row.side > 0 else np.nextafter(-row.limit, np.inf) for row in FIXED_LIMITS])
_RUNNING = np.flatnonzero([row.running for row in FIXED_LIMITS])


class FixedLimits:
    """The alarms of fixed limits over a fleet: rising edges, no hysteresis. An absent value changes nothing.
    `by_limit` [units, limits] counts them."""

    def __init__(self, units: int) -> None:
        self._over = np.zeros((units, len(FIXED_LIMITS)), dtype=bool)
        self.by_limit = np.zeros((units, len(FIXED_LIMITS)), dtype=np.int64)

    def clear(self, unit: NDArray[np.int64] | int) -> None:
        """Forget these units and their alarms."""
        self._over[unit] = False
        self.by_limit[unit] = 0

    def take(self, unit: NDArray[np.int64], values: NDArray[np.floating], rpm: NDArray[np.floating]) -> None:
        """Newer messages of n different units: `unit` [n] places, `values` [n, signals] as they came, NaN for absent,
        `rpm` [n] the engine speed that stands now."""
        x = values.take(_SIGNAL, axis=1)
        x *= _SIDE
        over = x >= _LIMIT
        was = self._over.take(unit, axis=0)
        if not some(over | was):
            return
        over[:, _RUNNING] &= rpm[:, None] > 0.0
        over |= was & np.isnan(x)
        self._over[unit] = over
        rises = over > was
        if some(rises):
            self.by_limit[unit] += rises
