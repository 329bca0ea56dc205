"""Which rows of an engine are evidence at all: plausibility before health."""

import numpy as np
from numpy.typing import NDArray

from connected_ops.signals.detectors.detector import Floats

Rows = NDArray[np.bool_]

HOLDS = 4.0  # times the usual hold of rpm: a running engine's speed does not rest for so long, its logger does
STALE_FOR = 60.0  # steps after such a rest in which values may be of different moments
STILL_FOR = 100.0  # steps after air stood still in which its sensor still shows its own heat, or overshoots from it


class Evidence:
    """State [units] of what makes a row no evidence.

    Stale: a logger that asks one signal after the other repeats what it heard last, so a row holds values of different
    moments, and pressure and airflow seem to contradict each other. An engine that runs never holds its speed, so rpm
    tells: it repeats itself for more than `HOLDS` times its usual hold.

    Airless: a sensor in air that stands reads its own heater and the engine's heat (145 °C in the KIT car's stops, then
    down to -8 °C), and no air at all. Its value is none until air has flowed for `STILL_FOR` steps.
    """

    def __init__(self, units: int) -> None:
        self._rpm, self._held = np.full(units, np.nan), np.zeros(units)
        self._since_rest, self._since_still = np.full(units, np.inf), np.full(units, np.inf)

    def move(self, steps: Floats, rpm: Floats, still: Rows, usual_hold: Floats) -> tuple[Rows, Rows]:
        """(stale, airless) [units] at one row: steps [units] since the last, 0 where nothing was heard; rpm [units],
        NaN absent; `still` [units] no air flows; `usual_hold` [units] steps, as `usual_hold` gives it."""
        new = steps > 0
        known = new & np.isfinite(rpm)
        self._held = np.where(known, np.where((rpm == self._rpm) & ~still, self._held + 1, 1), self._held)
        self._rpm = np.where(known, rpm, self._rpm)
        rests = known & (self._held > HOLDS * usual_hold)
        self._since_rest = np.where(rests, 0.0, self._since_rest + steps)
        self._since_still = np.where(new & still, 0.0, self._since_still + steps)
        return self._since_rest < STALE_FOR, self._since_still < STILL_FOR


def usual_hold(rpm: Floats, still: Rows) -> Floats:
    """[units] rows for which rpm [units, rows] usually stays the same while the engine runs, 1 or more."""
    runs = ~still[:, 1:] & np.isfinite(rpm[:, 1:])
    changes = runs & (np.diff(rpm, axis=1) != 0)
    return np.maximum(runs.sum(axis=1) / np.maximum(changes.sum(axis=1), 1), 1.0)
