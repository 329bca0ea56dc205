"""Range so far: is a signal where it has never been?"""

import numpy as np

from connected_ops.signals.detectors.detector import Floats, OwnLimit


class RangeSoFar(OwnLimit):
    """How far a signal lies outside everything it has shown, in widths of what it has shown, a signal its own limit.

    s = max(z - high, low - z, 0) / max(high - low, 0.5), then high ← max(high, z), low ← min(low, z): what was once
    shown is known. The range starts at the centre of the fit rows and has grown over them before the first score.

    Parameters: as OwnLimit; the limit is at least `floor` widths.
    Source: record values of a sequence (Arnold, Balakrishnan & Nagaraja 1998, Records); as an alarm in Numenta's NAB
    detector (Ahmad et al. 2017, Neurocomputing 262): a value outside the range so far.

    >>> import numpy as np
    >>> x = np.random.default_rng(1).normal(size=(1, 300, 1))
    >>> x[0, 250:260] += 9
    >>> ts, seen = np.arange(300.0)[None], RangeSoFar()
    >>> seen.fit(ts[:, :200], x[:, :200])
    >>> scores = [float(seen.score(ts[:, row], x[:, row])[0]) for row in range(200, 300)]
    >>> max(scores[:50]) < 1 < scores[50], max(scores[60:]) < 1
    (True, True)
    """

    floor = 0.1

    def _learn(self, z: Floats) -> None:
        self._low, self._high = np.zeros((2, z.shape[0], z.shape[2]))

    def _move(self, steps: Floats, z: Floats) -> tuple[Floats, Floats]:
        width = np.maximum(self._high - self._low, 0.5)
        outside = np.nan_to_num(np.maximum(np.maximum(z - self._high, self._low - z), 0.0)) / width
        self._low, self._high = np.fmin(self._low, z), np.fmax(self._high, z)
        return outside, outside**2
