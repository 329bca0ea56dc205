"""The series of a unit over its ranges, against the memories they come from."""

import numpy as np

CAR = {"unit_class": "passenger_car"}


def driven(bench, sample, seconds: int) -> None:
    for t in range(seconds):
        bench.take([sample(t, "car", **CAR, coolant_temp_f=190.0 + t % 30)])
    bench.lab.assess()


def test_the_samples_come_with_their_verdicts(bench, sample):
    driven(bench, sample, 90)
    series, view = bench.lab.read_model.series("car", "10m"), bench.lab.read_model.unit("car")
    assert series.ts.tolist() == view.ts.tolist()
    assert np.array_equal(series.values, view.values, equal_nan=True)
    assert len(series.verdicts) == len(series.ts)


def test_a_tier_comes_without_the_bucket_that_is_still_filled(bench, sample):
    driven(bench, sample, 200)
    series = bench.lab.read_model.series("car", "4h")
    start, means = bench.lab.pipeline.history.tiers[0].series(0)
    assert series.ts.tolist() == (start[:-1] + 15).tolist()
    assert np.array_equal(series.values, means[:-1], equal_nan=True)
    assert series.width_s == 30


def test_the_first_bucket_is_shown_while_it_fills(bench, sample):
    driven(bench, sample, 60)
    series = bench.lab.read_model.series("car", "14d")
    assert len(series.ts) == 1
    assert series.ts[0] <= bench.lab.read_model.unit("car").ts[-1]


def test_all_that_a_silent_unit_sent_is_shown(bench, sample):
    driven(bench, sample, 200)
    bench.now = 5_000.0
    bench.lab.assess()
    series = bench.lab.read_model.series("car", "4h")
    assert len(series.ts) == len(bench.lab.pipeline.history.tiers[0].series(0)[0])
    assert series.ts[-1] <= bench.lab.read_model.unit("car").ts[-1]


def test_a_series_is_made_once_a_sequence_and_of_a_known_unit(bench, sample):
    driven(bench, sample, 10)
    assert bench.lab.read_model.series("car", "4h") is bench.lab.read_model.series("car", "4h")
    assert bench.lab.read_model.series("nobody", "4h") is None
