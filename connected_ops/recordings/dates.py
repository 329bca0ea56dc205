"""Dates and times of day as programs write them, in seconds. Pure; the zone of a time that names none is not ours."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal

from babel import Locale
from dateutil import parser as any_date

Kind = Literal["zoned", "local", "clock"]
"""zoned: Unix seconds; local: seconds since 1970 on a wall's clock; clock: seconds since midnight."""

DAY_S = 86_400.0
LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "nb", "fi", "pl", "cs")
ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "eet": 2,
    "eest": 3, "msk": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "brt": -3, "jst": 9,
}  # fmt: skip
"""Hours east of Greenwich of the zones that loggers name."""

_CLOCK = (
    r"(?P<h>\d{1,2})[:hH.\-_](?P<m>\d{2})(?:[:mM.\-_](?P<s>\d{2})s?(?:[.,:](?P<f>\d{1,9}))?)?"
    r"(?:\s*(?P<ap>[ap])\.?\s?m\.?)?"
)
_ZONE = r"(?:\s*(?P<zone>[A-Za-z]{1,5})?(?P<offset>[+\-−]\d{2}:?\d{0,2})?)"
_AFTER = rf"(?:(?:[T,;_]?\s*|\s+-\s+|-|\s+(?:um|at|à|às|a las)\s+){_CLOCK}{_ZONE})?"
_YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}})[-/._](?P<mo>\d{{1,2}})[-/._](?P<d>\d{{1,2}})\.?{_AFTER}", re.IGNORECASE)
_COMPACT = re.compile(
    r"(?P<y>(?:19|20)\d{2})(?P<mo>\d{2})(?P<d>\d{2})"
    r"(?:[T_ \-]?(?P<h>\d{2})(?P<m>\d{2})(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?(?P<ap>(?!))?" + _ZONE + ")?",
    re.IGNORECASE,
)
_NUMERIC = re.compile(
    rf"(?P<a>\d{{1,2}})(?P<sep>[-/.])(?P<b>\d{{1,2}})(?P=sep)(?P<y>\d{{4}}|\d{{2}}){_AFTER}", re.IGNORECASE
)
_DAY_NAME = r"(?:[^\W\d_]{2,10}\.?,?\s+)?"
_DAY_MONTH = re.compile(
    rf"{_DAY_NAME}(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?[-/. ]+(?:de )?(?P<name>[^\W\d_]{{3,}})\.?[-/., ]+(?:de )?"
    rf"(?P<y>\d{{4}}|\d{{2}}){_AFTER}",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"{_DAY_NAME}(?P<name>[^\W\d_]{{3,}})\.?[- ]+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?[- ]+(?P<y>\d{{4}}){_AFTER}",
    re.IGNORECASE,
)
_UNIX_DATE = re.compile(
    rf"[^\W\d_]{{2,4}}\.? (?P<name>[^\W\d_]{{3,}})\.? +(?P<d>\d{{1,2}}) {_CLOCK}{_ZONE} (?P<y>\d{{4}})", re.IGNORECASE
)
_OF_DAY = re.compile(_CLOCK + r"(?:\s*(?P<z>z|utc))?", re.IGNORECASE)
_SHAPES = (_YEAR_FIRST, _NUMERIC, _UNIX_DATE, _DAY_MONTH, _MONTH_DAY, _COMPACT)


