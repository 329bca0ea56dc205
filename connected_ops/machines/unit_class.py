"""The classes of machine, as the tables of `classes/*.toml` say: normals, limits and service hours; and what the tables
of `units/*.toml` say of single units. One with limits of its own is a row of its own behind the classes.

Limits belong to the class and its engine, never to the product: normal digging breaks a car's vibration limit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from connected_ops.machines import catalog
from connected_ops.machines.class_rows import ClassRow, OfSignal, UnitRow, check
from connected_ops.machines.files import MachinesError, tables
from connected_ops.machines.signal import Role
from connected_ops.machines.toml_file import TomlFile

Range = tuple[float, float]

MOST_UNITS = 10_000
HILL_SHARE = 0.85  # of the maximum engine speed: how far a healthy engine is revved on a hill (J)


@dataclass(frozen=True, slots=True)
class UnitClass:
    """What is normal for a class, and where its makers set limits; None where the class has no such limit.

    `signals` by key, each in its own unit; what the class does not say of a role's signal, `beside` says, which is the
    class we know nothing of. `absent` are signals that such machines are not fitted with.
    `day` and `help` name the assumptions of what a day without it and help on the spot cost. `own` are the fields, by
    signal, that are set for one unit alone: of a class none.
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
    own: Mapping[str, frozenset[str]] = field(default_factory=dict)

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
        limit, better = said.critical, said.warn
        if limit is None or better is None:
            limit, better = (said.warn if limit is None else limit), said.normal and sum(said.normal) / 2
        return -1 if limit is not None and better is not None and limit < better else 1

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

    def sets(self, signal: str, *fields: str) -> bool:
        """Whether any of these fields of a signal is set for one unit alone."""
        return not self.own.get(signal, frozenset()).isdisjoint(fields)


@dataclass(frozen=True, slots=True)
class Unit:
    """What a file says of one unit: its `name` and `site`, and the place in CLASSES of what is normal for it."""

    name: str | None
    site: str | None
    unit_class: int | None


def _read() -> tuple[UnitClass, ...]:
    rows = tables("classes", ClassRow)
    for key, (row, file) in rows.items():
        check(key, row.__pydantic_extra__ or {}, file, row.not_fitted)
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


def _units(classes: tuple[UnitClass, ...]) -> tuple[tuple[UnitClass, ...], dict[str, Unit]]:
    """The rows of the units that have limits of their own, and what is said of each unit, by its id."""
    index = {row.key: at for at, row in enumerate(classes)}
    variants: list[UnitClass] = []
    units: dict[str, Unit] = {}
    for key, (row, file) in tables("units", UnitRow).items():
        of, own = row.unit_class, row.__pydantic_extra__ or {}
        if not key.strip() or not key.isprintable():
            file.refuse((key,), "a unit's id is a line of text")
        if of is not None and of not in index:
            file.refuse((key, "class"), f"there is no class {of!r}; known are {', '.join(index)}")
        check(key, own, file)
        if own and of in (None, "unknown"):
            file.refuse((key,), "its limits stand in place of its class's: say which class it is, other than unknown")
        place = None if of is None else index[of]
        if own and place is not None:
            variants.append(_variant(key, classes[place], own, file))
            place = len(classes) + len(variants) - 1
        units[key] = Unit(row.name, row.site, place)
        if len(units) > MOST_UNITS:
            raise MachinesError(f"The machines name more than {MOST_UNITS:,} units: leave some out.")
    return tuple(variants), units


def _variant(key: str, kind: UnitClass, own: Mapping[str, OfSignal], file: TomlFile) -> UnitClass:
    """A class with what a unit says of signals over it."""
    signals = dict(kind.signals)
    for name, said in own.items():
        signals[name] = signals.get(name, OfSignal()).model_copy(update=said.model_dump(exclude_unset=True))
    fields = {name: frozenset(said.model_fields_set) for name, said in own.items()}
    made = replace(kind, signals=signals, own=fields)
    for name in own:
        if not _in_order(kind, made, name):
            warn, critical = made.limits(name)
            figures = f"warn {warn:g} and critical {critical:g}"
            file.refuse((key, name), f"{figures}, with what its class says, do not come in this order from its normal")
    return made


def _in_order(kind: UnitClass, made: UnitClass, signal: str) -> bool:
    """Whether a unit's own warning stands between its normal and its critical limit, on its class's side."""
    (warn, critical), normal = made.limits(signal), made.signals[signal].normal
    if warn is None or critical is None:
        return True
    if normal is not None:
        return (warn - sum(normal) / 2) * (critical - warn) >= 0
    return kind.limits(signal)[1] is None or kind.side(signal) == made.side(signal)


_OF_FILES = _read()
_OF_UNITS, UNITS = _units(_OF_FILES)
KEYS: tuple[str, ...] = tuple(row.key for row in _OF_FILES)
INDEX: dict[str, int] = {key: index for index, key in enumerate(KEYS)}
UNKNOWN = INDEX["unknown"]
BY_KEY: dict[str, UnitClass] = {row.key: row for row in _OF_FILES}
CLASSES: tuple[UnitClass, ...] = (*_OF_FILES, *_OF_UNITS)
"""Every class in the order of KEYS, and after them what is normal for a unit with limits of its own, whose key is its
class's: what an array by class has a row for."""


def of_unit(vehicle_id: str, key: str) -> UnitClass:
    """What is normal for a unit that says it is of the class `key`."""
    said = UNITS.get(vehicle_id)
    return BY_KEY[key] if said is None or said.unit_class is None else CLASSES[said.unit_class]
