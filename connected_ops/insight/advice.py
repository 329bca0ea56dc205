"""An episode in words that a mechanic accepts: what it is, why it is said, what it may be, what to do, how soon."""

from dataclasses import dataclass
from math import isfinite

from connected_ops.insight.durations import duration
from connected_ops.insight.episode import Episode, Seen
from connected_ops.insight.wording import OVER, ROWS, SENSOR_ROWS, STILL_CLASSES, UNCHANGED, Row, SensorRow
from connected_ops.risk import reasons
from connected_ops.telemetry import catalog
from connected_ops.telemetry.unit_class import UnitClass

_ROWS: dict[tuple[str, bool], Row] = {(row.key, row.still): row for row in ROWS}
_SENSOR_ROWS: dict[str, SensorRow] = {row.kind: row for row in SENSOR_ROWS}


@dataclass(frozen=True, slots=True)
class Words:
    """An episode in words; `reason` has no full stop, the others are whole sentences but title and urgency."""

    title: str
    reason: str
    cause: str
    check: str
    advice: str
    urgency: str


def words(episode: Episode, unit_class: UnitClass) -> Words:
    """The words for an episode of a unit of that class, as it stands; pure."""
    if episode.worst is None:
        return _sensor_words(episode, _SENSOR_ROWS[episode.lead])
    row = _row(episode, unit_class)
    why = _why(episode.mode, episode.worst)
    if episode.closed_at is not None:
        why = f"Worst: {why}; over after {_lasted(episode)}"
    why += _came_back(episode)
    return Words(row.title, why, row.cause, row.check, row.advice, row.urgency if episode.closed_at is None else OVER)


def measured(episode: Episode, unit_class: UnitClass) -> tuple[float | None, float | None]:
    """(value, limit) of the episode's signal at its worst, in its unit; None where there is none."""
    if episode.worst is None or episode.value is None:
        return episode.value, None
    value, lead = episode.value, episode.lead
    if lead == "coolant_low":
        return value, unit_class.coolant_normal[0]
    if lead == "vibration_level" and unit_class.vibration_warn is not None:
        return value, unit_class.vibration_healthy[1]
    warn, critical = unit_class.limits(catalog.KEYS[episode.signal])
    limit = critical if critical is not None and (warn is None or value >= critical) else warn
    if lead == "engine_speed":
        limit = unit_class.max_rpm
    return value, limit


def _row(episode: Episode, unit_class: UnitClass) -> Row:
    key = episode.lead
    if key == "coolant_level" and episode.value is not None and episode.value < (unit_class.coolant_warn or 0.0):
        key = "coolant_near"
    still = unit_class.key in STILL_CLASSES
    return _ROWS.get((key, still)) or _ROWS[key, False]


def _why(mode: int, worst: Seen) -> str:
    """The value, the limit and why, of the worst sample."""
    said = reasons.sentence(mode, list(worst.indicators), 1.0, 1.0, worst.figures)
    return said.removesuffix(reasons.CONFIRMING)


def _sensor_words(episode: Episode, row: SensorRow) -> Words:
    signal = catalog.SIGNALS[episode.signal]
    said = row.reading.format(label=signal.label, value=_figure(signal, episode.value))
    if episode.closed_at is None:
        why = f"{said}{_came_back(episode)}. Engine risk unchanged"
    else:
        why = f"{said}; over after {_lasted(episode)}{_came_back(episode)}. Engine risk was unchanged"
    return Words(row.title, why, row.cause, row.check, row.advice, UNCHANGED)


def _figure(signal: catalog.Signal, value: float | None) -> str:
    if value is None or not isfinite(value):
        return "nothing"
    number = f"{value:,.{signal.decimals}f}" if abs(value) < 1e7 else f"{value:.3g}"
    return f"{number} {signal.uom}".strip().replace("-", "−")


def _came_back(episode: Episode) -> str:
    if not episode.merged:
        return ""
    return "; it came back once" if episode.merged == 1 else f"; it came back {episode.merged} times"


def _lasted(episode: Episode) -> str:
    return duration((episode.closed_at or episode.opened_at) - episode.since)
