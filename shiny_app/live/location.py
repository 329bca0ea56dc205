"""Where a page stands: what the query of its URL says, read alike from a request and from a browser's message."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Literal, get_args
from urllib.parse import parse_qs

from connected_ops.read_model import Range
from shiny_app.fleet.query import WHOLE_FLEET, WORDS, FleetQuery, fleet_query

Theme = Literal["light", "dark"]
Units = Literal["f", "c"]
Show = Literal["open", "acknowledged", "silenced", "closed", "all"]
Changes = tuple[tuple[str, float], ...]
"""Assumptions by their keys, and what they are changed to; sorted, so that the same changes are equal."""

MOST_CHANGES = 60

_LONGEST_QUERY = 4_000
_LONGEST_WORD = 64
_MOST_FIELDS = 80
_OWN = ("page", "unit", "theme", "units", "range", "from", "to", "with", "show", *WORDS)
_THEMES: Mapping[str, Theme] = {"light": "light", "dark": "dark"}
UNITS: Mapping[str, Units] = {"f": "f", "c": "c"}
RANGES: Mapping[str, Range] = {"10m": "10m", "4h": "4h", "14d": "14d"}
SHOWS: Mapping[str, Show] = {word: word for word in get_args(Show)}
_LATEST = 1e11  # Unix seconds of a year that no link will see
_UNZOOMED = (
    "The address asks for a part of the time that is none, so the whole is shown; from and to are Unix seconds.",
)
_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Location:
    """`page` and `unit` as the URL has them, so possibly of no page and no unit; `theme` and `units` None where it
    names none. `range` is how much time charts show, `zoom` the part of it that was brushed (Unix seconds, rising);
    `compared` a second unit, possibly of no unit. `show` are the insights that are listed. `fleet` is
    about the fleet table, `changes` are the assumptions it changes, `sentences` what of it could not be read."""

    page: str = "fleet"
    unit: str | None = None
    theme: Theme | None = None
    units: Units | None = None
    range: Range = "10m"
    zoom: tuple[float, float] | None = None
    compared: str | None = None
    show: Show = "all"
    fleet: FleetQuery = WHOLE_FLEET
    changes: Changes = ()
    sentences: tuple[str, ...] = ()


def parse(query: object) -> Location:
    """The location in a query string; anything that is none, or is far too long, is the fleet."""
    if not isinstance(query, str) or len(query) > _LONGEST_QUERY:
        return Location()
    try:
        found = parse_qs(query.removeprefix("?"), max_num_fields=_MOST_FIELDS)
    except ValueError:  # more fields than any link of ours has
        return Location()
    words = {name: values[-1][:_LONGEST_WORD] for name, values in found.items()}
    page = words.get("page", "fleet")
    asked = {name: word for name, word in words.items() if name not in _OWN and _KEY.fullmatch(name)}
    numbers = {name: float(word) for name, word in asked.items() if _NUMBER.fullmatch(word)}
    fleet, unasked = fleet_query(words)
    zoom = zoom_of(words)
    return Location(
        page=page,
        unit=words.get("unit"),
        theme=_THEMES.get(words.get("theme", "")),
        units=UNITS.get(words.get("units", "")),
        range=RANGES.get(words.get("range", ""), "10m"),
        zoom=zoom,
        compared=words.get("with"),
        show=SHOWS.get(words.get("show", ""), "all"),
        fleet=fleet,
        changes=tuple(sorted(numbers.items())[:MOST_CHANGES]),
        sentences=_unread(words)
        + (_UNZOOMED if zoom is None and ("from" in words or "to" in words) else ())
        + unasked
        + (_no_numbers(asked.keys() - numbers.keys()) if page == "value" else ()),
    )


def changes_of(asked: object) -> Changes | None:
    """The changes in what a browser sent, a dict of short keys and finite numbers; None where it is anything else."""
    if not isinstance(asked, dict) or len(asked) > MOST_CHANGES:
        return None
    changes: dict[str, float] = {}
    for key, value in asked.items():
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
            return None
        changes[key] = float(value)
    return tuple(sorted(changes.items()))


def zoom_of(words: Mapping[str, str]) -> tuple[float, float] | None:
    """The brushed part of an address, to the tenth of a second as in links; None where it names none that rises."""
    edges = [round(float(word), 1) for name in ("from", "to") if _NUMBER.fullmatch(word := words.get(name, ""))]
    return (edges[0], edges[1]) if len(edges) == 2 and 0 <= edges[0] < edges[1] <= _LATEST else None


def _finite(value: int | float) -> bool:
    """Whether a number of any size is a finite float."""
    try:
        return isfinite(value)
    except OverflowError:  # a whole number of hundreds of digits
        return False


def _unread(words: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for a theme, for units, for a range and for a list of insights that are none."""
    said: list[str] = []
    if words.get("theme", "light") not in _THEMES:
        said.append("The address asks for a theme that does not exist; the themes are light and dark.")
    if words.get("units", "f") not in UNITS:
        said.append("The address asks for units that do not exist; units are f for °F and mph or c for °C and km/h.")
    if words.get("range", "10m") not in RANGES:
        said.append("The address asks for a range that does not exist, so it shows 10m; there are 10m, 4h and 14d.")
    if words.get("show", "all") not in SHOWS:
        said.append(
            "The address asks for insights that do not exist, so all are shown; show is open, acknowledged, "
            "silenced, closed or all."
        )
    return tuple(said)


def _no_numbers(names: set[str]) -> tuple[str, ...]:
    """A sentence for assumptions that are changed to something else than a number."""
    if not names:
        return ()
    listed = ", ".join(sorted(names)[:5]) + (" and others" if len(names) > 5 else "")
    return (f"The address gives no number for {listed}, so nothing was changed by that.",)