@dataclass(frozen=True, slots=True)
class Read:
    """A time: `seconds` as its `kind` counts them; `whole` where only the day was named."""

    seconds: float
    kind: Kind
    whole: bool = False


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """The months' names, long and short, in the languages that phones write them in."""
    found: dict[str, int] = {}
    for language in LANGUAGES:
        names = Locale(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in names[context][width].items():
                    found.setdefault(name.lower().rstrip("."), month)
                    found.setdefault(name.lower()[:3], month)
    return found | {"mrz": 3, "maerz": 3, "fev": 2, "aout": 8, "dec": 12, "sept": 9}


@lru_cache(maxsize=4_096)
def _day(year: int, month: int, day: int) -> float:
    if year < 100:
        year += 2000
    return (date(year, month, day).toordinal() - date(1970, 1, 1).toordinal()) * DAY_S


@lru_cache(maxsize=4_096)
def _zone(name: str, offset: str) -> float | None:
    """Seconds east of Greenwich; None where no zone that we know is named."""
    digits = offset.replace("−", "-").replace(":", "")
    hours = ZONES.get(name.lower()) if name else 0
    if not digits:
        return None if hours is None or not name else hours * 3600.0
    size = int(digits[1:3]) * 3600.0 + int(digits[3:5] or 0) * 60.0
    return -size if digits.startswith("-") else size


def _clock(found: re.Match[str]) -> float:
    hour, minute, second = int(found["h"]), int(found["m"]), int(found["s"] or 0)
    half = (found["ap"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(found[0])
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError(found[0])
    return hour * 3600.0 + minute * 60.0 + second + (float(f"0.{found['f']}") if found["f"] else 0.0)


def read(text: str, day_first: bool = True) -> Read:
    """A date with its time, or a time of day. `day_first` where 05/03/2026 is in March. Raises ValueError.

    >>> read("2026-11-20T08:00:00+01:00"), read("11/20/2026 08:00:00.5 PM", day_first=False).kind, read("8:00:01 am")
    (Read(seconds=1795158000.0, kind='zoned', whole=False), 'local', Read(seconds=28801.0, kind='clock', whole=False))
    """
    text = text.strip().strip("\"'")
    for shape in _SHAPES:
        found = shape.fullmatch(text)
        if found is not None:
            return _dated(found, shape, day_first)
    found = _OF_DAY.fullmatch(text)
    if found is not None and (":" in text or found["ap"] or "h" in text.lower()):
        return Read(_clock(found), "clock")
    return _any(text, day_first)


def _dated(found: re.Match[str], shape: re.Pattern[str], day_first: bool) -> Read:
    if shape is _NUMERIC:
        day, month = (int(found["a"]), int(found["b"])) if day_first else (int(found["b"]), int(found["a"]))
    elif "name" in shape.groupindex:
        month = _months().get(found["name"].lower(), 0)
        day = int(found["d"])
    else:
        day, month = int(found["d"]), int(found["mo"])
    seconds = _day(int(found["y"]), month, day)
    if found["h"] is None:
        return Read(seconds, "local", whole=True)
    seconds += _clock(found)
    east = _zone(found["zone"] or "", found["offset"] or "")
    return Read(seconds, "local") if east is None else Read(seconds - east, "zoned")


_LETTERS = re.compile(r"[^\W\d_]{3}")
_FOUR = re.compile(r"(?<!\d)(19|20|21)\d\d(?!\d)")  # a year: the library would take today's
_NEVER = datetime(1, 1, 1)


def _zone_of(name: str | None, east: int | None) -> timezone | None:
    """The zone that the library has found; None, a local time, where its name is not known."""
    hours = ZONES.get(name.lower()) if name and east is None else None
    seconds = east if hours is None else hours * 3600
    return None if seconds is None or abs(seconds) >= DAY_S else timezone(timedelta(seconds=seconds))


@lru_cache(maxsize=65_536)
def _any(text: str, day_first: bool) -> Read:
    """A date of another shape, of which the library makes sense; never out of a bare number."""
    if (
        not 8 <= len(text) <= 60
        or sum(one.isdigit() for one in text) < 5
        or not _LETTERS.search(text)
        or not _FOUR.search(text)
    ):
        raise ValueError(text)
    try:
        moment = any_date.parse(text, dayfirst=day_first, tzinfos=_zone_of, default=_NEVER)
    except (ValueError, OverflowError, TypeError, AttributeError):
        raise ValueError(text) from None
    if moment.year == _NEVER.year:
        raise ValueError(text)
    aware = moment.tzinfo is not None
    seconds = (moment if aware else moment.replace(tzinfo=UTC)).timestamp()
    return Read(seconds, "zoned" if aware else "local")


def day_first(cells: Iterable[str], otherwise: bool) -> tuple[bool, str]:
    """Whether dates such as 05/03/2026 name the day first, and what tells; `otherwise` where nothing does.

    >>> day_first(["03/05/2026", "03/14/2026"], True)
    (False, '03/14/2026 has its month first')
    """
    order: list[tuple[int, int]] = []
    dots = False
    for cell in cells:
        found = _NUMERIC.fullmatch(cell.strip().strip("\"'"))
        if found is None:
            continue
        a, b = int(found["a"]), int(found["b"])
        date_ = found["sep"].join((found["a"], found["b"], found["y"]))
        if a > 12 >= b:
            return True, f"{date_} has its day first"
        if b > 12 >= a:
            return False, f"{date_} has its month first"
        dots = dots or found["sep"] == "."
        order.append((a, b))
        otherwise = otherwise and not found["ap"]
    if not order:
        return otherwise, ""
    if dots:
        return True, "dates with dots have their day first"
    if len({a for a, _ in order}) > 1 and len({b for _, b in order}) == 1:
        return True, "the first number goes on from day to day"
    if len({b for _, b in order}) > 1 and len({a for a, _ in order}) == 1:
        return False, "the second number goes on from day to day"
    return otherwise, f"nothing tells day from month; taken as {'day/month' if otherwise else 'month/day'}"


_INSIDE = re.compile(
    r"(?P<y>(?:19|20)\d{2})[-_.]?(?P<mo>\d{2})[-_.]?(?P<d>\d{2})"
    r"(?:[T _\-,]+(?P<h>\d{2})[-_.:h]?(?P<m>\d{2})[-_.:m]?(?P<s>\d{2}))?"
)


def in_name(name: str) -> Read | None:
    """The date, and the time if there is one, in a file's name: "2026-11-20 08-00-00.csv".

    >>> in_name("2017-07-14_Seat_Leon.csv"), in_name("trip.csv")
    (Read(seconds=1499990400.0, kind='local', whole=True), None)
    """
    for found in _INSIDE.finditer(name):
        try:
            seconds = _day(int(found["y"]), int(found["mo"]), int(found["d"]))
        except ValueError:  # digits that are no date
            continue
        if found["h"] is None:
            return Read(seconds, "local", whole=True)
        hour, minute, second = int(found["h"]), int(found["m"]), int(found["s"])
        if hour < 24 and minute < 60 and second < 60:
            return Read(seconds + hour * 3600 + minute * 60 + second, "local")
        return Read(seconds, "local", whole=True)
    return None
