from math import nan

import numpy as np
import pytest

from connected_ops.insight.episode import Episode
from connected_ops.insight.episodes import Episodes
from connected_ops.insight.sensors import RANK, SENSOR_MODE, SPEAKS, WEIGHTS, kind_of
from connected_ops.machines import catalog
from connected_ops.risk.failure_modes import WEAR
from connected_ops.validation.rules import BIT, RULES
from tests.shipped import AIR_INTAKE

START = 1_800_000_000.0
BY_ID = {rule.id: rule for rule in RULES}
SILENT_KINDS = {rule.kind for rule in RULES if rule.signal is None} | {"doubted"}


class Unit:
    def __init__(self) -> None:
        self.episodes = Episodes(2)
        self.t = 0.0

    def send(self, *rules: str, every: float = 1.0, times: int = 1, value: float = 77.0) -> None:
        fired = np.zeros((1, catalog.COUNT), dtype=np.uint16)
        for signal, kind in ((BY_ID[rule].signal, BY_ID[rule].kind) for rule in rules):
            assert signal is not None
            fired[0, signal] |= BIT[kind]
        x = np.full((1, catalog.COUNT), value)
        for _ in range(times):
            self.t += every
            self.episodes.take_sensors(np.array([1]), np.array([START + self.t]), x, fired)

    @property
    def open(self) -> list[Episode]:
        return list(self.episodes.open.values())


@pytest.fixture
def unit() -> Unit:
    return Unit()


STUCK = "stuck:intake_air_temp_f"


def test_one_odd_sample_says_nothing_of_a_sensor(unit: Unit):
    for _ in range(30):
        unit.send(STUCK)
        unit.send(times=70)
    assert not unit.open


def test_two_odd_samples_are_not_enough(unit: Unit):
    unit.send(STUCK, times=2)
    unit.send(times=30)
    assert not unit.open


@pytest.mark.parametrize("every", [1, 5, 15])
def test_three_odd_samples_within_half_a_minute_open_an_episode(unit: Unit, every: int):
    for _ in range(3):
        unit.send(STUCK)
        unit.send(times=every - 1)
    (episode,) = unit.open
    assert (episode.kind, episode.rule, episode.lead, episode.value) == ("sensor", "stuck", "stuck", 77.0)
    assert (catalog.KEYS[episode.signal], episode.mode) == ("intake_air_temp_f", AIR_INTAKE)
    assert episode.since == START + 1
    assert episode.p == 0.0
    assert unit.episodes.spoken == 0, "only machines are spoken of"


def test_what_several_messages_of_one_instant_say_counts_once(unit: Unit):
    for _ in range(2):
        unit.send(STUCK)
        unit.send(STUCK, every=0, times=5)
    assert not unit.open
    unit.send(STUCK)
    assert len(unit.open) == 1


def test_a_sensor_that_always_fails_opens_an_episode_at_a_unit_that_reports_each_minute(unit: Unit):
    unit.send(STUCK, every=60, times=3)
    assert len(unit.open) == 1


def test_a_value_that_jumps_up_and_back_is_one_oddity(unit: Unit):
    unit.send("rate_of_change:coolant_temp_f", times=2)
    unit.send(times=30)
    assert not unit.open
    unit.send("rate_of_change:coolant_temp_f", times=3)
    assert [episode.rule for episode in unit.open] == ["rate_of_change"]


def test_an_episode_of_a_sensor_closes_after_minutes_of_good_readings(unit: Unit):
    unit.send(STUCK, times=60)
    unit.send(times=60)
    unit.t += 6 * 3600
    unit.send(times=30)
    assert len(unit.open) == 1, "a gap closes nothing"
    unit.send(times=90)
    assert not unit.open
    (episode,) = unit.episodes.closed.values()
    assert episode.closed_at is not None
    assert episode.closed_at <= START + unit.t


def test_a_sensor_that_fails_again_within_its_cool_down_is_the_same_episode(unit: Unit):
    for _ in range(3):
        unit.send(STUCK, times=10)
        unit.send(times=200)
    (episode,) = unit.episodes.closed.values()
    assert episode.merged == 2


def test_the_rule_that_says_more_names_the_episode(unit: Unit):
    unit.send("rate_of_change:coolant_temp_f", times=5)
    unit.send("sensor_range:coolant_temp_f", "rate_of_change:coolant_temp_f", value=431.0)
    unit.send("missing:coolant_temp_f", value=nan)
    (episode,) = unit.open
    assert (episode.rule, episode.value) == ("sensor_range", 431.0)


@pytest.mark.parametrize(
    ("rule", "signal"),
    [
        ("hours_fell", "engine_hours"), ("hours_too_fast", "engine_hours"), ("celsius_suspected", "coolant_temp_f"),
        ("below_air", "coolant_temp_f"),
    ],
)  # fmt: skip
def test_a_rule_that_only_one_signal_has_speaks_of_it(unit: Unit, rule: str, signal: str):
    unit.send(rule, times=3)
    assert [(catalog.KEYS[episode.signal], episode.rule) for episode in unit.open] == [(signal, rule)]


def test_a_value_that_is_not_believed_yet_is_no_new_fault_of_its_sensor(unit: Unit):
    unit.send("doubted:intake_air_temp_f", times=60)
    assert not unit.open
    unit.send("doubted:intake_air_temp_f", STUCK, times=3)
    assert [episode.rule for episode in unit.open] == ["stuck"]


def test_the_values_of_a_sensor_with_an_episode_are_in_doubt_unless_they_only_come_seldom(unit: Unit):
    unit.send(STUCK, "missing:speed_mph", times=3)
    assert [catalog.KEYS[at] for at in np.flatnonzero(unit.episodes.doubted[1])] == ["intake_air_temp_f"]
    unit.send(times=200)
    assert not unit.episodes.doubted.any()


def test_a_sensor_does_not_speak_for_another(unit: Unit):
    unit.send("implausible:coolant_temp_f")
    unit.send("implausible:intake_air_temp_f")
    unit.send("implausible:engine_rpm")
    assert not unit.open


def test_a_value_that_is_absent_is_none(unit: Unit):
    unit.send("missing:speed_mph", times=3, value=nan)
    assert [episode.value for episode in unit.open] == [None]


def test_clearing_a_unit_forgets_its_sensors(unit: Unit):
    unit.send(STUCK, times=3)
    unit.episodes.clear(1)
    unit.send(STUCK, times=2)
    assert not unit.open
    unit.send(STUCK)
    assert [episode.id for episode in unit.open] == ["e2"]


def test_every_rule_either_speaks_of_a_sensor_or_of_the_sending():
    kinds = {rule.kind for rule in RULES}
    assert kinds - SILENT_KINDS == set(RANK), "a new rule needs its place in sensors.WEIGHTS"
    assert [*RANK] == [kind for kind, _ in WEIGHTS]
    assert {rule.kind for rule in RULES if rule.signal is not None and BIT[rule.kind] & SPEAKS} == set(RANK)


@pytest.mark.parametrize("kind", RANK)
def test_a_kind_is_read_from_its_bit_and_before_all_that_say_less(kind: str):
    less = [other for other, rank in RANK.items() if rank >= RANK[kind]]
    assert kind_of(sum(int(BIT[other]) for other in less), catalog.COOLANT) == kind


def test_where_no_rule_speaks_there_is_no_kind():
    with pytest.raises(ValueError, match="coolant_temp_f"):
        kind_of(int(BIT["doubted"]), catalog.COOLANT)


def test_every_signal_feeds_a_mode():
    assert len(SENSOR_MODE) == catalog.COUNT
    assert SENSOR_MODE[catalog.HOURS] == WEAR
