"""The assumptions in force: the table's or a file's, and what somebody changed of them for a look."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path

from connected_ops.value.overrides import overridden
from connected_ops.value.table import ASSUMPTIONS, Assumption
from connected_ops.value.words import written

NAMES_TOLD = 3
NAME_TOLD = 40


@dataclass(frozen=True, slots=True, eq=False)
class Assumptions:
    """The rows in force and the values they stand at. Immutable; equal only to itself, so it is a cheap cache key."""

    rows: tuple[Assumption, ...] = ASSUMPTIONS
    _values: Mapping[str, float] = field(default_factory=dict)
    _by_key: Mapping[str, Assumption] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", {row.key: row for row in self.rows})

    def __getitem__(self, key: str) -> float:
        """Where an assumption stands, in its `uom`; KeyError where there is none of that name."""
        return self._values.get(key, self._by_key[key].base)

    def span(self, key: str) -> tuple[float, float]:
        """(low, high) of an assumption, widened to hold the value that it stands at."""
        row, value = self._by_key[key], self[key]
        return min(row.low, value), max(row.high, value)

    @property
    def changes(self) -> tuple[tuple[str, float], ...]:
        """(key, value) of those that stand elsewhere than at their base, in the order of the rows."""
        return tuple((row.key, self._values[row.key]) for row in self.rows if row.key in self._values)

    def changed(self, changes: Mapping[str, float]) -> tuple["Assumptions", tuple[str, ...]]:
        """These assumptions with some set to other values, and a sentence for each that could not be used as it is.

        What lies outside least..most is clamped; what is no finite number, or of no such name, is left out.
        """
        values, sentences = dict(self._values), []
        for row in self.rows:
            if row.key not in changes:
                continue
            asked = float(changes[row.key])
            if isfinite(asked):
                values[row.key] = min(max(asked, row.least), row.most)
                if values[row.key] == row.base:
                    del values[row.key]
            if sentence := _remark(row, asked, self[row.key]):
                sentences.append(sentence)
        unknown = [key for key in changes if key not in self._by_key]
        if unknown:
            sentences.append(_unknown(unknown))
        return Assumptions(self.rows, values), tuple(sentences)


def _remark(row: Assumption, asked: float, stays: float) -> str | None:
    if not isfinite(asked):
        return f"{row.label} needs a number; it stays at {written(stays, row.uom)}."
    if row.least <= asked <= row.most:
        return None
    least, most = written(row.least, row.uom), written(row.most, row.uom)
    span = f"{least.removesuffix(most.lstrip('−$0123456789.,'))} to {most}"
    used = written(min(max(asked, row.least), row.most), row.uom)
    return f"{row.label} can be {span}; {written(asked, row.uom)} was taken as {used}."


def _unknown(names: list[str]) -> str:
    told = ", ".join(name[:NAME_TOLD] for name in names[:NAMES_TOLD])
    if len(names) == 1:
        return f"There is no assumption called {told}; it was left out."
    more = f" and {len(names) - NAMES_TOLD} more" if len(names) > NAMES_TOLD else ""
    return f"There are no assumptions called {told}{more}; they were left out."


def load(path: Path | None = None) -> Assumptions:
    """The assumptions with a TOML file's on top; None = the table's own.

    Raises AssumptionsError naming file, line and field.
    """
    return Assumptions() if path is None else Assumptions(overridden(path))
