"""The hour meter by itself; `test_engine_hours` has what a unit's rows show of it."""

import numpy as np
import pytest

from connected_ops.validation import hours


class Meter:
    def __init__(self) -> None:
        self.known = np.full((1, hours.PLANES), np.nan)

    def reads(self, t: float, value: float) -> str:
        fell, fast = hours.judge(self.known, np.array([t]), np.array([value]))
        assert not (fell & fast).any()
        return "fell" if fell[0] else "fast" if fast[0] else "good"


@pytest.mark.parametrize("step", [0.05, 0.1, 1.0])
def test_a_meter_that_counts_in_steps_is_good_wherever_it_starts_in_one(step: float):
    for start in (0.0, 0.01 * step, 0.99 * step):
        meter = Meter()
        told = {meter.reads(t, round((300.0 + start + t / 3600) // step * step, 6)) for t in range(0, 20_000, 30)}
        assert told == {"good"}, start


@pytest.mark.parametrize(("ahead_h", "told"), [(0.05, "good"), (0.099, "good"), (0.15, "fast"), (5.0, "fast")])
def test_a_tenth_of_an_hour_is_no_haste(ahead_h: float, told: str):
    meter = Meter()
    meter.reads(0, 300.03)
    assert meter.reads(1, 300.03 + ahead_h) == told


def test_hours_that_fall_by_a_digit_of_float32_have_not_fallen():
    meter = Meter()
    meter.reads(0, 1000.0)
    assert meter.reads(1, 1000.0 - 5e-7) == "good"
    assert meter.reads(2, 999.9) == "fell"


def test_a_new_base_needs_a_minute_of_readings_that_agree():
    meter = Meter()
    meter.reads(0, 1000.0)
    assert [meter.reads(t, 5.0 + t / 3600) for t in range(1, 62)] == ["fell"] * 60 + ["good"]
    assert meter.reads(62, 1000.0) == "fast"


def test_readings_that_do_not_agree_make_no_base():
    meter = Meter()
    meter.reads(0, 1000.0)
    told = [meter.reads(t, 5.0 if t % 2 else 400.0) for t in range(1, 200)]
    assert set(told) == {"fell"}


def test_a_message_without_hours_changes_nothing():
    meter = Meter()
    meter.reads(0, 1000.0)
    meter.reads(1, 5.0)
    before = meter.known.copy()
    assert meter.reads(2, np.nan) == "good"
    np.testing.assert_array_equal(meter.known, before)


def test_a_counter_may_rest_for_days_and_goes_on_from_where_it_stood():
    meter = Meter()
    meter.reads(0, 1000.0)
    assert meter.reads(200_000, 1000.0) == "good"
    assert meter.reads(200_001, 1050.0) == "fast"
