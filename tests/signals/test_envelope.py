import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_ops.machines import catalog, unit_class
from connected_ops.signals.baseline import Baselines
from connected_ops.signals.envelope import (
    BELOW_LIMIT,
    FAN_ON,
    LIMIT,
    RISE_MOVING,
    RISE_STANDING,
    STANDS_S,
    STEP,
    Envelopes,
    Usual,
)
from connected_ops.signals.regime import COOL_DOWN, CRUISE, GAP_S, IDLE, OFF, WORK

CAR = unit_class.INDEX["passenger_car"]
NORMAL = unit_class.CLASSES[CAR].coolant_normal[1]


class Unit:
    """One car; `take` gives it a sample each `dt` seconds, in a regime, and lets it teach."""

    def __init__(self) -> None:
        self.all = Envelopes(1)
        self.baselines = Baselines(1)

    def take(
        self,
        coolant: float = NORMAL,
        intake: float = 80.0,
        seconds: float = 1.0,
        dt: float = 1.0,
        regime: int = WORK,
        mph: float = 30.0,
        harmless: bool = True,
        kind: int = CAR,
        ambient: float = np.nan,
    ) -> Usual:
        x = np.full((1, catalog.COUNT), np.nan)
        x[0, [catalog.COOLANT, catalog.INTAKE, catalog.SPEED, catalog.AMBIENT]] = coolant, intake, mph, ambient
        place, doing, kinds = np.array([0]), np.array([regime], dtype=np.int8), np.array([kind], dtype=np.int16)
        normal = self.baselines.normal(place, kinds, doing)
        every, usual = np.array([dt]), None
        for _ in range(max(round(seconds / dt), 1)):
            usual = self.all.update(place, every, x, x[:, catalog.INTAKE], doing, kinds, normal)
            fine = np.array([harmless])
            self.all.learn(place, every, x[:, catalog.COOLANT], usual, doing, kinds, fine, fine, fine)
        assert usual is not None
        return usual

    def top(self, mph: float = 30.0, regime: int = WORK) -> float:
        """How far coolant healthily goes, once what was before is long over."""
        return float(self.take(seconds=1200, dt=30.0, mph=mph, regime=regime, harmless=False).top[0])


def test_what_came_back_by_itself_is_healthy_from_then_on():
    car = Unit()
    assert car.top() == pytest.approx(NORMAL)
    for coolant in (200.0, 206.0, 209.0, 203.0):
        car.take(coolant, seconds=30)
    assert car.top() == pytest.approx(209.0)


def test_a_creep_that_does_not_come_back_teaches_nothing():
    car = Unit()
    for minute in range(30):
        car.take(190.0 + minute, seconds=60)
    assert car.top() == pytest.approx(NORMAL)


def test_what_spoke_of_a_fault_is_not_learned_when_it_comes_back():
    car = Unit()
    car.take(205.0)
    for coolant, harmless in ((214.0, True), (216.0, False), (214.0, True), (190.0, True)):
        car.take(coolant, seconds=20, harmless=harmless)
    assert car.top() == pytest.approx(214.0)
    car = Unit()
    for coolant, harmless in ((205.0, True), (216.0, False), (190.0, True)):
        car.take(coolant, seconds=20, harmless=harmless)
    assert car.top() == pytest.approx(NORMAL)


def test_a_top_that_is_known_grows_in_steps_and_never_to_the_warning():
    car = Unit()
    car.take(205.0, seconds=1200)
    car.take(195.0)
    assert car.top() == pytest.approx(205.0)
    for times in range(1, 10):
        car.take(224.0, seconds=10)
        car.take(195.0, seconds=10)
        assert car.top() == pytest.approx(min(205.0 + times * STEP, LIMIT[CAR] - BELOW_LIMIT))


def test_a_car_that_stands_may_get_as_hot_as_its_fan_allows_until_it_is_known():
    """Of the class we know nothing of, 221 °F; of one that is warned at 225, less."""
    unknown = unit_class.UNKNOWN
    car = Unit()
    usual = car.take(200.0, seconds=900, dt=5.0, mph=0.0, kind=unknown, harmless=False)
    assert usual.top[0] == pytest.approx(FAN_ON, abs=0.1)
    assert Unit().take(200.0, mph=0.0, regime=COOL_DOWN).top[0] == LIMIT[CAR] - BELOW_LIMIT
    hour = car.take(200.0, seconds=3600, dt=5.0, mph=0.0, kind=unknown)
    assert hour.top[0] < hour.coolant[0] + 1.0


def test_a_short_stop_explains_nothing_and_the_heat_of_a_long_one_goes_with_a_lag():
    car = Unit()
    moving = float(car.take(seconds=600).top[0])
    short = car.take(seconds=STANDS_S - 5, mph=0.0)
    assert short.top[0] == pytest.approx(moving)
    long = float(car.take(seconds=300, mph=0.0, harmless=False).top[0])
    assert long > moving + 12.0
    off_again = float(car.take(seconds=5).top[0])
    assert moving + 10.0 < off_again < long
    assert car.take(seconds=900).top[0] == pytest.approx(moving, abs=0.1)


def test_a_machine_that_works_in_one_place_does_not_stand():
    usual = Unit().take(seconds=600, mph=0.0, kind=unit_class.INDEX["excavator"])
    assert usual.top[0] == usual.coolant[0]


