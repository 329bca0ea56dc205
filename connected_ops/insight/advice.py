"""An episode in words that a mechanic accepts: what it is, why it is said, what it may be, what to do, how soon."""

from dataclasses import dataclass
from math import isfinite

from connected_ops.insight.durations import duration
from connected_ops.insight.episode import Episode, Seen
from connected_ops.insight.sensor_wording import SENSOR_ROWS, TITLE_BOTH, UNCHANGED, WITH_IT, SensorRow
from connected_ops.insight.wording import OVER, ROWS, Row
from connected_ops.machines import catalog
from connected_ops.machines.mode import INDICATORS, Indicator
from connected_ops.machines.said import said
from connected_ops.machines.unit_class import UnitClass
from connected_ops.risk import reasons
from connected_ops.signals import kinds

_ROWS: dict[tuple[str, bool, bool], Row] = {(row.key, row.still, row.near): row for row in ROWS}
_INDICATORS: dict[str, Indicator] = {row.key: row for row in INDICATORS}
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


def words(episode: Episode, unit_class: UnitClass, beside: Episode | None = None) -> Words:
    """The words for an episode of a unit of that class, as it stands; pure. `beside` is the sensor's episode of the
    signal that a machine's is led by, or the machine's that is led by what a sensor's is about, if there is one."""
    if episode.worst is None:
        return _sensor_words(episode, _SENSOR_ROWS[episode.lead], beside)
    row = _row(episode, unit_class)
    why = _why(episode, episode.worst, beside)
    if episode.closed_at is not None:
        why = "Worst: " + why + f"; over after {_lasted(episode)}"
    why += _besides(episode)
    return Words(row.title, why, row.cause, row.check, row.advice, row.urgency if episode.closed_at is None else OVER)


def measured(episode: Episode, unit_class: UnitClass) -> tuple[float | None, float | None]:
    """(value, limit) of the episode's signal at its worst, in its unit; None where there is none."""
    if episode.worst is None or episode.value is None:
        return episode.value, None
    value, row = episode.value, _INDICATORS.get(episode.lead)
    if row is not None and row.row.kind == "too_cold":
        return value, kinds.working(unit_class, row)
    if row is not None and row.row.kind == "share":
        return value, kinds.limit(unit_class, row)
    signal = catalog.KEYS[episode.signal]
    warn, critical = unit_class.limits(signal)
    side = unit_class.side(signal)
    past = critical is not None and (warn is None or side * value >= side * critical)
    return value, critical if past else warn


def in_short(episode: Episode, unit_class: UnitClass) -> str:
    """An episode in one line: "Sensor fault: Intake air temperature reads −40 °F, the value of an open circuit"."""
    if episode.worst is not None:
        return f"{_row(episode, unit_class).title}: {reasons.EASING.lower()}"
    row = _SENSOR_ROWS[episode.lead]
    return f"{row.title.partition(', not ')[0]}: " + _reading(episode, row)


def _row(episode: Episode, unit_class: UnitClass) -> Row:
    signal = catalog.KEYS[episode.signal]
    warn, critical = unit_class.limits(signal)
    limit, side = critical if warn is None else warn, unit_class.side(signal)
    near = episode.value is not None and limit is not None and side * episode.value < side * limit
    return _ROWS.get((episode.lead, unit_class.still, near)) or _ROWS[episode.lead, unit_class.still, False]


def _why(episode: Episode, worst: Seen, beside: Episode | None) -> str:
    """The value, the limit and why, of the worst sample."""
    doubts = {catalog.KEYS[episode.signal]: beside.lead} if beside is not None else {}
    return reasons.sentence(episode.mode, list(worst.indicators), 1.0, 1.0, worst.figures, doubts)


def _sensor_words(episode: Episode, row: SensorRow, beside: Episode | None) -> Words:
    reading = _reading(episode, row)
    if beside is not None and episode.closed_at is None:
        stands = "What it reads has lasted" if row.kind != "missing" else "What it last read stands"
        why = reading + f"{_besides(episode)}. {stands}: {reasons.UNTIL_CHECKED}"
        return Words(TITLE_BOTH, why, row.cause, row.check, row.advice, WITH_IT)
    if episode.closed_at is None:
        why = reading + f"{_besides(episode)}. Engine risk unchanged"
    else:
        why = reading + f"; over after {_lasted(episode)}{_besides(episode)}. Engine risk was unchanged"
    return Words(row.title, why, row.cause, row.check, row.advice, UNCHANGED)


def _reading(episode: Episode, row: SensorRow) -> str:
    signal, value = catalog.SIGNALS[episode.signal], episode.value
    figure = "nothing" if value is None or not isfinite(value) else signal.figure(value)
    return said(row.reading, label=signal.label, value=figure, sent=str(figure))


def _besides(episode: Episode) -> str:
    """How often it came back, and that nobody could know of it in time."""
    late = "; found late, in samples that came after newer ones" if episode.found_late else ""
    if not episode.merged:
        return late
    came_back = "; it came back once" if episode.merged == 1 else f"; it came back {episode.merged} times"
    return came_back + late


def _lasted(episode: Episode) -> str:
    return duration((episode.closed_at or episode.opened_at) - episode.since)
