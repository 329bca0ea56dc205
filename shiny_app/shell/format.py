"""Numbers, units, ages and times as a person reads them. Pure: time is always an argument."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from math import floor, isfinite

from babel import Locale, dates, numbers

from connected_ops.read_model import Span

DASH = "–"

_LOCALE = Locale("en", "US")
_LARGEST = 1e15
_MONEY = numbers.parse_pattern("¤#,##0")
_DATE, _TIME, _DAY = (dates.parse_pattern(each) for each in ("d MMM", "HH:mm:ss", "EEEE"))
_SECONDS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
_JUST_NOW_S = 5.0


@cache
def _pattern(decimals: int) -> numbers.NumberPattern:
    """Parsed once: reading it again for each number costs as much as writing the number."""
    return numbers.parse_pattern("#,##0." + "0" * decimals if decimals else "#,##0")


def number(value: float | None, decimals: int = 0) -> str:
    """1234.5 -> "1,234.5"; a dash for what is absent; a true minus sign, and none on a zero."""
    return _written(value, decimals, _pattern(decimals))


def _written(value: float | None, decimals: int, pattern: numbers.NumberPattern) -> str:
    """A value by a pattern; one that no machine sends, as short as can be: 1e+300."""
    if value is None or not isfinite(value):
        return DASH
    if abs(value) >= _LARGEST:
        return f"{value:.3g}".replace("-", "−")
    rounded = Decimal(f"{value:.{decimals}f}")
    return pattern.apply(rounded or abs(rounded), _LOCALE, currency="USD", currency_digits=False).replace("-", "−")


def quantity(value: float | None, uom: str, decimals: int = 0) -> str:
    """A number with its unit of measurement: "207 °F", "0.82", or a dash."""
    text = number(value, decimals)
    return text if text == DASH or not uom else f"{text} {uom}"


def dollars(value: float | None) -> str:
    """Whole dollars: "$3,667", "−$20"."""
    return _written(value, 0, _MONEY)


def count(amount: int, one: str, many: str | None = None) -> str:
    """1, "unit" -> "1 unit"; 12 -> "12 units"."""
    return f"{number(amount)} {one if amount == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """The two largest parts: "45 s", "3 min 10 s", "2 h 5 min", "3 d"."""
    left = max(0, floor(seconds)) if isfinite(seconds) else 0
    parts: list[str] = []
    for name, size in _SECONDS:
        amount, left = divmod(left, size)
        if amount:
            parts.append(f"{number(amount)} {name}")
        elif parts:
            break
    return " ".join(parts[:2]) or "0 s"


def span(seconds: Span | None) -> str:
    """The time that an 80 % interval spans, (low, middle, high) in seconds: "2 to 5 d", "within 3 h", or a dash."""
    if seconds is None or not isfinite(seconds[0]) or not isfinite(seconds[1]):
        return DASH
    low, _, high = seconds
    widest = high if isfinite(high) else low
    name, size = next(((name, size) for name, size in _SECONDS if widest >= 1.5 * size), _SECONDS[-1])
    first = max(0, round(low / size))
    if not isfinite(high):
        return f"{number(first)} {name} or more"
    last = round(high / size)
    if first == last:
        return f"about {number(first)} {name}"
    return f"{number(first)} to {number(last)} {name}" if first else f"within {number(last)} {name}"


def ago(seconds: float) -> str:
    """How long ago something was heard: "now" for what a unit at 1 to 2 s sends, else "45 s ago"."""
    return "now" if seconds < _JUST_NOW_S else f"{duration(seconds)} ago"


def _local(unix_s: float) -> datetime:
    """Unix seconds in the server's own time zone."""
    return datetime.fromtimestamp(unix_s, tz=UTC).astimezone()


def moment(unix_s: float) -> str:
    """Date and time of the server's zone: "23 Nov 14:31:52"."""
    return f"{_date(_local(unix_s))} {clock(unix_s)}"


def _date(at: datetime) -> str:
    return _DATE.apply(at, _LOCALE)


def when(unix_s: float, now: float) -> str:
    """A moment to the minute, with its day unless that is today: "14:31", "19 Nov 06:40"."""
    at = _local(unix_s)
    return f"{at:%H:%M}" if at.date() == _local(now).date() else f"{_date(at)} {at:%H:%M}"


def day(unix_s: float, now: float) -> str:
    """A day within a week by its name, else by its date: "today", "tomorrow", "Thursday", "4 Dec"."""
    at, today = _local(unix_s), _local(now)
    ahead = (at.date() - today.date()).days
    if 0 <= ahead < 7:
        return ("today", "tomorrow")[ahead] if ahead < 2 else _DAY.apply(at, _LOCALE)
    return _date(at)


def clock(unix_s: float) -> str:
    """Time of day in the server's zone: "14:31:52"."""
    return _TIME.apply(_local(unix_s), _LOCALE)


def offset_min(unix_s: float) -> int:
    """How many minutes the server's zone is ahead of UTC."""
    return round((_local(unix_s).utcoffset() or timedelta()).total_seconds() / 60)


def zone(unix_s: float) -> str:
    """The server's zone by its distance: "UTC+01:00", "UTC−05:00", "UTC"."""
    ahead = offset_min(unix_s)
    hours, minutes = divmod(abs(ahead), 60)
    return f"UTC{'+' if ahead > 0 else '−'}{hours:02}:{minutes:02}" if ahead else "UTC"


def share_percent(part: int, whole: int) -> str:
    """A share rounded down to one decimal, so that 100 % is said of all and of nothing less."""
    if whole <= 0:
        return DASH
    permille = part * 1000 // whole
    return f"{permille // 10} %" if permille % 10 == 0 else f"{permille / 10:.1f} %"


def parts_of(points: Sequence[float], total: int) -> list[str]:
    """Points as text whose shown numbers add up to `total` exactly (largest remainder).

    Whole numbers, or one decimal where a part that is not nothing would read 0. Negative and absent parts are nothing.
    """
    whole = _largest_remainder(points, total)
    if all(shown > 0 or point < 0.05 for shown, point in zip(whole, points, strict=True)):
        return [str(shown) for shown in whole]
    return [f"{tenths / 10:.1f}" for tenths in _largest_remainder(points, total * 10)]


def _largest_remainder(points: Sequence[float], total: int) -> list[int]:
    """Whole numbers in proportion to `points` that add up to `total`; all zero where no point is positive."""
    positive = [point if isfinite(point) and point > 0 else 0.0 for point in points]
    largest = max(positive, default=0.0)
    if largest <= 0 or total <= 0:
        return [0] * len(positive)
    scaled = [point / largest for point in positive]  # a sum of the largest floats must not overflow
    ideal = [share * total / sum(scaled) for share in scaled]
    shown = [floor(share) for share in ideal]
    by_remainder = sorted(range(len(ideal)), key=lambda at: shown[at] - ideal[at])
    for at in by_remainder[: total - sum(shown)]:
        shown[at] += 1
    return shown
