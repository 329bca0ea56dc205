"""The classes of machine, as the tables of `classes/*.toml` say: normals, limits and service hours.

Limits belong to the class and its engine, never to the product: normal digging breaks a car's vibration limit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import ConfigDict, Field

from connected_ops.machines import catalog
from connected_ops.machines.files import Row, tables
from connected_ops.machines.signal import Number, Role, Span

Range = tuple[float, float]

HILL_SHARE = 0.85  # of the maximum engine speed: how far a healthy engine is revved on a hill (J)


class OfSignal(Row):
    """What a class says of a signal, in that signal's unit: the band `normal` that a healthy unit keeps to, where its
    makers `warn` and what is `critical`. Of engine speed also `idle` and the band at `work`, of intake air how far it
    stands above the air outside, of shake a healthy `impact`."""

    normal: Span | None = None
    warn: Number | None = None
    critical: Number | None = None
    idle: Number | None = None
    work: Span | None = None
    above_ambient: Span | None = None
    impact: Number | None = None


class ClassRow(Row):
    """A table of `classes/*.toml`; what is not named here is a signal's table. `day` is the assumption of what a day
    without such a machine costs, `help` those of help on the spot: one alone, or call-out and tow by share."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, OfSignal]  # pyright: ignore[reportIncompatibleVariableOverride] - types what is extra

    label: Annotated[str, Field(min_length=1, max_length=60)]
    hours_per_day: Annotated[float, Field(ge=0, le=24)] = 0.0
    service_every_h: Annotated[float, Field(gt=0)] | None = None
    not_fitted: tuple[str, ...] = ()
    day: str | None = None
    day_words: str | None = None
    help: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class UnitClass:
    """What is normal for a class, and where its makers set limits; None where the class has no such limit.

    `signals` by key, each in its own unit; what the class does not say of a role's signal, `beside` says, which is the
    class we know nothing of. `absent` are signals that such machines are not fitted with.
    `day` and `help` name the assumptions of what a day without it and help on the spot cost.
    """

    key: str
    label: str
    signals: Mapping[str, OfSignal]
    hours_per_day: float
    service_every_h: float | None
    day: str
    day_words: str
    help: tuple[str, ...]
    absent: tuple[str, ...] = ()
    beside: "UnitClass | None" = None

    def of(self, role: Role) -> OfSignal:
        """What it says itself of the signal that plays a role."""
        return self.signals.get(catalog.KEYS[catalog.ROLES[role]], OfSignal())

    def _or_unknown(self, role: Role, field: str) -> Range:
        found = getattr(self.of(role), field)
        if found is None and self.beside is not None:
            found = getattr(self.beside.of(role), field)
        assert found is not None, f"the class unknown says {field} of {role}"
        return found

    def side(self, signal: str) -> int:
        """+1 where a signal's limits are above what is normal, -1 where they are below."""
        said = self.signals.get(signal, OfSignal())
        near, far = said.warn, said.critical
        if near is None:
            near = said.normal and sum(said.normal) / 2
        return -1 if near is not None and far is not None and far < near else 1

    @property
    def known(self) -> bool:
        """Whether it is more than the class we know nothing of."""
        return self.beside is not None

    @property
    def still(self) -> bool:
        """Whether it works in one place; nobody says so of the class we know nothing of."""
        return self.known and (self.max_mph is None or self.max_mph < 10.0)

    @property
    def coolant_normal(self) -> Range:
        """°F."""
        return self._or_unknown("coolant", "normal")

    @property
    def coolant_warn(self) -> float | None:
        """°F."""
        return self.of("coolant").warn

    @property
    def coolant_critical(self) -> float | None:
        """°F."""
        return self.of("coolant").critical

    @property
    def idle_rpm(self) -> float:
        """rpm."""
        engine, other = self.of("engine_speed").idle, self.beside
        return engine if engine is not None else 0.0 if other is None else other.idle_rpm

    @property
    def work_rpm(self) -> Range:
        """rpm."""
        return self._or_unknown("engine_speed", "work")

    @property
    def max_rpm(self) -> float | None:
        """rpm."""
        return self.of("engine_speed").critical

    @property
    def rpm_warn(self) -> float | None:
        """rpm."""
        return self.of("engine_speed").warn

    @property
    def max_mph(self) -> float | None:
        """mph."""
        return self.of("road_speed").critical

    @property
    def intake_above_ambient(self) -> Range:
        """°F."""
        return self._or_unknown("intake", "above_ambient")

    @property
    def vibration_healthy(self) -> Range:
        """On the gateway's own index."""
        return self._or_unknown("shake", "normal")

    @property
    def vibration_impact(self) -> float:
        """On the gateway's own index."""
        return self.of("shake").impact or 0.0

    @property
    def vibration_warn(self) -> float | None:
        """On the gateway's own index."""
        return self.of("shake").warn

    def band(self, signal: str, *, above_air: bool = False) -> Range | None:
        """The healthy band of a signal, or of how far it stands above the air outside; where the class has no say, what
        is said of a class we know nothing of."""
        said = self.signals.get(signal, OfSignal())
        found = said.above_ambient if above_air else said.normal
        return found if found is not None or self.beside is None else self.beside.band(signal, above_air=above_air)

    def normal(self, signal: str) -> Range | None:
        """The band a healthy unit of this class keeps to, or None where the class has no say."""
        said = self.signals.get(signal)
        if said is None:
            return None
        if said.idle is not None and said.work is not None:
            return min(said.idle, said.work[0]), max(said.work[1], HILL_SHARE * (said.critical or 0))
        if catalog.INDEX[signal] == catalog.SPEED and said.critical is None:
            return None  # how fast it goes is nobody's say
        return said.normal

    def limits(self, signal: str) -> tuple[float | None, float | None]:
        """(warn, critical) of a signal; None where the class sets none."""
        said = self.signals.get(signal)
        return (None, None) if said is None else (said.warn, said.critical)


