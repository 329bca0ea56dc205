"""What a machine is called: as its sender writes it, of any script, with spaces and slashes; never what would break a
line, an address or a table."""

from math import isfinite
from unicodedata import category, normalize

LONGEST = 64
PATTERN = rf"^[^\x00-\x1f\x7f-\x9f]{{1,{LONGEST}}}$"
"""What every id fits, for documents and questions; `unit_id` says which text is one."""

ID = (
    f"An id is 1 to {LONGEST} characters with a letter or digit among them, or a number; "
    "no control or invisible characters"
)

_BLANKS = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_JOINERS = "\u200c\u200d"  # invisible, and part of how some scripts are written
_NEVER = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))


def unit_id(given: object) -> str:
    """The id in what a sender gave, without outer blanks and in Unicode's composed form; a number is its digits.
    ValueError with the sentence that says what an id is."""
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise ValueError(ID)
    if isinstance(given, float):
        if not isfinite(given):
            raise ValueError(ID)
        given = int(given) if given.is_integer() else given
    text = str(given)
    found = normalize("NFC", text.strip(_BLANKS))
    telling = any(each.isalnum() or each > "\x7f" for each in found)  # "-" is nobody, and ".." leads out of an address
    if not telling or len(found) > LONGEST or not _shown(found):
        raise ValueError(ID)
    return found


def same_unit(vehicle_id: str) -> str:
    """What two spellings of one unit have in common: they may differ by case, outer blanks and Unicode's form."""
    folded = vehicle_id.strip(_BLANKS).casefold()
    return folded if folded.isascii() else normalize("NFC", folded)


def _shown(text: str) -> bool:
    return text.isprintable() or not any(category(each) in _NEVER and each not in _JOINERS for each in text)
