from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.telemetry.values import is_absent, number


@pytest.mark.parametrize(
    ("given_value", "read"),
    [
        ("93.5", 93.5), (" 93.5\t", 93.5), ("+93.5", 93.5), ("-40", -40.0), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0),
        (93, 93.0), (0, 0.0), ("0", 0.0), (3.4028235e38, 3.4028235e38), ("007", 7.0),
    ],
)  # fmt: skip
def test_a_number_is_one_as_text_too(given_value: object, read: float):
    assert number(given_value) == read


@pytest.mark.parametrize(
    "word", ["", " ", "-", "--", "NaN", "nan", "-NaN", "null", "NULL", "N/A", "n/a", "#N/A", "+Infinity", "-inf"]
)
def test_words_for_no_value_are_none(word: str):
    assert is_absent(word)
    assert number(word) is None


@pytest.mark.parametrize("given_value", [None, float("nan"), float("inf"), 10**400, "1e999", "9" * 400])
def test_what_a_float_does_not_hold_is_none(given_value: object):
    assert number(given_value) is None


@pytest.mark.parametrize("given_value", ["93,5", "1.350,5", "-0,1"])
def test_a_decimal_comma_is_not_guessed_but_named(given_value: str):
    with pytest.raises(ValueError, match="decimal point"):
        number(given_value)


@pytest.mark.parametrize(
    "given_value", [True, False, [], {}, "x", "1 350", "1,350.5", "93 F", "0x10", "1_000", "\u0663", "9" * 401, "--5"]
)
def test_what_is_no_number_is_refused(given_value: object):
    with pytest.raises(ValueError, match="value is"):
        number(given_value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_itself_by_each_way_of_writing_it(value: float):
    assert number(value) == number(repr(value)) == number(f" {value!r} ") == value


@given(st.one_of(st.text(max_size=20), st.floats(), st.integers(), st.booleans(), st.none()))
def test_whatever_is_given_is_finite_or_absent_or_a_sentence(given_value: object):
    try:
        read = number(given_value)
    except ValueError as error:
        said = str(error)
    else:
        said = ""
        assert read is None or isfinite(read)
    assert len(said) < 160
