"""°F and mph into °C and km/h: the figures of views, and the sentences that quote them. Pure; a view in °F and mph goes
in, one in °C and km/h comes out.

In a sentence a difference ("9 °F above", "rising 2 °F a minute", "a margin of 15 °F") is told from a temperature by the
words around it: a difference has no zero to shift. A speed has none either way.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from connected_ops.read_model import (
    Contribution,
    DriftView,
    EpisodeView,
    Forecast,
    IndicatorView,
    JourneyView,
    OddReadings,
    QualityView,
    SampleRow,
    SignalView,
    UnitRow,
    UnitView,
)
from shiny_app.shell.format import number

FAHRENHEIT, CELSIUS = "°F", "°C"
MPH, KMH = "mph", "km/h"
METRIC = {FAHRENHEIT: CELSIUS, MPH: KMH}
"""What each unit of measurement that is not metric becomes; others stay."""

MOST_SENTENCES = 4_096
"""Kept as they were rewritten, some 2 MB: an episode says the same from snapshot to snapshot."""

_TEMPERATURE, _SPEED = "_temp_f", "_mph"
_MISTAKEN = "°C sent as °F"  # a sentence about the wrong unit keeps the figures that were sent
_SMALL = 3.0  # °C below which a whole number says too little

_NUMBER = r"[−-]?\d[\d,]*(?:\.\d+)?"
_QUOTED = re.compile(
    rf"(?P<first>{_NUMBER})(?:(?P<between>\s?[–-]\s?| to | or | and )(?P<second>{_NUMBER}))?\s?(?P<uom>°F|mph\b)"
)
_DIFFERENCE_AFTER = re.compile(
    r"\s+(?:above|below|hotter|cooler|colder|warmer|higher|lower|over (?:its|their|the (?:normal|air|own))|under its"
    r"|(?:a|per) (?:second|minute|hour|day|week)|of margin|margin|left|more|less)\b"
    r"|/(?:min|h|d)\b"
)
_DIFFERENCE_BEFORE = re.compile(
    r"(?:\bwithin|\bmargin (?:of|is|was|to it is)|\brising|\bfalling|\brose|\bfell|\bgrown|\bgrew|\bdropped"
    r"|\brisen|\bfallen|\bby|\bup|\bdown|[+±])\s*$"
)


def temperature(value: float) -> float:
    """A temperature of °F in °C."""
    return (value - 32.0) / 1.8


def difference(value: float) -> float:
    """A difference of °F in °C."""
    return value / 1.8


def speed(value: float) -> float:
    """A speed of mph in km/h."""
    return value * 1.609344


_CONVERT: dict[str, Callable[[float], float]] = {FAHRENHEIT: temperature, MPH: speed}


def uom(name: str) -> str:
    """What a unit of measurement becomes."""
    return METRIC.get(name, name)


def value(figure: float | None, name: str) -> float | None:
    """A level in the unit of measurement `name`, converted."""
    return figure if figure is None or name not in _CONVERT else _CONVERT[name](figure)


@lru_cache(MOST_SENTENCES)
def metric(text: str) -> str:
    """A sentence with every "N °F" in °C and "N mph" in km/h; "9 °F above its normal" is a difference by its words."""

    def quoted(match: re.Match[str]) -> str:
        convert = _CONVERT[match["uom"]]
        if convert is temperature and (
            _DIFFERENCE_AFTER.match(text, match.end()) or _DIFFERENCE_BEFORE.search(text, 0, match.start())
        ):
            convert = difference
        second = "" if match["second"] is None else f"{match['between']}{_rewritten(match['second'], convert)}"
        return f"{_rewritten(match['first'], convert)}{second} {METRIC[match['uom']]}"

    return text if _MISTAKEN in text else _QUOTED.sub(quoted, text)


def _rewritten(figure: str, convert: Callable[[float], float]) -> str:
    """A figure as it was written, converted; with a decimal where a small difference would lose too much without."""
    value = convert(float(figure.replace(",", "").replace("−", "-")))
    decimals = len(figure.partition(".")[2])
    if convert is difference and not decimals and abs(value) < _SMALL and f"{value:.1f}"[-1] != "0":
        decimals = 1
    return number(value, decimals)


def row(view: UnitRow) -> UnitRow:
    """A line of the fleet table. Its sparkline has no scale and stays."""
    return replace(view, reason=metric(view.reason))


def signal(view: SignalView) -> SignalView:
    """A signal; those in other units than °F and mph stay as they are."""
    if view.uom not in METRIC:
        return view
    convert, normal = _CONVERT[view.uom], view.own_normal
    return replace(
        view,
        uom=METRIC[view.uom],
        value=value(view.value, view.uom),
        own_normal=None if normal is None else (convert(normal[0]), convert(normal[1])),
        warn=value(view.warn, view.uom),
        critical=value(view.critical, view.uom),
        refused=value(view.refused, view.uom),
        why=metric(view.why),
    )


def episode(view: EpisodeView) -> EpisodeView:
    """An episode with its words."""
    return replace(
        view,
        uom=uom(view.uom),
        value=value(view.value, view.uom),
        limit=value(view.limit, view.uom),
        title=metric(view.title),
        reason=metric(view.reason),
        cause=metric(view.cause),
        check=metric(view.check),
        advice=metric(view.advice),
        urgency=metric(view.urgency),
    )


def odd(view: OddReadings) -> OddReadings:
    """Odd readings with their words."""
    return replace(view, said=metric(view.said), why=metric(view.why))


def drift(view: DriftView) -> DriftView:
    """A unit against itself: all of it is differences."""
    if view.uom != FAHRENHEIT:
        return replace(view, sentence=metric(view.sentence))
    ahead = view.forecast
    return replace(
        view,
        uom=CELSIUS,
        decimals=max(view.decimals, 1),
        above=view.above / 1.8,
        usual=difference(view.usual),
        margin=None if view.margin is None else difference(view.margin),
        level=difference(view.level),
        sentence=metric(view.sentence),
        forecast=None
        if ahead is None
        else Forecast(ahead.ahead_s, ahead.middle / 1.8, ahead.low / 1.8, ahead.high / 1.8),
    )


def indicator(view: IndicatorView) -> IndicatorView:
    """A condition indicator; those in other units than °F and mph stay as they are."""
    said = replace(view, sentence=metric(view.sentence))
    if view.uom not in METRIC:
        return said
    convert = difference if view.difference and view.uom == FAHRENHEIT else _CONVERT[view.uom]
    return replace(
        said,
        uom=METRIC[view.uom],
        decimals=max(view.decimals, 1) if view.difference else view.decimals,
        value=None if view.value is None else convert(view.value),
        normal=None if view.normal is None else (convert(view.normal[0]), convert(view.normal[1])),
        limit=None if view.limit is None else convert(view.limit),
        course=None if view.course is None else (view.course[0], _course(view.course[1], view)),
    )


def contribution(view: Contribution) -> Contribution:
    return replace(view, sentence=metric(view.sentence))


def sample(view: SampleRow) -> SampleRow:
    return replace(view, sentences=tuple(map(metric, view.sentences)), values=_values(view.values))


def journey(view: JourneyView) -> JourneyView:
    """A followed sample with its episodes."""
    return replace(
        view,
        sentences=tuple(map(metric, view.sentences)),
        values=_values(view.values),
        regime=metric(view.regime),
        contributions=tuple(map(contribution, view.contributions)),
        episodes=tuple(map(episode, view.episodes)),
    )


def unit(view: UnitView) -> UnitView:
    """All of a unit's page."""
    return replace(
        view,
        row=row(view.row),
        contributions=tuple(map(contribution, view.contributions)),
        signals=tuple(map(signal, view.signals)),
        values=_columns(view.values, [each.uom for each in view.signals]),
        regime=metric(view.regime),
        newest=tuple(map(sample, view.newest)),
        indicators=tuple(map(indicator, view.indicators)),
        episodes=tuple(map(episode, view.episodes)),
        drift=None if view.drift is None else drift(view.drift),
        odd=tuple(map(odd, view.odd)),
    )


