"""Scores as the public benchmarks define them; nowhere is an alarm moved to where it would have helped.

SKAB: F1, false and missed alarms and the change-point score of its leaderboard (Katser & Kozitsin 2020). NAB: Lavin &
Ahmad 2015, "Evaluating Real-Time Anomaly Detection Algorithms". Episodes: alarms closer than 30 s are one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, inf, nan

import numpy as np
from numpy.typing import NDArray

from connected_ops.benchmark.recordings import Series

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

JOIN_S, LONGEST_STEP_S = 30.0, 10.0
CHANGE_WINDOW_S = 60.0
CHANGE_PROFILES = {"standard": (1.0, -0.11, -1.0), "low_FP": (1.0, -0.22, -1.0), "low_FN": (1.0, -0.11, -2.0)}
NAB_PROFILES = {"standard": (1.0, 0.11, 1.0), "low_FP": (1.0, 0.22, 1.0), "low_FN": (1.0, 0.11, 2.0)}


@dataclass(frozen=True, slots=True)
class PointScore:
    """Over rows: F1 0..1, false and missed alarms in %, and `balanced` accuracy, .5 for whatever reads no sensor."""

    f1: float
    far: float
    mar: float
    balanced: float


def points(fault: Mask, alarm: Mask) -> PointScore:
    """Of `fault` [n] and `alarm` [n]."""
    hit, false = int((fault & alarm).sum()), int((~fault & alarm).sum())
    missed, quiet = int((fault & ~alarm).sum()), int((~fault & ~alarm).sum())
    far, mar = 100 * false / max(false + quiet, 1), 100 * missed / max(missed + hit, 1)
    return PointScore(hit / max(hit + (false + missed) / 2, 1e-12), far, mar, 1 - (far + mar) / 200)


@dataclass(frozen=True, slots=True)
class EpisodeScore:
    """`detected` of `events` had an alarm, the first `delays` s after its begin; `false` episodes in `healthy_s`."""

    events: int
    detected: int
    delays: tuple[float, ...]
    false: int
    healthy_s: float


def episodes(fault: Mask, alarm: Mask, ts: Floats) -> EpisodeScore:
    """The way an operator counts; `ts` [n] s."""
    events = segments(fault)
    first = [begin + np.flatnonzero(alarm[begin:end])[:1] for begin, end in events]
    delays = tuple(float(ts[at[0]] - ts[begin]) for at, (begin, _) in zip(first, events, strict=True) if len(at))
    rows = np.flatnonzero(alarm & ~fault)
    false = 0
    if len(rows):
        faults = np.cumsum(fault)
        apart = np.diff(rows) > 1
        false = 1 + int(((np.diff(ts[rows]) > JOIN_S) | (apart & (np.diff(faults[rows]) > 0))).sum())
    step = np.minimum(np.diff(ts, prepend=ts[0]), LONGEST_STEP_S)
    return EpisodeScore(len(events), len(delays), delays, false, float(step[~fault].sum()))


def segments(fault: Mask) -> list[tuple[int, int]]:
    """Stretches of True as [begin, end)."""
    edges = np.diff(np.r_[0, fault.astype(np.int64), 0])
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))


def change_points(ts: Sequence[Floats], change: Sequence[Mask], alarm: Sequence[Mask]) -> dict[str, float]:
    """SKAB's change-point score by profile over files: alarms that turn are detections, the first within a minute
    after a true change counts the more the earlier it is, all outside of such minutes are false."""
    total = dict.fromkeys(CHANGE_PROFILES, 0.0)
    wanted = 0
    curve = np.linspace(-np.pi / 2, np.pi / 2, 1000)
    for when, true, on in zip(ts, change, alarm, strict=True):
        turned = np.r_[on[:1], on[1:] != on[:-1]]
        hits = when[turned]
        spans = [[begin, begin + CHANGE_WINDOW_S] for begin in when[true].tolist()]
        for left, right in pairwise(spans):
            right[0] = max(left[1], right[0])
        inside = np.zeros(len(hits), dtype=bool)
        wanted += len(spans)
        for low, high in spans:
            within = (hits >= low) & (hits <= high)
            inside |= within
            for name, (right, wrong, missed) in CHANGE_PROFILES.items():
                if not within.any():
                    total[name] += missed
                    continue
                place = min(int((hits[within][0] - low) / (high - low) * 1000), 999) if high > low else 0
                half = (right - wrong) / 2
                total[name] += half * -np.tanh(curve[place]) / np.tanh(np.pi / 2) + half + wrong
        for name, (_, wrong, _) in CHANGE_PROFILES.items():
            total[name] += wrong * int((~inside).sum())
    if not wanted:
        return dict.fromkeys(CHANGE_PROFILES, nan)
    return {
        name: float(100 * (total[name] - missed * wanted) / (wanted * (right - missed)))
        for name, (right, _, missed) in CHANGE_PROFILES.items()
    }


def probation(rows: int) -> int:
    """NAB's opening rows, from which a detector may learn: 15 %, at most 750."""
    return int(min(floor(0.15 * rows), 750))


