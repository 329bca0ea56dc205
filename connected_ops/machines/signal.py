"""A signal that a unit can send, as its table in `signals/*.toml` says."""

from dataclasses import dataclass
from math import inf
from typing import Annotated, Literal

from pydantic import Field, model_validator

from connected_ops.machines.files import MachinesError, Row, tables
from connected_ops.machines.quantity import BY_KEY
from connected_ops.machines.said import Figure, Said

Role = Literal[
    "coolant", "intake", "engine_speed", "road_speed", "shake", "run_hours", "load", "ambient", "shake_velocity"
]
"""What the engine knows a signal as: its code names roles, never signals."""

RESERVED = frozenset({"ts", "vehicle_id", "unit_class", "fault_codes", "class", "name", "site"})
MOST = 64

Number = Annotated[float, Field(allow_inf_nan=False)]
Span = tuple[Number, Number]


class FixedRow(Row):
    """A limit as simple products set it, the same for every machine: an alarm at `limit` and above, or `below` it;
    `running`: only while the engine turns."""

    limit: Number
    below: bool = False
    running: bool = False


class AxisRow(Row):
    """The y axis of a signal's chart, in the unit that it is shown in: `steps` it may tick in, smallest first; a limit
    joins it when the data comes within `reach`, so that a far one does not flatten the line; `resting` is the axis
    without data or band, `least_span` keeps noise from filling the plot."""

    steps: tuple[Number, ...]
    reach: Number
    least_span: Annotated[float, Field(gt=0)]
    resting: Span


class ChartRow(AxisRow):
    """A signal's chart: its `place` among those of a unit, and whether it stands there `always`, or only where the unit
    sends it. `from_zero` for amplitudes, which are read as heights; `metric` its axis in metric units."""

    place: Annotated[int, Field(ge=1)]
    always: bool = False
    from_zero: bool = False
    metric: AxisRow | None = None


class SignalRow(Row):
    """A table of `signals/*.toml`. `sensor` is what the sensor can physically report, `plausible` what a machine that
    still runs can show (the same where it is left out), `fastest` the fastest believable change a second, after a
    faster one the value stays in doubt for `doubt_s`; `absent` are ranges that mean "not available" on the wire."""

    label: Annotated[str, Field(min_length=1, max_length=60)]
    quantity: str
    decimals: Annotated[int, Field(ge=0, le=4)] = 0
    role: Role | None = None
    sensor: Span
    plausible: Span | None = None
    fastest: Annotated[float, Field(gt=0)] = inf
    doubt_s: Annotated[float, Field(ge=0)] = 0.0
    stuck: bool = False
    absent: tuple[tuple[Number, float], ...] = ()
    obd: str = "none"
    j1939: str = "none"
    vss: str = "none"
    aliases: tuple[str, ...] = ()
    fixed: tuple[FixedRow, ...] = ()
    chart: ChartRow | None = None
    example: Number | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "SignalRow":
        if self.quantity not in BY_KEY:
            raise ValueError(f"there is no quantity {self.quantity!r}; known are {', '.join(BY_KEY)}")
        low, high = self.plausible or self.sensor
        if not self.sensor[0] <= low < high <= self.sensor[1]:
            raise ValueError("sensor and plausible are [low, high], and what is plausible lies within the sensor's")
        return self


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal of the payload.

    `sensor_*` is what the sensor can physically report: a value outside is withheld. `plausible_*` is what a
    machine that still runs can show: outside it the value goes to review. `max_rate` is the fastest believable change
    per second, in `uom`/s; after a faster one the value stays in doubt for `jump_doubt_s` or until it is back.
    `absent` are the ranges that mean "not available" or "error" on the wire (J1939-71: FF and FE in the high byte; J:
    −1 where nothing can be below 0); floats of 1e30 and more always do. OBD-II reserves none.
    `stuck` tells whether a value that repeats to the last digit while other signals move is suspicious; coolant at its
    thermostat is rightly flat.
    """

    key: str
    label: str
    uom: str
    decimals: int
    sensor_low: float
    sensor_high: float
    plausible_low: float
    plausible_high: float
    max_rate: float
    stuck: bool
    obd: str = "none"
    j1939: str = "none"
    jump_doubt_s: float = 0.0
    absent: tuple[tuple[float, float], ...] = ()
    quantity: str = "index"
    role: Role | None = None
    vss: str = "none"
    aliases: tuple[str, ...] = ()
    fixed: tuple[FixedRow, ...] = ()
    chart: ChartRow | None = None
    example: float | None = None

    @property
    def short(self) -> str:
        """Its label without what its unit says: "Coolant"."""
        return self.label.removesuffix(" temperature")

    def figure(self, value: float, decimals: int | None = None, *, bare: bool = False) -> Said:
        """A value in words, however far off: "−40 °F", "1e+300 °F"; `bare` without its unit."""
        digits = self.decimals if decimals is None else decimals
        return Said([Figure(self.quantity, value, digits, bare=bare)])

    def difference(self, value: float, decimals: int | None = None) -> Said:
        """How far two values are apart, in words: "12 °F"."""
        return Said([Figure(self.quantity, value, self.decimals if decimals is None else decimals, difference=True)])


def read() -> tuple[Signal, ...]:
    """All signals, in the order of their files. Raises MachinesError."""
    rows = tables("signals", SignalRow)
    found = tuple(_signal(key, row) for key, (row, _) in rows.items())
    for at, one in enumerate(found):
        file = rows[one.key][1]
        if not one.key.isascii() or not one.key.isidentifier() or one.key != one.key.lower() or one.key in RESERVED:
            file.refuse((one.key,), "a signal's name is of small letters, digits and _, and no other field's")
        if one.role is not None and one.role in {other.role for other in found[:at]}:
            file.refuse((one.key, "role"), f"another signal has the role {one.role} already")
        if at >= MOST:
            raise MachinesError(f"The machines have {len(found)} signals: {MOST} are the most; leave some out.")
    return found


def _signal(key: str, row: SignalRow) -> Signal:
    quantity = BY_KEY[row.quantity]
    low, high = row.plausible or row.sensor
    return Signal(
        key, row.label, quantity.uom, row.decimals, *row.sensor, low, high, row.fastest, row.stuck, row.obd, row.j1939,
        row.doubt_s, row.absent, quantity.key, row.role, row.vss, row.aliases, row.fixed, row.chart, row.example,
    )  # fmt: skip
