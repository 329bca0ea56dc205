import re
from math import isfinite

import numpy as np
import pytest

from connected_ops.telemetry import catalog
from connected_ops.telemetry.catalog import SIGNALS
from connected_ops.validation.rules import BITS, RULES, Rule, Verdict, fired_rules, sentence

VALUES = np.array([193.0, 88.0, 1350.0, 62.0, 1.1, 8214.3, 41.0, 71.0, 2.5])


def can_fire(rule: Rule) -> bool:
    return rule.kind != "rate_of_change" or (rule.signal is not None and isfinite(SIGNALS[rule.signal].max_rate))


@pytest.mark.parametrize("rule", [*filter(can_fire, RULES)], ids=lambda rule: rule.id)
def test_a_rules_sentence_is_one_that_a_person_can_read(rule: Rule):
    said = sentence(rule, VALUES)
    assert re.fullmatch(r"[A-Z].*\.", said)
    assert not re.search(r"[{}]|nan|inf", said)
    assert len(said) < 160
    if rule.signal is not None:
        assert SIGNALS[rule.signal].label in said


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
        ("future", "coolant_temp_f", 90.0, ["5 minutes", "clock"]),
    ],
)
def test_a_sentence_has_the_figures_of_its_sample(rule: str, signal: str, value: float, figures: list[str]):
    values = VALUES.copy()
    values[catalog.INDEX[signal]] = value
    (row,) = (r for r in RULES if r.id in {rule, f"{rule}:{signal}"})
    said = sentence(row, values)
    assert [figure for figure in figures if figure not in said] == [], said


def test_every_rule_has_a_bit_of_its_own_and_is_found_by_it():
    assert [next(fired_rules(int(bit))).id for bit in BITS] == [rule.id for rule in RULES]
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert list(fired_rules(0)) == []


def test_only_duplicates_change_nothing():
    assert [rule.kind for rule in RULES if rule.verdict is Verdict.DUPLICATE] == ["duplicate"]
