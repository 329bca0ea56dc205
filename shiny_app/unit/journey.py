"""One sample from the wire to the dollar: a card of six steps, in the order and the words of the loop strip."""

from collections.abc import Callable

from htmltools import Tag, TagChild, TagList, tags

from connected_ops.read_model import EpisodeView, IndicatorView, JourneyView, UnitView
from shiny_app.live.slots import Slots, Value, flat
from shiny_app.shell.components import card
from shiny_app.shell.format import clock, count, duration, moment, number, parts_of, when
from shiny_app.unit.decision import NOTHING_LOST, UNPRICED, money_words
from shiny_app.unit.samples import VERDICTS

OVER = "$0: the episode is over, nothing is left to decide."
NOTHING_TO_DECIDE = "$0: nothing to decide."
UNREADABLE = "cannot be read"

_SOURCES = {"live": "a live unit", "replay": "a replay", "simulated": "the emulator"}


def journey_fields(journey: JourneyView | None) -> dict[str, Value]:
    """The live values of the card; None hides it."""
    if journey is None:
        return {"journey.hidden": "", "journey.ts": "", "journey.indicators": (), "journey.points": (),
                "journey.rules": (), "journey.episodes": (), "journey.formula": ()}  # fmt: skip
    heard = VERDICTS.get(journey.verdict, journey.verdict)
    return {
        "journey.hidden": None,
        "journey.ts": repr(journey.ts),
        "journey.title": f"Sample of {moment(journey.ts)}",
        "journey.source": f"From {_SOURCES.get(journey.source, journey.source)}, {delay(journey)}",
        **{f"journey.value.{key}": as_sent(value) for key, value in journey.values},
        "journey.verdict": heard,
        "journey.verdict.class": f"verdict {journey.verdict}",
        **lines("journey.rules", journey.sentences or ("No rule fired.",)),
        "journey.regime": journey.regime,
        **indicator_fields(journey.indicators),
        **risk_fields(journey),
        **insight_fields(journey),
        **value_fields(journey),
    }


def delay(journey: JourneyView) -> str:
    """When it arrived, and how long that was after it was measured."""
    late = journey.arrived - journey.ts
    if late < 0:
        return f"arrived {clock(journey.arrived)}; its clock is {seconds(-late)} ahead of the server's"
    return f"arrived {clock(journey.arrived)}, {seconds(late)} after it was measured"


def seconds(amount: float) -> str:
    """A short time with a decimal, a long one in its largest parts."""
    return f"{number(amount, 1)} s" if amount < 10 else duration(amount)


