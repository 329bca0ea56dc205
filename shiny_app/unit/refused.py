"""What of a unit's newest values is not believed: struck out, with why, beside the last one that is."""

from htmltools import Tag, TagList, tags

from connected_ops.read_model import SignalView, UnitView
from shiny_app.live.slots import Slots, Value, flat
from shiny_app.shell.format import duration, quantity


def refused_text(signal: SignalView) -> str:
    """The value that was sent and is not believed, or nothing."""
    return "" if signal.refused is None else quantity(signal.refused, signal.uom, signal.decimals)


def standing(signal: SignalView) -> str:
    """The newest value that is believed: "201 °F", "82 °F, 3 min ago" where it is none of the present."""
    if signal.value is None and signal.refused is not None:
        return ""
    now = quantity(signal.value, signal.uom, signal.decimals)
    return f"{now}, {aged(signal.age_s)}" if signal.age_s > 0 else now


def aged(seconds: float) -> str:
    """ "3 min ago", in whole minutes, so that it does not tick."""
    if seconds < 60:
        return "under a minute ago"
    return f"{duration(seconds if seconds >= 3600 else seconds - seconds % 60)} ago"


def now_words(signal: SignalView) -> str:
    """The newest value in words: "201 °F", "−40 °F, not believed; 82 °F, 3 min ago"."""
    refused, believed = refused_text(signal), standing(signal)
    return "; ".join(filter(None, (f"{refused}, not believed" if refused else "", believed)))


def refused_fields(view: UnitView) -> dict[str, Value]:
    """The live list of signals that a rule speaks against now."""
    told = [signal for signal in view.signals if signal.refused is not None or signal.why]
    fields: dict[str, Value] = {
        "refused": tuple(signal.key for signal in told),
        "refused.hidden": None if told else "",
    }
    for signal in told:
        struck = refused_text(signal)
        before = standing(signal)
        fields |= flat(
            f"refused/{signal.key}",
            {
                "label": signal.label,
                "struck": struck,
                "struck.hidden": None if struck else "",
                "not": " not believed" if struck else "",
                "why": signal.why,
                "before": f"Last believed: {before}." if before and signal.value is not None else "",
            },
        )
    return fields


def refused_list(slots: Slots) -> Tag:
    """Those signals, each with why."""
    listed, skeleton = slots.each("refused", tags.ul(), refused_item)
    return tags.div(
        slots.bind(hidden="refused.hidden"), listed, skeleton, class_="refused-values", data_testid="not-believed"
    )


def refused_item(slots: Slots) -> Tag:
    """One of them."""
    return tags.li(
        slots.text("label", class_="mode"),
        " ",
        slots.text("struck", slots.bind(hidden="struck.hidden"), make=tags.s),
        slots.text("not"),
        tags.p(slots.text("why"), " ", slots.text("before"), class_="note"),
    )


def now_parts(slots: Slots, key: str, class_: str = "") -> TagList:
    """The newest value of a signal: what is not believed struck out, then what is."""
    name = f"chart.{key}"
    return TagList(
        slots.text(f"{name}.refused", slots.bind(hidden=f"{name}.refused.hidden"), make=tags.s, class_="struck"),
        slots.text(f"{name}.value", class_=class_ or None),
    )
