"""Working with an episode: acknowledge, silence, note, undo. Pure: each gives the episode as it is afterwards, and a
sentence in which {unit} stands for the unit.

A silence covers what was known when it was given: an episode that rises to another band of risk while it is silenced
breaks its silence and is open again, for somebody has to look anew. One that was only acknowledged stays so.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from unicodedata import category

from connected_ops.errors import ConnectedOpsError
from connected_ops.insight.acts import ACTS_KEPT, LONGEST_NOTE, LONGEST_WHO, SILENCES, Act, Silence, Work
from connected_ops.insight.episode import Episode, EpisodeOver
from connected_ops.risk.scoring import HIGH_ABOVE, MEDIUM_ABOVE

Done = tuple[Episode, str]

_SILENCES: Mapping[str, Silence] = {each.key: each for each in SILENCES}
_TAKEN_BACK = {"acknowledged": "acknowledgement", "silenced": "silence", "noted": "note"}
_TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class ActRefused(ConnectedOpsError):
    """What somebody asks for cannot be done with this episode; the text says why."""


def work(episode: Episode, asked: Work, now: float) -> Done:
    """Do what was asked, at `now` (Unix s). Raises ActRefused, EpisodeOver."""
    who = _words(asked.who, "A name", LONGEST_WHO)
    return _DOES[asked.kind](episode, replace(asked, who=who), now)


def worsened(before: Episode, after: Episode, ts: float) -> Episode:
    """`after`, speaking again where it is plainly worse than the `before` that was silenced at `ts`."""
    if not before.silenced(ts) or _band(after.p) <= _band(before.p):
        return after
    return _logged(replace(after, silence=None, acknowledgement=None), Act("broken", "", ts))


def undoable(episode: Episode, act: Act, now: float) -> bool:
    """Whether an act can still be taken back: a note that is there, and what stands of an episode that is not over."""
    if act.undone_at is not None:
        return False
    stands = act == episode.acknowledgement or (act == episode.silence and episode.silenced(now))
    return act.kind == "noted" or (stands and episode.closed_at is None)


def _acknowledge(episode: Episode, asked: Work, now: float) -> Done:
    _not_over(episode, "acknowledge")
    if episode.acknowledgement is None:
        act = Act("acknowledged", asked.who, now)
        episode = _logged(replace(episode, acknowledgement=act), act)
    return episode, "Acknowledged on {unit}; it stays open until it is over."


def _silence(episode: Episode, asked: Work, now: float) -> Done:
    _not_over(episode, "silence")
    chosen = _SILENCES.get(asked.silence)
    if chosen is None:
        raise ActRefused(f"There is no such silence; choose one of {', '.join(_SILENCES)}.")
    act = Act("silenced", asked.who, now, until=None if chosen.hold_s is None else now + chosen.hold_s)
    aside = "; it speaks again when it gets worse" if episode.kind == "machine" else ""
    return _logged(replace(episode, silence=act), act), f"Silenced on {{unit}} {chosen.label}{aside}."


def _unsilence(episode: Episode, asked: Work, now: float) -> Done:
    if not episode.silenced(now):
        raise ActRefused("This insight is not silenced, so there is no silence to end.")
    return _logged(replace(episode, silence=None), Act("unsilenced", asked.who, now)), "The silence on {unit} is ended."


def _note(episode: Episode, asked: Work, now: float) -> Done:
    note = _words(asked.note, "A note", LONGEST_NOTE, lines=True)
    if not note:
        raise ActRefused("The note is empty; write something and save it again.")
    return _logged(episode, Act("noted", asked.who, now, note)), "Noted on {unit}."


def _undo(episode: Episode, asked: Work, now: float) -> Done:
    """Take back the newest act of that name, or of nobody's, that still stands."""
    for at, act in reversed(list(enumerate(episode.acts))):
        if act.who in ("", asked.who) and undoable(episode, act, now):
            back = _with(episode, at, replace(act, note="", undone_at=now))
            if act == episode.acknowledgement:
                back = replace(back, acknowledgement=None)
            if act == episode.silence:
                back = replace(back, silence=None)
            return back, f"The {_TAKEN_BACK[act.kind]} on {{unit}} is taken back."
    raise ActRefused("Nothing that you did here can be taken back.")


def _sign(episode: Episode, asked: Work, now: float) -> Done:
    if not asked.who:
        raise ActRefused("A name is empty; type it and save it again.")
    for at, act in reversed(list(enumerate(episode.acts))):
        if not act.who and act.kind != "broken" and act.undone_at is None:
            signed = replace(act, who=asked.who)
            named = _with(episode, at, signed)
            if act == episode.acknowledgement:
                named = replace(named, acknowledgement=signed)
            if act == episode.silence:
                named = replace(named, silence=signed)
            return named, "Your name is on it, and on what you do from now on."
    raise ActRefused("Nothing here waits for a name.")


_DOES: Mapping[str, Callable[[Episode, Work, float], Done]] = {
    "acknowledge": _acknowledge,
    "silence": _silence,
    "unsilence": _unsilence,
    "note": _note,
    "undo": _undo,
    "sign": _sign,
}


def _logged(episode: Episode, act: Act) -> Episode:
    """With the act at the end of its log. A full log loses its oldest act of those that no longer stand: fifty notes
    push no acknowledgement out, nor a silence."""
    acts, dropped = (*episode.acts, act), episode.acts_dropped
    if len(acts) > ACTS_KEPT:
        standing = (episode.acknowledgement, episode.silence)
        oldest = next(at for at, each in enumerate(acts) if each not in standing)
        acts, dropped = (*acts[:oldest], *acts[oldest + 1 :]), dropped + 1
    return replace(episode, acts=acts, acts_dropped=dropped)


def _with(episode: Episode, at: int, act: Act) -> Episode:
    return replace(episode, acts=(*episode.acts[:at], act, *episode.acts[at + 1 :]))


def _not_over(episode: Episode, to: str) -> None:
    if episode.closed_at is not None:
        raise EpisodeOver(f"Episode {episode.id} is over already; there is nothing to {to}.")


def _band(p: float) -> int:
    """0, 1 or 2: what one mode of that p alone makes of a unit's band."""
    return (100.0 * p > MEDIUM_ABOVE) + (100.0 * p > HIGH_ABOVE)


def _words(text: str, what: str, most: int, *, lines: bool = False) -> str:
    """What somebody typed, without the blanks around it; `lines` where it may have several. Raises ActRefused."""
    text = text.replace("\r\n", "\n").strip() if lines else text.strip()
    if len(text) > most:
        raise ActRefused(f"{what} has at most {most} characters; this one has {len(text):,}.")
    if any(sign in _TURNS_TEXT or (category(sign) in ("Cc", "Cs") and not (lines and sign == "\n")) for sign in text):
        raise ActRefused(f"{what} has characters that cannot be shown; type it without them.")
    return text
