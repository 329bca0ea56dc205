"""Which units the fleet table shows, and in which order: what of an address is about the fleet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from connected_ops.read_model import BANDS, FRESHNESS, SOURCES, UNIT_CLASSES

ANY = ""
"""A filter that lets every unit through."""

SORTS = ("worst", "unit", "class", "risk", "limit", "saved", "heard")
"""The orders by the name that an address has for them; with a minus in front, the other way round."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "class": UNIT_CLASSES,
    "band": tuple(band.lower() for band in BANDS),
    "source": SOURCES,
    "fresh": FRESHNESS,
    "sort": (*SORTS, *(f"-{name}" for name in SORTS)),
}
"""The filters and the order by their names in an address, and the words that each may have."""

WORDS = ("q", *CHOICES, "at")
"""Every name in an address that is about the fleet table."""

LONGEST_SEARCH = 64
_PAGE = re.compile(r"[1-9]\d{0,5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class FleetQuery:
    """`search` is a part of an id, a name or a site, in any case; the filters are words of CHOICES or ANY;
    `page` counts from 1 and may be past the last."""

    search: str = ANY
    unit_class: str = ANY
    band: str = ANY
    source: str = ANY
    fresh: str = ANY
    sort: str = SORTS[0]
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether it lets less than the whole fleet through."""
        return (self.search, self.unit_class, self.band, self.source, self.fresh) != (ANY,) * 5


def fleet_query(words: Mapping[str, str]) -> tuple[FleetQuery, tuple[str, ...]]:
    """What the words of an address ask of the fleet table, and a sentence for each that means nothing there."""
    known = {name: words[name] for name, choices in CHOICES.items() if words.get(name) in choices}
    said = tuple(
        f"The address asks for a {_NAMES[name]} that does not exist, so it was left out; there are {_listed(choices)}."
        for name, choices in CHOICES.items()
        if words.get(name, ANY) != ANY and name not in known
    )
    page = words.get("at", "1")
    if not _PAGE.fullmatch(page):
        said += ("The address asks for a page of the table that is no number, so it shows the first.",)
        page = "1"
    query = FleetQuery(
        search=words.get("q", ANY).strip()[:LONGEST_SEARCH],
        unit_class=known.get("class", ANY),
        band=known.get("band", ANY),
        source=known.get("source", ANY),
        fresh=known.get("fresh", ANY),
        sort=known.get("sort", SORTS[0]),
        page=int(page),
    )
    return query, said


_NAMES = {"class": "class", "band": "band", "source": "source", "fresh": "freshness", "sort": "sort order"}


def _listed(choices: tuple[str, ...]) -> str:
    """ "a, b and c", each order once."""
    *rest, last = (each for each in choices if not each.startswith("-"))
    return f"{', '.join(rest)} and {last}"


WHOLE_FLEET = FleetQuery()
