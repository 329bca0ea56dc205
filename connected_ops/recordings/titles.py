"""Titles of columns as words, and the signal of the catalogue that they name. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from connected_ops.machines.catalog import SIGNALS
from connected_ops.machines.signal import Signal
from connected_ops.recordings import units

_STOP = "of the in de del la las el du des do da dos le l d der die das den dem di della van"
STOP = frozenset(_STOP.split())
_NOISE = """
    obd obd2 obdii ecu ecm pcm can bus canbus j1939 sa iso sensor sensors valu valus val actual act ist istwert wert
    current measured messwert live signal signals data reading telemetry metric metrics attribute attributes params io
    pid channel 1 01 ect cts clt iat vss maf map
"""
NOISE = frozenset(_NOISE.split())
"""Words that say nothing of what is measured, as `named` writes them."""

AMBIGUOUS = frozenset({"rpm", "g", "a", "v", "h", "s", "min", "k", "w", "gps", "ch", "ps", "cv", "grad"})
"""Units that are words as well, at the end of a title."""

TEMPERATURE = frozenset({"temperature", "temperatur", "temperatura", "temperatuur"})

SAME = {
    "temp": "temperature", "tmp": "temperature", "temps": "temperature", "temperatur": "temperature", "eng": "engine",
    "veh": "vehicle", "spd": "speed",
    "press": "pressure", "pres": "pressure", "druck": "pressure", "pression": "pressure", "presion": "pressure",
    "pressao": "pressure", "volt": "voltage", "volts": "voltage", "spannung": "voltage", "revs": "rpm",
    "pos": "position", "lvl": "level", "vehicles": "vehicle", "hrs": "hours", "throt": "throttle", "amb": "ambient",
    "trans": "transmission",
    "pourcentage": "percent", "batt": "battery", "manif": "manifold", "abs": "absolute", "calc": "calculated",
}  # fmt: skip
"""Words that are written shorter or otherwise, and what they stand for."""

_BRACKET = re.compile(r"[\[(]([^\[\]()]*)(?:[\])]|$)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MAKE = re.compile(r"^\[([^\[\]]+)\](?=\s*\S)")  # "[PRIUS]Engine RPM"
_WORD = re.compile(r"[^\W_]+")
_CONTROLLER = re.compile(r"7[0-9a-f]{2}")
_LAST = re.compile(r"^(.*\S)(?:[\s,;:|]+|_+|\s*-\s+)(\S{1,12})$")
_UNITLIKE = re.compile(
    r"[°º℃℉/%²³]|^[a-z]{1,3}$|^(mph|kph|kmh|rpm|psi|bar|celsius|fahrenheit|volts?|knots)$", re.IGNORECASE
)
_CODES = (
    re.compile(r"(?:pid|k)?\s*_?(?:0x)?(?:0?1)?([0-9a-f]{2})", re.IGNORECASE),
    re.compile(r"spn[\s_:-]*(\d+)\b.*", re.I),
)


@dataclass(frozen=True, slots=True)
class Named:
    """A title taken apart: its words, and what stands in its brackets or at its end as a unit."""

    words: tuple[str, ...]
    unit: str = ""

    @property
    def plain(self) -> str:
        """The words in one string."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Match:
    """A signal that a title names: `own` where it is the payload's own name, `unit` where a word of it is one, `rank`
    the better the higher."""

    signal: str
    rank: float
    own: bool = False
    unit: str = ""


@lru_cache(maxsize=8_192)
def named(title: str) -> Named:
    """A title taken apart.

    >>> named("Engine Coolant Temperature [Â°C]"), named("Speed (OBD)(km/h)").words, named("Kühlmittel-Temp.").plain
    (Named(words=('engine', 'coolant', 'temperature'), unit='°C'), ('speed', 'obd'), 'kuhlmittel temperature')
    """
    unit, rest = "", _MAKE.sub("", title.strip().strip("\"'"))
    for inside in _BRACKET.findall(rest):
        if inside.strip().lower() not in ("", "gps") and units.known(inside) is not None:
            unit = inside
    rest = _BRACKET.sub(lambda found: " " if found[1] == unit else f" {found[1]} ", rest).strip()
    last = _LAST.match(rest)
    end = "" if unit or last is None or last[2].lower() in AMBIGUOUS or not _UNITLIKE.search(last[2]) else last[2]
    if last is not None and end and units.known(end) is not None:
        unit, rest = end, last[1]
    return Named(_words(rest), units.known(unit) or "")


