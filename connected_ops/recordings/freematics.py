"""Freematics' lines as a table: "0,12345" is the milliseconds, "10C,812" a value of PID 0C, "12345,10C,812" both. Pure.

Numbers from 100 on are OBD-II's mode 01, those below the device's own: 10 and 11 are the GPS's time and date, 24 the
battery.
"""

import re
from datetime import UTC, datetime, timedelta

from connected_ops.recordings.account import Account
from connected_ops.recordings.table import Column, Table

HEAD = 60
MARKER = "freematics"
TIME = "time (ms)"
BATTERY = "24"
OF_THE_ENGINE = 0x100
GPS_TIME, GPS_DATE = "10", "11"

_TWO = re.compile(r"([0-9A-Fa-f]{1,3})[,=:]([-0-9.;/]+)")
_THREE = re.compile(r"(\d+),([0-9A-Fa-f]{1,3}),([-0-9.;/]+)(?:,.*)?")
_ENGINE = {"10C", "10D", "105"}


def looks_like(text: str) -> bool:
    """Whether nearly all of the first lines are of this form, an engine's values among them."""
    lines = [line.strip() for line in text[:8_192].split("\n")[:HEAD] if line.strip() and not line.startswith("#")]
    found = [(_THREE.fullmatch(line) or _TWO.fullmatch(line)) for line in lines]
    told = [match for match in found if match is not None]
    numbers = {match[match.re.groups - 1].upper() for match in told}
    return len(lines) > 3 and len(told) * 10 >= len(lines) * 8 and bool(numbers & _ENGINE)


def table_of(text: str, account: Account) -> Table:
    """The table of such lines; a line of another form is counted."""
    time, marker = Column(TIME), Column(MARKER)
    columns: dict[str, Column] = {}
    places: list[int] = []
    moment: int | None = None
    date = clock = ""
    begun: datetime | None = None
    for number, written in enumerate(text.split("\n"), start=1):
        line = written.strip()
        if not line or line.startswith("#"):
            continue
        three, two = _THREE.fullmatch(line), _TWO.fullmatch(line)
        if three is not None:
            at, code, value = int(three[1]), three[2].upper(), three[3]
        elif two is not None:
            at, code, value = moment, two[1].upper(), two[2]
        else:
            account.lose("lines of another form", f"line {number:,}")
            continue
        if code == "0":
            at = int(value) if value.isdigit() else None
        if at is None:
            continue
        if at != moment or not places:
            moment = at
            time.add(len(places), str(at))
            places.append(number)
        if code == GPS_TIME:
            clock = value
        elif code == GPS_DATE:
            date = value
        begun = begun or _begin(date, clock, at)
        if code == BATTERY or int(code, 16) >= OF_THE_ENGINE:
            title = "battery voltage (V)" if code == BATTERY else code
            columns.setdefault(code, Column(title)).add(len(places) - 1, value)
    about = () if begun is None else (f"StartTime = {begun.isoformat()}",)
    for column in columns.values():
        _last_of_each_row(column)
    return Table([time, marker, *columns.values()], places, account, about=about)


def _last_of_each_row(column: Column) -> None:
    kept = dict(zip(column.at, column.cells, strict=True))
    column.at, column.cells = list(kept), list(kept.values())


def _begin(date: str, clock: str, at: int) -> datetime | None:
    """When the device's milliseconds were 0, by what its GPS says at `at`: date ddmmyy, time hhmmsscc."""
    if not date or not clock:
        return None
    try:
        moment = datetime.strptime(date.zfill(6) + clock.zfill(8)[:6], "%d%m%y%H%M%S").replace(tzinfo=UTC)
        return moment - timedelta(milliseconds=at)
    except (ValueError, OverflowError):
        return None
