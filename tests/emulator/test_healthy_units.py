"""Two simulated hours of the shipped fleet, held to the class table."""

import numpy as np
import pytest

from connected_ops.emulator.chance import Floats, normal, uniform, unit_keys
from connected_ops.emulator.fleet import Emulator
from connected_ops.emulator.profile import Profile, UnitProfile, load_profile
from connected_ops.machines import catalog
from connected_ops.telemetry.codec import decode_array

UNITS = load_profile().units
EMULATOR = Emulator(load_profile(), start=1_800_000_000)


def series(fleet: Emulator, seconds: int) -> Floats:
    """[n, seconds, signals] as they were sent."""
    sent = [sample for body in fleet.backfill(seconds) for sample in decode_array(body).samples]
    values = [[getattr(sample, key) for key in catalog.KEYS] for sample in sent]
    return np.array(values, dtype=np.float64).reshape(seconds, -1, catalog.COUNT).swapaxes(0, 1)


@pytest.fixture(scope="module")
def two_hours() -> Floats:
    return series(Emulator(load_profile(), start=1_800_000_000), 7200)


@pytest.fixture(params=range(len(UNITS)), ids=[unit.vehicle_id for unit in UNITS])
def unit(request: pytest.FixtureRequest) -> int:
    return request.param


def test_coolant_stays_near_the_units_own_normal_and_within_the_class(two_hours: Floats, unit: int):
    coolant = two_hours[unit, :, catalog.COOLANT]
    low, high = EMULATOR.class_of(UNITS[unit].vehicle_id).coolant_normal
    assert low - 4 <= coolant.min()
    assert coolant.max() <= high + 2
    assert abs(coolant.mean() - (UNITS[unit].coolant_normal_f or 0)) < 4
    assert np.ptp(coolant) > 3.5


def test_vibration_stays_healthy_but_for_short_impacts(two_hours: Floats, unit: int):
    vibration = two_hours[unit, :, catalog.VIBRATION]
    kind = EMULATOR.class_of(UNITS[unit].vehicle_id)
    low, high = kind.vibration_healthy
    outside = (vibration < low) | (vibration > high)
    assert outside.mean() < 0.01
    assert not (outside[1:] & outside[:-1] & outside[:-1]).sum() > 2
    assert vibration.min() >= low
    assert vibration.max() <= kind.vibration_impact


def test_no_unit_exceeds_its_class(two_hours: Floats, unit: int):
    kind = EMULATOR.class_of(UNITS[unit].vehicle_id)
    rpm = two_hours[unit, :, catalog.RPM]
    assert rpm.min() >= 0.95 * kind.idle_rpm
    assert rpm.max() <= (kind.max_rpm or 0)
    if kind.max_mph is not None:
        assert two_hours[unit, :, catalog.SPEED].max() <= kind.max_mph


def test_intake_air_is_above_ambient_by_what_the_class_says(two_hours: Floats, unit: int):
    above = two_hours[unit, :, catalog.INTAKE] - two_hours[unit, :, catalog.AMBIENT]
    low, high = EMULATOR.class_of(UNITS[unit].vehicle_id).intake_above_ambient
    assert low - 3 <= above.min()
    assert above.max() <= max(high, 30) + 3


@pytest.mark.parametrize("signal", ["oil_pressure_psi", "battery_v"])
def test_oil_pressure_and_voltage_are_what_the_class_says_of_those_that_send_them(
    two_hours: Floats, unit: int, signal: str
):
    values = two_hours[unit, :, catalog.INDEX[signal]]
    kind = EMULATOR.class_of(UNITS[unit].vehicle_id)
    if kind.key not in ("class_8_truck", "excavator", "genset"):
        assert np.isnan(values).all()
        return
    low, high = kind.normal(signal) or (np.nan, np.nan)
    assert low <= values.min()
    assert values.max() <= high
    assert np.ptp(values) > 0


def test_oil_pressure_rises_with_engine_speed_and_falls_as_oil_warms(two_hours: Floats):
    (digger, *_) = of_class(two_hours, "excavator")
    oil, rpm = digger[:, catalog.INDEX["oil_pressure_psi"]], digger[:, catalog.RPM]
    assert np.median(oil[rpm > 1500]) > np.median(oil[rpm < 1000]) + 10
    unit = UnitProfile.model_validate(
        {"vehicle_id": "cold", "unit_class": "genset", "ambient_f": 30, "cold_start": True}
    )
    (values,) = series(Emulator(Profile(seed=1, units=(unit,)), start=1_800_000_000), 7200)
    course = values[:, catalog.INDEX["oil_pressure_psi"]]
    assert course[:60].mean() > course[-600:].mean() + 10


