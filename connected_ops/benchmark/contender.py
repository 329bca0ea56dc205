"""What is measured: anything that fits on opening rows and then says of each row whether it alarms; and the controls,
which read no sensor."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Contender(Protocol):
    """A detector as the shared harness runs it: one file, its rows in time order."""

    last_score: float
    """The score of the row judged last, 1 is its own limit."""

    def fit(self, X: Floats, names: Sequence[str] | None = None) -> None:
        """Learn from the opening rows [rows, signals]."""
        ...

    def predict_one(self, x: Floats) -> bool:
        """Whether it alarms at this row [signals]."""
        ...


New = Callable[[], Contender]


class AlwaysOn:
    """Alarms at every row."""

    def __init__(self) -> None:
        self.last_score = 1.0

    def fit(self, X: Floats, names: Sequence[str] | None = None) -> None:
        """Learns nothing."""

    def predict_one(self, x: Floats) -> bool:
        """Always."""
        return True


class Never(AlwaysOn):
    """Alarms at no row."""

    def __init__(self) -> None:
        self.last_score = 0.0

    def predict_one(self, x: Floats) -> bool:
        """Never."""
        return False


class Clock(AlwaysOn):
    """Alarms from the 173rd to the 573rd row after the fit: where SKAB's faults usually are."""

    def __init__(self) -> None:
        super().__init__()
        self._row = 0

    def predict_one(self, x: Floats) -> bool:
        """By the number of the row alone."""
        self._row += 1
        alarm = 173 <= self._row <= 573
        self.last_score = float(alarm)
        return alarm


class Pulse(AlwaysOn):
    """Alarms at every 40th row: it always has a turn within a minute of whatever comes."""

    def __init__(self) -> None:
        super().__init__()
        self._row = 0

    def predict_one(self, x: Floats) -> bool:
        """By the number of the row alone."""
        self._row += 1
        self.last_score = float(self._row % 40 == 0)
        return self.last_score == 1


def stream(contender: Contender, x: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Scores and alarms of rows [n, signals] one by one; a score that is no number counts as 0."""
    scores, alarms = np.zeros(len(x)), np.zeros(len(x), dtype=bool)
    for at, row in enumerate(x):
        alarms[at] = contender.predict_one(row)
        scores[at] = contender.last_score
    return np.where(np.isfinite(scores), scores, 0.0), alarms
