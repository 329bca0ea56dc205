"""The emulated fleet: a profile and a seed in, request bodies out, second by second.

The k-th tick after a (re)start is the same bytes for the same profile, seed, start and controls. Ground truth (which
fault, on which unit, from when) stays here for tests and benchmarks; what is posted never carries it.
"""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from connected_ops.emulator.aggregates import Aggregates, aggregates
from connected_ops.emulator.bodies import BodyWriter
from connected_ops.emulator.chance import Floats
from connected_ops.emulator.courses import Course, part
from connected_ops.emulator.faults import BY_KIND, FAULTS, Fault, Moment
from connected_ops.emulator.life import born_with, live, relive
from connected_ops.emulator.physics import Warmth
from connected_ops.emulator.profile import Profile
from connected_ops.emulator.units import assemble
from connected_ops.errors import NotOffered, UnknownAnomaly, UnknownUnit
from connected_ops.machines.unit_class import UnitClass
from connected_ops.read_model import FaultOffer, InjectedFault

BACKFILL_S = 600
_UNIT_TICKS_AT_ONCE = 24_000  # a backfill's block: some tens of ms and of MB
_TRUTHS_KEPT = 10_000
_TOLD_OF_A_UNIT = 40  # a fault can be pressed any number of times, and a page draws each


@dataclass(frozen=True, slots=True)
class Truth:
    """A fault as it really was: `since`, its onset (days before its injection for one that grew), and `until` in Unix
    seconds; `until` None while it stays until a reset, equal to `since` for a single sample."""

    kind: str
    vehicle_id: str
    since: float
    until: float | None


@dataclass(frozen=True, slots=True)
class Past:
    """What a unit is born anew with: its tiers (of one unit), then the bodies of its last minutes, oldest first."""

    tiers: Aggregates
    bodies: tuple[bytes, ...]


