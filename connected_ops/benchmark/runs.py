"""Runs of the emulator with one known truth each: a unit and its fault, or none, through the door of a lab.

What is fast is run live, every second of it. What takes days is told by its half hours: at the middle and the end of
each shift a unit is born with that past, as the emulator itself bears it, and its last ten minutes come through the
door. So nothing an episode claims of the time before it is believed: it counts from the sample that opened it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite, nan

import numpy as np
from numpy.typing import NDArray

from connected_ops.benchmark.door import PRESENT, Door, Opening, written
from connected_ops.benchmark.expected import OF, Told
from connected_ops.benchmark.limits import WARNED, crossings
from connected_ops.emulator.aggregates import aggregates
from connected_ops.emulator.chance import Floats
from connected_ops.emulator.courses import Course, part
from connected_ops.emulator.faults import BY_KIND, Fault
from connected_ops.emulator.fleet import BACKFILL_S
from connected_ops.emulator.life import born_with, live, relive
from connected_ops.emulator.profile import Profile, UnitProfile
from connected_ops.emulator.units import Units, assemble
from connected_ops.machines import catalog
from connected_ops.risk.failure_modes import MODES

HEALTHY = ""
DAY_S, HALF_HOUR_S = 86_400, 1_800
LEAD_IN_S, WATCHED_S, AHEAD_S = 120, 1_800, 10_800
ASKED_EVERY_S, _AT_ONCE = 60, 30
_COLD_EVERY = 6  # of the healthy ones: every sixth begins with a cold engine

_UNKNOWN: Floats = np.full(catalog.COUNT, nan)

Ticks = NDArray[np.int64]
Case = tuple[str, str]
"""A fault, or HEALTHY, and the class of the unit that has it."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One forecast: low, middle and high of 80 %, and the true time to the limit (inf: never), s."""

    low: float
    middle: float
    high: float
    truth: float

    @property
    def covered(self) -> bool:
        """Whether the truth lies in the interval."""
        return self.low <= self.truth <= self.high


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a run: `told_s` after the onset its fault was told and `limit_s` after it the limit was reached
    (None: not), `wrong` what was told besides, `spoken` the forecasts and `silent` how often an open episode had none,
    before the limit; `hours` the unit was watched."""

    kind: str
    unit_class: str
    told_s: float | None
    limit_s: float | None
    wrong: tuple[Told, ...]
    spoken: tuple[Spoken, ...]
    silent: int
    hours: float


class _Notes:
    """What a door says of its n places: of each the case on it, and `limits` [n, 2] ticks at which its coolant and
    vibration reach the warning, NaN for never."""

    def __init__(self, cases: Sequence[Case], limits: Floats) -> None:
        self._cases = cases
        self._limits = limits
        self._opened: list[tuple[int, int, Told]] = []
        self._spoken: list[tuple[int, Spoken]] = []
        self._silent: list[int] = []

    def opened(self, openings: Sequence[Opening], ticks: Ticks) -> None:
        """What opened, `ticks` [n] being the instant at each place."""
        self._opened += [(one.unit, int(ticks[one.unit]), one.told) for one in openings]

    def ask(self, door: Door, ticks: Ticks) -> None:
        """Every open episode of a machine for its time to a limit that is not reached yet."""
        for place, mode, span in door.forecasts():
            signal = MODES[mode].signal
            if signal not in WARNED:
                continue
            left = float(self._limits[place, WARNED.index(signal)] - ticks[place])
            truth = left if isfinite(left) else inf
            if truth <= 0:
                continue
            if span is not None:
                self._spoken.append((place, Spoken(*span, truth)))
            elif isfinite(truth):
                self._silent.append(place)

    def run(self, places: Sequence[int], onset: int, hours: float) -> Run:
        """The run that was seen at these places."""
        kind, unit_class = self._cases[places[0]]
        row = OF.get(kind)
        mine = [(tick, told) for place, tick, told in self._opened if place in places]
        right = [tick for tick, told in mine if row and told == row.told and tick >= onset]
        expected = () if row is None else (row.told, *row.also)
        limit = float(self._limits[places[0], WARNED.index(row.limit)]) if row and row.limit else nan
        return Run(
            kind,
            unit_class,
            told_s=min(right) - onset if right else None,
            limit_s=limit - onset if isfinite(limit) else None,
            wrong=tuple(told for tick, told in mine if tick < onset or told not in expected),
            spoken=tuple(spoken for place, spoken in self._spoken if place in places),
            silent=sum(place in places for place in self._silent),
            hours=hours * len(places),
        )


def live_runs(seed: int, cases: Sequence[Case], start: int, watched_s: int = WATCHED_S) -> list[Run]:
    """Units that live side by side from tick `start` (whole half hours after a shift's begin) on; their faults begin
    two minutes later."""
    units, at = _units(seed, cases), start + LEAD_IN_S
    faults = [(unit, BY_KIND[kind]) for unit, (kind, _) in enumerate(cases) if kind != HEALTHY]
    courses = {
        (unit, fault.kind): Course(fault, at - _onset(fault), at, at + fault.lasts(fault.default_hold_s), _UNKNOWN)
        for unit, fault in faults
    }
    notes = _Notes(cases, crossings(units, courses, at, at + max(AHEAD_S, watched_s), 1))
    door = Door(units.classes)
    past = aggregates(units, PRESENT - start, BACKFILL_S - start, courses)
    for unit in range(len(units)):
        door.adopt(unit, past, unit)
    warmth = born_with(units, start - BACKFILL_S, courses)
    for tick in range(start - BACKFILL_S, at + watched_s, _AT_ONCE):
        ticks = np.arange(tick, tick + _AT_ONCE, dtype=np.int64)
        values = written(live(units, warmth, ticks.reshape(1, -1), courses))
        for k in range(_AT_ONCE):
            openings = door.take(float(PRESENT + ticks[k] - start), values[:, k])
            notes.opened(openings, np.full(len(units), ticks[k]))
        now = tick + _AT_ONCE
        if (now - start) % ASKED_EVERY_S == 0:
            notes.ask(door, np.full(len(units), now))
        if now == at:
            courses = {key: replace(course, before=values[key[0], -1].copy()) for key, course in courses.items()}
    hours = (BACKFILL_S + LEAD_IN_S + watched_s) / 3600
    return [notes.run([unit], at, hours) for unit in range(len(units))]


def slow_runs(seed: int, kind: str, unit_class: str, count: int) -> list[Run]:
    """Units of one class whose fault grows over days, looked at twice a shift until the limit."""
    units = _units(seed, [(kind, unit_class)] * count)
    onset = -OF[kind].days * DAY_S
    courses = {(unit, kind): Course(BY_KIND[kind], onset, 0, inf, _UNKNOWN) for unit in range(count)}
    limit = np.full((count, len(WARNED)), nan)
    if OF[kind].limit:
        limit = crossings(units, courses, onset, 0, 3)
    ends = np.nan_to_num(limit[:, WARNED.index(OF[kind].limit or WARNED[0])], nan=inf)
    looks = [(unit, tick) for unit in range(count) for tick in _looks(units, onset) if tick < ends[unit]]
    whose, when = np.array(looks).T
    notes = _Notes([(kind, unit_class)] * len(looks), limit[whose])
    door = Door([units.classes[unit] for unit in whose])
    lived = []
    for place, (unit, tick) in enumerate(looks):
        alone, its = units.part(unit, unit + 1), part(courses, unit, unit + 1)
        door.adopt(place, aggregates(alone, PRESENT - tick, BACKFILL_S - tick, its))
        lived.append(written(relive(alone, tick, BACKFILL_S, its)[1])[0])
    values = np.stack(lived)
    for k in range(BACKFILL_S):
        notes.opened(door.take(float(PRESENT - BACKFILL_S + k), values[:, k]), when)
    notes.ask(door, when)
    return [notes.run(np.flatnonzero(whose == unit).tolist(), onset, BACKFILL_S / 3600) for unit in range(count)]


def _units(seed: int, cases: Sequence[Case]) -> Units:
    """One unit a case; every sixth healthy one begins with a cold engine."""
    profiles = tuple(
        UnitProfile.model_validate(
            {"vehicle_id": f"u{at}", "unit_class": unit_class, "cold_start": kind == HEALTHY and at % _COLD_EVERY == 0}
        )
        for at, (kind, unit_class) in enumerate(cases)
    )
    return assemble(Profile(seed=seed, units=profiles), seed)


def _looks(units: Units, onset: int) -> list[int]:
    """Ticks at the middle and the end of each shift, from the one before the onset on: a quarter before a half hour, so
    that the ten minutes before them fall into the legs of spells that were in the past."""
    shift = float(units.hours_per_day[0, 0]) * 3600
    backs = [0, *([HALF_HOUR_S * round(shift / 2 / HALF_HOUR_S)] if shift >= 4 * HALF_HOUR_S else [])]
    return sorted(-day * DAY_S - back - HALF_HOUR_S // 2 for day in range(-onset // DAY_S + 1) for back in backs)


def _onset(fault: Fault) -> int:
    return round(fault.onset_days * DAY_S)
