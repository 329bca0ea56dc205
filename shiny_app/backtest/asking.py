"""What the Backtest page asks for: a recording or the sample; and before the first, what one gets."""

from htmltools import Tag, tags

from connected_ops.read_model import EXAMPLE
from shiny_app.backtest.routes import MOST_UPLOADED
from shiny_app.live.slots import Slots
from shiny_app.shell.components import card

ACCEPT = ".csv,.tsv,.txt,.log,.json,.ndjson,.jsonl,.gz"
GIVEN = (
    "Whether the engine would have spoken: each insight with its time, its reason and its values.",
    "What plain fixed limits would have raised on the same samples.",
    "The recording as a chart with those times shaded, and a report to keep.",
    "Where a column label or anomaly says 0 or 1: what was found, how late, and how often it was wrong.",
)
LINES = "\n".join(
    [
        f"ts,vehicle_id,unit_class,{','.join(EXAMPLE)}",
        *(
            f"2026-03-05T08:00:0{second}Z,my_truck,class_8_truck,{','.join(f'{value:g}' for value in EXAMPLE.values())}"
            for second in range(2)
        ),
    ]
)


def asking(slots: Slots) -> Tag:
    """What can be asked, and the file."""
    return tags.section(
        tags.h1("Would this have fired?", tabindex="-1"),
        tags.p(
            "Choose a recording of your own. It goes through the engine of this page, in a lab of its own: nothing of "
            "it joins the fleet, and nothing is kept but the result."
        ),
        tags.div(
            tags.label("A recording", for_="backtest-file"),
            tags.input(
                type="file", id="backtest-file", accept=ACCEPT, data_testid="backtest-file",
                data_backtest_file=str(MOST_UPLOADED), aria_describedby="backtest-kinds", autocomplete="off",
            ),
            class_="file",
        ),
        tags.p(
            "A logger's file (Torque, Car Scanner, OBDLink and others), or any table: CSV, JSON, NDJSON; plain or "
            f".gz, at most {MOST_UPLOADED // 2**20} MB. A column label or anomaly of 0 and 1 is held against it.",
            id="backtest-kinds", class_="note",
        ),
        tags.div(
            tags.button(
                "Try a sample", type="button", class_="button", data_backtest_sample="sample-recording.csv.gz",
                data_testid="backtest-sample", aria_describedby="backtest-sample-about",
            ),
            tags.span(
                "No file at hand? 45 minutes of a simulated truck: a pothole, a thermostat that sticks open, and an "
                "intake sensor that loses its wire.",
                id="backtest-sample-about", class_="note",
            ),
            class_="try",
        ),
        tags.p(
            slots.bind(hidden="backtest.running.hidden"),
            "Working through ", slots.text("backtest.name", make=tags.strong), " …",
            role="status", class_="working", data_testid="backtest-running",
        ),
        class_="card message backtest",
    )  # fmt: skip


def first_look(slots: Slots) -> Tag:
    """What stands there before the first file: what one gets, and what a file looks like."""
    return tags.div(
        slots.bind(hidden="backtest.first.hidden"),
        card("What you get", tags.ul(*(tags.li(each) for each in GIVEN), class_="given")),
        card(
            "What a file looks like",
            tags.pre(LINES, class_="example", tabindex="0", aria_label="Three lines of a recording"),
            tags.p(
                "The names are those of the API; a signal that is not there is not judged. Without a unit_class a "
                "machine has no limits of its class, and is held against itself.",
                class_="note",
            ),
        ),
        class_="first-look",
        data_testid="backtest-first",
    )
