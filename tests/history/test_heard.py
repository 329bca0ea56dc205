import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.history.heard import COUNT, STEPS, WIDTH_S, Heard

HALF_SECOND = WIDTH_S / STEPS


def add(heard: Heard, *ts: float, unit: int = 0) -> None:
    heard.add(np.full(len(ts), unit), np.array(ts))


@given(st.lists(st.integers(0, 4000), max_size=30), st.lists(st.integers(0, 4000), max_size=10))
def test_what_was_heard_is_known_and_nothing_else(seconds, others):
    heard = Heard(2)
    add(heard, *map(float, seconds))
    add(heard, *map(float, others), unit=1)
    assert all(heard.holds(0, float(second)) for second in seconds)
    assert not any(heard.holds(0, float(second)) for second in set(others) - set(seconds))


def test_half_a_second_is_as_fine_as_it_knows():
    heard = Heard(1)
    add(heard, 100.0)
    assert heard.holds(0, 100.4)
    assert not heard.holds(0, 100.6)


def test_four_hours_later_the_oldest_is_let_go():
    heard = Heard(1)
    add(heard, 10.0, 10.0 + COUNT * WIDTH_S - WIDTH_S)
    assert heard.holds(0, 10.0)
    add(heard, 10.0 + COUNT * WIDTH_S)
    assert not heard.holds(0, 10.0)
    add(heard, 11.0)
    assert not heard.holds(0, 11.0)


def test_a_block_that_spans_more_than_the_ring_keeps_its_newest():
    heard = Heard(1)
    add(heard, 10.0, 10.0 + COUNT * WIDTH_S)
    assert not heard.holds(0, 10.0)
    assert heard.holds(0, 10.0 + COUNT * WIDTH_S)


def test_a_cleared_place_may_start_in_an_earlier_time():
    heard = Heard(1)
    add(heard, 1e6)
    heard.clear(0)
    assert not heard.holds(0, 1e6)
    add(heard, 10.0)
    assert heard.holds(0, 10.0)
