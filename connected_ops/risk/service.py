"""Service by engine hours: the log of those that were done, and the hours left until the next."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines.unit_class import CLASSES

SERVICE_EVERY = np.array([np.nan if c.service_every_h is None else c.service_every_h for c in CLASSES])
"""[classes] hours of a service interval, NaN where a class has none."""

HOURS_PER_DAY = np.array([c.hours_per_day or np.nan for c in CLASSES])
"""[classes] hours that a unit runs in a day (J), NaN where nobody knows."""

KEPT = 20
MOST_UNITS = 10_000


@dataclass(frozen=True, slots=True)
class Service:
    """A service that somebody logged: `at` Unix seconds of the unit's own newest sample, `hours` its engine hours."""

    at: float
    hours: float


class ServiceLog:
    """The services of a fleet by vehicle_id, the newest 20 of each unit. Of more than 10,000 units the one longest
    without a service is forgotten."""

    def __init__(self) -> None:
        self._log: dict[str, tuple[Service, ...]] = {}

    def done(self, vehicle_id: str, at: float, hours: float) -> None:
        """Log a service."""
        before = self._log.pop(vehicle_id, ())
        self._log[vehicle_id] = (*before, Service(at, hours))[-KEPT:]
        if len(self._log) > MOST_UNITS:
            del self._log[next(iter(self._log))]

    def undo(self, vehicle_id: str) -> Service | None:
        """Take the newest service back; None where there is none."""
        log = self._log.pop(vehicle_id, ())
        if len(log) > 1:
            self._log[vehicle_id] = log[:-1]
        return log[-1] if log else None

    def of(self, vehicle_id: str) -> tuple[Service, ...]:
        """A unit's services, newest first."""
        return self._log.get(vehicle_id, ())[::-1]

    def last(self, vehicle_ids: tuple[str, ...]) -> NDArray[np.float64]:
        """[n] engine hours at each unit's newest service, NaN where none was logged."""
        if not self._log:
            return np.full(len(vehicle_ids), np.nan)
        return np.array([log[-1].hours if (log := self._log.get(each)) else np.nan for each in vehicle_ids])


def left(hours: NDArray[np.float64], every: NDArray[np.float64], last: NDArray[np.float64]) -> NDArray[np.float64]:
    """[n] hours until the next service, below 0 where it is overdue, NaN where hours or interval are unknown.

    Intervals count from the `last` logged service; without one from 0, assumed kept (J).

    >>> left(np.array([1450.0, 1450.0]), np.array([600.0, 600.0]), np.array([np.nan, 800.0])).tolist()
    [350.0, -50.0]
    """
    with np.errstate(invalid="ignore"):
        since = np.where(np.isfinite(last), np.maximum(hours - last, 0.0), np.mod(hours, every))
    return every - since
