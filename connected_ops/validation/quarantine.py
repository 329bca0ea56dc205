"""What was refused, kept where a person can look at it: bounded, newest kept, and what falls out is counted."""

from collections import deque
from dataclasses import dataclass
from itertools import islice

from connected_ops.telemetry.units import Owner


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One refused row: when it arrived (Unix seconds), whose it says it is, the rule's id, field and sentence, and what
    could be read of it (signal key to value; empty for a row that could not be read)."""

    arrived: float
    vehicle_id: str
    owner: Owner
    ts: float | None
    rule: str
    field: str
    reason: str
    values: tuple[tuple[str, float], ...] = ()


KEPT = 2000
"""Refused rows that a lab keeps, the newest."""


class Quarantine:
    """The newest `size` refused rows."""

    def __init__(self, size: int = KEPT) -> None:
        self.rows: deque[Quarantined] = deque(maxlen=size)
        self.dropped = 0

    def add(self, row: Quarantined) -> None:
        """Keep a row; the oldest falls out, counted, when the quarantine is full."""
        if len(self.rows) == self.rows.maxlen:
            self.dropped += 1
        self.rows.append(row)

    def newest(self, limit: int) -> list[Quarantined]:
        """The last `limit` rows, newest first."""
        return list(islice(reversed(self.rows), limit))
