"""Why a mode has its points, as one sentence with figures a person can check."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import nan
from types import MappingProxyType

from connected_ops.machines import catalog
from connected_ops.machines.unit_class import UnitClass
from connected_ops.risk.failure_modes import KEYS, MODES, WEAR
from connected_ops.signals import indicators
from connected_ops.signals.limits import LIMITED, Limited

SPEAKS_FROM = 8.0  # points below which a mode is not worth a sentence in the fleet table
CONFIRMED_FROM = 0.6  # share of the evidence that time has confirmed
NOTHING, NOTHING_THEN = "Nothing unusual", "Nothing unusual when it was last heard"
NOTHING_KNOWN = "Nothing is known of it: no value has come that can be read"
NOT_JUDGED = "Its values are shown, not judged: no failure mode reads them"
QUIET = "Quiet"  # of one mode: another may speak
EASING = "Back to normal, easing off"
CONFIRMING = ", confirming"
DOUBTS: dict[str, str] = {
    "rate_of_change": "the sensor has been jumping",
    "open_circuit": "the sensor's circuit was open",
    "sensor_range": "the sensor has read what it cannot report",
    "implausible": "the sensor has read what no running machine shows",
    "stuck": "the sensor has stood still to the last digit",
    "missing": "the sensor was missing",
    "celsius_suspected": "its unit of measure is in doubt",
    "below_air": "the sensor has read far below the air around it",
}
"""Why a value is a doubted sensor's, by the kind of rule that spoke of it."""
IN_DOUBT = "the sensor is in doubt"
_INTAKE_SPEAKS_FROM = indicators.INDICATORS[indicators.KEYS.index("intake_residual")].start
UNTIL_CHECKED = "treat it as real until checked"


@dataclass(frozen=True, slots=True)
class Figures:
    """What a sentence may quote of one unit: newest trusted values by signal key, own normals by quantity key,
    coolant slope in °F/min. `drift` are the levels of the unit against itself by the key of the drift, as indicators
    read them, `since` their onsets in Unix s, where there is one; `doubted` are signals whose sensor is in doubt.

    Raises KeyError for a signal that never had a trusted value; sentences are only asked of indicators that were read.
    """

    unit_class: UnitClass
    values: dict[str, float]
    normals: dict[str, float]
    learned: dict[str, bool]
    slope: float
    drift: dict[str, float] = field(default_factory=dict)
    since: dict[str, float] = field(default_factory=dict)
    doubted: frozenset[str] = frozenset()


def doubted(signal: str, value: float, kind: str = "") -> str:
    """What is said of a value of a sensor that a rule of `kind` has put in doubt (empty: nobody knows which)."""
    row = catalog.SIGNALS[catalog.INDEX[signal]]
    label = row.label.removesuffix(" temperature")
    return f"{label} reads {row.figure(value)}; {DOUBTS.get(kind, IN_DOUBT)}: {UNTIL_CHECKED}"


def _limit(low: float | None, high: float | None, value: float) -> str:
    limit = high if high is not None and value >= high else low
    return "" if limit is None else f"{limit:,.0f}"


def _coolant_level(f: Figures) -> str:
    value = f.values["coolant_temp_f"]
    warn, critical = f.unit_class.limits("coolant_temp_f")
    limit = _limit(critical if warn is None else warn, critical, value)
    if not limit:
        return f"Coolant {value:.0f} °F"
    side = "over" if value >= float(limit) else "near"
    whose = "limit of its class" if f.unit_class.coolant_warn is not None else "that no engine stands"
    return f"Coolant {value:.0f} °F, {side} the {limit} °F {whose}"


def _coolant_residual(f: Figures) -> str:
    value, normal = f.values["coolant_temp_f"], f.normals["coolant"]
    whose = "its own normal" if f.learned["coolant"] else "the normal of its class"
    return f"Coolant {value:.0f} °F, {value - normal:.0f} °F above {whose}"


def _coolant_trend(f: Figures) -> str:
    return f"{_coolant_residual(f)} and rising {f.slope:.1f} °F a minute"


def _coolant_low(f: Figures) -> str:
    low = f.unit_class.coolant_normal[0]
    return f"Coolant {f.values['coolant_temp_f']:.0f} °F, below the {low:.0f} °F of a warm engine of its class"


def _against_its_days(what: str, key: str, figure: Callable[[float], str], same: str) -> Callable[[Figures], str]:
    """The sentence of a drift; its figure is left out where the unit could not be compared again since."""

    def said(f: Figures) -> str:
        level, onset = f.drift.get(key), f.since.get(key)
        since = "" if onset is None else f", since {datetime.fromtimestamp(onset, UTC):%-d %b}"
        return f"{what} {'above' if level is None else figure(level)} its own normal at the same {same}{since}"

    return said


_coolant_drift = _against_its_days(
    "Coolant", "coolant_drift", lambda level: f"{level:.0f} °F above", "load and weather"
)
_vibration_drift = _against_its_days(
    "Vibration", "vibration_drift", lambda level: f"{1 + level:.1f}×", "load and speed"
)
_intake_drift = _against_its_days("Intake air", "intake_drift", lambda level: f"{level:.0f} °F above", "load and speed")


