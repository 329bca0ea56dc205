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
from connected_ops.machines import catalog, mode
from connected_ops.machines.catalog import SIGNALS
from connected_ops.machines.unit_class import CLASSES, UNKNOWN, UnitClass
from connected_ops.read_model import IndicatorView
from connected_ops.risk.failure_modes import MODES
from connected_ops.risk.reasons import indicator_sentence
from connected_ops.signals import against_itself, baseline, kinds
from connected_ops.signals.against_itself import DRIFTS, Comparison
from connected_ops.signals.baseline import QUANTITIES
from connected_ops.signals.indicators import INDICATORS
from connected_ops.signals.limits import LIMITED

RECENT_S, DAYS_S = 600.0, 14 * 86_400.0
_MODES_OF = {row.key: tuple(each.key for each in MODES if row.key in dict(each.weights)) for row in INDICATORS}
_DRIFTS = {row.key: row for row in DRIFTS}


@dataclass(frozen=True, slots=True)
class _Behind:
    """What is behind an indicator: the signal it reads, or its distance `over` another one; the baseline it is held
    against, if any, and that of the signal alone; the limit of the class in a regime and what that is called."""

    about: str
    signal: int
    quantity: int | None = None
    alone: int | None = None
    over: int | None = None
    limit: Callable[[UnitClass, int], float | None] | None = None
    limit_label: str = "limit"


def _warning(signal: int) -> Callable[[UnitClass, int], float | None]:
    def limit(kind: UnitClass, regime: int) -> float | None:
        warn, critical = kind.limits(catalog.KEYS[signal])
        return critical if warn is None else warn

    return limit


def _of(row: mode.Indicator) -> _Behind:
    about, kind, signal, over = row.row.about, row.row.kind, row.signal, row.over
    quantity = baseline.place(signal, over)
    if kind == "above_air":
        allowed = kinds.by_regime([row], "allow")[:, 0]

        def top(kind: UnitClass, regime: int) -> float | None:
            healthy = kinds.healthy_top(kind, row)
            return None if healthy is None else healthy + float(allowed[regime])

        return _Behind(about, signal, quantity, None, over, top, "healthy up to")
    if over is not None:
        return _Behind(about, signal, quantity, baseline.place(signal, None), over)
    if kind == "too_cold":
        return _Behind(about, signal, quantity, limit=lambda of, _: kinds.working(of, row), limit_label="warm from")
    if kind == "share" and row.row.against == "critical":
        return _Behind(about, signal, limit=lambda of, _: kinds.critical(of, row), limit_label="maximum")
    return _Behind(about, signal, quantity, limit=_warning(signal), limit_label="warning")


_PAST_LIMITS = "Speaks past the limits of its class or its own, plainly at the critical one."
_BEHIND: dict[str, _Behind] = {
    **{row.key: _of(row) for row in mode.INDICATORS if row.row.kind != "drift"},
    **{row.key: _Behind(_PAST_LIMITS, row.signal, limit=_warning(row.signal)) for row in LIMITED},
}
_ABOUT_DRIFT = {row.key: row.row.about for row in mode.INDICATORS if row.row.kind == "drift"}


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
    said = figures(kind, c.known[row], mean, learned, c.slope[row], c.drift[row], c.onset[row], c.doubtful[row])
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
    quantity, over = behind.quantity, behind.over
    if over is not None and behind.alone is not None and not isfinite(float(unit.known[over])):
        over, quantity = None, behind.alone  # without the other the signal stands for itself
    if over is not None:
        value -= float(unit.known[over])
        course = course - unit.believed[:, over]
    limit = None if behind.limit is None else behind.limit(CLASSES[unit.kind], unit.regime)
    return replace(
        view,
        about=behind.about,
        uom=signal.uom,
        decimals=signal.decimals,
        difference=over is not None,
        value=finite(value),
        normal=None if quantity is None or not isfinite(value) else _normal(unit, quantity, signal.decimals),
        learned=quantity is not None and bool(unit.learned[quantity]),
        set_for_it=CLASSES[unit.kind].sets(signal.key, "normal", "above_ambient"),
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
    row = QUANTITIES[quantity]
    if unit.kind == UNKNOWN:
        return None
    return CLASSES[unit.kind].band(catalog.KEYS[row.signal], above_air=row.over is not None)


def _against_its_days(
    view: IndicatorView, found: Comparison | None, margin: float | None, onset: float | None
) -> IndicatorView:
    """An indicator of the unit against itself, over fourteen days; nothing is known of one without days."""
    row = _DRIFTS[view.key]
    view = replace(view, about=_ABOUT_DRIFT[view.key], uom=row.uom, decimals=row.decimals, difference=True,
                   since=onset if view.evidence and onset is not None else view.since)  # fmt: skip
    if found is None:
        return view
    return replace(
        view,
        value=found.level,
        normal=(-found.usual, found.usual),
        limit=margin,
        limit_label="warning",
        course=(found.ts, found.above),
        course_s=DAYS_S,
    )
