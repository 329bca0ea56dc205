"""A backtest in words: what the command prints and what the page lets one keep. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from connected_ops.read_model import BacktestView, EpisodeView, LabelScore, Replayed


def report(view: BacktestView) -> str:
    """All recordings, those with the most to say first, their sum, and how their files were read."""
    lines = [line for each in view.recordings for line in (*_recording(each), "")]
    return "\n".join([*lines, *_sum(view), *_read(view)])


def _recording(each: Replayed) -> Iterator[str]:
    where = each.name if each.file.split(".")[0] == each.name else f"{each.name} ({each.file})"
    yield f"{where}, {each.class_label[0].lower()}{each.class_label[1:]}"
    skipped = f"; {each.skipped:,} rows had no time" if each.skipped else ""
    yield (
        f"  {each.hours:.2f} h, {each.samples:,} samples: {each.valid:,} valid, {each.needs_review:,} needs review, "
        f"{each.rejected:,} rejected, {each.duplicates:,} duplicates{skipped}"
    )
    alarms = "; ".join(f"{label}: {count:,}" for label, count in each.fixed)
    yield f"  Fixed limits: {_count(each.fixed_alarms, 'alarm')}{f' ({alarms})' if alarms else ''}"
    sensors = len(each.episodes) - each.machine
    yield f"  Episodes: {each.machine:,} of the machine, {sensors:,} of sensors"
    for episode in each.episodes:
        yield from _episode(each, episode)
    if each.labels is not None:
        yield f"  Labels: {labelled(each.labels, each.hours)}"


def _episode(each: Replayed, episode: EpisodeView) -> Iterator[str]:
    closed = "still open at the end" if episode.closed_at is None else f"closed {moment(each, episode.closed_at)}"
    yield (
        f"  - {moment(each, episode.opened_at)}  {episode.vehicle_id}, {episode.mode_label} ({episode.kind}): "
        f"{episode.title}; {closed}"
    )
    yield f"    {episode.reason}"


def moment(each: Replayed, at: float) -> str:
    """A time of a recording: "2017-07-05 06:04:32 UTC", or "0:04:32" from its begin where nothing names its date."""
    if each.dated:
        return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"
    return str(timedelta(seconds=round(at - each.begin)))


def labelled(score: LabelScore, hours: float) -> str:
    """ "3 of 4 events found, after 0:00:12, 0:01:00 and …; 1 false episode, 0.25 an hour"."""
    delays = ", ".join(str(timedelta(seconds=round(delay))) for delay in score.delays_s)
    after = f", each after {delays}" if delays else ""
    rate = f", {score.false / hours:.2f} an hour" if hours > 0 else ""
    return (
        f"{score.found:,} of {_count(score.events, 'event')} found{after}; {_count(score.false, 'false episode')}{rate}"
    )


def _sum(view: BacktestView) -> Iterator[str]:
    sensors = view.episodes - view.machine
    yield (
        f"{_count(len(view.recordings), 'recording')}, {view.hours:.2f} h: {view.machine:,} "
        f"episode{'' if view.machine == 1 else 's'} of machines, {sensors:,} of sensors; "
        f"fixed limits would have raised {_count(view.fixed_alarms, 'alarm')}."
    )
    labels = [each.labels for each in view.recordings if each.labels is not None]
    if labels and view.false_per_hour is not None:
        events, found = sum(each.events for each in labels), sum(each.found for each in labels)
        recall = f"{found:,} of {_count(events, 'labelled event')} found" if events else "No labelled event"
        yield f"{recall}; {view.false_per_hour:.2f} false episodes an hour."


def _read(view: BacktestView) -> Iterator[str]:
    if view.read:
        yield from ("", "How it was read:", *(f"  {sentence}" for sentence in view.read))


def _count(amount: int, one: str) -> str:
    return f"{amount:,} {one if amount == 1 else one + 's'}"
