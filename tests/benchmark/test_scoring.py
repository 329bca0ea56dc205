"""The public benchmarks' scores: worked out by hand, and the same numbers as the shared harness where it is there."""

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_ops.benchmark import adapter, driving, nab, recordings, skab, turbofan
from connected_ops.benchmark.contender import AlwaysOn, Clock, Never, Pulse, stream
from connected_ops.benchmark.recordings import Series
from connected_ops.benchmark.scoring import NAB_PROFILES, Windows, change_points, episodes, points, probation
from connected_ops.signals.detectors.decision import Decision
from connected_ops.signals.detectors.level import Level

SHARED = Path(__file__).resolve().parents[3] / "shared"
SECONDS = np.arange(0.0, 1200.0)


class Simple(adapter.Machine):
    """The plainest detector we have: what is scored here is the scoring."""

    def detector(self, names: Sequence[str] | None = None) -> Level:
        return Level()

    def decision(self) -> Decision:
        return Decision(units=1, on_delay=1.0, off_delay=5.0)


def mask(rows: int, *spans: tuple[int, int]) -> np.ndarray:
    found = np.zeros(rows, dtype=bool)
    for begin, end in spans:
        found[begin:end] = True
    return found


def test_points_of_one_right_one_wrong_and_one_missed_row():
    score = points(np.array([1, 1, 0, 0], bool), np.array([1, 0, 1, 0], bool))
    assert (score.f1, score.far, score.mar, score.balanced) == (0.5, 50.0, 50.0, 0.5)


@pytest.mark.parametrize("control", [AlwaysOn, Never])
def test_what_does_not_look_has_a_balanced_accuracy_of_one_half(control):
    fault = mask(1200, (600, 1000))
    assert points(fault, stream(control(), np.zeros((1200, 1)))[1]).balanced == 0.5


def test_alarms_closer_than_half_a_minute_are_one_episode_and_others_are_two():
    healthy = mask(1200)
    told = episodes(healthy, mask(1200, (10, 11), (40, 41), (100, 101)), SECONDS)
    assert (told.events, told.false, told.healthy_s) == (0, 2, 1199.0)


def test_a_fault_between_two_alarms_parts_them():
    assert episodes(mask(1200, (12, 15)), mask(1200, (10, 11), (20, 21)), SECONDS).false == 2


def test_an_event_is_detected_by_an_alarm_within_it_and_its_delay_counts_from_its_begin():
    told = episodes(mask(1200, (100, 200), (300, 400)), mask(1200, (130, 140)), SECONDS)
    assert (told.events, told.detected, told.delays, told.false) == (2, 1, (30.0,), 0)


def test_a_gap_in_a_recording_is_no_hour_of_driving():
    assert episodes(mask(2), mask(2), np.array([0.0, 86_400.0])).healthy_s == 10.0


def test_change_points_told_at_once_score_100_and_silence_scores_0():
    change = mask(1200, (100, 101), (300, 301))
    at_once, silence = mask(1200, (100, 300)), mask(1200)
    assert change_points([SECONDS], [change], [at_once])["standard"] == pytest.approx(100, abs=0.01)
    assert change_points([SECONDS], [change], [silence])["standard"] == 0.0


def test_a_change_point_told_later_scores_less_and_a_false_one_takes_away():
    change = mask(1200, (100, 101))
    early, late = mask(1200, (105, 1200)), mask(1200, (150, 1200))
    noisy = early | mask(1200, (10, 12))
    scores = [change_points([SECONDS], [change], [alarm])["standard"] for alarm in (early, late, noisy)]
    assert scores[0] > scores[1] > 0
    assert scores[0] - scores[2] == pytest.approx(2 * 11 / (1 + 1))


def test_of_a_faults_four_change_points_an_alarm_tells_two_and_a_pulse_that_does_not_look_scores_about_as_high():
    begun, grown, going, gone = 172, 232, 512, 572  # as SKAB has them
    change = np.isin(np.arange(740), (begun, grown, going, gone))
    alarm, pulse = mask(740, (begun, gone + 1)), stream(Pulse(), np.zeros((740, 1)))[1]
    told, blind = (change_points([SECONDS[:740]], [change], [each])["standard"] for each in (alarm, pulse))
    assert told == pytest.approx(50, abs=0.1)
    assert blind > 40


def test_a_machines_alarm_is_told_again_when_its_fault_begins_to_go():
    x = np.random.default_rng(4).normal(size=(900, 3))
    x[600:800, 0] += 8
    machine = adapter.Machine()
    machine.fit(x[:400])
    alarm = stream(machine, x[400:])[1]
    turns = 400 + np.flatnonzero(np.diff(alarm.astype(int))) + 1
    came, dropped, again, gone = turns.tolist()
    assert 600 < came < 620
    assert 800 < dropped < 820
    assert again == dropped + 1
    assert 820 < gone < 860


def windows(*spans: tuple[int, int]) -> Windows:
    return Windows([Series("a", np.zeros((1200, 1)), spans)])


@pytest.mark.parametrize("profile", NAB_PROFILES)
def test_nab_gives_silence_0_and_each_window_told_at_its_begin_100(profile):
    rows = windows((400, 450), (800, 850))
    assert rows.score(mask(1200), profile) == 0.0
    assert rows.score(mask(1200, (400, 401), (800, 801)), profile) == pytest.approx(100)


