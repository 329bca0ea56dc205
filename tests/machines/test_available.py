"""What means that there is no value: J1939's codes as gateways translate them; and OBD-II's values that look alike."""

import numpy as np
import pytest

from connected_ops.machines import catalog


def stands(**values: float) -> dict[str, bool]:
    """Whether each of these values of one message is a value."""
    x = np.full((1, catalog.COUNT), np.nan)
    for key, value in values.items():
        x[0, catalog.INDEX[key]] = value
    left = catalog.available(x)[0]
    return {key: bool(np.isfinite(left[catalog.INDEX[key]])) for key in values}


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("engine_load_pct", 255.0), ("engine_load_pct", 254.0),
        ("engine_rpm", 8191.875), ("engine_rpm", 8191.9), ("engine_rpm", 8192.0), ("engine_rpm", 8128.0),
        ("engine_rpm", -1.0),
        ("ambient_temp_f", 3226.9), ("ambient_temp_f", 3226.94), ("ambient_temp_f", 3199.0),
        ("engine_hours", 214_748_364.75), ("engine_hours", float(np.float32(214_748_364.75))),
        ("engine_hours", 2.147e8), ("engine_hours", 213_100_000.0),
        ("speed_mph", 159.07), ("speed_mph", 159.1), ("speed_mph", 158.0), ("speed_mph", -1.0),
        ("coolant_temp_f", 1e30), ("intake_air_temp_f", -1e31), ("vibration_score", 3.4e38),
    ],
)  # fmt: skip
def test_a_code_for_not_available_is_no_value(key: str, code: float):
    assert stands(**{key: code}) == {key: False}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("engine_load_pct", 100.0), ("engine_load_pct", 125.0), ("engine_load_pct", 0.0),
        ("engine_rpm", 8000.0), ("engine_rpm", 8100.0), ("engine_rpm", 0.0), ("engine_rpm", 16_383.75),
        ("ambient_temp_f", -40.0), ("ambient_temp_f", 150.0), ("ambient_temp_f", -1.0),
        ("engine_hours", 0.0), ("engine_hours", 200_000.0),
        ("speed_mph", 255 / 1.609344), ("speed_mph", round(255 / 1.609344, 2)), ("speed_mph", 254 / 1.609344),
        ("speed_mph", 157.83), ("speed_mph", 0.0),
        ("coolant_temp_f", 419.0), ("coolant_temp_f", -1.0), ("intake_air_temp_f", -1.0),
    ],
)  # fmt: skip
def test_what_an_obd_engine_can_send_is_a_value(key: str, value: float):
    assert stands(**{key: value}) == {key: True}


def test_a_code_takes_no_other_value_of_its_message_with_it_and_the_messages_own_array_stays():
    assert stands(engine_load_pct=255.0, engine_rpm=1900.0, coolant_temp_f=192.0) == {
        "engine_load_pct": False, "engine_rpm": True, "coolant_temp_f": True,
    }  # fmt: skip
    values = np.full((1, catalog.COUNT), 255.0)
    catalog.available(values)
    assert (values == 255.0).all()


def test_a_code_in_one_message_of_many_leaves_the_others_as_they_are():
    values = np.full((3, catalog.COUNT), np.nan)
    values[:, catalog.LOAD] = 40.0, 255.0, 100.0
    assert np.isnan(catalog.available(values)[:, catalog.LOAD]).tolist() == [False, True, False]


def test_of_no_messages_nothing_is_asked():
    assert catalog.available(np.empty((0, catalog.COUNT))).shape == (0, catalog.COUNT)
