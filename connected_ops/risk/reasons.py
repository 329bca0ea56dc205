"""Why a mode has its points, as one sentence with figures a person can check."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import nan
from types import MappingProxyType

from connected_ops.machines import catalog
from connected_ops.machines.catalog import SIGNALS
from connected_ops.machines.mode import INDICATORS, Indicator
from connected_ops.machines.mode_rows import Kind
from connected_ops.machines.said import Day, Said, said
from connected_ops.machines.unit_class import CLASSES, UnitClass
from connected_ops.risk.failure_modes import KEYS, MODES, WEAR
from connected_ops.signals import baseline, indicators, kinds
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
UNTIL_CHECKED = "treat it as real until checked"


@dataclass(frozen=True, slots=True)
class Figures:
    """What a sentence may quote of one unit: newest trusted values by signal key, own normals by quantity key,
    `slopes` a minute of those whose rise is followed, by signal key. `drift` are the levels of the unit against itself
    by the key of the drift, as indicators read them, `since` their onsets in Unix s, where there is one; `doubted` are
    signals whose sensor is in doubt.

    Raises KeyError for a signal that never had a trusted value; sentences are only asked of indicators that were read.
    """

    unit_class: UnitClass
    values: dict[str, float]
    normals: dict[str, float]
    learned: dict[str, bool]
    slopes: dict[str, float]
    drift: dict[str, float] = field(default_factory=dict)
    since: dict[str, float] = field(default_factory=dict)
    doubted: frozenset[str] = frozenset()


def doubted(signal: str, value: float, kind: str = "") -> str:
    """What is said of a value of a sensor that a rule of `kind` has put in doubt (empty: nobody knows which)."""
    row = catalog.SIGNALS[catalog.INDEX[signal]]
    return f"{row.short} reads " + row.figure(value) + f"; {DOUBTS.get(kind, IN_DOUBT)}: {UNTIL_CHECKED}"


def _level(row: Indicator, f: Figures) -> dict[str, str]:
    signal, value, kind = SIGNALS[row.signal], f.values[catalog.KEYS[row.signal]], f.unit_class
    warn, critical = kind.limits(signal.key)
    side = kind.side(signal.key)
    past = critical is not None and side * value >= side * critical
    limit = critical if past or warn is None else warn
    if limit is None:
        return {"value": signal.figure(value), "against": ""}
    beyond = "over" if side > 0 else "under"
    where = beyond if side * value >= side * limit else "near"
    own = kind.sets(signal.key, "critical" if limit == critical else "warn")
    whose = "limit set for it" if own else "limit of its class" if kind.known else "that no engine stands"
    return {"value": signal.figure(value), "against": f", {where} the " + signal.figure(limit) + f" {whose}"}


def _share(row: Indicator, f: Figures) -> dict[str, str]:
    signal, limit = SIGNALS[row.signal], kinds.limit(f.unit_class, row) or 0.0
    decimals = signal.decimals or int(limit < 10.0)
    return {
        "value": signal.figure(f.values[signal.key], decimals),
        "limit": signal.figure(limit, decimals),
    }


def _above_air(row: Indicator, f: Figures) -> dict[str, str]:
    signal, value = SIGNALS[row.signal], f.values[catalog.KEYS[row.signal]]
    return {"value": signal.figure(value), "above": signal.difference(value - f.values[catalog.KEYS[row.over or 0]])}


def _from_normal(row: Indicator, f: Figures) -> dict[str, str]:
    signal, value = SIGNALS[row.signal], f.values[catalog.KEYS[row.signal]]
    other = None if row.over is None else f.values.get(catalog.KEYS[row.over])
    of = baseline.QUANTITIES[baseline.of(row.signal, row.over if other is not None else None)]
    quantity, normal = of.key, f.normals[of.key]
    if row.row.kind == "below_normal" and not f.learned[quantity]:
        normal = of.prior[CLASSES.index(f.unit_class)][0]
    off = value - (other or 0.0) - normal
    return {
        "value": signal.figure(value),
        "above": signal.difference(off),
        "below": signal.difference(-off),
        "times": f"{value / max(normal, 0.01):.1f}×",
        "whose": "its own normal" if f.learned[quantity] else f"the normal {_whose(f, signal.key)}",
    }


def _whose(f: Figures, signal: str) -> str:
    return "set for it" if f.unit_class.sets(signal, "normal", "above_ambient") else "of its class"


def _rising(row: Indicator, f: Figures) -> dict[str, str]:
    signal = SIGNALS[row.signal]
    return {**_from_normal(row, f), "rate": signal.difference(f.slopes[signal.key], signal.decimals + 1)}


def _hot_intake(row: Indicator, f: Figures) -> dict[str, str]:
    """Over the air outside, or, where that is not what speaks, over its own last minutes."""
    air = catalog.KEYS[catalog.AMBIENT]
    over = f.values[catalog.KEYS[row.signal]] - f.values.get(air, nan)
    if over - f.normals[baseline.QUANTITIES[baseline.INTAKE_RISE].key] >= row.row.start:
        return _from_normal(row, f)
    return _from_normal(row, replace(f, values={key: value for key, value in f.values.items() if key != air}))


def _too_cold(row: Indicator, f: Figures) -> dict[str, str]:
    signal = SIGNALS[row.signal]
    limit = kinds.working(f.unit_class, row)
    return {
        "value": signal.figure(f.values[signal.key]),
        "limit": "working temperature" if limit is None else signal.figure(limit),
    }


def _drift(row: Indicator, f: Figures) -> dict[str, str]:
    """The figure is left out where the unit could not be compared again since."""
    signal, level, onset = SIGNALS[row.signal], f.drift.get(row.key), f.since.get(row.key)
    above = "above" if level is None else signal.difference(level) + " above"
    if row.row.relative and level is not None:
        above = f"{1 + level:.1f}×"
    return {"drift": above, "since": "" if onset is None else Said([", since ", Day(onset)])}


_SLOTS: dict[Kind, Callable[[Indicator, Figures], dict[str, str]]] = {
    "level": _level,
    "share": _share,
    "above_air": _above_air,
    "above_normal": _from_normal,
    "below_normal": _from_normal,
    "rising": _rising,
    "drift": _drift,
    "hot_coolant": _from_normal,
    "heating_coolant": _rising,
    "too_cold": _too_cold,
    "hot_intake": _hot_intake,
}


def _of_mode(row: Indicator) -> Callable[[Figures], str]:
    return lambda f: said(row.row.reason, **_SLOTS[row.row.kind](row, f))


def _past_its_limit(row: Limited) -> Callable[[Figures], str]:
    signal = catalog.SIGNALS[row.signal]

    def sentence(f: Figures) -> str:
        value, (warn, critical) = f.values[signal.key], f.unit_class.limits(signal.key)
        past = critical is not None and (warn is None or row.worse * value >= row.worse * critical)
        limit, which = (critical, "critical limit") if past else (warn, "warning limit")
        side = "over" if row.worse > 0 else "under"
        whose = "set for it" if f.unit_class.sets(signal.key, "critical" if past else "warn") else "of its class"
        told = "" if limit is None else f", {side} the {which} {whose}, " + signal.figure(limit)
        return f"{signal.label} " + signal.figure(value) + told

    return sentence


_SENTENCES: dict[str, Callable[[Figures], str]] = {
    **{row.key: _of_mode(row) for row in INDICATORS},
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
        told = doubted(signal, f.values[signal], doubts.get(signal, ""))
    else:
        told = _SENTENCES[key](f)
    return told if confirmed >= CONFIRMED_FROM * evidence else told + CONFIRMING


def _wear(f: Figures) -> str:
    every, hours = f.unit_class.service_every_h, f.values.get(catalog.KEYS[catalog.HOURS])
    return service(None if every is None or hours is None else every - hours % every, every)


def service(left: float | None, every: float | None) -> str:
    """When service is due: `left` hours from now, below 0 where it is overdue, of an interval of `every` hours."""
    if left is None or every is None:
        return "No service interval known"
    if left < 0:
        return f"Service overdue by {-left:,.0f} h, every {every:,.0f} h"
    return f"Service due in {left:,.0f} h, every {every:,.0f} h"


assert KEYS[WEAR] == "wear"
