"""Whether a unit's engine turns, which is what most values are judged by."""

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.machines.catalog import SIGNALS
from connected_ops.machines.masks import some
from connected_ops.validation import cadence, hours
from connected_ops.validation.known import CADENCE, GAPS, RAGGED, RAN_AT, SEEN, VALUE

Floats = NDArray[np.float64]

RUNS_RPM = 300.0  # a starter turns an engine at 100 to 250 rpm
ASLEEP_S = 600.0  # an engine that has not run for so long heats nothing: a doubted value of it opens nothing


class Engine:
    """What n messages and what came before tell of the engine: [n] `fitted` whether its speed is ever sent, `heard`
    when that came last, `runs` whether it turns, `ran` whether it did in the last ten minutes."""

    __slots__ = ("fitted", "heard", "ran", "runs")

    def __init__(self, s: Floats, u: Floats, ts: Floats, x: Floats) -> None:
        rpm, before = x[:, catalog.RPM], s[:, VALUE, catalog.RPM]
        now = np.isfinite(rpm) & (rpm <= SIGNALS[catalog.RPM].sensor_high)
        self.heard = np.where(now, ts, s[:, SEEN, catalog.RPM])
        self.fitted = self.heard > -np.inf
        fresh = ts - self.heard <= cadence.hold(
            s[:, CADENCE, catalog.RPM], s[:, RAGGED, catalog.RPM], s[:, GAPS, catalog.RPM]
        )
        self.runs = (np.where(now, rpm, before) > RUNS_RPM) & fresh
        self.ran = ts - u[:, RAN_AT] < ASLEEP_S
        u[:, RAN_AT] = np.where(self.runs, ts, u[:, RAN_AT])


def awake(u: Floats, x: Floats, engine: Engine) -> Floats:
    """The values [n, signals] without an hour meter of 0 while the engine stands: its controller sleeps."""
    zero = (x[:, catalog.HOURS] == 0.0) & (u[:, hours.READING] > 1.0) & engine.fitted & ~engine.runs
    if some(zero):
        x = x.copy()
        x[zero, catalog.HOURS] = np.nan
    return x
