"""What a machine is doing, from its signals: a hill, a stop after it, a hot start; and a whole cold trip."""

import numpy as np
import pytest

from connected_ops.machines import catalog, unit_class
from connected_ops.signals.regime import (
    COOL_DOWN,
    COOLS_S,
    CRANKING,
    CRUISE,
    HEAVY,
    IDLE,
    OFF,
    RESTS_S,
    SOAKED_S,
    WORDS,
    WORK,
    Regime,
    Regimes,
)

TRUCK, GENSET = (np.array([unit_class.INDEX[key]], dtype=np.int16) for key in ("class_8_truck", "genset"))
UNIT = np.array([0])
ON_THE_FLAT = {"engine_rpm": 1350.0, "speed_mph": 60.0, "engine_load_pct": 45.0, "coolant_temp_f": 190.0}
ON_A_HILL = ON_THE_FLAT | {"speed_mph": 30.0, "engine_load_pct": 97.0}
STANDS = ON_THE_FLAT | {"engine_rpm": 650.0, "speed_mph": 0.0, "engine_load_pct": 12.0}
STOPPED = STANDS | {"engine_rpm": 0.0, "engine_load_pct": 0.0}


def doing(regimes: Regimes, seconds: float, values: dict[str, float], dt: float = 1.0, kind=TRUCK) -> int:
    """The regime after so many seconds of these values."""
    x = np.full((1, catalog.COUNT), np.nan)
    for key, value in values.items():
        x[0, catalog.INDEX[key]] = value
    return [int(regimes.update(UNIT, np.array([dt]), x, kind)[0]) for _ in range(round(seconds / dt))][-1]


@pytest.mark.parametrize("dt", [1.0, 10.0, 60.0])
def test_a_hill_is_heavy_load_and_a_start_at_the_lights_is_not(dt: float):
    regimes = Regimes(1)
    assert doing(regimes, 600, ON_THE_FLAT, dt) == CRUISE
    if dt == 1.0:
        assert doing(regimes, 8, ON_A_HILL) == WORK
        assert doing(regimes, 60, ON_THE_FLAT) == CRUISE
    assert doing(regimes, 60, ON_A_HILL, dt) == HEAVY
    assert doing(regimes, 120, ON_THE_FLAT, dt) == CRUISE


def test_load_that_swings_about_the_limit_does_not_flap():
    regimes = Regimes(1)
    doing(regimes, 120, ON_A_HILL)
    seen = {doing(regimes, 10, ON_A_HILL | {"engine_load_pct": load}) for load in [77.0, 92.0] * 20}
    assert seen == {HEAVY}


def test_an_engine_that_idles_after_hard_work_cools_down_for_minutes():
    regimes = Regimes(1)
    doing(regimes, 120, ON_A_HILL)
    assert doing(regimes, COOLS_S - 2, STANDS) == COOL_DOWN
    assert doing(regimes, 10, STANDS) == IDLE


def test_a_start_with_a_hot_engine_is_soaked_with_heat_and_one_with_a_cold_engine_is_not():
    for coolant, after in ((190.0, COOL_DOWN), (70.0, CRUISE)):
        regimes = Regimes(1)
        assert doing(regimes, 1800, STOPPED, 60.0) == OFF
        assert doing(regimes, 2, STOPPED | {"engine_rpm": 180.0}) == CRANKING
        assert doing(regimes, SOAKED_S - 2, ON_THE_FLAT | {"coolant_temp_f": coolant}) == after
        assert doing(regimes, 10, ON_THE_FLAT | {"coolant_temp_f": coolant}) == CRUISE


def test_a_hot_engine_that_stops_at_the_lights_has_not_soaked_in_its_heat():
    hot = {"coolant_temp_f": 190.0}
    for rests, after in ((RESTS_S - 10, CRUISE), (RESTS_S + 10, COOL_DOWN)):
        regimes = Regimes(1)
        doing(regimes, 60, ON_THE_FLAT | hot)
        assert doing(regimes, rests, STOPPED | hot) == OFF
        assert doing(regimes, 10, ON_THE_FLAT | hot) == after


def test_a_unit_that_sends_no_load_is_never_called_heavy():
    regimes = Regimes(1)
    assert doing(regimes, 600, {key: value for key, value in ON_A_HILL.items() if key != "engine_load_pct"}) == WORK


def test_a_genset_idles_at_its_working_speed_and_is_told_by_its_load():
    regimes = Regimes(1)
    loads = {
        load: doing(regimes, 120, {"engine_rpm": 1800.0, "engine_load_pct": load}, kind=GENSET) for load in (5, 50, 90)
    }
    assert loads == {5: IDLE, 50: WORK, 90: HEAVY}


def test_every_regime_has_its_word():
    assert len(WORDS) == len(set(WORDS)) == len(Regime)


def test_a_trip_from_a_cold_start_passes_through_its_regimes_without_evidence(bench, sample):
    """A truck cranks, warms up at idle and on the road, climbs, idles hot, stops hot, starts with a soaked intake."""
    said, at = [], 0.0

    def drive(seconds: int, coolant, intake: float = 95.0, **fields: float) -> None:
        nonlocal at
        for _ in range(0, seconds, 5):
            warm = coolant(at) if callable(coolant) else coolant
            bench.take([sample(at, unit_class="class_8_truck", ambient_temp_f=65.0, coolant_temp_f=warm,
                               intake_air_temp_f=intake, vibration_score=0.9 + at % 3 / 100, **fields)])  # fmt: skip
            said.append(WORDS[bench.lab.pipeline.regime[bench.place()]])
            at += 5

    idle = {"engine_rpm": 650.0, "speed_mph": 0.0, "engine_load_pct": 12.0}
    road = {"engine_rpm": 1350.0, "speed_mph": 60.0, "engine_load_pct": 45.0}
    hill = {"engine_rpm": 1400.0, "speed_mph": 30.0, "engine_load_pct": 96.0}
    drive(10, 60.0, engine_rpm=180.0, speed_mph=0.0, engine_load_pct=0.0)
    drive(200, lambda t: 60 + 0.2 * t, **idle)
    drive(400, lambda t: 100 + 0.225 * (t - 200), **road)
    drive(900, 190.0, **road)
    start = at
    drive(300, lambda t: 190 + min(0.1 * (t - start), 14), **hill)
    drive(200, lambda t: 204 + min(0.05 * (t - start - 300), 4), intake=120.0, **idle)
    drive(900, 200.0, intake=140.0, engine_rpm=0.0, speed_mph=0.0, engine_load_pct=0.0)
    drive(60, 196.0, intake=135.0, **idle)
    drive(100, 192.0, intake=130.0, **road)
    assert list(dict.fromkeys(said)) == [
        "cranking", "warming up", "at speed, 40 mph and more", "at work", "under heavy load",
        "cooling down after hard work", "engine off",
    ]  # fmt: skip
    bench.lab.assess()
    view = bench.lab.read_model.unit("unit")
    assert (view.row.band, view.row.reason, view.episodes) == ("Low", "Nothing unusual", ())
    assert view.regime == "cooling down after hard work"
