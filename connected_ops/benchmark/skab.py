"""SKAB: a water loop's sensors with faults and change points, by the protocol of its leaderboard."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from connected_ops.benchmark.contender import New, stream
from connected_ops.benchmark.recordings import Labelled
from connected_ops.benchmark.scoring import change_points, episodes, points

FIT_ROWS = 400


@dataclass(frozen=True, slots=True)
class SkabScore:
    """Over the rows of all files: F1 0..1, false and missed alarms in %, balanced accuracy 0..1, the change-point score
    of the three profiles, events detected, their median delay in s, false episodes an hour of healthy rows."""

    files: int
    f1: float
    far: float
    mar: float
    balanced: float
    cp: float
    cp_low_fp: float
    cp_low_fn: float
    events: int
    detected: int
    delay_s: float
    false_per_h: float


@dataclass(frozen=True, slots=True)
class HealthyScore:
    """A recording without a fault: false alarms in % of its rows, and false episodes an hour."""

    far: float
    false_per_h: float
    hours: float


def score(new: New, files: Sequence[Labelled]) -> SkabScore:
    """Fit on the first 400 rows of each file, judge the rest row by row."""
    ts = [file.ts[FIT_ROWS:] for file in files]
    fault = [file.fault[FIT_ROWS:] == 1 for file in files]
    change = [file.change[FIT_ROWS:] == 1 for file in files]
    alarm = [_alarms(new, file) for file in files]
    rows = points(np.concatenate(fault), np.concatenate(alarm))
    cp = change_points(ts, change, alarm)
    told = [episodes(*each) for each in zip(fault, alarm, ts, strict=True)]
    delays = [delay for each in told for delay in each.delays]
    return SkabScore(
        files=len(files),
        f1=rows.f1,
        far=rows.far,
        mar=rows.mar,
        balanced=rows.balanced,
        cp=cp["standard"],
        cp_low_fp=cp["low_FP"],
        cp_low_fn=cp["low_FN"],
        events=sum(each.events for each in told),
        detected=sum(each.detected for each in told),
        delay_s=median(delays) if delays else float("nan"),
        false_per_h=sum(each.false for each in told) / (sum(each.healthy_s for each in told) / 3600),
    )


def healthy(new: New, file: Labelled) -> HealthyScore:
    """Every alarm after the first 400 rows is false."""
    alarm = _alarms(new, file)
    told = episodes(np.zeros(len(alarm), dtype=bool), alarm, file.ts[FIT_ROWS:])
    hours = told.healthy_s / 3600
    return HealthyScore(100 * float(alarm.mean()), told.false / hours, hours)


def _alarms(new: New, file: Labelled):
    contender = new()
    contender.fit(file.x[:FIT_ROWS], file.names)
    return stream(contender, file.x[FIT_ROWS:])[1]
