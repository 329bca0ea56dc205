from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shiny_app.shell import format as shown


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(8214.3, 1, "8,214.3"), (-40.0, 0, "−40"),
     (-0.2, 0, "0"), (0.0, 2, "0.00"), (None, 0, "–"), (nan, 1, "–"), (inf, 0, "–"), (-1e300, 1, "−1e+300"),
     (1234567.891, 2, "1,234,567.89"), (2.675, 2, "2.67")],
)  # fmt: skip
def test_a_number_is_written_as_a_person_reads_it(value: float | None, decimals: int, text: str) -> None:
    assert shown.number(value, decimals) == text


def test_a_quantity_carries_its_unit_and_an_absent_one_none() -> None:
    assert shown.quantity(207, "°F") == "207 °F"
    assert shown.quantity(0.82, "", 2) == "0.82"
    assert shown.quantity(None, "rpm") == "–"


def test_dollars_keep_their_sign_before_the_currency() -> None:
    assert [shown.dollars(value) for value in (3667.0, -20.0, -0.4, None)] == ["$3,667", "−$20", "$0", "–"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (45.9, "45 s"), (190, "3 min 10 s"), (180, "3 min"), (7500, "2 h 5 min"), (7205, "2 h"),
     (259_200, "3 d"),
     (-3, "0 s"), (nan, "0 s")],
)  # fmt: skip
def test_a_duration_has_its_two_largest_parts(seconds: float, text: str) -> None:
    assert shown.duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [((181_440, 276_480, 466_560), "2 to 5 d"), ((0, 3_600, 9_000), "within 2 h"), ((7_000, 7_200, 7_400), "about 2 h"),
     ((600, 900, inf), "10 min or more"), ((40, 50, 70), "40 to 70 s"), ((nan, nan, nan), "–"), (None, "–")],
)  # fmt: skip
def test_an_interval_of_time_is_said_in_its_largest_unit(seconds: tuple[float, float, float], text: str) -> None:
    assert shown.span(seconds) == text


def test_a_moment_of_today_needs_no_day() -> None:
    now = 1_763_908_312.0
    assert shown.when(now - 60, now) == shown.clock(now - 60)[:5]
    assert shown.when(now - 3 * 86_400, now).startswith("20 Nov ")


def test_a_day_has_its_name_within_a_week_and_then_its_date() -> None:
    now = 1_763_908_312.0
    days = [shown.day(now + ahead * 86_400, now) for ahead in (0, 1, 3, 11)]
    assert days == ["today", "tomorrow", "Wednesday", "4 Dec"]


def test_a_unit_that_sends_every_second_is_heard_now() -> None:
    assert [shown.ago(seconds) for seconds in (0.2, 4.9, 45)] == ["now", "now", "45 s ago"]


def test_nothing_less_than_all_is_called_100_percent() -> None:
    assert shown.share_percent(99_999, 100_000) == "99.9 %"
    assert shown.share_percent(100_000, 100_000) == "100 %"
    assert shown.share_percent(0, 0) == "–"


def test_time_is_the_servers_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown.moment(1_763_908_312).startswith("23 Nov ")
    assert shown.moment(1_763_908_312).endswith(shown.clock(1_763_908_312))


@given(st.lists(st.floats(min_value=0, max_value=1e6), min_size=1, max_size=8), st.integers(1, 100))
def test_shown_points_add_up_to_the_shown_score(points: list[float], score: int) -> None:
    parts = [float(part) for part in shown.parts_of(points, score)]
    assert all(part >= 0 for part in parts)
    assert round(sum(parts), 6) == (score if any(points) else 0)


@given(st.lists(st.floats(min_value=0.01, max_value=50), min_size=1, max_size=5))
def test_shown_points_are_within_one_of_the_true_ones(points: list[float]) -> None:
    score = round(sum(points))
    for part, point in zip(shown.parts_of(points, score), points, strict=True):
        assert abs(float(part) - point * score / sum(points)) < 1


def test_points_get_a_decimal_only_where_a_part_would_read_zero() -> None:
    assert shown.parts_of([58.2, 7.7, 5.1], 71) == ["58", "8", "5"]
    assert shown.parts_of([0.4, 0.3, 2.3], 3) == ["0.4", "0.3", "2.3"]
    assert shown.parts_of([3.0, 0.0], 3) == ["3", "0"]
