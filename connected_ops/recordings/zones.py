"""Times on a wall's clock as Unix ones, and clocks that start again as times that go on. Pure."""

from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np

from connected_ops.recordings.dates import DAY_S
from connected_ops.recordings.hints import Hints
from connected_ops.recordings.recording import Floats

QUARTER_S = 900.0


def zone_words(hints: Hints) -> str:
    """How a time without a zone was read: "as UTC (--timezone says another)"."""
    return "as UTC (--timezone says another)" if hints.zone is None else f"in {hints.zone} (--timezone)"


def from_local(ts: Floats, zone: tzinfo) -> Floats:
    """Seconds on a wall's clock as Unix ones; the second of an hour that comes twice where the clock has gone back.

    >>> from datetime import timezone, timedelta
    >>> from_local(np.array([7200.0]), timezone(timedelta(hours=2))).tolist()
    [0.0]
    """
    known: dict[tuple[int, int], float] = {}
    made = ts.copy()
    latest = -np.inf
    again = False
    for at in np.flatnonzero(np.isfinite(ts)).tolist():
        value = float(ts[at])
        if value < latest - 1800 and latest - value <= 3600:
            again = True
        elif value > latest + 3600:
            again = False
        latest = value if again else max(latest, value)
        key = int(value // QUARTER_S), int(again)
        offset = known.get(key)
        if offset is None:
            offset = known[key] = _east(value, zone, key[1])
        made[at] = value - offset
    return made


def _east(value: float, zone: tzinfo, fold: int) -> float:
    try:
        wall = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value)
        offset = wall.replace(tzinfo=zone, fold=fold).utcoffset()
    except (OverflowError, ValueError):
        return 0.0
    return 0.0 if offset is None else offset.total_seconds()


def going_on(ts: Floats) -> Floats:
    """Times that never start again: past midnight a day is added, and a run that starts again goes on a second later.

    >>> going_on(np.array([86_399.0, 0.5])).tolist(), going_on(np.array([0.0, 50.0, 0.0, 1.0])).tolist()
    ([86399.0, 86400.5], [0.0, 50.0, 51.0, 52.0])
    """
    heard = np.flatnonzero(np.isfinite(ts))
    some = ts[heard]
    steps = np.diff(some)
    if len(steps) > 2 and np.count_nonzero(steps < 0) > len(steps) / 2:
        return ts  # written from its end
    added = np.zeros(len(some))
    for at in (np.flatnonzero(steps < -0.5) + 1).tolist():
        before, after = some[at - 1], some[at]
        added[at:] += DAY_S if before - after > DAY_S / 2 else before + 1.0 - after
    made = ts.copy()
    made[heard] = some + added
    return made
