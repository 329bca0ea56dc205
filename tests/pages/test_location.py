"""What an address, and a browser, may ask for."""

from math import inf, nan
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shiny_app.live.location import MOST_CHANGES, Location, changes_of, parse


def test_an_address_says_page_unit_theme_and_units() -> None:
    assert parse("?page=unit&unit=truck_07&theme=dark&units=c") == Location("unit", "truck_07", "dark", "c")


def test_what_is_neither_light_nor_dark_nor_f_nor_c_is_left_out_and_said() -> None:
    found = parse("?theme=blue&units=kelvin")
    assert (found.theme, found.units) == (None, None)
    assert len(found.sentences) == 2
    assert all(sentence.endswith(".") for sentence in found.sentences)


def test_any_other_number_is_a_changed_assumption() -> None:
    found = parse("?page=value&day_usd=650.5&chance_cooling=80&tow_share=-1")
    assert found.changes == (("chance_cooling", 80.0), ("day_usd", 650.5), ("tow_share", -1.0))
    assert found.sentences == ()


@pytest.mark.parametrize("word", ["lots", "nan", "inf", "1e9", "0x10", "1_000", "١", "--1", "9" * 40, ""])
def test_a_change_that_is_no_number_is_left_out_and_said_on_the_value_page(word: str) -> None:
    query = urlencode({"page": "value", "chance_cooling": word})
    found = parse(query)
    assert found.changes == ()
    assert [sentence for sentence in found.sentences if "chance_cooling" in sentence] or not word
    assert parse(query.replace("page=value", "page=fleet")).sentences == ()


def test_names_that_no_assumption_can_have_are_ignored() -> None:
    assert parse("?page=value&A=1&a-b=2&%3Cimg%3E=3&__proto__=4") == Location("value")


def test_an_address_changes_a_bounded_number_of_assumptions() -> None:
    assert len(parse("?" + "&".join(f"a{i}=1" for i in range(75))).changes) == MOST_CHANGES


@given(st.text(max_size=300))
def test_any_query_is_read_without_an_error(query: str) -> None:
    assert isinstance(parse(query), Location)


def test_the_changes_of_a_browser_are_numbers_by_name() -> None:
    assert changes_of({"b": 2, "a": 1.5}) == (("a", 1.5), ("b", 2.0))
    assert changes_of({}) == ()


@pytest.mark.parametrize(
    "asked",
    [None, 7, "a", [("a", 1)], {"a": "1"}, {"a": None}, {"a": True}, {"a": nan}, {"a": inf}, {"a": 10**400}, {"A": 1},
     {"x" * 65: 1}, {7: 1}, {"a": {"b": 1}}, {"a": [1]}, {f"a{i}": 1 for i in range(61)}],
)  # fmt: skip
def test_changes_that_are_none_are_refused_whole(asked: object) -> None:
    assert changes_of(asked) is None


def test_an_address_says_range_zoom_and_the_unit_that_is_compared() -> None:
    found = parse("?page=unit&unit=truck_07&range=4h&from=1763900000&to=1763903600.5&with=truck_02")
    assert (found.range, found.zoom, found.compared) == ("4h", (1763900000.0, 1763903600.5), "truck_02")
    assert (found.changes, found.sentences) == ((), ())


@pytest.mark.parametrize(
    "query",
    ["from=1", "to=1", "from=2&to=1", "from=a&to=b", "from=-5&to=7", "from=1&to=999999999999", "from=7.01&to=7.03"],
)
def test_a_zoom_that_is_none_is_left_out_and_said(query: str) -> None:
    found = parse(f"?page=unit&{query}")
    assert found.zoom is None
    assert [sentence for sentence in found.sentences if "part of the time" in sentence]


def test_a_zoom_is_read_to_the_tenth_of_a_second_as_links_name_it() -> None:
    assert parse("?page=unit&from=1763900000.04&to=1763900009.96").zoom == (1763900000.0, 1763900010.0)


def test_a_range_that_is_none_falls_back_with_a_sentence() -> None:
    found = parse("?page=unit&range=3y")
    assert found.range == "10m"
    assert "10m, 4h and 14d" in found.sentences[0]
