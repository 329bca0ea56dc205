"""The docs' links, paths and names: each leads somewhere."""

import re
from pathlib import Path

import pytest

from connected_ops.emulator.faults import FAULTS
from connected_ops.emulator.profile import load_profile
from shiny_app.pages import PAGES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
WRITTEN = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
STAGE_PAGES = ("telemetry.md", "validation.md", "signal.md", "risk.md", "insight.md")


def anchors(page: Path) -> set[str]:
    """The headings of a page as its links name them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_to_a_heading_of_it(page: Path):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            path, _, anchor = target.partition("#")
            other = page.parent / path if path else page
            assert other.exists(), f"{page.name} links to {target}, which is not there."
            assert not anchor or anchor in anchors(other), f"{page.name} links to {target}: no such heading."


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_of_the_code_that_is_named_is_there(page: Path):
    text = page.read_text(encoding="utf-8")
    for path in re.findall(r"`((?:connected_ops|shiny_app|scripts|tests)/[\w/.]*)`", text):
        assert (ROOT / path).exists(), f"{page.name} names {path}, which is not there."


@pytest.mark.parametrize("page", STAGE_PAGES)
def test_every_stage_says_what_comes_in_and_out_where_to_see_it_and_where_its_code_is(page: str):
    text = (DOCS / page).read_text(encoding="utf-8")
    for heading in ("What comes in", "What happens to it", "What goes out", "See it", "In the code"):
        assert f"**{heading}.**" in text, f"docs/{page} does not say '**{heading}.**'."


def test_every_page_of_the_docs_is_linked_from_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in DOCS.glob("*.md"):
        assert f"(docs/{page.name})" in readme, f"README.md has no link to docs/{page.name}."


def test_the_readme_names_units_faults_and_pages_that_there_are():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    units = {unit.vehicle_id for unit in load_profile().units}
    for unit in re.findall(r"`((?:truck|van|excavator|genset|corolla|camry)_\w+)`", readme):
        assert unit in units, f"README.md names {unit}, which is no unit of the shipped profile."
    pressed = re.findall(r"press\s+\*\*(.+?)\*\*", readme)
    labels = {fault.label for fault in FAULTS}
    assert pressed, "README.md says nowhere which fault to press."
    assert set(pressed) <= labels, f"README.md says to press {set(pressed) - labels}: no fault is called so."
    steps = re.findall(r"^\d\. \*\*(.+?)\*\*", readme, re.MULTILINE)
    labels = {row.label for row in PAGES}
    assert labels <= set(steps), f"README.md's steps leave out {labels - set(steps)}."
