"""Episodes, not alarms: a machine that needs somebody, or a sensor that cannot be trusted, from its first sign to its
end, in event time.

Levels with hysteresis, a minimum duration, a hold and a cool-down (`latches`) make one episode of what flaps; the more
often it came back, the longer the cool-down. The arrays are over the fleet; turns are rare and in plain Python.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from connected_ops.insight.acts import Work
from connected_ops.insight.episode import MACHINE, SENSORS, Episode, Seen, UnknownEpisode, finite, worse
from connected_ops.insight.latches import Latches, Places, Timing
from connected_ops.insight.leading import leading
from connected_ops.insight.sensors import RANK, SENSOR_MODE, SPEAKS, SensorCounts, kind_of
from connected_ops.insight.working import work, worsened
from connected_ops.machines.masks import some

# The levels of p and the seconds are judgement (J): an anomaly of 30 s is to be said within 15 s.
OPEN_FROM, CLOSE_BELOW = 0.35, 0.20
MACHINE_TIMING = Timing(opens_s=5.0, closes_s=30.0, cool_down_s=300.0)
SENSOR_TIMING = Timing(opens_s=0.0, closes_s=0.0, cool_down_s=300.0)  # their leaky count holds both ways
FLAPS_MOST = 16.0  # cool-downs that one which came back again and again is waited for
CLOSED_KEPT = 2000
WORSE_BY = 0.01  # of p: less is not worth another look at the unit
NEAR_PEAK, LOOK_EVERY_S = 0.02, 5.0  # where p has no room left the value may still get worse


class Episodes:
    """The episodes of at most `units` units. `p` [units, MACHINE] is the newest p of every unit with an open one;
    `prefix` begins each id."""

    def __init__(self, units: int, prefix: str = "e") -> None:
        self._prefix = prefix
        self._machines = Latches(units, MACHINE, MACHINE_TIMING)
        self._sensors = SensorCounts(units, Latches(units, SENSORS, SENSOR_TIMING))
        self.p = np.zeros((units, MACHINE))
        self.doubted = np.zeros((units, SENSORS), dtype=bool)  # sensors whose values say nothing of their machine
        self._peak = np.zeros((units, MACHINE))
        self._looked = np.full((units, MACHINE), -np.inf)
        self._rising: dict[tuple[int, int], Seen] = {}  # the worst of what may become an episode
        self._open: dict[str, Episode] = {}
        self._closed: dict[str, Episode] = {}  # in the order they closed
        self._newest: dict[tuple[int, int], str] = {}  # of a unit's channel
        self._ids: dict[int, dict[str, None]] = {}  # of a unit, rising
        self._spoken: dict[int, int] = {}
        self._made = 0
        self.dropped = 0

    @property
    def open(self) -> Mapping[str, Episode]:
        """Episodes that are not over, by id: open, acknowledged and silenced ones."""
        return MappingProxyType(self._open)

    @property
    def closed(self) -> Mapping[str, Episode]:
        """The last 2,000 closed ones by id, in the order they closed; `dropped` counts those that fell out."""
        return MappingProxyType(self._closed)

    @property
    def spoken(self) -> int:
        """Machine episodes ever opened, of units that were not cleared since."""
        return sum(self._spoken.values())

    def of(self, unit: int) -> list[Episode]:
        """All that are kept of a unit, newest first."""
        return [self._open.get(key) or self._closed[key] for key in reversed(self._ids.get(unit, {}))]

    def clear(self, unit: int) -> None:
        """Forget a unit's episodes, the closed ones too, and that it was ever spoken of."""
        self._machines.clear(unit)
        self._sensors.clear(unit)
        self.p[unit] = self._peak[unit] = 0.0
        self.doubted[unit] = False
        self._looked[unit] = -np.inf
        self._spoken.pop(unit, None)
        for key in self._ids.pop(unit, ()):
            self._open.pop(key, None)
            self._closed.pop(key, None)
        for channel in range(MACHINE + SENSORS):
            self._newest.pop((unit, channel), None)
            self._rising.pop((unit, channel), None)

    def has(self, episode_id: str) -> bool:
        """Whether an episode of that id is kept."""
        return episode_id in self._open or episode_id in self._closed

    def rebase(self, unit: int, back_s: float) -> None:
        """A unit's clock was ahead by `back_s` seconds; what was said keeps the time at which it was said."""
        for latches in (self._machines, self._sensors.latches):
            latches.rebase(unit, back_s)
        self._looked[unit] -= back_s

    def get(self, episode_id: str) -> Episode:
        """The episode of that id. Raises UnknownEpisode."""
        episode = self._open.get(episode_id) or self._closed.get(episode_id)
        if episode is None:
            raise UnknownEpisode(f"There is no episode {episode_id[:20]!r}; choose one of the list.")
        return episode

    def work(self, episode_id: str, asked: Work, now: float) -> tuple[Episode, str]:
        """Do what somebody asks for; the episode as it is then, and a sentence in which {unit} stands for the unit.
        Raises UnknownEpisode, EpisodeOver, ActRefused."""
        episode, said = work(self.get(episode_id), asked, now)
        (self._open if episode.closed_at is None else self._closed)[episode_id] = episode
        return episode, said

    def take(
        self,
        unit: Places,
        ts: NDArray[np.float64],
        p: NDArray[np.float64],
        seen: Callable[[int, int], Seen],
    ) -> None:
        """Newer samples of n different units: `unit` [n] places, `ts` [n] Unix s, `p` [n, MACHINE] in 0..1.

        `seen(row, channel)` is called only where a channel rises, opens or has got worse.
        """
        machines = self._machines
        if not machines.any_active and p.max(initial=0.0) < CLOSE_BELOW:
            return
        rows = ((p >= CLOSE_BELOW).any(axis=1) | machines.active[unit]).nonzero()[0]
        if not len(rows):
            return
        unit, ts, p = unit[rows], ts[rows], p[rows]
        raised = p >= OPEN_FROM
        turned = machines.step(unit, ts, raised, p >= CLOSE_BELOW)
        self.p[unit] = p
        before = self._peak[unit]
        rises = turned.open | raised
        worsened = rises & (p > before + WORSE_BY)
        again = turned.open & (p >= before - NEAR_PEAK) & (ts[:, None] - self._looked[unit] >= LOOK_EVERY_S)
        look = worsened | again | turned.opened
        self._peak[unit] = np.where(rises, np.maximum(before, p), 0.0)
        self._looked[unit] = np.where(look, ts[:, None], self._looked[unit])
        for row, channel in np.argwhere((before > 0.0) & ~rises).tolist():
            self._rising.pop((int(unit[row]), channel), None)
        for row, channel in np.argwhere(look).tolist():
            key, level = (int(unit[row]), channel), float(p[row, channel])
            new = seen(int(rows[row]), channel)
            if key in self._rising:
                new = worse(channel, self._rising[key], new)
            self._rising[key] = new
            if turned.opened[row, channel]:
                self._open_machine(key, float(turned.since[row, channel]), float(ts[row]), level)
            elif turned.open[row, channel]:
                self._escalate(key, level, float(ts[row]))
        for row, channel in np.argwhere(turned.closed).tolist():
            self._close((int(unit[row]), channel), float(ts[row]))

    def take_sensors(
        self, unit: Places, ts: NDArray[np.float64], x: NDArray[np.float64], fired: NDArray[np.uint16]
    ) -> None:
        """Every judged message of n different units: `x` [n, signals] as they came, `fired` [n, signals] the bits of
        the rules that speak of a signal."""
        sensors = self._sensors
        spoke = fired & SPEAKS
        speaks = spoke.any(axis=1)
        if not (sensors.latches.any_active or some(speaks)):
            return
        rows = (speaks | sensors.latches.active[unit]).nonzero()[0]
        if not len(rows):
            return
        unit, ts, x, spoke = unit[rows], ts[rows], x[rows], spoke[rows]
        turned, hit = sensors.step(unit, ts, spoke)
        for row, signal in np.argwhere(turned.closed).tolist():
            self._close((int(unit[row]), MACHINE + signal), float(ts[row]))
            self.doubted[unit[row], signal] = False
        for row, signal in np.argwhere(hit & turned.open).tolist():
            key, rule = (int(unit[row]), MACHINE + signal), kind_of(int(spoke[row, signal]), signal)
            self.doubted[unit[row], signal] |= rule != "missing"  # what arrives between gaps may be true
            value = finite(float(x[row, signal]))
            if turned.opened[row, signal]:
                self._open_sensor(key, float(turned.since[row, signal]), float(ts[row]), rule, value)
            else:
                self._accuse(key, rule, value)

    def add_late(self, known: str | None, found: Episode, unit: int, until: float) -> str:
        """An episode that was `found` in samples which arrived late, of a unit; over at `until` (Unix s) at the latest.
        `known` is the id under which it was added before. Returns the id of that which tells it: where the unit had one
        of its kind open then, that one."""
        over = until if found.closed_at is None else found.closed_at
        if known is None:
            for each in self.of(unit):
                if each.channel == found.channel and each.since <= over and (each.closed_at or np.inf) >= found.since:
                    return each.id
        was = None if known is None else self._closed.get(known)
        if known is not None and was is None:
            return known  # told by another one, or kept no more
        key = self._next_id() if was is None else was.id
        late = replace(found, id=key, unit=unit, closed_at=max(over, found.opened_at), found_late=True)
        if was is None:
            self._ids.setdefault(unit, {})[key] = None
            if found.kind == "machine":
                self._spoken[unit] = self._spoken.get(unit, 0) + 1
        else:
            late = replace(late, acts=was.acts, acts_dropped=was.acts_dropped)
        self._closed[key] = late
        self._let_go()
        return key

    def _open_machine(self, key: tuple[int, int], since: float, ts: float, p: float) -> None:
        """A machine's channel has opened: a new episode, or the one before again."""
        if self._reopen(key, ts):
            self._escalate(key, p, ts)
            return
        unit, mode = key
        worst = self._rising[key]
        since = min(since, ts if worst.since is None else worst.since)
        said = ts if worst.said_at is None else min(ts, worst.said_at)
        signal = leading(mode, worst.indicators)[0].signal
        peak = max(p, float(self._peak[unit, mode]))
        self._spoken[unit] = self._spoken.get(unit, 0) + 1
        self._add(
            Episode(
                self._next_id(), unit, mode, mode, signal, since, max(said, since),
                value=finite(worst.values[signal]), p=peak, worst=worst,
            )
        )  # fmt: skip

    def _escalate(self, key: tuple[int, int], p: float, ts: float) -> None:
        """An open episode of a machine has got worse, or its worst is looked for again."""
        episode = self._open[self._newest[key]]
        assert episode.worst is not None
        worst = worse(episode.mode, episode.worst, self._rising[key])
        if worst is not episode.worst or p > episode.p:
            signal = leading(episode.mode, worst.indicators)[0].signal
            after = replace(
                episode, worst=worst, signal=signal, value=finite(worst.values[signal]), p=max(p, episode.p)
            )
            self._open[episode.id] = worsened(episode, after, ts)

    def _open_sensor(self, key: tuple[int, int], since: float, ts: float, rule: str, value: float | None) -> None:
        if self._reopen(key, ts):
            self._accuse(key, rule, value)
            return
        unit, channel = key
        signal = channel - MACHINE
        since = min(since, ts)
        self._add(
            Episode(self._next_id(), unit, channel, SENSOR_MODE[signal], signal, since, ts, value=value, rule=rule)
        )

    def _accuse(self, key: tuple[int, int], rule: str, value: float | None) -> None:
        """Another rule speaks of an open sensor's episode: the one that says more stays."""
        episode = self._open[self._newest[key]]
        if episode.rule is not None and RANK[rule] < RANK[episode.rule]:
            self._open[episode.id] = replace(episode, rule=rule, value=value)

    def _next_id(self) -> str:
        self._made += 1
        return f"{self._prefix}{self._made}"

    def _add(self, episode: Episode) -> None:
        self._open[episode.id] = episode
        self._newest[episode.unit, episode.channel] = episode.id
        self._ids.setdefault(episode.unit, {})[episode.id] = None

    def _reopen(self, key: tuple[int, int], ts: float) -> bool:
        """Within its cool-down, which doubles each time it came back, the channel's last episode goes on, if it is
        still kept."""
        timing = MACHINE_TIMING if key[1] < MACHINE else SENSOR_TIMING
        last = self._closed.get(self._newest.get(key, ""))
        if last is None or last.closed_at is None:
            return False
        if ts - last.closed_at > timing.cool_down_s * min(2.0**last.merged, FLAPS_MOST):
            return False
        del self._closed[last.id]
        self._open[last.id] = replace(last, closed_at=None, merged=last.merged + 1)
        return True

    def _close(self, key: tuple[int, int], ts: float) -> None:
        episode = self._open.pop(self._newest[key])
        self._closed[episode.id] = replace(episode, closed_at=max(ts, episode.opened_at))
        self._let_go()

    def _let_go(self) -> None:
        """The oldest closed ones fall out, counted."""
        if len(self._closed) > CLOSED_KEPT:
            oldest = self._closed.pop(next(iter(self._closed)))
            del self._ids[oldest.unit][oldest.id]
            self.dropped += 1
