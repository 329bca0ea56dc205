"""The validation rules: one frozen row each, with its verdict, whether it withholds the value, and a sentence for a
person.

A rule owns one bit of the `fired` mask (uint64) that travels with each sample, so which rules fired costs eight bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from connected_ops.telemetry import catalog
from connected_ops.telemetry.catalog import SIGNALS, Signal


class Verdict(IntEnum):
    """What validation says of a sample, worst last; duplicates change nothing."""

    VALID = 0
    NEEDS_REVIEW = 1
    REJECTED = 2
    DUPLICATE = 3


VALID, NEEDS_REVIEW, REJECTED, DUPLICATE = range(len(Verdict))  # plain ints: an enum look-up costs more than a sum
VERDICT_NAMES: tuple[str, ...] = ("valid", "needs_review", "rejected", "duplicate")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `signal` is a column of the sample or None for the sample as a whole.

    `withholds`: the signal's value does not reach the indicators. `sentence` may use {label}, {uom}, {value},
    {sensor_low}, {sensor_high}, {plausible_low}, {plausible_high} and {max_rate}.
    """

    kind: str
    signal: int | None
    verdict: Verdict
    withholds: bool
    sentence: str

    @property
    def id(self) -> str:
        return self.kind if self.signal is None else f"{self.kind}:{catalog.KEYS[self.signal]}"


# kind, verdict, withholds, sentence: one rule for each signal
PER_SIGNAL: tuple[tuple[str, Verdict, bool, str], ...] = (
    ("sensor_range", Verdict.REJECTED, True,
     "{label} {value} is outside what its sensor can report ({sensor_low} to {sensor_high})."),
    ("implausible", Verdict.NEEDS_REVIEW, True,
     "{label} {value} is more than a running machine shows ({plausible_low} to {plausible_high}); check the sensor."),
    ("rate_of_change", Verdict.NEEDS_REVIEW, False,
     "{label} {value}: it jumped, faster than the {max_rate} a second it can change; check the sensor and its plug."),
    ("stuck", Verdict.NEEDS_REVIEW, True,
     "{label} has stood at {value} for a minute or more while other signals moved; the sensor may be stuck."),
    ("missing", Verdict.NEEDS_REVIEW, True,
     "{label} is missing, though this unit sent it before; check the sensor or the gateway."),
)  # fmt: skip

PER_SAMPLE: tuple[Rule, ...] = (
    Rule("future", None, Verdict.REJECTED, True,
         "The time is more than 5 minutes ahead of this server; check the sender's clock."),
    Rule("hours_fell", None, Verdict.REJECTED, True,
         "Engine hours {hours} are below what this unit reported; 60 s of such readings make a new base."),
    Rule("hours_too_fast", None, Verdict.NEEDS_REVIEW, True,
         "Engine hours {hours} grew faster than time; 60 s of such readings make a new base."),
    Rule("celsius_suspected", None, Verdict.NEEDS_REVIEW, True,
         "Coolant {coolant} after a quarter of an hour of running looks like °C sent as °F; check the unit."),
    Rule("late", None, Verdict.NEEDS_REVIEW, False,
         "Arrived after newer samples: kept at its own time, without moving the live value."),
    Rule("duplicate", None, Verdict.DUPLICATE, False,
         "This unit already sent a sample of exactly this time; nothing changed."),
    Rule("malformed", None, Verdict.REJECTED, True, "The row cannot be read."),
    Rule("source_conflict", None, Verdict.REJECTED, True,
         "This vehicle_id belongs to another source; send under an id of your own."),
    Rule("fleet_full", None, Verdict.REJECTED, True, "The fleet is full; a unit silent for a day makes room."),
)  # fmt: skip

# The sensors that read the low end of their scale when their circuit is open, and that rule for each of them.
CIRCUITS: tuple[int, ...] = (catalog.COOLANT, catalog.INTAKE, catalog.AMBIENT)
PER_CIRCUIT: tuple[Rule, ...] = tuple(
    Rule("open_circuit", signal, Verdict.NEEDS_REVIEW, True,
         "{label} reads {value}, the value of an open circuit; check the sensor's plug.")
    for signal in CIRCUITS
)  # fmt: skip

RULES: tuple[Rule, ...] = (
    *(
        # A jump by itself may be true; one that leaves its signal in doubt for a while is not let on.
        Rule(kind, signal, verdict, withholds or SIGNALS[signal].jump_doubt_s > 0, sentence)
        for kind, verdict, withholds, sentence in PER_SIGNAL
        for signal in range(catalog.COUNT)
    ),
    *PER_SAMPLE,
    *PER_CIRCUIT,
)
assert len(RULES) <= 64, "a fired mask has 64 bits"

KINDS: tuple[str, ...] = tuple(kind for kind, *_ in PER_SIGNAL)
BITS: NDArray[np.uint64] = np.uint64(1) << np.arange(len(RULES), dtype=np.uint64)
SIGNAL_BITS: NDArray[np.uint64] = BITS[: len(KINDS) * catalog.COUNT]
CIRCUIT_BITS: NDArray[np.uint64] = BITS[-len(PER_CIRCUIT) :]
SAMPLE_BIT: dict[str, np.uint64] = {
    rule.kind: bit for rule, bit in zip(RULES, BITS, strict=True) if rule.signal is None
}


def _mask(verdict: Verdict) -> np.uint64:
    return np.bitwise_or.reduce([bit for rule, bit in zip(RULES, BITS, strict=True) if rule.verdict is verdict])


REJECTING = _mask(Verdict.REJECTED)
REVIEWING = _mask(Verdict.NEEDS_REVIEW)


def fired_rules(fired: int) -> Iterator[Rule]:
    """The rules whose bits are set."""
    return (rule for position, rule in enumerate(RULES) if fired >> position & 1)


def sentence(rule: Rule, values: NDArray[np.floating]) -> str:
    """The rule's sentence with the figures of the sample that it fired on; `values` [signals]."""
    signal = SIGNALS[rule.signal if rule.signal is not None else catalog.HOURS]
    shown = {
        "label": signal.label,
        "value": _figure(signal, float(values[rule.signal])) if rule.signal is not None else "",
        "hours": _figure(SIGNALS[catalog.HOURS], float(values[catalog.HOURS])),
        "coolant": _figure(SIGNALS[catalog.COOLANT], float(values[catalog.COOLANT])),
        "max_rate": _figure(signal, signal.max_rate),
    }
    for bound in ("sensor_low", "sensor_high", "plausible_low", "plausible_high"):
        shown[bound] = _figure(signal, getattr(signal, bound))
    return rule.sentence.format(**shown)


def _figure(signal: Signal, value: float) -> str:
    number = f"{value:,.{signal.decimals}f}" if abs(value) < 1e7 else f"{value:.3g}"
    number = number.replace("-", "−")
    return f"{number} {signal.uom}".strip()