class Windows:
    """The rows of several series stacked, each with the window it lies in and what an alarm there is worth."""

    def __init__(self, files: Sequence[Series]) -> None:
        self._labelled = sum(len(file.windows) for file in files)
        window, worth, live, base = [], [], [], 0
        for file in files:
            which, value = _worth(len(file.x), file.windows)
            window.append(np.where(which >= 0, which + base, -1))
            worth.append(value)
            live.append(np.arange(len(file.x)) >= probation(len(file.x)))
            base += len(file.windows)
        self._window, self._worth, self.live = map(np.concatenate, (window, worth, live))
        self._hittable = np.unique(self._window[self.live & (self._window >= 0)])

    def score(self, alarm: Mask, profile: str) -> float:
        """0 for silence, 100 for perfect: NAB's normalised score of the alarms of all rows [n]."""
        right, wrong, missed = NAB_PROFILES[profile]
        on = alarm & self.live
        rows = np.flatnonzero(on & (self._window >= 0))
        best = np.full(int(self._window.max(initial=-1)) + 2, -inf)
        np.maximum.at(best, self._window[rows], self._worth[rows] * right)
        hit = best[self._hittable]
        raw = np.where(np.isfinite(hit), hit, -missed).sum() + (self._worth[on & (self._window < 0)] * wrong).sum()
        return self._normalised(float(raw), profile)

    def best(self, score: Floats, profile: str) -> float:
        """The score at the one limit for all rows that suits the labels best: what NAB's scoreboard prints."""
        right, wrong, missed = NAB_PROFILES[profile]
        order = np.flatnonzero(self.live)
        order = order[np.argsort(-score[order], kind="stable")]
        now = dict.fromkeys(self._hittable.tolist(), -missed)
        gain = np.zeros(len(order))
        for at, (window, worth) in enumerate(
            zip(self._window[order].tolist(), self._worth[order].tolist(), strict=True)
        ):
            value = worth * (right if window >= 0 else wrong)
            if window < 0:
                gain[at] = value
            elif value > now[window]:
                gain[at], now[window] = value - now[window], value
        path = -missed * len(self._hittable) + np.cumsum(gain)
        last = np.r_[np.flatnonzero(np.diff(score[order])), len(order) - 1]
        return self._normalised(max(float(path[last].max()), -missed * len(self._hittable)), profile)

    def false_episodes(self, alarm: Mask) -> int:
        """Runs of alarms that begin outside of every window."""
        on = alarm & self.live
        return int((on & (self._window < 0) & ~np.r_[False, on[:-1]]).sum())

    def hit(self, alarm: Mask) -> tuple[int, int]:
        """Windows with an alarm, of those that can have one."""
        on = alarm & self.live & (self._window >= 0)
        return len(np.unique(self._window[on])), len(self._hittable)

    def _normalised(self, raw: float, profile: str) -> float:
        right, _, missed = NAB_PROFILES[profile]
        null, perfect = -missed * len(self._hittable), right * self._labelled
        return 100 * (raw - null) / (perfect - null) if self._labelled else nan


def _worth(rows: int, spans: Sequence[tuple[int, int]]) -> tuple[NDArray[np.int64], Floats]:
    """Each row's window (-1: none) and an alarm's worth there: 1 at a window's left edge falling to 0 at its right,
    then to -1 with the distance in window lengths; -1 before the first."""
    which, worth = np.full(rows, -1), np.full(rows, -1.0)
    for at, (first, last) in enumerate(spans):
        inside = np.arange(first, last + 1)
        worth[inside] = _sigmoid(-(last - inside + 1) / (last - first + 1)) / _sigmoid(np.array(-1.0))
        which[inside] = at
        after = np.arange(last + 1, spans[at + 1][0] if at + 1 < len(spans) else rows)
        place = (after - last) / max(last - first, 1)
        worth[after] = np.where(place > 3, -1.0, _sigmoid(place))
    return which, worth


def _sigmoid(x: Floats) -> Floats:
    return 2.0 / (1.0 + np.exp(5.0 * x)) - 1.0
