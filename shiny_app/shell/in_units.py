"""A reader's units, °F and mph or °C and km/h, and their zone: the figures of views, and the sentences that quote them.
Pure; a view as it is kept goes in, one as it is read comes out.

Sentences bring their quantities with them, so a difference is told from a temperature by what it is.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo

import numpy as np
from numpy.typing import NDArray

from connected_ops.read_model import (
    BY_UOM,
    QUANTITY_OF,
    Contribution,
    DriftView,
    EpisodeView,
    Forecast,
    IndicatorView,
    JourneyView,
    OddReadings,
    QualityView,
    Quantity,
    SampleRow,
    SignalView,
    UnitRow,
    UnitView,
    in_units,
)


def text(said: str, metric: bool, zone: tzinfo | None = None) -> str:
    """A sentence in the reader's units, its days in a zone (None: that of the page)."""
    return in_units(said, metric, zone)


def _quantity(uom: str) -> Quantity | None:
    """What is measured in a unit of measurement that has a metric one."""
    found = BY_UOM.get(uom)
    return None if found is None or found.metric_uom is None else found


def uom(name: str, metric: bool) -> str:
    """What a unit of measurement becomes."""
    found = _quantity(name) if metric else None
    return name if found is None or found.metric_uom is None else found.metric_uom


def value(figure: float | None, name: str, metric: bool) -> float | None:
    """A level in the unit of measurement `name`."""
    found = _quantity(name) if metric else None
    return figure if figure is None or found is None else found.metric(figure)


def row(view: UnitRow, metric: bool) -> UnitRow:
    """A line of the fleet table. Its sparkline has no scale and stays."""
    return replace(view, reason=text(view.reason, metric))


def signal(view: SignalView, metric: bool) -> SignalView:
    """A signal."""
    normal, name = view.own_normal, view.uom

    def here(figure: float | None) -> float | None:
        return value(figure, name, metric)

    return replace(
        view,
        uom=uom(name, metric),
        value=here(view.value),
        own_normal=None if normal is None else _band(normal, name, metric),
        warn=here(view.warn),
        critical=here(view.critical),
        refused=here(view.refused),
        why=text(view.why, metric),
    )


def episode(view: EpisodeView, metric: bool, zone: tzinfo | None = None) -> EpisodeView:
    """An episode with its words."""
    return replace(
        view,
        uom=uom(view.uom, metric),
        value=value(view.value, view.uom, metric),
        limit=value(view.limit, view.uom, metric),
        title=text(view.title, metric),
        reason=text(view.reason, metric, zone),
        cause=text(view.cause, metric),
        check=text(view.check, metric),
        advice=text(view.advice, metric),
        urgency=text(view.urgency, metric),
    )


def odd(view: OddReadings, metric: bool) -> OddReadings:
    """Odd readings with their words."""
    return replace(view, said=text(view.said, metric), why=text(view.why, metric))


def drift(view: DriftView, metric: bool) -> DriftView:
    """A unit against itself: all of it is differences."""
    view = replace(view, sentence=text(view.sentence, metric))
    of = _quantity(view.uom) if metric else None
    if of is None or of.metric_uom is None:
        return view
    ahead = view.forecast
    return replace(
        view,
        uom=of.metric_uom,
        decimals=max(view.decimals, 1),
        above=view.above * of.factor,
        usual=of.metric_difference(view.usual),
        margin=None if view.margin is None else of.metric_difference(view.margin),
        level=of.metric_difference(view.level),
        forecast=None
        if ahead is None
        else Forecast(ahead.ahead_s, ahead.middle * of.factor, ahead.low * of.factor, ahead.high * of.factor),
    )


