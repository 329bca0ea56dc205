"""What is behind each indicator of a unit that somebody looks at: values, its normal, limit, since when and course."""

import numpy as np
import pytest

from connected_ops.machines.unit_class import BY_KEY
from connected_ops.read_model import IndicatorView, UnitView
from connected_ops.risk.failure_modes import MODES
from connected_ops.signals.baseline import COOLANT
from connected_ops.signals.indicators import INDICATORS

CAR = {"unit_class": "passenger_car"}
TAUGHT_S = 300


def look(bench) -> UnitView:
    bench.lab.assess()
    view = bench.lab.read_model.unit("unit")
    assert view is not None
    return view


def behind(view: UnitView) -> dict[str, IndicatorView]:
    return {each.key: each for each in view.indicators}


@pytest.fixture
def taught(bench, sample):
    """A car that has learned its normal."""
    bench.take(sample(t, **CAR, coolant_temp_f=192.0 + t % 2, ambient_temp_f=70.0) for t in range(TAUGHT_S))
    return bench


def heat(bench, sample, start: int, stop: int) -> None:
    bench.take(sample(t, **CAR, coolant_temp_f=218.0, ambient_temp_f=70.0) for t in range(start, stop))


def test_every_mode_lists_the_indicators_that_its_table_weighs(taught):
    listed = {mode.key: {each.key for each in look(taught).indicators if mode.key in each.modes} for mode in MODES}
    assert listed == {mode.key: {key for key, _ in mode.weights} for mode in MODES}


def test_every_indicator_says_what_it_measures_and_quiet_ones_no_more(taught):
    for each in look(taught).indicators:
        assert each.about.endswith("."), each.key
        assert (each.sentence != "") == bool(each.evidence), each.key
        assert each.label == {row.key: row.label for row in INDICATORS}[each.key]


def test_value_normal_and_limit_are_those_of_the_engine(taught, sample):
    heat(taught, sample, TAUGHT_S, TAUGHT_S + 60)
    seen = behind(look(taught))["coolant_residual"]
    place = taught.place()
    pipeline = taught.lab.intake.pipeline
    assert seen.value == pipeline.present.known[place, 0] == 218.0
    regime = int(pipeline.regime[place])
    mean = float(pipeline.baselines.mean[place, COOLANT, regime])
    assert seen.normal is not None
    assert sum(seen.normal) / 2 == pytest.approx(mean, abs=1.0)
    assert seen.normal[1] - seen.normal[0] == pytest.approx(8.0, abs=1.0), "two spreads of the floor to each side"
    assert seen.learned
    assert (seen.limit, seen.limit_label) == (BY_KEY["passenger_car"].coolant_warn, "warning")
    assert seen.evidence == pytest.approx(float(pipeline.confirmation.indicator[place, 1]))
    assert seen.sentence.startswith("Coolant 218 °F, ")


def test_a_difference_is_told_from_a_value(taught):
    rise = behind(look(taught))["intake_rise"]
    assert rise.difference
    assert rise.value == pytest.approx(12.0)
    assert rise.limit_label == "healthy up to"
    assert rise.course is not None
    assert rise.course[1][-1] == pytest.approx(12.0)


def test_without_the_air_outside_the_intake_air_stands_for_itself(bench, sample):
    bench.take(sample(t, **CAR) for t in range(TAUGHT_S))
    seen = behind(look(bench))
    assert (seen["intake_residual"].value, seen["intake_residual"].difference) == (82.0, False)
    assert seen["intake_rise"].value is seen["intake_rise"].normal is seen["intake_rise"].limit is None
    assert seen["intake_rise"].evidence is None


def test_before_a_normal_is_learned_the_band_of_the_class_stands_and_is_called_that(bench, sample):
    bench.take([sample(t, **CAR) for t in range(5)])
    seen = behind(look(bench))["coolant_level"]
    assert (seen.normal, seen.learned) == (BY_KEY["passenger_car"].coolant_normal, False)


def test_of_a_class_that_nobody_named_no_band_is_made_up_and_no_limit_but_what_no_engine_stands(bench, sample):
    bench.take([sample(t) for t in range(5)])
    seen = behind(look(bench))
    assert all(seen[key].limit is None for key in ("vibration_level", "road_speed", "intake_rise"))
    assert seen["coolant_level"].limit == 240.0
    assert seen["coolant_level"].normal is None


def test_since_stays_while_an_indicator_speaks_and_goes_when_it_is_quiet(taught, sample):
    assert behind(look(taught))["coolant_level"].since is None
    heat(taught, sample, TAUGHT_S, TAUGHT_S + 20)
    begun = behind(look(taught))["coolant_level"].since
    heat(taught, sample, TAUGHT_S + 20, TAUGHT_S + 60)
    assert begun == behind(look(taught))["coolant_level"].since == pytest.approx(1_800_000_000 + TAUGHT_S)
    taught.take(
        sample(t, **CAR, coolant_temp_f=193.0, ambient_temp_f=70.0) for t in range(TAUGHT_S + 60, TAUGHT_S + 70)
    )
    assert behind(look(taught))["coolant_level"].since is None


def test_a_unit_without_days_says_nothing_of_itself_over_days(taught):
    drift = behind(look(taught))["coolant_drift"]
    assert drift.evidence is drift.value is drift.normal is drift.since is drift.course is None
    assert drift.about


def test_the_quality_of_samples_is_told_by_what_is_kept(taught, sample):
    taught.take([sample(TAUGHT_S, **CAR, coolant_temp_f=290.0), sample(TAUGHT_S + 1, **CAR, speed_mph=500.0)])
    taught.follow = False
    taught.take([sample(99_999, **CAR)])
    quality = look(taught).quality
    assert quality is not None
    start = 1_800_000_000.0
    assert quality.need_review == (start + TAUGHT_S, start + TAUGHT_S + 1)
    assert quality.rejected == (start + 99_999,)
    assert quality.half_minutes.tolist() == [start + 30 * k for k in range(TAUGHT_S // 30 + 1)]
    assert np.all(quality.half_hours == np.sort(quality.half_hours))
