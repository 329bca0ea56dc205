"""What a person says of a file beside the file: its zone, and which column is which signal in which unit."""

from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo
from difflib import get_close_matches
from pathlib import Path
from re import fullmatch
from zoneinfo import ZoneInfo

from connected_ops.machines.catalog import KEYS
from connected_ops.recordings import units
from connected_ops.recordings.text import CannotRead
from connected_ops.recordings.titles import nearest

TIME, UNIT = "ts", "vehicle_id"
COMMENT = "# What each column is, for `connected-ops send` and `backtest`: --map THIS_FILE\n"


@dataclass(frozen=True, slots=True)
class Wish:
    """`signal` (or ts, or vehicle_id) is the column `title`, in `unit` ("" as the file says); no title: it is none."""

    signal: str
    title: str
    unit: str = ""

    def names(self, *titles: str) -> bool:
        """Whether one of these titles is the one that is meant; case and outer blanks do not count."""
        meant = self.title.strip().casefold()
        return bool(meant) and meant in (title.strip().casefold() for title in titles)

    def __str__(self) -> str:
        return f"{self.signal}={self.title}" + (f":{self.unit}" if self.unit else "")


@dataclass(frozen=True, slots=True)
class Hints:
    """`zone` of times that name none, None where nobody said it; `wishes` go before every guess."""

    zone: tzinfo | None = None
    wishes: tuple[Wish, ...] = ()

    def of(self, signal: str) -> Wish | None:
        """What was said of a signal."""
        return next((wish for wish in self.wishes if wish.signal == signal), None)

    @property
    def titles(self) -> frozenset[str]:
        """The columns that were named, in small letters."""
        return frozenset(wish.title.casefold() for wish in self.wishes if wish.title)


def hints_of(timezone_: str | None, maps: list[str]) -> Hints:
    """The hints of the options --timezone and --map, a column or a file of such lines each. Raises CannotRead."""
    wishes: list[Wish] = []
    for text in maps:
        wishes += [_wish(text)] if "=" in text else _of_file(Path(text))
    return Hints(None if timezone_ is None else zone_of(timezone_), tuple(wishes))


def zone_of(name: str) -> tzinfo:
    """A zone by its name or its offset. Raises CannotRead.

    >>> zone_of("+05:30"), zone_of("Europe/Berlin")
    (datetime.timezone(datetime.timedelta(seconds=19800)), zoneinfo.ZoneInfo(key='Europe/Berlin'))
    """
    found = fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", name.strip())
    if found is not None and int(found[2]) < 24:
        east = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(-east if found[1] == "-" else east)
    try:
        return ZoneInfo(name.strip())
    except (ValueError, OSError, LookupError):
        raise CannotRead(f"--timezone {name} is no zone such as Europe/Berlin, UTC or +02:00.") from None


def _wish(text: str) -> Wish:
    signal, _, rest = (part.strip() for part in text.partition("="))
    if signal not in (*KEYS, TIME, UNIT):
        close = get_close_matches(signal, [*KEYS, TIME, UNIT], n=3) or nearest(signal)
        hint = f"; near it: {', '.join(close)}" if close else ""
        raise CannotRead(f"--map {text}: there is no signal {signal!r}{hint}.")
    title, colon, unit = rest.rpartition(":")
    if not colon or signal in (TIME, UNIT):
        return Wish(signal, rest)
    known = units.fits(signal, unit)
    if known is None and units.known(unit) is None and "(" in rest:
        return Wish(signal, rest)  # the colon is the title's own
    if known is None:
        choice = ", ".join(each for each in units.INTO[units.SIGNALS[signal].quantity] if each)
        raise CannotRead(f"--map {text}: {unit!r} is no unit of {signal}; it is one of {choice}.")
    return Wish(signal, title.strip(), known)


def _of_file(path: Path) -> list[Wish]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise CannotRead(f"--map {path}: neither signal=TITLE:UNIT nor a file of such lines ({why}).") from None
    return [_wish(line.strip()) for line in lines if "=" in line and not line.lstrip().startswith("#")]


def save(path: Path, wishes: list[Wish]) -> None:
    """Write what each column was taken as, for --map to read. Raises CannotRead."""
    try:
        path.write_text(COMMENT + "".join(f"{wish}\n" for wish in wishes), encoding="utf-8")
    except OSError as error:
        raise CannotRead(f"--save-map {path} cannot be written: {error.strerror or error}.") from error
