"""Instants as devices write them: RFC 3339 and its looser kin, and Unix time in seconds, ms, µs or ns."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)  # zones beyond the ends of the calendar cannot be written back

TIME = "A time is RFC 3339 with its zone, such as 2026-11-23T14:31:52Z, or Unix time in s, ms, µs or ns, from 1970 on"
ZONELESS = "This time names no zone: send Z or an offset, or name the zone of such times with ?timezone=Europe/Berlin"
ZONE = "timezone is a name of the time zone database, such as Europe/Berlin."

LONGEST = 64
_WRITTEN = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))? ?(?:([Zz])|([+-])(\d\d):?([0-5]\d)?)?", re.ASCII
)
_NUMBER = re.compile(r"[+]?\d+(?:\.\d*)?(?:[eE][+]?\d\d?)?", re.ASCII)
# Unix time by its size, and what makes it µs: seconds reach the year 5138 before milliseconds begin, with 1973.
_UNITS = ((10**11, 10**6, 1), (10**14, 10**3, 1), (10**17, 1, 1), (10**20, 1, 10**3))


class NoZone(ValueError):
    """A time is written without its zone, and nobody has said which one is meant."""


@lru_cache(maxsize=64)
def named_zone(name: str) -> ZoneInfo:
    """The zone of that name in the time zone database. ValueError where there is none."""
    try:
        return ZoneInfo(name.strip())
    except (LookupError, ValueError, OSError):  # OSError: the name of a folder of the database
        raise ValueError(ZONE) from None


def instant(given: object, zone: tzinfo | None = None) -> datetime:
    """The instant in what a sender gave, text or a number, to the microsecond.

    `zone` is that of times without one: an hour that its clocks leave out is read by the offset before the change, and
    of an hour that comes twice the first is meant. Raises NoZone where one is needed, else ValueError, with the
    sentence that says what a time is.
    """
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise ValueError(TIME)
    text = "" if isinstance(given, int) else str(given).strip()
    if len(text) > LONGEST:
        raise ValueError(TIME)
    try:
        if isinstance(given, int):
            found = _unix(given)
        else:
            found = _unix(Decimal(text)) if _NUMBER.fullmatch(text) else _written(text, zone)
    except ArithmeticError:
        raise ValueError(TIME) from None
    if not EARLIEST <= found <= LATEST:
        raise ValueError(TIME)
    return found


def _unix(number: int | Decimal) -> datetime:
    for below, factor, divisor in _UNITS:
        if number < below:
            return EARLIEST + timedelta(microseconds=int(number * factor // divisor))
    raise ValueError(TIME)


def _written(text: str, zone: tzinfo | None) -> datetime:
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise ValueError(TIME)
    day, clock, fraction, zulu, sign, hours, minutes = match.groups()
    try:
        local = datetime.fromisoformat(f"{day}T{clock}").replace(microsecond=int((fraction or "").ljust(6, "0")[:6]))
        if zulu:
            return local.replace(tzinfo=UTC)
        if sign:
            offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
            return local.replace(tzinfo=timezone(offset if sign == "+" else -offset)).astimezone(UTC)
    except ValueError:  # no such day, hour or offset
        raise ValueError(TIME) from None
    if zone is None:
        raise NoZone(ZONELESS)
    return local.replace(tzinfo=zone).astimezone(UTC)
