"""°F into °C: the figures of views, and the sentences that quote them. Pure; a view in °F goes in, one in °C comes out.

In a sentence a difference ("9 °F above", "rising 2 °F a minute", "a margin of 15 °F") is told from a temperature by the
words around it: a difference has no zero to shift.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from connected_ops.read_model import (
    Contribution,
    DriftView,
    EpisodeView,
    Forecast,
    JourneyView,
    SampleRow,
    SignalView,
    UnitRow,
    UnitView,
)
from shiny_app.format import number

FAHRENHEIT, CELSIUS = "°F", "°C"

_TEMPERATURE = "_temp_f"
_MISTAKEN = "°C sent as °F"  # a sentence about the wrong unit keeps the figures that were sent
_SMALL = 3.0  # °C below which a whole number says too little

_NUMBER = r"[−-]?\d[\d,]*(?:\.\d+)?"
_QUOTED = re.compile(rf"(?P<first>{_NUMBER})(?:(?P<between>\s?[–-]\s?| to | or | and )(?P<second>{_NUMBER}))?\s?°F")
_DIFFERENCE_AFTER = re.compile(
    r"\s+(?:above|below|hotter|cooler|colder|warmer|higher|lower|over (?:its|their|the (?:normal|air|own))|under its"
    r"|(?:a|per) (?:second|minute|hour|day|week)|of margin|margin|left|more|less)\b"
    r"|/(?:min|h|d)\b"
)
_DIFFERENCE_BEFORE = re.compile(
    r"(?:\bmargin (?:of|is|was|to it is)|\brising|\bfalling|\brose|\bfell|\bgrown|\bgrew|\bdropped"
    r"|\brisen|\bfallen|\bby|\bup|\bdown|[+±])\s*$"
)


def temperature(value: float) -> float:
    """A temperature of °F in °C."""
    return (value - 32.0) / 1.8


def difference(value: float) -> float:
    """A difference of °F in °C."""
    return value / 1.8


def celsius(text: str) -> str:
    """A sentence with every "N °F" in °C, told apart by the words around: "9 °F above its normal" is a difference."""

    def quoted(match: re.Match[str]) -> str:
        apart = _DIFFERENCE_AFTER.match(text, match.end()) or _DIFFERENCE_BEFORE.search(text, 0, match.start())
        convert = difference if apart else temperature
        second = "" if match["second"] is None else f"{match['between']}{_rewritten(match['second'], convert)}"
        return f"{_rewritten(match['first'], convert)}{second} {CELSIUS}"

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
    return replace(view, reason=celsius(view.reason))


def signal(view: SignalView) -> SignalView:
    """A signal; those in other units than °F stay as they are."""
    if view.uom != FAHRENHEIT:
        return view
    normal = view.own_normal
    return replace(
        view,
        uom=CELSIUS,
        value=_maybe(view.value),
        own_normal=None if normal is None else (temperature(normal[0]), temperature(normal[1])),
        warn=_maybe(view.warn),
        critical=_maybe(view.critical),
    )


def episode(view: EpisodeView) -> EpisodeView:
    """An episode with its words."""
    said = replace(
        view,
        title=celsius(view.title),
        reason=celsius(view.reason),
        cause=celsius(view.cause),
        check=celsius(view.check),
        advice=celsius(view.advice),
        urgency=celsius(view.urgency),
    )
    if view.uom != FAHRENHEIT:
        return said
    return replace(said, uom=CELSIUS, value=_maybe(view.value), limit=_maybe(view.limit))


def drift(view: DriftView) -> DriftView:
    """A unit against itself: all of it is differences."""
    if view.uom != FAHRENHEIT:
        return replace(view, sentence=celsius(view.sentence))
    ahead = view.forecast
    return replace(
        view,
        uom=CELSIUS,
        decimals=max(view.decimals, 1),
        above=view.above / 1.8,
        usual=difference(view.usual),
        margin=None if view.margin is None else difference(view.margin),
        level=difference(view.level),
        sentence=celsius(view.sentence),
        forecast=None
        if ahead is None
        else Forecast(ahead.ahead_s, ahead.middle / 1.8, ahead.low / 1.8, ahead.high / 1.8),
    )


def contribution(view: Contribution) -> Contribution:
    return replace(view, sentence=celsius(view.sentence))


def sample(view: SampleRow) -> SampleRow:
    return replace(view, sentences=tuple(map(celsius, view.sentences)), values=_values(view.values))


def journey(view: JourneyView) -> JourneyView:
    """A followed sample with its episodes."""
    return replace(
        view,
        sentences=tuple(map(celsius, view.sentences)),
        values=_values(view.values),
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
        values=_columns(view.values, [each.uom == FAHRENHEIT for each in view.signals]),
        newest=tuple(map(sample, view.newest)),
        episodes=tuple(map(episode, view.episodes)),
        drift=None if view.drift is None else drift(view.drift),
    )


def _maybe(value: float | None) -> float | None:
    return None if value is None else temperature(value)


def _values(values: Sequence[tuple[str, float | None]]) -> tuple[tuple[str, float | None], ...]:
    """Values by signal key; a key says by its end that it is a temperature."""
    return tuple((key, _maybe(value) if key.endswith(_TEMPERATURE) else value) for key, value in values)


def _columns(values: NDArray[np.float64], warm: list[bool]) -> NDArray[np.float64]:
    """[m, signals] with the `warm` columns converted."""
    return np.where(np.array(warm, bool), (values - 32.0) / 1.8, values)
