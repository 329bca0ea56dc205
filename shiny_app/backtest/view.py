"""The Backtest page: somebody's own recording, and what the engine would have said of it."""

from htmltools import Tag, TagList, tags

from connected_ops.read_model import BacktestRun, BacktestView, EpisodeView, Replayed
from shiny_app.backtest.asking import asking, first_look
from shiny_app.insights.feed import sentence, tone
from shiny_app.live.slots import KEY, Slots, Value, flat
from shiny_app.shell import in_units
from shiny_app.shell.components import FILES, card, figure, save_links
from shiny_app.shell.format import count, duration, moment, number

SHOWN_EPISODES, SHOWN_RECORDINGS, SHOWN_READ = 40, 100, 40
"""The most that are shown; those with the most to say come first."""

_EMPTY: dict[str, Value] = {
    "backtest.first.hidden": None,
    "backtest.running.hidden": "",
    "backtest.refused.hidden": "",
    "backtest.result.hidden": "",
    "backtest.name": "",
    "backtest.refused": "",
    "backtest.chart": None,
    "backtest.episodes": (),
    "backtest.recordings": (),
    "backtest.read": (),
}


def backtest_fields(run: BacktestRun | None, metric: bool = False) -> dict[str, Value]:
    """Every live value of the page; without a run it waits for a file."""
    if run is None:
        return _EMPTY
    fields: dict[str, Value] = _EMPTY | {"backtest.name": run.name, "backtest.refused": run.sentence}
    fields["backtest.first.hidden"] = ""
    fields[f"backtest.{'result' if run.state == 'done' else run.state}.hidden"] = None
    return fields if run.view is None else fields | result_fields(run.key, run.view, metric)


def result_fields(key: str, view: BacktestView, metric: bool) -> dict[str, Value]:
    """What came of a recording."""
    recordings = view.recordings[:SHOWN_RECORDINGS]
    told = [(each, episode) for each in view.recordings for episode in each.episodes]
    shown = told[:SHOWN_EPISODES]
    samples = sum(each.samples for each in view.recordings)
    doubted = sum(each.needs_review + each.rejected + each.duplicates for each in view.recordings)
    fields: dict[str, Value] = {
        "backtest.verdict": verdict(view),
        "backtest.hours": f"{number(view.hours, 2)} h",
        "backtest.hours.note": f"{count(samples, 'sample')}, {doubted:,} not simply valid",
        "backtest.spoken": number(view.episodes),
        "backtest.spoken.note": f"{view.machine:,} of the machine, {view.episodes - view.machine:,} of sensors",
        "backtest.fixed": number(view.fixed_alarms),
        "backtest.fixed.note": in_units.text(fixed_words(view), metric),
        "backtest.labels": label_words(view),
        "backtest.labels.hidden": None if label_words(view) else "",
        "backtest.chart": key if view.plotted else None,
        "backtest.unplotted": None if view.plotted else "",
        **{
            f"backtest.{kind}": f"charts/-/{key}.{FILES[kind]}" + ("?units=c" if metric else "")
            for kind in ("png", "svg")
        },
        "backtest.chart.name": view.recordings[0].name if view.recordings else "",
        "backtest.report": f"backtests/{key}.txt",
        "backtest.calm.hidden": "" if told else None,
        "backtest.episodes": tuple(str(at) for at in range(1, len(shown) + 1)),
        "backtest.episodes.note": count(len(told), "episode")
        if len(told) == len(shown)
        else f"{len(shown):,} of {len(told):,} shown, the report has all",
        "backtest.recordings": tuple(str(at) for at in range(1, len(recordings) + 1)),
        "backtest.recordings.note": count(len(view.recordings), "recording"),
        "backtest.recordings.hidden": None if len(recordings) > 1 else "",
        "backtest.read": tuple(str(at) for at in range(1, len(view.read[:SHOWN_READ]) + 1)),
        "backtest.read.hidden": None if view.read else "",
    }
    for at, said in enumerate(view.read[:SHOWN_READ], start=1):
        fields |= flat(f"backtest.read/{at}", {"said": said})
    for at, (each, episode) in enumerate(shown, start=1):
        fields |= flat(f"backtest.episodes/{at}", episode_fields(each, in_units.episode(episode, metric)))
    for at, each in enumerate(recordings, start=1):
        fields |= flat(f"backtest.recordings/{at}", recording_fields(each))
    return fields


