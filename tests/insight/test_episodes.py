import numpy as np
import pytest

from connected_ops.errors import ConnectedOpsError
from connected_ops.insight import episodes as room
from connected_ops.insight.acts import Work
from connected_ops.insight.episode import MACHINE, Episode, EpisodeOver, UnknownEpisode
from connected_ops.insight.episodes import Episodes
from connected_ops.machines import catalog
from tests.shipped import COOLING, VIBRATION

START = 1_800_000_000.0
SEEN = Work("acknowledge")


class Fleet:
    """Episodes of a few units, one of them driven sample by sample; times are seconds after START."""

    def __init__(self, seen, units: int = 4) -> None:
        self.episodes = Episodes(units)
        self.seen = seen
        self.t = 0.0

    def hear(self, p: float, seconds: float, every: float = 1.0, unit: int = 0, mode: int = COOLING, **seen) -> None:
        """A level of p in one mode of one unit for so long."""
        levels = np.zeros((1, MACHINE))
        levels[0, mode] = p
        for _ in range(round(seconds / every)):
            self.t += every
            self.episodes.take(
                np.array([unit]), np.array([START + self.t]), levels, lambda row, channel: self.seen(**seen)
            )

    @property
    def open(self) -> list[Episode]:
        return list(self.episodes.open.values())

    @property
    def closed(self) -> list[Episode]:
        return list(self.episodes.closed.values())


@pytest.fixture
def fleet(seen) -> Fleet:
    return Fleet(seen)


def test_a_level_that_holds_opens_an_episode_that_says_since_when(fleet: Fleet):
    fleet.hear(0.05, 60)
    fleet.hear(0.25, 4)
    fleet.hear(0.6, 6)
    (episode,) = fleet.open
    assert (episode.id, episode.kind, episode.state(START), episode.mode) == ("e1", "machine", "open", COOLING)
    assert episode.since == START + 61
    assert episode.opened_at == START + 70
    assert episode.value == 252.0
    assert fleet.episodes.spoken == 1


def test_what_is_shorter_than_the_minimum_duration_opens_nothing(fleet: Fleet):
    for _ in range(20):
        fleet.hear(0.9, 5)
        fleet.hear(0.1, 5)
    assert not fleet.open
    assert fleet.episodes.spoken == 0


def test_an_episode_that_opened_stays_open_between_its_two_levels(fleet: Fleet):
    fleet.hear(0.6, 10)
    fleet.hear(0.21, 3600)
    assert len(fleet.open) == 1


def test_an_episode_closes_only_after_its_hold(fleet: Fleet):
    fleet.hear(0.6, 10)
    fleet.hear(0.1, 29)
    fleet.hear(0.3, 1)
    fleet.hear(0.1, 30)
    assert len(fleet.open) == 1
    fleet.hear(0.1, 1)
    (episode,) = fleet.closed
    assert episode.state(START) == "closed"
    assert episode.closed_at == START + fleet.t


def test_flapping_opens_one_episode(fleet: Fleet):
    for _ in range(12):
        fleet.hear(0.8, 20)
        fleet.hear(0.05, 60)
    assert fleet.episodes.spoken == 1
    (episode,) = fleet.closed
    assert episode.merged == 11
    assert episode.since == START + 1


def test_after_its_cool_down_a_channel_opens_a_new_episode(fleet: Fleet):
    fleet.hear(0.8, 20)
    fleet.hear(0.05, 31 + 301)
    before = fleet.closed[0]
    fleet.hear(0.8, 20)
    assert [episode.id for episode in fleet.open] == ["e2"]
    assert fleet.closed == [before]
    assert fleet.episodes.spoken == 2


def test_two_modes_of_a_unit_are_two_episodes(fleet: Fleet):
    fleet.hear(0.8, 20)
    fleet.hear(0.8, 20, mode=VIBRATION, lead="vibration_level")
    assert [(e.mode, catalog.KEYS[e.signal]) for e in fleet.open] == [
        (COOLING, "coolant_temp_f"),
        (VIBRATION, "vibration_score"),
    ]
    assert [episode.id for episode in fleet.episodes.of(0)] == ["e2", "e1"]


