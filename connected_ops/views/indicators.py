"""The condition indicators of one unit as its page sees them: what is behind each, worked out when somebody looks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from connected_ops.engine.assessment import Columns
from connected_ops.engine.figures import figures
from connected_ops.engine.outlook import Outlook
from connected_ops.engine.pipeline import Pipeline
from connected_ops.history.window import Samples
from connected_ops.insight.episode import finite
from connected_ops.machines import catalog
from connected_ops.machines.catalog import SIGNALS
from connected_ops.machines.unit_class import CLASSES, UNKNOWN, UnitClass
from connected_ops.read_model import IndicatorView
from connected_ops.risk.failure_modes import MODES
from connected_ops.risk.reasons import indicator_sentence
from connected_ops.signals import against_itself, baseline
from connected_ops.signals.against_itself import DRIFTS, Comparison
from connected_ops.signals.baseline import QUANTITIES
from connected_ops.signals.envelope import SOAK
from connected_ops.signals.indicators import INDICATORS
from connected_ops.signals.limits import LIMITED

RECENT_S, DAYS_S = 600.0, 14 * 86_400.0
_MODES_OF = {row.key: tuple(mode.key for mode in MODES if row.key in dict(mode.weights)) for row in INDICATORS}
_LIMIT, _WARNING, _MAXIMUM, _HEALTHY, _WARM = "limit", "warning", "maximum", "healthy up to", "warm from"


@dataclass(frozen=True, slots=True)
class _Behind:
    """What is behind an indicator: the signal it reads, or its distance above the air outside (`rise`); the baseline
    it is held against, if any; the limit of the class in a regime and what that is called."""

    about: str
    signal: int
    quantity: int | None = None
    rise: bool = False
    limit: Callable[[UnitClass, int], float | None] | None = None
    limit_label: str = _LIMIT


def _warning(signal: str) -> Callable[[UnitClass, int], float | None]:
    def limit(kind: UnitClass, regime: int) -> float | None:
        warn, critical = kind.limits(signal)
        return critical if warn is None else warn

    return limit


def _intake_top(kind: UnitClass, regime: int) -> float | None:
    """A standing machine breathes its own heat: the regime lifts the limit."""
    return None if CLASSES[UNKNOWN] is kind else kind.intake_above_ambient[1] + float(SOAK[regime])


_COOLANT, _VIBRATION = _warning("coolant_temp_f"), _warning("vibration_score")

_BEHIND: dict[str, _Behind] = {
    "coolant_level": _Behind(
        "Speaks as coolant comes near the warning of its class, plainly at the critical limit.",
        catalog.COOLANT, baseline.COOLANT, limit=_COOLANT, limit_label=_WARNING,
    ),
    "coolant_residual": _Behind(
        "Speaks as coolant leaves this unit's own normal for what it is doing now, long before a fixed limit.",
        catalog.COOLANT, baseline.COOLANT, limit=_COOLANT, limit_label=_WARNING,
    ),
    "coolant_trend": _Behind(
        "Speaks when coolant rises so fast that its room to the warning is gone within minutes.",
        catalog.COOLANT, baseline.COOLANT, limit=_COOLANT, limit_label=_WARNING,
    ),
    "coolant_low": _Behind(
        "Speaks when an engine that has run long enough to be warm is not.",
        catalog.COOLANT, baseline.COOLANT, limit=lambda kind, regime: kind.coolant_normal[0], limit_label=_WARM,
    ),
    "vibration_level": _Behind(
        "Speaks above what a healthy machine of its class shakes.",
        catalog.VIBRATION, baseline.VIBRATION, limit=_VIBRATION, limit_label=_WARNING,
    ),
    "vibration_residual": _Behind(
        "Speaks as vibration leaves this unit's own normal for what it is doing now.",
        catalog.VIBRATION, baseline.VIBRATION, limit=_VIBRATION, limit_label=_WARNING,
    ),
    "intake_rise": _Behind(
        "Speaks when intake air is hotter above the air outside than in a healthy machine of its class.",
        catalog.INTAKE, baseline.INTAKE_RISE, rise=True, limit=_intake_top, limit_label=_HEALTHY,
    ),
    "intake_residual": _Behind(
        "Speaks as intake air leaves this unit's own normal above the air outside.",
        catalog.INTAKE, baseline.INTAKE_RISE, rise=True,
    ),
    "road_speed": _Behind(
        "Speaks above the maximum speed of its class.",
        catalog.SPEED, limit=lambda kind, regime: kind.max_mph, limit_label=_MAXIMUM,
    ),
    "engine_speed": _Behind(
        "Speaks above the maximum engine speed of its class.",
        catalog.RPM, limit=lambda kind, regime: kind.max_rpm, limit_label=_MAXIMUM,
    ),
    **{
        row.key: _Behind(
            "Speaks past what the limits of its class are, plainly at the critical one.",
            row.signal, limit=_warning(catalog.KEYS[row.signal]),
        )
        for row in LIMITED
    },
}  # fmt: skip

_ABOUT_DRIFT = {
    "coolant_drift": "Compares half hours over days with this unit's own earlier ones at the same load, speed and "
    "weather.",
    "vibration_drift": "Compares half hours over days with this unit's own earlier ones at the same load and speed.",
    "intake_drift": "Compares intake air above the air outside with this unit's own earlier half hours at the same "
    "load and speed.",
}

assert {*_BEHIND, *_ABOUT_DRIFT} == {row.key for row in INDICATORS}, "every indicator says what is behind it"


def bare_indicators(evidence: NDArray[np.float64]) -> tuple[IndicatorView, ...]:
    """The indicators of one sample: [indicators] evidence alone, NaN where one could not be read."""
    return tuple(
        IndicatorView(row.key, row.label, finite(each)) for row, each in zip(INDICATORS, evidence.tolist(), strict=True)
    )


def indicator_views(
    pipeline: Pipeline, outlook: Outlook, c: Columns, row: int, samples: Samples
) -> tuple[IndicatorView, ...]:
    """All indicators of the unit in a row of the columns, with what is behind each; `samples` are its newest."""
    place, kind = int(c.place[row]), int(c.unit_class[row])
    normal = pipeline.baselines.normal(c.place[[row]], c.unit_class[[row]], pipeline.regime[[place]])
    normal = pipeline.envelopes.show(c.place[[row]], normal)
    mean, spread, learned = normal.mean[0], normal.spread[0], normal.learned[0]
    said = figures(kind, c.known[row], mean, learned, float(c.slope[row]), c.drift[row], c.onset[row], c.doubtful[row])
    unit = _Unit(kind, int(pipeline.regime[place]), c.known[row], mean, spread, learned, samples.ts, samples.believed)
    compared = dict(zip(against_itself.KEYS, outlook.comparisons(place), strict=True))
    views: list[IndicatorView] = []
    for at, indicator in enumerate(INDICATORS):
        key = indicator.key
        evidence = float(c.indicator[row, at]) if c.readable[row, at] else None
        shown = IndicatorView(
            key, indicator.label, evidence, _MODES_OF[key],
            sentence=indicator_sentence(key, said) if evidence else "",
            since=float(pipeline.speaking.since[place, at]) or None,
        )  # fmt: skip
        if key in compared:
            found = compared[key]
            onset = finite(float(c.onset[row, against_itself.KEYS.index(key)]))
            margin = None if found is None else outlook.margin(place, found)
            views.append(_against_its_days(shown, found, margin, onset))
        else:
            views.append(_now(shown, _BEHIND[key], unit))
    return tuple(views)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What indicators of the present read of one unit: class and regime as indices, `known` [signals], its normal's
    `mean`, `spread` and `learned` [quantities], and of its newest samples `ts` [m] and `believed` [m, signals]."""

    kind: int
    regime: int
    known: NDArray[np.float64]
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    learned: NDArray[np.bool_]
    ts: NDArray[np.float64]
    believed: NDArray[np.float64]