def quality(view: QualityView) -> QualityView:
    """The data quality page's sentences; the values of refused rows stay as they were sent, under their own names."""
    return replace(
        view,
        rules=tuple(replace(each, sentence=metric(each.sentence)) for each in view.rules),
        quarantine=tuple(replace(each, reason=metric(each.reason)) for each in view.quarantine),
    )


def _values(values: Sequence[tuple[str, float | None]]) -> tuple[tuple[str, float | None], ...]:
    """Values by signal key; a key says by its end that it is a temperature or a speed."""
    return tuple((key, value(figure, _uom_of(key))) for key, figure in values)


def _uom_of(key: str) -> str:
    return FAHRENHEIT if key.endswith(_TEMPERATURE) else MPH if key.endswith(_SPEED) else ""


def _columns(values: NDArray[np.float64], uoms: Sequence[str]) -> NDArray[np.float64]:
    """[m, signals] with each column converted by its unit of measurement."""
    return np.where([name == FAHRENHEIT for name in uoms], (values - 32.0) / 1.8, values) * np.where(
        [name == MPH for name in uoms], speed(1.0), 1.0
    )


def _course(values: NDArray[np.float64], view: IndicatorView) -> NDArray[np.float64]:
    """[m] figures of what an indicator reads, which may be differences."""
    if view.uom == MPH:
        return values * speed(1.0)
    return (values if view.difference else values - 32.0) / 1.8
