"""A recording thinned for a chart, so that no peak is lost. Pure."""

from collections.abc import Sequence
from math import isfinite

import numpy as np

from connected_ops.machines.catalog import SIGNALS
from connected_ops.machines.unit_class import of_unit
from connected_ops.read_model import CHART_ROWS, EpisodeView, Plotted
from connected_ops.recordings.recording import GAP_S, GAP_SPACINGS, Floats, Recording

MOST_SIGNALS = 5
BUCKETS = 500
"""Of each the lowest and the highest value are kept: two for a pixel."""

BY_DEFAULT = tuple(CHART_ROWS)


def plotted(recording: Recording, episodes: Sequence[EpisodeView]) -> tuple[Plotted, ...]:
    """The signals to show of a recording: those that its episodes speak of first, then what else a unit's charts
    show."""
    told = [each.signal for each in episodes]
    sent = {row.key: at for at, row in enumerate(SIGNALS) if np.isfinite(recording.values[:, at]).any()}
    keys = [key for key in dict.fromkeys([*told, *BY_DEFAULT]) if key in sent][:MOST_SIGNALS]
    kind = of_unit(recording.unit, recording.unit_class)
    made: list[Plotted] = []
    for key in keys:
        row = SIGNALS[sent[key]]
        x, y = thinned(recording.ts - recording.ts[0], recording.values[:, sent[key]])
        limit = next((each for each in kind.limits(key) if each is not None), None)
        shown = tuple(value if isfinite(value) else None for value in y.tolist())
        made.append(Plotted(key, row.label, row.uom, tuple(x.tolist()), shown, limit))
    return tuple(made)


def thinned(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """At most two values of each of BUCKETS spans, the lowest and the highest, with a NaN in every pause of the line.

    `x` [n] seconds rising, `y` [n], NaN for absent.
    """
    heard = np.isfinite(y)
    x, y = x[heard], y[heard]
    if len(x) > 2 * BUCKETS:
        bucket = np.minimum(((x - x[0]) / (x[-1] - x[0]) * BUCKETS).astype(int), BUCKETS - 1)
        by_value = np.lexsort((y, bucket))
        starts = np.flatnonzero(np.diff(bucket[by_value], prepend=-1))
        ends = np.append(starts[1:], len(y)) - 1
        kept = np.unique(np.concatenate([by_value[starts], by_value[ends]]))
        spacing = float(np.median(np.diff(x)))
        x, y = x[kept], y[kept]
        usual = max(spacing, float(x[-1] - x[0]) / BUCKETS)
    else:
        usual = float(np.median(np.diff(x))) if len(x) > 1 else 0.0
    after = np.flatnonzero(np.diff(x) > max(GAP_S, GAP_SPACINGS * usual)) + 1
    return np.insert(x, after, x[after - 1]), np.insert(y, after, np.nan)
