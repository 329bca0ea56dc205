"""Sentences whose quantities are typed: a difference has no zero to shift, a temperature has."""

import pickle
from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.machines.catalog import BY_KEY
from connected_ops.machines.said import Day, Figure, Said, in_units, packed, said, unpacked

COOLANT = BY_KEY["coolant_temp_f"]


@pytest.mark.parametrize(
    ("template", "kept", "metric"),
    [
        ("Coolant {temperature:216}, near the {temperature:225} limit", "Coolant 216 °F, near the 225 °F limit",
         "Coolant 102 °C, near the 107 °C limit"),
        ("{temperature_difference:18} above its own normal", "18 °F above its own normal",
         "10 °C above its own normal"),
        ("{temperature_difference:1} above", "1 °F above", "0.6 °C above"),
        ("rising {temperature_difference:3.6} a minute", "rising 3.6 °F a minute", "rising 2.0 °C a minute"),
        ("reads {temperature:-40}", "reads −40 °F", "reads −40 °C"),
        ("above {speed:40}", "above 40 mph", "above 64 km/h"),
        ("outside 0 to {speed:158.5}", "outside 0 to 158.5 mph", "outside 0 to 255.1 km/h"),
        ("{rotation:2100}", "2,100 rpm", "2,100 rpm"),
        ("{pressure:30}", "30 psi", "207 kPa"),
        ("Set the sender to °F", "Set the sender to °F", "Set the sender to °F"),
    ],
)  # fmt: skip
def test_a_sentence_keeps_its_meaning_in_metric_units(template: str, kept: str, metric: str):
    told = said(template)
    assert told == kept
    assert in_units(told, metric=False) == kept
    assert in_units(told, metric=True) == metric


def test_slots_may_themselves_be_said():
    told = said("{label} reads {value}", label="Coolant", value=COOLANT.figure(250.4))
    assert (told, in_units(told, True)) == ("Coolant reads 250 °F", "Coolant reads 121 °C")
    longer = "Worst: " + told + ", confirming"
    assert in_units(longer, True) == "Worst: Coolant reads 121 °C, confirming"
    assert in_units(longer.removesuffix(", confirming"), True) == "Worst: Coolant reads 121 °C"
    assert longer.removesuffix("250 °F") == longer


def test_a_day_is_one_of_its_zone():
    since = Said(["since ", Day(1_763_937_000.0)])
    assert since == "since 23 Nov"
    assert in_units(since, False, timezone(timedelta(hours=9))) == "since 24 Nov"
    assert in_units(since, True, UTC) == "since 23 Nov"


def test_a_value_far_off_is_as_short_as_can_be():
    assert COOLANT.figure(1e300) == "1e+300 °F"


def test_a_figure_of_nothing_has_no_sign():
    assert COOLANT.difference(-0.2) == "0 °F"


def test_what_is_said_survives_being_kept():
    told = said("Coolant {temperature:216}")
    again = pickle.loads(pickle.dumps(told))
    assert in_units(again, True) == "Coolant 102 °C"


def test_what_is_said_goes_to_another_process_and_back():
    told = said("Coolant {temperature:216}, {temperature_difference:9} above") + Said(
        [", since ", Day(1_763_937_000.0)]
    )
    assert in_units(unpacked(packed(told)), True, UTC) == "Coolant 102 °C, 5 °C above, since 23 Nov"
    assert unpacked(packed("plain")) == "plain"


@pytest.mark.parametrize("template", ["{colour:3}", "{temperature:hot}", "{temperature}"])
def test_a_quantity_that_is_none_is_refused(template: str):
    with pytest.raises((KeyError, ValueError)):
        said(template)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_difference_of_two_temperatures_is_the_difference_of_the_converted(a: float, b: float):
    low, high = (Figure("temperature", each, 6, bare=True).written(True, None) for each in (a, b))
    apart = Figure("temperature", b - a, 6, difference=True, bare=True).written(True, None)
    number = [float(each.replace(",", "").replace("−", "-")) for each in (low, high, apart)]
    assert number[1] - number[0] == pytest.approx(number[2], abs=1e-4)