@pytest.mark.parametrize("gap", [600.0, 3 * 3600.0, 30 * 86_400.0])
def test_a_gap_closes_nothing(fleet: Fleet, gap: float):
    fleet.hear(0.8, 20)
    fleet.hear(0.1, 5)
    fleet.t += gap
    fleet.hear(0.1, 5)
    assert len(fleet.open) == 1


@pytest.mark.parametrize("every", [1.0, 2.0, 60.0, 3600.0])
def test_units_of_any_spacing_open_and_close(fleet: Fleet, every: float):
    fleet.hear(0.8, 10 * every, every)
    assert len(fleet.open) == 1
    fleet.hear(0.1, 60 * every, every)
    assert len(fleet.closed) == 1


def test_the_worst_sample_is_remembered_even_where_p_has_no_room_left(fleet: Fleet):
    fleet.hear(0.96, 10, coolant_temp_f=241.0)
    fleet.hear(0.96, 20, coolant_temp_f=263.0)
    fleet.hear(0.96, 20, coolant_temp_f=244.0)
    fleet.hear(0.5, 20, coolant_temp_f=230.0)
    (episode,) = fleet.open
    assert episode.value == 263.0
    assert episode.p == pytest.approx(0.96)


def test_the_worst_before_it_was_said_counts_too(fleet: Fleet):
    fleet.hear(0.8, 3, coolant_temp_f=250.0)
    fleet.hear(0.4, 5, coolant_temp_f=230.0, strength=0.3)
    (episode,) = fleet.open
    assert episode.value == 250.0


def test_another_indicator_that_grows_stronger_takes_the_lead(fleet: Fleet):
    fleet.hear(0.5, 10, lead="coolant_trend", strength=0.8, coolant_temp_f=215.0)
    assert fleet.open[0].lead == "coolant_trend"
    fleet.hear(0.9, 10, lead="coolant_level", coolant_temp_f=240.0)
    assert fleet.open[0].lead == "coolant_level"


def test_a_drift_began_and_was_told_in_the_past(fleet: Fleet):
    day = 86_400.0
    fleet.hear(0.5, 10, since=START - 6 * day, said_at=START - 4 * day)
    (episode,) = fleet.open
    assert episode.since == START - 6 * day
    assert episode.opened_at == START - 4 * day


@pytest.mark.parametrize(("since", "said_at"), [(9e6, None), (None, 9e6), (9e6, -9e6), (-5.0, -9.0)])
def test_no_drift_is_told_before_it_began_or_in_the_future(fleet: Fleet, since, said_at):
    fleet.hear(0.5, 10, since=since and START + since, said_at=said_at and START + said_at)
    (episode,) = fleet.open
    assert episode.since <= episode.opened_at <= START + fleet.t


def test_somebody_acknowledges_an_episode_once(fleet: Fleet):
    fleet.hear(0.8, 10)
    first, _ = fleet.episodes.work("e1", SEEN, START + 20)
    assert first.state(START + 20) == "acknowledged"
    assert fleet.episodes.work("e1", SEEN, START + 99)[0] is first
    fleet.hear(0.9, 10)
    acknowledged = fleet.open[0].acknowledgement
    assert acknowledged is not None
    assert acknowledged.at == START + 20


def test_a_silenced_machine_that_becomes_high_breaks_its_silence(fleet: Fleet):
    fleet.hear(0.5, 10)
    fleet.episodes.work("e1", Work("silence", "Kim", silence="1w"), START + fleet.t)
    fleet.hear(0.6, 10)
    assert fleet.open[0].state(START + fleet.t) == "silenced"
    fleet.hear(0.9, 10)
    assert fleet.open[0].state(START + fleet.t) == "open"
    assert [act.kind for act in fleet.open[0].acts] == ["silenced", "broken"]


