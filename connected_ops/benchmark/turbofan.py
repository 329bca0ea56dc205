"""C-MAPSS FD001: turbofan engines run to failure, and how many cycles each has left where it was stopped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CAP = 125  # cycles: common practice, for nothing shows before
FOLDS = 5


class LifeModel(Protocol):
    """Learns from engines run to failure, then says what is left of one."""

    def fit(self, histories: Sequence[Floats], cap: float) -> None:
        """From [cycles, 24] of each engine. Raises ValueError where they are too few or too short."""
        ...

    def span(self, seen: Floats) -> tuple[float, float, float]:
        """Low, middle and high of 80 %, cycles left after the last row of [cycles, 24]."""
        ...


NewLife = Callable[[], LifeModel]


class MeanLife:
    """The control: every engine lives as long as the mean one; it reads no sensor."""

    def fit(self, histories: Sequence[Floats], cap: float) -> None:
        """The mean, and how far the lives lie apart."""
        lives = np.array([len(history) for history in histories])
        self._cap = cap
        self._low, self._high = np.quantile(lives, (0.1, 0.9))
        self._mean = lives.mean()

    def span(self, seen: Floats) -> tuple[float, float, float]:
        """What is left of the mean life, between 0 and the cap."""
        low, middle, high = (
            min(max(float(life) - len(seen), 0.0), self._cap) for life in (self._low, self._mean, self._high)
        )
        return low, middle, high


@dataclass(frozen=True, slots=True)
class LifeScore:
    """Root mean square and mean absolute error in cycles, PHM08's score (late counts more), and the `coverage`: the
    share of 80 % intervals that hold the truth, in %."""

    engines: int
    rmse: float
    mae: float
    phm08: float
    coverage: float


def score(truth: Floats, spans: Sequence[tuple[float, float, float]]) -> LifeScore:
    """Of `truth` [engines] cycles and what was said of each."""
    low, middle, high = np.array(spans).T
    off = middle - truth
    late = np.where(off < 0, np.expm1(-off / 13), np.expm1(off / 10))
    return LifeScore(
        engines=len(truth),
        rmse=float(np.sqrt((off**2).mean())),
        mae=float(np.abs(off).mean()),
        phm08=float(late.sum()),
        coverage=100 * float(((low <= truth) & (truth <= high)).mean()),
    )


def folds(new: NewLife, engines: Sequence[Floats]) -> LifeScore:
    """Each engine stopped once at a seeded cycle, judged by a model that learned from the other four fifths; the truth
    is capped."""
    rng = np.random.default_rng(0)
    stop = [int(rng.integers(min(31, len(engine)), len(engine) - 5)) for engine in engines]
    truth = np.array([len(engine) - at for engine, at in zip(engines, stop, strict=True)], dtype=np.float64)
    spans = [(0.0, 0.0, 0.0)] * len(engines)
    for fold in range(FOLDS):
        model = new()
        model.fit([engine for at, engine in enumerate(engines) if at % FOLDS != fold], CAP)
        for at in range(fold, len(engines), FOLDS):
            spans[at] = model.span(engines[at][: stop[at]])
    return score(np.minimum(truth, CAP), spans)


def official(new: NewLife, train: Sequence[Floats], test: Sequence[Floats], left: Floats) -> LifeScore:
    """Learned from the training set, judged once on the test set; the truth [engines] is capped."""
    model = new()
    model.fit(train, CAP)
    return score(np.minimum(left, CAP), [model.span(seen) for seen in test])