def as_sent(value: float | None) -> str:
    """A value as it was sent, to two decimals at most: 207.36, 0.8, 1,362."""
    text = number(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


def lines(name: str, said: tuple[str, ...]) -> dict[str, Value]:
    """Sentences as a live list."""
    fields: dict[str, Value] = {name: tuple(str(at) for at in range(len(said)))}
    return fields | {f"{name}/{at}/said": sentence for at, sentence in enumerate(said)}


def indicator_fields(indicators: tuple[IndicatorView, ...]) -> dict[str, Value]:
    """The indicators with their evidence, the plainest first, those that could not be read last."""
    ranked = sorted(indicators, key=lambda each: -1.0 if each.evidence is None else each.evidence, reverse=True)
    speaking = sum(1 for each in indicators if each.evidence)
    fields: dict[str, Value] = {
        "journey.indicators": tuple(each.key for each in ranked),
        "journey.speaking": f"{count(len(indicators), 'indicator')}, {speaking:,} speak{'s' if speaking == 1 else ''}",
    }
    for each in ranked:
        fields |= flat(f"journey.indicators/{each.key}", evidence_fields(each))
    return fields


def evidence_fields(indicator: IndicatorView) -> dict[str, Value]:
    """One indicator: its name, its evidence as a figure and as a bar."""
    evidence = indicator.evidence
    return {
        "label": indicator.label,
        "evidence": UNREADABLE if evidence is None else number(evidence, 2),
        "bar.class": "bar speaking" if evidence else "bar quiet",
        "bar.style": f"width:{100 * min(max(evidence or 0.0, 0.0), 1.0):.0f}%",
        "class": "unread" if evidence is None else "speaks" if evidence else "quiet",
    }


def risk_fields(journey: JourneyView) -> dict[str, Value]:
    """The points of each mode, which add up to the score."""
    ranked = sorted((each for each in journey.contributions if each.points > 0), key=lambda each: -each.points)
    score = round(journey.score)
    fields: dict[str, Value] = {
        "journey.score": str(score),
        "journey.band": journey.band,
        "journey.band.class": f"pill {journey.band.lower()}",
        "journey.points": tuple(each.mode for each in ranked) if score else (),
        "journey.sum": "points, which add up to the score" if ranked and score else "No mode has any points.",
    }
    for each, points in zip(ranked, parts_of([each.points for each in ranked], score), strict=True):
        fields |= flat(f"journey.points/{each.mode}", {"label": each.label, "points": points})
    return fields


def insight_fields(journey: JourneyView) -> dict[str, Value]:
    """The unit's episodes then, or why there was none."""
    fields: dict[str, Value] = {
        "journey.episodes": tuple(each.id for each in journey.episodes),
        "journey.quiet": why_none(journey),
        "journey.quiet.hidden": "" if journey.episodes else None,
    }
    for each in journey.episodes:
        said = {"title": each.title, "reason": each.story, "since": f"Since {when(each.since, journey.ts)}"}
        fields |= flat(f"journey.episodes/{each.id}", {**said})
    return fields


def why_none(journey: JourneyView) -> str:
    """Why there was no episode when the sample came."""
    if journey.verdict == "rejected":
        return "No episode: a rejected sample teaches nothing and moves no score."
    if any(each.evidence for each in journey.indicators) or journey.band != "Low":
        return "No episode: what is unusual has not lasted long enough to be said."
    if journey.verdict == "needs_review":
        return "No episode: what is odd about one sample confirms nothing."
    return "No episode: nothing unusual."


def value_fields(journey: JourneyView) -> dict[str, Value]:
    """The money of it."""
    paid = priced(journey)
    if paid is None or paid.money is None:
        money, formula = (NOTHING_TO_DECIDE if not journey.episodes else unpriced(journey), "", ""), ()
    else:
        money, formula = money_words(paid), paid.money.formula
    before, saved, after = money
    return {
        "journey.money": before,
        "journey.saved": saved,
        "journey.money.after": after,
        **lines("journey.formula", formula),
    }


def priced(journey: JourneyView) -> EpisodeView | None:
    """The episode whose money counts, else the first that has any."""
    paid = [each for each in journey.episodes if each.money is not None]
    counted = (each for each in paid if each.money is not None and each.money.counted)
    return next(counted, paid[0] if paid else None)


def unpriced(journey: JourneyView) -> str:
    """What is said where there are episodes and none has a price."""
    if all(each.kind == "sensor" for each in journey.episodes):
        return f"$0: {NOTHING_LOST}"
    return OVER if all(not each.open for each in journey.episodes) else UNPRICED


def journey_card(slots: Slots, view: UnitView) -> Tag:
    """The card, hidden while no sample is followed."""
    steps: tuple[tuple[str, Callable[[], TagChild]], ...] = (
        ("Telemetry", lambda: telemetry(slots, view)),
        ("Validation", lambda: validation(slots)),
        ("Signal", lambda: signal(slots)),
        ("Risk", lambda: risk(slots)),
        ("Insight", lambda: insight(slots)),
        ("Business value", lambda: value(slots)),
    )
    close = tags.button(
        "Close", type="button", class_="button small", data_close_journey="", data_testid="journey-close"
    )
    followed = card(
        slots.text("journey.title"),
        tags.ol(*(tags.li(tags.h3(label), body(), class_="step") for label, body in steps), class_="steps"),
        aside=close,
        class_="flush journey",
        id="journey",
        data_testid="journey",
        tabindex="-1",
    )
    followed.attrs.update(slots.bind(hidden="journey.hidden", data_ts="journey.ts"))
    return followed


def telemetry(slots: Slots, view: UnitView) -> TagChild:
    """The values with their units, and where they came from."""
    sent = [signal for signal in view.signals if signal.fitted]
    values = (
        TagList(
            tags.dt(signal.label),
            tags.dd(slots.text(f"journey.value.{signal.key}"), f" {signal.uom}" if signal.uom else None),
        )
        for signal in sent
    )
    return TagList(tags.dl(*values, class_="sent"), slots.text("journey.source", make=tags.p, class_="note"))


def validation(slots: Slots) -> TagChild:
    """The verdict, and what the rules said."""
    said, skeleton = slots.each("journey.rules", tags.ul(class_="step-lines"), sentence)
    return TagList(slots.text("journey.verdict", slots.bind(class_="journey.verdict.class")), said, skeleton)


def sentence(slots: Slots) -> Tag:
    return slots.text("said", make=tags.li, class_="note")


def signal(slots: Slots) -> TagChild:
    """The regime, and what each indicator saw."""
    listed, skeleton = slots.each("journey.indicators", tags.ul(class_="evidence"), indicator)
    return TagList(
        tags.p(slots.text("journey.regime", class_="regime"), " · ", slots.text("journey.speaking")), listed, skeleton
    )


def indicator(slots: Slots) -> Tag:
    """One indicator: name, bar, evidence."""
    return tags.li(
        slots.bind(class_="class"),
        slots.text("label", class_="note"),
        tags.span(tags.span(slots.bind(class_="bar.class", style="bar.style")), class_="track"),
        slots.text("evidence", class_="points"),
    )


def risk(slots: Slots) -> TagChild:
    """The score, its band, and the points of each mode."""
    listed, skeleton = slots.each("journey.points", tags.ul(class_="sums"), lambda mode: tags.li(
        mode.text("label"), mode.text("points", class_="points")))  # fmt: skip
    return TagList(
        tags.p(
            slots.text("journey.score", class_="large"),
            slots.text("journey.band", slots.bind(class_="journey.band.class")),
            class_="scored",
        ),
        listed,
        skeleton,
        slots.text("journey.sum", make=tags.p, class_="note"),
    )


def insight(slots: Slots) -> TagChild:
    """The unit's episodes then."""
    listed, skeleton = slots.each("journey.episodes", tags.ul(class_="step-lines"), lambda episode: tags.li(
        episode.text("title", class_="mode"), episode.text("reason", make=tags.div),
        episode.text("since", make=tags.div, class_="note")))  # fmt: skip
    return TagList(
        listed, skeleton, slots.text("journey.quiet", slots.bind(hidden="journey.quiet.hidden"), make=tags.p)
    )


def value(slots: Slots) -> TagChild:
    """What acting now saves, and the sum behind it."""
    listed, skeleton = slots.each("journey.formula", tags.ul(class_="step-lines"), sentence)
    return TagList(
        tags.p(
            slots.text("journey.money"),
            slots.text("journey.saved", make=tags.strong),
            slots.text("journey.money.after"),
            class_="weighed",
        ),
        listed,
        skeleton,
    )
