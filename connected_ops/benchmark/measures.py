"""What the benchmark measures: one frozen row each, with its aim."""

from dataclasses import dataclass
from math import isnan


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table. `form` writes its value; the aim is a value of `least` or more, `most` or less; `means` is
    for a person."""

    key: str
    work: str
    label: str
    form: str
    means: str
    least: float | None = None
    most: float | None = None

    @property
    def aim(self) -> str:
        """The aim in figures, empty where there is none."""
        if self.least is not None and self.most is not None:
            return f"{self.form.format(self.least)} to {self.form.format(self.most)}"
        if self.least is not None:
            return f"≥ {self.form.format(self.least)}"
        return "" if self.most is None else f"≤ {self.form.format(self.most)}"

    def met(self, value: float) -> bool | None:
        """Whether a value reaches the aim; None without one."""
        if self.least is None and self.most is None:
            return None
        if isnan(value):
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


@dataclass(frozen=True, slots=True)
class Line:
    """A measured value: `of` says of which fault or folder, `detail` what it was counted from."""

    measure: Measure
    value: float
    of: str = ""
    detail: str = ""


_PERCENT, _RATE, _COUNT = "{:.0f} %", "{:.2f}", "{:,.0f}"
EMULATOR, DRIVES, SPEED = "Emulator", "Real drives", "Speed"

MEASURES: tuple[Measure, ...] = (
    Measure(
        "recall",
        EMULATOR,
        "faults found",
        "{:.3f}",
        "the share of runs with a fault in which an episode of the right kind opened on the right unit",
        least=0.98,
    ),
    Measure(
        "lead",
        EMULATOR,
        "median lead before the limit",
        _PERCENT,
        "how much of a fault's life, from its onset to the maker's warning, was left when it was told",
        least=60,
    ),
    Measure(
        "false_episodes",
        EMULATOR,
        "false episodes in 100 unit-hours",
        "{:.3f}",
        "episodes on healthy units, on calm ones such as a pothole or a hot climb, and of a wrong kind beside a fault",
        most=0.2,
    ),
    Measure(
        "coverage",
        EMULATOR,
        "80 % intervals that hold the truth",
        _PERCENT,
        "the time to the limit was forecast, and the emulator run on tells when it really came",
        least=75,
        most=85,
    ),
    Measure(
        "forecast_error",
        EMULATOR,
        "median error of the time to the limit",
        _PERCENT,
        "how far the middle of a forecast was from the truth, as a share of it",
    ),
    Measure(
        "spoken",
        EMULATOR,
        "open episodes with a forecast",
        _PERCENT,
        "how often there was one to ask, before a limit that really came",
    ),
    Measure(
        "fault_recall",
        EMULATOR,
        "found",
        "{:.3f}",
        "the same for one fault; the detail says after how long",
        least=0.98,
    ),
    Measure("fault_lead", EMULATOR, "lead before the limit", _PERCENT, "the same for one fault that has a limit"),
    Measure(
        "drive_machine",
        DRIVES,
        "episodes of machines an hour",
        _RATE,
        "on drives taken as healthy, so each is a false one; over-speeding is counted apart, for a motorway is real",
    ),
    Measure(
        "drive_sensor",
        DRIVES,
        "episodes of sensors an hour",
        _RATE,
        "on the same drives; some are true, for a sensor can be faulty in a car that is sound",
    ),
    Measure(
        "pipeline_rows",
        SPEED,
        "pipeline, rows a second on one core",
        _COUNT,
        "a fleet's rows from the door to the episodes",
        least=100_000,
    ),
    Measure("assess_ms", SPEED, "10,000 units assessed, ms", _COUNT, "one reading of the whole fleet", most=250),
)
BY_KEY: dict[str, Measure] = {row.key: row for row in MEASURES}
