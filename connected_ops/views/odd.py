"""Odd readings that were not believed, as pages see them: one line for each signal of a unit."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from connected_ops.engine.pipeline import Pipeline
from connected_ops.history.window import Samples
from connected_ops.insight.episode import Episode
from connected_ops.machines import catalog
from connected_ops.machines.catalog import SIGNALS, Signal
from connected_ops.read_model import OddReadings
from connected_ops.validation.rules import BIT, WIDTH, fired_rules, sentence

MOST_UNITS, MOST_SHOWN = 50, 20
BELIEVED_S, BELIEVED_GAPS = 20.0, 4.0  # so long what lasts may be in doubt before it is believed
BACK_S, BACK_SHARE = 10.0, 0.5  # a jump is an odd reading if most of it is undone this soon
_JUMP = BIT["rate_of_change"]

Rows = NDArray[np.int64]


def odd_readings(pipeline: Pipeline, place: int, vehicle_id: str) -> tuple[OddReadings, ...]:
    """Those of the unit at a place, by signal."""
    samples = pipeline.history.window.samples(place)
    if not samples.fired.any():
        return ()
    withheld, episodes = samples.refused, pipeline.episodes.of(place)
    found: list[OddReadings] = []
    for at in np.flatnonzero(samples.fired[:, : catalog.COUNT].any(axis=0)).tolist():
        rows = np.union1d(np.flatnonzero(withheld[:, at]), _there_and_back(samples, withheld, at))
        doubt_s = max(BELIEVED_S, BELIEVED_GAPS * float(pipeline.known.cadence[place, at]))
        rows = rows[[not _told(episodes, at, ts, doubt_s) for ts in samples.ts[rows].tolist()]] if len(rows) else rows
        if len(rows):
            found.append(_line(samples, rows, at, vehicle_id))
    return tuple(found)


def newest_odd(pipeline: Pipeline, shown: dict[int, str]) -> tuple[OddReadings, ...]:
    """The newest of a fleet, newest first; `shown` are ids by place. Looked for among the units that something was odd
    about last."""
    units = [at for at in pipeline.history.window.odd_lately(MOST_UNITS) if at in shown]
    found = [each for at in units for each in odd_readings(pipeline, at, shown[at])]
    return tuple(sorted(found, key=lambda each: -each.at)[:MOST_SHOWN])


def _there_and_back(samples: Samples, withheld: NDArray[np.bool_], at: int) -> Rows:
    """The rows of readings that were let on after a jump which was undone at once: they confirmed nothing."""
    values = samples.values[:, at]
    known = np.flatnonzero(np.isfinite(values) & ~withheld[:, at])
    jumped = np.flatnonzero((samples.fired[known, at] & _JUMP) != 0)
    found: list[int] = []
    up = -1
    for here in jumped[jumped > 0].tolist():
        if up >= 0 and samples.ts[known[here]] - samples.ts[known[up]] <= BACK_S:
            before, odd, after = (float(values[known[row]]) for row in (up - 1, up, here))
            if abs(after - before) <= BACK_SHARE * abs(odd - before):
                found += known[up:here].tolist()
                up = -1
                continue
        up = here
    return np.array(found, dtype=np.int64)


def _told(episodes: Sequence[Episode], signal: int, ts: float, doubt_s: float) -> bool:
    """Whether an episode speaks of that signal at that time, or of what it read once that had lasted."""
    return any(
        each.signal == signal
        and each.since - (doubt_s if each.kind == "machine" else 0.0) <= ts
        and (each.closed_at is None or ts <= each.closed_at)
        for each in episodes
    )


def _line(samples: Samples, rows: Rows, at: int, vehicle_id: str) -> OddReadings:
    signal, values, last = SIGNALS[at], samples.values[rows, at], int(rows[-1])
    columns = np.zeros(WIDTH, dtype=np.uint16)
    columns[at] = samples.fired[last, at]
    why = next((sentence(rule, samples.values[last]) for rule in fired_rules(columns)), "")
    said = _said(signal, len(rows), float(values.min()), float(values.max()))
    ts = samples.ts[rows]
    return OddReadings(vehicle_id, signal.key, signal.label, len(rows), float(ts[0]), float(ts[-1]), said, why)


def _said(signal: Signal, count: int, low: float, high: float) -> str:
    """ "one reading of 250 °F, not believed", "3 readings of 243 to 251 °F, not believed"."""
    figure = signal.figure(high)
    if signal.figure(low) != figure:
        figure = signal.figure(low, bare=True) + " to " + figure
    return f"{'one reading' if count == 1 else f'{count:,} readings'} of " + figure + ", not believed"
