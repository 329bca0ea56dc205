"""What people do with an insight: acknowledge, silence, note, and take back, on a clock that a test moves."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.insight.acts import ACTS_KEPT, LONGEST_NOTE, LONGEST_WHO, SILENCES, Work
from connected_ops.insight.episode import Episode, EpisodeOver
from connected_ops.insight.working import ActRefused, undoable, work, worsened

START = 1_800_000_000.0
HOUR = 3_600.0
OPEN = Episode("e1", 0, 0, 0, 0, START - 60, START, 216.0, p=0.5)
KIM = "Kim"


def after(*asked: Work, episode: Episode = OPEN, every: float = 10.0) -> Episode:
    """The episode after some work, ten seconds apart."""
    for step, one in enumerate(asked):
        episode, _ = work(episode, one, START + step * every)
    return episode


def silence(key: str = "1h", who: str = KIM) -> Work:
    return Work("silence", who, silence=key)


def kinds(episode: Episode) -> list[str]:
    return [act.kind for act in episode.acts]


@pytest.mark.parametrize("chosen", [each for each in SILENCES if each.hold_s is not None], ids=lambda each: each.key)
def test_a_silence_runs_out_by_itself_and_only_the_clock_says_so(chosen):
    silenced = after(silence(chosen.key))
    end = START + chosen.hold_s
    assert [silenced.state(t) for t in (START, end - 0.1, end, end + 1e9)] == ["silenced", "silenced", "open", "open"]


def test_a_silence_until_it_is_over_lasts_until_then():
    silenced = after(silence("over"))
    assert silenced.state(START + 1e9) == "silenced"
    assert replace(silenced, closed_at=START + 99).state(START + 100) == "closed"


def test_what_was_acknowledged_before_its_silence_is_so_again_afterwards():
    both = after(Work("acknowledge", KIM), silence())
    assert (both.state(START + 20), both.state(START + 2 * HOUR)) == ("silenced", "acknowledged")


def test_a_silence_can_be_ended_by_anybody_once():
    ended = after(silence(), Work("unsilence", "Lee"))
    assert ended.state(START + 20) == "open"
    assert [(act.kind, act.who) for act in ended.acts] == [("silenced", KIM), ("unsilenced", "Lee")]
    with pytest.raises(ActRefused, match="not silenced"):
        work(ended, Work("unsilence", "Lee"), START + 30)


@pytest.mark.parametrize(("p", "state"), [(0.5, "silenced"), (0.64, "silenced"), (0.66, "open"), (0.97, "open")])
def test_a_silenced_episode_that_rises_a_band_speaks_again(p, state):
    silenced = after(Work("acknowledge", KIM), silence("1w"))
    worse = worsened(silenced, replace(silenced, p=p), START + 60)
    assert worse.state(START + 61) == state
    assert (kinds(worse)[-1] == "broken") == (state == "open")


def test_a_silence_given_while_it_is_high_holds():
    silenced = after(silence(), episode=replace(OPEN, p=0.7))
    assert worsened(silenced, replace(silenced, p=0.97), START + 60).state(START + 61) == "silenced"


def test_an_acknowledged_episode_or_one_whose_silence_ran_out_has_no_silence_to_break():
    for before, ts in ((after(Work("acknowledge")), START + 60), (after(silence()), START + 2 * HOUR)):
        worse = replace(before, p=0.97)
        assert worsened(before, worse, ts) is worse


def test_undo_takes_back_ones_own_last_act_and_the_one_before():
    done = after(Work("acknowledge", KIM), silence(), Work("note", KIM, note="Ordered the part."))
    back = after(Work("undo", KIM), episode=done)
    assert (back.acts[2].note, back.acts[2].undone_at, back.state(START + 60)) == ("", START, "silenced")
    back = after(Work("undo", KIM), episode=back)
    assert back.state(START + 60) == "acknowledged"
    back = after(Work("undo", KIM), episode=back)
    assert back.state(START + 60) == "open"
    with pytest.raises(ActRefused, match="Nothing that you did"):
        work(back, Work("undo", KIM), START)


def test_undo_leaves_what_others_did_alone_and_takes_what_nobody_signed():
    done = after(Work("acknowledge", KIM), silence(who="Lee"))
    assert after(Work("undo", KIM), episode=done).state(START + 60) == "silenced"
    assert after(Work("undo", "Lee"), episode=done).state(START + 60) == "acknowledged"
    with pytest.raises(ActRefused):
        work(done, Work("undo", "Ann"), START)
    assert after(Work("acknowledge"), Work("undo", "Ann")).acknowledgement is None


def test_a_silence_that_ran_out_is_no_longer_taken_back():
    with pytest.raises(ActRefused):
        work(after(silence()), Work("undo", KIM), START + 2 * HOUR)


def test_what_is_over_takes_notes_and_their_undo_but_nothing_else():
    over = replace(after(Work("acknowledge", KIM)), closed_at=START + 60)
    noted = after(Work("note", KIM, note="It was the fan belt."), episode=over)
    assert noted.acts[-1].note == "It was the fan belt."
    assert after(Work("undo", KIM), episode=noted).acts[-1].note == ""
    for asked in (Work("acknowledge"), silence()):
        with pytest.raises(EpisodeOver, match="e1 is over"):
            work(over, asked, START + 70)
    with pytest.raises(ActRefused):
        work(over, Work("undo", KIM), START + 70)


def test_a_name_is_put_to_the_act_that_has_none():
    signed = after(Work("acknowledge"), Work("sign", KIM))
    assert signed.acknowledgement is not None
    assert [signed.acknowledgement.who, signed.acts[0].who] == [KIM, KIM]
    for asked in (Work("sign", KIM), Work("sign")):
        with pytest.raises(ActRefused):
            work(signed, asked, START)


def test_a_note_keeps_its_lines_and_loses_the_blanks_around_it():
    noted = after(Work("note", "  Kim ", note=" Ordered the part.\r\nComes on Monday.\n"))
    assert (noted.acts[0].who, noted.acts[0].note) == (KIM, "Ordered the part.\nComes on Monday.")


@pytest.mark.parametrize(
    "asked",
    [
        Work("note", note=""), Work("note", note=" \n "), Work("note", note="x" * (LONGEST_NOTE + 1)),
        Work("note", note="bell\x07"), Work("note", note="\ud800"), Work("note", note="\u202eturned"),
        Work("acknowledge", "x" * (LONGEST_WHO + 1)), Work("acknowledge", "K\nim"), Work("acknowledge", "\x00"),
        silence("2h"), silence(""),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_a_sentence(asked):
    with pytest.raises(ActRefused) as refused:
        work(OPEN, asked, START)
    assert str(refused.value).endswith(".")


def test_the_log_is_bounded_and_counts_what_fell_out():
    busy = after(*(Work("note", KIM, note=f"{n}") for n in range(ACTS_KEPT + 7)))
    assert (len(busy.acts), busy.acts_dropped, busy.acts[0].note) == (ACTS_KEPT, 7, "7")


def test_notes_push_neither_the_acknowledgement_nor_the_silence_out_of_the_log():
    notes = [Work("note", "Anyone", note=f"{n}") for n in range(2 * ACTS_KEPT)]
    busy = after(Work("note", KIM, note="seen"), Work("acknowledge", KIM), silence("over"), *notes)
    assert (len(busy.acts), busy.acts_dropped) == (ACTS_KEPT, len(notes) + 3 - ACTS_KEPT)
    assert busy.acts[:2] == (busy.acknowledgement, busy.silence)
    assert [act.note for act in busy.acts[2:]] == [f"{n}" for n in range(ACTS_KEPT + 2, 2 * ACTS_KEPT)]
    back = after(Work("undo", KIM), Work("undo", KIM), Work("note", KIM, note="last"), episode=busy)
    assert (back.acknowledgement, back.silence) == (None, None), "what stands can be taken back to the end"
    assert len(after(*notes[:2], episode=back).acts) == ACTS_KEPT


WORDS = st.text(max_size=LONGEST_NOTE + 20)
ASKED = st.builds(
    Work,
    st.sampled_from(["acknowledge", "silence", "unsilence", "note", "undo", "sign"]),
    st.sampled_from(["", KIM, "Lee"]) | WORDS,
    st.just("Ordered the part.") | WORDS,
    st.sampled_from([each.key for each in SILENCES]) | WORDS,
)
STEPS = st.lists(st.tuples(ASKED | st.sampled_from(["worse", "over", "back"]), st.floats(0, 10 * HOUR)), max_size=30)


@given(STEPS)
def test_whatever_people_do_the_state_is_lawful_and_the_log_in_order(steps):
    episode, now, logged = OPEN, START, 0
    for asked, passed in steps:
        now += passed
        if isinstance(asked, Work):
            try:
                episode, said = work(episode, asked, now)
            except (ActRefused, EpisodeOver) as refused:
                said = str(refused)
            assert said.format(unit="truck_07")
        elif asked == "worse":
            episode = worsened(episode, replace(episode, p=0.97), now)
        else:
            episode = replace(episode, closed_at=now if asked == "over" else None)
        times = [act.at for act in episode.acts]
        assert times == sorted(times)
        assert len(times) <= ACTS_KEPT
        assert len(times) + episode.acts_dropped >= logged, "nothing is lost without a count"
        logged = len(times) + episode.acts_dropped
        assert all(act.undone_at is None or act.at <= act.undone_at <= now for act in episode.acts)
        assert all(len(act.who) <= LONGEST_WHO and len(act.note) <= LONGEST_NOTE for act in episode.acts)
        assert [act for act in episode.acts if act.undone_at is not None and undoable(episode, act, now)] == []
        for standing in (episode.acknowledgement, episode.silence):
            assert standing is None or (standing.undone_at is None and standing in episode.acts)
        state = episode.state(now)
        assert (state == "closed") == (episode.closed_at is not None)
        assert state != "acknowledged" or episode.acknowledgement is not None
        assert state != "silenced" or (episode.silence is not None and episode.silence.undone_at is None)
