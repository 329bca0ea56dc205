import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.guards.passes import LIFE_S, MOST_ENDED, Passes

NOW = 1_763_908_312.0


def test_a_pass_holds_for_twelve_hours():
    now = [NOW]
    passes = Passes(lambda: now[0])
    word = passes.issue()
    assert passes.holds(word)
    now[0] += LIFE_S - 1
    assert passes.holds(word)
    now[0] += 1
    assert not passes.holds(word)


def test_no_two_are_alike_and_no_other_process_takes_them():
    passes = Passes()
    words = {passes.issue() for _ in range(50)}
    assert len(words) == 50
    assert not any(Passes().holds(word) for word in words)


def test_one_that_was_ended_holds_no_more_and_the_others_do():
    passes = Passes()
    gone, stays = passes.issue(), passes.issue()
    passes.end(gone)
    assert (passes.holds(gone), passes.holds(stays)) == (False, True)


def test_what_is_remembered_of_the_ended_ones_is_bounded():
    passes = Passes()
    for _ in range(MOST_ENDED + 5):
        passes.end(passes.issue())
    passes.end("no pass at all")
    assert len(passes._ended) == MOST_ENDED


@pytest.mark.parametrize("changed", [0, 3, 15, 40, -1])
def test_a_pass_with_another_character_is_none(changed):
    passes = Passes()
    word = passes.issue()
    other = "1" if word[changed] != "1" else "2"
    assert not passes.holds(word[:changed] + other + (word[changed + 1 :] if changed != -1 else ""))


@given(given_=st.text(max_size=200))
def test_no_text_is_a_pass_and_none_raises(given_):
    passes = Passes()
    assert not passes.holds(given_)
    assert not passes.redeem(given_)
    passes.end(given_)


def test_the_link_is_good_once():
    passes = Passes()
    assert not passes.redeem(passes.token + "x")
    assert passes.redeem(passes.token)
    assert not passes.redeem(passes.token)
