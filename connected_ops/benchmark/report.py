"""The benchmark as a whole: what is measured of the live engine, as one table for a person or as JSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from connected_ops.benchmark import drives, ground_truth, speed
from connected_ops.benchmark.drives import Drives
from connected_ops.benchmark.ground_truth import GroundTruth
from connected_ops.benchmark.measures import BY_KEY, Line
from connected_ops.benchmark.speed import Speed
from connected_ops.benchmark.work import PROCESSES, Progress, results
from connected_ops.emulator.faults import BY_KIND
from connected_ops.insight.durations import duration

NO_DATA = "No recordings were named, so only the emulator and the speed are measured; --data names a folder of them."
HEAD = ("work", "of", "measure", "result", "aim", "reached", "counted from")


@dataclass(frozen=True, slots=True)
class Report:
    """The lines of the table; `missing` says in sentences what was not measured."""

    lines: tuple[Line, ...]
    missing: tuple[str, ...]


def benchmark(data: Path | None, progress: Progress = lambda text: None, processes: int = PROCESSES) -> Report:
    """Measure everything: minutes. Raises NoRecordings before anything is measured."""
    tasks = [] if data is None else drives.tasks(data)
    emulated = ground_truth.run(processes=processes, progress=progress)
    judged = results(tasks, processes, "Real drives, folders", progress)
    progress("Speed, on one core")
    lines = [*emulator_lines(emulated), *drive_lines(judged), *speed_lines(speed.measure())]
    return Report(tuple(lines), (NO_DATA,) if data is None else tuple(unread(judged)))


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


def drive_lines(judged: Iterable[Drives]) -> list[Line]:
    """The lines of real drives, two a folder that held any."""
    lines: list[Line] = []
    for each in judged:
        if not each.hours:
            continue
        among = f"{each.hours:.1f} h, {each.lives} {'life' if each.lives == 1 else 'lives'}"
        bound = f"at most {drives.at_most(each.machine) / each.hours:.2f} an hour at 95 %"
        apart = f"; {each.speeding} of over-speeding" if each.speeding else ""
        machine = f"{each.machine} in {among}; {bound}{apart}"
        lines.append(Line(BY_KEY["drive_machine"], each.machine / each.hours, each.folder, machine))
        lines.append(Line(BY_KEY["drive_sensor"], each.sensor / each.hours, each.folder, f"{each.sensor} in {among}"))
    return lines


def unread(judged: Iterable[Drives]) -> list[str]:
    """A sentence for each folder with files that hold no recording of a vehicle."""
    return [
        f"{each.folder}: {each.unread} files were not read; the first: {each.why}" for each in judged if each.unread
    ]


def speed_lines(result: Speed) -> list[Line]:
    """The lines of the speed."""
    return [Line(BY_KEY["pipeline_rows"], result.pipeline_rows), Line(BY_KEY["assess_ms"], result.assess_ms)]


def table(report: Report) -> str:
    """The table in Markdown, padded so that it can be read as it is, and under it what is not in it."""
    rows = [HEAD, *(cells(line) for line in report.lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    written = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    written.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join([*(f"| {row} |" for row in written), *(["", *report.missing] if report.missing else [])])


def as_json(report: Report) -> dict[str, Any]:
    """The same as plain values; null where a figure is none."""
    return {
        "lines": [
            {
                "key": line.measure.key,
                "work": line.measure.work,
                "of": line.of,
                "measure": line.measure.label,
                "value": float(line.value) if isfinite(line.value) else None,
                "aim": {"least": line.measure.least, "most": line.measure.most},
                "reached": line.measure.met(line.value),
                "counted_from": line.detail,
            }
            for line in report.lines
        ],
        "missing": list(report.missing),
    }


def cells(line: Line) -> tuple[str, ...]:
    """A line as the table writes it, in the order of HEAD."""
    measure, reached = line.measure, line.measure.met(line.value)
    result = measure.form.format(line.value) if isfinite(line.value) else "none"
    said = "" if reached is None else "yes" if reached else "no"
    return measure.work, line.of, measure.label, result, measure.aim, said, line.detail
