"""Sentences whose quantities are typed: a temperature is not a temperature difference, and a moment has no zone.

A `Said` is a string, written in the units that are kept (°F, mph, psi) and in UTC, as clients of the API read it; it
remembers its quantities and can be written in a reader's units and zone. Put sentences together with `said` and `+`: an
f-string makes plain text of them.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, tzinfo
from string import Formatter
from typing import Self

from connected_ops.machines.quantity import BY_KEY

_SMALL = 3.0  # of a metric difference: below it a whole number says too little
_LARGEST = 1e7
_DIFFERENCE = "_difference"


@dataclass(frozen=True, slots=True)
class Figure:
    """A value of a quantity, or a difference of two; `bare` without its unit."""

    quantity: str
    value: float
    decimals: int = 0
    difference: bool = False
    bare: bool = False

    def written(self, metric: bool, zone: tzinfo | None) -> str:
        """ "207 °F", "97 °C"."""
        of, value, decimals, uom = BY_KEY[self.quantity], self.value, self.decimals, BY_KEY[self.quantity].uom
        if metric and of.metric_uom is not None:
            uom = of.metric_uom
            value = of.metric_difference(value) if self.difference else of.metric(value)
            if self.difference and not decimals and abs(value) < _SMALL and f"{value:.1f}"[-1] != "0":
                decimals = 1
        number = f"{value:,.{decimals}f}" if abs(value) < _LARGEST else f"{value:.3g}"
        if number.startswith("-") and not number.strip("-0.,"):
            number = number[1:]
        return (number if self.bare or not uom else f"{number} {uom}").replace("-", "−")


@dataclass(frozen=True, slots=True)
class Day:
    """The day of a moment (Unix s)."""

    at: float

    def written(self, metric: bool, zone: tzinfo | None) -> str:
        """ "19 Nov", in a zone; None: the server's."""
        return f"{datetime.fromtimestamp(self.at, UTC).astimezone(zone):%-d %b}"


Part = str | Figure | Day


class Said(str):
    """A sentence; `parts` are its words and quantities in their order."""

    parts: tuple[Part, ...]

    def __new__(cls, parts: Iterable[Part]) -> Self:
        kept = tuple(parts)
        made = super().__new__(cls, _written(kept, False, UTC))
        made.parts = kept
        return made

    def __add__(self, other: str) -> "Said":
        return Said((*self.parts, *_parts(other)))

    def __radd__(self, other: str) -> "Said":
        return Said((*_parts(other), *self.parts))

    def removesuffix(self, suffix: str, /) -> "Said":
        """Without what it ends with, where that is words."""
        last = self.parts[-1] if self.parts else ""
        if not isinstance(last, str) or not suffix or not last.endswith(suffix):
            return self
        return Said((*self.parts[:-1], last.removesuffix(suffix)))

    def __reduce__(self) -> tuple[type["Said"], tuple[tuple[Part, ...]]]:
        return Said, (self.parts,)


def _written(parts: Iterable[Part], metric: bool, zone: tzinfo | None) -> str:
    return "".join(part if isinstance(part, str) else part.written(metric, zone) for part in parts)


def _parts(text: object) -> tuple[Part, ...]:
    if isinstance(text, Said):
        return text.parts
    return (text,) if isinstance(text, Figure | Day) else (str(text),)


def said(template: str, **slots: object) -> Said:
    """A sentence of a template: `{name}` is a slot, which may itself be said, `{temperature:122}` a quantity and
    `{temperature_difference:9}` a difference of two.

    Raises KeyError for a name that is neither, ValueError for a quantity that is no number.

    >>> said("until it is down to {temperature:122}"), said("{a} and {b}", a=1, b="two")
    ('until it is down to 122 °F', '1 and two')
    """
    found: list[Part] = []
    for words, name, spec, _ in Formatter().parse(template):
        found.append(words)
        if name is None:
            continue
        if name in slots:
            found.extend(_parts(slots[name]))
        else:
            key = name.removesuffix(_DIFFERENCE)
            decimals = len((spec or "").partition(".")[2])
            found.append(Figure(BY_KEY[key].key, float(spec or ""), decimals, difference=key != name))
    return Said(part for part in found if part != "")


def in_units(text: str, metric: bool, zone: tzinfo | None = None) -> str:
    """A sentence in a reader's units and zone (None: the server's); what is plain text stays."""
    return _written(text.parts, metric, zone) if isinstance(text, Said) else text


_PACKED = "\x02"  # no sentence begins so


def packed(text: str) -> str:
    """A sentence as plain text that `unpacked` reads again, for another process."""
    if not isinstance(text, Said):
        return text
    parts = [part if isinstance(part, str) else [type(part).__name__, asdict(part)] for part in text.parts]
    return _PACKED + json.dumps(parts)


def unpacked(text: str) -> str:
    """The sentence that was `packed`."""
    if not text.startswith(_PACKED):
        return text
    kinds = {"Figure": Figure, "Day": Day}
    return Said(part if isinstance(part, str) else kinds[part[0]](**part[1]) for part in json.loads(text[1:]))
