"""Stuck, missing, rate of change and °C sent as °F: what a signal shows over time."""

from math import exp

import pytest


def fired(bench, rows) -> list[str]:
    return sorted({rule for rules in bench.rules(rows) for rule in rules})


def drive(t: int) -> dict[str, float]:
    """A drive in which engine and vehicle speed move all the time."""
    return {
        "engine_rpm": 1500.0 + 600.0 * (t // 10 % 3) + t % 7,
        "speed_mph": 30.0 + 12.0 * (t // 10 % 3) + t % 5 * 0.63,
    }


def test_a_value_that_stands_for_a_minute_while_others_move_is_stuck(bench, sample):
    rules = bench.rules(sample(t, **drive(t)) for t in range(120))
    assert not any(rules[:60])
    assert {"stuck:vibration_score"} in rules[60:]
    assert set().union(*rules) <= {"stuck:vibration_score", "doubted:vibration_score"}


def test_a_stuck_speed_is_found_by_the_engines_and_withheld(bench, sample):
    rows = [sample(t, **drive(t) | {"speed_mph": 70.0, "vibration_score": 0.8 + t % 9 / 50}) for t in range(120)]
    assert fired(bench, rows) == ["doubted:speed_mph", "stuck:speed_mph"]


def test_nothing_is_stuck_where_nothing_moves(bench, sample):
    assert fired(bench, [sample(t) for t in range(300)]) == []


def test_coolant_flat_at_its_thermostat_is_not_stuck(bench, sample):
    rows = [sample(t, **drive(t) | {"vibration_score": 0.8 + t % 9 / 50}) for t in range(300)]
    assert fired(bench, rows) == []


def test_a_parked_car_at_0_mph_is_not_stuck(bench, sample):
    rows = [
        sample(t, speed_mph=0.0, engine_rpm=750.0 + t % 11 + 900 * (t // 30 % 2), vibration_score=0.6 + t % 9 / 50)
        for t in range(300)
    ]
    assert fired(bench, rows) == []


@pytest.mark.parametrize("spacing", [2, 20])
def test_stuck_needs_a_minute_and_five_samples_at_any_spacing(bench, sample, spacing: int):
    rules = bench.rules(sample(t, **drive(t // spacing * 7)) for t in range(0, 50 * spacing, spacing))
    first = next(at for at, names in enumerate(rules) if names)
    assert first * spacing >= 60
    assert first >= 5


def test_a_value_that_moves_by_one_digit_is_not_stuck(bench, sample):
    rows = [sample(t, **drive(t) | {"vibration_score": 0.9 + 0.01 * (t // 50 % 2)}) for t in range(300)]
    assert fired(bench, rows) == []


@pytest.mark.parametrize(
    ("signal", "before", "after"),
    [("coolant_temp_f", 192, 250), ("intake_air_temp_f", 82, 140), ("speed_mph", 0, 70), ("ambient_temp_f", 60, 90)],
)
def test_a_jump_faster_than_the_signal_can_change_goes_to_review(bench, sample, signal, before, after):
    rules = bench.rules([sample(0, **{signal: before}), sample(1, **{signal: after})])
    assert rules == [set(), {f"rate_of_change:{signal}"}]


@pytest.mark.parametrize(
    ("signal", "before", "after"),
    [("coolant_temp_f", 192, 201), ("intake_air_temp_f", 82, 96), ("speed_mph", 30, 62), ("engine_rpm", 700, 6000)],
)
def test_a_fast_but_possible_change_passes(bench, sample, signal, before, after):
    assert bench.take([sample(0, **{signal: before}), sample(1, **{signal: after})]) == ["valid", "valid"]


def test_after_a_gap_a_difference_says_nothing_about_a_rate(bench, sample):
    assert bench.take([sample(0, coolant_temp_f=100), sample(60, coolant_temp_f=195)]) == ["valid", "valid"]
    assert bench.take([sample(80, coolant_temp_f=50)]) == ["valid"]


def test_an_intake_jump_is_in_doubt_until_it_is_back(bench, sample):
    wild = [sample(t, intake_air_temp_f=170.0 if 10 <= t < 30 else 82.0) for t in range(60)]
    rules = bench.rules(wild)
    assert rules[10:30] == [{"rate_of_change:intake_air_temp_f"}] * 20
    assert not any(rules[:10] + rules[44:])
    assert all(names <= {"doubted:intake_air_temp_f"} for names in rules[30:44])


def test_a_new_intake_level_is_believed_after_two_minutes(bench, sample):
    rules = bench.rules(sample(t, intake_air_temp_f=82.0 if t < 10 else 140.0) for t in range(200))
    assert all(rules[10:130])
    assert not any(rules[131:])


@pytest.mark.parametrize("lasts", [1, 5, 9])
def test_a_value_in_doubt_does_not_reach_the_indicators_while_it_may_be_a_moment(bench, sample, lasts: int):
    bench.take(sample(t, ambient_temp_f=60.0, unit_class="passenger_car") for t in range(10))
    quiet = bench.look()[0]
    for t in range(10, 40):
        bench.take([sample(t, ambient_temp_f=60.0, intake_air_temp_f=180.0 if t < 10 + lasts else 82.0)])
        assert bench.look()[0] == pytest.approx(quiet, abs=0.1)


def test_a_value_in_doubt_that_lasts_is_told_within_half_a_minute(bench, sample):
    bench.take(sample(t, ambient_temp_f=60.0, unit_class="passenger_car") for t in range(10))
    bench.take(sample(t, ambient_temp_f=60.0, intake_air_temp_f=180.0) for t in range(10, 40))
    score, band, reason = bench.look()
    assert (score > 65, band) == (True, "High")
    assert "180 °F" in reason


def test_a_coolant_spike_and_its_return_are_two_reviews_and_no_more(bench, sample):
    verdicts = bench.take(sample(t, coolant_temp_f=250.0 if t == 10 else 192.0) for t in range(30))
    assert [at for at, verdict in enumerate(verdicts) if verdict == "needs_review"] == [10, 11]


def test_a_signal_that_a_unit_stopped_sending_is_named_and_the_others_are_not(bench, sample):
    rows = [sample(t, vibration_score=0.9 if t < 30 else None) for t in range(60)]
    verdicts = bench.judge(rows)
    assert verdicts[:40] == [("valid", set())] * 40
    assert verdicts[41:] == [("needs_review", {"missing:vibration_score"})] * 19


def test_a_signal_that_comes_every_five_minutes_is_not_missing_before_four_of_them(bench, sample):
    """One logger, one message each second; the vibration only now and then."""
    rows = [sample(t, vibration_score=0.9 if t % 300 == 0 and t <= 3000 else None) for t in range(0, 5000, 5)]
    told = [5 * at for at, names in enumerate(bench.rules(rows)) if names]
    assert 3000 + 4 * 300 < told[0] <= 3000 + 4 * 300 + 30
    assert told == [*range(told[0], 5000, 5)]


def test_a_stopped_engine_misses_nothing(bench, sample):
    bench.take(sample(t, speed_mph=0.0) for t in range(60))
    rest = dict.fromkeys(["coolant_temp_f", "vibration_score", "intake_air_temp_f"])
    rows = [sample(t, **rest, engine_rpm=0.0, speed_mph=0.0, engine_hours=1000.0 + 60 / 3600) for t in range(60, 300)]
    assert fired(bench, rows) == []


def test_a_signal_never_sent_is_not_fitted(bench, sample):
    assert fired(bench, [sample(t, vibration_score=None, engine_hours=None) for t in range(60)]) == []


def test_a_sender_that_takes_turns_is_not_missing_what_has_its_turn_later(bench, sample):
    signals = ["coolant_temp_f", "engine_rpm", "speed_mph"]
    others = dict.fromkeys(["intake_air_temp_f", "vibration_score", "engine_hours"])
    rows = [sample(t, **others | {key: None for at, key in enumerate(signals) if t % 3 != at}) for t in range(200)]
    rules = bench.rules(rows)
    assert not any(rules[6:])
    later = [
        sample(t, **others | {key: None for at, key in enumerate(signals) if t % 3 != at or at == 0})
        for t in range(200, 230)
    ]
    assert {"missing:coolant_temp_f"} in bench.rules(later)


def test_a_unit_that_was_silent_for_an_hour_misses_nothing(bench, sample):
    bench.take(sample(t) for t in range(10))
    assert bench.take([sample(3600), sample(3601)]) == ["valid", "valid"]


def test_celsius_sent_as_fahrenheit_is_suspected_after_a_quarter_of_an_hour(bench, sample):
    warm_up = [20.0 + 70.0 * (1 - exp(-t / 240)) for t in range(0, 2400, 10)]
    rules = bench.rules(sample(10 * at, coolant_temp_f=round(c)) for at, c in enumerate(warm_up))
    assert not any(rules[:90])
    assert set().union(*rules) <= {"celsius_suspected", "doubted:coolant_temp_f"}
    assert rules[-1] == {"celsius_suspected"}


@pytest.mark.parametrize(
    ("start", "minutes"),
    [(88, 3), (20, 6), (-20, 6), (-20, 12), (-20, 30)],
    ids=["mild", "frost", "winter", "winter, slow", "winter, idling"],
)
def test_a_cold_start_is_no_celsius_however_slow(bench, sample, start: float, minutes: int):
    warm_up = [195.0 - (195.0 - start) * exp(-t / (60 * minutes)) for t in range(0, 240 * minutes, 10)]
    rows = [sample(10 * at, coolant_temp_f=round(c / 1.8) * 1.8) for at, c in enumerate(warm_up)]
    assert fired(bench, rows) == []


def test_a_warm_engine_that_stands_still_is_no_celsius(bench, sample):
    rows = [sample(t, coolant_temp_f=90.0, engine_rpm=0.0, speed_mph=0.0) for t in range(0, 3600, 10)]
    assert fired(bench, rows) == []


def test_a_short_stop_starts_the_quarter_of_an_hour_anew(bench, sample):
    rows = [
        sample(t, coolant_temp_f=90.0, engine_rpm=0.0 if t % 600 == 0 else 1900.0 + t % 7) for t in range(0, 3600, 10)
    ]
    assert "celsius_suspected" not in fired(bench, rows)
