"""The unit page's "Why": each failure mode's share of the score, which opens to the indicators behind it."""

from htmltools import Tag, TagList, svg, tags

from connected_ops.read_model import IndicatorView, UnitView
from shiny_app.charts.small import HEIGHT, WIDTH, Small, course, small_chart
from shiny_app.live.slots import KEY, Slots, Value, flat
from shiny_app.shell.components import card, csv_link
from shiny_app.shell.format import duration, number, parts_of, quantity, when
from shiny_app.unit.signal_charts import signed

MOST_BEHIND = 6
"""The most indicators that a failure mode has."""

SAYS = ("speaks plainly", "speaks a little", "quiet", "cannot be read")
PLAINLY_FROM = 0.5
"""Evidence from which an indicator alone is worth half of its mode."""

NO_INDICATORS = "Counted from its engine hours and the service interval of its class; no indicator speaks for it."
UNREADABLE = "Cannot be read: this unit does not send what it needs, or not for long enough yet."


def why_fields(view: UnitView, style: str) -> dict[str, Value]:
    """The contributions, largest first, in points that add up to the score shown, with what is behind each."""
    ranked = sorted(view.contributions, key=lambda each: -each.points)
    shown = [each for each in ranked if each.points >= 0.05] if view.row.score else []
    quiet = [each.label.lower() for each in view.contributions if each not in shown]
    points = parts_of([each.points for each in shown], view.row.score)
    speaking = sum(1 for each in view.indicators if each.evidence)
    fields: dict[str, Value] = {
        "why": tuple(each.mode for each in shown),
        "why.total": f"points of {view.row.score}" if shown else "",
        "why.calm": "Nothing unusual." if view.row.calm else "No mode has any points.",
        "why.calm.hidden": "" if shown else None,
        "why.quiet": f"Quiet: {', '.join(quiet)}." if quiet else "",
        "why.quiet.hidden": None if quiet else "",
        "why.speaking": f"{number(speaking)} of {number(len(view.indicators))} indicators speak"
        + ("; open a line to see which." if shown else "."),
        "why.speaking.hidden": None if view.indicators else "",
    }
    for rank, (each, text) in enumerate(zip(shown, points, strict=True)):
        fields |= flat(
            f"why/{each.mode}",
            {
                "label": each.label,
                "points": text,
                "bar.class": f"bar {style if rank == 0 else 'other'}",
                "bar.style": f"width:{text}%",
                "sentence": each.sentence,
                **behind_fields(view, each.mode),
            },
        )
    return fields


def behind_fields(view: UnitView, mode: str) -> dict[str, Value]:
    """The indicators of a mode, the plainest first, and a sentence where it has none."""
    behind = [each for each in view.indicators if mode in each.modes][:MOST_BEHIND]
    behind.sort(key=lambda each: SAYS.index(says(each.evidence)))  # by words, not by figures: they must not hop about
    fields: dict[str, Value] = {"none": NO_INDICATORS, "none.hidden": "" if behind else None}
    for at in range(MOST_BEHIND):
        fields[f"{at}.hidden"] = None if at < len(behind) else ""
        fields[f"{at}.class"] = "spoken" if at < len(behind) and behind[at].evidence else "spoken mute"
    for at, each in enumerate(behind):
        fields |= {f"{at}.{name}": value for name, value in indicator_fields(each, view).items()}
    return fields


def indicator_fields(indicator: IndicatorView, view: UnitView) -> dict[str, Value]:
    """One indicator in words, figures and a small chart."""
    evidence = indicator.evidence
    drawn = drawing(indicator, view.at)
    fields: dict[str, Value] = {
        "label": indicator.label,
        "says": says(evidence),
        "says.class": f"says {'unread' if evidence is None else 'speaks' if evidence else 'quiet'}",
        "bar.style": f"width:{100 * min(max(evidence or 0.0, 0.0), 1.0):.0f}%",
        "sentence": f"{indicator.sentence}." if indicator.sentence else UNREADABLE if evidence is None else "",
        "sentence.hidden": None if indicator.sentence or evidence is None else "",
        "about": indicator.about,
        "span": spanned(indicator.course_s),
        "chart.hidden": None if any(drawn.paths) else "",
        **chart_fields(drawn),
    }
    for name, (label, text) in facts(indicator, view).items():
        fields |= {f"{name}.label": label, name: text, f"{name}.hidden": None if text else ""}
    return fields


def says(evidence: float | None) -> str:
    """How plainly it speaks, in words."""
    plainly, little, quiet, unreadable = SAYS
    if evidence is None:
        return unreadable
    return plainly if evidence >= PLAINLY_FROM else little if evidence > 0 else quiet


def facts(indicator: IndicatorView, view: UnitView) -> dict[str, tuple[str, str]]:
    """Its figures by name: what each is called, and its text, empty where it is not known."""
    uom, decimals = indicator.uom, indicator.decimals
    figure = signed if indicator.difference else quantity
    band = "" if indicator.normal is None else f"{band_text(indicator)}{f' {uom}' if uom else ''}"
    whose = "Own normal" if indicator.learned else "Normal set for it" if indicator.set_for_it else "Class normal"
    doing = view.regime.partition(",")[0]
    if indicator.learned and doing and indicator.course_s < 86_400:
        whose = f"{whose} {doing}"
    limit = "" if indicator.limit is None else figure(indicator.limit, uom, decimals)
    since = indicator.since
    lasted = "" if since is None else f"{when(since, view.at)}, {lasting(view.at - since)}"
    return {
        "value": ("Now", "" if indicator.value is None else figure(indicator.value, uom, decimals)),
        "normal": (whose, band),
        "limit": (indicator.limit_label.capitalize(), limit),
        "since": ("Speaks since", lasted),
    }


