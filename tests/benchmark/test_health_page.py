"""docs/health.md against the newest result and the rows of the code. A failure prints the table as it should be."""

import re
from pathlib import Path

from connected_ops.benchmark import report
from connected_ops.benchmark.measures import MEASURES, SPEED

PAGE = Path(__file__).parents[2] / "docs" / "health.md"
SHOWN = ("work", "of", "measure", "result", "aim", "reached", "controls", "best simple", "published")
NONE = "–"


def below(heading: str) -> list[tuple[str, ...]]:
    """The rows of the first table below a heading of the page."""
    text = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n", 1)[1]
    found = re.search(r"((?:^\|.*\n)+)", text, re.MULTILINE)
    assert found, heading
    _, _, *rows = found.group(1).splitlines()
    return [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows]


def printed(rows: list[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def test_the_page_shows_the_newest_result_but_for_what_depends_on_the_machine():
    lines = [line for line in report.newest().lines if line.measure.work != SPEED]
    kept = [report.HEAD.index(name) for name in SHOWN]
    rows = [tuple(report.cells(line)[at] or NONE for at in kept) for line in lines]
    assert below("The newest result") == rows, printed(rows)


def test_the_page_says_what_each_measure_means():
    rows = [(row.work, row.label, row.aim or NONE, row.means) for row in MEASURES]
    assert below("What each number means") == rows, printed(rows)


def test_the_page_shows_the_line_of_real_driving_that_the_newest_result_has():
    driven = report.newest().driven
    assert driven is not None
    assert driven.hours > 10
    assert driven.sentence in PAGE.read_text(encoding="utf-8")


def test_every_work_of_the_measures_is_in_the_newest_result():
    assert {line.measure.work for line in report.newest().lines} == {row.work for row in MEASURES}
