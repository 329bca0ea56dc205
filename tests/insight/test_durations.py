"""Durations in words."""

import pytest

from connected_ops.insight.durations import duration


@pytest.mark.parametrize(("seconds", "text"), [
    (0.4, "0 s"), (59.4, "59 s"), (60, "1 min"), (95, "1 min 35 s"), (7500, "2 h 5 min"), (108_000, "30 h"),
    (6 * 86_400, "6 days"), (6 * 86_400 + 7200, "6 days 2 h"),
])  # fmt: skip
def test_a_span_of_time_is_said_in_its_two_largest_units(seconds: float, text: str):
    assert duration(seconds) == text
