"""The loop strip: the product's sentence with its live figures, six stages that each lead to their detail."""

from dataclasses import dataclass

from htmltools import Tag, TagList, tags

from connected_ops.read_model import LoopCounts, ValueView
from shiny_app.live.slots import Slots, Value
from shiny_app.shell.components import WAIT, nav_href, nav_link
from shiny_app.shell.format import DASH, count, dollars, number, share_percent


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the loop strip: the page that has its detail, and where on that page."""

    key: str
    label: str
    page: str
    anchor: str = ""


STAGES: tuple[Stage, ...] = (
    Stage("telemetry", "Telemetry", "fleet"),
    Stage("validation", "Validation", "quality"),
    Stage("signal", "Signal", "unit", "charts"),
    Stage("risk", "Risk", "unit"),
    Stage("insight", "Insight", "insights"),
    Stage("value", "Business value", "value"),
)


def loop_fields(loop: LoopCounts) -> dict[str, Value]:
    """The live values of the strip, the same on every page."""
    leader = loop.leader
    rate = number(loop.rate_per_s, 0 if loop.rate_per_s >= 9.95 or loop.rate_per_s == 0 else 1)
    figures: dict[str, tuple[str, str]] = {
        "telemetry": (f"{rate} /s", count(loop.units, "unit") + (f", {loop.silent:,} silent" if loop.silent else "")),
        "validation": (
            f"{share_percent(loop.valid, loop.received)} valid" if loop.received else DASH,
            f"{loop.needs_review:,} to review, {loop.rejected:,} rejected",
        ),
        "signal": (f"{loop.abnormal:,} abnormal", f"of {count(loop.indicators, 'condition indicator')}"),
        "risk": (
            risk_words(loop.high, loop.medium) if loop.units else DASH,
            f"{leader} leads at {loop.leader_score}" if loop.high or loop.medium else "no unit above Low",
        ),
        "insight": (open_words(loop), f"fixed limits: {count(loop.fixed_alarms, 'alarm')}"),
    }
    fields: dict[str, Value] = {}
    for stage in STAGES:
        unit = leader if stage.page == "unit" else None
        fields[f"loop.{stage.key}.href"] = nav_href(stage.page, unit, stage.anchor)
    for key, (value, note) in figures.items():
        fields[f"loop.{key}"], fields[f"loop.{key}.note"] = value, note
    return fields | saved_fields(loop.deciding, loop.acting, loop.saved_usd)


def saved_fields(deciding: int, acting: int, saved_usd: float, *, own: bool = False) -> dict[str, Value]:
    """The loop strip's last figure: of `deciding` units acting pays on `acting`; `own` where it stands on a session's
    own assumptions."""
    units = count(acting, "unit")
    note = f"by acting now on {units}" if acting else WAIT if deciding else "no unit needs a decision"
    return {
        "loop.value": f"{dollars(saved_usd)} saved",
        "loop.value.note": f"{units}, by your assumptions" if own else note,
    }


def deciding(value: ValueView) -> int:
    """How many units have an episode with a price."""
    return len({episode.vehicle_id for episode in value.episodes})


def open_words(loop: LoopCounts) -> str:
    """ "2 open", "2 open, 1 silenced"."""
    silenced = f", {loop.insights_silenced:,} silenced" if loop.insights_silenced else ""
    return f"{loop.insights_open:,} open{silenced}"


def risk_words(high: int, medium: int) -> str:
    """ "1 High, 1 Medium", "1 High", "All Low"."""
    words = [f"{amount:,} {band}" for amount, band in ((high, "High"), (medium, "Medium")) if amount]
    return ", ".join(words) or "All Low"


def loop_strip(slots: Slots) -> Tag:
    """The product's sentence with its live figures: six stages, each with a link to its detail."""

    def stage(each: Stage) -> Tag:
        name = f"loop.{each.key}"
        content = TagList(
            tags.span(each.label, class_="label"),
            slots.text(name, class_="value"),
            slots.text(f"{name}.note", class_="note"),
        )
        marks = {"class": "stage", "data-testid": f"loop-{each.key}"}
        return tags.li(nav_link(slots.bind(href=f"{name}.href"), content, **marks))

    return tags.nav(tags.ol(*(stage(each) for each in STAGES)), class_="loop", aria_label="From telemetry to value")
