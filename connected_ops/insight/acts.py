"""What people do with an episode: what they may ask for, and what the log keeps of it. Neither changes once made."""

from dataclasses import dataclass
from typing import Literal, get_args

ActKind = Literal["acknowledged", "silenced", "unsilenced", "broken", "noted"]
WorkKind = Literal["acknowledge", "silence", "unsilence", "note", "undo", "sign"]

WORK_KINDS: tuple[WorkKind, ...] = get_args(WorkKind)
LONGEST_WHO, LONGEST_NOTE = 60, 500
ACTS_KEPT = 50


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence that can be chosen: `hold_s` seconds, None: until the episode is over."""

    key: str
    label: str
    hold_s: float | None


SILENCES = (
    Silence("1h", "for 1 hour", 3_600.0),
    Silence("8h", "for 8 hours", 8 * 3_600.0),
    Silence("1d", "for 1 day", 86_400.0),
    Silence("1w", "for 1 week", 7 * 86_400.0),
    Silence("over", "until it is over", None),
)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did, at `at` (Unix s of the lab's clock). `who` is a name that was typed, empty where
    none was. A silence ends at `until` (None: with the episode). `undone_at` is when it was taken back; a note's text
    is gone then. `broken` is nobody's: the episode got worse, and its silence ended."""

    kind: ActKind
    who: str
    at: float
    note: str = ""
    until: float | None = None
    undone_at: float | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody asks for: `note` the text of a note, `silence` the key of one of SILENCES. `sign` puts a name to
    the newest act that has none."""

    kind: WorkKind
    who: str = ""
    note: str = ""
    silence: str = ""
