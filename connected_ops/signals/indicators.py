"""Condition indicators: how much each signal speaks for a fault, 0 (nothing) to 1 (plainly), for n samples at once.

They stand in the files of modes, and after them one for each signal that a class limits and no mode reads. Every one is
a ramp from its start to its full of one measure, worked out by its kind. All figures are judgement (J) until measured
otherwise.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.machines.masks import every, some
from connected_ops.machines.mode import INDICATORS as FROM_FILES
from connected_ops.machines.mode import MODES
from connected_ops.machines.unit_class import CLASSES
from connected_ops.signals import baseline
from connected_ops.signals.engine_kinds import ENGINE_KINDS
from connected_ops.signals.kinds import KINDS, Evidence, Reading
from connected_ops.signals.limits import LIMITED
from connected_ops.signals.regime import OFF
from connected_ops.validation.running import RUNS_RPM


@dataclass(frozen=True, slots=True)
class Indicator:
    """One condition indicator. It is read anew where a value of its `signal` (a column of the catalogue) comes; a
    `lasting` one, which says the same of a machine that stands as of one that runs, at any message."""

    key: str
    label: str
    signal: int
    lasting: bool = False


INDICATORS: tuple[Indicator, ...] = (
    *(Indicator(row.key, row.row.label, row.signal, lasting=row.row.kind == "drift") for row in FROM_FILES),
    *(Indicator(row.key, f"{row.label} against its limits", row.signal) for row in LIMITED),
)
KEYS: tuple[str, ...] = tuple(row.key for row in INDICATORS)
SIGNAL = np.array([row.signal for row in INDICATORS])
"""[indicators] the column of the catalogue that each is read from."""
_PASSING = np.array([not row.lasting for row in INDICATORS])
_LASTING = ~_PASSING
_RUNNING = np.array([row.row.running for row in FROM_FILES] + [False] * len(LIMITED))


def _made() -> tuple[tuple[NDArray[np.int64], Evidence], ...]:
    """Each kind that is in use with the places of its indicators."""
    found = []
    for kind, made in (KINDS | ENGINE_KINDS).items():
        places = [at for at, row in enumerate(FROM_FILES) if row.row.kind == kind]
        if places:
            found.append((np.array(places), made([FROM_FILES[at] for at in places])))
    return tuple(found)


def _elsewhere() -> NDArray[np.bool_]:
    """[classes, indicators] where a mode does not happen to a class."""
    found = np.zeros((len(CLASSES), len(INDICATORS)), dtype=bool)
    for mode in MODES:
        for kind, row in enumerate(CLASSES):
            if mode.classes is not None and row.key not in mode.classes:
                found[kind, [KEYS.index(each.key) for each in mode.indicators]] = True
    return found


_KINDS = _made()
_ELSEWHERE = _elsewhere()
_ANYWHERE = not _ELSEWHERE.any()


def evidence(reading: Reading, came: NDArray[np.bool_]) -> NDArray[np.float64]:
    """[n, indicators] evidence in 0..1, NaN where an indicator cannot be read, or is not because no value of its signal
    `came` [n, signals]; nothing but what lasts speaks while the engine is off, some only where it is known
    to run."""
    measures = np.empty((len(reading.x), len(INDICATORS)))
    for places, of_kind in _KINDS:
        measures[:, places] = of_kind(reading)
    for at, row in enumerate(LIMITED, start=len(FROM_FILES)):
        measures[:, at] = row.evidence(reading.x[:, row.signal], reading.unit_class)
    found = np.minimum(np.maximum(measures, 0.0), 1.0)
    turning = reading.x[:, catalog.RPM, None]
    off = (reading.regime >= OFF)[:, None] & _PASSING | (turning < RUNS_RPM) & _RUNNING
    read = came[:, SIGNAL] | _LASTING | off
    read &= ~(np.isnan(turning) & _RUNNING)
    if not _ANYWHERE:
        read &= ~_ELSEWHERE[reading.unit_class]
    if not every(read):
        found = np.where(read, found, np.nan)
    if some(off):
        found[off & np.isfinite(found)] = 0.0
    return found


def quantities(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """[n, quantities] what baselines are kept of."""
    q = x.take(baseline.SIGNAL, axis=1)
    for at, over in baseline.OVER:
        q[:, at] -= x[:, over]
    return q