def _words(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text.replace("ß", "ss"))).casefold()
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    found = _WORD.findall(plain.replace("ae", "a").replace("oe", "o").replace("ue", "u"))
    spelled = (f"{word}eratur" if word.endswith("temp") and len(word) > 6 else word for word in map(str, found))
    return tuple(SAME.get(word, word) for word in spelled if word not in STOP)


@lru_cache(maxsize=1)
def _aliases() -> tuple[tuple[Signal, frozenset[str], float], ...]:
    """(signal, words, how far down its list the name stands) of all names."""
    found: list[tuple[Signal, frozenset[str], float]] = []
    for row in SIGNALS:
        for at, name in enumerate((row.label, *_without_unit(row), *row.aliases)):
            found.append((row, frozenset(_words(name)), at / 1000))
        if row.vss != "none":
            found.append((row, frozenset(_words(row.vss)), 0.0))
    return tuple(found)


def _without_unit(row: Signal) -> Iterator[str]:
    """The payload's name as people shorten it: "coolant_temp" of "coolant_temp_f"."""
    words = row.key.split("_")
    for end in range(1, len(words)):
        ending = "/".join(words[end:])
        if ending not in ("rpm", "hours") and units.fits(row.key, ending) is not None:
            yield "_".join(words[:end])
            return
    yield row.key


@lru_cache(maxsize=8_192)
def matches(title: str) -> tuple[Match, ...]:
    """The signals that a title may name, the best first; none where a word is left that could change its meaning:
    "engine oil temperature" is no coolant, "average speed" no speed."""
    plain = title.strip()
    own = next((row.key for row in SIGNALS if row.key == plain.lower()), None)
    if own is not None:
        return (Match(own, 1e3, own=True),)
    if (coded := _coded(plain)) is not None:
        return (Match(coded, 10.0),)
    part = named(title)
    found = [match for row, alias, down in _aliases() if (match := _match(row, alias, down, part)) is not None]
    best = {match.signal: match for match in sorted(found, key=lambda each: each.rank)}
    return tuple(sorted(best.values(), key=lambda each: -each.rank))


def _match(row: Signal, alias: frozenset[str], down: float, part: Named) -> Match | None:
    have = frozenset(part.words)
    if not alias <= have:
        return None
    unit, left = "", 0
    for word in have - alias:
        if word in NOISE or _CONTROLLER.fullmatch(word) or (word in TEMPERATURE and row.quantity == "temperature"):
            left += 1
        elif (found := units.fits(row.key, word)) is not None and not unit:
            unit = found
        else:
            return None
    if part.unit and units.into(row.key, part.unit) is None and row.quantity != "index":
        return None  # a title whose unit measures something else
    return Match(row.key, len(alias) - left / 10 - down - ("gps" in have) / 2, unit=unit)


def _coded(title: str) -> str | None:
    """The signal of "PID 05", "0x05", "010C" or "SPN 110"."""
    for code, mark in zip(_CODES, ("PID", "SPN"), strict=True):
        found = code.fullmatch(title.strip())
        if found is None or title.strip().isalpha():
            continue
        wanted = f"{mark} {found[1].upper()}"
        for row in SIGNALS:
            if wanted in (row.obd, row.j1939.split(",")[0]):
                return row.key
    return None


def nearest(title: str) -> list[str]:
    """Up to three names of signals that look like a title."""
    names = {" ".join(_words(name)): row.key for row in SIGNALS for name in (row.key, row.label, *row.aliases)}
    close = get_close_matches(" ".join(_words(title)), list(names), n=6, cutoff=0.7)
    return list(dict.fromkeys(names[name] for name in close))[:3]
