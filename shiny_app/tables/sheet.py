"""A table as it is taken away: a name, a header whose words carry the unit of measurement, and rows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite

from connected_ops.read_model import QUANTITY_OF, Cell, FleetSnapshot, csv_bytes
from shiny_app.shell import in_units
from shiny_app.shell.badge import sources


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table at the time `at` (Unix seconds). `rows` are made when they are written, in a thread: they read nothing
    that changes."""

    name: str
    at: float
    header: tuple[str, ...]
    rows: Iterable[Sequence[Cell]]

    @property
    def file_name(self) -> str:
        """ "fleet-20261126T163155Z.csv"."""
        return f"{self.name}-{datetime.fromtimestamp(self.at, tz=UTC):%Y%m%dT%H%M%SZ}.csv"

    def csv(self) -> bytes:
        """The file's content."""
        return csv_bytes(self.header, self.rows)


def iso(unix_s: float | None) -> str | None:
    """A time as ISO 8601 in UTC, to the millisecond; None for what has no time."""
    if unix_s is None or not isfinite(unix_s):
        return None
    return datetime.fromtimestamp(unix_s, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def figure(value: float | None, decimals: int) -> float | None:
    """A number as it is written: rounded, and nothing where there is none."""
    return None if value is None or not isfinite(value) else round(float(value), decimals)


def said(metric: bool) -> Callable[[str], str]:
    """What writes a sentence in the reader's units; its days are of UTC, as all times of a file."""
    return lambda sentence: in_units.text(sentence, metric, UTC)


def signal_names(keys: Iterable[str], metric: bool) -> tuple[str, ...]:
    """The column of each signal: its key, whose end names the unit of measurement."""
    return tuple(in_units.column(key, metric) for key in keys)


def without_unit(key: str) -> str:
    """The name of a signal without its unit: "coolant_temp"."""
    ends = QUANTITY_OF[key].ends
    return key if ends is None else key.removesuffix(ends[0].removeprefix("_temp"))


def signal_value(key: str, value: float | None, metric: bool) -> float | None:
    """A signal's value in the unit that its column names."""
    return figure(in_units.of_signal(key, value, metric), 3)


def all_sources(snapshot: FleetSnapshot) -> str:
    """The sources that a figure of the whole fleet stands on: "simulated and live"."""
    return " and ".join(sources(snapshot))