def test_every_unit_looks_alive(two_hours: Floats, unit: int):
    values = two_hours[unit]
    for signal in (catalog.RPM, catalog.VIBRATION, catalog.LOAD):
        changes = np.flatnonzero(np.diff(values[:, signal]))
        assert np.diff(changes).max() < 50, catalog.KEYS[signal]
    hours = values[:, catalog.HOURS]
    assert np.diff(hours).min() >= 0
    assert hours[-1] - hours[0] == pytest.approx(2, abs=0.051)


def test_no_healthy_signal_moves_faster_than_the_catalogue_believes(two_hours: Floats, unit: int):
    steps = np.abs(np.diff(two_hours[unit], axis=0))
    for index, signal in enumerate(catalog.SIGNALS):
        if np.isfinite(steps[:, index]).all():
            assert steps[:, index].max() <= signal.max_rate, signal.key


def of_class(values: Floats, key: str) -> Floats:
    return values[[index for index, unit in enumerate(UNITS) if unit.unit_class == key]]


def test_vans_stop_about_every_three_minutes(two_hours: Floats):
    moving = of_class(two_hours, "delivery_van")[..., catalog.SPEED] > 0.5
    stops = (moving[:, :-1] & ~moving[:, 1:]).sum(axis=1)
    assert (stops >= 36).all()
    assert (stops <= 52).all()


def test_trucks_cruise_most_of_the_time_in_top_gear(two_hours: Floats):
    trucks = of_class(two_hours, "class_8_truck")
    cruising = trucks[..., catalog.SPEED] > 50
    assert 0.75 < cruising.mean() < 0.95
    assert 1200 < np.median(trucks[..., catalog.RPM][cruising]) < 1450


def test_excavators_dig_at_a_standstill(two_hours: Floats):
    diggers = of_class(two_hours, "excavator")
    digging = diggers[..., catalog.RPM] > 1500
    assert 0.6 < digging.mean() < 0.87
    assert np.median(diggers[..., catalog.RPM][digging]) == pytest.approx(1650, abs=15)
    assert (diggers[..., catalog.SPEED] == 0).mean() > 0.8


def test_gensets_hold_their_speed_under_changing_load(two_hours: Floats):
    (genset,) = of_class(two_hours, "genset")
    assert np.abs(genset[:, catalog.RPM] - 1800).max() <= 18
    assert genset[:, catalog.LOAD].min() >= 26
    assert 60 < genset[:, catalog.LOAD].max() <= 84
    assert np.isnan(genset[:, catalog.SPEED]).all()


def test_temperatures_come_in_whole_degrees_celsius(two_hours: Floats):
    celsius = (two_hours[..., [catalog.COOLANT, catalog.INTAKE, catalog.AMBIENT]] - 32) / 1.8
    assert np.abs(celsius - np.round(celsius)).max() < 1e-6


@pytest.mark.parametrize("kind", ["passenger_car", "delivery_van", "class_8_truck", "excavator", "genset"])
def test_a_cold_engine_warms_up_to_its_normal(kind: str):
    unit = UnitProfile.model_validate({"vehicle_id": "cold", "unit_class": kind, "ambient_f": 50, "cold_start": True})
    (values,) = series(Emulator(Profile(seed=1, units=(unit,)), start=1_800_000_000), 7200)
    coolant = values[:, catalog.COOLANT]
    assert coolant[0] < 70
    normal_low, normal_high = Emulator(Profile(seed=1, units=(unit,)), start=0).class_of("cold").coolant_normal
    assert normal_low - 4 <= coolant[-600:].mean() <= normal_high + 2


def test_every_class_is_healthy_whatever_the_seed_draws():
    bare = tuple(unit.model_copy(update={"coolant_normal_f": None, "ambient_f": None}) for unit in UNITS)
    profile = replace_units(load_profile(), bare)
    for seed in (1, 2, 3):
        values = series(Emulator(profile, seed=seed, start=1_800_000_000), 1800)
        for index, unit in enumerate(bare):
            low, high = EMULATOR.class_of(unit.vehicle_id).coolant_normal
            assert low - 5 <= values[index, :, catalog.COOLANT].min()
            assert values[index, :, catalog.COOLANT].max() <= high + 5


def replace_units(profile: Profile, units: tuple[UnitProfile, ...]) -> Profile:
    return profile.model_copy(update={"units": units})


def test_draws_are_even_bounded_and_independent_between_units_and_channels():
    key = unit_keys(1, ("a", "b"))
    index = np.arange(20_000, dtype=np.int64).reshape(1, -1)
    even, bell = uniform(key, index, 1), normal(key, index, 2)
    assert even.mean() == pytest.approx(0.5, abs=0.01)
    assert bell.mean() == pytest.approx(0, abs=0.03)
    assert bell.std() == pytest.approx(1, abs=0.02)
    assert np.abs(bell).max() <= 3.5
    pairs = [(even[0], even[1]), (bell[0], bell[1]), (even[0], uniform(key, index, 3)[0]), (even[0, 1:], even[0, :-1])]
    assert all(abs(np.corrcoef(a, b)[0, 1]) < 0.03 for a, b in pairs)