def _now(view: IndicatorView, behind: _Behind, unit: _Unit) -> IndicatorView:
    """An indicator of the present, with its value, normal, limit and the last ten minutes."""
    signal = SIGNALS[behind.signal]
    value, course = float(unit.known[behind.signal]), unit.believed[:, behind.signal]
    quantity, rise = behind.quantity, behind.rise
    if rise and behind.limit is None and not isfinite(float(unit.known[catalog.AMBIENT])):
        rise, quantity = False, baseline.INTAKE  # without the air outside the intake air stands for itself
    if rise:
        value -= float(unit.known[catalog.AMBIENT])
        course = course - unit.believed[:, catalog.AMBIENT]
    limit = None if behind.limit is None else behind.limit(CLASSES[unit.kind], unit.regime)
    return replace(
        view,
        about=behind.about,
        uom=signal.uom,
        decimals=signal.decimals,
        difference=rise,
        value=finite(value),
        normal=None if quantity is None or not isfinite(value) else _normal(unit, quantity, signal.decimals),
        learned=quantity is not None and bool(unit.learned[quantity]),
        limit=limit if isfinite(value) else None,
        limit_label=behind.limit_label,
        course=(unit.ts, course) if np.isfinite(course).any() else None,
        course_s=RECENT_S,
    )


def _normal(unit: _Unit, quantity: int, decimals: int) -> tuple[float, float] | None:
    """Two spreads about the unit's own normal in its regime; before it is learned the band of its class, if that is
    known."""
    if unit.learned[quantity]:
        mean, half = float(unit.mean[quantity]), 2.0 * float(unit.spread[quantity])
        return round(mean - half, decimals), round(mean + half, decimals)
    return None if unit.kind == UNKNOWN or quantity == baseline.INTAKE else QUANTITIES[quantity].prior[unit.kind]


def _against_its_days(
    view: IndicatorView, found: Comparison | None, margin: float | None, onset: float | None
) -> IndicatorView:
    """An indicator of the unit against itself, over fourteen days; nothing is known of one without days."""
    row = DRIFTS[against_itself.KEYS.index(view.key)]
    view = replace(view, about=_ABOUT_DRIFT[view.key], uom=row.uom, decimals=row.decimals, difference=True,
                   since=onset if view.evidence and onset is not None else view.since)  # fmt: skip
    if found is None:
        return view
    return replace(
        view,
        value=found.level,
        normal=(-found.usual, found.usual),
        limit=margin,
        limit_label=_WARNING,
        course=(found.ts, found.above),
        course_s=DAYS_S,
    )
