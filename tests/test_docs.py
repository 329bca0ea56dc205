"""The docs against the code: every table that mirrors rows of the code says what they say.

A failure names the page, the table and the cell, and prints the row as it should be: copy it into the page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import zip_longest
from math import isinf
from operator import attrgetter
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from connected_ops.emulator.faults import FAULTS
from connected_ops.history.tiers import TIERS
from connected_ops.insight.acts import SILENCES
from connected_ops.insight.advice import Words
from connected_ops.insight.fixed_limits import FIXED_LIMITS
from connected_ops.insight.sensor_wording import SENSOR_ROWS
from connected_ops.insight.sensors import WEIGHTS as SENSOR_WEIGHTS
from connected_ops.insight.wording import ROWS
from connected_ops.machines import catalog
from connected_ops.machines.catalog import SIGNALS
from connected_ops.machines.mode import INDICATORS as FROM_FILES
from connected_ops.machines.mode_rows import FIELDS, SLOTS
from connected_ops.machines.unit_class import CLASSES
from connected_ops.read_model import BANDS, EpisodeKind
from connected_ops.risk.failure_modes import KEYS as MODE_KEYS
from connected_ops.risk.failure_modes import MODES
from connected_ops.risk.scoring import HIGH_ABOVE, MEDIUM_ABOVE, score
from connected_ops.settings import Settings
from connected_ops.signals.against_itself import DRIFTS
from connected_ops.signals.baseline import QUANTITIES
from connected_ops.signals.envelope import LIFT, SOAK
from connected_ops.signals.indicators import INDICATORS
from connected_ops.signals.regime import LEARNED
from connected_ops.signals.regime import WORDS as REGIME_WORDS
from connected_ops.validation.rules import KINDS, NEEDS_REVIEW, PER_SAMPLE, VERDICT_NAMES, Kind
from shiny_app.pages import BY_KEY
from shiny_app.shell.loop import STAGES

DOCS = Path(__file__).parents[1] / "docs"
PROSE = None  # a cell that the code has no say in
FIGURED = ("telemetry.md", "validation.md", "signal.md", "risk.md", "insight.md")

Cell = str | None
Row = Sequence[Cell]


@dataclass(frozen=True)
class Mirror:
    """A table of the docs, the first below `heading`, and its rows as the code has them."""

    page: str
    heading: str
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        return f"{self.page}: {self.heading}"


def number(value: float | tuple[float, float] | None) -> str:
    """As the docs write it: 16,383.75, −40, 60 to 118, – for none and for without end."""
    if isinstance(value, tuple):
        return span(*value)
    if value is None or isinf(value):
        return "–"
    return f"{value:,.10g}".replace("-", "−")


def span(low: float, high: float) -> str:
    return f"{number(low)} to {number(high)}"


def code(text: str) -> str:
    return f"`{text}`"


def yes(told: bool) -> str:
    return "yes" if told else "no"


def absent(text: str) -> str:
    return "–" if text in ("", "none") else text


def _signals() -> Sequence[Row]:
    return [
        (
            code(s.key), s.label, absent(s.uom), span(s.sensor_low, s.sensor_high),
            span(s.plausible_low, s.plausible_high), number(s.max_rate), yes(s.stuck), absent(s.obd), absent(s.j1939),
        )
        for s in SIGNALS
    ]  # fmt: skip


def _classes() -> Sequence[Row]:
    return [
        (
            code(c.key), c.label, span(*c.coolant_normal), number(c.coolant_warn), number(c.coolant_critical),
            span(*c.vibration_healthy), number(c.vibration_warn), number(c.of("shake").critical), number(c.max_rpm),
            number(c.max_mph), number(c.service_every_h),
        )
        for c in CLASSES
    ]  # fmt: skip


def _below() -> Sequence[Row]:
    return [
        (
            code(c.key),
            *(number(each) for key in ("oil_pressure_psi", "battery_v") for each in (c.normal(key), *c.limits(key))),
        )
        for c in CLASSES
    ]


def _memory() -> Sequence[Row]:
    window = Settings.model_fields["window"].default
    return [("newest samples", "as they came", number(window))] + [
        (tier.name, f"means of {number(tier.width_s)} s", number(tier.count)) for tier in TIERS
    ]


def _rules() -> Sequence[Row]:
    def looks_at(kind: Kind) -> str:
        return "each signal" if kind.signals is None else ", ".join(SIGNALS[at].label.lower() for at in kind.signals)

    each = [(code(kind.key), looks_at(kind), VERDICT_NAMES[NEEDS_REVIEW], kind.sentence) for kind in KINDS]
    sample = [(code(rule.kind), "the sample", VERDICT_NAMES[rule.verdict], rule.sentence) for rule in PER_SAMPLE]
    return [*each, *sample]


def _indicators() -> Sequence[Row]:
    return [
        (
            code(row.key),
            row.label,
            code(of.row.kind),
            PROSE,
            number(of.row.start),
            number(of.row.full),
            yes(row.lasting),
        )
        for row, of in zip(INDICATORS, FROM_FILES, strict=False)
    ]


def _regimes() -> Sequence[Row]:
    return [
        (said, PROSE, yes(at < LEARNED), number(SOAK[at]), number(LIFT[at])) for at, said in enumerate(REGIME_WORDS)
    ]


def _drifts() -> Sequence[Row]:
    return [
        (
            code(row.key), code(SIGNALS[row.signal].key), ", ".join(SIGNALS[at].label.lower() for at in row.at),
            number(row.floor), number(row.widest), number(row.plain), number(row.from_mph),
        )
        for row in DRIFTS
    ]  # fmt: skip


def _modes() -> Sequence[Row]:
    return [
        (
            code(mode.key), mode.label, SIGNALS[catalog.INDEX[mode.signal]].label, number(mode.first),
            ", ".join(f"{code(key)} {number(weight)}" for key, weight in mode.weights) or "–",
        )
        for mode in MODES
    ]  # fmt: skip


def _bands() -> Sequence[Row]:
    edges = ["0", number(MEDIUM_ABOVE), number(HIGH_ABOVE), "100"]
    return list(zip(BANDS, edges[:-1], edges[1:], strict=True))


def _example() -> Sequence[Row]:
    p = dict.fromkeys(MODE_KEYS, 0.0) | dict(cooling=0.5, vibration=0.2, wear=0.04)
    total, points = score(np.array([[p[key] for key in MODE_KEYS]]))
    rows: list[Row] = [
        (mode.label, number(p[mode.key]), f"{-np.log1p(-p[mode.key]):.3f}", f"{points[0, at]:.1f}")
        for at, mode in enumerate(MODES)
        if p[mode.key]
    ]
    return [*rows, ("Score", "–", f"{-np.log1p(-total[0] / 100):.3f}", f"{total[0]:.1f}")]


def _advice() -> Sequence[Row]:
    for_whom = {True: ", ".join(each.key for each in CLASSES if each.still), False: "the others"}
    alike = {(row.key, row.near) for row in ROWS if row.still and replace(row, still=False) in ROWS}
    return [
        (
            code(row.key) + (", near it" if row.near else ""),
            "any" if (row.key, row.near) in alike else for_whom[row.still], row.title, row.urgency,
        )
        for row in ROWS
        if not (row.still and (row.key, row.near) in alike)
    ]  # fmt: skip


def _sensor_advice() -> Sequence[Row]:
    titles = {row.kind: row.title for row in SENSOR_ROWS}
    return [(code(kind), number(weight), titles[kind]) for kind, weight in SENSOR_WEIGHTS]


def _faults() -> Sequence[Row]:
    def held(fault) -> str:
        return "until a reset" if fault.default_hold_s is None else f"{number(fault.default_hold_s)} s"

    return [
        (
            code(fault.kind), fault.label, ", ".join(fault.classes),
            f"{number(fault.onset_days)} days before" if fault.onset_days else "at once", held(fault),
            "one sample" if fault.momentary else held(fault),
        )
        for fault in FAULTS
    ]  # fmt: skip


def _effects() -> Sequence[Row]:
    return [(code(fault.kind), PROSE, PROSE, PROSE) for fault in FAULTS]


MIRRORS = tuple(
    Mirror(page, heading, tuple(rows))
    for page, heading, rows in (
        ("how-it-works.md", "The six stages", [
            (stage.label, PROSE, BY_KEY[stage.page].label, PROSE) for stage in STAGES]),
        ("telemetry.md", "The signals", _signals()),
        ("telemetry.md", "The classes of machine", _classes()),
        ("telemetry.md", "Oil pressure and battery voltage", _below()),
        ("telemetry.md", "What is remembered", _memory()),
        ("validation.md", "The rules", _rules()),
        ("signal.md", "The regimes", _regimes()),
        ("machines.md", "A failure mode", [
            (code(kind), PROSE, ", ".join(map(code, slots)), ", ".join(map(code, FIELDS[kind])) or "–")
            for kind, slots in SLOTS.items()]),
        ("signal.md", "The indicators", _indicators()),
        ("signal.md", "A unit's own normal", [
            (q.key, code(SIGNALS[q.signal].key), number(q.floor)) for q in QUANTITIES]),
        ("signal.md", "A unit against itself", _drifts()),
        ("risk.md", "The failure modes", _modes()),
        ("risk.md", "The bands", _bands()),
        ("risk.md", "How points add up", _example()),
        ("insight.md", "Working with an insight", [
            (code(each.key), each.label, number(each.hold_s)) for each in SILENCES]),
        ("insight.md", "Machines: the titles", _advice()),
        ("insight.md", "Sensors: the titles", _sensor_advice()),
        ("insight.md", "What fixed limits would have said", [
            (row.label, PROSE) for row in FIXED_LIMITS]),
        ("insight.md", "What each episode says", [(code(name), PROSE) for name in Words.__dataclass_fields__]),
        ("faults.md", "The faults", _faults()),
        ("faults.md", "What they do, and what should be said", _effects()),
    )
)  # fmt: skip


def table(page: str, heading: str) -> tuple[list[str], list[list[str]]]:
    """The head and the rows of the first table below a heading of a page."""
    below = re.split(rf"^## {re.escape(heading)}$", (DOCS / page).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(below) == 2, f"docs/{page} needs one heading '## {heading}'."
    lines = re.search(r"(?:^\|.*\|$\n?)+", below[1].split("\n## ")[0], re.MULTILINE)
    assert lines, f"docs/{page} has no table below '## {heading}'."
    head, _, *rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in lines[0].splitlines()]
    return head, rows


def line(row: Row) -> str:
    return f"| {' | '.join(cell or '…' for cell in row)} |"


def wrong(head: list[str], told: list[str], meant: Row) -> str | None:
    """The first cell that is wrong, in words."""
    if len(told) != len(meant):
        return f"it has {len(told)} cells instead of {len(meant)}"
    for column, says, should in zip(head, told, meant, strict=True):
        if says != should and should is not PROSE:
            return f"column '{column}' says '{says}' instead of '{should}'"
        if not says:
            return f"column '{column}' is empty"
    return None


@pytest.mark.parametrize("mirror", MIRRORS, ids=lambda mirror: mirror.name)
def test_a_table_of_the_docs_says_what_the_code_says(mirror: Mirror):
    head, rows = table(mirror.page, mirror.heading)
    faults = []
    for told, meant in zip_longest(rows, mirror.rows):
        if meant is None:
            faults.append(f"Not in the code, take it out: {line(told)}")
        elif told is None:
            faults.append(f"Missing, add it: {line(meant)}")
        elif found := wrong(head, told, meant):
            right = [says if cell is PROSE else cell for cell, says in zip_longest(meant, told, fillvalue=PROSE)]
            faults.append(f"{told[0]}: {found}. The row should be: {line(right)}")
    assert not faults, f"docs/{mirror.page}, '{mirror.heading}':\n" + "\n".join(faults)


@pytest.mark.parametrize("page", FIGURED)
def test_every_figure_of_a_page_is_the_codes(page: str):
    _, rows = table(page, "Figures")
    faults = []
    for name, value, _, where in ([cell.strip("`") for cell in row] for row in rows):
        module = import_module(f"connected_ops.{where.removesuffix('.py').replace('/', '.')}")
        shown = number(attrgetter(name)(module))
        if shown != value:
            faults.append(f"{name} says {value} instead of {shown}")
    assert not faults, f"docs/{page}, 'Figures': {'; '.join(faults)}."


def test_what_should_be_said_of_a_fault_is_something_that_can_be_said():
    labels = {code(fault.kind): fault.label for fault in FAULTS}
    titles = {row.title for row in (*ROWS, *SENSOR_ROWS)}
    said = {f"{kind}, {code(mode)}" for kind in get_args(EpisodeKind) for mode in MODE_KEYS}
    for kind, _, told, title in table("faults.md", "What they do, and what should be said")[1]:
        calm = labels[kind].endswith("(no fault)")
        assert told in ({"nothing"} if calm else said), f"docs/faults.md, {kind}: '{told}' cannot be said of it."
        named = set(title.split(" or ")) if not calm else set()
        assert named <= titles, f"docs/faults.md, {kind}: no episode is called {named - titles}."
