"""What the benchmark measures: one frozen row each, with its aim and the figures it stands beside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isnan


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table. `form` writes its value; the aim is a value of `least` or more, `most` or less; `baseline`
    is the best simple one on the same files and `published` what others report, as text; `means` is for a person."""

    key: str
    work: str
    label: str
    form: str
    means: str
    least: float | None = None
    most: float | None = None
    baseline: str = ""
    published: str = ""

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
    """A measured value: `of` says of which files or fault, `controls` are the same measure of what reads no sensor,
    `detail` says what it was counted from."""

    measure: Measure
    value: float
    of: str = ""
    controls: Mapping[str, float] = field(default_factory=dict)
    detail: str = ""


_PERCENT, _SCORE, _TWO, _COUNT = "{:.0f} %", "{:.1f}", "{:.2f}", "{:,.0f}"
EMULATOR, SKAB, NAB, DRIVING, LIFE, SPEED = "Emulator", "SKAB", "NAB", "Real driving", "C-MAPSS FD001", "Speed"

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
        "skab_f1",
        SKAB,
        "F1 of the rows",
        "{:.3f}",
        "rows inside and outside of faults told right; a clock that reads no sensor "
        "does well here, so it proves nothing alone",
        least=0.90,
        baseline="0.869",
        published="0.78",
    ),
    Measure(
        "skab_far",
        SKAB,
        "false alarms, % of healthy rows",
        _SCORE,
        "the share of healthy rows with an alarm",
        most=6.0,
        baseline="7.8",
        published="13.6",
    ),
    Measure(
        "skab_cp",
        SKAB,
        "change points, NAB score",
        _SCORE,
        "a fault's four changes (it comes, has come, goes, has gone) told within a minute: 100 is all of them at once, "
        "0 is silence; a pulse that reads no sensor does well here, so it proves nothing alone",
        least=42.0,
        baseline="35.4",
        published="32.4",
    ),
    Measure(
        "skab_cp_low_fp",
        SKAB,
        "change points where false ones count double",
        _SCORE,
        "the same by the profile low_FP: it tells who saw the changes from who turned often",
    ),
    Measure("skab_balanced", SKAB, "balanced accuracy", _TWO, "0.5 for whatever does not look"),
    Measure("skab_delay", SKAB, "median delay of an event, s", _COUNT, "from the begin of a fault to its first alarm"),
    Measure(
        "skab_healthy_far",
        SKAB,
        "healthy run: false alarms, % of rows",
        _SCORE,
        "the run without a fault, same settings",
        most=2.0,
        baseline="7.0",
    ),
    Measure(
        "skab_healthy_episodes",
        SKAB,
        "healthy run: false episodes an hour",
        _TWO,
        "alarms closer than 30 s are one episode",
        most=1.0,
    ),
    Measure(
        "nab_fixed",
        NAB,
        "score at the own fixed limit",
        _SCORE,
        "0 is silence, 100 is each window told at its begin; nothing is chosen by the labels",
        least=67.0,
        baseline="61.9",
    ),
    Measure("nab_low_fp", NAB, "score where false alarms count double", _SCORE, "NAB's profile low_FP"),
    Measure("nab_low_fn", NAB, "score where misses count double", _SCORE, "NAB's profile low_FN"),
    Measure("nab_best", NAB, "score at the limit that suits the labels", _SCORE, "what the public scoreboard prints"),
    Measure(
        "drive_episodes",
        DRIVING,
        "false episodes an hour",
        _TWO,
        "alarms on healthy drives; alarms closer than 30 s are one episode",
        most=0.2,
        baseline="KIT 2.7, carOBD live 2.5",
    ),
    Measure(
        "drive_gain",
        DRIVING,
        "mean gain on added faults",
        _TWO,
        "the share of drives in which a fault added in the middle was "
        "told within 300 s, less those that alarmed there anyway",
        least=0.7,
        baseline="KIT 0.35, carOBD live 0.45",
    ),
    Measure("drive_far", DRIVING, "alarms, % of rows", _TWO, "the share of healthy rows with an alarm"),
    Measure(
        "life_rmse",
        LIFE,
        "error of the cycles left (RMSE)",
        _SCORE,
        "five folds by engine, the truth capped at 125 cycles",
        most=14.0,
        baseline="ridge 16.5, extra trees 12.0",
        published="LSTM 16.1 to 14.9",
    ),
    Measure(
        "life_coverage",
        LIFE,
        "80 % intervals that hold the truth",
        _PERCENT,
        "of the same forecasts",
        least=75,
        most=85,
    ),
    Measure("life_phm08", LIFE, "PHM08 score", _COUNT, "late forecasts count more than early ones; less is better"),
    Measure(
        "pipeline_rows",
        SPEED,
        "pipeline, rows a second on one core",
        _COUNT,
        "a fleet's rows from the door to the episodes",
        least=100_000,
        baseline="16,000 to 36,000",
    ),
    Measure(
        "committee_rows",
        SPEED,
        "committee, rows a second on one core",
        _COUNT,
        "the detectors alone, 500 units side by side",
    ),
    Measure("assess_ms", SPEED, "10,000 units assessed, ms", _COUNT, "one reading of the whole fleet", most=250),
)
BY_KEY: dict[str, Measure] = {row.key: row for row in MEASURES}
