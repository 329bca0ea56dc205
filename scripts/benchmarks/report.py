"""What the benchmarks hand back, and the table that a person reads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

HEADINGS = ("what", "target", "measured: median (min–max)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; `target` is empty where there is none."""

    what: str
    target: str
    measured: str


@dataclass(frozen=True, slots=True)
class Tools:
    """What the machine offers: the path of a Chromium ("" is Playwright's own), None where none starts; and wrk."""

    chromium: str | None
    wrk: str | None


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One benchmark: `measure` runs it whole; `needs` names the tools without which it is left out."""

    name: str
    measure: Callable[[Tools], list[Line]]
    needs: tuple[str, ...] = ()


def spread(values: Sequence[float], unit: str = "", *, digits: int = 0) -> str:
    """`median (min–max) unit` of the runs; the one value alone where there is but one."""
    if not values:
        return "nothing measured"
    shown = [f"{value:,.{digits}f}" for value in (median(values), min(values), max(values))]
    figures = shown[0] if len(values) == 1 else f"{shown[0]} ({shown[1]}–{shown[2]})"
    return f"{figures} {unit}".strip()


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie, by the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(lines: Sequence[Line]) -> str:
    """The lines as a Markdown table, its columns aligned."""
    rows = [HEADINGS, *((line.what, line.target or "–", line.measured) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    rule = tuple("-" * width for width in widths)
    padded = (
        [cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in (rows[0], rule, *rows[1:])
    )
    return "\n".join(f"| {' | '.join(cells)} |" for cells in padded)
