"""docs/health.md against the newest result beside it and the rows of the code. A failure prints the table as it
should be."""

import json
import re
from pathlib import Path

from connected_ops.benchmark.measures import BY_KEY, MEASURES, SPEED, Line
from connected_ops.benchmark.report import HEAD, Report, as_json, cells

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "health.md"
NEWEST = json.loads((DOCS / "health.json").read_text(encoding="utf-8"))
LINES = [
    Line(
        BY_KEY[line["key"]], float("nan") if line["value"] is None else line["value"], line["of"], line["counted_from"]
    )
    for line in NEWEST["lines"]
]
NONE = "–"


def below(heading: str) -> list[tuple[str, ...]]:
    """The rows of the first table below a heading of the page, with its head."""
    text = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n", 1)[1]
    found = re.search(r"((?:^\|.*\n)+)", text, re.MULTILINE)
    assert found, heading
    head, _, *rows = found.group(1).splitlines()
    return [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in (head, *rows)]


def printed(rows: list[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def test_the_page_shows_the_newest_result_but_for_what_depends_on_the_machine():
    shown = [line for line in LINES if line.measure.work != SPEED]
    rows = [HEAD, *(tuple(cell or NONE for cell in cells(line)) for line in shown)]
    assert below("The newest result") == rows, printed(rows)


def test_the_newest_result_is_one_of_the_command_as_it_is():
    assert as_json(Report(tuple(LINES), tuple(NEWEST["missing"]))) == NEWEST


def test_the_page_says_what_each_measure_means():
    _, *told = below("What each number means")
    rows = [(row.work, row.label, row.aim or NONE, "…") for row in MEASURES]
    assert [row[:3] for row in told] == [row[:3] for row in rows], printed(rows)
    assert all(means for *_, means in told)


def test_every_measure_is_in_the_newest_result():
    assert {line.measure.key for line in LINES} == BY_KEY.keys()
