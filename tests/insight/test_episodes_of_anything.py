"""Whatever arrives, episodes keep their invariants."""

from collections.abc import Callable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_ops.insight.episode import MACHINE, Episode, Seen
from connected_ops.insight.episodes import MACHINE_TIMING, Episodes
from connected_ops.machines import catalog
from connected_ops.validation.rules import BIT, RULES

START = 1_800_000_000.0
UNITS = 3
OF_SIGNALS = [rule for rule in RULES if rule.signal is not None]
LEADS = ("coolant_level", "vibration_level", "intake_rise", "road_speed", "oil_level", "charging_level")

levels = st.sampled_from([0.0, 0.1, 0.19, 0.2, 0.34, 0.35, 0.6, 0.97])
runs = st.tuples(
    st.just("run"),
    st.sets(st.integers(0, UNITS - 1), min_size=1),
    st.lists(levels, min_size=MACHINE, max_size=MACHINE),
    st.sets(st.sampled_from(OF_SIGNALS), max_size=3),
    st.sampled_from([0.5, 1.0, 7.0, 60.0, 301.0, 90_000.0]),
    st.integers(1, 35),
)
clears = st.tuples(st.just("clear"), st.integers(0, UNITS - 1))
seen_times = st.tuples(st.none() | st.floats(-9e5, 9e5), st.none() | st.floats(-9e5, 9e5))


def check(episodes: Episodes, spoken: int) -> None:
    everything = [*episodes.open.values(), *episodes.closed.values()]
    for episode in everything:
        end = float("inf") if episode.closed_at is None else episode.closed_at
        assert episode.since <= episode.opened_at <= end
    assert all(episode.closed_at is None for episode in episodes.open.values())
    assert all(episode.closed_at is not None for episode in episodes.closed.values())
    assert not set(episodes.open) & set(episodes.closed)
    channels = [(episode.unit, episode.channel) for episode in episodes.open.values()]
    assert len(set(channels)) == len(channels), "at most one open episode a unit and channel"
    assert episodes.spoken == spoken
    for unit in range(UNITS):
        numbers = [int(episode.id[1:]) for episode in episodes.of(unit)]
        assert numbers == sorted(numbers, reverse=True)
        assert {episode.id for episode in episodes.of(unit)} == {e.id for e in everything if e.unit == unit}


class Watched:
    """Episodes, and by itself what was ever seen of them."""

    def __init__(self, seen: Callable[..., Seen], since: float | None, said_at: float | None) -> None:
        self.episodes = Episodes(UNITS)
        self.known: dict[str, Episode] = {}
        self.newest = 0
        self.ts = START
        self._look = lambda row, channel: seen(
            LEADS[channel], since=since and START + since, said_at=said_at and START + said_at
        )

    def run(self, units, p, rules, every, times) -> None:
        place = np.array(sorted(units))
        fired = np.zeros((len(place), catalog.COUNT), dtype=np.uint16)
        for rule in rules:
            fired[:, rule.signal] |= BIT[rule.kind]
        x = np.full((len(place), catalog.COUNT), 50.0)
        for _ in range(times):
            self.ts += every
            ts = np.full(len(place), self.ts)
            self.episodes.take_sensors(place, ts, x, fired)
            self.episodes.take(place, ts, np.tile(p, (len(place), 1)), self._look)
            self._notice()

    def clear(self, unit) -> None:
        self.episodes.clear(unit)
        self.known = {key: episode for key, episode in self.known.items() if episode.unit != unit}

    def _notice(self) -> None:
        now = dict(self.episodes.open) | dict(self.episodes.closed)
        assert self.known.keys() <= now.keys(), "nothing is forgotten"
        for key, before in self.known.items():
            after = now[key]
            if before.closed_at is not None and self.ts - before.closed_at > MACHINE_TIMING.cool_down_s:
                assert after is before, "what is over does not change"
            assert (after.since, after.opened_at) == (before.since, before.opened_at)
            assert after.p >= before.p
        for key in sorted(now.keys() - self.known.keys(), key=lambda key: int(key[1:])):
            assert int(key[1:]) > self.newest, "ids rise and never come again"
            self.newest = int(key[1:])
        self.known = now


@settings(max_examples=100, deadline=None)
@given(st.lists(runs | clears, max_size=8), seen_times)
def test_whatever_arrives_episodes_keep_their_order_and_their_count(seen, steps, times):
    watched = Watched(seen, *times)
    for kind, *what in steps:
        (watched.run if kind == "run" else watched.clear)(*what)
        machines = [e for e in watched.known.values() if e.kind == "machine"]
        check(watched.episodes, spoken=len(machines))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(levels, levels), min_size=1, max_size=200))
def test_units_do_not_disturb_each_other(seen, streams):
    """Two units in one block have the episodes that each has alone."""
    together, alone = Episodes(UNITS), (Episodes(UNITS), Episodes(UNITS))
    for t, pair in enumerate(streams):
        p = np.zeros((2, MACHINE))
        p[:, 0] = pair
        ts = np.full(2, START + 2.0 * t)
        together.take(np.array([0, 1]), ts, p, lambda row, channel: seen(LEADS[channel]))
        for unit in (0, 1):
            alone[unit].take(np.array([unit]), ts[:1], p[unit : unit + 1], lambda row, channel: seen(LEADS[channel]))
    for unit in (0, 1):
        times = [(e.since, e.opened_at, e.closed_at, e.p, e.merged) for e in together.of(unit)]
        assert times == [(e.since, e.opened_at, e.closed_at, e.p, e.merged) for e in alone[unit].of(unit)]
