"""NAB, the Numenta Anomaly Benchmark: single series with windows in which something is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from connected_ops.benchmark.contender import New, stream
from connected_ops.benchmark.recordings import Series
from connected_ops.benchmark.scoring import Windows, probation


@dataclass(frozen=True, slots=True)
class NabScore:
    """0 for silence, 100 for perfect: at the detector's own limit by the three profiles, and `best` at the one limit
    that suits the labels best, as the public scoreboard prints it; windows hit, and false episodes."""

    files: int
    standard: float
    low_fp: float
    low_fn: float
    best: float
    hit: int
    windows: int
    false_episodes: int


def score(new: New, files: Sequence[Series]) -> NabScore:
    """Fit on each file's probation rows, judge the rest row by row."""
    scores, alarms = [], []
    for file in files:
        opening = probation(len(file.x))
        contender = new()
        contender.fit(file.x[:opening], ("value",))
        told, alarm = stream(contender, file.x[opening:])
        scores.append(np.r_[np.zeros(opening), told])
        alarms.append(np.r_[np.zeros(opening, dtype=bool), alarm])
    rows, every, alarm = Windows(files), np.concatenate(scores), np.concatenate(alarms)
    hit, windows = rows.hit(alarm)
    return NabScore(
        files=len(files),
        standard=rows.score(alarm, "standard"),
        low_fp=rows.score(alarm, "low_FP"),
        low_fn=rows.score(alarm, "low_FN"),
        best=rows.best(every, "standard"),
        hit=hit,
        windows=windows,
        false_episodes=rows.false_episodes(alarm),
    )
