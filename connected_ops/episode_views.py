"""Episodes as pages and clients see them: in words, with their money, the most pressing first."""

from connected_ops.insight.advice import measured, words
from connected_ops.insight.codes import codes
from connected_ops.insight.episode import Episode
from connected_ops.insight.episodes import Episodes
from connected_ops.read_model import SOURCES, EpisodeView, Money, Span
from connected_ops.risk.failure_modes import MODES
from connected_ops.telemetry.catalog import SIGNALS
from connected_ops.telemetry.unit_class import CLASSES
from connected_ops.telemetry.units import SOURCE_OF_OWNER, UnitRegister

CLOSED_SHOWN = 200


def episode_view(
    episode: Episode, register: UnitRegister, money: Money | None = None, to_limit: Span | None = None
) -> EpisodeView:
    """One episode; `money` and `to_limit` are those of an open one of a machine."""
    kind = CLASSES[register.unit_class[episode.unit]]
    said = words(episode, kind)
    value, limit = measured(episode, kind)
    signal, mode = SIGNALS[episode.signal], MODES[episode.mode]
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
        state=episode.state,
        title=said.title,
        reason=said.reason,
        cause=said.cause,
        check=said.check,
        advice=said.advice,
        urgency=said.urgency,
        since=episode.since,
        opened_at=episode.opened_at,
        closed_at=episode.closed_at,
        acknowledged_at=episode.acknowledged_at,
        value=value,
        limit=limit,
        p=episode.p,
        to_limit_s=to_limit,
        money=money,
        codes=codes(episode),
    )


def closed_views(episodes: Episodes, register: UnitRegister) -> tuple[EpisodeView, ...]:
    """The newest closed ones, newest first."""
    newest = list(episodes.closed.values())[: -CLOSED_SHOWN - 1 : -1]
    return tuple(episode_view(episode, register) for episode in newest)


def pressing(view: EpisodeView) -> tuple[bool, bool, float, float]:
    """Sorts open episodes: machines before sensors, what nobody has seen yet, then by dollars and by p."""
    saved = view.money.saved_usd if view.money is not None else 0.0
    return view.kind == "sensor", view.state != "open", -saved, -view.p