@settings(max_examples=30)
@given(st.sets(st.integers(0, 199)))
def test_no_alarms_score_more_than_the_best_that_nab_could_choose(alarms):
    rows = Windows([Series("a", np.zeros((200, 1)), ((60, 70), (120, 140)))])
    alarm = np.isin(np.arange(200), list(alarms))
    assert rows.score(alarm, "standard") <= rows.best(alarm.astype(float), "standard") + 1e-9
    assert rows.best(alarm.astype(float), "standard") <= 100 + 1e-9


def test_alarms_in_the_probation_rows_count_for_nothing():
    assert windows((400, 450)).score(mask(1200, (0, probation(1200))), "standard") == 0.0


def test_a_control_reads_no_sensor():
    x = np.random.default_rng(0).normal(size=(1200, 3))
    for control in (AlwaysOn, Never, Clock, Pulse):
        assert (stream(control(), x)[1] == stream(control(), -x)[1]).all()


@pytest.fixture(scope="module")
def harness():
    """The shared harness' modules by name."""
    if not (SHARED / "bench" / "interface.py").exists():
        pytest.skip("the shared harness is not beside the repository (../shared/bench)")
    kept, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(SHARED / "bench"))

    def module(name: str) -> ModuleType:
        return import_module(name)

    yield module
    sys.path.remove(str(SHARED / "bench"))
    sys.dont_write_bytecode = kept


def test_skab_scores_as_the_shared_harness_does(harness):
    theirs, metrics = harness("skab_eval"), harness("metrics")
    files = sorted((SHARED / "data" / "skab" / "valve2").glob("*.csv"))[:2]
    ours = skab.score(Simple, [recordings.labelled(file) for file in files])
    t, y, cp, p = [], [], [], []
    for file in files:
        ts, x, marks, names = theirs.read(file)
        alarms = theirs.run_stream(Simple, x[: theirs.N_FIT], x[theirs.N_FIT :], names)[1]
        for kept, value in zip((t, y, cp, p), (ts, marks[:, 0], marks[:, 1], alarms), strict=True):
            kept.append(value[theirs.N_FIT :] if value is not alarms else value)
    point = metrics.point_metrics(np.concatenate(y), np.concatenate(p))
    turns = [np.r_[a[:1], np.abs(np.diff(a.astype(int)))] for a in p]
    change = theirs.cp_nab(t, [each.astype(int) for each in cp], turns)
    told = [metrics.event_metrics(*each) for each in zip(y, p, t, strict=True)]
    assert [ours.f1, ours.far, ours.mar, ours.balanced] == pytest.approx(
        [point[k] for k in ("F1", "FAR", "MAR", "BACC")]
    )
    assert [ours.cp, ours.cp_low_fp, ours.cp_low_fn] == pytest.approx(
        [change[k] for k in ("cp_nab", "cp_lowFP", "cp_lowFN")]
    )
    assert ours.detected == sum(each["detected"] for each in told)
    assert ours.delay_s == np.median([delay for each in told for delay in each["delays"]])
    hours = sum(each["healthy_s"] for each in told) / 3600
    assert ours.false_per_h == pytest.approx(sum(each["false"] for each in told) / hours)


def test_nab_scores_as_the_shared_harness_does(harness):
    theirs = harness("nab_eval")
    root = SHARED / "data" / "nab"
    spans = list(recordings.windows(root / "combined_windows.json").items())[6:7]
    read = [recordings.series(root / name, name, its) for name, its in spans]
    files = [(each.name, each.x[:, 0], each.x[:, 0], list(each.windows)) for each in read]
    scores, alarms, _ = theirs.run(Simple, files)
    theirs = theirs.report(theirs.Corpus(files), scores, alarms)
    ours = nab.score(Simple, read)
    assert [ours.standard, ours.low_fp, ours.low_fn, ours.best] == pytest.approx(
        [theirs[key] for key in ("fixed_standard", "fixed_low_FP", "fixed_low_FN", "best_standard")]
    )
    assert f"{ours.hit}/{ours.windows}" == theirs["windows_hit"]
    assert ours.false_episodes == theirs["false_episodes"]


def test_driving_scores_as_the_shared_harness_does(harness):
    theirs = harness("obd_far").evaluate(Simple, "carobd_drive", max_trips=1)
    signals = driving.SIGNALS["carobd"]
    trips = recordings.trips(SHARED / "data" / "carobd" / "drive.csv.gz", signals, driving.LEAST_ROWS)[
        : driving.FIT_TRIPS + 1
    ]
    ours = driving.score(Simple, trips, signals)
    assert (ours.trips, ours.hours) == (theirs["trips"], pytest.approx(theirs["hours"]))
    assert [ours.far, ours.per_hour] == pytest.approx([theirs["FAR"], theirs["episodes_per_h"]])
    gains = [float(value.split("gain ")[1]) for name, value in theirs.items() if isinstance(value, str)]
    assert list(ours.gains) == pytest.approx(gains, abs=0.006)


def test_cycles_left_score_as_in_the_shared_harness(harness):
    truth, spans = np.array([10.0, 50.0]), [(0.0, 20.0, 30.0), (40.0, 45.0, 48.0)]
    theirs = harness("cmapss_eval").report(truth, np.array([20.0, 45.0]))
    ours = turbofan.score(truth, spans)
    assert [ours.rmse, ours.mae, ours.phm08] == pytest.approx([theirs[key] for key in ("rmse", "mae", "phm08")])
    assert ours.coverage == 50.0
