"""What the tables of `classes/*.toml` and `units/*.toml` may hold, and what is refused of both."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from connected_ops.machines import catalog
from connected_ops.machines.files import Row
from connected_ops.machines.signal import Number, Span
from connected_ops.machines.toml_file import TomlFile


def _printable(text: str) -> str:
    if not text.isprintable() or not text.strip():
        raise ValueError("it is a line of text")
    return text


Words = Annotated[str, Field(max_length=60), AfterValidator(_printable)]


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


class UnitRow(Row):
    """A table of `units/*.toml`, called by its vehicle_id; what is not named here is a signal's table, which goes over
    that of its class."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, OfSignal]  # pyright: ignore[reportIncompatibleVariableOverride] - types what is extra

    unit_class: Annotated[str | None, Field(alias="class")] = None
    name: Words | None = None
    site: Words | None = None


def check(key: str, signals: Mapping[str, OfSignal], file: TomlFile, others: tuple[str, ...] = ()) -> None:
    """Refuse signals that are none, bands that are no span, limits that nothing plausible or all that is normal
    reaches."""
    for name in (*signals, *others):
        if name not in catalog.INDEX:
            file.refuse((key, name), f"there is no signal {name!r}; known are {', '.join(catalog.KEYS)}")
    for name, said in signals.items():
        signal = catalog.BY_KEY[name]
        for field in ("normal", "work", "above_ambient"):
            span = getattr(said, field)
            if span is not None and span[0] > span[1]:
                file.refuse((key, name, field), "it is [low, high]")
        for field, limit in (("warn", said.warn), ("critical", said.critical)):
            if limit is not None and not signal.plausible_low <= limit <= signal.plausible_high:
                span = f"{signal.plausible_low:g} to {signal.plausible_high:g}"
                file.refuse((key, name, field), f"no value would reach it: what is plausible of {name} is {span}")
            if limit is not None and said.normal is not None and said.normal[0] < limit < said.normal[1]:
                band = f"{said.normal[0]:g} to {said.normal[1]:g}"
                file.refuse((key, name, field), f"a healthy unit would be told of: its normal is {band}")
