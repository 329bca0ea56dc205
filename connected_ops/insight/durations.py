"""How long, in the words of a sentence: the one writer of durations below the page. Pure."""

DAY, HOUR, MINUTE = 86_400, 3_600, 60


def duration(seconds: float) -> str:
    """A span of time in its two largest units: "40 s", "3 min 20 s", "2 h 5 min", "4 days 6 h".

    >>> duration(95), duration(6 * DAY)
    ('1 min 35 s', '6 days')
    """
    s = round(seconds)
    if s < MINUTE:
        return f"{s} s"
    if s < HOUR:
        return _two(s, MINUTE, "min", 1, "s")
    if s < 2 * DAY:
        return _two(s, HOUR, "h", MINUTE, "min")
    return _two(s, DAY, "days", HOUR, "h")


def _two(s: int, big: int, big_name: str, small: int, small_name: str) -> str:
    rest = s % big // small
    return f"{s // big} {big_name}" + (f" {rest} {small_name}" if rest else "")
