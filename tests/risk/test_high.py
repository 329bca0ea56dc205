"""When a unit is High: a held fault soon, a single odd sample never."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_ops.machines.unit_class import CLASSES, UnitClass
from connected_ops.read_model import BANDS

CAR = {"unit_class": "passenger_car"}
ODD = {
    "coolant_temp_f": 260.0,
    "vibration_score": 6.0,
    "intake_air_temp_f": 189.0,
    "speed_mph": 140.0,
    "engine_rpm": 9500.0,
    "ambient_temp_f": 60.0,
}

HELD = {
    "overheat": {"coolant_temp_f": 252.0},
    "vibration step": {"vibration_score": 3.6},
    "over-speeding": {"speed_mph": 99.0, "engine_rpm": 6900.0},
}


def persistence(bench, sample, fields: dict[str, float], spacing: int) -> float:
    """Seconds of a held fault until the unit is High, after five healthy minutes."""
    bench.take(sample(t, **CAR) for t in range(-300, 1, max(spacing, 5)))
    for t in range(spacing, 400, spacing):
        bench.take([sample(t, **fields)])
        if bench.look()[1] == "High":
            return t - spacing  # the fault has held since its first sample
    raise AssertionError("never High")


@pytest.mark.parametrize("fields", HELD.values(), ids=HELD.keys())
def test_a_held_fault_is_high_after_the_same_time_at_any_spacing(new_bench, sample, fields):
    at_1 = persistence(new_bench(), sample, fields, 1)
    assert 3 < at_1 <= 15
    for spacing in (2, 5, 60):
        assert at_1 - 1 <= persistence(new_bench(), sample, fields, spacing) <= max(at_1 + spacing, spacing)


@pytest.mark.parametrize("fields", HELD.values(), ids=HELD.keys())
def test_a_held_fault_is_seen_at_once_and_confirmed_within_15_s_and_over_after_it_ends(bench, sample, fields):
    def shaking(t: int, **fields: float):
        return sample(t, **CAR, **{"vibration_score": 0.9 + t % 3 / 50} | fields)

    bench.take(shaking(t) for t in range(0, 300, 4))
    seen = []
    for t in range(300, 316):
        bench.take([shaking(t, **fields)])
        seen.append(bench.look())
    bands = [band for _, band, _ in seen]
    assert "High" not in bands[:4]
    assert bands[15] == "High"
    assert not seen[15][2].endswith("confirming")
    assert BANDS.index(bands[7]) >= 1
    assert seen[3][2].endswith("confirming")
    bench.take(shaking(t) for t in range(316, 376))
    assert bench.look()[1:] == ("Low", "Nothing unusual")


def test_a_high_unit_says_its_value_and_its_own_normal_or_its_limit(bench, sample):
    bench.take(sample(t, **CAR) for t in range(0, 300, 4))
    bench.take(sample(t, coolant_temp_f=252.0) for t in range(300, 320))
    reason = bench.look()[2]
    assert "252 °F" in reason
    assert "240 °F limit" in reason or "60 °F above its own normal" in reason


def calm(kind: UnitClass) -> dict[str, float | str]:
    """What a healthy unit of that class sends while it works."""
    return {
        "unit_class": kind.key,
        "engine_rpm": kind.work_rpm[0],
        "speed_mph": 0.7 * (kind.max_mph or 60.0),
        "vibration_score": kind.vibration_healthy[0],
        "ambient_temp_f": 60.0,
    }


_odd = st.fixed_dictionaries({}, optional={key: st.just(value) for key, value in ODD.items()})


@settings(max_examples=40, deadline=None)
@given(
    _odd,
    st.sampled_from([1, 2, 5, 60, 600]),
    st.sampled_from(CLASSES),
    st.sets(st.sampled_from(sorted(ODD))),
    st.booleans(),
)
def test_a_single_odd_sample_is_never_high_whatever_is_odd_and_whatever_follows(
    new_bench, sample, odd, spacing, kind, silent, learned
):
    bench, before = new_bench(), max(3, 130 // spacing) if learned else 2
    bench.take(sample(k * spacing, **calm(kind)) for k in range(before))
    rows = [sample(before * spacing, **calm(kind) | odd)]
    rows += [sample((before + k) * spacing, **calm(kind) | dict.fromkeys(silent)) for k in range(1, 12)]
    for row in rows:
        bench.take([row])
        assert bench.look()[1] != "High"


def test_random_single_spikes_every_minute_never_make_high(bench, sample):
    chance = random.Random(7)
    for t in range(300):
        odd = ODD if t % 61 == 60 else {}
        bench.take([sample(t, **CAR | {"ambient_temp_f": 60.0, "coolant_temp_f": 192 + chance.random()} | odd)])
        assert bench.look()[1] != "High"
