"""Odd readings that were not believed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OddReadings:
    """Readings of one signal of one unit, among its newest samples, that were not believed and belong to no episode.

    `count` of them from `since` to `at` (Unix s of event time); `said` names them with their figures ("one reading of
    250 °F, not believed"), `why` is the sentence of the rule that the newest of them broke.
    """

    vehicle_id: str
    signal: str
    label: str
    count: int
    since: float
    at: float
    said: str
    why: str