def verdict(view: BacktestView) -> str:
    """The answer to "would this have fired?"."""
    if view.machine:
        return f"Yes: {count(view.machine, 'time')} about the machine"
    sensors = view.episodes
    return f"Not about the machine; {count(sensors, 'time')} about a sensor" if sensors else "No: nothing unusual"


def fixed_words(view: BacktestView) -> str:
    """Which fixed limit would have shouted most: "most: Speed 75 mph or more"."""
    sums: dict[str, int] = {}
    for each in view.recordings:
        for label, alarms in each.fixed:
            sums[label] = sums.get(label, 0) + alarms
    return "most: " + max(sums, key=lambda label: sums[label]) if sums else "alarms on the same data"


def label_words(view: BacktestView) -> str:
    """What the file's labels say of the episodes; nothing where it has none."""
    scored = [each.labels for each in view.recordings if each.labels is not None]
    if not scored or view.false_per_hour is None:
        return ""
    events, found = sum(each.events for each in scored), sum(each.found for each in scored)
    delays = sorted(delay for each in scored for delay in each.delays_s)
    middle = duration(delays[len(delays) // 2]) if delays else ""
    late = f", half of them within {middle}" if len(delays) > 1 else f", after {middle}" if delays else ""
    return (
        f"Against the labels in the file: {found:,} of {count(events, 'event')} found{late}; "
        f"{number(view.false_per_hour, 2)} false episodes an hour."
    )


def episode_fields(each: Replayed, episode: EpisodeView) -> dict[str, Value]:
    """The live values of one episode's line."""
    into = f"{duration(episode.opened_at - each.begin)} in"
    ended = "open to the end" if episode.closed_at is None else f"until {duration(episode.closed_at - each.begin)}"
    return {
        "tone": f"dot {tone(episode)}" if episode.kind == "sensor" else "dot high",
        "title": episode.title,
        "time": f"{moment(episode.opened_at)}, {into}" if each.dated else into,
        "unit": each.name,
        "told": f" · {episode.kind.capitalize()}, {episode.mode_label.lower()}, {ended} · {sentence(episode.reason)}",
    }


def recording_fields(each: Replayed) -> dict[str, Value]:
    """The live values of one recording's line."""
    return {
        "name": each.name,
        "hours": f"{number(each.hours, 2)} h",
        "samples": number(each.samples),
        "machine": number(each.machine),
        "sensors": number(len(each.episodes) - each.machine),
        "fixed": number(each.fixed_alarms),
    }


def backtest_page(fields: dict[str, Value]) -> TagList:
    """The page's body."""
    slots = Slots(fields)
    return TagList(
        asking(slots),
        first_look(slots),
        tags.section(
            slots.bind(hidden="backtest.refused.hidden"),
            tags.h2("Not taken"),
            slots.text("backtest.refused", make=tags.p),
            class_="card message",
            role="alert",
            data_testid="backtest-refused",
        ),
        tags.div(
            slots.bind(hidden="backtest.result.hidden"),
            headline(slots),
            chart_card(slots),
            episodes_card(slots),
            recordings_card(slots),
            read_card(slots),
            class_="backtest-result",
            data_testid="backtest-result",
        ),
    )


def headline(slots: Slots) -> Tag:
    """The answer, and the counts behind it."""
    return tags.section(
        tags.div(
            slots.text("backtest.verdict", make=tags.h2, data_testid="backtest-verdict"),
            tags.p(
                slots.text("backtest.name", make=tags.strong), " · ",
                tags.a(slots.bind(href="backtest.report"), "Keep the report", download="", class_="to-unit"),
                class_="note",
            ),
            class_="wide",
        ),
        figure("Recorded", slots.text("backtest.hours"), slots.text("backtest.hours.note")),
        figure("We would have spoken", slots.text("backtest.spoken", data_testid="backtest-spoken"),
               slots.text("backtest.spoken.note")),
        figure("Fixed limits would have raised", slots.text("backtest.fixed"), slots.text("backtest.fixed.note")),
        slots.text("backtest.labels", slots.bind(hidden="backtest.labels.hidden"), make=tags.p, class_="note wide",
                   data_testid="backtest-labels"),
        class_="card summary",
    )  # fmt: skip


def episodes_card(slots: Slots) -> Tag:
    """Every episode, in the order of the recordings."""

    def line(item: Slots) -> Tag:
        return tags.li(
            tags.div(
                tags.span(item.bind(class_="tone"), aria_hidden="true"),
                item.text("title", make=tags.strong),
                item.text("time", class_="time"),
                class_="line",
            ),
            tags.p(item.text("unit", make=tags.strong), item.text("told"), class_="note"),
            data_testid=f"backtest-episode-{KEY}",
        )

    listed, skeleton = slots.each("backtest.episodes", tags.ul(class_="feed"), line)
    return card(
        "What would have been said",
        listed,
        skeleton,
        tags.p(slots.bind(hidden="backtest.calm.hidden"), "Nothing: no machine needed anybody.", class_="body calm"),
        aside=slots.text("backtest.episodes.note"),
        class_="flush feed-card",
    )


def chart_card(slots: Slots) -> Tag:
    """The recording that leads, its episodes shaded."""
    return card(
        "The recording",
        tags.div(
            tags.img(
                slots.bind(data_chart="backtest.chart", data_units="units.data"),
                alt="The recording's signals over time; the times of what would have been said are shaded.",
                class_="chart tall-chart", data_unit="-", data_version="0", data_testid="backtest-chart",
            ),
            class_="tall-plot",
        ),
        tags.footer(
            slots.bind(hidden="backtest.unplotted"),
            save_links(
                "backtest", "the recording's chart",
                {kind: slots.bind(href=f"backtest.{kind}") for kind in ("png", "svg")},
            ),
            class_="chart-foot",
        ),
        aside=slots.text("backtest.chart.name"),
        class_="flush chart-card",
    )  # fmt: skip


_COLUMNS = (
    ("Recording", "name"),
    ("Recorded", "hours"),
    ("Samples", "samples"),
    ("Machine", "machine"),
    ("Sensors", "sensors"),
    ("Fixed limits", "fixed"),
)


def recordings_card(slots: Slots) -> Tag:
    """Every recording of the file, those with the most to say first."""

    def row(item: Slots) -> Tag:
        return tags.tr(*(item.text(name, make=tags.td, data_label=label) for label, name in _COLUMNS))

    listed, skeleton = slots.each("backtest.recordings", tags.tbody(), row)
    return tags.div(
        slots.bind(hidden="backtest.recordings.hidden"),
        card(
            "Side by side",
            tags.table(tags.thead(tags.tr(*(tags.th(label, scope="col") for label, _ in _COLUMNS))), listed),
            skeleton,
            aside=slots.text("backtest.recordings.note"),
            class_="flush recordings",
        ),
    )


def read_card(slots: Slots) -> Tag:
    """How the file was understood, and what was left out of it."""
    listed, skeleton = slots.each(
        "backtest.read", tags.ul(class_="body"), lambda item: item.text("said", make=tags.li, class_="note")
    )
    return tags.div(
        slots.bind(hidden="backtest.read.hidden"),
        card("How it was read", listed, skeleton),
        data_testid="backtest-read",
    )
