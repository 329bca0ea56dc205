"""A way to fail, as its table in `modes/*.toml` says: what speaks for it, in which words, and what it costs."""

from dataclasses import dataclass

from connected_ops.machines import catalog
from connected_ops.machines.files import MachinesError, tables
from connected_ops.machines.mode_rows import SLOTS, IndicatorRow, Kind, ModeRow, WordsRow
from connected_ops.machines.said import said
from connected_ops.machines.toml_file import TomlFile
from connected_ops.machines.unit_class import BY_KEY as CLASSES


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator and the columns it reads: `signal`, what that is held `over`, and of a drift the signals it is
    compared `at` equal values of."""

    key: str
    mode: str
    row: IndicatorRow
    signal: int
    over: int | None
    at: tuple[int, ...]
    price: str


@dataclass(frozen=True, slots=True)
class Mode:
    """A failure mode with its indicators, `signal` and `feeds` as columns of the catalogue, `classes` by key (None:
    any)."""

    key: str
    row: ModeRow
    signal: int
    feeds: tuple[int, ...]
    indicators: tuple[Indicator, ...]

    @property
    def classes(self) -> tuple[str, ...] | None:
        return self.row.classes


RESERVED = frozenset({"wear", "limits"})
"""The modes that code makes: what service hours say, and what is past a limit that no mode knows the reason of."""
MOST = 24


def column(name: str) -> int | None:
    """The column of a role or a signal; None where there is neither."""
    return next((at for role, at in catalog.ROLES.items() if role == name), catalog.INDEX.get(name))


def _read() -> tuple[Mode, ...]:
    found: list[Mode] = []
    taken: dict[str, str] = {}
    for key, (row, file) in tables("modes", ModeRow).items():
        if not key.isascii() or not key.isidentifier() or key != key.lower() or key in RESERVED:
            file.refuse((key,), "a mode's name is of small letters, digits and _, and none that code makes itself")
        if len(found) >= MOST:
            file.refuse((key,), f"there are {MOST} modes already, which is the most")
        for name in row.classes or ():
            if name not in CLASSES:
                file.refuse((key, "classes"), f"there is no class {name!r}; known are {', '.join(CLASSES)}")
        if key not in row.prices:
            file.refuse((key, "prices"), f"a price named {key} is missing")
        indicators = tuple(_indicator(key, name, each, row, file) for name, each in row.indicators.items())
        for each in indicators:
            if each.key in taken:
                file.refuse((key, "indicators", each.key), f"the mode {taken[each.key]} has an indicator of that name")
            taken[each.key] = key
        signal = _column(file, (key, "signal"), row.signal)
        feeds = tuple(_column(file, (key, "feeds"), name) for name in row.feeds)
        found.append(Mode(key, row, signal, feeds, indicators))
        keys = {each.key for each in found}
        for each in indicators:
            if each.row.teaches_without not in {None, *keys}:
                place = (key, "indicators", each.key, "teaches_without")
                file.refuse(place, f"there is no mode {each.row.teaches_without!r} before it")
    return tuple(found)


def _indicator(mode: str, key: str, row: IndicatorRow, of: ModeRow, file: TomlFile) -> Indicator:
    place = (mode, "indicators", key)
    if row.price is not None and row.price not in of.prices:
        file.refuse((*place, "price"), f"there is no price {row.price!r} in this mode")
    try:
        row.reason.format(**dict.fromkeys(SLOTS[row.kind], ""))
    except (KeyError, IndexError, ValueError):
        slots = ", ".join(f"{{{slot}}}" for slot in SLOTS[row.kind])
        file.refuse((*place, "reason"), f"of the kind {row.kind} a sentence may quote {slots}")
    for name in ("words", "still", "near", "near_still"):
        for text in (getattr(row, name) or WordsRow()).model_dump(exclude_none=True).values():
            try:
                said(text)
            except (KeyError, ValueError) as error:
                file.refuse((*place, name), f"{error} is no quantity with a number, such as {{temperature:122}}")
    return Indicator(
        key,
        mode,
        row,
        _column(file, (*place, "of"), row.of),
        None if row.over is None else _column(file, (*place, "over"), row.over),
        tuple(_column(file, (*place, "at"), name) for name in row.at),
        row.price or mode,
    )


def _column(file: TomlFile, place: tuple[str, ...], name: str) -> int:
    found = column(name)
    if found is None:
        file.refuse(place, f"there is no role or signal {name[:60]!r}; `connected-ops machines list` names them")
    return found


def _whole(modes: tuple[Mode, ...]) -> tuple[Mode, ...]:
    """The modes, which hold what the engine's own code reads a normal of."""
    held = {(each.signal, each.over) for mode in modes for each in mode.indicators if each.row.kind in READ_A_NORMAL}
    for signal, over in ((catalog.COOLANT, None), (catalog.INTAKE, catalog.AMBIENT)):
        if (signal, over) not in held:
            name = catalog.KEYS[signal]
            raise MachinesError(f"No failure mode of the machines holds {name} against a normal: keep one that does.")
    return modes


READ_A_NORMAL: tuple[Kind, ...] = ("above_normal", "below_normal", "rising", "hot_coolant", "hot_intake")
MODES: tuple[Mode, ...] = _whole(_read())
INDICATORS: tuple[Indicator, ...] = tuple(each for mode in MODES for each in mode.indicators)
