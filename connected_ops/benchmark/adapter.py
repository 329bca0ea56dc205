"""Our detectors as the shared harness runs them: one file, row by row, with no clock but the number of the row.

python skab_eval.py   --detector connected_ops.benchmark.adapter:Machine
python nab_eval.py    --detector connected_ops.benchmark.adapter:Series
python obd_far.py     --detector connected_ops.benchmark.adapter:RoadVehicle
python cmapss_eval.py --model    connected_ops.benchmark.adapter:Life
"""

from collections.abc import Sequence

import numpy as np

from connected_ops.risk.remaining_life import RemainingLife
from connected_ops.signals.detectors import series
from connected_ops.signals.detectors.committee import Committee
from connected_ops.signals.detectors.decision import Decision
from connected_ops.signals.detectors.detector import Detector, Floats
from connected_ops.signals.detectors.virtual_sensor import VirtualSensor


class Machine:
    """A machine with several sensors: the committee, and an alarm that waits before it turns and is told again when
    all signals together move anew."""

    def __init__(self) -> None:
        self.last_score = 0.0
        self._row = 0

    def fit(self, X: Floats, names: Sequence[str] | None = None) -> None:
        """Learn what is healthy from [rows, signals]."""
        self._names = tuple(names or (f"x{at}" for at in range(X.shape[1])))
        self._row = len(X)
        self._detector, self._decision = self.detector(names), self.decision()
        self._detector.fit(np.arange(len(X), dtype=np.float64)[None], np.asarray(X, dtype=np.float64)[None])

    def predict_one(self, x: Floats) -> bool:
        """Whether it alarms at the next row [signals]."""
        ts = np.array([float(self._row)])
        self._row += 1
        score = self._detector.score(ts, np.asarray(x, dtype=np.float64)[None])
        self.last_score = float(score[0])
        return bool(self._decision.decide(ts, score, self.moving())[0])

    def explain(self) -> dict[str, float]:
        """Each signal's part in the last score."""
        return dict(zip(self._names, self._detector.shares[0].tolist(), strict=True))

    def detector(self, names: Sequence[str] | None = None) -> Detector:
        """The detector of signals of these names, not fitted yet."""
        return Committee()

    def decision(self) -> Decision:
        """What makes alarms of its scores."""
        return Decision(units=1)

    def moving(self) -> Floats | None:
        """What says that signals move at the newest row; None where nothing does, and an alarm is told once."""
        return self._detector.votes["change"] if isinstance(self._detector, Committee) else None


class Series(Machine):
    """One series of which nothing is known."""

    def detector(self, names: Sequence[str] | None = None) -> Detector:
        """What is rare by the series' own past."""
        return series.Series()

    def decision(self) -> Decision:
        """At once: an alarm is a point in time."""
        return Decision(units=1, on_delay=0.0, off_delay=0.0)


class RoadVehicle(Machine):
    """A vehicle's OBD signals: what each should read from the others and from what the engine is doing."""

    def detector(self, names: Sequence[str] | None = None) -> Detector:
        """The virtual sensor, which knows roles by their names."""
        return VirtualSensor(names)

    def decision(self) -> Decision:
        """At once: the virtual sensor holds what it said by itself."""
        return Decision(units=1, on_delay=0.0, off_delay=0.0)


class Life(RemainingLife):
    """The cycles that an engine has left."""

    def predict(self, X: Floats) -> float:
        """The middle of what is left after the last row of [cycles, sensors]."""
        return self.span(X)[1]