def _read() -> tuple[UnitClass, ...]:
    rows = tables("classes", ClassRow)
    for key, (row, file) in rows.items():
        for name in (*(row.__pydantic_extra__ or {}), *row.not_fitted):
            if name not in catalog.INDEX:
                file.refuse((key, name), f"there is no signal {name!r}; known are {', '.join(catalog.KEYS)}")
        for name, said in (row.__pydantic_extra__ or {}).items():
            signal = catalog.BY_KEY[name]
            for field, limit in (("warn", said.warn), ("critical", said.critical)):
                if limit is not None and not signal.plausible_low <= limit <= signal.plausible_high:
                    span = f"{signal.plausible_low:g} to {signal.plausible_high:g}"
                    file.refuse((key, name, field), f"no value would reach it: what is plausible of {name} is {span}")
    unknown = _class("unknown", rows["unknown"][0], None)
    return tuple(unknown if key == "unknown" else _class(key, row, unknown) for key, (row, _) in rows.items())


def _class(key: str, row: ClassRow, beside: UnitClass | None) -> UnitClass:
    day, words, help = row.day, row.day_words, row.help
    if beside is not None and day is None:
        day, words = beside.day, words or beside.day_words
    if beside is not None and help is None:
        help = beside.help
    assert day is not None, "the class unknown says what a day costs"
    assert help is not None, "the class unknown says what help on the spot costs"
    signals = dict(row.__pydantic_extra__ or {})
    return UnitClass(
        key, row.label, signals, row.hours_per_day, row.service_every_h, day, words or "a day without it", help,
        row.not_fitted, beside,
    )  # fmt: skip


CLASSES: tuple[UnitClass, ...] = _read()
KEYS: tuple[str, ...] = tuple(row.key for row in CLASSES)
INDEX: dict[str, int] = {key: index for index, key in enumerate(KEYS)}
UNKNOWN = INDEX["unknown"]
BY_KEY: dict[str, UnitClass] = {row.key: row for row in CLASSES}
