"""The validation rules: one frozen row each, with its verdict and a sentence for a person.

What fired on a row is `fired` [signals + 1]: for each signal a bit by kind of rule, and in the last column a bit by
kind of rule for the row as a whole. So there is room for any number of signals.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.machines.catalog import SIGNALS
from connected_ops.machines.said import said
from connected_ops.validation.doubt import LASTS_S
from connected_ops.validation.hours import NEW_BASE_S

FUTURE_S = 300.0
OLDEST_S = 30 * 86_400.0  # of a live sample; a replay may be as old as it is

Fired = NDArray[np.uint16]
"""[n, signals + 1] bits of kinds."""


class Verdict(IntEnum):
    """What validation says of a sample, worst last; duplicates change nothing."""

    VALID = 0
    NEEDS_REVIEW = 1
    REJECTED = 2
    DUPLICATE = 3


VALID, NEEDS_REVIEW, REJECTED, DUPLICATE = range(len(Verdict))  # plain ints: an enum look-up costs more than a sum
VERDICT_NAMES: tuple[str, ...] = ("valid", "needs_review", "rejected", "duplicate")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rule about a signal. `signals` are those it is kept for (None: all of them).

    `withholds`: the value does not reach the indicators. `sentence` may use {label}, {uom}, {value}, {sensor_low},
    {sensor_high}, {plausible_low}, {plausible_high} and {max_rate}.
    """

    key: str
    withholds: bool
    sentence: str
    signals: tuple[int, ...] | None = None


