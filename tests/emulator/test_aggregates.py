import json

import numpy as np
import pytest

from connected_ops.emulator.fleet import Emulator
from connected_ops.emulator.profile import load_profile
from connected_ops.machines import catalog

START = 1_800_000_777
# How far a bucket may lie from the mean of its samples, and all buckets from all samples.
TOLERANCE = {
    "coolant_temp_f": (2.0, 0.8),
    "intake_air_temp_f": (3.0, 1.0),
    "engine_rpm": (130, 15),
    "speed_mph": (5, 0.5),
    "vibration_score": (0.15, 0.03),
    "engine_hours": (0.06, 0.03),
    "engine_load_pct": (7, 1),
    "ambient_temp_f": (1.5, 0.6),
    "vibration_rms_mm_s": (0.1, 0.03),
    "oil_pressure_psi": (4, 0.5),
    "battery_v": (0.2, 0.03),
}


@pytest.fixture(scope="module")
def fleet() -> Emulator:
    return Emulator(load_profile(), start=START)


def test_buckets_are_aligned_and_end_before_the_samples_begin(fleet: Emulator):
    born = fleet.aggregates()
    for starts, width, count in ((born.half_hour_start, 1800, 672), (born.half_minute_start, 30, 480)):
        assert len(starts) == count
        assert (starts % width == 0).all()
        assert (np.diff(starts) == width).all()
        assert START - 600 - width < starts[-1] + width <= START - 600


def test_shapes_and_absent_signals_are_those_of_the_fleet(fleet: Emulator):
    born = fleet.aggregates()
    assert born.half_hour_values.shape == (12, 672, catalog.COUNT)
    assert born.half_minute_values.shape == (12, 480, catalog.COUNT)
    assert born.half_hour_values.dtype == born.half_minute_values.dtype == np.float32
    genset = list(fleet.vehicle_ids).index("genset_1")
    assert np.isnan(born.half_hour_values[genset, :, catalog.SPEED]).all()
    assert np.isnan(born.half_hour_values[0, :, catalog.VIBRATION_RMS]).all()
    assert np.isfinite(born.half_minute_values[0][:, catalog.COOLANT]).all()


def test_before_todays_shift_units_run_their_class_s_hours_a_day(fleet: Emulator):
    born = fleet.aggregates()
    for index, vehicle_id in enumerate(fleet.vehicle_ids):
        ran = np.isfinite(born.half_hour_values[index, :, catalog.RPM])
        usual = 14 * fleet.class_of(vehicle_id).hours_per_day
        assert usual - 1 <= ran.sum() / 2 <= usual + 14 + 4.5
        hours = born.half_hour_values[index, ran, catalog.HOURS]
        assert (np.diff(hours) >= 0).all()
        assert hours[-1] - hours[0] == pytest.approx(usual, abs=6)


def test_means_agree_with_the_samples_of_the_same_time(fleet: Emulator):
    born = fleet.aggregates()
    hours = 3
    sent = [
        [row.get(key, np.nan) for key in catalog.KEYS]
        for body in Emulator(load_profile(), start=START).backfill(4 * 3600)
        for row in json.loads(body)
    ]
    live = np.array(sent).reshape(4 * 3600, 12, catalog.COUNT).swapaxes(0, 1)
    for starts, values, width in (
        (born.half_hour_start, born.half_hour_values, 1800),
        (born.half_minute_start, born.half_minute_values, 30),
    ):
        count = hours * 3600 // width
        first = int(starts[-count]) - (START - 4 * 3600)
        means = live[:, first : first + count * width].reshape(12, count, width, -1).mean(axis=2)
        apart = means - values[:, -count:]
        for key, (bucket, overall) in TOLERANCE.items():
            index = catalog.INDEX[key]
            fitted = apart[..., index][np.isfinite(means[..., index])].reshape(-1, count)
            if width == 1800:
                assert np.abs(fitted).max() <= 2 * bucket, key
            else:
                assert np.abs(fitted.mean(axis=1)).max() <= overall, key


def test_the_same_fleet_has_the_same_aggregates(fleet: Emulator):
    again = Emulator(load_profile(), start=START).aggregates()
    assert again.half_hour_values.tobytes() == fleet.aggregates().half_hour_values.tobytes()