def band_text(indicator: IndicatorView) -> str:
    """ "194–202", or for differences "−2 to +2"."""
    low, high = indicator.normal or (0.0, 0.0)
    if not indicator.difference:
        return f"{number(low, indicator.decimals)}–{number(high, indicator.decimals)}"
    return f"{signed(low, '', indicator.decimals)} to {signed(high, '', indicator.decimals)}"


def lasting(seconds: float) -> str:
    """How long it has spoken, in whole minutes from a minute on, so that it does not tick."""
    if seconds < 60:
        return "for less than a minute"
    return f"for {duration(seconds if seconds >= 3600 else seconds - seconds % 60)}"


def spanned(seconds: float) -> str:
    """What a small chart covers: "last 10 min", "last 14 d"."""
    return f"last {duration(seconds)}" if seconds else ""


def drawing(indicator: IndicatorView, at: float) -> Small:
    """The small chart of what the indicator reads; an empty one where nothing is known."""
    if indicator.course is None:
        return Small(("",), None, None)
    line = course(*indicator.course, at, indicator.course_s)
    return small_chart([line], indicator.normal, indicator.limit, indicator.course_s)


def chart_fields(drawn: Small) -> dict[str, Value]:
    """The parts of a small chart as live values."""
    band, limit = drawn.band, drawn.limit
    fields: dict[str, Value] = {
        "band.y": None if band is None else f"{band[0]:g}",
        "band.height": "0" if band is None else f"{band[1]:g}",
        "limit.place": f"translate(0 {limit:g})" if limit is not None else None,
        "limit.line.hidden": None if limit is not None else "",
    }
    return fields | {f"path.{at}": path for at, path in enumerate(drawn.paths)}


def small_svg(slots: Slots, prefix: str, lines: int = 1) -> Tag:
    """The elements of a small chart whose fields start with `prefix`; what it shows is said in text beside it."""
    return svg.svg(
        svg.rect(
            slots.bind(y=f"{prefix}band.y", height=f"{prefix}band.height"), x="0", width=f"{WIDTH:g}", class_="band"
        ),
        svg.line(
            slots.bind(transform=f"{prefix}limit.place", hidden=f"{prefix}limit.line.hidden"), x1="0", y1="0",
            x2=f"{WIDTH:g}", y2="0", class_="limit",
        ),
        *(svg.path(slots.bind(d=f"{prefix}path.{at}"), class_=f"line-{at}") for at in range(lines)),
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", preserveAspectRatio="none", aria_hidden="true", class_="small-chart",
    )  # fmt: skip


def why_card(slots: Slots) -> Tag:
    """The contributions as bars, each with its sentence, to be opened."""
    listed, skeleton = slots.each("why", tags.ul(class_="reasons whys"), contribution)
    return card(
        "Why",
        tags.div(
            listed,
            skeleton,
            slots.text("why.calm", slots.bind(hidden="why.calm.hidden"), make=tags.p, class_="calm"),
            tags.div(
                slots.text("why.quiet", slots.bind(hidden="why.quiet.hidden"), make=tags.p, class_="note"),
                slots.text("why.speaking", slots.bind(hidden="why.speaking.hidden"), make=tags.p, class_="note"),
                class_="also",
            ),
            class_="body",
        ),
        aside=TagList(slots.text("why.total"), csv_link("Indicators", slots.bind(href="indicators.csv"))),
        data_testid="why",
    )


def contribution(slots: Slots) -> Tag:
    """One failure mode's share, which opens to what is behind it."""
    return tags.li(
        tags.details(
            tags.summary(
                slots.text("label", class_="mode"),
                tags.span(tags.span(slots.bind(class_="bar.class", style="bar.style")), class_="track"),
                slots.text("points", class_="points"),
                slots.text("sentence", class_="note"),
            ),
            tags.div(
                slots.text("none", slots.bind(hidden="none.hidden"), make=tags.p, class_="note"),
                *(spoken(slots, f"{at}.") for at in range(MOST_BEHIND)),
                class_="behind",
            ),
            data_testid=f"why-{KEY}",
        )
    )


def spoken(slots: Slots, at: str) -> Tag:
    """One indicator behind a mode: how plainly it speaks, what it says and measures, its figures, its course."""
    return tags.div(
        slots.bind(hidden=f"{at}hidden", class_=f"{at}class"),
        tags.div(
            slots.text(f"{at}label", slots.bind(title=f"{at}about"), class_="mode"),
            tags.span(tags.span(slots.bind(style=f"{at}bar.style"), class_="bar evidence-bar"), class_="track"),
            slots.text(f"{at}says", slots.bind(class_=f"{at}says.class")),
            class_="spoken-head",
        ),
        slots.text(f"{at}sentence", slots.bind(hidden=f"{at}sentence.hidden"), make=tags.p),
        slots.text(f"{at}about", make=tags.p, class_="note about"),
        tags.div(
            tags.dl(
                *(fact(slots, f"{at}{name}") for name in ("value", "normal", "limit", "since")), class_="spoken-figures"
            ),
            tags.div(
                slots.bind(hidden=f"{at}chart.hidden"),
                small_svg(slots, at),
                slots.text(f"{at}span", make=tags.div, class_="note"),
                class_="course",
            ),
            class_="spoken-shown",
        ),
    )


def fact(slots: Slots, name: str) -> TagList:
    """One figure and what it is called."""
    return TagList(
        tags.div(
            slots.bind(hidden=f"{name}.hidden"),
            slots.text(f"{name}.label", make=tags.dt),
            slots.text(name, make=tags.dd),
        )
    )