KINDS: tuple[Kind, ...] = (
    Kind("sensor_range", True,
         "{label} {value} is outside what its sensor can report ({sensor_low} to {sensor_high})."),
    Kind("implausible", True,
         "{label} {value} is more than a running machine shows ({plausible_low} to {plausible_high}); check the"
         " sensor."),
    Kind("rate_of_change", False,
         "{label} {value}: it jumped, faster than the {max_rate} a second it can change; check the sensor and its"
         " plug."),
    Kind("stuck", True,
         "{label} has stood at {value} for a minute or more while other signals moved; the sensor may be stuck."),
    Kind("missing", True,
         "{label} is missing, though this unit sent it before; check the sensor or the gateway."),
    Kind("open_circuit", True,
         "{label} reads {value}, the value of an open circuit; check the sensor's plug.",
         (catalog.COOLANT, catalog.INTAKE, catalog.AMBIENT)),
    Kind("doubted", True,
         "{label} {value} is not believed: its sensor is in doubt; where risk rests on it,"
         f" {LASTS_S:.0f} seconds of readings that agree are, unless the engine stands."),
    Kind("celsius_suspected", True,
         "Coolant {sent} after a quarter of an hour of running looks like °C sent as °F; check the unit.",
         (catalog.COOLANT,)),
    Kind("below_air", True,
         "Coolant {value} is far below the air around it, which no engine can be; check the sensor.",
         (catalog.COOLANT,)),
    Kind("hours_fell", True,
         "Engine hours {value} are below what this unit reported;"
         f" {NEW_BASE_S:.0f} s of such readings make a new base.",
         (catalog.HOURS,)),
    Kind("hours_too_fast", True,
         f"Engine hours {{value}} grew faster than time; {NEW_BASE_S:.0f} s of such readings make a new base.",
         (catalog.HOURS,)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `signal` is a column of the sample or None for the sample as a whole; `sole`: no other signal has a
    rule of its kind."""

    kind: str
    signal: int | None
    verdict: Verdict
    sentence: str
    sole: bool = False

    @property
    def id(self) -> str:
        return self.kind if self.signal is None or self.sole else f"{self.kind}:{catalog.KEYS[self.signal]}"


PER_SAMPLE: tuple[Rule, ...] = (
    Rule("future", None, Verdict.REJECTED,
         f"The time is more than {FUTURE_S / 60:.0f} minutes ahead of this server; check the sender's clock, and"
         " whether it sends local time marked Z."),
    Rule("too_old", None, Verdict.REJECTED,
         f"The time is more than {OLDEST_S / 86_400:.0f} days ago; check the sender's clock (a GPS receiver may count"
         " its weeks anew)."),
    Rule("no_signal", None, Verdict.REJECTED, "The row holds no field that is known here."),
    Rule("clock_back", None, Verdict.NEEDS_REVIEW,
         "The sender's clock has stepped back. One that was ahead counts anew from here on; one that is behind has what"
         " it sends shown at the time of arrival."),
    Rule("late", None, Verdict.NEEDS_REVIEW,
         "Arrived after newer samples: judged at its own time, without moving the live value."),
    Rule("duplicate", None, Verdict.DUPLICATE,
         "This unit already sent these values at exactly this time; nothing changed."),
    Rule("malformed", None, Verdict.REJECTED, "The row cannot be read."),
    Rule("source_conflict", None, Verdict.REJECTED,
         "This vehicle_id belongs to another source; send under an id of your own."),
    Rule("fleet_full", None, Verdict.REJECTED, "The fleet is full; a unit silent for a day makes room."),
)  # fmt: skip

RULES: tuple[Rule, ...] = (
    *(
        Rule(
            kind.key, signal, Verdict.NEEDS_REVIEW, kind.sentence,
            kind.signals is not None and len(kind.signals) == 1,
        )
        for kind in KINDS
        for signal in (range(catalog.COUNT) if kind.signals is None else kind.signals)
    ),
    *PER_SAMPLE,
)  # fmt: skip
assert len(KINDS) <= 15, "of the 16 bits of a signal's column the history keeps the highest for what was not believed"
assert len(PER_SAMPLE) <= 16, "the column of the row as a whole has 16 bits"

WIDTH = catalog.COUNT + 1
WHOLE = catalog.COUNT
"""The column of `fired` for the row as a whole."""

BIT: dict[str, np.uint16] = {
    row: np.uint16(1 << at)
    for rows in (tuple(kind.key for kind in KINDS), tuple(rule.kind for rule in PER_SAMPLE))
    for at, row in enumerate(rows)
}
"""The bit of a kind in its column."""

_COLUMN = np.array([WHOLE if rule.signal is None else rule.signal for rule in RULES])
_MASK = np.array([BIT[rule.kind] for rule in RULES], dtype=np.uint16)


def whole(kind: str, rows: int) -> Fired:
    """`fired` of so many rows on which one rule for the row as a whole fired."""
    fired = np.zeros((rows, WIDTH), dtype=np.uint16)
    fired[:, WHOLE] = BIT[kind]
    return fired


def fired_rules(fired: Sequence[int] | Fired) -> Iterator[Rule]:
    """The rules that fired on a row, by [signals + 1] bits: those of the row first, then by kind."""
    columns = np.asarray(fired, dtype=np.uint16)
    if not columns.any():
        return
    spoke = np.flatnonzero(columns[_COLUMN] & _MASK)
    yield from (RULES[at] for at in sorted(spoke.tolist(), key=lambda at: RULES[at].signal is not None))


def count(fired: Fired) -> NDArray[np.int64]:
    """[rules] how often each rule fired over n rows."""
    spoke = fired[fired.any(axis=1)]
    return ((spoke[:, _COLUMN] & _MASK) != 0).sum(axis=0)


def sentence(rule: Rule, values: NDArray[np.floating]) -> str:
    """The rule's sentence with the figures of the sample that it fired on; `values` [signals]."""
    if rule.signal is None:
        return rule.sentence
    signal = SIGNALS[rule.signal]
    shown = {
        "label": signal.label,
        "value": signal.figure(float(values[rule.signal])),
        "sent": str(
            signal.figure(float(values[rule.signal]))
        ),  # what is about a wrong unit keeps the one that was sent
        "max_rate": signal.figure(signal.max_rate),
    }
    for bound in ("sensor_low", "sensor_high", "plausible_low", "plausible_high"):
        shown[bound] = signal.figure(getattr(signal, bound))
    return said(rule.sentence, **shown)
