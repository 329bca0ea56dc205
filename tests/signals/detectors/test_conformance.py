"""What every registered detector keeps to."""

import copy
import doctest
import importlib
import inspect
import pkgutil
from functools import cache

import numpy as np
import pytest

from connected_ops.signals import detectors
from connected_ops.signals.detectors.detector import Detector, Floats
from connected_ops.signals.detectors.registry import DETECTORS

UNITS, FIT, LIVE, SIGNALS = 4, 120, 60, 3
NAMES = sorted(DETECTORS)


@cache
def recording(seed: int = 7) -> tuple[Floats, Floats]:
    """ts [units, rows] a row a second with jitter, x [units, rows, signals]: two signals that hang together, one that
    wanders; a step of the first in the last third; one unit without one signal, holes everywhere."""
    rng = np.random.default_rng(seed)
    rows = FIT + LIVE
    ts = 1.7e9 + np.arange(rows) + rng.uniform(0, 0.3, (UNITS, rows))
    base = rng.normal(size=(UNITS, rows))
    x = np.stack([base + 0.5 * rng.normal(size=base.shape), base, rng.normal(size=base.shape).cumsum(1) / 9], axis=2)
    x[:, -20:, 0] += 6
    x[1, :, 2] = np.nan
    x[rng.random(x.shape) < 0.02] = np.nan
    return ts, x * [3, 0.1, 20] + [90, 1, -400]


def fitted(name: str, ts: Floats, x: Floats) -> Detector:
    detector = DETECTORS[name]()
    detector.fit(ts[:, :FIT], x[:, :FIT])
    return detector


def run(detector: Detector, ts: Floats, x: Floats, rows: range = range(FIT, FIT + LIVE)) -> Floats:
    """Scores and shares [rows, units, 1 + signals]."""
    return np.stack([np.c_[detector.score(ts[:, row], x[:, row]), detector.shares] for row in rows])


@cache
def reference(name: str) -> Floats:
    ts, x = recording()
    return run(fitted(name, ts, x), ts, x)


@pytest.mark.parametrize("name", NAMES)
class TestEveryDetector:
    def test_scores_are_finite_and_not_negative_with_holes_in_the_data(self, name: str) -> None:
        result = reference(name)
        assert result.shape == (LIVE, UNITS, 1 + SIGNALS)
        assert np.isfinite(result).all()
        assert (result >= 0).all()

    def test_shares_add_up(self, name: str) -> None:
        score, total = reference(name)[..., 0], reference(name)[..., 1:].sum(axis=2)
        assert total[score > 0] == pytest.approx(1)
        assert (total[score == 0] == 0).all()

    def test_rows_of_the_grace_score_nothing(self, name: str) -> None:
        assert (reference(name)[: DETECTORS[name]().grace, :, 0] == 0).all()

    def test_later_rows_leave_earlier_scores_as_they_were(self, name: str) -> None:
        ts, x = recording()
        changed = x.copy()
        changed[:, FIT + 30 :] = 1e4
        assert np.array_equal(run(fitted(name, ts, changed), ts, changed)[:30], reference(name)[:30])

    def test_the_same_rows_give_the_same_scores(self, name: str) -> None:
        ts, x = recording()
        assert np.array_equal(run(fitted(name, ts, x), ts, x), reference(name))

    def test_scale_and_offset_of_a_signal_change_nothing(self, name: str) -> None:
        ts, x = recording()
        other = x * [0.01, 100, 7] + [5, -30, 1000]
        assert run(fitted(name, ts, other), ts, other) == pytest.approx(reference(name), rel=1e-4, abs=1e-4)

    def test_one_unit_at_a_time_gives_what_all_at_once_give(self, name: str) -> None:
        ts, x = recording()
        for unit in range(UNITS):
            one = slice(unit, unit + 1)
            alone = run(fitted(name, ts[one], x[one]), ts[one], x[one])[:, 0]
            assert alone == pytest.approx(reference(name)[:, unit], rel=1e-6, abs=1e-9)

    def test_late_rows_score_nothing_and_teach_nothing(self, name: str) -> None:
        ts, x = recording()
        detector = fitted(name, ts, x)
        run(detector, ts, x, range(FIT, FIT + 10))
        for row in range(FIT, FIT + 5):
            assert (detector.score(ts[:, row], x[:, row] + 50) == 0).all()
            assert (detector.shares == 0).all()
        rest = run(detector, ts, x, range(FIT + 10, FIT + LIVE))
        assert np.array_equal(rest, reference(name)[10:])

    def test_a_silent_unit_scores_nothing_and_learns_nothing(self, name: str) -> None:
        ts, x = recording()
        detector = fitted(name, ts, x)
        run(detector, ts, x, range(FIT, FIT + 10))
        assert (detector.score(np.full(UNITS, np.nan), x[:, 0]) == 0).all()
        assert (detector.score(ts[:, FIT + 10] - 0.01, np.full((UNITS, SIGNALS), np.nan)) == 0).all()
        rest = run(detector, ts, x, range(FIT + 10, FIT + LIVE))
        assert np.array_equal(rest, reference(name)[10:])

    def test_a_copy_goes_its_own_way_from_the_state_after_the_fit(self, name: str) -> None:
        ts, x = recording()
        detector = fitted(name, ts, x)
        twin = copy.deepcopy(detector)
        run(detector, ts, x + 9)
        assert np.array_equal(run(twin, ts, x), reference(name))

    def test_a_unit_without_fit_rows_is_left_in_peace(self, name: str) -> None:
        ts, x = recording()
        bare = ts.copy()
        bare[2, :FIT] = np.nan
        assert (run(fitted(name, bare, x), ts, x)[:, 2] == 0).all()


@pytest.mark.parametrize("module", sorted(found.name for found in pkgutil.iter_modules(detectors.__path__)))
def test_examples_in_docstrings_run(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"{detectors.__name__}.{module}"))
    assert result.failed == 0


@pytest.mark.parametrize("name", NAMES)
def test_every_detector_has_an_example_and_a_source(name: str) -> None:
    text = inspect.getdoc(type(DETECTORS[name]())) or ""
    assert ">>>" in text
    assert "Source" in text
