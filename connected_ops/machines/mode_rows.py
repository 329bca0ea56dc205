"""The tables of `modes/*.toml`, as they are read: what stands in a failure mode's file, before it names columns."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from connected_ops.machines.files import Row
from connected_ops.machines.signal import Number

Kind = Literal[
    "level", "share", "above_air", "above_normal", "below_normal", "rising", "drift",
    "hot_coolant", "heating_coolant", "too_cold", "hot_intake",
]  # fmt: skip
"""What an indicator measures; the last four know an engine, and read its roles alone."""
Regime = Literal["idle", "work", "cruise", "heavy", "warming_up", "cool_down"]
Urgency = Literal["now", "today", "days", "service"]
Name = Annotated[str, Field(min_length=1, max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=600)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]

SLOTS: dict[Kind, tuple[str, ...]] = {
    "level": ("value", "against"),
    "share": ("value", "limit"),
    "above_air": ("value", "above"),
    "above_normal": ("value", "above", "times", "whose"),
    "below_normal": ("value", "below", "times", "whose"),
    "rising": ("value", "above", "whose", "rate"),
    "drift": ("drift", "since"),
    "hot_coolant": ("value", "above", "whose"),
    "heating_coolant": ("value", "above", "whose", "rate"),
    "too_cold": ("value", "limit"),
    "hot_intake": ("value", "above", "whose"),
}
"""What the sentence of an indicator may quote, by its kind."""

_DRIFTS = ("at", "floor", "widest", "plain", "relative", "from_mph", "heading")
_NORMALS = ("spreads", "share", "alone", "least_spread", "learns", "teaches_without", "least_share")
KINDS: tuple[Kind, ...] = tuple(SLOTS)
FIELDS: dict[Kind, tuple[str, ...]] = {
    "level": ("without_warning", "least_share"),
    "share": ("against",),
    "above_air": ("allow",),
    "above_normal": ("allow", *_NORMALS),
    "below_normal": ("allow", *_NORMALS),
    "rising": ("room", "minutes", "minutes_steady", "least_above", "least_rate", "most_rate"),
    "drift": _DRIFTS,
    "hot_coolant": ("least_spread", "learns", "room_from"),
    "heating_coolant": (),
    "too_cold": (),
    "hot_intake": ("least_spread", "learns", "teaches_without"),
}
"""The fields that only some kinds read."""
_ROLE: dict[Kind, tuple[str, str | None]] = {
    "hot_coolant": ("coolant", None),
    "heating_coolant": ("coolant", None),
    "too_cold": ("coolant", None),
    "hot_intake": ("intake", "ambient"),
}
_SOME = {field for fields in FIELDS.values() for field in fields}


class Learns(Row):
    """The band from which a first normal is learned, around its class's: `under` it, `over` it (or so many `times` its
    top), and at least `short_of_warning`; `alone_below` where the signal that it stands over is not known. What is
    plausible, where nothing is said."""

    under: Number | None = None
    over: Number | None = None
    times: Positive | None = None
    short_of_warning: Number | None = None
    alone_below: Number | None = None


class WordsRow(Row):
    """What is said of an episode that an indicator leads: `cause` is why it matters and what it may be, `check` what to
    look at, `advice` what to do, `urgency` how soon."""

    title: Name | None = None
    cause: Text | None = None
    check: Text | None = None
    advice: Text | None = None
    urgency: Urgency | None = None


class MoneyRow(Row):
    """A price or a chance: [low, base, high], and what its slider may be set to."""

    label: Name
    range: tuple[Number, Number, Number]
    most: Positive
    step: Positive
    source: str = "assumption"
    year: int | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "MoneyRow":
        low, base, high = self.range
        if not 0 <= low <= base <= high <= self.most:
            raise ValueError("range is [low, base, high] with 0 <= low <= base <= high <= most")
        return self


class PriceRow(Row):
    """What acting in time and waiting cost. `stop`: it takes a stop in the shop; without one `early_words` and
    `late_words` say what the money goes for. `can_wait`: there is always time to plan it."""

    chance: MoneyRow
    early: MoneyRow
    late: MoneyRow
    holds: MoneyRow
    stop: bool = True
    can_wait: bool = False
    early_words: Name = "repair in time"
    late_words: Name = "late repair"


class IndicatorRow(Row):
    """What speaks for a mode: a measure of a `kind` of a role's or a signal's values, whose evidence grows from `start`
    to `full`. docs/machines.md says what each kind reads. `running`: only while the engine is known to turn, for what
    is low whenever that rests."""

    label: Name
    kind: Kind
    of: str
    over: str | None = None
    start: Number = 0.0
    full: Number = 1.0
    weight: Annotated[float, Field(gt=0, le=1)] = 1.0
    codes: tuple[str, ...] = ()
    price: str | None = None
    running: bool = False
    about: Text
    reason: Text
    words: WordsRow
    still: WordsRow = WordsRow()
    near: WordsRow | None = None
    near_still: WordsRow = WordsRow()

    without_warning: Positive | None = None
    least_share: Annotated[float, Field(ge=0, lt=1)] = 0.0
    against: Literal["normal", "critical"] = "critical"
    allow: dict[Regime, Number] = Field(default_factory=dict)
    spreads: Positive | None = None
    share: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    alone: Number = 0.0
    least_spread: Positive | None = None
    learns: Learns = Learns()
    teaches_without: str | None = None
    room_from: Annotated[float, Field(ge=0, lt=1)] | None = None
    room: tuple[Positive, Positive] = (12.0, 35.0)
    minutes: Positive = 2.0
    minutes_steady: Positive = 4.0
    least_above: Number = 4.0
    least_rate: Number = 1.0
    most_rate: Positive = 20.0
    at: tuple[str, ...] = ()
    floor: Positive = 1.0
    widest: Positive = 1e9
    plain: Positive = 1.0
    relative: bool = False
    from_mph: Number | None = None
    heading: Name | None = None

    @model_validator(mode="after")
    def _whole(self) -> "IndicatorRow":
        strange = (self.model_fields_set & _SOME) - set(FIELDS[self.kind])
        if strange:
            raise ValueError(f"the kind {self.kind} does not read {', '.join(sorted(strange))}")
        if self.full == self.start:
            raise ValueError("full is where the evidence is full, and not where it starts")
        missing = [name for name in WordsRow.model_fields if getattr(self.words, name) is None]
        if missing:
            raise ValueError(f"words lack {', '.join(missing)}")
        if self.kind == "drift" and self.heading is None:
            raise ValueError("a drift has a heading")
        if self.kind == "above_air" and self.over is None:
            raise ValueError("above_air names with `over` the signal that it is held above")
        role = _ROLE.get(self.kind)
        if role is not None and (self.of, self.over) != role:
            raise ValueError(f"{self.kind} is `of` {role[0]} alone{f', `over` {role[1]}' if role[1] else ''}")
        return self


class ModeRow(Row):
    """A table of `modes/*.toml`. `signal` is the role or signal to look at first, `feeds` those whose sensors it
    depends on, `first` the share of the evidence that counts before time has confirmed it, `classes` those it may
    happen to (all that send the signal, where it is left out)."""

    label: Name
    signal: str
    feeds: tuple[str, ...] = ()
    first: Annotated[float, Field(ge=0, le=0.3)] = 0.18
    classes: tuple[str, ...] | None = None
    indicators: Annotated[dict[str, IndicatorRow], Field(min_length=1, max_length=12)]
    prices: dict[str, PriceRow]
