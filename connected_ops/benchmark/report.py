"""The benchmark as a whole: what is measured, as one table for a person or as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan
from pathlib import Path
from typing import Any

from connected_ops.benchmark import ground_truth, public, speed
from connected_ops.benchmark.ground_truth import GroundTruth
from connected_ops.benchmark.measures import BY_KEY, Line
from connected_ops.benchmark.newest import shipped
from connected_ops.benchmark.public import Part
from connected_ops.benchmark.recordings import Broken
from connected_ops.benchmark.speed import Speed
from connected_ops.benchmark.work import PROCESSES, Progress, results
from connected_ops.emulator.faults import BY_KIND
from connected_ops.read_model import Driven

NO_DATA = f"No public recordings were named, so only the emulator and the speed are measured; name {public.WHERE}."
HEAD = ("work", "of", "measure", "result", "aim", "reached", "controls", "best simple", "published", "counted from")


@dataclass(frozen=True, slots=True)
class Report:
    """The lines of the table; `missing` says in sentences what was not scored, `broken` which files could not be."""

    lines: tuple[Line, ...]
    missing: tuple[str, ...]
    broken: tuple[Broken, ...]
    driven: Driven | None


def benchmark(data: Path | None, progress: Progress = lambda text: None, processes: int = PROCESSES) -> Report:
    """Measure everything: minutes. Raises NoRecordings before anything is measured."""
    tasks, missing = ([], [NO_DATA]) if data is None else public.tasks(data)
    emulated = ground_truth.run(processes=processes, progress=progress)
    parts = results(tasks, processes, "Public recordings", progress)
    progress("Speed, on one core")
    measured = speed.measure()
    lines = [*emulator_lines(emulated), *(line for part in parts for line in part.lines), *speed_lines(measured)]
    broken = [each for part in parts for each in part.broken]
    return Report(tuple(lines), tuple(missing), tuple(broken), _driven(parts))


def emulator_lines(result: GroundTruth) -> list[Line]:
    """The lines of the emulator's ground truth: the whole, then each fault."""
    judged = sum(fault.runs for fault in result.faults)
    counted = f"{judged} runs"
    watched = f"{result.false_episodes} in {result.unit_hours:,.0f} h"
    asked = f"{result.forecasts} forecasts"
    lines = [
        Line(BY_KEY["recall"], result.recall, detail=counted),
        Line(BY_KEY["lead"], 100 * result.lead_share, detail=counted),
        Line(BY_KEY["false_episodes"], result.false_per_100_h, detail=watched),
        Line(BY_KEY["coverage"], 100 * result.coverage, detail=asked),
        Line(BY_KEY["forecast_error"], 100 * result.error, detail=asked),
        Line(BY_KEY["spoken"], 100 * result.spoken, detail=asked),
    ]
    for fault in result.faults:
        label = BY_KIND[fault.kind].label
        if fault.expected and fault.runs:
            told = f", told after {duration(fault.told_s)}" if fault.found else ""
            wrong = f", {fault.wrong} of another kind beside it" if fault.wrong else ""
            found = f"{fault.found} of {fault.runs}{told}{wrong}"
            lines.append(Line(BY_KEY["fault_recall"], fault.found / fault.runs, label, detail=found))
        if isfinite(fault.lead_share):
            lead = f"{duration(fault.lead_s)} of {duration(fault.limit_s)}"
            lines.append(Line(BY_KEY["fault_lead"], 100 * fault.lead_share, label, detail=lead))
    return lines


def speed_lines(result: Speed) -> list[Line]:
    """The lines of the speed."""
    return [
        Line(BY_KEY["pipeline_rows"], result.pipeline_rows),
        Line(BY_KEY["committee_rows"], result.committee_rows),
        Line(BY_KEY["assess_ms"], result.assess_ms),
    ]


def table(report: Report) -> str:
    """The table in Markdown, padded so that it can be read as it is, and under it what is not in it."""
    rows = [HEAD, *(cells(line) for line in report.lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    written = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    written.insert(1, " | ".join("-" * width for width in widths))
    beside = [*report.missing, *(f"{each.file} could not be scored: {each.why}." for each in report.broken)]
    if report.driven is not None:
        beside.append(report.driven.sentence)
    return "\n".join([*(f"| {row} |" for row in written), *(["", *beside] if beside else [])])


def as_json(report: Report) -> dict[str, Any]:
    """The same as plain values; null where a figure is none."""
    return {
        "lines": [
            {
                "key": line.measure.key,
                "work": line.measure.work,
                "of": line.of,
                "measure": line.measure.label,
                "value": _number(line.value),
                "aim": {"least": line.measure.least, "most": line.measure.most},
                "reached": line.measure.met(line.value),
                "controls": {name: _number(value) for name, value in line.controls.items()},
                "best_simple": line.measure.baseline,
                "published": line.measure.published,
                "counted_from": line.detail,
            }
            for line in report.lines
        ],
        "missing": list(report.missing),
        "broken": [{"file": each.file, "why": each.why} for each in report.broken],
        "driven": None
        if report.driven is None
        else {"hours": report.driven.hours, "false_episodes": report.driven.false_episodes},
    }


def from_json(said: dict[str, Any]) -> Report:
    """What `as_json` made, of measures that are still measured."""
    lines = (
        Line(BY_KEY[line["key"]], _figure(line["value"]), line["of"],
             {name: _figure(value) for name, value in line["controls"].items()}, line["counted_from"])
        for line in said["lines"]
        if line["key"] in BY_KEY
    )  # fmt: skip
    broken = (Broken(**each) for each in said["broken"])
    return Report(tuple(lines), tuple(said["missing"]), tuple(broken), said["driven"] and Driven(**said["driven"]))


def newest() -> Report:
    """The newest result that ships with the package: nothing is measured."""
    return from_json(shipped())


def duration(seconds: float) -> str:
    """Seconds in the unit a person would use."""
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"


def cells(line: Line) -> tuple[str, ...]:
    """A line as the table writes it, in the order of HEAD."""
    measure, reached = line.measure, line.measure.met(line.value)
    controls = ", ".join(f"{name} {_written(line, value)}" for name, value in line.controls.items())
    return (
        measure.work,
        line.of,
        measure.label,
        _written(line, line.value),
        measure.aim,
        "" if reached is None else "yes" if reached else "no",
        controls,
        measure.baseline,
        measure.published,
        line.detail,
    )


def _written(line: Line, value: float) -> str:
    return line.measure.form.format(value) if isfinite(value) else "none"


def _number(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def _figure(value: float | None) -> float:
    return nan if value is None else value


def _driven(parts: Sequence[Part]) -> Driven | None:
    hours = sum(part.hours for part in parts)
    return Driven(hours, sum(part.false_episodes for part in parts)) if hours else None
