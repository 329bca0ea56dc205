"""A recording: what one machine sent, as columns over time."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

GAP_S = 20.0
GAP_SPACINGS = 3.0
OFTEN = 1.2

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Recording:
    """n samples of one machine, by time.

    `file` it was read from, `unit` its vehicle_id or the trip's name, `unit_class` what the file names; `ts` [n] Unix
    seconds, from 0 where the file knows no date (`dated` False); `values` [n, signals] in payload units, NaN for
    absent; `label` [n] whether somebody calls that sample abnormal, None where nobody labelled any. `skipped` rows had
    no time to stand at. `fault_codes` of the samples that carry any.
    """

    file: str
    unit: str
    unit_class: str
    dated: bool
    ts: Floats
    values: Floats
    label: NDArray[np.bool_] | None = None
    skipped: int = 0
    fault_codes: dict[int, list[str]] = field(default_factory=dict)


def heard_s(ts: Floats) -> float:
    """The seconds that n times cover: of a pause no more counts than 20 s or three times the usual spacing.

    >>> heard_s(np.array([0.0, 1.0, 2.0, 3602.0]))
    22.0
    """
    if len(ts) < 2:
        return 0.0
    spacing = np.diff(np.unique(ts))
    if not len(spacing):
        return 0.0
    return float(np.minimum(spacing, max(GAP_S, GAP_SPACINGS * float(np.median(spacing)))).sum())


def is_often(ts: Floats) -> bool:
    """Whether rising times have several instants a second, most of the time."""
    return len(ts) > OFTEN * len(np.unique(np.floor(ts)))


def joined(ts: Floats, values: Floats) -> tuple[Floats, Floats]:
    """One row for each time, with the last value that each signal was heard to have at it.

    A gateway that sends one signal a message writes a row for each: `ts` [n] rising, `values` [n, k].

    >>> ts, values = joined(np.array([1.0, 1.0, 2.0]), np.array([[1.0, np.nan], [2.0, 5.0], [np.nan, 6.0]]))
    >>> ts.tolist(), values.tolist()
    ([1.0, 2.0], [[2.0, 5.0], [nan, 6.0]])
    """
    times, group = np.unique(ts, return_inverse=True)
    if len(times) == len(ts):
        return ts, values
    rows = np.arange(len(ts))[:, None]
    last = np.full((len(times), values.shape[1]), -1)
    np.maximum.at(last, group, np.where(np.isfinite(values), rows, -1))
    kept = np.take_along_axis(values, np.maximum(last, 0), axis=0)
    return times, np.where(last >= 0, kept, np.nan)
