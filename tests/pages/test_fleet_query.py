"""What an address may ask of the fleet table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.machines.unit_class import CLASSES
from shiny_app.fleet.query import CHOICES, FleetQuery, fleet_query
from shiny_app.live.location import parse


def test_an_address_filters_sorts_and_pages_the_fleet() -> None:
    found = parse("?page=fleet&q=Truck&class=class_8_truck&band=high&source=live&fresh=late&sort=-saved&at=3")
    assert found.fleet == FleetQuery("Truck", "class_8_truck", "high", "live", "late", "-saved", 3)
    assert found.fleet.filtered
    assert (found.changes, found.sentences) == ((), ())
    assert not parse("?page=fleet&sort=unit&at=2").fleet.filtered


@pytest.mark.parametrize("name", CHOICES)
def test_a_filter_that_does_not_exist_is_left_out_and_the_sentence_says_what_there_is(name: str) -> None:
    found = parse(f"?page=fleet&{name}=purple")
    assert found.fleet == FleetQuery()
    [sentence] = found.sentences
    assert all(choice in sentence for choice in CHOICES[name] if not choice.startswith("-"))


@pytest.mark.parametrize("page", ["0", "-1", "two", "1.5", "9" * 30])
def test_a_page_of_the_table_that_is_none_is_the_first(page: str) -> None:
    found = parse(f"?page=fleet&at={page}")
    assert found.fleet.page == 1
    assert "shows the first" in found.sentences[0]


def test_every_class_can_be_filtered_by() -> None:
    assert set(CHOICES["class"]) == {each.key for each in CLASSES}


@given(st.dictionaries(st.sampled_from(["q", "class", "band", "source", "fresh", "sort", "at"]), st.text(max_size=80)))
def test_any_words_are_read_without_an_error(words: dict[str, str]) -> None:
    query, said = fleet_query(words)
    assert 1 <= query.page < 1_000_000
    assert all(sentence.endswith(".") for sentence in said)
