"""Episodes against the labels that somebody gave a recording. Pure."""

from collections.abc import Sequence
from math import inf

import numpy as np
from numpy.typing import NDArray

from connected_ops.read_model import EpisodeView, LabelScore
from connected_ops.recordings.recording import Floats


def events(ts: Floats, label: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """(first, last) Unix s of each run of labelled samples.

    >>> events(np.array([0.0, 1.0, 2.0, 9.0]), np.array([True, True, False, True]))
    [(0.0, 1.0), (9.0, 9.0)]
    """
    edges = np.diff(np.concatenate([[False], label, [False]]).astype(np.int8))
    first, last = np.flatnonzero(edges > 0), np.flatnonzero(edges < 0) - 1
    return [(float(ts[a]), float(ts[b])) for a, b in zip(first, last, strict=True)]


def score(ts: Floats, label: NDArray[np.bool_], episodes: Sequence[EpisodeView]) -> LabelScore:
    """What was found of the labelled events, how late, and what was false: `ts` [n] Unix s rising, `label` [n]."""
    known = events(ts, label)
    delays: list[float] = []
    for first, last in known:
        open_then = [each.opened_at for each in episodes if each.opened_at <= last and _end(each) >= first]
        if open_then:
            delays.append(max(0.0, min(open_then) - first))
    false = sum(not any(first <= each.opened_at <= last for first, last in known) for each in episodes)
    return LabelScore(len(known), len(delays), tuple(delays), false)


def _end(episode: EpisodeView) -> float:
    return inf if episode.closed_at is None else episode.closed_at
