"""Figures as devices write them: numbers, numbers as text, and the words that stand where there is none."""

import re
from math import isfinite

NUMBER = "A value is a number, with a point where it has decimals; null where there is none"
COMMA = "A value is written with a decimal point: 93.5, not 93,5"
ABSENT = frozenset(("", "-", "--", "nan", "null", "none", "undefined", "n/a", "na", "#n/a", "inf", "infinity"))
"""Words for "no value", in lower case and without a sign."""

LONGEST = 400
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_COMMA = re.compile(r"[+-]?\d[\d.]*,\d+", re.ASCII)


def is_absent(given: object) -> bool:
    """Whether that says that there is no value: null, a word for it, or a number that is none."""
    if isinstance(given, str):
        word = given.strip().lower()
        return word in ABSENT or (word[:1] in "+-" and word[1:] in ABSENT)
    return given is None or (isinstance(given, float) and not isfinite(given))


def number(given: object) -> float | None:
    """The number in what a sender gave; None where it says that there is none, or more than a float can hold.
    ValueError with the sentence that says what a value is."""
    if is_absent(given):
        return None
    if isinstance(given, str):
        text = given.strip()
        if len(text) > LONGEST or not _NUMBER.fullmatch(text):
            raise ValueError(COMMA if len(text) <= LONGEST and _COMMA.fullmatch(text) else NUMBER)
        given = float(text)
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ValueError(NUMBER)
    try:
        found = float(given)
    except OverflowError:
        return None
    return found if isfinite(found) else None