def indicator(view: IndicatorView, metric: bool, zone: tzinfo | None = None) -> IndicatorView:
    """A condition indicator."""
    view = replace(view, sentence=text(view.sentence, metric, zone))
    of = _quantity(view.uom) if metric else None
    if of is None or of.metric_uom is None:
        return view
    here = of.metric_difference if view.difference else of.metric
    course = view.course
    return replace(
        view,
        uom=of.metric_uom,
        decimals=max(view.decimals, 1) if view.difference else view.decimals,
        value=None if view.value is None else here(view.value),
        normal=None if view.normal is None else (here(view.normal[0]), here(view.normal[1])),
        limit=None if view.limit is None else here(view.limit),
        course=None if course is None else (course[0], (course[1] - (0.0 if view.difference else of.zero)) * of.factor),
    )


def contribution(view: Contribution, metric: bool) -> Contribution:
    return replace(view, sentence=text(view.sentence, metric))


def sample(view: SampleRow, metric: bool) -> SampleRow:
    return replace(view, sentences=_all(view.sentences, metric), values=_values(view.values, metric))


def journey(view: JourneyView, metric: bool) -> JourneyView:
    """A followed sample with its episodes."""
    return replace(
        view,
        sentences=_all(view.sentences, metric),
        values=_values(view.values, metric),
        regime=text(view.regime, metric),
        contributions=tuple(contribution(each, metric) for each in view.contributions),
        episodes=tuple(episode(each, metric) for each in view.episodes),
    )


def unit(view: UnitView, metric: bool) -> UnitView:
    """All of a unit's page."""
    return replace(
        view,
        row=row(view.row, metric),
        contributions=tuple(contribution(each, metric) for each in view.contributions),
        signals=tuple(signal(each, metric) for each in view.signals),
        values=_columns(view.values, [each.uom for each in view.signals], metric),
        regime=text(view.regime, metric),
        newest=tuple(sample(each, metric) for each in view.newest),
        indicators=tuple(indicator(each, metric) for each in view.indicators),
        episodes=tuple(episode(each, metric) for each in view.episodes),
        drift=None if view.drift is None else drift(view.drift, metric),
        odd=tuple(odd(each, metric) for each in view.odd),
    )


def quality(view: QualityView, metric: bool) -> QualityView:
    """The data quality page's sentences; the values of refused rows stay as they were sent, under their own names."""
    return replace(
        view,
        rules=tuple(replace(each, sentence=text(each.sentence, metric)) for each in view.rules),
        quarantine=tuple(replace(each, reason=text(each.reason, metric)) for each in view.quarantine),
    )


def column(key: str, metric: bool) -> str:
    """The name of a signal's column: "coolant_temp_c" for coolant_temp_f, where its name says its unit."""
    of = QUANTITY_OF.get(key) if metric else None
    if of is None or of.ends is None:
        return key
    return key.removesuffix(of.ends[0]) + of.ends[1] if key.endswith(of.ends[0]) else key


def of_signal(key: str, figure: float | None, metric: bool) -> float | None:
    """A value of a signal."""
    of = QUANTITY_OF.get(key) if metric else None
    return figure if figure is None or of is None else of.metric(figure)


def _all(sentences: Sequence[str], metric: bool) -> tuple[str, ...]:
    return tuple(text(each, metric) for each in sentences)


def _band(band: tuple[float, float], name: str, metric: bool) -> tuple[float, float]:
    of = _quantity(name) if metric else None
    return band if of is None else (of.metric(band[0]), of.metric(band[1]))


def _values(values: Sequence[tuple[str, float | None]], metric: bool) -> tuple[tuple[str, float | None], ...]:
    return tuple((key, of_signal(key, figure, metric)) for key, figure in values)


def _columns(values: NDArray[np.float64], uoms: Sequence[str], metric: bool) -> NDArray[np.float64]:
    """[m, signals] with each column converted by its unit of measurement."""
    if not metric:
        return values
    known = [_quantity(name) for name in uoms]
    return (values - [0.0 if of is None else of.zero for of in known]) * [
        1.0 if of is None else of.factor for of in known
    ]
