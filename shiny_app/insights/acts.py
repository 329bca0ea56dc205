"""Working with an insight, wherever one stands: its buttons, its note, and what people have done with it."""

from htmltools import Tag, TagChild, tags

from connected_ops.read_model import LONGEST_NOTE, LONGEST_WHO, SILENCES, Act, EpisodeView
from shiny_app.live.slots import KEY, Slots, Value
from shiny_app.shell.format import count, when

LINES = 6
"""The most acts that are told, the newest; how many came before them is said."""

_SOMEONE = "someone on this page"


def act_fields(episode: EpisodeView, now: float) -> dict[str, Value]:
    """The live values of an open episode's buttons and of what was done with it."""
    silenced = episode.state == "silenced"
    which = f"{episode.title}, {episode.vehicle_id}"
    return {
        "acknowledge.hidden": None if episode.open and episode.acknowledged_at is None else "",
        "acknowledge.label": f"Acknowledge: {which}",
        "silence.hidden": None if episode.open else "",
        "silence.label": f"{'Silenced, change' if silenced else 'Silence'}: {which}",
        "end.hidden": None if silenced else "",
        "worse.hidden": None if episode.kind == "machine" else "",
    } | over_fields(episode, now)


def over_fields(episode: EpisodeView, now: float) -> dict[str, Value]:
    """Those of the buttons that stay when it is over, and of what was done with it."""
    seen, log = standing(episode, now), told(episode, now)
    silenced = episode.state == "silenced"
    which = f"{episode.title}, {episode.vehicle_id}"
    return {
        "note.label": f"Note: {which}",
        "undo.by": "\n".join(episode.undo_by) if episode.undo_by else None,
        "undo.label": f"Undo what you did last: {which}",
        "seen": seen,
        "seen.class": f"seen {'quiet' if silenced else 'broken' if broken(episode) else ''}".rstrip(),
        "seen.hidden": None if seen else "",
        "log": log,
        "log.hidden": None if log else "",
    }


def standing(episode: EpisodeView, now: float) -> str:
    """ "Acknowledged 14:31 by Kim · silenced until 15:31 by Lee", or that it got worse; nothing of what is over."""
    if not episode.open:
        return ""
    parts: list[str] = []
    if episode.acknowledged_at is not None:
        parts.append(f"acknowledged {when(episode.acknowledged_at, now)} by {episode.acknowledged_by or _SOMEONE}")
    if episode.state == "silenced":
        parts.append(f"silenced {_until(episode.silenced_until, now)} by {episode.silenced_by or _SOMEONE}")
    elif broken(episode):
        parts.append(f"got worse {when(episode.acts[-1].at, now)}, so its silence ended")
    said = " · ".join(parts)
    return said[:1].upper() + said[1:]


def broken(episode: EpisodeView) -> bool:
    """Whether the last thing that happened to it is that it got worse and broke its silence."""
    return episode.open and bool(episode.acts) and episode.acts[-1].kind == "broken"


def told(episode: EpisodeView, now: float) -> str:
    """What was done, a line each, the newest first; nothing where all of it stands in `standing` already."""
    if not any(act.kind == "noted" or act.undone_at is not None for act in episode.acts) and (
        episode.open and len(episode.acts) <= 1
    ):
        return ""
    newest = episode.acts[: -LINES - 1 : -1]
    before = len(episode.acts) - len(newest) + episode.acts_dropped
    lines = [_line(act, now) for act in newest]
    return "\n".join([*lines, f"and {count(before, 'act')} before"] if before else lines)


def _line(act: Act, now: float) -> str:
    """ "14:31 Kim: “Ordered the part.”", "14:31 Kim silenced it until 15:31, taken back 14:33"."""
    who = act.who or "Someone"
    back = "" if act.undone_at is None else f", taken back {when(act.undone_at, now)}"
    said = {
        "acknowledged": f"{who} acknowledged it",
        "silenced": f"{who} silenced it {_until(act.until, now)}",
        "unsilenced": f"{who} ended the silence",
        "broken": "It got worse, so its silence ended",
        "noted": f"{who}: “{act.note}”" if act.note else f"{who} wrote a note",
    }[act.kind]
    return f"{when(act.at, now)} {said}{back}"


