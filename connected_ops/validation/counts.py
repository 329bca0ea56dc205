"""How many samples arrived and what became of them. Counts never lie: received = valid + review + rejected +
duplicate."""

from collections import deque
from statistics import median

import numpy as np
from numpy.typing import NDArray

from connected_ops.telemetry.units import Owner
from connected_ops.validation.rules import RULES, VERDICT_NAMES, Fired, count

RATE_OVER_S = 10.0


class Counts:
    """Counters by owner: `verdict` [owners, verdicts], `fired` [owners, rules]; `refused` bodies that held no
    readable sample, `turned_away` bodies for which there was no room."""

    def __init__(self) -> None:
        self.verdict = np.zeros((len(Owner), len(VERDICT_NAMES)), dtype=np.int64)
        self.fired = np.zeros((len(Owner), len(RULES)), dtype=np.int64)
        self.refused = 0
        self.turned_away = 0
        self._arrivals: deque[tuple[float, list[int]]] = deque()  # second, samples by owner

    def add(self, owner: Owner, verdict: NDArray[np.uint8], fired: Fired, now: float) -> None:
        """Count n judged samples."""
        self.verdict[owner] += np.bincount(verdict, minlength=len(VERDICT_NAMES))
        if fired.any():
            self.fired[owner] += count(fired)
        second = float(int(now))
        if self._arrivals and self._arrivals[-1][0] == second:
            self._arrivals[-1][1][owner] += len(verdict)
        else:
            self._arrivals.append((second, [len(verdict) if one is owner else 0 for one in Owner]))
            while self._arrivals[0][0] < second - RATE_OVER_S - 1:
                self._arrivals.popleft()

    @property
    def totals(self) -> NDArray[np.int64]:
        """[verdicts] over all owners."""
        return self.verdict.sum(axis=0)

    def rate(self, now: float) -> float:
        """Samples in a usual second of the last 10: their median, so that a backfill is no rate; for senders slower
        than one in two seconds, whose median is 0, the mean."""
        second = float(int(now))
        arrivals = tuple(self._arrivals)  # in one go: an assessment may run in a thread while samples arrive
        counts = [sum(n) for at, n in arrivals if second - RATE_OVER_S <= at < second]
        quiet = int(RATE_OVER_S) - len(counts)
        return median(counts + [0] * quiet) or sum(counts) / RATE_OVER_S

    def forget_arrivals(self) -> None:
        """Begin to measure the rate anew."""
        self._arrivals.clear()
