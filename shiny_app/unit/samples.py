"""The unit page's newest samples: a line each, which opens the sample's journey."""

from htmltools import Tag, TagList, tags

from connected_ops.read_model import HOURS_SIGNAL, SampleRow, SignalView, UnitView
from shiny_app.live.slots import Slots, Value, flat
from shiny_app.shell.components import card, csv_link
from shiny_app.shell.format import clock, count, moment, number

NEWEST = 10

VERDICTS = {
    "valid": "Valid",
    "needs_review": "Needs review",
    "rejected": "Rejected",
    "duplicate": "Duplicate",
}


def columns(view: UnitView) -> tuple[SignalView, ...]:
    """The signals that a sample's line shows: the fitted ones, but the hours, which stand in the header."""
    return tuple(signal for signal in view.signals if signal.fitted and signal.key != HOURS_SIGNAL)


def sample_fields(view: UnitView) -> dict[str, Value]:
    """The newest samples, newest first, by their time; a time that comes twice gets a number."""
    shown = columns(view)
    fields: dict[str, Value] = {}
    keys: list[str] = []
    seen: dict[float, int] = {}
    for sample in view.newest[:NEWEST]:
        seen[sample.ts] = again = seen.get(sample.ts, 0) + 1
        key = f"{sample.ts:.6f}" + (f"-{again}" if again > 1 else "")
        keys.append(key)
        fields |= flat(f"samples/{key}", one_sample(sample, shown))
    return fields | {"samples": tuple(keys), "samples.note": count(len(keys), "sample")}


def one_sample(sample: SampleRow, shown: tuple[SignalView, ...]) -> dict[str, Value]:
    """The live values of one sample's line."""
    values = dict(sample.values)
    told = sample.sentences[0] if sample.sentences else ""
    fields: dict[str, Value] = {
        "ts": repr(sample.ts),  # whole, so that the browser's number is the same
        "time": clock(sample.ts),
        "date": moment(sample.ts),
        "verdict": VERDICTS.get(sample.verdict, sample.verdict),
        "verdict.class": f"verdict {sample.verdict}",
        "told": told,
        "told.hidden": None if told else "",
    }
    for signal in shown:
        odd = signal.key in sample.refused
        fields[signal.key] = number(values.get(signal.key), signal.decimals)
        fields[f"{signal.key}.class"] = "struck" if odd else None
        fields[f"{signal.key}.title"] = "Not believed" if odd else None
    return fields


def samples_card(slots: Slots, view: UnitView) -> Tag:
    """The newest samples with their verdicts."""
    shown = columns(view)

    def line(cell: Slots) -> Tag:
        return tags.tr(
            tags.td(
                cell.text(
                    "time", cell.bind(title="date", data_ts="ts"),
                    make=tags.button, type="button", class_="sample", data_testid="sample-row",
                    data_unit=view.row.vehicle_id, aria_controls="journey",
                ),
                class_="time", role="cell",
            ),
            *(
                tags.td(
                    cell.text(
                        signal.key, cell.bind(class_=f"{signal.key}.class", title=f"{signal.key}.title")
                    ),
                    class_="value", role="cell", data_label=signal.label, data_uom=signal.uom,
                )
                for signal in shown
            ),
            tags.td(
                cell.text("verdict", cell.bind(class_="verdict.class")),
                cell.text("told", cell.bind(hidden="told.hidden"), make=tags.div, class_="note"),
                class_="judged", role="cell",
            ),
            role="row",
        )  # fmt: skip

    body, skeleton = slots.each("samples", tags.tbody(role="rowgroup"), line)
    head = tags.tr(
        tags.th("Time", scope="col", role="columnheader", class_="time"),
        *(
            tags.th(signal.label, tags.span(signal.uom, class_="uom"), scope="col", role="columnheader", class_="value")
            for signal in shown
        ),
        tags.th("Verdict", scope="col", role="columnheader", class_="judged"),
        role="row",
    )
    return card(
        "Newest samples",
        tags.table(
            tags.caption("Newest samples", class_="unseen"), tags.thead(head, role="rowgroup"), body,
            class_="samples", role="table",
        ),
        skeleton,
        aside=TagList(
            tags.span(slots.text("samples.note"), ", follow one by its time"),
            csv_link("Newest samples", slots.bind(href="samples.csv")),
        ),
        class_="flush",
        id="samples",
    )  # fmt: skip
