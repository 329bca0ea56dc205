import re
from math import isfinite

import numpy as np
import pytest

from connected_ops.machines import catalog
from connected_ops.machines.catalog import SIGNALS
from connected_ops.validation.rules import (
    BIT,
    RULES,
    WHOLE,
    WIDTH,
    Rule,
    Verdict,
    count,
    fired_rules,
    sentence,
    whole,
)

VALUES = np.resize([193.0, 88.0, 1350.0, 62.0, 1.1, 8214.3, 41.0, 71.0, 2.5], len(SIGNALS))


def can_fire(rule: Rule) -> bool:
    return rule.kind != "rate_of_change" or (rule.signal is not None and isfinite(SIGNALS[rule.signal].max_rate))


@pytest.mark.parametrize("rule", [*filter(can_fire, RULES)], ids=lambda rule: rule.id)
def test_a_rules_sentence_is_one_that_a_person_can_read(rule: Rule):
    said = sentence(rule, VALUES)
    assert re.fullmatch(r"[A-Z].*\.", said)
    assert not re.search(r"[{}]|nan|inf", said)
    assert len(said) < 160
    if rule.signal is not None:
        assert SIGNALS[rule.signal].label.split()[0] in said


@pytest.mark.parametrize(
    ("rule", "signal", "value", "figures"),
    [
        ("sensor_range", "coolant_temp_f", -55.0, ["Coolant", "−55 °F", "−40 °F to 419 °F"]),
        ("sensor_range", "engine_rpm", 1e300, ["Engine speed", "1e+300 rpm", "16,384 rpm"]),
        ("implausible", "vibration_score", 33.333, ["Vibration", "33.33", "0.00 to 20.00"]),
        ("rate_of_change", "intake_air_temp_f", 180.0, ["Intake air", "180 °F", "15 °F a second"]),
        ("stuck", "speed_mph", 62.0, ["speed", "62 mph", "minute"]),
        ("missing", "vibration_score", 1.0, ["Vibration", "missing"]),
        ("hours_fell", "engine_hours", 8214.3, ["8,214.3 h", "60 s"]),
        ("hours_too_fast", "engine_hours", 8214.3, ["8,214.3 h", "60 s"]),
        ("celsius_suspected", "coolant_temp_f", 90.0, ["90 °F", "°C"]),
        ("open_circuit", "intake_air_temp_f", -40.0, ["Intake air", "−40 °F", "plug"]),
        ("doubted", "speed_mph", 62.0, ["62 mph", "doubt", "10 seconds"]),
        ("below_air", "coolant_temp_f", 20.0, ["Coolant 20 °F", "below the air"]),
        ("future", "coolant_temp_f", 90.0, ["5 minutes", "clock", "marked Z"]),
        ("too_old", "coolant_temp_f", 90.0, ["30 days", "clock", "GPS"]),
        ("no_signal", "coolant_temp_f", 90.0, ["no field"]),
        ("clock_back", "coolant_temp_f", 90.0, ["clock", "stepped back", "arrival"]),
    ],
)
def test_a_sentence_has_the_figures_of_its_sample(rule: str, signal: str, value: float, figures: list[str]):
    values = VALUES.copy()
    values[catalog.INDEX[signal]] = value
    (row,) = (r for r in RULES if r.id in {rule, f"{rule}:{signal}"})
    said = sentence(row, values)
    assert [figure for figure in figures if figure not in said] == [], said


def bits(*rules: Rule) -> np.ndarray:
    fired = np.zeros(WIDTH, dtype=np.uint16)
    for rule in rules:
        fired[WHOLE if rule.signal is None else rule.signal] |= BIT[rule.kind]
    return fired


def named(*ids: str) -> list[Rule]:
    return [next(rule for rule in RULES if rule.id == one) for one in ids]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_found_by_its_bits_and_by_no_other_rules(rule: Rule):
    assert list(fired_rules(bits(rule))) == [rule]
    assert count(bits(rule)[None]).tolist() == [int(one is rule) for one in RULES]


def test_every_rule_has_a_name_of_its_own_and_nothing_fires_on_a_good_row():
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert list(fired_rules(np.zeros(WIDTH, dtype=np.uint16))) == []


def test_all_rules_of_a_row_are_told_those_of_the_row_itself_first():
    fired = bits(*named("stuck:speed_mph", "sensor_range:engine_rpm", "late"))
    assert [rule.id for rule in fired_rules(fired.tolist())] == ["late", "sensor_range:engine_rpm", "stuck:speed_mph"]


def test_a_signals_bit_is_never_read_as_that_of_the_row():
    """Kinds of both share numbers: a coolant beyond its range is no row from the future."""
    assert BIT["sensor_range"] == BIT["future"]
    for one in ("sensor_range:coolant_temp_f", "future"):
        assert [rule.id for rule in fired_rules(bits(*named(one)))] == [one]


def test_how_often_each_rule_fired_is_counted_over_many_rows():
    stuck, late = named("stuck:speed_mph", "late")
    counted = count(np.array([bits(stuck, late), bits(), bits(late), bits(late)]))
    assert {rule.id: int(n) for rule, n in zip(RULES, counted, strict=True) if n} == {"stuck:speed_mph": 1, "late": 3}


def test_a_row_is_rejected_for_its_time_its_unit_or_what_cannot_be_read_and_never_for_a_value():
    assert {rule.kind for rule in RULES if rule.verdict is Verdict.REJECTED} == {
        "future", "too_old", "no_signal", "malformed", "source_conflict", "fleet_full",
    }  # fmt: skip


def test_rows_of_which_one_rule_speaks_as_a_whole_say_that_and_no_more():
    fired = whole("malformed", 2)
    assert [[rule.kind for rule in fired_rules(row)] for row in fired] == [["malformed"]] * 2


def test_only_duplicates_change_nothing():
    assert [rule.kind for rule in RULES if rule.verdict is Verdict.DUPLICATE] == ["duplicate"]
