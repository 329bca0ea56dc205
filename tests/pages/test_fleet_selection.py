"""Which units a query of the fleet table lets through, and in which order."""

from dataclasses import replace
from itertools import pairwise
from math import isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.read_model import BANDS, FRESHNESS, SOURCES, UNIT_CLASSES, FleetSnapshot, LoopCounts
from shiny_app.fleet.query import CHOICES, SORTS, FleetQuery
from shiny_app.fleet.selection import PAGE_ROWS, select
from shiny_app.fleet.tools import strip_fields

NAN = float("nan")


def fleet_of(units: list[dict[str, Any]]) -> FleetSnapshot:
    """A snapshot of units given as id, class, source, fresh, score, limit and saved."""
    score = np.array([unit["score"] for unit in units], float)
    band = np.where(score > 65, 2, np.where(score > 30, 1, 0)).astype(np.int8)
    fresh = np.array([unit["fresh"] for unit in units], np.int8)
    n = len(units)
    limit = np.array([unit["limit"] for unit in units], float)
    return FleetSnapshot(
        1, 1000.0, LoopCounts(units=n), tuple(unit["id"] for unit in units), tuple(unit["class"] for unit in units),
        np.array([unit["source"] for unit in units], np.int8), fresh, score, band, np.zeros((n, 5)), ("",) * n,
        np.zeros((n, 9)), np.zeros(n), np.array(1000.0 - 40.0 * fresh, np.float64),
        np.lexsort((np.arange(n), -np.round(score), -band)).astype(np.int64), np.stack([limit, limit, limit], axis=1),
        np.array([unit["saved"] for unit in units], float), tuple(unit.get("name") for unit in units),
        tuple(unit.get("site") for unit in units),
    )  # fmt: skip


unit = st.fixed_dictionaries(
    {
        "class": st.sampled_from(UNIT_CLASSES),
        "source": st.integers(0, len(SOURCES) - 1),
        "fresh": st.integers(0, len(FRESHNESS) - 1),
        "score": st.sampled_from([0.0, 12.3, 12.4, 30.0, 31.0, 65.0, 66.0, 99.0]),
        "limit": st.sampled_from([NAN, 60.0, 3600.0, 86400.0]),
        "saved": st.sampled_from([NAN, -20.0, 0.0, 1000.2, 1000.4]),
        "name": st.sampled_from([None, None, "Volvo, Süd", "Backhoe"]),
        "site": st.sampled_from([None, None, "Depot Graz", "yard b_1"]),
    }
)
ids = st.text(alphabet="aB_.:-0123456789", min_size=1, max_size=5)
fleets = st.dictionaries(ids, unit, max_size=250).map(
    lambda held: fleet_of([{"id": vehicle_id, **each} for vehicle_id, each in held.items()])
)
queries = st.builds(
    FleetQuery,
    search=st.sampled_from(["", "", "a", "b_", "1", "nobody", "süd", "depot g"]),
    unit_class=st.sampled_from(["", "", *CHOICES["class"]]),
    band=st.sampled_from(["", "", *CHOICES["band"]]),
    source=st.sampled_from(["", "", *CHOICES["source"]]),
    fresh=st.sampled_from(["", "", *CHOICES["fresh"]]),
    sort=st.sampled_from(CHOICES["sort"]),
)


def passes(shot: FleetSnapshot, query: FleetQuery, at: int) -> bool:
    """One unit against a query, as slowly as it can be said."""
    return (
        any(
            query.search.lower() in (each or "").lower()
            for each in (shot.vehicle_ids[at], shot.names[at], shot.sites[at])
        )
        and query.unit_class in ("", shot.unit_class[at])
        and query.band in ("", BANDS[shot.band[at]].lower())
        and query.source in ("", SOURCES[shot.source[at]])
        and query.fresh in ("", FRESHNESS[shot.freshness[at]])
    )


@given(fleets, queries)
def test_filters_agree_with_a_plain_one_and_every_unit_is_on_exactly_one_page(
    shot: FleetSnapshot, query: FleetQuery
) -> None:
    found = select(shot, query)
    expected = {at for at in range(len(shot.vehicle_ids)) if passes(shot, query, at)}
    pages = [found.on_page(page) for page in range(1, found.pages + 1)]
    listed = [at for page in pages for at in page]
    assert len(listed) == len(set(listed)) == found.count
    assert set(listed) == expected == set(np.flatnonzero(found.passed).tolist())
    assert all(len(page) == PAGE_ROWS for page in pages[:-1])