def _vibration_level(f: Figures) -> str:
    top = f.unit_class.vibration_healthy[1]
    return f"Vibration index {f.values['vibration_score']:.2f}, healthy up to {top:.2f}"


def _vibration_residual(f: Figures) -> str:
    value, normal = f.values["vibration_score"], f.normals["vibration"]
    whose = "its own normal" if f.learned["vibration"] else "the normal of its class"
    return f"Vibration index {value:.2f}, {value / max(normal, 0.01):.1f}× {whose}"


def _intake_rise(f: Figures) -> str:
    value = f.values["intake_air_temp_f"]
    return f"Intake air {value:.0f} °F, {value - f.values['ambient_temp_f']:.0f} °F above the air outside"


def _intake_residual(f: Figures) -> str:
    value = f.values["intake_air_temp_f"]
    above = value - f.values.get("ambient_temp_f", nan) - f.normals["intake_rise"]
    if not above >= _INTAKE_SPEAKS_FROM:  # then it is its own last minutes that it has left
        above = value - f.normals["intake"]
    return f"Intake air {value:.0f} °F, {above:.0f} °F above its own normal"


def _road_speed(f: Figures) -> str:
    maximum = f.unit_class.max_mph or 0.0
    digits = 0 if maximum >= 10 else 1
    return f"Speed {f.values['speed_mph']:.{digits}f} mph, maximum {maximum:.{digits}f} mph"


def _engine_speed(f: Figures) -> str:
    return f"Engine {f.values['engine_rpm']:,.0f} rpm, maximum {f.unit_class.max_rpm or 0:,.0f} rpm"


def _past_its_limit(row: Limited) -> Callable[[Figures], str]:
    signal = catalog.SIGNALS[row.signal]

    def said(f: Figures) -> str:
        value, (warn, critical) = f.values[signal.key], f.unit_class.limits(signal.key)
        past = critical is not None and (warn is None or row.worse * value >= row.worse * critical)
        limit, which = (critical, "critical limit") if past else (warn, "warning limit")
        side = "over" if row.worse > 0 else "under"
        told = "" if limit is None else f", {side} the {which} of its class, {signal.figure(limit)}"
        return f"{signal.label} {signal.figure(value)}{told}"

    return said


_SENTENCES: dict[str, Callable[[Figures], str]] = {
    "coolant_level": _coolant_level,
    "coolant_residual": _coolant_residual,
    "coolant_trend": _coolant_trend,
    "coolant_drift": _coolant_drift,
    "coolant_low": _coolant_low,
    "vibration_level": _vibration_level,
    "vibration_residual": _vibration_residual,
    "vibration_drift": _vibration_drift,
    "intake_rise": _intake_rise,
    "intake_residual": _intake_residual,
    "intake_drift": _intake_drift,
    "road_speed": _road_speed,
    "engine_speed": _engine_speed,
    **{row.key: _past_its_limit(row) for row in LIMITED},
}

assert set(_SENTENCES) == set(indicators.KEYS), "every indicator has its sentence"


def indicator_sentence(key: str, f: Figures) -> str:
    """What one indicator that speaks says; KeyError where its signal never had a trusted value."""
    return _SENTENCES[key](f)


def sentence(
    mode: int,
    found: list[float],
    evidence: float,
    confirmed: float,
    f: Figures,
    doubts: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The sentence of one mode of one unit.

    `found` are its indicators' evidence in table order, `evidence` and `confirmed` the mode's own; `doubts` by signal
    the kind of rule that put its sensor in doubt, as far as that is known.
    """
    if mode == WEAR:
        return _wear(f)
    weighed = [(found[indicators.KEYS.index(key)] * weight, key) for key, weight in MODES[mode].weights]
    strongest, key = max(weighed, key=lambda weight: weight[0])  # of equals the first: limits before trends
    if strongest <= 0.0:
        return EASING if confirmed > 0.05 else QUIET
    row = indicators.INDICATORS[indicators.KEYS.index(key)]
    signal = catalog.KEYS[row.signal]
    if signal in f.doubted and not row.lasting:  # days of a sensor are not undone by its minutes
        said = doubted(signal, f.values[signal], doubts.get(signal, ""))
    else:
        said = _SENTENCES[key](f)
    return said if confirmed >= CONFIRMED_FROM * evidence else f"{said}{CONFIRMING}"


def _wear(f: Figures) -> str:
    every, hours = f.unit_class.service_every_h, f.values.get("engine_hours")
    return service(None if every is None or hours is None else every - hours % every, every)


def service(left: float | None, every: float | None) -> str:
    """When service is due: `left` hours from now, below 0 where it is overdue, of an interval of `every` hours."""
    if left is None or every is None:
        return "No service interval known"
    if left < 0:
        return f"Service overdue by {-left:,.0f} h, every {every:,.0f} h"
    return f"Service due in {left:,.0f} h, every {every:,.0f} h"


assert KEYS[WEAR] == "wear"