def _until(until: float | None, now: float) -> str:
    return "until it is over" if until is None else f"until {when(until, now)}"


def acts_bar(slots: Slots, *, testid: str = "", small: bool = False, extra: TagChild = None) -> Tag:
    """The buttons of the row's episode: acknowledge, silence, note, undo; and the note, which opens below them. Without
    a `testid` for the first one those of an episode that is over: note and undo."""
    size = "button small" if small else "button"
    first = tags.button(
        slots.bind(hidden="acknowledge.hidden", aria_label="acknowledge.label"), "Acknowledge", type="button",
        class_=f"{size} primary", data_testid=testid, data_work="acknowledge",
    )  # fmt: skip
    return tags.div(
        slots.text("seen", slots.bind(hidden="seen.hidden", class_="seen.class"), make=tags.p),
        tags.div(
            *((first, silence_menu(slots, size)) if testid else ()),
            tags.button(
                slots.bind(aria_label="note.label"), "Note", type="button", class_=size, aria_expanded="false",
                data_testid=f"note-{KEY}", data_note_open="",
            ),
            tags.button(
                slots.bind(data_undo_by="undo.by", aria_label="undo.label"), "Undo", type="button", class_=size,
                data_testid=f"undo-{KEY}", data_work="undo", hidden="",
            ),
            extra,
            class_="buttons",
        ),
        note_form(slots),
        class_="work",
    )  # fmt: skip


def silence_menu(slots: Slots, size: str) -> Tag:
    """For how long: a small menu, that Escape closes."""
    return tags.details(
        slots.bind(hidden="silence.hidden"),
        tags.summary(
            slots.bind(aria_label="silence.label"), "Silence", class_=f"{size} chooses", data_testid=f"silence-{KEY}"
        ),
        tags.div(
            *(
                tags.button(
                    each.label.capitalize(), type="button", data_work="silence", data_silence=each.key,
                    data_testid=f"silence-{KEY}-{each.key}",
                )
                for each in SILENCES
            ),
            tags.button(
                slots.bind(hidden="end.hidden"), "End the silence", type="button", data_work="unsilence",
                data_testid=f"silence-{KEY}-end",
            ),
            tags.p(slots.bind(hidden="worse.hidden"), "It speaks again when it gets worse.", class_="note"),
            class_="choices",
        ),
        class_="menu",
    )  # fmt: skip


def note_form(slots: Slots) -> Tag:
    """Where a note is written; its row stays while it is open."""
    return tags.form(
        tags.textarea(
            slots.bind(aria_label="note.label"), maxlength=str(LONGEST_NOTE), rows="3", data_testid=f"note-text-{KEY}",
            placeholder="What you saw or did", autocomplete="off",
        ),
        tags.div(
            tags.button("Save", type="submit", class_="button small primary", data_testid=f"note-save-{KEY}"),
            tags.button("Cancel", type="button", class_="button small", data_note_close=""),
            class_="buttons",
        ),
        class_="note-form", hidden="", data_note_form="", data_holds="",
    )  # fmt: skip


def log_line(slots: Slots) -> Tag:
    """What people did, a line each."""
    return slots.text("log", slots.bind(hidden="log.hidden"), make=tags.p, class_="log")


def who_bar() -> Tag:
    """Asks for a name the first time that somebody does something."""
    return tags.form(
        tags.label("Your name, once", **{"for": "who"}),
        tags.input(
            id="who", type="text", maxlength=str(LONGEST_WHO), autocomplete="name", spellcheck="false",
            data_testid="who", aria_describedby="who-why",
        ),
        tags.button("Save", type="submit", class_="button primary"),
        tags.button("Not now", type="button", class_="button", data_who_close=""),
        tags.span("so that others see who did it. It stays in this browser.", id="who-why", class_="note"),
        id="who-bar", class_="who-bar", hidden="", aria_label="Your name",
    )  # fmt: skip