@given(fleets, st.sampled_from(SORTS[1:]), st.booleans())
def test_equals_stand_worst_first_and_what_says_nothing_comes_last_either_way(
    shot: FleetSnapshot, sort: str, falls: bool
) -> None:
    query = FleetQuery(sort=f"-{sort}" if falls else sort)
    order = select(shot, query).positions.tolist()
    assert order == select(shot, query).positions.tolist()
    worst = {at: rank for rank, at in enumerate(shot.order.tolist())}
    shown: Any = {
        "unit": lambda at: None,
        "class": lambda at: shot.unit_class[at],
        "risk": lambda at: -round(float(shot.score[at])),
        "limit": lambda at: shot.to_limit[at, 1],
        "saved": lambda at: -float(np.round(shot.saved_usd[at])),
        "heard": lambda at: {0: 2, 1: 1, 2: 0}[int(shot.freshness[at])],
    }[sort]
    if sort == "unit":
        return
    for before, after in pairwise(order):
        one, other = shown(before), shown(after)
        if sort != "class" and isnan(other):  # nothing to go by
            assert not isnan(one) or worst[before] < worst[after]
        elif one == other:
            assert worst[before] < worst[after]
        elif sort != "class":
            assert (one > other) if falls else (one < other)


def test_ids_stand_by_the_size_of_the_numbers_in_them_in_any_case() -> None:
    plain = {"class": "unknown", "source": 0, "fresh": 0, "score": 0.0, "limit": NAN, "saved": NAN}
    shot = fleet_of([{"id": each, **plain} for each in ("truck_10", "Truck_2", "truck_1", "7", "crane")])
    found = select(shot, FleetQuery(sort="unit")).positions
    assert [shot.vehicle_ids[at] for at in found] == ["7", "crane", "truck_1", "Truck_2", "truck_10"]


@given(fleets, queries)
def test_the_strip_has_one_cell_for_each_unit_worst_first_and_fades_what_is_filtered_out(
    shot: FleetSnapshot, query: FleetQuery
) -> None:
    found = select(shot, query)
    runs = strip_fields(shot, found)["strip"]
    assert isinstance(runs, str)
    cells, length = "", ""
    for letter in runs:
        if letter.isdigit():
            length += letter
        else:
            cells, length = cells + letter * int(length), ""
    expected = [
        (letter if found.passed[at] else letter.lower())
        for at in shot.order.tolist()
        for letter in ("LMH"[shot.band[at]],)
    ]
    assert list(cells) == expected


@pytest.mark.parametrize("asked", [1, 2, 3, 999_999])
def test_a_page_past_the_last_is_the_last(asked: int) -> None:
    plain = {"class": "unknown", "source": 0, "fresh": 0, "score": 0.0, "limit": NAN, "saved": NAN}
    shot = fleet_of([{"id": f"unit_{at}", **plain} for at in range(150)])
    found = select(shot, replace(FleetQuery(), page=asked))
    assert found.page_of(asked) == min(asked, 2)
    assert len(found.on_page(found.page_of(asked))) == (100 if asked == 1 else 50)


def test_an_empty_fleet_has_one_empty_page() -> None:
    found = select(fleet_of([]), FleetQuery(search="x", sort="-saved"))
    assert (found.count, found.pages, found.on_page(1)) == (0, 1, [])


def test_a_search_finds_no_word_that_begins_in_a_name_and_ends_in_a_site() -> None:
    one = {"id": "a", "class": "genset", "source": 0, "fresh": 0, "score": 1.0, "limit": NAN, "saved": NAN}
    shot = fleet_of([{**one, "name": "Volvo", "site": "Süd"}, {**one, "id": "b", "name": None, "site": "VOLVO yard"}])
    assert select(shot, FleetQuery(search="volvo")).count == 2
    assert select(shot, FleetQuery(search="SÜD")).positions.tolist() == [0]
    assert select(shot, FleetQuery(search="oSü")).count == 0