def test_coolant_that_comes_from_the_cold_is_not_settled():
    car = Unit()
    assert car.take(150.0, seconds=300).settled_s[0] == 0.0
    assert car.take(NORMAL - 3, seconds=60).settled_s[0] == 60.0
    assert car.take(NORMAL, dt=GAP_S + 1).settled_s[0] == 0.0


@pytest.mark.parametrize("dt", [1.0, 5.0, 30.0, 60.0])
def test_intake_airs_rise_is_over_its_own_last_minutes_at_any_spacing(dt: float):
    car = Unit()
    car.take(intake=80.0, seconds=1800, dt=dt)
    first = car.take(intake=125.0, dt=dt)
    assert first.rise[0] == pytest.approx(45.0)
    assert first.rise_top[0] <= RISE_MOVING
    later = car.take(intake=125.0, seconds=300, dt=dt)
    assert later.rise[0] == pytest.approx(45.0 * np.exp(-1.0), abs=6.0)


def test_a_rise_that_speaks_of_a_fault_stays_one():
    car = Unit()
    car.take(intake=80.0, seconds=1800, dt=5.0)
    assert car.take(intake=125.0, seconds=300, dt=5.0, harmless=False).rise[0] > 38.0


def test_a_first_value_that_was_junk_is_no_measure_of_those_after_it():
    car = Unit()
    car.take(intake=26.0, dt=60.0)
    car.take(intake=80.0, dt=60.0, seconds=120.0)
    assert car.take(intake=80.0, dt=60.0).rise[0] < RISE_MOVING


def test_intake_air_that_was_colder_than_the_air_outside_is_no_measure_either():
    car = Unit()
    car.take(intake=43.0, seconds=300, ambient=88.0)
    assert car.take(intake=90.0, ambient=88.0).rise[0] < RISE_MOVING


def test_the_heat_of_a_stop_is_no_rise_after_it():
    car = Unit()
    car.take(intake=80.0, seconds=900, dt=5.0)
    for minute in range(6):
        car.take(intake=80.0 + 6 * minute, seconds=60, dt=5.0, regime=OFF, mph=0.0)
    usual = car.take(intake=112.0, regime=COOL_DOWN)
    assert usual.rise[0] < usual.rise_top[0]


def test_a_standing_engines_heat_may_rise_more():
    usual = Unit().take(seconds=1, regime=IDLE, mph=0.0)
    assert usual.rise_top[0] == RISE_STANDING


def test_intake_air_that_is_not_read_has_no_rise_and_moves_nothing():
    car = Unit()
    car.take(intake=80.0, seconds=300)
    assert np.isnan(car.take(intake=np.nan, seconds=300).rise[0])
    assert car.take(intake=90.0).rise[0] == pytest.approx(10.0)


def test_each_regime_has_its_own_top():
    car = Unit()
    for coolant in (200.0, 208.0, 200.0):
        car.take(coolant, seconds=30, regime=CRUISE, mph=60.0)
    assert car.top(regime=CRUISE, mph=60.0) == pytest.approx(208.0)
    assert car.top() == pytest.approx(NORMAL)


def test_a_copy_knows_what_was_learned_and_clearing_forgets_it():
    car, other = Unit(), Unit()
    for coolant in (200.0, 209.0, 200.0):
        car.take(coolant, seconds=30)
    other.all.copy(car.all, 0, 0)
    assert other.top() == pytest.approx(209.0)
    other.all.clear(0)
    assert other.top() == pytest.approx(NORMAL)
    assert car.top() == pytest.approx(209.0)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.floats(150, 235), st.floats(0, 60), st.booleans()), min_size=5, max_size=40))
def test_whatever_comes_no_top_reaches_the_warning(samples: list[tuple[float, float, bool]]):
    car = Unit()
    for coolant, mph, harmless in samples:
        usual = car.take(coolant, seconds=40, dt=10.0, mph=mph, harmless=harmless)
        assert usual.coolant[0] - 1e-9 <= usual.top[0] <= LIMIT[CAR] - BELOW_LIMIT + 1e-9


def test_units_do_not_touch_each_other_and_a_row_does_not_depend_on_its_batch():
    rng = np.random.default_rng(4)
    many, alone = Envelopes(7), [Envelopes(1) for _ in range(7)]
    places, kinds, one = np.arange(7), np.full(7, CAR, dtype=np.int16), np.array([0])
    lines = Baselines(7)
    for _ in range(80):
        x = np.full((7, catalog.COUNT), np.nan)
        x[:, catalog.COOLANT], x[:, catalog.INTAKE] = rng.uniform(180, 220, 7), rng.uniform(60, 120, 7)
        x[:, catalog.SPEED], dt = rng.uniform(0, 12, 7), rng.uniform(1, 30, 7)
        doing = rng.integers(0, 8, 7).astype(np.int8)
        fine = rng.random((3, 7)) < 0.8
        normal = lines.normal(places, kinds, doing)
        usual = many.update(places, dt, x, x[:, catalog.INTAKE], doing, kinds, normal)
        many.learn(places, dt, x[:, catalog.COOLANT], usual, doing, kinds, *fine)
        for at, each in enumerate(alone):
            row = slice(at, at + 1)
            mine = lines.normal(one, kinds[row], doing[row])
            own = each.update(one, dt[row], x[row], x[row, catalog.INTAKE], doing[row], kinds[row], mine)
            each.learn(one, dt[row], x[row, catalog.COOLANT], own, doing[row], kinds[row], *fine[:, row])
            assert (own.top[0], own.rise[0], own.rise_top[0]) == (usual.top[at], usual.rise[at], usual.rise_top[at])
