"""Episodes as pages and clients see them: in words, with their money, the most pressing first."""

from collections.abc import Sequence
from math import inf

from connected_ops.insight.advice import measured, words
from connected_ops.insight.codes import codes
from connected_ops.insight.episode import Episode
from connected_ops.insight.episodes import Episodes
from connected_ops.insight.working import undoable
from connected_ops.machines.catalog import SIGNALS
from connected_ops.machines.unit_class import CLASSES
from connected_ops.read_model import SOURCES, EpisodeView, Money, Span
from connected_ops.risk.failure_modes import MODES
from connected_ops.telemetry.units import SOURCE_OF_OWNER, UnitRegister

CLOSED_SHOWN = 200
DOUBT_S = 3600.0  # so long a sensor may be in doubt after its episode


def episode_view(
    episode: Episode,
    register: UnitRegister,
    now: float,
    money: Money | None = None,
    to_limit: Span | None = None,
    beside: Episode | None = None,
) -> EpisodeView:
    """One episode at `now` (Unix s); `money` and `to_limit` are those of an open one of a machine, `beside` is the one
    of the sensor that it rests on, or that rests on its sensor."""
    kind = CLASSES[register.unit_class[episode.unit]]
    said = words(episode, kind, beside)
    value, limit = measured(episode, kind)
    signal, mode = SIGNALS[episode.signal], MODES[episode.mode]
    seen, silence = episode.acknowledgement, episode.silence if episode.silenced(now) else None
    return EpisodeView(
        id=episode.id,
        vehicle_id=register.vehicle_id[episode.unit],
        class_label=kind.label,
        source=SOURCES[SOURCE_OF_OWNER[register.owner[episode.unit]]],
        kind=episode.kind,
        mode=mode.key,
        mode_label=mode.label,
        signal=signal.key,
        uom=signal.uom,
        state=episode.state(now),
        title=said.title,
        reason=said.reason,
        cause=said.cause,
        check=said.check,
        advice=said.advice,
        urgency=said.urgency,
        since=episode.since,
        opened_at=episode.opened_at,
        closed_at=episode.closed_at,
        acknowledged_at=None if seen is None else seen.at,
        value=value,
        limit=limit,
        p=episode.p,
        to_limit_s=to_limit,
        money=money,
        codes=codes(episode),
        acknowledged_by="" if seen is None else seen.who,
        silenced_until=None if silence is None else silence.until,
        silenced_by="" if silence is None else silence.who,
        acts=episode.acts,
        acts_dropped=episode.acts_dropped,
        rests_on_it=beside is not None and beside.worst is not None,
        undo_by=tuple(dict.fromkeys(act.who for act in episode.acts if undoable(episode, act, now))),
    )


def beside(episode: Episode, among: Sequence[Episode]) -> Episode | None:
    """Among a unit's episodes, newest first: of a machine's that a doubted value leads the newest of its sensor, of a
    sensor's the open one of a machine that rests on it."""
    if episode.worst is None:
        return next((each for each in among if each.worst and each.closed_at is None and _same(each, episode)), None)
    if SIGNALS[episode.signal].key not in episode.worst.figures.doubted:
        return None
    return next((each for each in among if each.worst is None and _same(each, episode)), None)


def _same(one: Episode, other: Episode) -> bool:
    """Whether both are about one signal at about one time."""
    began_in_time = one.since <= (other.closed_at or inf) and other.since - DOUBT_S <= (one.closed_at or inf)
    return one.signal == other.signal and began_in_time


def closed_views(episodes: Episodes, register: UnitRegister, now: float) -> tuple[EpisodeView, ...]:
    """The newest closed ones, newest first."""
    newest = list(episodes.closed.values())[: -CLOSED_SHOWN - 1 : -1]
    return tuple(
        episode_view(episode, register, now, beside=beside(episode, episodes.of(episode.unit))) for episode in newest
    )


def pressing(view: EpisodeView) -> tuple[bool, bool, bool, float, float]:
    """Sorts open episodes: silenced ones last, machines before sensors, what nobody has seen yet, then by dollars and
    by p."""
    saved = view.money.saved_usd if view.money is not None else 0.0
    return view.state == "silenced", view.kind == "sensor", view.state != "open", -saved, -view.p
