"""What one signal should read, and how well that can be told, from what the others read at the same moment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.signals.detectors.detector import Floats

RIDGE, RIDGE_SCATTER = 30.0, 300.0  # rows' worth of belief that a slope is nought
ROUNDS = 3
REACH = 4.0  # spreads to which an input is followed
MARGIN = 0.05  # of what it has seen of a feature, beyond that: further out nothing is predicted
CLIP = 8.0  # times the usual residual: no single row tells more, so a spike passes and a fault stays


@dataclass(frozen=True, slots=True)
class Expectation:
    """y = inputs · slopes; ln(usual residual) = inputs · scatter, between `low` and `high`: some regimes tell a signal
    to a percent, others not at all. `precision` is the mean of 1 / usual residual, so weights have mean 1."""

    slopes: Floats
    scatter: Floats
    low: float
    high: float
    precision: float


def design(z: Floats, step: Floats) -> Floats:
    """[..., features] of z [..., signals] and its step since the row before: 1, z, step and the products of z.

    Products are the regimes: airflow per rpm and pressure, soak at low speed. The step stands for what lags (boost).
    """
    z = np.clip(z, -REACH, REACH)
    i, j = np.triu_indices(z.shape[-1])
    one = np.ones((*z.shape[:-1], 1))
    return np.concatenate([one, z, np.clip(step, -REACH, REACH), z[..., i] * z[..., j]], axis=-1)


def features_of(inputs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """[features, signals] which features of `design` a signal may be predicted from; inputs [signals, inputs]."""
    i, j = np.triu_indices(len(inputs))
    one = np.ones((1, len(inputs)), dtype=bool)
    return np.concatenate([one, inputs.T, inputs.T, inputs.T[i] & inputs.T[j]])


def seen(features: Floats) -> tuple[Floats, Floats]:
    """Lowest and highest [n] that a model from features [rows, n] is followed to, a twentieth of the range beyond."""
    low, high = features.min(axis=0), features.max(axis=0)
    margin = MARGIN * (high - low) + 1e-9
    return low - margin, high + margin


def outside(features: Floats, reach: tuple[Floats, Floats] | Floats) -> NDArray[np.bool_]:
    """Which features lie below or above what was `seen`."""
    return (features < reach[0]) | (features > reach[1])


def learn(features: Floats, means: Floats, y: Floats, fold: NDArray[np.int64]) -> tuple[Expectation, Floats]:
    """From features [rows, n], the features of their recent means, and y [rows]: the expectation, and each row's
    residual y - prediction of a model that has not seen the row's fold, NaN where that model would have to extrapolate.
    Huber's weights keep outliers from bending it."""
    weight = np.ones(len(y))
    for _ in range(ROUNDS - 1):
        left = y - features @ _solve(*_normal(features, y, weight), RIDGE)
        weight = 1.0 / np.maximum(1.0, np.abs(left) / (3.0 * _usual(left)))
    gram, moment = _normal(features, y, weight)
    found = _solve(gram, moment, RIDGE)
    left = y - features @ found
    usual = _usual(left)
    size_of_left = np.log(np.abs(left) + 0.2 * usual)
    middle = size_of_left.mean()
    low, high = np.quantile(size_of_left, [0.1, 0.98])
    scatter = _solve(features.T @ features, features.T @ (size_of_left - middle), RIDGE_SCATTER)
    scatter[0] += middle
    unseen = np.empty_like(y)
    for part in np.unique(fold):
        rows = fold == part
        own_gram, own_moment = _normal(features[rows], y[rows], weight[rows])
        without = _solve(gram - own_gram, moment - own_moment, RIDGE)
        told = np.ones(int(rows.sum()), dtype=bool)
        if not rows.all():
            told = ~np.any([outside(each[rows], seen(each[~rows])).any(axis=1) for each in (features, means)], axis=0)
        unseen[rows] = np.where(told, y[rows] - features[rows] @ without, np.nan)
    precision = float(np.exp(-np.clip(features @ scatter, low, high)).mean())
    return Expectation(found, scatter, float(low), float(high), precision), unseen


def _normal(features: Floats, y: Floats, weight: Floats) -> tuple[Floats, Floats]:
    weighed = features.T * weight
    return weighed @ features, weighed @ y


def _solve(gram: Floats, moment: Floats, ridge: float) -> Floats:
    return np.asarray(np.linalg.solve(gram + ridge * np.eye(len(gram)), moment), dtype=np.float64)


def _usual(left: Floats) -> float:
    return 1.4826 * float(np.median(np.abs(left))) + 1e-9