class Emulator:
    """n units from whole second `start` on. `seed` None = the profile's own."""

    def __init__(self, profile: Profile, *, seed: int | None = None, start: float) -> None:
        self._units = assemble(profile, profile.seed if seed is None else seed)
        self._writer = BodyWriter(self._units)
        self._position = {vehicle_id: i for i, vehicle_id in enumerate(self._units.vehicle_ids)}
        self.reset(start)

    def reset(self, start: float) -> None:
        """Back to tick 0 at a new start: no faults, counts or truth; the bytes after it are a new emulator's."""
        n = len(self._units)
        self._start = math.floor(start)
        self._tick = 0
        self._warmth: Warmth | None = None
        self._active: dict[tuple[int, str], Course] = {}
        self._newest: Floats | None = None
        self._newest_ts = np.full(n, -np.inf)
        self._counts = dict.fromkeys(BY_KIND, 0)
        self._truth: deque[Truth] = deque(maxlen=_TRUTHS_KEPT)

    @property
    def vehicle_ids(self) -> tuple[str, ...]:
        return self._units.vehicle_ids

    @property
    def start(self) -> int:
        """Unix second of tick 0."""
        return self._start

    @property
    def next_ts(self) -> int:
        """Unix second of the samples that the next `tick()` makes."""
        return self._start + self._tick

    def class_of(self, vehicle_id: str) -> UnitClass:
        """The class of a unit. Raises UnknownUnit."""
        return self._units.classes[self._unit(vehicle_id)]

    def backfill(self, seconds: int = BACKFILL_S) -> Iterator[bytes]:
        """Bodies of the `seconds` before the start, oldest first; call it before the first tick, or not at all."""
        if self._newest is not None or self._tick:
            raise RuntimeError("A backfill comes before the first tick.")
        self._tick = -seconds
        most = max(1, _UNIT_TICKS_AT_ONCE // len(self._units))
        while self._tick < 0:
            count = min(most, -self._tick)
            times = [float(self.next_ts + k) for k in range(count)]
            yield from self._writer.arrays(times, self._advance(count))

    def tick(self) -> list[bytes]:
        """The next second of all units, as bodies of at most 1,000 samples."""
        time = float(self.next_ts)
        return list(self._writer.arrays([time], self._advance(1)))

    def skip(self, seconds: int) -> None:
        """Lets time pass without samples, as when the machine it runs on slept."""
        self._tick += max(0, seconds)

    def aggregates(self, before: int = BACKFILL_S) -> Aggregates:
        """The 14 days that end `before` seconds ahead of the start, as means."""
        return aggregates(self._units, self._start, before, {})

    def inject(self, kind: str, vehicle_id: str, hold_s: float | None, now_ts: float) -> bytes:
        """Puts a fault on a unit; returns the one sample (an object) that the caller posts at once.

        With `hold_s` the fault stays in the ticks of that many seconds; without, a momentary one (the first Lab's
        three, a sensor's spike, a pothole) is that sample only, and any other stays for its row's `default_hold_s`,
        None being until a reset. One that began days ago changes the unit's past: take that from `past` before the
        next tick. Raises UnknownAnomaly, UnknownUnit, NotOffered.
        """
        fault = _fault(kind)
        unit = self._unit(vehicle_id)
        kind_of_unit = self._units.classes[unit]
        if kind_of_unit.key not in fault.classes:
            raise NotOffered(f"{fault.label} is not offered for {vehicle_id}, a {kind_of_unit.label.lower()}.")
        if self._newest is None:
            raise NotOffered(f"{vehicle_id} has not reported yet; wait a second and try again.")
        ts = self._moment(unit, now_ts)
        before = self._newest[unit].copy()
        self._counts[kind] += 1
        self._begin(fault, unit, ts, hold_s, before)
        values = self._newest[unit].copy()
        if fault.change:
            fault.change(values, Moment(kind_of_unit, 0.0, 0, before, self._units.key[unit : unit + 1]))
        self._newest_ts[unit] = ts
        return self._writer.single(unit, ts, values)

    def past(self, vehicle_id: str, seconds: int = BACKFILL_S) -> Past:
        """A unit's past with the faults that it has now, for a unit that is born anew: 14 days of means up to 600 s
        ago, and the bodies of the last `seconds` (600 at most). Raises UnknownUnit."""
        position = self._unit(vehicle_id)
        unit, courses = self._units.part(position, position + 1), part(self._active, position, position + 1)
        tiers = aggregates(replace(unit, cold=np.zeros_like(unit.cold)), self._start, BACKFILL_S - self._tick, courses)
        _, values = relive(unit, self._tick, BACKFILL_S, courses)
        times = [float(self.next_ts - back) for back in range(seconds, 0, -1)]
        return Past(tiers, tuple(BodyWriter(unit).arrays(times, values[:, BACKFILL_S - seconds :])))

    def offers(self, vehicle_id: str) -> tuple[FaultOffer, ...]:
        """The faults offered for a unit's class, and which of them are on. Raises UnknownUnit."""
        unit = self._unit(vehicle_id)
        kind = self._units.classes[unit].key
        return tuple(self._offer(fault, unit) for fault in FAULTS if kind in fault.classes)

    def truth(self) -> tuple[Truth, ...]:
        """Every fault since the (re)start, oldest first (the newest 10,000)."""
        return tuple(self._truth)

    def injected(self, vehicle_id: str) -> tuple[InjectedFault, ...]:
        """The faults put on a unit since the (re)start, oldest first (the newest 40)."""
        newest = islice((each for each in reversed(self._truth) if each.vehicle_id == vehicle_id), _TOLD_OF_A_UNIT)
        told = (InjectedFault(each.kind, BY_KIND[each.kind].label, each.since, each.until) for each in newest)
        return tuple(told)[::-1]

    def stats(self) -> dict[str, int]:
        """How often each kind was injected since the (re)start, 0 included."""
        return dict(self._counts)

    def _unit(self, vehicle_id: str) -> int:
        try:
            return self._position[vehicle_id]
        except KeyError:
            raise UnknownUnit(f"The emulator has no unit {vehicle_id!r}.") from None

    def _moment(self, unit: int, now_ts: float) -> float:
        """Now where it fits between the unit's newest sample and its next tick, else a moment that does."""
        newest, following = float(self._newest_ts[unit]), float(self.next_ts)
        now = round(now_ts, 3)
        if newest < now < following:
            return now
        return round(newest + max((following - newest) / 16, 2e-6), 6)

    def _begin(self, fault: Fault, unit: int, ts: float, hold_s: float | None, before: Floats) -> None:
        lasts = fault.lasts(hold_s)
        onset = round(fault.onset_days * 86_400)
        if lasts > 0:
            until = self._tick + (lasts if math.isinf(lasts) else math.ceil(lasts))
            running = self._active.get((unit, fault.kind))
            if running and running.over > self._tick:
                course = replace(running, until=until)
            else:
                course = Course(fault, self._tick - onset, self._tick, until, before)
            self._active[unit, fault.kind] = course
            if onset:
                self._bear_anew(unit)
        self._truth.append(
            Truth(fault.kind, self.vehicle_ids[unit], ts - onset, None if math.isinf(lasts) else ts + lasts)
        )

    def _bear_anew(self, position: int) -> None:
        """Put a unit where its changed past has brought it."""
        unit, courses = self._units.part(position, position + 1), part(self._active, position, position + 1)
        warmth, values = relive(unit, self._tick, BACKFILL_S, courses)
        if self._warmth is None or self._newest is None:
            raise RuntimeError("A unit that has not lived yet cannot be born anew.")
        self._warmth.coolant[position] = warmth.coolant[0]
        self._warmth.intake[position] = warmth.intake[0]
        self._newest[position] = values[0, -1]

    def _offer(self, fault: Fault, unit: int) -> FaultOffer:
        course = self._active.get((unit, fault.kind))
        if course is None or course.until <= self._tick:
            return FaultOffer(fault.kind, fault.label, False, group=fault.group)
        until = self._start + course.until if course.ends else None
        return FaultOffer(fault.kind, fault.label, True, until, fault.group)

    def _advance(self, count: int) -> Floats:
        """The samples of the next `count` ticks, [n, count, signals]."""
        self._active = {key: course for key, course in self._active.items() if course.over > self._tick}
        if self._warmth is None:
            self._warmth = born_with(self._units, self._tick, self._active)
        tick = np.arange(self._tick, self._tick + count, dtype=np.int64).reshape(1, -1)
        values = live(self._units, self._warmth, tick, self._active)
        self._tick += count
        self._newest = values[:, -1]
        self._newest_ts = np.maximum(self._newest_ts, self.next_ts - 1.0)
        return values


def _fault(kind: str) -> Fault:
    try:
        return BY_KIND[kind]
    except KeyError:
        raise UnknownAnomaly(f"There is no anomaly {kind!r}; known are {', '.join(BY_KIND)}.") from None
