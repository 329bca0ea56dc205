"""How a block is stepped through: at most one row of each unit at once, in the order of their times."""

import numpy as np
from numpy.typing import NDArray


def steps(rows: NDArray[np.int64], unit: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The rows (sorted by unit) as steps: step k holds the k-th row of every unit."""
    if not len(rows):
        return []
    whose = unit[rows]
    new = np.empty(len(rows), dtype=bool)
    new[0] = True
    new[1:] = whose[1:] != whose[:-1]
    if new.all():
        return [rows]
    starts = np.flatnonzero(new)
    counts = np.diff(starts, append=len(rows))
    rank = np.arange(len(rows)) - np.repeat(starts, counts)
    by_rank = np.argsort(rank, kind="stable")
    return np.split(rows[by_rank], np.cumsum(np.bincount(rank))[:-1])