def test_what_comes_back_soon_is_still_silenced_and_what_is_cleared_is_forgotten_with_its_log(fleet: Fleet):
    fleet.hear(0.8, 10)
    fleet.episodes.work("e1", Work("silence", "Kim", silence="over"), START + fleet.t)
    fleet.hear(0.0, 60)
    fleet.episodes.work("e1", Work("note", "Kim", note="Gone by itself."), START + fleet.t)
    fleet.hear(0.8, 10)
    assert (fleet.open[0].id, fleet.open[0].state(START + fleet.t)) == ("e1", "silenced")
    fleet.episodes.clear(0)
    fleet.hear(0.8, 10)
    assert [(episode.id, episode.acts) for episode in fleet.open] == [("e2", ())]


def test_an_episode_that_is_over_or_unknown_cannot_be_acknowledged(fleet: Fleet):
    fleet.hear(0.8, 10)
    fleet.hear(0.0, 60)
    with pytest.raises(EpisodeOver, match="e1 is over"):
        fleet.episodes.work("e1", SEEN, START)
    with pytest.raises(UnknownEpisode, match="e99"):
        fleet.episodes.work("e99", SEEN, START)
    assert issubclass(UnknownEpisode, ConnectedOpsError)


def test_clearing_a_unit_takes_its_episodes_out_and_leaves_the_others(fleet: Fleet):
    fleet.hear(0.8, 20)
    fleet.hear(0.8, 20, unit=1)
    fleet.episodes.clear(0)
    assert [(episode.id, episode.unit) for episode in fleet.open] == [("e2", 1)]
    assert fleet.episodes.spoken == 1
    assert fleet.episodes.of(0) == []
    fleet.hear(0.8, 4)
    assert len(fleet.open) == 1, "a cleared unit starts from nothing"
    fleet.hear(0.8, 4)
    assert [episode.id for episode in fleet.open] == ["e2", "e3"]


def test_closed_episodes_are_bounded_and_what_falls_out_is_counted(fleet: Fleet, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(room, "CLOSED_KEPT", 3)
    for _ in range(5):
        fleet.hear(0.8, 10)
        fleet.hear(0.0, 400, every=10)
    assert [episode.id for episode in fleet.closed] == ["e3", "e4", "e5"]
    assert fleet.episodes.dropped == 2
    assert fleet.episodes.spoken == 5
    assert [episode.id for episode in fleet.episodes.of(0)] == ["e5", "e4", "e3"]


def test_a_sample_is_described_only_where_something_rises(fleet: Fleet):
    fleet.episodes.take(
        np.arange(4), np.full(4, START), np.full((4, MACHINE), 0.3), lambda row, channel: pytest.fail("not needed")
    )
    assert not fleet.open


def test_seen_is_asked_by_the_row_of_the_step(seen):
    episodes, asked = Episodes(8), set()
    p = np.zeros((3, MACHINE))
    p[2, VIBRATION] = 0.8

    def look(row: int, channel: int):
        asked.add((row, channel))
        return seen("vibration_level")

    for t in range(10):
        episodes.take(np.array([5, 1, 7]), np.full(3, START + t), p, look)
    assert asked == {(2, VIBRATION)}
    assert [episode.unit for episode in episodes.open.values()] == [7]
    assert episodes.p[7, VIBRATION] == 0.8


def test_what_comes_back_again_and_again_is_one_episode_over_ever_longer_pauses(fleet: Fleet):
    for pause in (250, 500, 1000, 2000, 4000, 4000):
        fleet.hear(0.8, 20)
        fleet.hear(0.05, 30 + pause, every=10.0)
    fleet.hear(0.8, 20)
    (episode,) = fleet.open
    assert (episode.id, episode.merged, fleet.episodes.spoken) == ("e1", 6, 1)
    fleet.hear(0.05, 30 + 5000, every=10.0)
    fleet.hear(0.8, 20)
    assert fleet.episodes.spoken == 2


def test_what_came_back_once_and_then_stays_away_for_long_is_news(fleet: Fleet):
    for pause in (250, 700, 0):
        fleet.hear(0.8, 20)
        fleet.hear(0.05, 30 + pause, every=10.0)
    assert fleet.episodes.spoken == 2
