"""What the benchmark measures: one frozen row each, with its aim."""

from dataclasses import dataclass
from math import isnan


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table. `form` writes its value; the aim is a value of `least` or more, `most` or less. What it
    means stands in docs/health.md."""

    key: str
    work: str
    label: str
    form: str
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
    Measure("recall", EMULATOR, "faults found", "{:.3f}", least=0.98),
    Measure("lead", EMULATOR, "median lead before the limit", _PERCENT, least=60),
    Measure("false_episodes", EMULATOR, "false episodes in 100 unit-hours", "{:.3f}", most=0.2),
    Measure("coverage", EMULATOR, "80 % intervals that hold the truth", _PERCENT, least=75, most=85),
    Measure("forecast_error", EMULATOR, "median error of the time to the limit", _PERCENT),
    Measure("spoken", EMULATOR, "open episodes with a forecast", _PERCENT),
    Measure("fault_recall", EMULATOR, "found", "{:.3f}", least=0.98),
    Measure("fault_lead", EMULATOR, "lead before the limit", _PERCENT),
    Measure("drive_machine", DRIVES, "episodes of machines an hour", _RATE),
    Measure("drive_sensor", DRIVES, "episodes of sensors an hour", _RATE),
    Measure("pipeline_rows", SPEED, "pipeline, rows a second on one core", _COUNT, least=100_000),
    Measure("assess_ms", SPEED, "10,000 units assessed, ms", _COUNT, most=250),
)
BY_KEY: dict[str, Measure] = {row.key: row for row in MEASURES}
